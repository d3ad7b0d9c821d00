//! Signing in: a state machine of pure functions.
//!
//! A sign-in begins with a first factor ([`FirstFactor`]), goes through what the user's state and the pool's settings ask
//! for ([`after_first_factor`], [`after_new_password`]), and ends in tokens. Between two steps it is a [`SignIn`], which
//! somebody else keeps. Nothing here knows of requests, pages or databases.

mod error;
mod factor;
mod first_factor;
mod lockout;
mod new_password;
mod second_factor;
#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::{ChallengeNameType, VerifiedAttributeType};

use crate::app_clients::AppClient;
use crate::devices::Device;
use crate::ids::{ClientId, PoolId};
use crate::software_tokens::SoftwareToken;
use crate::srp::Exchange;
use crate::user_pools::UserPool;
use crate::users::{MfaFactor, User};

pub use error::SignInError;
pub use factor::{Factor, Lockouts};
pub use first_factor::{FirstFactor, PretendedUser, available, available_to_nobody};
pub use lockout::Lockout;
pub use new_password::{given_attributes, required_attributes, with_new_password};
pub use second_factor::{after_device, after_first_factor, after_new_password, check_code};

/// A sign-in between two steps.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SignIn {
    /// The pool.
    pub pool_id: PoolId,
    /// The client that began it, which alone may go on.
    pub client_id: ClientId,
    /// The user. None: nobody has the name, and the client hides that.
    pub user_id: Option<Uuid>,
    /// The name that nobody has, as it was typed. None where a user has it.
    #[serde(default)]
    pub unknown_name: Option<String>,
    /// The name in challenges (`USER_ID_FOR_SRP`): the username, never an alias.
    pub username: String,
    /// Where it takes place.
    pub surface: Surface,
    /// Whether it is choice-based (`USER_AUTH`), where each challenge has a session.
    pub is_choice_based: bool,
    /// The device that the client said it is, in the first request or in an answer.
    pub device_key: Option<String>,
    /// Whether the password was sent in clear. Then a new device is not kept track of (seen at the service: ConfirmDevice
    /// refuses the key that such a sign-in hands out, and the tokens cannot be refreshed). Of codes and passkeys in place of a
    /// password nothing was seen: their devices can be confirmed.
    #[serde(default)]
    pub has_plain_password: bool,
    /// The future `event_id`.
    pub event_id: Uuid,
    /// What the user has proved so far.
    pub passed: Vec<Proof>,
    /// What is asked now.
    pub challenge: Challenge,
}

/// Where a sign-in takes place. It goes on where it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Surface {
    /// At the operations of a client: InitiateAuth and RespondToAuthChallenge.
    Api,
    /// At those of an administrator.
    AdminApi,
    /// At the pages of a domain.
    ManagedLogin,
}

/// How long a person has at a page, whatever the client says (developer guide, "Managed login").
const AT_A_PAGE: TimeDelta = TimeDelta::minutes(5);

impl Surface {
    /// How long a sign-in of this client waits for its next step.
    pub fn step_lifetime(self, client: &AppClient) -> TimeDelta {
        let lifetime = client.settings.auth_session_lifetime();
        match self {
            Self::Api | Self::AdminApi => lifetime,
            Self::ManagedLogin => lifetime.max(AT_A_PAGE),
        }
    }
}

/// Something that a user proved in a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proof {
    /// A password, by itself or by SRP.
    Password,
    /// A code in place of a password, or a passkey.
    Passwordless,
    /// A second factor.
    Mfa,
}

impl Proof {
    /// Whether it was the second one.
    pub fn is_second_factor(self) -> bool {
        match self {
            Self::Mfa => true,
            Self::Password | Self::Passwordless => false,
        }
    }
}

/// What a sign-in waits for, with all that is needed to judge the answer.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Challenge {
    /// The proof of an SRP exchange.
    PasswordVerifier(Exchange),
    /// A password of the user's own in place of a temporary one.
    NewPassword,
    /// The code that was sent, as a second factor.
    MfaCode(MfaFactor, String),
    /// A code of the authenticator app.
    SoftwareToken,
    /// The choice of a second factor.
    SelectMfa(Vec<MfaFactor>),
    /// The set-up of a second factor, one of these.
    SetUpMfa(Vec<MfaFactor>),
    /// The choice of a first factor.
    SelectFirstFactor(Vec<FirstFactor>),
    /// A password.
    Password,
    /// The A of an SRP exchange.
    SrpA,
    /// The code that was sent, as a first factor.
    Code(VerifiedAttributeType, String),
    /// The assertion of a passkey; the state of the ceremony as the library keeps it.
    WebAuthn(String),
    /// The code of a sign-up, which is shown elsewhere (`Session` of SignUp).
    SigningUp,
    /// Nothing more: the code of a sign-up was proof enough to sign in with (`Session` of ConfirmSignUp).
    SignedUp,
    /// The A of an SRP exchange with the device's secret.
    DeviceSrpA,
    /// The proof of an SRP exchange with the device's secret.
    DeviceVerifier(Exchange),
}

