//! Signing in by other identity providers: the way out to them, the way back, and what is asked of them in between.
//!
//! Reading and verifying what they say is pure and in the crate `federation`; whose identity it is, in `flows/federate.rs`.

mod come_back;
mod encryption_key;
mod fetch;
mod leave;
mod left;
mod metadata;
mod oidc;
mod oidc_response;
mod pool_certificate;
mod provider_documents;
mod provider_urls;
mod saml;
mod saml_logout;
mod saml_response;

pub(crate) use fetch::{FetchError, Fetcher};
pub(crate) use leave::leave;
pub(crate) use oidc_response::{oidc_form, oidc_response};
pub(crate) use pool_certificate::pool_certificate;
pub(crate) use provider_documents::{ProviderDocumentError, completed};
pub use provider_urls::ProviderUrl;
pub(crate) use saml_logout::{saml_logout, saml_logout_url};
pub(crate) use saml_response::{saml_continue, saml_response};
