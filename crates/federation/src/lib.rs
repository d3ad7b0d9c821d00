//! What identity providers say of themselves: SAML 2.0 metadata and OpenID Connect discovery documents, read strictly.
//!
//! Pure: bytes and the present moment in, values or errors out. Fetching, caching and signing in happen elsewhere.

mod endpoint;
pub mod oidc_discovery;
pub mod saml_metadata;
