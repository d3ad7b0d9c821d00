//! The OpenID Connect provider: discovery, keys, the authorization endpoint with its page, the token endpoint, userinfo.
//!
//! Any client may ask, and prove itself with any secret. All else is as at a real provider: a code is for the client and the URL
//! that it was issued to, and counts once.

use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use domain::oauth::{OAuthError, has_scope, with_query};
use domain::random;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use storage::MockIdpCode;

use super::keys::ProviderKey;
use super::page;
use super::person::{Person, person};
use super::{is_sayable, is_web_url};
use crate::oauth::basic_credentials;
use crate::site::{Answer, Failure, SiteRequest, credentials, csrf};

/// How long a code waits for its client.
const CODE: TimeDelta = TimeDelta::minutes(5);
/// Characters of a code, of 62 kinds: 256 bits and more.
const CODE_LENGTH: usize = 43;
/// How long tokens are good for.
const TOKENS: TimeDelta = TimeDelta::hours(1);

fn issuer(request: &SiteRequest) -> String {
    format!("{}/oidc", super::base(&request.call))
}

/// `GET …/oidc/.well-known/openid-configuration`.
pub(crate) async fn discovery(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let issuer = issuer(&request);
    Ok(Answer::json(json!({
        "authorization_endpoint": format!("{issuer}/authorize"),
        "claims_supported": [
            "aud", "auth_time", "email", "email_verified", "exp", "family_name", "given_name", "iat", "iss", "name",
            "nonce", "sub",
        ],
        "grant_types_supported": ["authorization_code"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/jwks"),
        "response_modes_supported": ["query"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "email", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint": format!("{issuer}/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "userinfo_endpoint": format!("{issuer}/userinfo"),
    })))
}

/// `GET …/oidc/jwks` (RFC 7517).
pub(crate) async fn jwks(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let key = ProviderKey::of(&request.call).await?;
    Ok(Answer::json(json!({ "keys": [key.jwk()?] })))
}

/// An authentication request (OpenID Connect Core 1.0, section 3.1.2.1).
#[derive(Debug)]
struct Asked<'a> {
    client_id: &'a str,
    redirect_uri: &'a str,
    state: Option<&'a str>,
    nonce: Option<&'a str>,
    scope: &'a str,
}

/// Where there is nobody to be told, a page tells.
const NO_CLIENT: &str = "The parameter client_id is missing.";
const NO_REDIRECT_URI: &str = "The parameter redirect_uri must be an http or https URL without a fragment.";
const UNSUPPORTED_RESPONSE_TYPE: &str = "unsupported_response_type";

impl<'a> Asked<'a> {
    /// Reads the query. The error is what the browser gets.
    fn of(request: &'a SiteRequest) -> Result<Self, Answer> {
        let query = |name| request.query(name);
        let client_id = query("client_id").filter(|id| is_sayable(id));
        let client_id = client_id.ok_or_else(|| page::refused(NO_CLIENT))?;
        let redirect_uri = query("redirect_uri").filter(|uri| is_web_url(uri) && !uri.contains('#'));
        let redirect_uri = redirect_uri.ok_or_else(|| page::refused(NO_REDIRECT_URI))?;
        let (state, nonce) = (query("state"), query("nonce"));
        let scope = query("scope").unwrap_or_default();
        let asked = Self { client_id, redirect_uri, state, nonce, scope };

        if request.query.has_repeated() || !nonce.is_none_or(is_sayable) {
            return Err(asked.refused(OAuthError::InvalidRequest.code()));
        }
        match query("response_type") {
            Some("code") => {}
            Some(_) => return Err(asked.refused(UNSUPPORTED_RESPONSE_TYPE)),
            None => return Err(asked.refused(OAuthError::InvalidRequest.code())),
        }
        if query("response_mode").is_some_and(|mode| mode != "query") {
            return Err(asked.refused(OAuthError::InvalidRequest.code()));
        }
        if !has_scope(scope, "openid") {
            return Err(asked.refused(OAuthError::InvalidScope.code()));
        }
        // Nobody stays signed in here, so everybody has to be asked.
        if query("prompt") == Some("none") {
            return Err(asked.refused(OAuthError::LoginRequired.code()));
        }
        Ok(asked)
    }

    fn redirect(&self, parameter: (&str, &str)) -> Answer {
        let mut parameters = vec![parameter];
        parameters.extend(self.state.map(|state| ("state", state)));
        Answer::redirect(with_query(self.redirect_uri, &parameters))
    }

    fn refused(&self, error: &str) -> Answer {
        self.redirect(("error", error))
    }
}

/// `GET …/oidc/authorize`: somebody is asked who they are.
pub(crate) async fn authorize(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    Ok(match Asked::of(&request) {
        Ok(asked) => page::who(&request, asked.client_id, true, None),
        Err(answer) => answer,
    })
}

/// `POST …/oidc/authorize`: and has said so.
pub(crate) async fn take_authorize(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    csrf::check(&request)?;
    let asked = match Asked::of(&request) {
        Ok(asked) => asked,
        Err(answer) => return Ok(answer),
    };
    if request.form("refuse").is_some() {
        return Ok(asked.refused(OAuthError::AccessDenied.code()));
    }
    match person(&request.form) {
        Ok(person) => grant(&request, &asked, &person).await,
        Err(error) => Ok(page::who(&request, asked.client_id, true, Some(&error))),
    }
}

async fn grant(request: &SiteRequest, asked: &Asked<'_>, person: &Person) -> Result<Answer, Failure> {
    let call = &request.call;
    let code = random::alphanumeric(call.random(), CODE_LENGTH);
    let kept = MockIdpCode {
        client_id: asked.client_id.to_owned(),
        redirect_uri: asked.redirect_uri.to_owned(),
        nonce: asked.nonce.map(str::to_owned),
        claims: person.claims(|scope| has_scope(asked.scope, scope)),
        auth_time: call.now(),
        expires_at: call.now() + CODE,
    };

    let mut tx = call.store.begin().await?;
    tx.insert_mock_idp_code(&code, &kept).await?;
    tx.commit().await?;

    Ok(asked.redirect(("code", &code)))
}

/// `POST …/oidc/token` (RFC 6749, section 4.1.3; OpenID Connect Core 1.0, section 3.1.3).
pub(crate) async fn token(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    if !request.has_form || request.form.has_repeated() {
        return Err(OAuthError::InvalidRequest.into());
    }
    let Some(client_id) = proven_client(&request) else {
        let refusal = Answer::oauth_error(401, OAuthError::InvalidClient);
        return Ok(refusal.with_header("WWW-Authenticate", "Basic"));
    };
    if request.form("grant_type") != Some("authorization_code") {
        return Err(OAuthError::UnsupportedGrantType.into());
    }
    let code = request.form("code").ok_or(OAuthError::InvalidRequest)?;
    let call = &request.call;
    let kept = call.store.read_latest().await?.mock_idp_code(code).await?.ok_or(OAuthError::InvalidGrant)?;
    let is_theirs =
        kept.client_id == client_id && request.form("redirect_uri") == Some(kept.redirect_uri.as_str());
    if !is_theirs {
        return Err(OAuthError::InvalidGrant.into());
    }
    let (now, expires_at) = (call.now(), call.now() + TOKENS);
    let key = ProviderKey::of(call).await?;
    let id_token = key.for_tokens()?.sign(&id_claims(&issuer(&request), &kept, now, expires_at))?;
    let access_token = call.store.sealed(ACCESS_TOKEN, &AccessToken { claims: kept.claims, expires_at });

    let mut tx = call.store.begin().await?;
    if !tx.use_mock_idp_code(code, now).await? {
        return Err(OAuthError::InvalidGrant.into());
    }
    tx.commit().await?;

    Ok(Answer::json(json!({
        "access_token": access_token,
        "expires_in": TOKENS.num_seconds(),
        "id_token": id_token,
        "token_type": "Bearer",
    })))
}

/// The client of a token request: with a secret, whichever it is.
fn proven_client(request: &SiteRequest) -> Option<String> {
    let basic = credentials(request.headers.authorization.as_deref(), "Basic");
    let in_body = request.form("client_id");
    let (client_id, secret) = match basic {
        Some(credentials) => basic_credentials(credentials)?,
        None => (in_body?.to_owned(), request.form("client_secret")?.to_owned()),
    };
    let is_one = in_body.is_none_or(|in_body| in_body == client_id);
    (is_one && !client_id.is_empty() && !secret.is_empty()).then_some(client_id)
}

fn id_claims(
    issuer: &str,
    kept: &MockIdpCode,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Map<String, Value> {
    let mut claims = kept.claims.clone();
    for (name, value) in [
        ("aud", json!(kept.client_id)),
        ("auth_time", json!(kept.auth_time.timestamp())),
        ("exp", json!(expires_at.timestamp())),
        ("iat", json!(now.timestamp())),
        ("iss", json!(issuer)),
    ] {
        claims.insert(name.to_owned(), value);
    }
    claims.extend(kept.nonce.as_ref().map(|nonce| ("nonce".to_owned(), json!(nonce))));
    claims
}

/// The place that access tokens are sealed for.
const ACCESS_TOKEN: &str = "mock_idp/access_token";

/// What an access token says, to the provider alone: nothing of it is kept.
#[derive(Serialize, Deserialize)]
struct AccessToken {
    claims: Map<String, Value>,
    expires_at: DateTime<Utc>,
}

/// `GET` and `POST …/oidc/userinfo` (OpenID Connect Core 1.0, section 5.3).
pub(crate) async fn user_info(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let shown = credentials(request.headers.authorization.as_deref(), "Bearer");
    let token = shown.and_then(|token| request.call.store.opened::<AccessToken>(ACCESS_TOKEN, token.trim()));
    Ok(match token.filter(|token| token.expires_at > request.call.now()) {
        Some(token) => Answer::json(Value::Object(token.claims)),
        None => {
            let refusal = Answer::oauth_error(401, OAuthError::InvalidToken);
            refusal.with_header("WWW-Authenticate", "Bearer error=\"invalid_token\"")
        }
    })
}
