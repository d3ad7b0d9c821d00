//! Grants and browsers, as tests keep them.

use domain::app_clients::AppClient;
use domain::oauth::{AuthorizationCode, BrowserSession};
use domain::users::User;
use uuid::Uuid;

use crate::samples::at;

pub fn authorization_code(client: &AppClient, user: &User) -> AuthorizationCode {
    AuthorizationCode {
        pool_id: user.pool_id.clone(),
        client_id: client.id.clone(),
        user_id: user.id,
        event_id: Uuid::from_u128(4000),
        origin_session_id: Some("sso1".to_owned()),
        redirect_uri: "https://app.example.com/cb?größe=1".to_owned(),
        redirect_uri_was_given: true,
        scopes: "openid email api/read".to_owned(),
        nonce: Some("n-0S6_WzA2Mj".to_owned()),
        code_challenge: Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned()),
        resource: Some("https://api.example.com".to_owned()),
        auth_time: at(-5),
        expires_at: at(300),
        used: false,
    }
}

/// A session that began `number` microseconds behind the beginning and lives for another 100.
pub fn browser_session(client: &AppClient, user: &User, number: u32) -> BrowserSession {
    BrowserSession {
        id: format!("sso{number:025}"),
        pool_id: user.pool_id.clone(),
        user_id: user.id,
        client_id: client.id.clone(),
        event_id: Uuid::from_u128(5000 + u128::from(number)),
        provider_name: number.is_multiple_of(2).then(|| format!("Corp{number}")),
        auth_time: at(number.into()),
        expires_at: at(i64::from(number) + 100),
    }
}
