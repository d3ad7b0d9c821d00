//! App clients: their settings, the rules those must keep, and what the settings mean for sign-in and tokens.
//!
//! Not here: the values of secrets, which are kept sealed beside the client, and the OAuth endpoints.

mod analytics;
mod attributes;
mod auth_flows;
mod oauth;
mod providers;
mod redirect_urls;
mod secrets;
mod settings;
#[cfg(test)]
mod tests;
mod token_validity;

use chrono::{DateTime, Utc};
use wire::{
    ClientTypeType, CreateUserPoolClientRequest, IdentityProviderTypeType, UpdateUserPoolClientRequest,
    UserPoolClientType,
};

use crate::identity_providers::IdentityProvider;
use crate::ids::{ClientId, PoolId};
use crate::user_pools::{UserPool, UserPoolError};

pub use oauth::STANDARD_SCOPES;
pub use providers::OWN_USERS;
pub use secrets::{
    ClientSecretError, check_secret_can_be_added, check_secret_can_be_deleted, generate_secret, secret_id,
};
pub use settings::ClientSettings;

/// An app client of a user pool.
#[derive(Clone, Debug, PartialEq)]
pub struct AppClient {
    /// Its id, which never changes.
    pub id: ClientId,
    /// The pool it belongs to.
    pub pool_id: PoolId,
    /// Its name, which need not be unique.
    pub name: String,
    /// What CreateUserPoolClient and UpdateUserPoolClient set.
    pub settings: ClientSettings,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub modified_at: DateTime<Utc>,
    /// Counts saves.
    pub version: i64,
}

/// What the rules of a client need to know of its surroundings.
#[derive(Clone, Copy, Debug)]
pub struct ClientContext<'a> {
    /// The client's pool.
    pub pool: &'a UserPool,
    /// The identity providers of the pool.
    pub providers: &'a [ProviderOfPool],
    /// The scopes of all resource servers of the pool, in full: `identifier/scope`.
    pub resource_scopes: &'a [String],
    /// Whether the client has a secret. Of a new client its request says so, and this is not looked at.
    pub has_secret: bool,
}

/// What the rules of a client need to know of an identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderOfPool {
    /// Its name, by which clients choose it.
    pub name: String,
    /// Its protocol or brand.
    pub kind: IdentityProviderTypeType,
    /// Whether it accepts SAML responses that nobody asked for (`IDPInit`).
    pub is_idp_initiated: bool,
}

impl From<&IdentityProvider> for ProviderOfPool {
    fn from(provider: &IdentityProvider) -> Self {
        Self {
            name: provider.name.clone(),
            kind: provider.kind,
            is_idp_initiated: provider.details.get("IDPInit").is_some_and(|value| value == "true"),
        }
    }
}

/// Why settings of a client were refused. Texts are the service's where they are known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// A setting breaks a rule; the text says which. InvalidParameterException.
    #[error("{0}")]
    Setting(String),
    /// OAuth flows that do not go together, or not with this client. InvalidOAuthFlowException.
    #[error("{0}")]
    InvalidOAuthFlow(String),
    /// A scope that is neither standard nor of a resource server. ScopeDoesNotExistException.
    #[error("Invalid scope requested: {0}")]
    ScopeDoesNotExist(String),
    /// The pool's tier does not include a feature that the settings ask for. FeatureUnavailableInTierException.
    #[error(transparent)]
    Tier(#[from] UserPoolError),
}

impl ClientError {
    fn setting(text: impl Into<String>) -> Self {
        Self::Setting(text.into())
    }

    fn oauth_flow(text: impl Into<String>) -> Self {
        Self::InvalidOAuthFlow(text.into())
    }
}

/// What a request does, as the service's texts name it.
#[derive(Clone, Copy, Debug)]
enum Act {
    Creating,
    Updating,
}

impl Act {
    fn name(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Updating => "updating",
        }
    }
}

impl AppClient {
    /// A new client of the pool in `context`. Its secret, if the request asks for one, is made by the caller.
    ///
    /// # Errors
    /// [`ClientError`] for the first rule that the request breaks.
    pub fn new(
        id: ClientId,
        request: &CreateUserPoolClientRequest,
        context: &ClientContext<'_>,
        now: DateTime<Utc>,
    ) -> Result<Self, ClientError> {
        Ok(Self {
            id,
            pool_id: context.pool.id.clone(),
            name: request.client_name.clone(),
            settings: ClientSettings::of_new_client(request, context)?,
            created_at: now,
            modified_at: now,
            version: 1,
        })
    }

    /// The client after an update, which replaces all settings; an omitted name stays.
    ///
    /// # Errors
    /// [`ClientError`] for the first rule that the request breaks.
    pub fn updated(
        &self,
        request: &UpdateUserPoolClientRequest,
        context: &ClientContext<'_>,
        now: DateTime<Utc>,
    ) -> Result<Self, ClientError> {
        Ok(Self {
            name: request.client_name.clone().unwrap_or_else(|| self.name.clone()),
            settings: ClientSettings::of_update(request, context)?,
            modified_at: now,
            ..self.clone()
        })
    }

    /// The client as the API describes it, with its newest secret if it has one.
    pub fn describe(&self, secret: Option<String>) -> UserPoolClientType {
        let settings = self.settings.clone();
        UserPoolClientType {
            user_pool_id: Some(self.pool_id.to_string()),
            client_name: Some(self.name.clone()),
            client_id: Some(self.id.to_string()),
            client_secret: secret,
            last_modified_date: Some(self.modified_at.into()),
            creation_date: Some(self.created_at.into()),
            refresh_token_validity: settings.refresh_token_validity,
            access_token_validity: settings.access_token_validity,
            id_token_validity: settings.id_token_validity,
            token_validity_units: settings.token_validity_units,
            read_attributes: settings.read_attributes,
            write_attributes: settings.write_attributes,
            explicit_auth_flows: settings.explicit_auth_flows,
            supported_identity_providers: settings.supported_identity_providers,
            callback_urls: settings.callback_urls,
            logout_urls: settings.logout_urls,
            default_redirect_uri: settings.default_redirect_uri,
            allowed_oauth_flows: settings.allowed_oauth_flows,
            allowed_oauth_scopes: settings.allowed_oauth_scopes,
            allowed_oauth_flows_user_pool_client: settings.allowed_oauth_flows_user_pool_client,
            analytics_configuration: settings.analytics_configuration.map(analytics::shown),
            prevent_user_existence_errors: settings.prevent_user_existence_errors,
            enable_token_revocation: settings.enable_token_revocation,
            enable_propagate_additional_user_context_data: settings
                .enable_propagate_additional_user_context_data,
            auth_session_validity: settings.auth_session_validity,
            refresh_token_rotation: settings.refresh_token_rotation,
            client_type: Some(ClientTypeType::Regular),
        }
    }
}
