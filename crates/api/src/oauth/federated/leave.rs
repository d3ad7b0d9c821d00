//! The way out: the browser is sent to another provider, with a state that it brings back.

use domain::identity_providers::IdentityProvider;
use domain::oauth::{PageRefusal, with_query};
use domain::random;
use wire::IdentityProviderTypeType;

use super::away::Away;
use super::left::{Expects, Left, STATE_LENGTH};
use crate::federation::{SamlParties, detail};
use crate::oauth::Authorization;
use crate::site::{Answer, Failure, SiteRequest};

/// Bytes of an authorization request that are kept until the browser comes back. An application's `state` may have most of them.
const LONGEST_QUERY: usize = 8 * 1024;

/// Where OpenID Connect and social providers send the browser back to.
pub(super) fn redirect_uri(request: &SiteRequest) -> String {
    format!("{}/oauth2/idpresponse", request.site.url())
}

/// Sends the browser to a provider of the client.
///
/// # Errors
/// When its metadata cannot be had, and for faults.
pub(in crate::oauth) async fn leave(
    request: &SiteRequest,
    authorization: &Authorization,
    provider: &IdentityProvider,
) -> Result<Answer, Failure> {
    let call = &request.call;
    if request.raw_query.len() > LONGEST_QUERY {
        return Err(PageRefusal::TooLong.into());
    }
    call.count_unsigned()?;
    let state = random::alphanumeric(call.random(), STATE_LENGTH);
    let (expects, location) = if provider.kind == IdentityProviderTypeType::Saml {
        let request_id = format!("_{}", random::uuid(call.random()));
        let parties = SamlParties { call, provider, domain: request.site.url() };
        let force_authn = authorization.asked.prompt.login;
        let url = parties.sign_in_url(&request_id, &state, force_authn).await?;
        (Expects::Saml { request_id }, url)
    } else {
        let nonce = random::alphanumeric(call.random(), STATE_LENGTH);
        let url = authorize_url(request, authorization, provider, &state, &nonce);
        (Expects::Oidc { nonce }, url)
    };
    let (left, cookie) = Left::new(request, provider.name.clone(), expects);
    let pool_id = &authorization.visit.client.pool.id;
    Away::SignIn(Box::new(left)).keep(call, pool_id, &state).await?;

    Ok(Answer::redirect(location).with_cookie(cookie))
}

/// The provider's authorization endpoint (developer guide, "How user pool federation works"). Without PKCE, as the service.
fn authorize_url(
    request: &SiteRequest,
    authorization: &Authorization,
    provider: &IdentityProvider,
    state: &str,
    nonce: &str,
) -> String {
    let detail = |key| detail(&request.call, provider, key);
    let redirect_uri = redirect_uri(request);
    let mut parameters = vec![
        ("client_id", detail("client_id")),
        ("redirect_uri", redirect_uri.as_str()),
        ("scope", detail("authorize_scopes")),
        ("response_type", "code"),
        ("state", state),
    ];
    if !detail("oidc_issuer").is_empty() {
        parameters.push(("nonce", nonce));
    }
    let takes_hint =
        matches!(provider.kind, IdentityProviderTypeType::Oidc | IdentityProviderTypeType::Google);
    parameters.extend(request.query("login_hint").filter(|_| takes_hint).map(|hint| ("login_hint", hint)));
    // Managed login alone knows prompts. Who asks it for `none` has a session by now, or was told that there is none.
    let prompt = request.query("prompt").filter(|_| authorization.visit.has_managed_login());
    parameters.extend(prompt.map(|prompt| ("prompt", prompt)));
    if provider.kind == IdentityProviderTypeType::SignInWithApple {
        parameters.push(("response_mode", "form_post"));
    }
    with_query(detail("authorize_url"), &parameters)
}
