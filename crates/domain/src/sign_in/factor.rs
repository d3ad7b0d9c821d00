//! What somebody proves in a sign-in, one by one: wrong guesses of each are counted apart.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use wire::VerifiedAttributeType;

use super::{Challenge, Lockout};
use crate::users::MfaFactor;

/// Something that is proved in a sign-in and can be guessed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Factor {
    /// The password, in clear or by SRP.
    Password,
    /// A code by e-mail in place of a password.
    EmailOtp,
    /// A code by text message in place of a password.
    SmsOtp,
    /// A passkey.
    Passkey,
    /// A code by e-mail as second factor.
    EmailMfa,
    /// A code by text message as second factor.
    SmsMfa,
    /// A code of the authenticator app.
    SoftwareToken,
    /// The first code of an authenticator app that is being set up. It is no proof of the app that is verified.
    SoftwareTokenSetUp,
    /// The secret of a device.
    Device,
}

impl Factor {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Password,
        Self::EmailOtp,
        Self::SmsOtp,
        Self::Passkey,
        Self::EmailMfa,
        Self::SmsMfa,
        Self::SoftwareToken,
        Self::SoftwareTokenSetUp,
        Self::Device,
    ];

    /// The name that is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::EmailOtp => "email_otp",
            Self::SmsOtp => "sms_otp",
            Self::Passkey => "passkey",
            Self::EmailMfa => "email_mfa",
            Self::SmsMfa => "sms_mfa",
            Self::SoftwareToken => "software_token",
            Self::SoftwareTokenSetUp => "software_token_set_up",
            Self::Device => "device",
        }
    }

    /// The factor of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.as_str() == name)
    }

    /// Whether it is a code that was sent.
    pub fn is_sent(self) -> bool {
        match self {
            Self::EmailOtp | Self::SmsOtp | Self::EmailMfa | Self::SmsMfa => true,
            Self::Password
            | Self::Passkey
            | Self::SoftwareToken
            | Self::SoftwareTokenSetUp
            | Self::Device => false,
        }
    }

    /// The code in place of a password that goes to this address.
    pub fn one_time_code(attribute: VerifiedAttributeType) -> Self {
        match attribute {
            VerifiedAttributeType::Email => Self::EmailOtp,
            VerifiedAttributeType::PhoneNumber => Self::SmsOtp,
        }
    }
}

impl Challenge {
    /// What an answer to it proves, where there is something to guess.
    pub fn factor(&self) -> Option<Factor> {
        match self {
            Self::PasswordVerifier(_) | Self::Password | Self::SrpA => Some(Factor::Password),
            Self::MfaCode(MfaFactor::Sms, _) => Some(Factor::SmsMfa),
            Self::MfaCode(MfaFactor::Email, _) => Some(Factor::EmailMfa),
            Self::MfaCode(MfaFactor::SoftwareToken, _) | Self::SoftwareToken => Some(Factor::SoftwareToken),
            Self::Code(attribute, _) => Some(Factor::one_time_code(*attribute)),
            Self::WebAuthn(_) => Some(Factor::Passkey),
            Self::DeviceSrpA | Self::DeviceVerifier(_) => Some(Factor::Device),
            Self::SetUpMfa(_) => Some(Factor::SoftwareTokenSetUp),
            Self::NewPassword
            | Self::SelectMfa(_)
            | Self::SelectFirstFactor(_)
            | Self::SigningUp
            | Self::SignedUp => None,
        }
    }
}

impl Challenge {
    /// Whether it asks for a code that was sent.
    pub fn has_sent_code(&self) -> bool {
        self.factor().is_some_and(Factor::is_sent)
    }
}

/// The failed tries of somebody, by factor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lockouts(pub BTreeMap<Factor, Lockout>);

impl Lockouts {
    /// Whether another try of a factor is refused unseen.
    pub fn are_locked(&self, factor: Factor, now: DateTime<Utc>) -> bool {
        self.0.get(&factor).is_some_and(|lockout| lockout.is_locked(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_is_found_by_the_name_that_is_kept() {
        for factor in Factor::ALL {
            assert_eq!(Factor::from_name(factor.as_str()), Some(factor));
        }
        assert_eq!(Factor::from_name("Password"), None);
    }

    #[test]
    fn a_lock_is_of_one_factor() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let lockout = Lockout { failures: 9, last_failed_at: Some(now) };
        let lockouts = Lockouts([(Factor::Password, lockout)].into());
        assert!(lockouts.are_locked(Factor::Password, now));
        for other in Factor::ALL.into_iter().filter(|factor| *factor != Factor::Password) {
            assert!(!lockouts.are_locked(other, now), "{other:?}");
        }
    }

    #[test]
    fn codes_as_first_and_as_second_factor_are_counted_apart() {
        let sent = || "123456".to_owned();
        for (challenge, factor) in [
            (Challenge::Password, Some(Factor::Password)),
            (Challenge::SrpA, Some(Factor::Password)),
            (Challenge::Code(VerifiedAttributeType::Email, sent()), Some(Factor::EmailOtp)),
            (Challenge::Code(VerifiedAttributeType::PhoneNumber, sent()), Some(Factor::SmsOtp)),
            (Challenge::MfaCode(MfaFactor::Email, sent()), Some(Factor::EmailMfa)),
            (Challenge::MfaCode(MfaFactor::Sms, sent()), Some(Factor::SmsMfa)),
            (Challenge::SoftwareToken, Some(Factor::SoftwareToken)),
            (Challenge::SetUpMfa(Vec::new()), Some(Factor::SoftwareTokenSetUp)),
            (Challenge::DeviceSrpA, Some(Factor::Device)),
            (Challenge::NewPassword, None),
        ] {
            assert_eq!(challenge.factor(), factor);
        }
    }
}
