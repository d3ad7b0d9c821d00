//! The rules between settings of a pool. Each has the service's text.

use wire::{
    AuthFactorType, EmailSendingAccountType, LambdaConfigType, RecoveryOptionNameType, UserPoolMfaType,
    VerifiedAttributeType,
};

use super::{MfaSettings, PoolSettings, UserPoolError};
use crate::scope::Scope;

impl PoolSettings {
    /// Checks what was asked for, before defaults are filled in. `mfa` are the factors that the pool has already.
    ///
    /// # Errors
    /// [`UserPoolError`] for the first rule that is broken.
    pub(super) fn check(&self, scope: &Scope, mfa: &MfaSettings) -> Result<(), UserPoolError> {
        self.check_names()?;
        self.check_messages_can_be_sent(mfa)?;
        self.check_verification()?;
        self.check_recovery()?;
        self.check_validity_days()?;
        self.check_email(scope)?;
        self.check_sms(scope)?;
        self.check_triggers(scope)?;
        self.check_link_message()?;
        match self.first_factors() {
            Some(factors) if !factors.contains(&AuthFactorType::Password) => Err(UserPoolError::setting(
                "Password should be configured as one of the allowed first auth factors.",
            )),
            _ => Ok(()),
        }
    }

    fn check_names(&self) -> Result<(), UserPoolError> {
        let given = |count: Option<usize>| count.is_some_and(|count| count > 0);
        if given(self.alias_attributes.as_ref().map(Vec::len))
            && given(self.username_attributes.as_ref().map(Vec::len))
        {
            return Err(UserPoolError::setting(
                "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.",
            ));
        }
        Ok(())
    }

    fn check_messages_can_be_sent(&self, mfa: &MfaSettings) -> Result<(), UserPoolError> {
        let mfa_wanted =
            matches!(self.mfa_configuration, Some(UserPoolMfaType::On | UserPoolMfaType::Optional));
        if mfa_wanted && self.sms_configuration.is_none() && !mfa.has_factor_without_sms() {
            return Err(UserPoolError::setting(
                "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
            ));
        }
        if self.auto_verifies(VerifiedAttributeType::PhoneNumber) && self.sms_configuration.is_none() {
            return Err(UserPoolError::setting(
                "SMS configuration is required when phone_number is selected for auto verification",
            ));
        }
        Ok(())
    }

    fn check_verification(&self) -> Result<(), UserPoolError> {
        let settings = self.user_attribute_update_settings.as_ref();
        let before_update =
            settings.and_then(|settings| settings.attributes_require_verification_before_update.as_ref());
        if before_update.is_some_and(|attributes| attributes.iter().any(|name| !self.auto_verifies(*name))) {
            return Err(UserPoolError::setting(
                "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
            ));
        }
        Ok(())
    }

    fn check_recovery(&self) -> Result<(), UserPoolError> {
        let Some(mechanisms) =
            self.account_recovery_setting.as_ref().and_then(|setting| setting.recovery_mechanisms.as_ref())
        else {
            return Ok(());
        };
        if mechanisms.len() > 1
            && mechanisms.iter().any(|option| option.name == RecoveryOptionNameType::AdminOnly)
        {
            return Err(UserPoolError::setting(
                "Invalid account recovery setting parameter. Account Recovery Setting cannot use admin_only setting with \
                 any other recovery mechanisms.",
            ));
        }
        let repeated = mechanisms.iter().enumerate().any(|(index, option)| {
            mechanisms[..index]
                .iter()
                .any(|other| other.priority == option.priority || other.name == option.name)
        });
        if repeated {
            return Err(UserPoolError::setting(
                "Invalid account recovery setting parameter. Account Recovery Setting cannot have duplicate priorities or \
                 recovery mechanisms.",
            ));
        }
        Ok(())
    }

    fn check_validity_days(&self) -> Result<(), UserPoolError> {
        let policy = self.policies.as_ref().and_then(|policies| policies.password_policy.as_ref());
        let temporary = policy.and_then(|policy| policy.temporary_password_validity_days);
        // The AWS SDK for Rust (1.144) sends 0 with every AdminCreateUserConfig whose days were not set.
        let unused = self
            .admin_create_user_config
            .as_ref()
            .and_then(|admin| admin.unused_account_validity_days)
            .filter(|days| *days != 0);
        if temporary.is_some() && unused.is_some() {
            return Err(UserPoolError::setting(
                "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
            ));
        }
        Ok(())
    }

