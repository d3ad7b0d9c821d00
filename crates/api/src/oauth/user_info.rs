//! `GET /oauth2/userInfo`: what the scopes of an access token open of its user (OpenID Connect Core 1.0 section 5.3).

use std::rc::Rc;

use domain::oauth::{OAuthError, opens};
use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::flows::{SignedIn, signed_in_with};
use crate::site::{Answer, Failure, SiteRequest, credentials};

const NO_TOKEN: &str = "Bad OAuth2 request at UserInfo Endpoint";
const BAD_TOKEN: &str = "Access token is expired, disabled, or deleted, or the user has globally signed out.";
const NO_OPENID: &str = "Access token does not contain openid scope";

/// The endpoint.
pub(crate) async fn user_info(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let Some(token) = credentials(request.headers.authorization.as_deref(), "Bearer") else {
        return Ok(refusal(400, OAuthError::InvalidRequest, NO_TOKEN));
    };
    let call = &request.call;
    let mut read = call.store.read_latest().await?;
    let me = match signed_in_with(call, &mut read, token.trim(), "openid").await {
        Ok(me) => me,
        Err(error) if error.status < 500 => return Ok(bad_token(&error)),
        Err(error) => return Err(error.into()),
    };
    let domains = read.domains_of_pool(&me.pool.id).await?;
    if !domains.iter().any(|domain| request.site.names(domain)) {
        return Ok(refusal(401, OAuthError::InvalidToken, BAD_TOKEN));
    }
    Ok(Answer::json(Value::Object(claims(&me))))
}

fn claims(me: &SignedIn) -> Map<String, Value> {
    // Here, unlike in tokens, whether an address is verified is read by who may read just that.
    let is_shown = |name: &str| {
        (me.client.settings.can_read(name, &me.pool.schema) || name == "identities")
            && opens(&me.session.scopes, name)
    };
    let attributes = me.user.shown_attributes().into_iter();
    let mut claims: Map<String, Value> =
        attributes.filter(|(name, _)| is_shown(name)).map(|(name, value)| (name, json!(value))).collect();
    claims.insert("sub".to_owned(), json!(me.user.id));
    claims.insert("username".to_owned(), json!(me.user.username));
    claims
}

fn bad_token(error: &ApiError) -> Answer {
    let lacks_scope = error.message == "Access Token does not have required scopes";
    refusal(401, OAuthError::InvalidToken, if lacks_scope { NO_OPENID } else { BAD_TOKEN })
}

/// The error in the header, as the service writes it, and in the body.
fn refusal(status: u16, error: OAuthError, description: &str) -> Answer {
    let header = format!("error=\"{}\", error_description=\"{description}\"", error.code());
    let body = json!({ "error": error.code(), "error_description": description });
    Answer { status, ..Answer::json(body).with_header("WWW-Authenticate", header) }
}
