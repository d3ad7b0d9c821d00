//! Single logout: `/logout` asks the SAML provider to end its session too, and `/saml2/logout` hears what it answers.

use std::rc::Rc;

use domain::federation::{FederationError, SamlSubject};
use domain::ids::PoolId;
use domain::random;
use federation::saml::SamlError;
use serde::{Deserialize, Serialize};
use storage::{FederatedStage, KeptFederatedSignIn};

use super::come_back::stranger;
use super::leave::STATE_LENGTH;
use super::left::PATIENCE;
use crate::error::ApiError;
use crate::federation::{SamlParties, SamlRefusal, is_on};
use crate::site::{Answer, Failure, SiteRequest};

/// A browser that is away to sign out.
#[derive(Clone, Serialize, Deserialize)]
struct LoggingOut {
    provider: String,
    request_id: String,
    /// Where it goes afterwards.
    target: String,
}

/// Where a browser goes first that signs out, if its provider wants to hear of it (`IDPSignout`).
///
/// # Errors
/// Faults, and metadata that cannot be had.
pub(in crate::oauth) async fn saml_logout_url(
    request: &SiteRequest,
    pool_id: &PoolId,
    (provider_name, subject): (String, SamlSubject),
    target: &str,
) -> Result<Option<String>, ApiError> {
    let call = &request.call;
    let provider = call.store.read_latest().await?.identity_provider(pool_id, &provider_name).await?;
    let Some(provider) = provider.filter(|provider| is_on(provider, "IDPSignout")) else { return Ok(None) };
    let request_id = format!("_{}", random::uuid(call.random()));
    let state = random::alphanumeric(call.random(), STATE_LENGTH);
    let parties = SamlParties { call, provider: &provider, domain: request.site.url() };
    let Some(url) = parties.logout_url(subject, &request_id, &state).await? else { return Ok(None) };
    let leaving = LoggingOut { provider: provider.name, request_id, target: target.to_owned() };
    let mut tx = call.store.begin().await?;
    tx.insert_federated_sign_in(pool_id, &state, &leaving, call.now() + PATIENCE).await?;
    tx.commit().await?;
    Ok(Some(url))
}

/// `POST /saml2/logout`: the provider's answer. Our session is over in any case, so that a provider that has forgotten its own,
/// or keeps it, holds up nobody.
pub(crate) async fn saml_logout(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let call = &request.call;
    let response = request.form("SAMLResponse").ok_or_else(stranger)?;
    let state = request.form("RelayState").ok_or_else(stranger)?;
    let mut read = call.store.read_latest().await?;
    // A state of a sign-in is none of a logout.
    let kept: Option<KeptFederatedSignIn<LoggingOut>> =
        read.federated_sign_in(state).await.unwrap_or_default();
    let waits = |kept: &KeptFederatedSignIn<LoggingOut>| {
        kept.stage == FederatedStage::Left && call.now() < kept.expires_at
    };
    let kept = kept.filter(waits).ok_or_else(stranger)?;
    let leaving = kept.state;
    let provider = read.identity_provider(&kept.pool_id, &leaving.provider).await?.ok_or_else(stranger)?;
    drop(read);

    let parties = SamlParties { call, provider: &provider, domain: request.site.url() };
    match parties.read_logout(response, &leaving.request_id).await {
        Ok(()) => {}
        Err(SamlRefusal::Invalid(error @ SamlError::Status(_))) => {
            tracing::warn!(request_id = %call.request_id, %error, "a SAML provider did not sign out");
        }
        Err(SamlRefusal::Invalid(error)) => {
            tracing::warn!(request_id = %call.request_id, %error, "a SAML logout response was refused");
            return Err(Failure::Federation(FederationError::SamlResponse(error.to_string())));
        }
        Err(SamlRefusal::Fault(error)) => return Err(error.into()),
    }
    let mut tx = call.store.begin().await?;
    if !tx.advance_federated_sign_in(state, (FederatedStage::Left, FederatedStage::Over), &leaving).await? {
        return Err(stranger());
    }
    tx.commit().await?;
    Ok(Answer::redirect(leaving.target))
}
