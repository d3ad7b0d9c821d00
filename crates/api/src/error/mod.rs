//! From meanings to AWS error codes, messages and HTTP status: the one table for the JSON API.
//!
//! The causes of internal faults are kept for the log; callers see only what the service would say.

mod branding;
mod devices;
mod federation;
mod mfa;
mod sign_in;
mod users;

use std::error::Error as StdError;

use domain::app_clients::{ClientError, ClientSecretError};
use domain::codes::CodeError;
use domain::domains::DomainError;
use domain::identity_providers::IdentityProviderError;
use domain::ids::{ClientId, PoolId};
use domain::resource_servers::ResourceServerError;
use domain::secret_hash::SecretHashError;
use domain::user_filter::FilterError;
use domain::user_pools::{SchemaError, UserPoolError};
use storage::{NotWritten, StoreError};
use wire::ErrorCode;

use crate::federation::ProviderDocumentError;

/// An error as the caller sees it, with its cause for the log.
#[derive(Debug)]
pub struct ApiError {
    /// HTTP status.
    pub status: u16,
    /// `__type`.
    pub code: &'static str,
    /// `message`.
    pub message: String,
    /// What went wrong inside.
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

const RATE_EXCEEDED: &str = "Rate exceeded";

impl ApiError {
    /// An error of the model.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let status = if code.is_fault() { 500 } else { 400 };
        Self { status, code: code.as_str(), message: message.into(), source: None }
    }

    /// An error of the protocol, which the model does not list.
    pub fn protocol(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), source: None }
    }

    /// A fault of ours.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::new(ErrorCode::InternalErrorException, "Something went wrong. Try again.")
        }
    }

    /// A parameter with a value that is not allowed here.
    pub fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidParameterException, message)
    }

    /// Too many requests from one address. The text is the service's.
    pub fn rate_exceeded() -> Self {
        Self::new(ErrorCode::TooManyRequestsException, RATE_EXCEEDED)
    }

    /// Whether it is that one.
    pub fn is_rate_exceeded(&self) -> bool {
        self.code == ErrorCode::TooManyRequestsException.as_str() && self.message == RATE_EXCEEDED
    }

    /// Something that does not exist for this caller.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ResourceNotFoundException, message)
    }

    /// No such user pool.
    pub fn no_user_pool(id: &PoolId) -> Self {
        Self::not_found(format!("User pool {id} does not exist."))
    }

    /// No such app client.
    pub fn no_app_client(id: &ClientId) -> Self {
        Self::not_found(format!("User pool client {id} does not exist."))
    }

    /// No such identity provider.
    pub(crate) fn no_identity_provider(name: &str) -> Self {
        Self::not_found(format!("Identity provider {name} does not exist."))
    }

    /// No such user.
    pub fn no_user() -> Self {
        Self::new(ErrorCode::UserNotFoundException, "User does not exist.")
    }

    /// Two calls changed the same thing at once, and this one came second, in an operation for which the model does not
    /// list ConcurrentModificationException.
    pub fn too_many_requests() -> Self {
        Self::new(ErrorCode::TooManyRequestsException, "Rate exceeded")
    }

    /// Two calls changed the same thing at once, and this one came second.
    pub fn concurrent_modification() -> Self {
        Self::new(
            ErrorCode::ConcurrentModificationException,
            "Another request changed this resource at the same time. Try again.",
        )
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            // The pool that a row was to belong to was deleted while the call ran.
            StoreError::Reference => Self::not_found("The user pool does not exist."),
            StoreError::Conflict
            | StoreError::Unreadable(_)
            | StoreError::Sealed
            | StoreError::Pooler
            | StoreError::FileLost(_)
            | StoreError::Damaged(_)
            | StoreError::Database(_) => Self::internal(error),
        }
    }
}

impl From<UserPoolError> for ApiError {
    fn from(error: UserPoolError) -> Self {
        let code = match error {
            UserPoolError::Setting(_)
            | UserPoolError::Schema(_)
            | UserPoolError::DeletionProtected
            | UserPoolError::HasDomain => ErrorCode::InvalidParameterException,
            UserPoolError::Tier { .. } | UserPoolError::AboveTier { .. } => {
                ErrorCode::FeatureUnavailableInTierException
            }
        };
        Self::new(code, error.to_string())
    }
}

impl From<SchemaError> for ApiError {
    fn from(error: SchemaError) -> Self {
        Self::invalid_parameter(error.to_string())
    }
}

impl From<SecretHashError> for ApiError {
    fn from(error: SecretHashError) -> Self {
        Self::new(ErrorCode::NotAuthorizedException, error.to_string())
    }
}

impl From<CodeError> for ApiError {
    fn from(error: CodeError) -> Self {
        let code = match error {
            CodeError::Mismatch => ErrorCode::CodeMismatchException,
            CodeError::Expired => ErrorCode::ExpiredCodeException,
            CodeError::LimitExceeded => ErrorCode::LimitExceededException,
        };
        Self::new(code, error.to_string())
    }
}

