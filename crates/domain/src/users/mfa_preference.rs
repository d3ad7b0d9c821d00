//! Which second factors a user has turned on, and which of them is asked for first.

use serde::{Deserialize, Serialize};
use wire::MFAOptionType;

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

impl MfaPreference {
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
