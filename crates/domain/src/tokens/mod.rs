//! What ID and access tokens say. Signing them, and the opaque refresh tokens, are not here.
//!
//! Source: developer guide, "Understanding user pool JSON web tokens".

#[cfg(test)]
mod tests;

use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;
use wire::IssuerType;

use crate::app_clients::AppClient;
use crate::groups::{self, Group};
use crate::oauth::opens;
use crate::user_pools::UserPool;
use crate::user_sessions::UserSession;
use crate::users::{User, boolean};

/// What a signed token is for. Each use has a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenUse {
    /// Tells an application who signed in.
    Id,
    /// Opens what the user may do.
    Access,
}

impl TokenUse {
    /// The claim `token_use`, and the name that is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Access => "access",
        }
    }

    /// The use of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Id, Self::Access].into_iter().find(|token_use| token_use.as_str() == name)
    }
}

/// Whom tokens are for, and under which circumstances.
#[derive(Clone, Copy)]
pub struct TokenRequest<'a> {
    /// Claim `iss`.
    pub issuer: &'a str,
    /// The pool.
    pub pool: &'a UserPool,
    /// The client, whose readable attributes are shown.
    pub client: &'a AppClient,
    /// The user as they are now.
    pub user: &'a User,
    /// The user's groups, the highest precedence first.
    pub groups: &'a [Group],
    /// The session that the tokens belong to.
    pub session: &'a UserSession,
    /// Claim `nonce` of the ID token: what the application put into its authorization request.
    pub nonce: Option<&'a str>,
    /// Now.
    pub now: DateTime<Utc>,
    /// Claim `jti` of the ID token.
    pub id_jti: Uuid,
    /// Claim `jti` of the access token.
    pub access_jti: Uuid,
}

/// The issuer of a pool where tokens name this server, so that verifiers find its keys.
pub fn public_issuer(public_url: &str, pool: &UserPool) -> String {
    format!("{public_url}/{}", pool.id)
}

/// The issuer of a pool at the real service, for verifiers that have it built in.
pub fn aws_issuer(pool: &UserPool) -> String {
    let kind = pool.settings.issuer_configuration.as_ref().and_then(|configuration| configuration.r#type);
    let host = match kind {
        Some(IssuerType::Updated) => "issuer-cognito-idp",
        Some(IssuerType::Original) | None => "cognito-idp",
    };
    format!("https://{host}.{}.amazonaws.com/{}", pool.scope.region, pool.id)
}

/// The claims of an ID token.
pub fn id_claims(request: &TokenRequest<'_>) -> Map<String, Value> {
    let TokenRequest { pool, client, user, session, now, .. } = *request;
    let mut claims = shared_claims(request, TokenUse::Id, request.id_jti);
    for (name, value) in user.shown_attributes() {
        let is_open = !session.is_oauth || opens(&session.scopes, &name);
        if is_open && client.settings.shows(&name, &pool.schema) {
            let claim = attribute_claim(&name, &value);
            claims.insert(name, claim);
        }
    }
    claims.insert("aud".into(), json!(client.id));
    claims.insert("cognito:username".into(), json!(user.username));
    let roles = groups::roles(request.groups);
    if !roles.is_empty() {
        claims.insert("cognito:roles".into(), json!(roles));
    }
    if let Some(role) = groups::preferred_role(request.groups) {
        claims.insert("cognito:preferred_role".into(), json!(role));
    }
    claims.insert("event_id".into(), json!(session.event_id));
    if let Some(nonce) = request.nonce {
        claims.insert("nonce".into(), json!(nonce));
    }
    claims.insert("exp".into(), json!((now + client.settings.id_token_lifetime()).timestamp()));
    claims
}

/// Claim `at_hash`: ties an ID token to the access token that came with it (OpenID Connect Core 1.0 section 3.1.3.6). Tokens
/// of the API have none.
pub fn at_hash(access_token: &str) -> String {
    let hash = digest(&SHA256, access_token.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])
}

/// The claims of an access token.
pub fn access_claims(request: &TokenRequest<'_>) -> Map<String, Value> {
    let TokenRequest { client, user, session, now, .. } = *request;
    let mut claims = shared_claims(request, TokenUse::Access, request.access_jti);
    claims.insert("client_id".into(), json!(client.id));
    claims.insert("username".into(), json!(user.username));
    claims.insert("scope".into(), json!(session.scopes));
    claims.insert("event_id".into(), json!(session.event_id));
    claims.insert("jti".into(), json!(request.access_jti));
    if let Some(device_key) = &session.device_key {
        claims.insert("device_key".into(), json!(device_key));
    }
    if session.is_oauth {
        claims.insert("version".into(), json!(2));
    }
    if let Some(resource) = &session.resource {
        claims.insert("aud".into(), json!(resource));
    }
    claims.insert("exp".into(), json!((now + client.settings.access_token_lifetime()).timestamp()));
    claims
}

/// The claims of a client's own access token (`client_credentials`), which belongs to no user and no session.
pub fn client_claims(
    issuer: &str,
    client: &AppClient,
    scopes: &str,
    now: DateTime<Utc>,
    jti: Uuid,
) -> Map<String, Value> {
    [
        ("sub", json!(client.id)),
        ("token_use", json!(TokenUse::Access.as_str())),
        ("scope", json!(scopes)),
        ("auth_time", json!(now.timestamp())),
        ("iss", json!(issuer)),
        ("exp", json!((now + client.settings.access_token_lifetime()).timestamp())),
        ("iat", json!(now.timestamp())),
        ("version", json!(2)),
        ("jti", json!(jti)),
        ("client_id", json!(client.id)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect()
}

fn shared_claims(request: &TokenRequest<'_>, token_use: TokenUse, jti: Uuid) -> Map<String, Value> {
    let TokenRequest { issuer, client, user, groups, session, now, .. } = *request;
    let mut claims = Map::new();
    claims.insert("sub".into(), json!(user.id));
    claims.insert("iss".into(), json!(issuer));
    claims.insert("token_use".into(), json!(token_use.as_str()));
    claims.insert("auth_time".into(), json!(session.auth_time.timestamp()));
    claims.insert("iat".into(), json!(now.timestamp()));
    if !groups.is_empty() {
        let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
        claims.insert("cognito:groups".into(), json!(names));
    }
    // What a token can be revoked by.
    if client.settings.can_revoke_tokens() || client.settings.rotates_refresh_tokens() {
        claims.insert("origin_jti".into(), json!(session.origin_jti));
        claims.insert("jti".into(), json!(jti));
    }
    claims
}

/// A claim is a text, but for a few that OpenID Connect gives another type (Core 1.0, section 5.1).
fn attribute_claim(name: &str, value: &str) -> Value {
    match name {
        "email_verified" | "phone_number_verified" => json!(boolean(value) == Some(true)),
        "address" => json!({ "formatted": value }),
        "updated_at" => value.parse::<i64>().map_or_else(|_| json!(value), |seconds| json!(seconds)),
        "identities" => identities(value),
        _ => json!(value),
    }
}

/// The attribute is a JSON text; in the token `primary` and `dateCreated` are texts too.
fn identities(value: &str) -> Value {
    let mut identities: Value = serde_json::from_str(value).unwrap_or_else(|_| json!([]));
    for identity in identities.as_array_mut().into_iter().flatten() {
        for name in ["primary", "dateCreated"] {
            if let Some(member) = identity.get_mut(name)
                && !member.is_string()
            {
                *member = json!(member.to_string());
            }
        }
    }
    identities
}
