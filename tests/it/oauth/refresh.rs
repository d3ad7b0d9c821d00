//! The grant `refresh_token`.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{App, api_flows, assert_refused, at_hash};
use crate::tokens::claims;
use crate::world::{Answer, World, on_both};

on_both!(
    a_refresh_token_brings_tokens_of_the_same_scopes,
    a_refresh_token_is_replaced_where_the_client_rotates,
    a_refresh_token_of_the_api_counts_too,
    refresh_tokens_that_are_not_good_are_refused,
    a_session_is_refreshed_by_the_api_as_well,
);

async fn refreshed(world: &World, app: &App, token: &Value) -> Answer {
    let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str().unwrap())];
    app.token(world, &form).await
}

async fn a_refresh_token_brings_tokens_of_the_same_scopes(world: World) {
    let app = App::new(&world).await;
    let asked = [("scope", "openid email"), ("nonce", "n-1"), ("resource", "https://api.example.com")];
    let tokens = app.tokens(&world, &asked).await;
    world.advance(TimeDelta::hours(2));
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
        ("scope", "openid phone"), // not supported
    ];
    let again = app.token(&world, &form).await.ok();
    let members: Vec<&String> = again.as_object().unwrap().keys().collect();
    assert_eq!(members, ["access_token", "expires_in", "id_token", "token_type"]);
    let (before, after) = (claims(&tokens["access_token"]), claims(&again["access_token"]));
    for kept in ["scope", "aud", "version", "auth_time", "origin_jti", "event_id", "sub", "username"] {
        assert_eq!(before[kept], after[kept], "{kept}");
        assert!(!after[kept].is_null(), "{kept}");
    }
    assert_ne!(before["jti"], after["jti"]);
    let id = claims(&again["id_token"]);
    assert_eq!([&id["email"], &id["phone_number"]], [&json!("jane@example.com"), &Value::Null]);
    assert_eq!(id["at_hash"], at_hash(&again["access_token"]));

    let tokens = app.tokens(&world, &[("scope", "aws.cognito.signin.user.admin")]).await;
    let again = refreshed(&world, &app, &tokens["refresh_token"]).await.ok();
    assert_eq!(again.get("id_token"), None);
}

async fn a_refresh_token_is_replaced_where_the_client_rotates(world: World) {
    let rotation = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 10 });
    let app = App::with(&world, json!({}), json!({ "RefreshTokenRotation": rotation })).await;
    let tokens = app.tokens(&world, &[]).await;
    let first = &tokens["refresh_token"];
    let again = refreshed(&world, &app, first).await.ok();
    assert_ne!(again["refresh_token"], *first);
    world.advance(TimeDelta::seconds(9));
    assert_eq!(refreshed(&world, &app, first).await.status, 200, "within the grace period");
    world.advance(TimeDelta::seconds(2));
    assert_refused(&refreshed(&world, &app, first).await, 400, "invalid_grant");
    assert_eq!(refreshed(&world, &app, &again["refresh_token"]).await.status, 200);
}

async fn a_refresh_token_of_the_api_counts_too(world: World) {
    let app = App::with(&world, json!({}), api_flows()).await;
    let tokens = world.sign_in(&app.client, "jane").await;
    let again = refreshed(&world, &app, &tokens["RefreshToken"]).await.ok();
    let (id, access) = (claims(&again["id_token"]), claims(&again["access_token"]));
    assert_eq!(access["scope"], json!("aws.cognito.signin.user.admin"));
    assert_eq!([access.get("version"), id.get("at_hash")], [None, None]);
    assert_eq!(id["phone_number"], json!("+15555550100"));
}

async fn refresh_tokens_that_are_not_good_are_refused(world: World) {
    let app = App::new(&world).await;
    let other = App::of_pool(&world, &app.pool, json!({})).await;
    let jane = json!({ "UserPoolId": app.pool, "Username": "jane" });
    let tokens = app.tokens(&world, &[]).await;
    let good = &tokens["refresh_token"];
    assert_refused(&refreshed(&world, &other, good).await, 400, "invalid_grant");
    for bad in [&json!("x"), &tokens["access_token"], &tokens["id_token"]] {
        assert_refused(&refreshed(&world, &app, bad).await, 400, "invalid_grant");
    }
    world.ok("AdminDisableUser", jane.clone()).await;
    assert_refused(&refreshed(&world, &app, good).await, 400, "invalid_grant");
    world.ok("AdminEnableUser", jane.clone()).await;
    let good = &app.tokens(&world, &[]).await["refresh_token"];
    world.advance(TimeDelta::days(30) - TimeDelta::seconds(1));
    assert_eq!(refreshed(&world, &app, good).await.status, 200);
    world.advance(TimeDelta::seconds(1));
    assert_refused(&refreshed(&world, &app, good).await, 400, "invalid_grant");
    let revoked = &app.tokens(&world, &[]).await["refresh_token"];
    world.ok("AdminUserGlobalSignOut", jane.clone()).await;
    assert_refused(&refreshed(&world, &app, revoked).await, 400, "invalid_grant");
    let of_nobody = &app.tokens(&world, &[]).await["refresh_token"];
    world.ok("AdminDeleteUser", jane).await;
    assert_refused(&refreshed(&world, &app, of_nobody).await, 400, "invalid_grant");
}

async fn a_session_is_refreshed_by_the_api_as_well(world: World) {
    let app = App::with(&world, json!({}), api_flows()).await;
    let tokens = app.tokens(&world, &[("scope", "openid email")]).await;
    let request = json!({ "ClientId": app.client, "RefreshToken": tokens["refresh_token"] });
    let again = world.ok("GetTokensFromRefreshToken", request).await;
    let result = &again["AuthenticationResult"];
    let access = claims(&result["AccessToken"]);
    assert_eq!([&access["scope"], &access["version"]], [&json!("openid email"), &json!(2)]);
    assert_eq!(claims(&result["IdToken"]).get("phone_number"), None);
    // Its scopes do not let users change their account.
    let text = "Access Token does not have required scopes";
    let get = json!({ "AccessToken": result["AccessToken"] });
    world.refused("GetUser", get, "NotAuthorizedException", text).await;
}
