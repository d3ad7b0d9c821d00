//! `GET /oauth2/authorize`: a browser is signed in already, or goes to the pages to sign in.

use std::rc::Rc;

use domain::app_clients::STANDARD_SCOPES;
use domain::oauth::{AuthorizationRequest, OAuthError, PageRefusal, Refusal, with_query};
use domain::random;

use super::{LiveSession, grant, live_session};
use crate::call::Call;
use crate::error::ApiError;
use crate::site::{Answer, Failure, SiteRequest, Visit, check_exists};

/// An authorization request of a client at its domain, as the endpoint and the pages that follow hold it.
pub(crate) struct Authorization {
    /// The client.
    pub(crate) visit: Visit,
    /// What it asked for.
    pub(crate) asked: AuthorizationRequest,
}

impl Authorization {
    /// Reads the query of a request. The inner error is a redirect that tells the application what is wrong.
    ///
    /// # Errors
    /// [`Failure::Page`] for what the application cannot be told.
    pub(crate) async fn of(request: &SiteRequest) -> Result<Result<Self, Answer>, Failure> {
        let client_id = client_id(request).await?;
        let visit = Visit::new(&request.call, &request.site, client_id).await?;
        let scopes = existing_scopes(&request.call, &visit).await?;
        let client = &visit.client.client;
        match AuthorizationRequest::new(&request.query, client, &scopes, visit.has_managed_login()) {
            Ok(asked) => Ok(Ok(Self { visit, asked })),
            Err(Refusal::Page(refusal)) => Err(refusal.into()),
            Err(Refusal::Redirect { redirect_uri, error, state }) => {
                Ok(Err(refused(&redirect_uri, error, state.as_deref())))
            }
        }
    }

    /// Tells the application that nothing comes of its request.
    pub(crate) fn refused(&self, error: OAuthError) -> Answer {
        refused(&self.asked.redirect_uri, error, self.asked.state.as_deref())
    }
}

/// The parameter without which nothing is known but the host.
pub(super) async fn client_id(request: &SiteRequest) -> Result<&str, Failure> {
    if let Some(client_id) = request.query("client_id") {
        return Ok(client_id);
    }
    let mut read = request.call.store.read_latest().await?;
    check_exists(&request.call, &mut read, &request.site).await?;
    Err(PageRefusal::Missing("client_id").into())
}

fn refused(redirect_uri: &str, error: OAuthError, state: Option<&str>) -> Answer {
    let mut parameters = vec![("error", error.code())];
    parameters.extend(state.map(|state| ("state", state)));
    Answer::redirect(with_query(redirect_uri, &parameters))
}

/// The name of the scopes among the documents that are kept for a second.
const SCOPES: &str = "scopes";

/// The scopes of the pool's resource servers, where the client asks for such.
pub(super) async fn existing_scopes(call: &Call, visit: &Visit) -> Result<Vec<String>, Failure> {
    let of_client = visit.client.client.settings.allowed_oauth_scopes.iter().flatten();
    let is_standard = |scope: &&String| STANDARD_SCOPES.contains(&scope.as_str());
    let of_resources: Vec<&String> = of_client.filter(|scope| !is_standard(scope)).collect();
    if of_resources.is_empty() {
        return Ok(Vec::new());
    }
    let pool_id = &visit.client.pool.id;
    let kept = call.documents.get(pool_id, SCOPES);
    let kept: Option<Vec<String>> = kept.and_then(|kept| serde_json::from_slice(&kept).ok());
    // One that is not among them may have come a moment ago.
    if let Some(scopes) = kept.filter(|kept| of_resources.iter().all(|scope| kept.contains(scope))) {
        return Ok(scopes);
    }
    let changes = call.documents.changes();
    let scopes = call.store.read_latest().await?.resource_scopes(pool_id).await?;
    let document = serde_json::to_vec(&scopes).map_err(ApiError::internal)?;
    call.documents.keep(pool_id, SCOPES, &document.into(), changes);
    Ok(scopes)
}

/// The endpoint.
pub(crate) async fn authorize(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let authorization = match Authorization::of(&request).await? {
        Ok(authorization) => authorization,
        Err(refused) => return Ok(refused),
    };
    if goes_to_provider(&request, &authorization.visit).await? {
        return Err(Failure::NotBuilt("Signing in by an external identity provider"));
    }
    let prompt = authorization.asked.prompt;
    let session = live_session(&request, &authorization.visit).await?;
    match session.filter(|_| !prompt.login && !prompt.select_account) {
        Some(LiveSession { session, .. }) => {
            let event_id = random::uuid(request.call.random());
            let location = grant(&request.call, &authorization, &session, event_id).await?;
            Ok(Answer::redirect(location))
        }
        None if prompt.none => Ok(authorization.refused(OAuthError::LoginRequired)),
        None => Ok(Answer::redirect(request.to("/login"))),
    }
}

/// Whether the person signs in elsewhere: by the provider that the request names, or because the client has no other.
async fn goes_to_provider(request: &SiteRequest, visit: &Visit) -> Result<bool, Failure> {
    let supported = visit.client.client.settings.supported_identity_providers.as_deref().unwrap_or_default();
    let is_ours = |name: &str| name == "COGNITO";
    let mut read = request.call.store.read_latest().await?;
    let pool_id = &visit.client.pool.id;
    let named = match (request.query("identity_provider"), request.query("idp_identifier")) {
        (Some(name), _) if is_ours(name) => return Ok(false),
        (Some(name), _) => read.identity_provider(pool_id, name).await?,
        (None, Some(identifier)) => read.identity_provider_by_identifier(pool_id, identifier).await?,
        (None, None) => {
            return Ok(matches!(supported, [only] if !is_ours(only)));
        }
    };
    match named {
        Some(provider) if supported.contains(&provider.name) => Ok(true),
        Some(_) | None => Err(PageRefusal::NoProvider.into()),
    }
}