    fn check_email(&self, scope: &Scope) -> Result<(), UserPoolError> {
        let Some(email) = &self.email_configuration else { return Ok(()) };
        if email.email_sending_account == Some(EmailSendingAccountType::Developer)
            && email.source_arn.is_none()
        {
            return Err(UserPoolError::setting(
                "Source ARN is required to use DEVELOPER email sending owner",
            ));
        }
        if let Some(region) = email.source_arn.as_deref().and_then(arn_region)
            && region != scope.region
            && !["eu-west-1", "us-east-1", "us-west-2"].contains(&region)
        {
            return Err(UserPoolError::setting(
                "Provided SourceArn must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2.",
            ));
        }
        if email.from.as_deref().is_some_and(|from| !is_sender(from)) {
            return Err(UserPoolError::setting("Provided From email address is invalid"));
        }
        Ok(())
    }

    fn check_sms(&self, scope: &Scope) -> Result<(), UserPoolError> {
        let Some(sms) = &self.sms_configuration else { return Ok(()) };
        // A caller without a twelve-digit key has no account of its own, so any role may be its role.
        let role_account =
            sms.sns_caller_arn.as_deref().and_then(|arn| arn.split(':').nth(4)).unwrap_or_default();
        if scope.account != Scope::DEFAULT_ACCOUNT && role_account != scope.account {
            return Err(UserPoolError::setting("Cross-account pass role is not allowed."));
        }
        if sms.sns_region.as_ref().is_some_and(|region| *region != scope.region) {
            return Err(UserPoolError::setting(format!(
                "Invalid snsRegion. Allowed SNS region for {0} is {0}",
                scope.region
            )));
        }
        Ok(())
    }

    fn check_triggers(&self, scope: &Scope) -> Result<(), UserPoolError> {
        let Some(triggers) = &self.lambda_config else { return Ok(()) };
        if trigger_arns(triggers).any(|arn| arn_region(arn).is_some_and(|region| region != scope.region)) {
            return Err(UserPoolError::setting("Cross-region lambda functions are not supported"));
        }
        if let (Some(function), Some(config)) =
            (&triggers.pre_token_generation, &triggers.pre_token_generation_config)
            && *function != config.lambda_arn
        {
            return Err(UserPoolError::setting(
                "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
            ));
        }
        let has_sender = triggers.custom_sms_sender.is_some() || triggers.custom_email_sender.is_some();
        if has_sender && triggers.kms_key_id.is_none() {
            return Err(UserPoolError::setting(
                "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.",
            ));
        }
        Ok(())
    }
}

fn trigger_arns(triggers: &LambdaConfigType) -> impl Iterator<Item = &str> {
    [
        triggers.pre_sign_up.as_deref(),
        triggers.custom_message.as_deref(),
        triggers.post_confirmation.as_deref(),
        triggers.pre_authentication.as_deref(),
        triggers.post_authentication.as_deref(),
        triggers.define_auth_challenge.as_deref(),
        triggers.create_auth_challenge.as_deref(),
        triggers.verify_auth_challenge_response.as_deref(),
        triggers.pre_token_generation.as_deref(),
        triggers.user_migration.as_deref(),
        triggers.pre_token_generation_config.as_ref().map(|config| config.lambda_arn.as_str()),
        triggers.custom_sms_sender.as_ref().map(|sender| sender.lambda_arn.as_str()),
        triggers.custom_email_sender.as_ref().map(|sender| sender.lambda_arn.as_str()),
    ]
    .into_iter()
    .flatten()
}

fn arn_region(arn: &str) -> Option<&str> {
    arn.split(':').nth(3)
}

/// `address` or `Name <address>`.
fn is_sender(from: &str) -> bool {
    // A name in quotes may have brackets of its own.
    let address = match from.rsplit_once('<') {
        Some((_, rest)) => rest.strip_suffix('>'),
        None => Some(from),
    };
    address.is_some_and(crate::users::is_email)
}

#[cfg(test)]
mod tests {
    use super::is_sender;

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        for from in [
            "a@example.com",
            "Team <a@example.com>",
            "\"Team <red>, Inc.\" <a@example.com>",
            "=?UTF-8?B?w4Q=?= <a@example.com>",
            "<a@example.com>",
        ] {
            assert!(is_sender(from), "{from}");
        }
        for from in ["", "nobody", "Team a@example.com", "Team <a@example.com", "Team <>"] {
            assert!(!is_sender(from), "{from}");
        }
    }
}
