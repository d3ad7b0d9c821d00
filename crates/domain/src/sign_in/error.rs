//! Why a sign-in did not go on. The texts are the service's.

use crate::srp::SrpError;
use crate::user_pools::PasswordError;
use crate::users::AttributeError;

/// Why a sign-in did not go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Another password, a proof of another password, or a user who is not told of.
    #[error("Incorrect username or password.")]
    Incorrect,
    /// Nobody has this name, and the client may know.
    #[error("User does not exist.")]
    NoSuchUser,
    /// An administrator has disabled the user.
    #[error("User is disabled.")]
    Disabled,
    /// Too many failed tries a moment ago.
    #[error("Password attempts exceeded")]
    Locked,
    /// Too many codes to sign in with in an hour, and none came back. The text is that of other codes.
    #[error("Attempt limit exceeded, please try after some time.")]
    TooManyCodes,
    /// The sign-up was not confirmed.
    #[error("User is not confirmed.")]
    NotConfirmed,
    /// The password was reset and the user has not chosen another.
    #[error("Password reset required for the user")]
    PasswordResetRequired,
    /// The temporary password was not used in time.
    #[error("Temporary password has expired and must be reset by an administrator.")]
    TemporaryPasswordExpired,
    /// No sign-in has this handle, or one of another client or user.
    #[error("Invalid session for the user.")]
    NoSession,
    /// The challenge was answered before.
    #[error("Invalid session for the user, session can only be used once.")]
    SessionUsed,
    /// The challenge was answered too late.
    #[error("Invalid session for the user, session is expired.")]
    SessionExpired,
    /// Another code than the one that was sent.
    #[error("Invalid code or auth state for the user.")]
    CodeMismatch,
    /// Another code than the authenticator app shows.
    #[error("Invalid code received for user")]
    SoftwareTokenMismatch,
    /// A code of the authenticator app that was used before.
    #[error("Your software token has already been used once.")]
    SoftwareTokenUsed,
    /// The user has no authenticator app.
    #[error("Software Token MFA does not exist for the user.")]
    NoSoftwareToken,
    /// The pool insists on a second factor, and the user can have none.
    #[error("User does not have an eligible MFA method.")]
    NoMfaMethod,
    /// The answer names a factor that was not offered. The service's text is not known.
    #[error("Invalid challenge response: {0} is not available for the user.")]
    NotOffered(String),
    /// The set-up of a second factor is not done.
    #[error("User has not verified software token mfa")]
    SetUpMissing,
    /// A required attribute is missing beside the new password.
    #[error("Invalid attributes given, {0} is missing")]
    AttributeMissing(String),
    /// An attribute that has a value already stands beside the new password.
    #[error("Cannot modify an already provided {0}")]
    AttributeProvided(String),
    /// An attribute beside the new password has the wrong form.
    #[error(transparent)]
    Attribute(#[from] AttributeError),
    /// The new password does not keep the policy.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The A of an SRP exchange is no such number.
    #[error(transparent)]
    Srp(#[from] SrpError),
    /// The device is unknown.
    #[error("Device does not exist.")]
    NoDevice,
}

impl SignInError {
    /// Whether this was a wrong guess, which counts against the user.
    pub fn is_failed_guess(&self) -> bool {
        match self {
            Self::Incorrect | Self::CodeMismatch | Self::SoftwareTokenMismatch => true,
            Self::NoSuchUser
            | Self::Disabled
            | Self::Locked
            | Self::TooManyCodes
            | Self::NotConfirmed
            | Self::PasswordResetRequired
            | Self::TemporaryPasswordExpired
            | Self::NoSession
            | Self::SessionUsed
            | Self::SessionExpired
            | Self::SoftwareTokenUsed
            | Self::NoSoftwareToken
            | Self::NoMfaMethod
            | Self::NotOffered(_)
            | Self::SetUpMissing
            | Self::AttributeMissing(_)
            | Self::AttributeProvided(_)
            | Self::Attribute(_)
            | Self::Password(_)
            | Self::Srp(_)
            | Self::NoDevice => false,
        }
    }
}
