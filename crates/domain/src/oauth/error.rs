//! Error codes of OAuth 2.0 (RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750 section 3.1, RFC 7009 section 2.2.1, OpenID Connect
//! Core 1.0 section 3.1.2.6), and what only a page can tell.

/// What an OAuth endpoint answers when it refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.code())]
pub enum OAuthError {
    /// A parameter is missing, given twice, or has a value that means nothing.
    InvalidRequest,
    /// The client may not use this flow.
    UnauthorizedClient,
    /// A code is shown with another URL than the one it was sent to (developer guide, "The token issuer endpoint").
    InvalidRedirect,
    /// The user or the pool's rules said no.
    AccessDenied,
    /// A scope that the client may not have, or that nobody has.
    InvalidScope,
    /// `prompt=none`, and nobody is signed in.
    LoginRequired,
    /// A fault of ours.
    ServerError,
    /// The client is unknown or did not prove itself.
    InvalidClient,
    /// The code or refresh token is not good, or not for this client.
    InvalidGrant,
    /// Another `grant_type`.
    UnsupportedGrantType,
    /// Only refresh tokens can be revoked.
    UnsupportedTokenType,
    /// The access token is not good.
    InvalidToken,
}

impl OAuthError {
    /// The value of `error`.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient | Self::InvalidRedirect => "unauthorized_client",
            Self::AccessDenied => "access_denied",
            Self::InvalidScope => "invalid_scope",
            Self::LoginRequired => "login_required",
            Self::ServerError => "server_error",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::InvalidToken => "invalid_token",
        }
    }

    /// The value of `error_description`, where the service says more.
    pub fn description(self) -> Option<&'static str> {
        match self {
            Self::InvalidRedirect => Some("invalid_redirect"),
            Self::InvalidRequest
            | Self::UnauthorizedClient
            | Self::AccessDenied
            | Self::InvalidScope
            | Self::LoginRequired
            | Self::ServerError
            | Self::InvalidClient
            | Self::InvalidGrant
            | Self::UnsupportedGrantType
            | Self::UnsupportedTokenType
            | Self::InvalidToken => None,
        }
    }
}

/// Why a browser is sent nowhere: it is not known, or not believed, where the application is. The texts are the service's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageRefusal {
    /// A parameter that nothing can be done without.
    #[error("Required String parameter '{0}' is not present")]
    Missing(&'static str),
    /// A request that is too long to be kept while the browser is at another provider. The text is ours.
    #[error("The authorization request is too long.")]
    TooLong,
    /// No such client, or one of another pool than the domain's.
    #[error("Client does not exist.")]
    NoClient,
    /// `AllowedOAuthFlowsUserPoolClient` is off.
    #[error("Client is not enabled for OAuth2.0 flows.")]
    NotEnabled,
    /// The client has no identity provider.
    #[error("unauthorized_client")]
    UnauthorizedClient,
    /// The URL is none of the client's.
    #[error("redirect_mismatch")]
    RedirectMismatch,
    /// A parameter that names the application is given twice.
    #[error("invalid_request")]
    InvalidRequest,
    /// The provider does not exist, or the client does not offer it.
    #[error("Identity provider not found")]
    NoProvider,
}
