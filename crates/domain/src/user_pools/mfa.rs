//! What SetUserPoolMfaConfig sets, and its rules.
//!
//! Each call replaces the whole set: a factor that is not named is off.

use serde::{Deserialize, Serialize};
use wire::{
    EmailMfaConfigType, EmailSendingAccountType, SetUserPoolMfaConfigRequest, SmsMfaConfigType,
    SoftwareTokenMfaConfigType, UserPoolMfaType, WebAuthnConfigurationType, WebAuthnFactorConfigurationType,
};

use super::{Feature, PoolSettings, UserPoolError};

/// The factors of a pool. `MfaConfiguration` itself (off, optional, on) is one of the pool's settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MfaSettings {
    /// Codes by text message.
    pub sms: Option<SmsMfaConfigType>,
    /// Time-based one-time passwords.
    pub software_token: Option<SoftwareTokenMfaConfigType>,
    /// Codes by e-mail.
    pub email: Option<EmailMfaConfigType>,
    /// Passkeys.
    pub web_authn: Option<WebAuthnConfigurationType>,
}

impl MfaSettings {
    /// The factors that a request asks for.
    pub fn of_request(request: &SetUserPoolMfaConfigRequest) -> Self {
        Self {
            sms: request.sms_mfa_configuration.clone(),
            software_token: request.software_token_mfa_configuration.clone(),
            email: request.email_mfa_configuration.clone(),
            web_authn: request.web_authn_configuration.clone(),
        }
    }

    /// Whether time-based one-time passwords are on.
    pub fn allows_software_token(&self) -> bool {
        self.software_token.as_ref().and_then(|token| token.enabled).unwrap_or(false)
    }

    /// Whether a second factor other than a text message is on.
    pub fn has_factor_without_sms(&self) -> bool {
        self.allows_software_token() || self.email.is_some()
    }

    /// Whether a passkey with user verification stands for all factors.
    pub fn passkeys_are_several_factors(&self) -> bool {
        let configuration = self.web_authn.as_ref().and_then(|passkeys| passkeys.factor_configuration);
        match configuration {
            Some(WebAuthnFactorConfigurationType::MultiFactorWithUserVerification) => true,
            Some(WebAuthnFactorConfigurationType::SingleFactor) | None => false,
        }
    }

    fn has_sms(&self) -> bool {
        self.sms.as_ref().is_some_and(|sms| sms.sms_configuration.is_some())
    }

    /// Checks these factors with `mode` against the rest of a pool's settings.
    ///
    /// # Errors
    /// [`UserPoolError`] with the service's text.
    pub fn check(&self, mode: UserPoolMfaType, settings: &PoolSettings) -> Result<(), UserPoolError> {
        let any = self.has_sms() || self.has_factor_without_sms();
        match mode {
            UserPoolMfaType::Off if any => {
                return Err(UserPoolError::setting(
                    "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
                ));
            }
            UserPoolMfaType::On | UserPoolMfaType::Optional
                if !any && settings.sms_configuration.is_none() =>
            {
                return Err(UserPoolError::setting(
                    "Invalid MFA configuration given, can't disable all MFAs with a required or optional \
                     configuration.",
                ));
            }
            UserPoolMfaType::Off | UserPoolMfaType::On | UserPoolMfaType::Optional => {}
        }
        if self.web_authn.is_some() {
            settings.check_available(Feature::Passwordless)?;
        }
        if self.email.is_some() {
            settings.check_available(Feature::EmailMfa)?;
            let sender = settings.email_configuration.as_ref().and_then(|email| email.email_sending_account);
            if sender != Some(EmailSendingAccountType::Developer) {
                return Err(UserPoolError::setting(
                    "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an \
                     EmailSendingAccount of COGNITO_DEFAULT.",
                ));
            }
        }
        Ok(())
    }
}
