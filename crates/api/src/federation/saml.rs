//! SAML at a domain: the request that goes out, and what the crate `federation` makes of the answer, with the provider's
//! metadata and the pool's keys.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use domain::federation::{ExternalIdentity, SamlSubject};
use domain::identity_providers::IdentityProvider;
use federation::saml::{
    Assertion, Encryption, Expected, Initiation, LogoutRequest, NameId, PrivateKey, Provider, ReplayKey,
    SamlError, ServiceProvider, SignInRequest,
};

use super::left::Judged;
use super::metadata::{Freshness, metadata};
use super::pool_certificate::pool_certificate;
use crate::error::ApiError;
use crate::oauth::Authorization;
use crate::site::{Failure, SiteRequest};

/// The pool of a provider, as the provider knows it by this domain.
fn service_provider(request: &SiteRequest, provider: &IdentityProvider) -> ServiceProvider {
    let domain = format!("{}{}", request.site.origin, request.site.base_path);
    ServiceProvider::new(provider.pool_id.as_str(), &domain)
}

/// Whether a switch of the provider is on.
pub(super) fn is_on(provider: &IdentityProvider, switch: &str) -> bool {
    provider.details.get(switch).is_some_and(|value| value == "true")
}

/// Where the browser goes to sign in.
pub(super) async fn request_url(
    request: &SiteRequest,
    authorization: &Authorization,
    provider: &IdentityProvider,
    request_id: &str,
    state: &str,
) -> Result<String, Failure> {
    let call = &request.call;
    let metadata = metadata(call, provider, Freshness::Kept).await.map_err(ApiError::from)?;
    let signing_key = if provider.details.contains_key("RequestSigningAlgorithm") {
        Some(PrivateKey::from_pkcs8(pool_certificate(call, &provider.pool_id).await?.private_key))
    } else {
        None
    };
    let asked = SignInRequest {
        id: request_id,
        issued_at: call.now(),
        relay_state: state,
        force_authn: authorization.asked.prompt.login,
        signing_key: signing_key.as_ref(),
    };
    let url = service_provider(request, provider).authn_request(&metadata, &asked);
    Ok(url.map_err(ApiError::internal)?)
}

/// Why an answer came to nothing.
pub(super) enum Refused {
    /// What is wrong with it.
    Saml(SamlError),
    /// It cannot be judged.
    Failure(Failure),
}

/// Judges an answer. One that is signed by a key that is not known is held against metadata fetched anew: providers change
/// their keys.
pub(super) async fn judge(
    request: &SiteRequest,
    provider: &IdentityProvider,
    response: &str,
    initiation: Initiation<'_>,
) -> Result<(Judged, ReplayKey), Refused> {
    let failure = |error: ApiError| Refused::Failure(error.into());
    let keys: Vec<PrivateKey> = provider
        .encryption_key()
        .and_then(|key| BASE64_STANDARD.decode(key.private_key).ok())
        .map(PrivateKey::from_pkcs8)
        .into_iter()
        .collect();
    let encryption =
        if is_on(provider, "EncryptedResponses") { Encryption::Required(&keys) } else { Encryption::Refused };
    let expected = Expected { initiation, encryption, now: request.call.now() };
    let us = service_provider(request, provider);
    let call = &request.call;
    let kept = metadata(call, provider, Freshness::Kept).await.map_err(|error| failure(error.into()))?;
    let (assertion, metadata) = match us.read_response(&kept, response, &expected) {
        Err(SamlError::Signature) => {
            let new =
                metadata(call, provider, Freshness::New).await.map_err(|error| failure(error.into()))?;
            (us.read_response(&new, response, &expected).map_err(Refused::Saml)?, new)
        }
        outcome => (outcome.map_err(Refused::Saml)?, kept),
    };
    Ok((judged(provider, &metadata, &assertion), assertion.replay_key))
}

fn judged(provider: &IdentityProvider, metadata: &Provider, assertion: &Assertion) -> Judged {
    Judged {
        identity: ExternalIdentity {
            provider_name: provider.name.clone(),
            provider_type: provider.kind,
            issuer: Some(metadata.entity_id.clone()),
            subject: assertion.name_id.value.clone(),
            claims: assertion.attributes.iter().cloned().collect(),
        },
        saml_subject: Some(SamlSubject {
            name_id: assertion.name_id.value.clone(),
            format: assertion.name_id.format.clone(),
            name_qualifier: assertion.name_id.name_qualifier.clone(),
            sp_name_qualifier: assertion.name_id.sp_name_qualifier.clone(),
            session_index: assertion.session_index.clone(),
        }),
    }
}

/// Where the browser goes to end its session at the provider too. None when the provider has no place for it.
pub(super) async fn logout_url(
    request: &SiteRequest,
    provider: &IdentityProvider,
    subject: &SamlSubject,
    (request_id, state): (&str, &str),
) -> Result<Option<String>, ApiError> {
    let call = &request.call;
    let metadata = metadata(call, provider, Freshness::Kept).await?;
    let key = PrivateKey::from_pkcs8(pool_certificate(call, &provider.pool_id).await?.private_key);
    let name_id = NameId {
        value: subject.name_id.clone(),
        format: subject.format.clone(),
        name_qualifier: subject.name_qualifier.clone(),
        sp_name_qualifier: subject.sp_name_qualifier.clone(),
    };
    let asked = LogoutRequest {
        id: request_id,
        issued_at: call.now(),
        relay_state: state,
        name_id: &name_id,
        session_index: subject.session_index.as_deref(),
        signing_key: &key,
    };
    match service_provider(request, provider).logout_request(&metadata, &asked) {
        Ok(url) => Ok(Some(url)),
        Err(SamlError::NoLogoutEndpoint) => Ok(None),
        Err(error) => Err(ApiError::internal(error)),
    }
}

/// Reads what a provider answers to a logout request.
pub(super) async fn read_logout(
    request: &SiteRequest,
    provider: &IdentityProvider,
    response: &str,
    request_id: &str,
) -> Result<Result<(), SamlError>, ApiError> {
    let metadata = metadata(&request.call, provider, Freshness::Kept).await?;
    Ok(service_provider(request, provider).read_logout_response(&metadata, response, request_id))
}
