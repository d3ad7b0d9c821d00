//! What scopes are and what they open.
//!
//! Source: developer guide, "Scopes, M2M, and resource servers" and "userInfo endpoint".

use super::OAuthError;
use crate::app_clients::{AppClient, STANDARD_SCOPES};
use crate::user_pools::Schema;

/// Attributes of the scope `profile` (OpenID Connect Core 1.0 section 5.4); custom ones go with it.
const PROFILE: [&str; 14] = [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];
const EMAIL: [&str; 2] = ["email", "email_verified"];
const PHONE: [&str; 2] = ["phone_number", "phone_number_verified"];

/// Whether a list of scopes, separated by spaces, has this one.
pub fn has_scope(scopes: &str, scope: &str) -> bool {
    scopes.split(' ').any(|granted| granted == scope)
}

/// Whether scopes open an attribute: `openid` alone opens all, with others their union counts. `sub` and what says who the
/// user is at other providers is open to whoever gets an ID token.
pub fn opens(scopes: &str, attribute: &str) -> bool {
    let has = |scope| has_scope(scopes, scope);
    if !has("profile") && !has("email") && !has("phone") {
        return true;
    }
    matches!(attribute, "sub" | "identities")
        || (has("profile")
            && (PROFILE.contains(&attribute) || attribute.starts_with("custom:") || attribute == "address"))
        || (has("email") && EMAIL.contains(&attribute))
        || (has("phone") && PHONE.contains(&attribute))
}

/// Whether a client may read all that its scopes open. If not, its codes are not exchanged (token endpoint,
/// `invalid_grant`).
pub fn reads_all_of(scopes: &str, client: &AppClient, schema: &Schema) -> bool {
    let reads = |names: &[&str]| names.iter().all(|name| client.settings.can_read(name, schema));
    (!has_scope(scopes, "email") || reads(&EMAIL))
        && (!has_scope(scopes, "phone") || reads(&PHONE))
        && (!has_scope(scopes, "profile") || reads(&PROFILE))
}

/// The scopes of a request for a user's tokens: those asked for, or all of the client's.
///
/// # Errors
/// `invalid_scope` for one that the client may not have, for claims of a user without `openid`, and when none is left.
/// `existing` are the scopes of the pool's resource servers: what was deleted there is passed over.
pub(super) fn user_scopes(
    asked: Option<&str>,
    client: &AppClient,
    existing: &[String],
) -> Result<String, OAuthError> {
    let scopes = allowed(asked, client, existing)?;
    let has = |scope: &str| scopes.contains(&scope);
    if (has("phone") || has("email") || has("profile")) && !has("openid") {
        return Err(OAuthError::InvalidScope);
    }
    joined(&scopes)
}

/// A scope that means nothing to a client's own token (developer guide, "The token issuer endpoint").
const NO_EFFECT: &str = "offline_access";

/// The scopes of a client's own token: those asked for, or all of the client's that are a resource server's.
///
/// # Errors
/// `invalid_scope` for one that does not exist, wherever it stands, and when none is left; `invalid_grant` for one that exists
/// and is not the client's, or is about users (developer guide, "The token issuer endpoint").
pub fn own_scopes(
    asked: Option<&str>,
    client: &AppClient,
    existing: &[String],
) -> Result<String, OAuthError> {
    let is_of_users = |scope: &str| STANDARD_SCOPES.contains(&scope);
    let exists = |scope: &str| existing.iter().any(|existing| existing == scope);
    let of_client = client.settings.allowed_oauth_scopes.as_deref().unwrap_or_default();
    let Some(asked) = asked else {
        let scopes: Vec<&str> = of_client.iter().map(String::as_str).filter(|scope| exists(scope)).collect();
        return joined(&scopes);
    };
    let mut scopes: Vec<&str> = Vec::new();
    for scope in asked.split(' ').filter(|scope| !scope.is_empty() && *scope != NO_EFFECT) {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    if scopes.is_empty() && asked.split(' ').any(|scope| scope == NO_EFFECT) {
        return own_scopes(None, client, existing);
    }
    if scopes.iter().any(|scope| !exists(scope) && !is_of_users(scope)) {
        return Err(OAuthError::InvalidScope);
    }
    if scopes.iter().any(|scope| is_of_users(scope) || !of_client.iter().any(|allowed| allowed == scope)) {
        return Err(OAuthError::InvalidGrant);
    }
    joined(&scopes)
}

fn allowed<'a>(
    asked: Option<&'a str>,
    client: &'a AppClient,
    existing: &[String],
) -> Result<Vec<&'a str>, OAuthError> {
    let of_client = client.settings.allowed_oauth_scopes.as_deref().unwrap_or_default();
    let mut scopes: Vec<&str> = Vec::new();
    let asked: Vec<&str> = match asked {
        Some(asked) => asked.split(' ').filter(|scope| !scope.is_empty()).collect(),
        None => of_client.iter().map(String::as_str).collect(),
    };
    for scope in asked {
        if !of_client.iter().any(|allowed| allowed == scope) {
            return Err(OAuthError::InvalidScope);
        }
        let exists = STANDARD_SCOPES.contains(&scope) || existing.iter().any(|existing| existing == scope);
        if exists && !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    Ok(scopes)
}

fn joined(scopes: &[&str]) -> Result<String, OAuthError> {
    if scopes.is_empty() { Err(OAuthError::InvalidScope) } else { Ok(scopes.join(" ")) }
}
