//! Single logout: `/logout` asks the SAML provider to end its session too, and `/saml2/logout` hears what it answers.

use std::rc::Rc;

use domain::federation::{FederationError, SamlSubject};
use domain::ids::PoolId;
use domain::random;
use federation::saml::SamlError;
use storage::FederatedStage;

use super::away::{Away, SigningOut};
use super::come_back::stranger;
use super::left::STATE_LENGTH;
use crate::error::{ApiError, causes};
use crate::federation::{SamlParties, SamlRefusal, is_on};
use crate::site::{Answer, Failure, SiteRequest};

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
    let leaving = SigningOut { provider: provider.name, request_id, target: target.to_owned() };
    Away::SignOut(leaving).keep(call, pool_id, &state).await?;
    Ok(Some(url))
}

/// `POST /saml2/logout`: the provider's answer. Our session is over in any case, so that a provider that has forgotten its own,
/// or keeps it, holds up nobody.
pub(crate) async fn saml_logout(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let call = &request.call;
    let response = request.form("SAMLResponse").ok_or_else(stranger)?;
    let state = request.form("RelayState").ok_or_else(stranger)?;
    let (pool_id, leaving) = match Away::at(call, state, FederatedStage::Left).await? {
        Some((pool_id, Away::SignOut(leaving))) => (pool_id, leaving),
        Some((_, Away::SignIn(_))) | None => return Err(stranger()),
    };
    let provider = call.store.read_latest().await?.identity_provider(&pool_id, &leaving.provider).await?;
    let provider = provider.ok_or_else(stranger)?;
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
        Err(SamlRefusal::Fault(error)) => {
            let cause = error.source.as_deref().map(|cause| causes(cause)).unwrap_or_default();
            tracing::warn!(request_id = %call.request_id, cause, "a SAML logout response cannot be judged");
        }
    }
    let mut tx = call.store.begin().await?;
    let steps = (FederatedStage::Left, FederatedStage::Over);
    if !tx.advance_federated_sign_in(state, steps, &Away::SignOut(leaving.clone())).await? {
        return Err(stranger());
    }
    tx.commit().await?;
    Ok(Answer::redirect(leaving.target))
}
