//! Codes that prove that somebody reads an address: what for, how long, how often.

use chrono::{DateTime, Duration, Utc};
use wire::VerifiedAttributeType;

use crate::clock_skew::is_ahead;
use crate::random::{self, Random};

/// What a code is for. A user has at most one per purpose; a new one replaces the old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodePurpose {
    /// Confirming a sign-up.
    SignUp,
    /// Choosing another password, asked for by the user or by an administrator.
    ForgotPassword,
    /// Verifying an e-mail address of a user.
    VerifyEmail,
    /// Verifying a telephone number of a user.
    VerifyPhoneNumber,
}

impl CodePurpose {
    /// The name that is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::ForgotPassword => "forgot_password",
            Self::VerifyEmail => "verify_email",
            Self::VerifyPhoneNumber => "verify_phone_number",
        }
    }

    /// What verifies this attribute.
    pub fn verifying(attribute: VerifiedAttributeType) -> Self {
        match attribute {
            VerifiedAttributeType::Email => Self::VerifyEmail,
            VerifiedAttributeType::PhoneNumber => Self::VerifyPhoneNumber,
        }
    }

    /// How long such a code is good (developer guide, "Quotas").
    pub fn lifetime(self) -> Duration {
        match self {
            Self::SignUp | Self::VerifyEmail | Self::VerifyPhoneNumber => Duration::hours(24),
            Self::ForgotPassword => Duration::hours(1),
        }
    }

    /// A new code: six digits, whatever for.
    pub fn generate(self, random: &dyn Random) -> String {
        random::digits(random, 6)
    }
}

/// Something that a user may do only so often in an hour (developer guide, "Quotas").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitedAction {
    /// Showing a sign-up code.
    ConfirmSignUp,
    /// Asking for another sign-up code.
    ResendConfirmationCode,
    /// Asking for a code to choose another password.
    ForgotPassword,
    /// Showing such a code.
    ConfirmForgotPassword,
    /// Asking for a code to verify an attribute.
    GetUserAttributeVerificationCode,
    /// Showing such a code.
    VerifyUserAttribute,
    /// Changing the password.
    ChangePassword,
    /// Being sent a code for a changed address. The service has no quota for it.
    ChangedAddressCode,
    /// Being sent a code to sign in with. A right one takes the count back: those that nobody reads are limited.
    SignInCode,
}

impl LimitedAction {
    /// The name that is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmSignUp => "confirm_sign_up",
            Self::ResendConfirmationCode => "resend_confirmation_code",
            Self::ForgotPassword => "forgot_password",
            Self::ConfirmForgotPassword => "confirm_forgot_password",
            Self::GetUserAttributeVerificationCode => "get_user_attribute_verification_code",
            Self::VerifyUserAttribute => "verify_user_attribute",
            Self::ChangePassword => "change_password",
            Self::ChangedAddressCode => "changed_address_code",
            Self::SignInCode => "sign_in_code",
        }
    }

    /// How many times in an hour, unless the configuration says otherwise.
    pub fn limit(self) -> i64 {
        match self {
            Self::ChangedAddressCode | Self::SignInCode => 60,
            Self::ConfirmSignUp | Self::VerifyUserAttribute | Self::ConfirmForgotPassword => 15,
            Self::ResendConfirmationCode
            | Self::ForgotPassword
            | Self::GetUserAttributeVerificationCode
            | Self::ChangePassword => 5,
        }
    }

    /// The start of the hour that a try at `now` is counted in, and the tries in it with this one. So many were counted in the
    /// hour that began at `window_start`. An hour that begins later, because a clock was ahead, is none.
    pub fn counted(
        self,
        window_start: DateTime<Utc>,
        tries: i64,
        now: DateTime<Utc>,
    ) -> (DateTime<Utc>, i64) {
        if now < window_start + Duration::hours(1) && !is_ahead(window_start, now) {
            (window_start, tries + 1)
        } else {
            (now, 1)
        }
    }
}

/// Why a code was not taken. The texts are the service's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Another code.
    #[error("Invalid verification code provided, please try again.")]
    Mismatch,
    /// None was sent, or it is too old.
    #[error("Invalid code provided, please request a code again.")]
    Expired,
    /// Too many tries in an hour.
    #[error("Attempt limit exceeded, please try after some time.")]
    LimitExceeded,
}

/// Judges a code that somebody showed: `stored` is when the kept code ends, and whether it is this one.
///
/// # Errors
/// [`CodeError`].
pub fn check_code(stored: Option<(DateTime<Utc>, bool)>, now: DateTime<Utc>) -> Result<(), CodeError> {
    match stored {
        None => Err(CodeError::Expired),
        Some((expires_at, _)) if expires_at <= now => Err(CodeError::Expired),
        Some((_, false)) => Err(CodeError::Mismatch),
        Some((_, true)) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_counts_only_while_it_lives_and_only_when_it_is_the_one() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let later = now + Duration::seconds(1);
        for (stored, outcome) in [
            (None, Err(CodeError::Expired)),
            (Some((now, true)), Err(CodeError::Expired)),
            (Some((later, false)), Err(CodeError::Mismatch)),
            (Some((later, true)), Ok(())),
        ] {
            assert_eq!(check_code(stored, now), outcome, "{stored:?}");
        }
    }

    #[test]
    fn an_hour_of_tries_begins_with_the_first() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let action = LimitedAction::ConfirmSignUp;
        assert_eq!(action.counted(now, 0, now), (now, 1));
        let recent = now - Duration::minutes(59);
        assert_eq!(action.counted(recent, 7, now), (recent, 8));
        assert_eq!(action.counted(now - Duration::hours(1), 7, now), (now, 1));
        // A clock was ahead: of another replica a little, or of this one for a while.
        let soon = now + Duration::seconds(30);
        assert_eq!(action.counted(soon, 7, now), (soon, 8));
        assert_eq!(action.counted(now + Duration::hours(1), 7, now), (now, 1));
    }
}
