//! OAuth 2.0 and OpenID Connect endpoints of a domain. A file per endpoint, and one per grant of the token endpoint.
//!
//! What an application may ask for is decided in `domain::oauth`.

mod authorization;
mod authorize;
mod client_authentication;
mod federated;
mod grant;
mod live_session;
mod logout;
mod revoke;
mod token;
mod told;
mod user_info;

pub(crate) use authorization::{Authorization, Named};
pub(crate) use authorize::authorize;
pub(crate) use client_authentication::basic_credentials;
pub(crate) use federated::{
    oidc_form, oidc_response, saml_continue, saml_logout, saml_response, wrong_binding,
};
pub(crate) use grant::grant;
pub(crate) use live_session::{LiveSession, live_session, session_cookie};
pub(crate) use logout::logout;
pub(crate) use revoke::revoke;
pub(crate) use token::token;
pub(crate) use told::told;
pub(crate) use user_info::user_info;
