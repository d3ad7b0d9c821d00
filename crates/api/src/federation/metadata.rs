//! The SAML metadata of a provider, as it stands: given as a file, or fetched, kept for six hours at most, and fetched again
//! when it may have changed.

use chrono::{DateTime, TimeDelta, Utc};
use domain::identity_providers::IdentityProvider;
use federation::saml::Provider;
use federation::saml_metadata::SamlMetadataError;
use storage::{ProviderDocument, StoreError};

use super::fetch::FetchError;
use super::parsed_metadata::parsed;
use crate::call::Call;
use crate::error::ApiError;

/// How long a document counts without being looked at again (developer guide, "SAML metadata").
const LIFETIME: TimeDelta = TimeDelta::hours(6);
/// A provider is asked no more often than this, although everybody can send signatures by unknown keys, and it may be away.
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

impl From<StoreError> for MetadataError {
    fn from(error: StoreError) -> Self {
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
    let read = async |document: &str| read(document, call.now()).await;
    let Some(url) = provider.details.get("MetadataURL").filter(|url| !url.trim().is_empty()) else {
        return read(provider.details.get("MetadataFile").map(String::as_str).unwrap_or_default()).await;
    };
    let mut reader = call.store.read_latest().await?;
    let kept = reader.provider_document(&provider.pool_id, &provider.name).await?;
    drop(reader); // what is fetched may take seconds
    let kept = match kept.filter(|kept| kept.url == *url) {
        Some(kept) => Some((read(&kept.document).await, kept)),
        None => None,
    };
    let kept = match kept {
        Some((known, kept)) if !is_due(&kept, known.is_ok(), freshness, call.now()) => return known,
        kept => kept,
    };
    let fetched = call.fetcher.text(url).await.map_err(MetadataError::NotFetched);
    let fetched = match fetched {
        Ok(document) => read(&document).await.map(|metadata| (metadata, document)),
        Err(error) => Err(error),
    };
    let tried_at = call.now();
    match (fetched, kept) {
        (Ok((metadata, document)), _) => {
            let document = ProviderDocument { url: url.clone(), document, fetched_at: tried_at, tried_at };
            keep(call, provider, document).await?;
            Ok(metadata)
        }
        // A provider that is away for a while is believed what it said last, as long as that is valid.
        (Err(error), Some((known, _))) => {
            let mut tx = call.store.begin().await?;
            tx.try_provider_document(&provider.pool_id, &provider.name, tried_at).await?;
            tx.commit().await?;
            known.map_err(|_| error)
        }
        (Err(error), None) => Err(error),
    }
}

async fn read(document: &str, now: DateTime<Utc>) -> Result<Provider, MetadataError> {
    let parsed = parsed(document)
        .await
        .map_err(|error| MetadataError::Fault(error.source.unwrap_or_else(|| error.message.into())))?;
    let at_now = parsed.as_ref().as_ref().map_err(Clone::clone).and_then(|parsed| parsed.at(now));
    at_now.map(Provider::from).map_err(MetadataError::Unusable)
}

/// Whether the provider is to be asked: what is kept has lived long enough, cannot be used, or must be new; and nobody asked
/// just now.
fn is_due(kept: &ProviderDocument, is_usable: bool, freshness: Freshness, now: DateTime<Utc>) -> bool {
    let is_old = freshness == Freshness::New || !is_usable || now >= kept.fetched_at + LIFETIME;
    is_old && now >= kept.tried_at + PATIENCE
}

async fn keep(
    call: &Call,
    provider: &IdentityProvider,
    document: ProviderDocument,
) -> Result<(), MetadataError> {
    let mut tx = call.store.begin().await?;
    match tx.put_provider_document(&provider.pool_id, &provider.name, &document).await {
        Ok(()) => Ok(tx.commit().await?),
        Err(StoreError::Reference) => Ok(()), // the provider was deleted meanwhile, as the caller is about to see
        Err(error) => Err(error.into()),
    }
}
