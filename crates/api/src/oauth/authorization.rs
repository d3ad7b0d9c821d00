//! An authorization request, read and held against its client: what the endpoint, the pages and the way back from other
//! providers go by.

use domain::app_clients::{OWN_USERS, STANDARD_SCOPES};
use domain::identity_providers::IdentityProvider;
use domain::oauth::{
    AuthorizationRequest, BrowserSession, OAuthError, PageRefusal, Parameters, Refusal, with_query,
};

use crate::call::Call;
use crate::error::ApiError;
use crate::site::{Answer, Failure, Site, SiteRequest, Visit, check_exists};

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
        Self::of_query(&request.call, &request.site, &request.query).await
    }

    /// Reads a query that came to this site, now or a while ago.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub(crate) async fn of_query(
        call: &Call,
        site: &Site,
        query: &Parameters,
    ) -> Result<Result<Self, Answer>, Failure> {
        let visit = Visit::new(call, site, client_id(call, site, query).await?).await?;
        let scopes = existing_scopes(call, &visit).await?;
        let client = &visit.client.client;
        match AuthorizationRequest::new(query, client, &scopes, visit.has_managed_login()) {
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
pub(super) async fn client_id<'a>(
    call: &Call,
    site: &Site,
    query: &'a Parameters,
) -> Result<&'a str, Failure> {
    if let Some(client_id) = query.get("client_id") {
        return Ok(client_id);
    }
    let mut read = call.store.read_latest().await?;
    check_exists(call, &mut read, site).await?;
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

/// Whose word a request wants.
pub(crate) enum Named {
    /// Whose the person likes.
    Nobody,
    /// The pool's own.
    Pool,
    /// This provider's.
    Provider(IdentityProvider),
}

impl Named {
    /// What a request names, by itself or by an identifier.
    ///
    /// # Errors
    /// [`PageRefusal::NoProvider`] for a provider that the client does not have.
    pub(crate) async fn by(query: &Parameters, call: &Call, visit: &Visit) -> Result<Self, Failure> {
        let (pool_id, settings) = (&visit.client.pool.id, &visit.client.client.settings);
        let mut read = call.store.read_latest().await?;
        let found = match (query.get("identity_provider"), query.get("idp_identifier")) {
            (Some(OWN_USERS), _) if settings.supports_own_users() => return Ok(Self::Pool),
            (Some(name), _) => read.identity_provider(pool_id, name).await?,
            (None, Some(identifier)) => read.identity_provider_by_identifier(pool_id, identifier).await?,
            (None, None) => return Ok(Self::Nobody),
        };
        match found.filter(|provider| settings.supports_provider(&provider.name)) {
            Some(provider) => Ok(Self::Provider(provider)),
            None => Err(PageRefusal::NoProvider.into()),
        }
    }

    /// Whether a session is of whoever is named.
    pub(crate) fn has(&self, session: &BrowserSession) -> bool {
        match self {
            Self::Nobody => true,
            Self::Pool => session.provider_name.is_none(),
            Self::Provider(provider) => session.provider_name.as_ref() == Some(&provider.name),
        }
    }
}
