//! What is asked of other identity providers, and what is made of their answers: documents, keys, ID tokens, assertions.
//!
//! Reading and verifying is pure and in the crate `federation`; the way there and back in `oauth/federated`; whose identity
//! it is in `flows/federate.rs`.

mod addresses;
mod encryption_key;
mod fetch;
mod judged;
mod metadata;
mod oidc;
mod parsed_metadata;
mod pool_certificate;
mod provider_documents;
mod provider_urls;
mod saml;

pub(crate) use addresses::{GuardedResolver, check_host, may_be_asked};
pub(crate) use fetch::Fetcher;
pub(crate) use judged::Judged;
pub(crate) use oidc::{OidcError, external_identity};
pub(crate) use pool_certificate::pool_certificate;
pub(crate) use provider_documents::{ProviderDocumentError, completed};
pub use provider_urls::ProviderUrl;
pub(crate) use provider_urls::detail;
pub(crate) use saml::{SamlParties, SamlRefusal, is_on};
