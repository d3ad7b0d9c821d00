//! What identity providers say: SAML 2.0 metadata and OpenID Connect discovery documents of themselves, SAML responses
//! and ID tokens of the people who sign in. All of it is read strictly, and nobody is believed who did not sign.
//!
//! Pure: bytes, keys and the present moment in, values or errors out. Fetching, keeping and signing in happen elsewhere.

pub mod apple;
mod endpoint;
pub mod id_token;
pub mod oidc_discovery;
pub mod saml;
pub mod saml_metadata;
pub mod xml;
