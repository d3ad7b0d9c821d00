//! Identity providers as seen from here: fetching what they say of themselves, and keys for what they send.
//!
//! Not reading their documents, which is pure and in the crate `federation`.

mod encryption_key;
mod fetch;
mod provider_documents;

pub(crate) use fetch::{FetchError, Fetcher};
pub(crate) use provider_documents::{ProviderDocumentError, completed};