impl From<ClientError> for ApiError {
    fn from(error: ClientError) -> Self {
        let code = match error {
            ClientError::Setting(_) => ErrorCode::InvalidParameterException,
            ClientError::InvalidOAuthFlow(_) => ErrorCode::InvalidOAuthFlowException,
            ClientError::ScopeDoesNotExist(_) => ErrorCode::ScopeDoesNotExistException,
            ClientError::Tier(_) => ErrorCode::FeatureUnavailableInTierException,
        };
        Self::new(code, error.to_string())
    }
}

impl From<ClientSecretError> for ApiError {
    fn from(error: ClientSecretError) -> Self {
        let code = match error {
            ClientSecretError::Public(_) | ClientSecretError::Last(_) => ErrorCode::InvalidParameterException,
            ClientSecretError::TooMany(_) => ErrorCode::LimitExceededException,
            ClientSecretError::Unknown(_) => ErrorCode::ResourceNotFoundException,
        };
        Self::new(code, error.to_string())
    }
}

impl From<DomainError> for ApiError {
    fn from(error: DomainError) -> Self {
        let code = match error {
            DomainError::Tier(_) => ErrorCode::FeatureUnavailableInTierException,
            DomainError::InvalidCharacter
            | DomainError::ReservedWord(_)
            | DomainError::NotSubdomain
            | DomainError::Certificate
            | DomainError::ManagedLoginVersion(_)
            | DomainError::PrefixTaken
            | DomainError::CustomTaken
            | DomainError::PoolHasDomain
            | DomainError::CustomToPrefix
            | DomainError::NoCustomDomain
            | DomainError::Unknown => ErrorCode::InvalidParameterException,
        };
        Self::new(code, error.to_string())
    }
}

impl From<IdentityProviderError> for ApiError {
    fn from(error: IdentityProviderError) -> Self {
        match error {
            IdentityProviderError::NameOfOtherType { .. }
            | IdentityProviderError::ReservedName(_)
            | IdentityProviderError::UnknownKey { .. }
            | IdentityProviderError::SocialKeysMissing
            | IdentityProviderError::AppleKeysMissing
            | IdentityProviderError::OidcKeysMissing
            | IdentityProviderError::NotHttps
            | IdentityProviderError::OidcEndpointsMissing
            | IdentityProviderError::RequestMethod { .. }
            | IdentityProviderError::NotTrueOrFalse { .. }
            | IdentityProviderError::ApiVersion(_)
            | IdentityProviderError::MetadataMissing
            | IdentityProviderError::MetadataTwice
            | IdentityProviderError::MetadataUrl(_)
            | IdentityProviderError::RequestSigningAlgorithm(_)
            | IdentityProviderError::OtherHost { .. }
            | IdentityProviderError::UnknownAttributes(_)
            | IdentityProviderError::RepeatedIdentifier(_) => Self::invalid_parameter(error.to_string()),
            IdentityProviderError::NoEncryptionKey => Self::internal(error),
        }
    }
}

/// Documents of providers. One text says that there is none, whatever there is in its place, so that nobody learns from it what
/// is where; the log tells. (The service tells a status other than 200.)
impl From<ProviderDocumentError> for ApiError {
    fn from(error: ProviderDocumentError) -> Self {
        match error {
            ProviderDocumentError::Rule(error) => error.into(),
            ProviderDocumentError::MetadataNotFetched { url, source } => Self {
                source: Some(source),
                ..Self::invalid_parameter(format!("Error retrieving metadata from {url}"))
            },
            ProviderDocumentError::DiscoveryNotFetched(source) => Self {
                source: Some(source),
                ..Self::invalid_parameter("Unable to contact well-known endpoint")
            },
            ProviderDocumentError::Metadata(error) => Self::invalid_parameter(error.to_string()),
            ProviderDocumentError::Discovery(error) => Self::invalid_parameter(error.to_string()),
            ProviderDocumentError::Fault(error) => error,
            ProviderDocumentError::KeyNotMade(error) => Self::internal(error),
        }
    }
}

impl From<ResourceServerError> for ApiError {
    fn from(error: ResourceServerError) -> Self {
        let code = match error {
            ResourceServerError::Exists { .. } | ResourceServerError::DuplicateScope(_) => {
                ErrorCode::InvalidParameterException
            }
            ResourceServerError::Unknown(_) => ErrorCode::ResourceNotFoundException,
        };
        Self::new(code, error.to_string())
    }
}

impl From<FilterError> for ApiError {
    fn from(error: FilterError) -> Self {
        Self::invalid_parameter(error.to_string())
    }
}

/// A user that could not be saved. Sign-up has texts of its own for names that are taken.
impl From<NotWritten> for ApiError {
    fn from(error: NotWritten) -> Self {
        match error {
            NotWritten::UsernameTaken => Self::new(ErrorCode::UsernameExistsException, "User already exists"),
            NotWritten::AliasTaken(alias) => Self::new(
                ErrorCode::AliasExistsException,
                format!("An account with the {} already exists.", alias.attribute),
            ),
            NotWritten::Changed => Self::too_many_requests(),
        }
    }
}

/// An error with all its causes, in one line.
pub(crate) fn causes(error: &dyn StdError) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}
