//! `GET /logout`: ends the browser's session, and goes to where the application wants. Tokens stay as they are.

use std::rc::Rc;

use domain::app_clients::ClientSettings;
use domain::oauth::{PageRefusal, Parameters, with_query};

use super::authorization::client_id;
use super::federated::saml_logout_url;
use super::session_cookie;
use crate::error::{ApiError, causes};
use crate::site::{Answer, Cookie, Failure, SiteRequest, Visit};

/// The endpoint.
pub(crate) async fn logout(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let client_id = client_id(&request.call, &request.site, &request.query).await?;
    let visit = Visit::new(&request.call, &request.site, client_id).await?;
    let settings = &visit.client.client.settings;
    let target = target(&request, settings)?;

    let name = session_cookie(&request.site, &visit);
    let pool_id = &visit.client.pool.id;
    let mut location = target.clone();
    if let Some(cookie) = request.cookie(&name) {
        let mut tx = request.call.store.begin().await?;
        let saml_session = tx.saml_session(pool_id, cookie).await?;
        tx.delete_browser_session(pool_id, cookie).await?;
        tx.commit().await?;
        if let Some(saml_session) = saml_session {
            let first = saml_logout_url(&request, pool_id, saml_session, &target).await;
            // The session is over here, whatever becomes of the one at the provider.
            location = first.unwrap_or_else(|error| told_to_nobody(&request, &error)).unwrap_or(target);
        }
    }
    Ok(Answer::redirect(location).with_cookie(Cookie::removed(name)))
}

fn told_to_nobody(request: &SiteRequest, error: &ApiError) -> Option<String> {
    let cause = error.source.as_deref().map(|cause| causes(cause)).unwrap_or_default();
    tracing::warn!(request_id = %request.call.request_id, cause, "a SAML provider does not hear of a sign-out");
    None
}

/// A sign-out URL of the client, or its sign-in page for somebody else. The service does not tell an unregistered
/// `logout_uri` from none.
fn target(request: &SiteRequest, settings: &ClientSettings) -> Result<String, PageRefusal> {
    let query = &request.query;
    let is_registered =
        |urls: &Option<Vec<String>>, url: &str| urls.iter().flatten().any(|known| known == url);
    if let Some(uri) = query.get("logout_uri").filter(|uri| is_registered(&settings.logout_urls, uri)) {
        return Ok(uri.to_owned());
    }
    let redirect_uri = query.get("redirect_uri").ok_or(PageRefusal::Missing("redirect_uri"))?;
    if !is_registered(&settings.callback_urls, redirect_uri) {
        return Err(PageRefusal::RedirectMismatch);
    }
    let response_type = query.get("response_type").ok_or(PageRefusal::Missing("response_type"))?;
    let scopes = scopes(query, settings);
    let mut parameters = vec![
        ("client_id", query.get("client_id").unwrap_or_default()),
        ("redirect_uri", redirect_uri),
        ("response_type", response_type),
        ("scope", scopes.as_str()),
    ];
    for name in ["state", "nonce", "lang", "code_challenge", "code_challenge_method"] {
        parameters.extend(query.get(name).map(|value| (name, value)));
    }
    Ok(with_query(&format!("{}/login", request.site.base_path), &parameters))
}

fn scopes(query: &Parameters, settings: &ClientSettings) -> String {
    match query.get("scope") {
        Some(scopes) => scopes.to_owned(),
        None => settings.allowed_oauth_scopes.clone().unwrap_or_default().join(" "),
    }
}
