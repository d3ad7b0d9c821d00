//! From the details that a request gives to the details that are kept: what the provider's own documents add to them.

use std::error::Error as StdError;

use domain::identity_providers::{
    CompleteDetails, EncryptionKey, IdentityProviderError, MetadataSource, OidcDetails, OidcEndpoints,
    RequestedDetails, SamlDetails, SamlFacts,
};
use domain::ids::PoolId;
use federation::oidc_discovery::{self, OidcDiscoveryError};
use federation::saml_metadata::{SamlMetadata, SamlMetadataError};

use super::encryption_key::{KeyNotMade, encryption_key};
use super::fetch::Fetcher;
use super::parsed_metadata::parsed;
use super::provider_urls::check_social_hosts;
use crate::call::Call;
use crate::error::ApiError;

/// What there is in place of a document, for the log.
type Cause = Box<dyn StdError + Send + Sync>;

/// Why details cannot be completed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderDocumentError {
    /// They break a rule together with what the documents say.
    #[error(transparent)]
    Rule(#[from] IdentityProviderError),
    /// There is no SAML metadata at the address. What is there in its place is told to nobody: the address may be one that the
    /// caller cannot reach.
    #[error("metadata of {url}")]
    MetadataNotFetched {
        /// Where it was to be fetched from.
        url: String,
        /// What happened.
        source: Cause,
    },
    /// The SAML metadata is not that of a usable identity provider.
    #[error(transparent)]
    Metadata(#[from] SamlMetadataError),
    /// There is no discovery document at the address. What is there in its place is told to nobody.
    #[error("discovery document")]
    DiscoveryNotFetched(#[source] Cause),
    /// The discovery document is not one of the issuer.
    #[error(transparent)]
    Discovery(#[from] OidcDiscoveryError),
    /// A fault of ours.
    #[error("the metadata cannot be read")]
    Fault(ApiError),
    /// Responses are to be encrypted, and there is no key.
    #[error(transparent)]
    KeyNotMade(#[from] KeyNotMade),
}

/// Completes details for a provider of this pool, over the network where they say so: never while a transaction is open.
/// `key` is the one with which the provider encrypts responses already.
///
/// # Errors
/// [`ProviderDocumentError`] for the first thing that is in the way.
pub(crate) async fn completed(
    call: &Call,
    pool_id: &PoolId,
    details: RequestedDetails,
    key: Option<EncryptionKey>,
) -> Result<CompleteDetails, ProviderDocumentError> {
    match details {
        RequestedDetails::Saml(details) => completed_saml(call, pool_id, details, key).await,
        RequestedDetails::Oidc(details) => completed_oidc(&call.fetcher, details).await,
        RequestedDetails::Social(details) => {
            check_social_hosts(&call.config.provider_urls, &details)?;
            Ok(details.complete())
        }
    }
}

async fn completed_saml(
    call: &Call,
    pool_id: &PoolId,
    details: SamlDetails,
    key: Option<EncryptionKey>,
) -> Result<CompleteDetails, ProviderDocumentError> {
    let metadata = match details.metadata() {
        MetadataSource::Url(url) => metadata_at(call, url).await?,
        MetadataSource::File(metadata) => read(call, metadata).await??,
    };
    let facts = SamlFacts { sso_redirect: metadata.sso_redirect, slo_redirect: metadata.slo_redirect };

    let key = match key {
        None if details.encrypts_responses() => Some(encryption_key(pool_id, call.now()).await?),
        key => key,
    };
    Ok(details.complete(&facts, key)?)
}

/// What is wrong with metadata is told of what is metadata: not that there is something else, and what.
async fn metadata_at(call: &Call, url: &str) -> Result<SamlMetadata, ProviderDocumentError> {
    let not_fetched =
        |source: Cause| ProviderDocumentError::MetadataNotFetched { url: url.to_owned(), source };
    let document = call.fetcher.text(url).await.map_err(|error| not_fetched(error.into()))?;
    read(call, &document).await?.map_err(|error| match error {
        error if error.is_of_metadata() => error.into(),
        error => not_fetched(error.into()),
    })
}

/// The inner error is what is wrong with the metadata.
async fn read(
    call: &Call,
    document: &str,
) -> Result<Result<SamlMetadata, SamlMetadataError>, ProviderDocumentError> {
    let parsed = parsed(document).await.map_err(ProviderDocumentError::Fault)?;
    Ok(parsed.as_ref().as_ref().map_err(Clone::clone).and_then(|parsed| parsed.at(call.now())))
}

async fn completed_oidc(
    fetcher: &Fetcher,
    details: OidcDetails,
) -> Result<CompleteDetails, ProviderDocumentError> {
    if !details.needs_discovery() {
        return Ok(details.complete(None)?);
    }
    let not_fetched = |cause: Cause| ProviderDocumentError::DiscoveryNotFetched(cause);
    let document = fetcher.text(&oidc_discovery::discovery_url(details.issuer())).await;
    let document = document.map_err(|error| not_fetched(error.into()))?;
    let found = oidc_discovery::read(document.as_bytes(), details.issuer()).map_err(|error| match error {
        error if error.is_of_discovery() => error.into(),
        error => not_fetched(error.into()),
    })?;
    let endpoints = OidcEndpoints {
        authorization: found.authorization_endpoint,
        token: found.token_endpoint,
        userinfo: found.userinfo_endpoint,
        jwks: found.jwks_uri,
    };
    Ok(details.complete(Some(&endpoints))?)
}
