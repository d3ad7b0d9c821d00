//! `POST /oauth2/token`: tokens for a code, for a refresh token, or for the client itself.

use std::rc::Rc;

mod authorization_code;
mod client_credentials;
mod refresh_token;

use domain::oauth::OAuthError;
use serde_json::{Map, Value, json};
use wire::AuthenticationResultType;

use super::client_authentication::authenticated_client;
use crate::site::{Answer, Failure, SiteRequest};

/// What the endpoint answers to a client that did not prove itself.
const REFUSED: u16 = 400;

/// The endpoint.
pub(crate) async fn token(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    if !request.has_form || request.form.has_repeated() {
        return Err(OAuthError::InvalidRequest.into());
    }
    let tokens = match request.form("grant_type") {
        Some("authorization_code") => authorization_code::exchange(&request).await?,
        Some("refresh_token") => refresh_token::refresh(&request).await?,
        Some("client_credentials") => client_credentials::client_tokens(&request).await?,
        Some(_) => return Err(OAuthError::UnsupportedGrantType.into()),
        None => return Err(OAuthError::InvalidRequest.into()),
    };
    Ok(Answer::json(shown(tokens)))
}

/// Tokens as this endpoint shows them (RFC 6749 section 5.1).
fn shown(tokens: AuthenticationResultType) -> Value {
    let mut members = Map::new();
    for (name, token) in [
        ("id_token", tokens.id_token),
        ("access_token", tokens.access_token),
        ("refresh_token", tokens.refresh_token),
        ("token_type", tokens.token_type),
    ] {
        members.extend(token.map(|token| (name.to_owned(), json!(token))));
    }
    members.extend(tokens.expires_in.map(|seconds| ("expires_in".to_owned(), json!(seconds))));
    Value::Object(members)
}
