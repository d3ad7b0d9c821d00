//! Tables over the rules of OAuth.

mod authorization_code;
mod authorization_request;
mod browser_session;
mod parameters;
mod redirect_uri;
mod scopes;

use serde_json::{Value, json};

use crate::app_clients::{AppClient, ClientContext};
use crate::ids::ClientId;
use crate::testing;

/// The one callback URL of [`client`].
const CALLBACK: &str = "https://app.example.com/cb?from=pool";

/// The scopes of the pool's resource servers when [`client`] was made.
fn resource_scopes() -> Vec<String> {
    ["api/read", "api/write", "old/gone"].map(str::to_owned).to_vec()
}

/// A client of a pool's own users with every flow of theirs and every scope, changed by `members`.
fn client(members: &Value) -> AppClient {
    let pool = testing::pool(&json!({}));
    let mut request = json!({
        "UserPoolId": pool.id, "ClientName": "web",
        "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["code", "implicit"],
        "AllowedOAuthScopes":
            ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin", "api/read", "api/write", "old/gone"],
        "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["COGNITO"],
    });
    request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let resource_scopes = resource_scopes();
    let context =
        ClientContext { pool: &pool, providers: &[], resource_scopes: &resource_scopes, has_secret: false };
    let id = ClientId::from("1example23456789".to_owned());
    AppClient::new(id, &serde_json::from_value(request).unwrap(), &context, testing::now()).unwrap()
}
