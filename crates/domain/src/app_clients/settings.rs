//! The settings of a client: defaults, what an update keeps, and the rules that have no file of their own.
//!
//! Shapes (lengths, patterns, ranges of one member) are checked before by `wire`; these are the rules that need more.

use serde::{Deserialize, Serialize};
use wire::{
    AnalyticsConfigurationType, CreateUserPoolClientRequest, ExplicitAuthFlowsType, FeatureType,
    OAuthFlowType, PreventUserExistenceErrorTypes, RefreshTokenRotationType, TokenValidityUnitsType,
    UpdateUserPoolClientRequest,
};

use super::{Act, ClientContext, ClientError, analytics};
use crate::user_pools::Feature;

/// What CreateUserPoolClient and UpdateUserPoolClient set, in the shapes of the API. Absent means absent in the
/// description too; empty lists are absent.
#[expect(missing_docs, reason = "the AWS API reference documents every member of UserPoolClientType")]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClientSettings {
    pub refresh_token_validity: Option<i32>,
    pub access_token_validity: Option<i32>,
    pub id_token_validity: Option<i32>,
    pub token_validity_units: Option<TokenValidityUnitsType>,
    pub read_attributes: Option<Vec<String>>,
    pub write_attributes: Option<Vec<String>>,
    pub explicit_auth_flows: Option<Vec<ExplicitAuthFlowsType>>,
    pub supported_identity_providers: Option<Vec<String>>,
    pub callback_urls: Option<Vec<String>>,
    pub logout_urls: Option<Vec<String>>,
    pub default_redirect_uri: Option<String>,
    pub allowed_oauth_flows: Option<Vec<OAuthFlowType>>,
    pub allowed_oauth_scopes: Option<Vec<String>>,
    pub allowed_oauth_flows_user_pool_client: Option<bool>,
    pub analytics_configuration: Option<AnalyticsConfigurationType>,
    pub prevent_user_existence_errors: Option<PreventUserExistenceErrorTypes>,
    pub enable_token_revocation: Option<bool>,
    pub enable_propagate_additional_user_context_data: Option<bool>,
    pub auth_session_validity: Option<i32>,
    pub refresh_token_rotation: Option<RefreshTokenRotationType>,
}

impl ClientSettings {
    /// The settings of a new client.
    ///
    /// # Errors
    /// [`ClientError`] for the first rule that the request breaks.
    pub fn of_new_client(
        request: &CreateUserPoolClientRequest,
        context: &ClientContext<'_>,
    ) -> Result<Self, ClientError> {
        let generates_secret = request.generate_secret == Some(true);
        if generates_secret && request.client_secret.is_some() {
            return Err(ClientError::setting("ClientSecret cannot be provided when GenerateSecret is true."));
        }
        let has_secret = generates_secret || request.client_secret.is_some();

        let request = request.clone();
        let asked = Self {
            refresh_token_validity: request.refresh_token_validity,
            access_token_validity: request.access_token_validity,
            id_token_validity: request.id_token_validity,
            token_validity_units: request.token_validity_units,
            read_attributes: request.read_attributes,
            write_attributes: request.write_attributes,
            explicit_auth_flows: request.explicit_auth_flows,
            supported_identity_providers: request.supported_identity_providers,
            callback_urls: request.callback_urls,
            logout_urls: request.logout_urls,
            default_redirect_uri: request.default_redirect_uri,
            allowed_oauth_flows: request.allowed_oauth_flows,
            allowed_oauth_scopes: request.allowed_oauth_scopes,
            allowed_oauth_flows_user_pool_client: request.allowed_oauth_flows_user_pool_client,
            analytics_configuration: request.analytics_configuration,
            prevent_user_existence_errors: request.prevent_user_existence_errors,
            enable_token_revocation: request.enable_token_revocation,
            enable_propagate_additional_user_context_data: request
                .enable_propagate_additional_user_context_data,
            auth_session_validity: request.auth_session_validity,
            refresh_token_rotation: request.refresh_token_rotation,
        };
        asked.completed().checked(&ClientContext { has_secret, ..*context }, Act::Creating)
    }

