//! Why a federated sign-in failed, as the application hears it in the query of its redirect URI. Nothing here says which page
//! or URI that is.
//!
//! Texts are those that applications of the service report, unless a variant says otherwise.

use wire::IdentityProviderTypeType as Kind;

use crate::users::MUST_STAY;

/// Why a federated sign-in failed. `Display` is `error_description`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FederationError {
    /// A SAML response that nobody asked for, or whose sign-in is forgotten.
    #[error("Invalid samlResponse or relayState from identity provider")]
    Unsolicited,
    /// `RelayState` is not that of this browser's sign-in.
    #[error("Invalid relayState from identity provider")]
    RelayState,
    /// A SAML response is not to be trusted; the text says why.
    #[error("Invalid SAML response received: {0}")]
    SamlResponse(String),
    /// The provider does not say what the pool requires.
    #[error("{}", required(*provider_type, names))]
    Required {
        /// The provider's type.
        provider_type: Kind,
        /// The attributes that are missing.
        names: Vec<String>,
    },
    /// The provider says that something is blank that the pool requires and the user has had. For all types of providers.
    #[error("Invalid user attributes: {}", cleared(.0))]
    Blank(Vec<String>),
    /// What the provider says does not fit the pool's schema. With SAML the text is the service's.
    #[error("{}Invalid user attributes: {complaints}", processing(*provider_type))]
    Attributes {
        /// The provider's type.
        provider_type: Kind,
        /// What is wrong, a line for each attribute.
        complaints: String,
    },
    /// The username would be longer than 128 characters.
    #[error(
        "{}1 validation error detected: Value '{username}' at 'userName' failed to satisfy constraint: Member must have \
         length less than or equal to 128", processing(*provider_type)
    )]
    UsernameTooLong {
        /// The provider's type.
        provider_type: Kind,
        /// The username.
        username: String,
    },
    /// The username would have characters by which no operation can name the user.
    #[error(
        "{}1 validation error detected: Value '{username}' at 'userName' failed to satisfy constraint: Member must \
         satisfy regular expression pattern: [\\p{{L}}\\p{{M}}\\p{{S}}\\p{{N}}\\p{{P}}]+", processing(*provider_type)
    )]
    UsernameCharacters {
        /// The provider's type.
        provider_type: Kind,
        /// The username.
        username: String,
    },
    /// The provider says what an attribute is that never changes.
    #[error("user.{0}: Attribute cannot be updated.\n")]
    Immutable(String),
    /// Another user has the username.
    #[error("Already found an entry for username {0}")]
    UsernameTaken(String),
    /// Another user has an alias that the sign-in would give this one.
    #[error("Already found an entry for the provided username.")]
    AliasTaken,
    /// The pool's function for new users refuses this one.
    #[error("PreSignUp failed with error {0}. ")]
    PreSignUp(String),
    /// An administrator has disabled the user.
    #[error("User is not enabled")]
    Disabled,
    /// The provider itself says why, and is passed on.
    #[error("{}", description.as_deref().unwrap_or_default())]
    OfProvider {
        /// Its `error`.
        error: String,
        /// Its `error_description`.
        description: Option<String>,
    },
}

impl FederationError {
    /// `error`.
    pub fn code(&self) -> &str {
        match self {
            Self::SamlResponse(_) => SERVER_ERROR,
            Self::Required { provider_type, .. }
            | Self::Attributes { provider_type, .. }
            | Self::UsernameTooLong { provider_type, .. }
            | Self::UsernameCharacters { provider_type, .. } => code_of(*provider_type),
            Self::Unsolicited
            | Self::RelayState
            | Self::Blank(_)
            | Self::Immutable(_)
            | Self::UsernameTaken(_)
            | Self::AliasTaken
            | Self::PreSignUp(_)
            | Self::Disabled => INVALID_REQUEST,
            Self::OfProvider { error, .. } => error,
        }
    }
}

const INVALID_REQUEST: &str = "invalid_request";
const SERVER_ERROR: &str = "server_error";

/// What SAML providers say is judged where their response is processed.
fn code_of(provider_type: Kind) -> &'static str {
    match provider_type {
        Kind::Saml => SERVER_ERROR,
        Kind::Facebook | Kind::Google | Kind::LoginWithAmazon | Kind::SignInWithApple | Kind::Oidc => {
            INVALID_REQUEST
        }
    }
}

fn processing(provider_type: Kind) -> &'static str {
    match provider_type {
        Kind::Saml => "Error in SAML response processing: ",
        Kind::Facebook | Kind::Google | Kind::LoginWithAmazon | Kind::SignInWithApple | Kind::Oidc => "",
    }
}

fn cleared(names: &[String]) -> String {
    let lines: Vec<String> = names.iter().map(|name| format!("{name}: {MUST_STAY}")).collect();
    lines.join("\n")
}

fn required(provider_type: Kind, names: &[String]) -> String {
    match provider_type {
        Kind::Saml => {
            let lines: Vec<String> =
                names.iter().map(|name| format!("{name}: The attribute is required")).collect();
            format!("{}Invalid user attributes: {}", processing(provider_type), lines.join("\n"))
        }
        Kind::Facebook | Kind::Google | Kind::LoginWithAmazon | Kind::SignInWithApple | Kind::Oidc => {
            format!("attributes required: [{}]", names.join(", "))
        }
    }
}
