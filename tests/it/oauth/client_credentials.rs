//! Tokens of a client's own: `client_credentials` at a domain, and GetClientToken without one.

use serde_json::{Value, json};

use super::{App, CALLBACK, assert_refused};
use crate::tokens::claims;
use crate::world::{World, on_both};

on_both!(
    a_client_gets_a_token_of_its_own,
    scopes_are_those_of_resource_servers,
    a_client_must_have_the_flow_and_the_right_to_use_it,
    metadata_is_json,
    a_client_proves_who_it_is,
    a_token_of_a_client_is_no_users,
    the_api_gives_a_client_its_token_as_well,
);

/// A client of a pool with the resource server `api`.
async fn service(world: &World) -> App {
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "acme" })).await;
    resource_server(world, &pool, "api", &["read", "write"]).await;
    App::of_pool(world, &pool, members(&["api/read", "api/write"])).await
}

fn members(scopes: &[&str]) -> Value {
    json!({
        "GenerateSecret": true, "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": scopes,
        "CallbackURLs": [], "LogoutURLs": [], "SupportedIdentityProviders": [],
    })
}

async fn resource_server(world: &World, pool: &str, identifier: &str, scopes: &[&str]) {
    let scopes: Vec<Value> =
        scopes.iter().map(|name| json!({ "ScopeName": name, "ScopeDescription": name })).collect();
    let request =
        json!({ "UserPoolId": pool, "Identifier": identifier, "Name": identifier, "Scopes": scopes });
    world.ok("CreateResourceServer", request).await;
}

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

async fn a_client_gets_a_token_of_its_own(world: World) {
    let app = service(&world).await;
    let answer = app.token(&world, &[GRANT]).await.ok();
    let names: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(names, ["access_token", "expires_in", "token_type"]);
    assert_eq!((&answer["expires_in"], &answer["token_type"]), (&json!(3600), &json!("Bearer")));
    let token = claims(&answer["access_token"]);
    let now = token["iat"].as_i64().unwrap();
    let expected = json!({
        "sub": app.client, "client_id": app.client, "token_use": "access", "version": 2,
        "scope": "api/read api/write", "auth_time": now, "iat": now, "exp": now + 3600,
        "iss": format!("{}/{}", world.url.replace("127.0.0.1", "localhost"), app.pool), "jti": token["jti"],
    });
    assert_eq!(token, expected);
    let again = app.token(&world, &[GRANT]).await.ok();
    assert_ne!(claims(&again["access_token"])["jti"], token["jti"]);
}

async fn scopes_are_those_of_resource_servers(world: World) {
    let app = service(&world).await;
    resource_server(&world, &app.pool, "mail", &["send"]).await;
    for (scope, granted) in [
        ("", Ok("api/read api/write")),
        ("api/write", Ok("api/write")),
        ("api/write api/read", Ok("api/write api/read")),
        ("offline_access", Ok("api/read api/write")),
        ("api/write offline_access", Ok("api/write")),
        // Somebody else's.
        ("mail/send", Err("invalid_grant")),
        ("api/read mail/send", Err("invalid_grant")),
        ("openid", Err("invalid_grant")),
        ("api/read openid", Err("invalid_grant")),
        ("aws.cognito.signin.user.admin", Err("invalid_grant")),
        // Nobody's.
        ("api/delete", Err("invalid_scope")),
        ("api/read api/delete", Err("invalid_scope")),
        ("api/delete mail/send", Err("invalid_scope")),
        ("mail/send api/delete", Err("invalid_scope")),
        ("nobody/read", Err("invalid_scope")),
        ("OPENID", Err("invalid_scope")),
    ] {
        let answer = app.token(&world, &[GRANT, ("scope", scope)]).await;
        match granted {
            Ok(granted) => assert_eq!(claims(&answer.ok()["access_token"])["scope"], json!(granted)),
            Err(error) => assert_refused(&answer, 400, error),
        }
    }
    // What its resource server no longer has, a client cannot get.
    let request = json!({ "UserPoolId": app.pool, "Identifier": "api", "Name": "api",
                          "Scopes": [{ "ScopeName": "read", "ScopeDescription": "read" }] });
    world.ok("UpdateResourceServer", request).await;
    let answer = app.token(&world, &[GRANT]).await.ok();
    assert_eq!(claims(&answer["access_token"])["scope"], json!("api/read"));
    assert_refused(&app.token(&world, &[GRANT, ("scope", "api/write")]).await, 400, "invalid_scope");
    world.ok("DeleteResourceServer", json!({ "UserPoolId": app.pool, "Identifier": "api" })).await;
    assert_refused(&app.token(&world, &[GRANT]).await, 400, "invalid_scope");
}

