//! The settings of a pool: defaults, what an update keeps, and the rules between settings.
//!
//! Shapes (lengths, patterns, enums) are checked before by `wire`; these are the rules that need more than one member.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wire::{
    AccountRecoverySettingType, AcrLevelConfigType, AdminCreateUserConfigType, AdvancedSecurityModeType,
    AliasAttributeType, AuthFactorType, CreateUserPoolRequest, DcrConfigurationType, DefaultEmailOptionType,
    DeletionProtectionType, DeviceConfigurationType, EmailConfigurationType, EmailSendingAccountType,
    IssuerConfigurationType, KeyConfigurationType, LambdaConfigType, PasswordPolicyType,
    PreTokenGenerationLambdaVersionType, PreTokenGenerationVersionConfigType, RecoveryOptionNameType,
    SignInPolicyType, SmsConfigurationType, UpdateUserPoolRequest, UserAttributeUpdateSettingsType,
    UserPoolAddOnsType, UserPoolMfaType, UserPoolPolicyType, UserPoolTierType, UsernameAttributeType,
    UsernameConfigurationType, VerificationMessageTemplateType, VerifiedAttributeType,
};

use super::{MfaSettings, UserPoolError};
use crate::scope::Scope;

/// What CreateUserPool and UpdateUserPool set, in the shapes of the API. Absent means absent in the description too.
#[expect(missing_docs, reason = "the AWS API reference documents every member of UserPoolType")]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PoolSettings {
    pub policies: Option<UserPoolPolicyType>,
    pub deletion_protection: Option<DeletionProtectionType>,
    pub lambda_config: Option<LambdaConfigType>,
    pub auto_verified_attributes: Option<Vec<VerifiedAttributeType>>,
    pub alias_attributes: Option<Vec<AliasAttributeType>>,
    pub username_attributes: Option<Vec<UsernameAttributeType>>,
    pub sms_verification_message: Option<String>,
    pub email_verification_message: Option<String>,
    pub email_verification_subject: Option<String>,
    pub verification_message_template: Option<VerificationMessageTemplateType>,
    pub sms_authentication_message: Option<String>,
    pub mfa_configuration: Option<UserPoolMfaType>,
    pub user_attribute_update_settings: Option<UserAttributeUpdateSettingsType>,
    pub device_configuration: Option<DeviceConfigurationType>,
    pub email_configuration: Option<EmailConfigurationType>,
    pub sms_configuration: Option<SmsConfigurationType>,
    pub admin_create_user_config: Option<AdminCreateUserConfigType>,
    pub user_pool_add_ons: Option<UserPoolAddOnsType>,
    pub dcr_configuration: Option<DcrConfigurationType>,
    pub username_configuration: Option<UsernameConfigurationType>,
    pub account_recovery_setting: Option<AccountRecoverySettingType>,
    pub user_pool_tier: Option<UserPoolTierType>,
    pub key_configuration: Option<KeyConfigurationType>,
    pub issuer_configuration: Option<IssuerConfigurationType>,
    pub acr_configuration: Option<BTreeMap<String, AcrLevelConfigType>>,
}

impl PoolSettings {
    /// The settings of a new pool.
    ///
    /// # Errors
    /// [`UserPoolError`] for the first rule that the request breaks.
    pub fn of_new_pool(request: &CreateUserPoolRequest, scope: &Scope) -> Result<Self, UserPoolError> {
        let request = request.clone();
        let asked = Self {
            policies: request.policies,
            deletion_protection: request.deletion_protection,
            lambda_config: request.lambda_config,
            auto_verified_attributes: request.auto_verified_attributes,
            alias_attributes: request.alias_attributes,
            username_attributes: request.username_attributes,
            sms_verification_message: request.sms_verification_message,
            email_verification_message: request.email_verification_message,
            email_verification_subject: request.email_verification_subject,
            verification_message_template: request.verification_message_template,
            sms_authentication_message: request.sms_authentication_message,
            mfa_configuration: request.mfa_configuration,
            user_attribute_update_settings: request.user_attribute_update_settings,
            device_configuration: request.device_configuration,
            email_configuration: request.email_configuration,
            sms_configuration: request.sms_configuration,
            admin_create_user_config: request.admin_create_user_config,
            user_pool_add_ons: request.user_pool_add_ons,
            dcr_configuration: request.dcr_configuration,
            username_configuration: request.username_configuration,
            account_recovery_setting: request.account_recovery_setting,
            user_pool_tier: request.user_pool_tier,
            key_configuration: request.key_configuration,
            issuer_configuration: request.issuer_configuration,
            acr_configuration: request.acr_configuration,
        };
        asked.check(scope, &MfaSettings::default())?;
        Ok(asked.completed())
    }