    /// The settings after an update, which replaces all: what the request omits goes back to its default.
    ///
    /// # Errors
    /// [`ClientError`] for the first rule that the request breaks.
    pub fn of_update(
        request: &UpdateUserPoolClientRequest,
        context: &ClientContext<'_>,
    ) -> Result<Self, ClientError> {
        let request = request.clone();
        let asked = Self {
            refresh_token_validity: request.refresh_token_validity,
            access_token_validity: request.access_token_validity,
            id_token_validity: request.id_token_validity,
            token_validity_units: request.token_validity_units,
            read_attributes: request.read_attributes,
            write_attributes: request.write_attributes,
            explicit_auth_flows: request.explicit_auth_flows,
            supported_identity_providers: request.supported_identity_providers,
            callback_urls: request.callback_urls,
            logout_urls: request.logout_urls,
            default_redirect_uri: request.default_redirect_uri,
            allowed_oauth_flows: request.allowed_oauth_flows,
            allowed_oauth_scopes: request.allowed_oauth_scopes,
            allowed_oauth_flows_user_pool_client: request.allowed_oauth_flows_user_pool_client,
            analytics_configuration: request.analytics_configuration,
            prevent_user_existence_errors: request.prevent_user_existence_errors,
            enable_token_revocation: request.enable_token_revocation,
            enable_propagate_additional_user_context_data: request
                .enable_propagate_additional_user_context_data,
            auth_session_validity: request.auth_session_validity,
            refresh_token_rotation: request.refresh_token_rotation,
        };
        asked.completed().checked(context, Act::Updating)
    }

    /// Fills in what the service describes for a setting that was not given, and leaves out what is empty.
    fn completed(mut self) -> Self {
        self.complete_token_validity();
        self.auth_session_validity.get_or_insert(3);
        self.enable_token_revocation.get_or_insert(true);
        self.enable_propagate_additional_user_context_data.get_or_insert(false);
        self.allowed_oauth_flows_user_pool_client.get_or_insert(false);
        if let Some(rotation) = &mut self.refresh_token_rotation
            && rotation.feature == FeatureType::Disabled
        {
            rotation.retry_grace_period_seconds.get_or_insert(0);
        }

        self.analytics_configuration =
            self.analytics_configuration.filter(|given| *given != Default::default()).map(analytics::asked);
        self.explicit_auth_flows = self.explicit_auth_flows.filter(|list| !list.is_empty());
        self.allowed_oauth_flows = self.allowed_oauth_flows.filter(|list| !list.is_empty());
        for list in [
            &mut self.read_attributes,
            &mut self.write_attributes,
            &mut self.supported_identity_providers,
            &mut self.callback_urls,
            &mut self.logout_urls,
            &mut self.allowed_oauth_scopes,
        ] {
            *list = list.take().filter(|list| !list.is_empty());
        }
        self
    }

    /// Whether sign-in and recovery hide that a user does not exist.
    pub fn prevents_user_existence_errors(&self) -> bool {
        match self.prevent_user_existence_errors {
            Some(PreventUserExistenceErrorTypes::Enabled) => true,
            Some(PreventUserExistenceErrorTypes::Legacy) | None => false,
        }
    }

    /// Whether tokens of this client can be revoked.
    pub fn can_revoke_tokens(&self) -> bool {
        self.enable_token_revocation.unwrap_or(true)
    }

    /// Whether each refresh brings a new refresh token.
    pub fn rotates_refresh_tokens(&self) -> bool {
        match self.refresh_token_rotation.as_ref().map(|rotation| rotation.feature) {
            Some(FeatureType::Enabled) => true,
            Some(FeatureType::Disabled) | None => false,
        }
    }

    fn checked(self, context: &ClientContext<'_>, act: Act) -> Result<Self, ClientError> {
        self.check_auth_flows(context)?;
        if self.rotates_refresh_tokens() {
            context.pool.settings.check_available(Feature::RefreshTokenRotation)?;
        }
        self.check_token_validity()?;
        self.check_attributes(context, act)?;
        self.check_oauth_flows(context)?;
        self.check_scopes(context)?;
        self.check_redirect_urls()?;
        self.check_providers(context)?;
        self.check_analytics()?;
        if self.enable_propagate_additional_user_context_data == Some(true) && !context.has_secret {
            return Err(ClientError::setting(
                "Client Secret is required to set EnablePropagateAdditionalUserContextData as true",
            ));
        }
        Ok(self)
    }
}
