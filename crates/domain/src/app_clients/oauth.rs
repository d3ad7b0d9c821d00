//! Which OAuth flows and scopes a client may use.
//!
//! Source: CreateUserPoolClient; RFC 6749 section 4.4 for why a client without a secret has no credentials.

use wire::{ExplicitAuthFlowsType, OAuthFlowType};

use super::{ClientContext, ClientError, ClientSettings};
use crate::oauth::OAuthError;

/// The scopes that every pool has (developer guide, "Scopes, M2M, and resource servers").
pub const STANDARD_SCOPES: [&str; 5] =
    ["phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"];

impl ClientSettings {
    /// Whether the client may use this flow at the domain of its pool.
    pub fn allows_oauth_flow(&self, flow: OAuthFlowType) -> bool {
        self.allowed_oauth_flows_user_pool_client == Some(true) && self.oauth_flows().contains(&flow)
    }

    /// Whether the client gets tokens of its own at the domain of its pool: by `client_credentials`, or by the flow of
    /// GetClientToken.
    ///
    /// # Errors
    /// `unauthorized_client` without either, and for a client without a secret, which anybody could say to be (RFC 6749
    /// section 4.4); `invalid_grant` for a client that has the flow and is not enabled for OAuth.
    pub fn check_gets_own_tokens(&self, has_secret: bool) -> Result<(), OAuthError> {
        if !has_secret {
            return Err(OAuthError::UnauthorizedClient);
        }
        if self.allows_auth_flow(ExplicitAuthFlowsType::AllowClientTokenAuth)
            || self.allows_oauth_flow(OAuthFlowType::ClientCredentials)
        {
            Ok(())
        } else if self.oauth_flows().contains(&OAuthFlowType::ClientCredentials) {
            Err(OAuthError::InvalidGrant)
        } else {
            Err(OAuthError::UnauthorizedClient)
        }
    }

    fn oauth_flows(&self) -> &[OAuthFlowType] {
        self.allowed_oauth_flows.as_deref().unwrap_or_default()
    }

    pub(super) fn check_oauth_flows(&self, context: &ClientContext<'_>) -> Result<(), ClientError> {
        let flows = self.oauth_flows();
        let is_server = self.allowed_oauth_flows_user_pool_client == Some(true);
        if is_server && (flows.is_empty() || self.allowed_oauth_scopes.is_none()) {
            return Err(ClientError::setting(
                "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth \
                 flows.",
            ));
        }
        let redirects = flows.contains(&OAuthFlowType::Code) || flows.contains(&OAuthFlowType::Implicit);
        if flows.contains(&OAuthFlowType::ClientCredentials) {
            if redirects {
                return Err(ClientError::oauth_flow(
                    "client_credentials flow can not be selected along with code flow or implicit flow.",
                ));
            }
            if !context.has_secret {
                return Err(ClientError::oauth_flow(
                    "client_credentials flow can not be selected if client does not have a client secret.",
                ));
            }
        }
        if redirects && self.callback_urls.is_none() {
            return Err(ClientError::oauth_flow(
                "CallbackUrls can not be empty when code flow or implicit flow is selected",
            ));
        }
        Ok(())
    }

    pub(super) fn check_scopes(&self, context: &ClientContext<'_>) -> Result<(), ClientError> {
        let without_user = self.oauth_flows().contains(&OAuthFlowType::ClientCredentials);
        for scope in self.allowed_oauth_scopes.iter().flatten() {
            let is_standard = STANDARD_SCOPES.contains(&scope.as_str());
            if is_standard && without_user {
                return Err(ClientError::InvalidOAuthFlow(format!(
                    "{scope} is not supported with client_credentials flow"
                )));
            }
            if !is_standard && !context.resource_scopes.contains(scope) {
                return Err(ClientError::ScopeDoesNotExist(scope.clone()));
            }
        }
        Ok(())
    }
}
