//! OpenID Connect and social providers: from the code that the browser brings to whom the provider names.
//!
//! Verifying an ID token is pure and in the crate `federation`; here are the requests.

use std::collections::BTreeMap;

use domain::federation::ExternalIdentity;
use domain::identity_providers::IdentityProvider;
use domain::oauth::with_query;
use federation::apple::{self, AppleKey, AppleKeyError};
use federation::id_token::{self, Expected, IdTokenError, KeySet};
use federation::oidc_discovery::{self, OidcDiscoveryError};
use reqwest::Method;
use serde_json::{Map, Value};
use wire::IdentityProviderTypeType;

use super::fetch::{FetchError, Fetched};
use super::provider_urls::{asked_detail, detail};
use crate::call::Call;

/// What there is in place of an answer. The log alone hears of it: the address may be one that nobody else can reach, and a closed
/// port, another service and a wrong status must look alike to whoever named it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    /// Nothing.
    #[error(transparent)]
    NotFetched(#[from] FetchError),
    /// A status other than 200.
    #[error("the answer has the status {0}")]
    Status(u16),
    /// Something else than a JSON object.
    #[error("the answer is no JSON object")]
    NotJson,
    /// Something else than a key set.
    #[error(transparent)]
    NotKeys(IdTokenError),
    /// Something else than a discovery document of the issuer.
    #[error(transparent)]
    NotDiscovery(#[from] OidcDiscoveryError),
}

/// Why a provider's answer came to nothing. The texts go to the application; the service's where they are known.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OidcError {
    /// There is no token endpoint at the address.
    #[error("Timeout occurred in calling IdP token endpoint")]
    TokenEndpoint(#[source] NoAnswer),
    /// The token endpoint refused, as OAuth has it (RFC 6749, 5.2).
    #[error("{provider} Error - {status} error getting token")]
    TokenRefused {
        /// The provider.
        provider: String,
        /// HTTP status.
        status: u16,
        /// What the provider says, for the log.
        source: ProvidersWord,
    },
    /// The token endpoint answered without the token that is needed.
    #[error("Bad token response: no usable token in it")]
    TokenResponse,
    /// The key set cannot be had.
    #[error("Timeout in calling jwks uri")]
    Keys(#[source] NoAnswer),
    /// The discovery document cannot be had or used.
    #[error("Unable to contact well-known endpoint")]
    Discovery(#[source] NoAnswer),
    /// The ID token is not one of this provider for us.
    #[error("Bad id_token issuer, audience or signature: {0}")]
    IdToken(#[from] IdTokenError),
    /// userInfo cannot be had or used.
    #[error("{provider} Error - error getting userInfo")]
    UserInfo {
        /// The provider.
        provider: String,
        /// What happened.
        source: NoAnswer,
    },
    /// There is no subject among the claims.
    #[error("The provider does not say who signed in")]
    NoSubject,
    /// Userinfo does not name the subject, as it must (OpenID Connect Core 1.0, 5.3.2).
    #[error("userInfo does not say whom it is about")]
    UserInfoOfNobody,
    /// Userinfo is of somebody else than the ID token.
    #[error("userInfo is about another subject than the ID token")]
    OtherSubject,
    /// The secret for Apple cannot be made of the key that the pool has.
    #[error(transparent)]
    AppleKey(#[from] AppleKeyError),
}

/// `error` and `error_description` of a token endpoint.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct ProvidersWord(String);

/// Whom the provider names, for a code.
pub(crate) async fn external_identity(
    call: &Call,
    provider: &IdentityProvider,
    code: &str,
    redirect_uri: &str,
    nonce: &str,
) -> Result<ExternalIdentity, OidcError> {
    let tokens = tokens(call, provider, code, redirect_uri).await?;
    let text = |name: &str| tokens.get(name).and_then(Value::as_str);
    let access_token = text("access_token").unwrap_or_default();
    let id_claims = match (detail(call, provider, "oidc_issuer"), text("id_token")) {
        ("", _) => Map::new(),
        (issuer, Some(id_token)) => verified(call, provider, issuer, id_token, nonce).await?,
        (_, None) => return Err(OidcError::TokenResponse),
    };
    let mut claims = user_info(call, provider, access_token).await?;
    match (claims.get("sub"), id_claims.get("sub")) {
        (Some(told), Some(signed)) if told != signed => return Err(OidcError::OtherSubject),
        (None, Some(_)) if provider.kind == IdentityProviderTypeType::Oidc => {
            return Err(OidcError::UserInfoOfNobody);
        }
        _ => {}
    }
    claims.extend(id_claims); // what is signed wins
    for name in ["access_token", "id_token", "refresh_token"] {
        if let Some(token) = text(name) {
            claims.insert(name.to_owned(), token.into());
        }
    }
    let subject = match provider.kind {
        IdentityProviderTypeType::Facebook => "id",
        IdentityProviderTypeType::LoginWithAmazon => "user_id",
        IdentityProviderTypeType::Oidc
        | IdentityProviderTypeType::Google
        | IdentityProviderTypeType::SignInWithApple
        | IdentityProviderTypeType::Saml => "sub",
    };
    let claims: BTreeMap<String, Vec<String>> =
        claims.into_iter().map(|(name, value)| (name, values(value))).collect();
    let subject = claims.get(subject).and_then(|values| values.first()).filter(|subject| !subject.is_empty());
    Ok(ExternalIdentity {
        provider_name: provider.name.clone(),
        provider_type: provider.kind,
        issuer: None,
        subject: subject.ok_or(OidcError::NoSubject)?.clone(),
        claims,
    })
}

/// The token endpoint's answer. The secret goes in the body, never as Basic (developer guide, "OIDC").
async fn tokens(
    call: &Call,
    provider: &IdentityProvider,
    code: &str,
    redirect_uri: &str,
) -> Result<Map<String, Value>, OidcError> {
    let secret = client_secret(call, provider)?;
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("client_id", detail(call, provider, "client_id")),
    ];
    if !secret.is_empty() {
        form.push(("client_secret", &secret));
    }
    let url =
        asked_detail(call, provider, "token_url").map_err(|error| OidcError::TokenEndpoint(error.into()))?;
    let fetched = if detail(call, provider, "token_request_method") == "GET" {
        call.fetcher.get(&with_query(url, &form)).await
    } else {
        call.fetcher.post_form(url, &form).await
    };
    let Fetched { status, text } = fetched.map_err(|error| OidcError::TokenEndpoint(error.into()))?;
    let answer: Result<Map<String, Value>, _> = serde_json::from_str(&text);
    match (status, answer) {
        (200, Ok(tokens)) => Ok(tokens),
        (200, Err(_)) => Err(OidcError::TokenEndpoint(NoAnswer::NotJson)),
        (_, Ok(answer)) if answer.get("error").is_some_and(Value::is_string) => {
            let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default();
            let source = ProvidersWord(format!("{}: {}", text("error"), text("error_description")));
            Err(OidcError::TokenRefused { provider: provider.name.clone(), status, source })
        }
        (status, _) => Err(OidcError::TokenEndpoint(NoAnswer::Status(status))),
    }
}

fn client_secret(call: &Call, provider: &IdentityProvider) -> Result<String, OidcError> {
    if provider.kind != IdentityProviderTypeType::SignInWithApple {
        return Ok(detail(call, provider, "client_secret").to_owned());
    }
    let key = AppleKey {
        team_id: detail(call, provider, "team_id"),
        key_id: detail(call, provider, "key_id"),
        private_key: detail(call, provider, "private_key"),
    };
    Ok(apple::client_secret(&key, detail(call, provider, "client_id"), call.now())?)
}

/// The claims of an ID token, after all checks. Keys are fetched for each sign-in, as the service does.
async fn verified(
    call: &Call,
    provider: &IdentityProvider,
    issuer: &str,
    token: &str,
    nonce: &str,
) -> Result<Map<String, Value>, OidcError> {
    let no_keys = |error: FetchError| OidcError::Keys(error.into());
    let jwks_uri = match asked_detail(call, provider, "jwks_uri").map_err(no_keys)? {
        "" => discovered_keys(call, provider).await?,
        uri => uri.to_owned(),
    };
    let keys = call.fetcher.text(&jwks_uri).await.map_err(no_keys)?;
    let keys =
        KeySet::from_json(keys.as_bytes()).map_err(|error| OidcError::Keys(NoAnswer::NotKeys(error)))?;
    let client_id = detail(call, provider, "client_id");
    let expected = Expected { issuer, client_id, nonce: Some(nonce), now: call.now() };
    Ok(id_token::read(token, &keys, &expected)?)
}

/// Social providers have no `jwks_uri` among their details.
async fn discovered_keys(call: &Call, provider: &IdentityProvider) -> Result<String, OidcError> {
    let not_fetched = |error: FetchError| OidcError::Discovery(error.into());
    let issuer = asked_detail(call, provider, "oidc_issuer").map_err(not_fetched)?;
    let url = oidc_discovery::discovery_url(issuer);
    let document = call.fetcher.text(&url).await.map_err(not_fetched)?;
    let found = oidc_discovery::read(document.as_bytes(), issuer);
    Ok(found.map_err(|error| OidcError::Discovery(error.into()))?.jwks_uri)
}

/// The people API of Google has another form than claims; all that can be mapped is in the ID token.
const GOOGLE_PEOPLE: &str = "https://people.googleapis.com/";

/// What the provider says of the user. Apple says nothing more, and has no address for it.
async fn user_info(
    call: &Call,
    provider: &IdentityProvider,
    access_token: &str,
) -> Result<Map<String, Value>, OidcError> {
    let failed = |source| OidcError::UserInfo { provider: provider.name.clone(), source };
    let url = asked_detail(call, provider, "attributes_url").map_err(|error| failed(error.into()))?;
    if url.is_empty() || url.starts_with(GOOGLE_PEOPLE) {
        return Ok(Map::new());
    }
    let url = if detail(call, provider, "attributes_url_add_attributes") == "true" {
        let names: Vec<&str> = provider.attribute_mapping.values().map(String::as_str).collect();
        format!("{url}{}", names.join(","))
    } else {
        url.to_owned()
    };
    let method = match detail(call, provider, "attributes_request_method") {
        "POST" => Method::POST,
        _ => Method::GET,
    };
    let fetched = call.fetcher.with_bearer(method, &url, access_token).await;
    let fetched = fetched.map_err(|error| failed(error.into()))?;
    if fetched.status != 200 {
        return Err(failed(NoAnswer::Status(fetched.status)));
    }
    serde_json::from_str(&fetched.text).map_err(|_| failed(NoAnswer::NotJson))
}

/// A claim as texts: attributes are nothing else.
fn values(value: Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text],
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => vec![value.to_string()],
        Value::Array(items) => items.into_iter().flat_map(values).collect(),
    }
}
