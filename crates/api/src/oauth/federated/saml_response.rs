//! `/saml2/idpresponse`: a browser comes back from a SAML provider, asked for or, where the pool allows it, not.

use std::rc::Rc;

use domain::federation::FederationError;
use domain::identity_providers::IdentityProvider;
use domain::oauth::{Parameters, with_query};
use federation::saml::{Initiation, ReplayKey};
use storage::{FederatedStage, Tx};

use super::away::Away;
use super::come_back::{come_back, reopened, stranger, told};
use super::left::{Expects, Left};
use crate::error::ApiError;
use crate::federation::{SamlParties, SamlRefusal, is_on};
use crate::oauth::{Authorization, Named};
use crate::site::{Answer, Failure, SiteRequest};

fn unsolicited() -> Failure {
    Failure::Federation(FederationError::Unsolicited)
}

/// By POST, from the provider's page. Cookies of ours do not come along from there: the answer is judged and kept, and the
/// browser is asked to come again by GET, which proves that it is the one that left.
pub(crate) async fn saml_response(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let response = request.form("SAMLResponse").ok_or_else(unsolicited)?;
    let relay_state = request.form("RelayState").ok_or_else(unsolicited)?;
    match Away::signing_in(&request.call, relay_state, FederatedStage::Left).await? {
        Some(left) => asked_for(&request, response, relay_state, left).await,
        None => unasked(&request, response, relay_state).await,
    }
}

async fn asked_for(
    request: &SiteRequest,
    response: &str,
    relay_state: &str,
    mut left: Left,
) -> Result<Answer, Failure> {
    let Expects::Saml { request_id } = &left.expects else { return Err(stranger()) };
    let (authorization, provider) = match reopened(request, &left).await? {
        Ok(reopened) => reopened,
        Err(answer) => return Ok(answer),
    };
    let initiation = Initiation::ServiceProvider { request_id };
    let parties = SamlParties { call: &request.call, provider: &provider, domain: request.site.url() };
    let (judged, replay) = match parties.judge(response, initiation).await {
        Ok(judged) => judged,
        Err(refusal) => return refused(request, &authorization, refusal),
    };
    left.judged = Some(judged);
    let steps = (FederatedStage::Left, FederatedStage::Judged);
    let mut tx = request.call.store.begin().await?;
    if !is_new(&mut tx, &provider, &replay).await?
        || !tx.advance_federated_sign_in(relay_state, steps, &Away::SignIn(Box::new(left))).await?
    {
        return Err(unsolicited());
    }
    tx.commit().await?;

    let path = format!("{}/saml2/continue", request.site.base_path);
    Ok(Answer::redirect(with_query(&path, &[("state", relay_state)])))
}

/// Takes an assertion. False for one that was taken before.
async fn is_new(tx: &mut Tx, provider: &IdentityProvider, replay: &ReplayKey) -> Result<bool, ApiError> {
    Ok(tx.take_assertion(&provider.pool_id, &replay.key, replay.until).await?)
}

/// `GET /saml2/continue`: the browser that left, after its answer was judged.
pub(crate) async fn saml_continue(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let state = request.query("state").ok_or_else(stranger)?;
    let left = Away::signing_in(&request.call, state, FederatedStage::Judged).await?;
    let mut left = left.filter(|left| left.is_of(&request)).ok_or_else(stranger)?;
    let judged = left.judged.take().ok_or_else(stranger)?;
    let mut tx = request.call.store.begin().await?;
    let steps = (FederatedStage::Judged, FederatedStage::Over);
    if !tx.advance_federated_sign_in(state, steps, &Away::SignIn(Box::new(left.clone()))).await? {
        return Err(stranger());
    }
    tx.commit().await?;
    match reopened(&request, &left).await? {
        Ok((authorization, provider)) => come_back(&request, authorization, &provider, judged).await,
        Err(answer) => Ok(answer),
    }
}

/// Nobody asked: `RelayState` says what for (developer guide, "Implement IdP-initiated SAML sign-in").
async fn unasked(request: &SiteRequest, response: &str, relay_state: &str) -> Result<Answer, Failure> {
    let query = Parameters::parse(relay_state.as_bytes());
    if query.get("client_id").is_none() {
        return Err(unsolicited());
    }
    let authorization = match Authorization::of_query(&request.call, &request.site, &query).await? {
        Ok(authorization) => authorization,
        Err(answer) => return Ok(answer),
    };
    let provider = match Named::by(&query, &request.call, &authorization.visit).await? {
        Named::Provider(provider) if is_on(&provider, "IDPInit") => provider,
        Named::Provider(_) | Named::Pool | Named::Nobody => return Err(unsolicited()),
    };
    let parties = SamlParties { call: &request.call, provider: &provider, domain: request.site.url() };
    let (judged, replay) = match parties.judge(response, Initiation::IdentityProvider).await {
        Ok(judged) => judged,
        Err(refusal) => return refused(request, &authorization, refusal),
    };
    let mut tx = request.call.store.begin().await?;
    if !is_new(&mut tx, &provider, &replay).await? {
        return Err(unsolicited());
    }
    tx.commit().await?;
    come_back(request, authorization, &provider, judged).await
}

/// Tells the application what is wrong with the answer.
fn refused(
    request: &SiteRequest,
    authorization: &Authorization,
    refusal: SamlRefusal,
) -> Result<Answer, Failure> {
    match refusal {
        SamlRefusal::Invalid(error) => {
            tracing::warn!(request_id = %request.call.request_id, %error, "a SAML response was refused");
            Ok(told(authorization, &FederationError::SamlResponse(error.to_string())))
        }
        SamlRefusal::Fault(error) => Err(error.into()),
    }
}

/// Endpoints of SAML take what providers post, and nothing else.
pub(crate) async fn wrong_binding(_: Rc<SiteRequest>) -> Result<Answer, Failure> {
    Err(Failure::WrongBinding)
}