impl Challenge {
    /// The name in the API.
    pub fn name(&self) -> ChallengeNameType {
        match self {
            Self::PasswordVerifier(_) => ChallengeNameType::PasswordVerifier,
            Self::NewPassword => ChallengeNameType::NewPasswordRequired,
            Self::MfaCode(MfaFactor::Sms, _) => ChallengeNameType::SmsMfa,
            Self::MfaCode(MfaFactor::Email, _) => ChallengeNameType::EmailOtp,
            Self::MfaCode(MfaFactor::SoftwareToken, _) | Self::SoftwareToken => {
                ChallengeNameType::SoftwareTokenMfa
            }
            Self::SelectMfa(_) => ChallengeNameType::SelectMfaType,
            Self::SetUpMfa(_) => ChallengeNameType::MfaSetup,
            // The latter two are never shown as challenges.
            Self::SelectFirstFactor(_) | Self::SigningUp | Self::SignedUp => {
                ChallengeNameType::SelectChallenge
            }
            Self::Password => ChallengeNameType::Password,
            Self::SrpA => ChallengeNameType::PasswordSrp,
            Self::Code(VerifiedAttributeType::Email, _) => ChallengeNameType::EmailOtp,
            Self::Code(VerifiedAttributeType::PhoneNumber, _) => ChallengeNameType::SmsOtp,
            Self::WebAuthn(_) => ChallengeNameType::WebAuthn,
            Self::DeviceSrpA => ChallengeNameType::DeviceSrpAuth,
            Self::DeviceVerifier(_) => ChallengeNameType::DevicePasswordVerifier,
        }
    }
}

impl Challenge {
    /// Whether a device is in the middle of proving itself.
    pub fn is_of_device(&self) -> bool {
        match self {
            Self::DeviceSrpA | Self::DeviceVerifier(_) => true,
            Self::PasswordVerifier(_)
            | Self::NewPassword
            | Self::MfaCode(..)
            | Self::SoftwareToken
            | Self::SelectMfa(_)
            | Self::SetUpMfa(_)
            | Self::SelectFirstFactor(_)
            | Self::Password
            | Self::SrpA
            | Self::Code(..)
            | Self::WebAuthn(_)
            | Self::SigningUp
            | Self::SignedUp => false,
        }
    }

    /// Whether it asks for a second factor.
    pub fn is_second_factor(&self) -> bool {
        match self {
            Self::MfaCode(..)
            | Self::SoftwareToken
            | Self::SelectMfa(_)
            | Self::SetUpMfa(_)
            | Self::DeviceSrpA
            | Self::DeviceVerifier(_) => true,
            Self::PasswordVerifier(_)
            | Self::NewPassword
            | Self::SelectFirstFactor(_)
            | Self::Password
            | Self::SrpA
            | Self::Code(..)
            | Self::SigningUp
            | Self::SignedUp
            | Self::WebAuthn(_) => false,
        }
    }

    /// Whether one answer is all it takes: a proof of a password cannot be tried again, a code can.
    pub fn takes_one_answer(&self) -> bool {
        match self {
            Self::PasswordVerifier(_) | Self::Password | Self::WebAuthn(_) | Self::DeviceVerifier(_) => true,
            Self::NewPassword
            | Self::MfaCode(..)
            | Self::SoftwareToken
            | Self::SelectMfa(_)
            | Self::SetUpMfa(_)
            | Self::SelectFirstFactor(_)
            | Self::SrpA
            | Self::Code(..)
            | Self::SigningUp
            | Self::SignedUp
            | Self::DeviceSrpA => false,
        }
    }
}

/// A user with all that decides over the next step.
#[derive(Clone)]
pub struct Account {
    /// The user.
    pub user: User,
    /// The authenticator app, verified or not.
    pub software_token: Option<SoftwareToken>,
    /// How many passkeys the user has.
    pub passkeys: i64,
    /// The device of this sign-in, if the user has it.
    pub device: Option<Device>,
}

/// What a sign-in is held against.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// The pool.
    pub pool: &'a UserPool,
    /// The client.
    pub client: &'a AppClient,
    /// Now.
    pub now: DateTime<Utc>,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Tokens.
    Tokens,
    /// A password of the user's own.
    NewPassword,
    /// This second factor.
    Mfa(MfaFactor),
    /// The choice between these.
    SelectMfa(Vec<MfaFactor>),
    /// The set-up of one of these.
    SetUpMfa(Vec<MfaFactor>),
    /// The device proves itself, in place of a second factor.
    Device,
}
