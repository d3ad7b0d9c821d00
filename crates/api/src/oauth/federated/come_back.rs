//! The way back: the browser is signed in as whom the provider named, and goes to the application with what it asked for.

use domain::federation::FederationError;
use domain::identity_providers::IdentityProvider;
use domain::oauth::{PageRefusal, Parameters, with_query};
use domain::random;

use super::left::Left;
use super::left::STATE_LENGTH;
use crate::federation::Judged;
use crate::flows::{FederateError, federated_user, sign_browser_in_as};
use crate::oauth::{Authorization, grant, session_cookie};
use crate::site::{Answer, Cookie, Failure, SiteRequest};

/// What the browser left for, held against the client and the provider again: all may have changed since. The inner error
/// tells the application what is wrong.
pub(super) async fn reopened(
    request: &SiteRequest,
    left: &Left,
) -> Result<Result<(Authorization, IdentityProvider), Answer>, Failure> {
    let query = Parameters::parse(left.query.as_bytes());
    let authorization = match Authorization::of_query(&request.call, &request.site, &query).await? {
        Ok(authorization) => authorization,
        Err(refused) => return Ok(Err(refused)),
    };
    let client = &authorization.visit.client;
    let is_supported = client.client.settings.supports_provider(&left.provider);
    let provider =
        request.call.store.read_latest().await?.identity_provider(&client.pool.id, &left.provider).await?;
    match provider.filter(|_| is_supported) {
        Some(provider) => Ok(Ok((authorization, provider))),
        None => Err(PageRefusal::NoProvider.into()),
    }
}

/// Signs the browser in as whom the provider named, and goes to the application; or tells the application why not.
pub(super) async fn come_back(
    request: &SiteRequest,
    mut authorization: Authorization,
    provider: &IdentityProvider,
    judged: Judged,
) -> Result<Answer, Failure> {
    let call = &request.call;
    // Federated users have a nonce in their ID token even if the application sent none (developer guide, "Authorize endpoint").
    let nonce = authorization.asked.nonce.take();
    authorization.asked.nonce =
        Some(nonce.unwrap_or_else(|| random::alphanumeric(call.random(), STATE_LENGTH)));
    let client = &authorization.visit.client;
    let user = match federated_user(call, client, provider, judged.identity).await {
        Ok(user) => user,
        Err(FederateError::Refused(error)) => return Ok(told(&authorization, &error)),
        Err(FederateError::Fault(error)) => return Err(error.into()),
    };
    let by = (provider.name.as_str(), judged.saml_subject.as_ref());
    let browser = sign_browser_in_as(call, client, &user, by).await?;
    let location = grant(call, &authorization, &browser.session, browser.session.event_id).await?;
    let cookie = Cookie::new(session_cookie(&request.site, &authorization.visit), browser.cookie);
    Ok(Answer::redirect(location).with_cookie(cookie))
}

/// Tells the application why nobody is signed in.
pub(super) fn told(authorization: &Authorization, error: &FederationError) -> Answer {
    refused(authorization, error.code(), &error.to_string())
}

/// Tells the application that a provider refused, in the provider's words or in ours.
pub(super) fn refused(authorization: &Authorization, error: &str, description: &str) -> Answer {
    let asked = &authorization.asked;
    let mut parameters = vec![("error", error), ("error_description", description)];
    parameters.extend(asked.state.as_deref().map(|state| ("state", state)));
    Answer::redirect(with_query(&asked.redirect_uri, &parameters))
}

/// An answer that cannot be told to any application: nobody here sent the browser there.
pub(super) fn stranger() -> Failure {
    Failure::Federation(FederationError::RelayState)
}