async fn a_client_must_have_the_flow_and_the_right_to_use_it(world: World) {
    let service = service(&world).await;
    let off = json!({ "AllowedOAuthFlowsUserPoolClient": false });
    let by_code = json!({ "AllowedOAuthFlows": ["code"], "CallbackURLs": [CALLBACK], "AllowedOAuthScopes": ["openid"] });
    let without_flow = json!({ "AllowedOAuthFlows": [], "AllowedOAuthFlowsUserPoolClient": false });
    let by_api = json!({ "AllowedOAuthFlows": [], "AllowedOAuthFlowsUserPoolClient": false,
                         "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"] });
    for (changes, error) in [
        (json!({}), None),
        (off, Some("invalid_grant")),
        (by_code, Some("unauthorized_client")),
        (without_flow, Some("unauthorized_client")),
        // The flow of the API lets a client have its token here too.
        (by_api, None),
    ] {
        let mut all = members(&["api/read"]);
        all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let app = App::of_pool(&world, &service.pool, all).await;
        let answer = app.token(&world, &[GRANT]).await;
        match error {
            None => assert_eq!(answer.status, 200, "{changes} {}", answer.text),
            Some(error) => assert_refused(&answer, 400, error),
        }
    }
    // Without a secret nobody proves to be the client, however it came to the flow.
    let public = json!({ "UserPoolId": service.pool, "ClientName": "public", "AllowedOAuthScopes": ["api/read"],
        "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"] });
    let text = "ALLOW_CLIENT_TOKEN_AUTH requires a client secret.";
    world.refused("CreateUserPoolClient", public, "InvalidParameterException", text).await;
    let members = json!({ "AllowedOAuthScopes": ["api/read"], "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"], "GenerateSecret": true,
        "AllowedOAuthFlows": [], "AllowedOAuthFlowsUserPoolClient": false, "CallbackURLs": [], "LogoutURLs": [], "SupportedIdentityProviders": [] });
    let kept = App::of_pool(&world, &service.pool, members).await;
    let mut tx = world.store.begin().await.unwrap();
    tx.query("DELETE FROM app_client_secrets WHERE client_id = $1")
        .bind(kept.client.as_str())
        .execute()
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let fields = [GRANT, ("client_id", kept.client.as_str())];
    assert_refused(&kept.browser(&world).post("/oauth2/token", &fields).await, 400, "unauthorized_client");
}

async fn metadata_is_json(world: World) {
    let app = service(&world).await;
    for (metadata, status) in [("{\"team\":\"blue\"}", 200), ("{}", 200), ("team=blue", 400), ("{", 400)] {
        let answer = app.token(&world, &[GRANT, ("aws_client_metadata", metadata)]).await;
        assert_eq!(answer.status, status, "{metadata}");
    }
}

async fn a_client_proves_who_it_is(world: World) {
    let app = service(&world).await;
    let mut browser = app.browser(&world);
    for fields in [
        vec![GRANT, ("client_id", app.client.as_str())],
        vec![GRANT, ("client_id", app.client.as_str()), ("client_secret", "wrong")],
    ] {
        assert_refused(&browser.post("/oauth2/token", &fields).await, 400, "invalid_client");
    }
    let members = json!({ "GenerateSecret": true, "AllowedOAuthScopes": ["openid", "api/read"] });
    let of_users = App::of_pool(&world, &app.pool, members).await;
    assert_refused(&of_users.token(&world, &[GRANT]).await, 400, "unauthorized_client");
    // And a client of its own cannot sign users in.
    let query = format!("client_id={}&redirect_uri={CALLBACK}&response_type=code", app.client);
    assert_eq!(browser.get(&format!("/oauth2/authorize?{query}")).await.status, 400);
    let by_code = [("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", CALLBACK)];
    assert_refused(&app.token(&world, &by_code).await, 400, "unauthorized_client");
}

async fn a_token_of_a_client_is_no_users(world: World) {
    let app = service(&world).await;
    let token = app.token(&world, &[GRANT]).await.ok()["access_token"].clone();
    let answer = app.user_info(&world, &token).await;
    assert_eq!((answer.status, answer.text.contains("invalid_token")), (401, true));
    let (code, _) = world.call("GetUser", json!({ "AccessToken": token })).await.error();
    assert_eq!(code, "NotAuthorizedException");
    let form = [("token", token.as_str().unwrap())];
    assert_refused(&app.endpoint(&world, "/oauth2/revoke", &form).await, 400, "unsupported_token_type");
}

async fn the_api_gives_a_client_its_token_as_well(mut world: World) {
    let pool = world.pool(json!({})).await;
    resource_server(&world, &pool, "api", &["read", "write"]).await;
    let mut with_flow = members(&["api/read", "api/write"]);
    with_flow["ExplicitAuthFlows"] = json!(["ALLOW_CLIENT_TOKEN_AUTH"]);
    let app = App::of_pool(&world, &pool, with_flow).await;
    let request =
        |secret: &str, scopes: Value| json!({ "ClientId": app.client, "Secret": secret, "Scopes": scopes });
    let secret = app.secret.as_deref().unwrap();
    for (scopes, granted) in [(json!([]), "api/read api/write"), (json!(["api/write"]), "api/write")] {
        let answer = world.ok("GetClientToken", request(secret, scopes)).await;
        let result = &answer["ClientAuthenticationResult"];
        assert_eq!((&result["ExpiresIn"], &result["TokenType"]), (&json!(3600), &json!("Bearer")));
        let token = claims(&result["AccessToken"]);
        assert_eq!([&token["sub"], &token["scope"]], [&json!(app.client), &json!(granted)]);
    }
    let text = "The client is not allowed to use the requested scopes.";
    for scopes in [json!(["openid"]), json!(["api/delete"])] {
        let request = request(secret, scopes);
        world.refused("GetClientToken", request, "InvalidParameterException", text).await;
    }
    let text = "Invalid client or secret";
    world
        .refused(
            "GetClientToken",
            request("wrongwrongwrongwrongwrong", json!([])),
            "NotAuthorizedException",
            text,
        )
        .await;
    let without = App::of_pool(&world, &pool, members(&["api/read"])).await;
    let text = "CLIENT_TOKEN_AUTH flow not enabled for this client";
    let refused = json!({ "ClientId": without.client, "Secret": without.secret });
    world.refused("GetClientToken", refused, "InvalidParameterException", text).await;
    let (code, _) = world
        .call("GetClientToken", json!({ "ClientId": "1unknown", "Secret": "wrongwrongwrongwrongwrong" }))
        .await
        .error();
    assert_eq!(code, "ResourceNotFoundException");
    let good = request(secret, json!([]));
    world.as_caller("123456789012", "us-east-1");
    assert_eq!(world.call("GetClientToken", good).await.error().0, "ResourceNotFoundException");
}