    /// The settings after an update, which replaces: what the request omits goes back to its default. Kept are
    /// DeletionProtection and the tier when omitted, and what cannot change: aliases, username attributes, case.
    ///
    /// # Errors
    /// [`UserPoolError`] for the first rule that the request breaks.
    pub fn replaced_by(
        &self,
        request: &UpdateUserPoolRequest,
        scope: &Scope,
        mfa: &MfaSettings,
    ) -> Result<Self, UserPoolError> {
        let request = request.clone();
        let asked = Self {
            policies: request.policies,
            deletion_protection: request.deletion_protection.or(self.deletion_protection),
            lambda_config: request.lambda_config,
            auto_verified_attributes: request.auto_verified_attributes,
            alias_attributes: self.alias_attributes.clone(),
            username_attributes: self.username_attributes.clone(),
            sms_verification_message: request.sms_verification_message,
            email_verification_message: request.email_verification_message,
            email_verification_subject: request.email_verification_subject,
            verification_message_template: request.verification_message_template,
            sms_authentication_message: request.sms_authentication_message,
            mfa_configuration: request.mfa_configuration,
            user_attribute_update_settings: request.user_attribute_update_settings,
            device_configuration: request.device_configuration,
            email_configuration: request.email_configuration,
            sms_configuration: request.sms_configuration,
            admin_create_user_config: request.admin_create_user_config,
            user_pool_add_ons: request.user_pool_add_ons,
            dcr_configuration: request.dcr_configuration,
            username_configuration: self.username_configuration.clone(),
            account_recovery_setting: request.account_recovery_setting,
            user_pool_tier: request.user_pool_tier.or(self.user_pool_tier),
            key_configuration: request.key_configuration,
            issuer_configuration: request.issuer_configuration,
            acr_configuration: request.acr_configuration,
        };
        asked.check(scope, mfa)?;
        Ok(asked.completed())
    }

    /// Fills in what the service describes for a setting that was not given.
    fn completed(mut self) -> Self {
        let policies = self.policies.get_or_insert_default();
        policies.password_policy = Some(completed_password_policy(policies.password_policy.take()));
        policies
            .sign_in_policy
            .get_or_insert_default()
            .allowed_first_auth_factors
            .get_or_insert_with(|| vec![AuthFactorType::Password]);
        let temporary_days =
            policies.password_policy.as_ref().and_then(|policy| policy.temporary_password_validity_days);

        let admin = self.admin_create_user_config.get_or_insert_default();
        admin.allow_admin_create_user_only.get_or_insert(false);
        admin.unused_account_validity_days = temporary_days;

        self.deletion_protection.get_or_insert(DeletionProtectionType::Inactive);
        self.mfa_configuration.get_or_insert(UserPoolMfaType::Off);
        self.email_configuration
            .get_or_insert_default()
            .email_sending_account
            .get_or_insert(EmailSendingAccountType::CognitoDefault);
        let tier =
            if self.has_threat_protection() { UserPoolTierType::Plus } else { UserPoolTierType::Essentials };
        self.user_pool_tier.get_or_insert(tier);
        self.mirror_messages();
        mirror_pre_token_generation(self.lambda_config.get_or_insert_default());
        self
    }

    /// The older members for verification texts and the template show the same texts.
    fn mirror_messages(&mut self) {
        let template = self.verification_message_template.get_or_insert_default();
        template.default_email_option.get_or_insert(DefaultEmailOptionType::ConfirmWithCode);
        mirror(&mut self.sms_verification_message, &mut template.sms_message);
        mirror(&mut self.email_verification_message, &mut template.email_message);
        mirror(&mut self.email_verification_subject, &mut template.email_subject);
    }

    /// The password policy, complete since the settings were made.
    pub fn password_policy(&self) -> PasswordPolicyType {
        completed_password_policy(
            self.policies.as_ref().and_then(|policies| policies.password_policy.clone()),
        )
    }

    /// Whether only administrators may create users.
    pub fn allows_admin_create_user_only(&self) -> bool {
        let admin = self.admin_create_user_config.as_ref();
        admin.and_then(|admin| admin.allow_admin_create_user_only).unwrap_or(false)
    }

    /// Whether a new value of this attribute is verified by a code.
    pub fn auto_verifies(&self, attribute: VerifiedAttributeType) -> bool {
        self.auto_verified_attributes.as_ref().is_some_and(|verified| verified.contains(&attribute))
    }

    /// Whether users may sign in by this attribute in place of the username, once it is verified.
    pub fn has_alias(&self, attribute: AliasAttributeType) -> bool {
        self.alias_attributes.as_ref().is_some_and(|aliases| aliases.contains(&attribute))
    }

    /// Whether this attribute is the username.
    pub fn has_username_attribute(&self, attribute: UsernameAttributeType) -> bool {
        self.username_attributes.as_ref().is_some_and(|names| names.contains(&attribute))
    }

