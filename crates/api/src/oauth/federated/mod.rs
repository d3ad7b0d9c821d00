//! Authorization by way of another identity provider: the browser leaves for it, comes back with its answer, and is signed in
//! as whom it names. A file per endpoint.

mod away;
mod come_back;
mod leave;
mod left;
mod oidc_response;
mod saml_logout;
mod saml_response;

pub(super) use leave::leave;
pub(crate) use oidc_response::{oidc_form, oidc_response};
pub(crate) use saml_logout::saml_logout;
pub(super) use saml_logout::saml_logout_url;
pub(crate) use saml_response::{saml_continue, saml_response, wrong_binding};
