//! `GET /oauth2/authorize`: a browser is signed in already, or goes to the pages to sign in.

use std::rc::Rc;

use domain::identity_providers::IdentityProvider;
use domain::oauth::OAuthError;
use domain::random;

use super::authorization::{Authorization, Named};
use super::federated::leave;
use super::{LiveSession, grant, live_session};
use crate::call::Call;
use crate::error::ApiError;
use crate::site::{Answer, Failure, SiteRequest, Visit};

/// The endpoint.
pub(crate) async fn authorize(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let authorization = match Authorization::of(&request).await? {
        Ok(authorization) => authorization,
        Err(refused) => return Ok(refused),
    };
    let (call, visit) = (&request.call, &authorization.visit);
    let named = Named::by(&request.query, call, visit).await?;
    let prompt = authorization.asked.prompt;
    let session = live_session(&request, visit).await?.filter(|_| !prompt.login && !prompt.select_account);
    if let Some(LiveSession { session, .. }) = session.filter(|live| named.has(&live.session)) {
        let location = grant(call, &authorization, &session, random::uuid(call.random())).await?;
        return Ok(Answer::redirect(location));
    }
    if prompt.none {
        return Ok(authorization.refused(OAuthError::LoginRequired));
    }
    let provider = match named {
        Named::Nobody => only_provider(call, visit).await?,
        Named::Pool => None,
        Named::Provider(provider) => Some(provider),
    };
    match provider {
        Some(provider) => leave(&request, &authorization, &provider).await,
        None => Ok(Answer::redirect(request.to("/login"))),
    }
}

async fn only_provider(call: &Call, visit: &Visit) -> Result<Option<IdentityProvider>, ApiError> {
    let Some(name) = visit.client.client.settings.only_provider() else { return Ok(None) };
    Ok(call.store.read_latest().await?.identity_provider(&visit.client.pool.id, name).await?)
}