    fn has_threat_protection(&self) -> bool {
        match self.user_pool_add_ons.as_ref().map(|add_ons| add_ons.advanced_security_mode) {
            Some(AdvancedSecurityModeType::Audit | AdvancedSecurityModeType::Enforced) => true,
            Some(AdvancedSecurityModeType::Off) | None => false,
        }
    }

    fn first_factors(&self) -> Option<&[AuthFactorType]> {
        let SignInPolicyType { allowed_first_auth_factors } =
            self.policies.as_ref().and_then(|policies| policies.sign_in_policy.as_ref())?;
        allowed_first_auth_factors.as_deref()
    }

    fn check(&self, scope: &Scope, mfa: &MfaSettings) -> Result<(), UserPoolError> {
        self.check_names()?;
        self.check_messages_can_be_sent(mfa)?;
        self.check_verification()?;
        self.check_recovery()?;
        self.check_validity_days()?;
        self.check_email(scope)?;
        self.check_sms(scope)?;
        self.check_triggers(scope)?;
        self.check_tier()?;
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
                "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.",
            ));
        }
        let repeated = mechanisms.iter().enumerate().any(|(index, option)| {
            mechanisms[..index]
                .iter()
                .any(|other| other.priority == option.priority || other.name == option.name)
        });
        if repeated {
            return Err(UserPoolError::setting(
                "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
            ));
        }
        Ok(())
    }

    fn check_validity_days(&self) -> Result<(), UserPoolError> {
        let policy = self.policies.as_ref().and_then(|policies| policies.password_policy.as_ref());
        let temporary = policy.and_then(|policy| policy.temporary_password_validity_days);
        let unused =
            self.admin_create_user_config.as_ref().and_then(|admin| admin.unused_account_validity_days);
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
        let has_sender = triggers.custom_sms_sender.is_some() || triggers.custom_email_sender.is_some();
        if has_sender && triggers.kms_key_id.is_none() {
            return Err(UserPoolError::setting(
                "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.",
            ));
        }
        Ok(())
    }

    fn check_tier(&self) -> Result<(), UserPoolError> {
        let tier = match self.user_pool_tier {
            Some(UserPoolTierType::Lite) => "LITE",
            Some(UserPoolTierType::Essentials) => "ESSENTIALS",
            Some(UserPoolTierType::Plus) | None => return Ok(()),
        };
        if self.has_threat_protection() {
            return Err(UserPoolError::Tier { tier, feature: "Threat Protection" });
        }
        if tier != "LITE" {
            return Ok(());
        }
        let policy = self.policies.as_ref().and_then(|policies| policies.password_policy.as_ref());
        if policy.and_then(|policy| policy.password_history_size).is_some_and(|size| size > 0) {
            return Err(UserPoolError::Tier { tier, feature: "Password History" });
        }
        if self
            .first_factors()
            .is_some_and(|factors| factors.iter().any(|factor| *factor != AuthFactorType::Password))
        {
            return Err(UserPoolError::Tier { tier, feature: "Passwordless Sign-In" });
        }
        Ok(())
    }
}

/// The policy with the service's defaults: eight characters of all four classes, temporary passwords for seven days.
fn completed_password_policy(policy: Option<PasswordPolicyType>) -> PasswordPolicyType {
    let given = policy.is_some();
    let mut policy = policy.unwrap_or_default();
    policy.minimum_length.get_or_insert(8);
    for rule in [
        &mut policy.require_uppercase,
        &mut policy.require_lowercase,
        &mut policy.require_numbers,
        &mut policy.require_symbols,
    ] {
        // A policy that is given asks only for what it names.
        rule.get_or_insert(!given);
    }
    if policy.temporary_password_validity_days.is_none_or(|days| days == 0) {
        policy.temporary_password_validity_days = Some(7);
    }
    policy
}

fn mirror(one: &mut Option<String>, other: &mut Option<String>) {
    match (&one, &other) {
        (Some(text), None) => *other = Some(text.clone()),
        (None, Some(text)) => *one = Some(text.clone()),
        (Some(_), Some(_)) | (None, None) => {}
    }
}

/// The older member and its versioned form name the same function.
fn mirror_pre_token_generation(triggers: &mut LambdaConfigType) {
    match (&triggers.pre_token_generation, &triggers.pre_token_generation_config) {
        (Some(arn), None) => {
            triggers.pre_token_generation_config = Some(PreTokenGenerationVersionConfigType {
                lambda_arn: arn.clone(),
                lambda_version: PreTokenGenerationLambdaVersionType::V1_0,
            });
        }
        (None, Some(config)) => triggers.pre_token_generation = Some(config.lambda_arn.clone()),
        (Some(_), Some(_)) | (None, None) => {}
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
    let address = match from.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>'),
        None => Some(from),
    };
    address.is_some_and(crate::users::is_email)
}
