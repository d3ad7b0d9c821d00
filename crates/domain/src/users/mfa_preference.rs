//! Which second factors a user has turned on, and which of them is asked for first.

use serde::{Deserialize, Serialize};
use wire::{
    EmailMfaSettingsType, MFAOptionType, SMSMfaSettingsType, SoftwareTokenMfaSettingsType,
    WebAuthnMfaSettingsType,
};

use super::User;
use crate::software_tokens::SoftwareToken;

/// A second factor that is a challenge of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum MfaFactor {
    /// A code by text message.
    #[serde(rename = "SMS_MFA")]
    Sms,
    /// A code of an authenticator app.
    #[serde(rename = "SOFTWARE_TOKEN_MFA")]
    SoftwareToken,
    /// A code by e-mail.
    #[serde(rename = "EMAIL_OTP")]
    Email,
}

impl MfaFactor {
    /// The name in `UserMFASettingList`, and of the challenge.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "SMS_MFA",
            Self::SoftwareToken => "SOFTWARE_TOKEN_MFA",
            Self::Email => "EMAIL_OTP",
        }
    }

    /// The factor of this name. `EMAIL_MFA` is an older name that the developer guide still shows.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "SMS_MFA" => Some(Self::Sms),
            "SOFTWARE_TOKEN_MFA" => Some(Self::SoftwareToken),
            "EMAIL_OTP" | "EMAIL_MFA" => Some(Self::Email),
            _ => None,
        }
    }
}

/// What a user, or an administrator for them, has set with SetUserMFAPreference and SetUserSettings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MfaPreference {
    /// Codes by text message are on.
    pub sms: bool,
    /// Codes of an authenticator app are on.
    pub software_token: bool,
    /// Codes by e-mail are on.
    pub email: bool,
    /// Passkeys count as several factors.
    pub web_authn: bool,
    /// The factor that is asked for without a question.
    pub preferred: Option<MfaFactor>,
    /// What SetUserSettings, the older operation, was given: it shows again in `MFAOptions`.
    pub options: Vec<MFAOptionType>,
}

/// Why a preference was refused. Texts are the service's where they are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MfaPreferenceError {
    /// No address to send codes to.
    #[error("User does not have delivery config set to turn on {}", .0.as_str())]
    NoDelivery(MfaFactor),
    /// The authenticator app never showed a right code.
    #[error("User has not verified software token mfa")]
    NotVerified,
    /// More than one factor is preferred.
    #[error("Only one MFA method can be preferred.")]
    SeveralPreferred,
    /// A factor is preferred and not on.
    #[error("MFA method cannot be preferred when it is not enabled.")]
    PreferredNotEnabled,
}

/// What SetUserMFAPreference asks for. What is left out stays as it is.
#[derive(Clone, Debug, Default)]
pub struct MfaChange {
    /// Codes by text message.
    pub sms: Option<SMSMfaSettingsType>,
    /// Codes of an authenticator app.
    pub software_token: Option<SoftwareTokenMfaSettingsType>,
    /// Codes by e-mail.
    pub email: Option<EmailMfaSettingsType>,
    /// Passkeys.
    pub web_authn: Option<WebAuthnMfaSettingsType>,
}

impl MfaChange {
    /// The preference of `user` after this change.
    ///
    /// # Errors
    /// [`MfaPreferenceError`].
    pub fn applied(
        &self,
        user: &User,
        token: Option<&SoftwareToken>,
    ) -> Result<MfaPreference, MfaPreferenceError> {
        let asked = [
            (MfaFactor::Sms, self.sms.as_ref().map(|sms| (sms.enabled, sms.preferred_mfa))),
            (
                MfaFactor::SoftwareToken,
                self.software_token.as_ref().map(|token| (token.enabled, token.preferred_mfa)),
            ),
            (MfaFactor::Email, self.email.as_ref().map(|email| (email.enabled, email.preferred_mfa))),
        ];
        if asked.iter().filter(|(_, asked)| matches!(asked, Some((_, Some(true))))).count() > 1 {
            return Err(MfaPreferenceError::SeveralPreferred);
        }
        let mut preference = user.mfa.clone();
        for (factor, asked) in asked {
            let Some((enabled, preferred)) = asked else { continue };
            let (enabled, preferred) = (enabled.unwrap_or(false), preferred.unwrap_or(false));
            if preferred && !enabled {
                return Err(MfaPreferenceError::PreferredNotEnabled);
            }
            if enabled {
                check_means(user, token, factor)?;
            }
            preference.turn(factor, enabled, preferred);
        }
        if let Some(web_authn) = &self.web_authn {
            preference.web_authn = web_authn.enabled.unwrap_or(false);
        }
        Ok(preference)
    }
}

fn check_means(
    user: &User,
    token: Option<&SoftwareToken>,
    factor: MfaFactor,
) -> Result<(), MfaPreferenceError> {
    let has = |attribute: &str| user.attribute(attribute).is_some_and(|value| !value.is_empty());
    match factor {
        MfaFactor::Sms if !has("phone_number") => Err(MfaPreferenceError::NoDelivery(factor)),
        MfaFactor::Email if !has("email") => Err(MfaPreferenceError::NoDelivery(factor)),
        MfaFactor::SoftwareToken if !token.is_some_and(|token| token.verified) => {
            Err(MfaPreferenceError::NotVerified)
        }
        MfaFactor::Sms | MfaFactor::Email | MfaFactor::SoftwareToken => Ok(()),
    }
}

impl MfaPreference {
    /// Turns a factor on or off.
    pub fn turn(&mut self, factor: MfaFactor, enabled: bool, preferred: bool) {
        match factor {
            MfaFactor::Sms => {
                self.sms = enabled;
                if !enabled {
                    self.options.clear();
                }
            }
            MfaFactor::SoftwareToken => self.software_token = enabled,
            MfaFactor::Email => self.email = enabled,
        }
        if preferred {
            self.preferred = Some(factor);
        } else if self.preferred == Some(factor) {
            self.preferred = None;
        }
    }

    /// `UserMFASettingList`: None when nothing is on.
    pub fn listed(&self) -> Option<Vec<String>> {
        let names: Vec<String> = self.enabled().iter().map(|factor| factor.as_str().to_owned()).collect();
        Some(names).filter(|names| !names.is_empty())
    }

    /// The factors that are on, in the order of `UserMFASettingList`.
    pub fn enabled(&self) -> Vec<MfaFactor> {
        let by_options = !self.options.is_empty();
        [
            (MfaFactor::Sms, self.sms || by_options),
            (MfaFactor::SoftwareToken, self.software_token),
            (MfaFactor::Email, self.email),
        ]
        .into_iter()
        .filter_map(|(factor, is_on)| is_on.then_some(factor))
        .collect()
    }
}
