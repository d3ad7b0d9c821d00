//! The password policy of a pool, applied to one password.

use wire::PasswordPolicyType;

use crate::ids::PoolId;
use crate::srp::Verifier;

/// Where a password is chosen: the service begins its refusals in three ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordChoice {
    /// SignUp, and the page to sign up at.
    SignUp,
    /// The temporary password of AdminCreateUser.
    AdminCreateUser,
    /// Another password of a user who exists: ConfirmForgotPassword and NEW_PASSWORD_REQUIRED, as seen in live refusals; of
    /// ChangePassword and AdminSetUserPassword the service's text is not known.
    Later,
}

impl PasswordChoice {
    /// The beginning of a refusal, as seen in live ones.
    fn prefix(self) -> &'static str {
        match self {
            Self::SignUp => "Password did not conform with policy: ",
            Self::AdminCreateUser => "Password did not conform with password policy: ",
            Self::Later => "Password does not conform to policy: ",
        }
    }
}

/// What a password lacks. The texts are the service's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}", choice.prefix(), lack.text())]
pub struct PasswordError {
    choice: PasswordChoice,
    lack: Lack,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lack {
    Length,
    Uppercase,
    Lowercase,
    Numbers,
    Symbols,
}

impl Lack {
    fn text(self) -> &'static str {
        match self {
            Self::Length => "Password not long enough",
            Self::Uppercase => "Password must have uppercase characters",
            Self::Lowercase => "Password must have lowercase characters",
            Self::Numbers => "Password must have numeric characters",
            Self::Symbols => "Password must have symbol characters",
        }
    }
}

/// The characters that count as symbols (developer guide, "Password requirements"); an inner space counts too.
const SYMBOLS: &str = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- ";

/// Checks a password against a complete policy.
///
/// # Errors
/// The first thing that it lacks, in the order length, upper case, lower case, numbers, symbols.
pub fn check_password(
    policy: &PasswordPolicyType,
    choice: PasswordChoice,
    password: &str,
) -> Result<(), PasswordError> {
    let minimum = policy.minimum_length.and_then(|length| usize::try_from(length).ok()).unwrap_or(8);
    let has = |class: fn(char) -> bool| password.chars().any(class);
    let asked = |rule: Option<bool>| rule.unwrap_or(false);

    let lack = if password.chars().count() < minimum {
        Lack::Length
    } else if asked(policy.require_uppercase) && !has(|c| c.is_ascii_uppercase()) {
        Lack::Uppercase
    } else if asked(policy.require_lowercase) && !has(|c| c.is_ascii_lowercase()) {
        Lack::Lowercase
    } else if asked(policy.require_numbers) && !has(|c| c.is_ascii_digit()) {
        Lack::Numbers
    } else if asked(policy.require_symbols) && !has(|c| SYMBOLS.contains(c)) {
        Lack::Symbols
    } else {
        return Ok(());
    };
    Err(PasswordError { choice, lack })
}

/// Whether a password is one of these. Takes a modular exponentiation for each.
pub fn is_used_before(history: &[Verifier], pool_id: &PoolId, username: &str, password: &str) -> bool {
    history.iter().any(|verifier| verifier.matches(pool_id, username, password))
}
