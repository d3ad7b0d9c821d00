//! The SAML metadata of a provider, as it stands: given as a file, or fetched, kept for six hours at most, and fetched again
//! when it may have changed.

use chrono::TimeDelta;
use domain::identity_providers::IdentityProvider;
use federation::saml::Provider;
use federation::saml_metadata::SamlMetadataError;
use storage::ProviderDocument;

use super::fetch::FetchError;
use crate::call::Call;
use crate::error::ApiError;

/// How long a document counts without being looked at again (developer guide, "SAML metadata").
const LIFETIME: TimeDelta = TimeDelta::hours(6);
/// A signature by an unknown key makes us fetch again, but not more often than this: everybody can send such.
const PATIENCE: TimeDelta = TimeDelta::seconds(10);

/// Why a provider's metadata cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MetadataError {
    /// It cannot be fetched, and what was fetched before no longer counts.
    #[error("the metadata of the provider cannot be fetched")]
    NotFetched(#[source] FetchError),
    /// It says nothing usable.
    #[error("the metadata of the provider cannot be used")]
    Unusable(#[source] SamlMetadataError),
    /// A fault of ours.
    #[error("the metadata of the provider cannot be kept")]
    Fault(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<storage::StoreError> for MetadataError {
    fn from(error: storage::StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<MetadataError> for ApiError {
    fn from(error: MetadataError) -> Self {
        match error {
            MetadataError::Fault(cause) => Self::internal(cause),
            MetadataError::NotFetched(_) | MetadataError::Unusable(_) => {
                let message = "Error retrieving metadata of the identity provider";
                Self { source: Some(error.into()), ..Self::invalid_parameter(message) }
            }
        }
    }
}

/// How fresh metadata must be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    /// As it is kept.
    Kept,
    /// Fetched just now: a key in it was not known.
    New,
}

/// What the provider's metadata says now.
pub(super) async fn metadata(
    call: &Call,
    provider: &IdentityProvider,
    freshness: Freshness,
) -> Result<Provider, MetadataError> {
    let read =
        |document: &str| Provider::from_metadata(document, call.now()).map_err(MetadataError::Unusable);
    let Some(url) = provider.details.get("MetadataURL").filter(|url| !url.trim().is_empty()) else {
        return read(provider.details.get("MetadataFile").map(String::as_str).unwrap_or_default());
    };
    let mut reader = call.store.read_latest().await?;
    let kept = reader.provider_document(&provider.pool_id, &provider.name).await?;
    drop(reader); // what is fetched may take seconds
    let kept = kept.filter(|kept| kept.url == *url);
    let lifetime = match freshness {
        Freshness::Kept => LIFETIME,
        Freshness::New => PATIENCE,
    };
    if let Some(kept) = &kept
        && call.now() < kept.fetched_at + lifetime
        && let Ok(metadata) = read(&kept.document)
    {
        return Ok(metadata);
    }
    match call.fetcher.text(url).await {
        Ok(document) => {
            let metadata = read(&document)?;
            let fetched = ProviderDocument { url: url.clone(), document, fetched_at: call.now() };
            let mut tx = call.store.begin().await?;
            tx.put_provider_document(&provider.pool_id, &provider.name, &fetched).await?;
            tx.commit().await?;
            Ok(metadata)
        }
        // A provider that is away for a while is believed what it said last, as long as that is valid.
        Err(error) => match kept.map(|kept| read(&kept.document)) {
            Some(Ok(metadata)) => Ok(metadata),
            Some(Err(_)) | None => Err(MetadataError::NotFetched(error)),
        },
    }
}
