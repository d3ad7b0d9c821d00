//! OAuth 2.0 and OpenID Connect at the domain of a pool: what an application may ask for, what a scope opens, and that a code
//! comes back from whoever asked for it.
//!
//! Pure. Endpoints, redirects as HTTP and pages are not here. Sources: developer guide, "User pool endpoints"; RFC 6749.

mod authorization_code;
mod authorization_request;
mod browser_session;
mod error;
mod parameters;
mod pkce;
mod redirect_uri;
mod scopes;
#[cfg(test)]
mod tests;

pub use authorization_code::AuthorizationCode;
pub use authorization_request::{AuthorizationRequest, Prompt, Refusal, ResponseType};
pub use browser_session::{BrowserSession, DEFAULT_MINUTES, MAX_VALIDITY};
pub use error::{OAuthError, PageRefusal};
pub use parameters::Parameters;
pub use redirect_uri::{with_fragment, with_query};
pub use scopes::{has_scope, opens, own_scopes, reads_all_of};
