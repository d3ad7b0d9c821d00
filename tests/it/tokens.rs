//! Tokens after a sign-in: refreshed, rotated, revoked; sessions; discovery and keys.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{World, on_both};

on_both!(
    a_refresh_token_brings_new_tokens_until_it_ends,
    a_rotated_refresh_token_counts_for_the_grace_period_only,
    a_revoked_token_takes_its_session_with_it,
    signing_out_everywhere_ends_all_sessions,
    sessions_are_listed_and_ended_one_by_one,
    a_pool_limits_the_sessions_of_a_user,
    a_client_is_configured_while_its_pool_tracks_sessions,
    a_refresh_is_activity,
    two_keys_verify_the_tokens_of_a_pool,
    tokens_of_strangers_are_refused,
);

const NOT_AUTHORIZED: &str = "NotAuthorizedException";

/// What a token says.
pub fn claims(token: &Value) -> Value {
    let part = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn header(token: &Value) -> String {
    let part = token.as_str().unwrap().split('.').next().unwrap();
    String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn by_refresh_token(client: &str, tokens: &Value) -> Value {
    json!({ "ClientId": client, "AuthFlow": "REFRESH_TOKEN_AUTH",
            "AuthParameters": { "REFRESH_TOKEN": tokens["RefreshToken"] } })
}

async fn jane(world: &World, client_members: Value) -> (String, String) {
    let pool = world.pool(json!({})).await;
    world.user(&pool, "jane", json!({})).await;
    let mut members = json!({ "ExplicitAuthFlows": crate::world::ALL_FLOWS });
    members.as_object_mut().unwrap().extend(client_members.as_object().unwrap().clone());
    let client = world.client(&pool, members).await;
    (pool, client)
}

async fn a_refresh_token_brings_new_tokens_until_it_ends(world: World) {
    let (pool, client) = jane(&world, json!({})).await;
    let tokens = world.sign_in(&client, "jane").await;
    world.advance(TimeDelta::hours(2));
    let group = json!({ "UserPoolId": pool, "GroupName": "admins", "Precedence": 1, "RoleArn": "arn:aws:iam::123456789012:role/admin" });
    world.ok("CreateGroup", group).await;
    let member = json!({ "UserPoolId": pool, "GroupName": "admins", "Username": "jane" });
    world.ok("AdminAddUserToGroup", member).await;

    let refreshed = world.ok("InitiateAuth", by_refresh_token(&client, &tokens)).await;
    let refreshed = &refreshed["AuthenticationResult"];
    assert_eq!(refreshed.get("RefreshToken"), None);
    let (before, after) = (claims(&tokens["IdToken"]), claims(&refreshed["IdToken"]));
    for kept in ["auth_time", "origin_jti", "event_id", "sub"] {
        assert_eq!(before[kept], after[kept], "{kept}");
    }
    assert_ne!(before["jti"], after["jti"]);
    assert_eq!(after["iat"].as_i64().unwrap() - before["iat"].as_i64().unwrap(), 7200);
    assert_eq!(after["cognito:groups"], json!(["admins"]));
    assert_eq!(after["cognito:preferred_role"], json!("arn:aws:iam::123456789012:role/admin"));
    let access = claims(&refreshed["AccessToken"]);
    assert_eq!((&access["cognito:groups"], access.get("cognito:roles")), (&json!(["admins"]), None));

    let other = world.open_client(&pool).await;
    let text = "Invalid Refresh Token.";
    world.refused("InitiateAuth", by_refresh_token(&other, &tokens), NOT_AUTHORIZED, text).await;
    let nonsense = json!({ "RefreshToken": "a.b.c.d.e" });
    world.refused("InitiateAuth", by_refresh_token(&client, &nonsense), NOT_AUTHORIZED, text).await;
    world.advance(TimeDelta::days(30));
    let text = "Refresh Token has expired";
    world.refused("InitiateAuth", by_refresh_token(&client, &tokens), NOT_AUTHORIZED, text).await;
}

async fn a_rotated_refresh_token_counts_for_the_grace_period_only(world: World) {
    let rotation = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 10 });
    let flows = ["ALLOW_USER_PASSWORD_AUTH"];
    let (_, client) =
        jane(&world, json!({ "RefreshTokenRotation": rotation, "ExplicitAuthFlows": flows })).await;
    let first = world.sign_in(&client, "jane").await;
    let text = "This API does not support refresh token rotation";
    world
        .refused("InitiateAuth", by_refresh_token(&client, &first), "UnsupportedOperationException", text)
        .await;
    let get = |tokens: &Value| json!({ "ClientId": client, "RefreshToken": tokens["RefreshToken"] });
    let second = world.ok("GetTokensFromRefreshToken", get(&first)).await["AuthenticationResult"].clone();
    assert_ne!(first["RefreshToken"], second["RefreshToken"]);
    world.advance(TimeDelta::seconds(9));
    world.ok("GetTokensFromRefreshToken", get(&first)).await;
    world.advance(TimeDelta::seconds(1));
    let text = "Refresh token reuse detected";
    world.refused("GetTokensFromRefreshToken", get(&first), "RefreshTokenReuseException", text).await;
    world.ok("GetTokensFromRefreshToken", get(&second)).await;
    // Rotation does not prolong: the family ends with its first token.
    world.advance(TimeDelta::days(30));
    let text = "Refresh Token has expired";
    world.refused("GetTokensFromRefreshToken", get(&second), NOT_AUTHORIZED, text).await;
}

async fn a_revoked_token_takes_its_session_with_it(world: World) {
    let (_, client) = jane(&world, json!({})).await;
    let (one, two) = (world.sign_in(&client, "jane").await, world.sign_in(&client, "jane").await);
    let revoke = json!({ "ClientId": client, "Token": one["RefreshToken"] });
    assert_eq!(world.ok("RevokeToken", revoke.clone()).await, json!({}));
    world.ok("RevokeToken", revoke).await;
    let text = "Access Token has been revoked";
    world.refused("GetUser", json!({ "AccessToken": one["AccessToken"] }), NOT_AUTHORIZED, text).await;
    let text = "Refresh Token has been revoked";
    world.refused("InitiateAuth", by_refresh_token(&client, &one), NOT_AUTHORIZED, text).await;
    world.ok("GetUser", json!({ "AccessToken": two["AccessToken"] })).await;
    world.ok("InitiateAuth", by_refresh_token(&client, &two)).await;

    let access = json!({ "ClientId": client, "Token": two["AccessToken"] });
    let text = "The token is not a refresh token.";
    world.refused("RevokeToken", access, "UnsupportedTokenTypeException", text).await;
}

async fn signing_out_everywhere_ends_all_sessions(world: World) {
    let (pool, client) = jane(&world, json!({})).await;
    let (one, two) = (world.sign_in(&client, "jane").await, world.sign_in(&client, "jane").await);
    world.ok("GlobalSignOut", json!({ "AccessToken": one["AccessToken"] })).await;
    for tokens in [&one, &two] {
        let text = "Access Token has been revoked";
        world.refused("GetUser", json!({ "AccessToken": tokens["AccessToken"] }), NOT_AUTHORIZED, text).await;
        let text = "Refresh Token has been revoked";
        world.refused("InitiateAuth", by_refresh_token(&client, tokens), NOT_AUTHORIZED, text).await;
    }
    let three = world.sign_in(&client, "jane").await;
    world.ok("AdminUserGlobalSignOut", json!({ "UserPoolId": pool, "Username": "jane" })).await;
    let text = "Access Token has been revoked";
    world.refused("GetUser", json!({ "AccessToken": three["AccessToken"] }), NOT_AUTHORIZED, text).await;
}

async fn sessions_are_listed_and_ended_one_by_one(world: World) {
    let (pool, client) = jane(&world, json!({})).await;
    let one = world.sign_in(&client, "jane").await;
    world.advance(TimeDelta::seconds(1));
    let two = world.sign_in(&client, "jane").await;
    let list = json!({ "AccessToken": two["AccessToken"] });
    let sessions = world.ok("ListUserSessions", list.clone()).await["Sessions"].clone();
    let current: Vec<_> =
        sessions.as_array().unwrap().iter().map(|session| session["IsCurrentSession"].clone()).collect();
    assert_eq!(current, [json!(true), json!(false)]);
    let own = json!({ "AccessToken": two["AccessToken"], "SessionId": sessions[0]["SessionId"] });
    let text = "The session of the access token in use cannot be revoked.";
    world.refused("RevokeUserSession", own, "OperationNotEnabledException", text).await;
    world.ok("GetUser", list.clone()).await;
    let id = sessions[1]["SessionId"].as_str().unwrap();
    let revoke = json!({ "AccessToken": two["AccessToken"], "SessionId": id });
    world.ok("RevokeUserSession", revoke.clone()).await;
    let text = format!("Session {id} does not exist.");
    world.refused("RevokeUserSession", revoke, "ResourceNotFoundException", &text).await;
    let text = "Access Token has been revoked";
    world.refused("GetUser", json!({ "AccessToken": one["AccessToken"] }), NOT_AUTHORIZED, text).await;

    let named = json!({ "UserPoolId": pool, "Username": "jane" });
    let sessions = world.ok("AdminListUserSessions", named).await["Sessions"].clone();
    assert_eq!(sessions.as_array().unwrap().len(), 1);
    let revoke = json!({ "UserPoolId": pool, "Username": "jane", "SessionId": sessions[0]["SessionId"] });
    world.ok("AdminRevokeUserSession", revoke).await;
    world.refused("ListUserSessions", list, NOT_AUTHORIZED, text).await;
}

async fn a_pool_limits_the_sessions_of_a_user(world: World) {
    let (pool, client) = jane(&world, json!({})).await;
    let read = world.ok("GetUserPoolSessionConfiguration", json!({ "UserPoolId": pool })).await;
    assert_eq!(
        read,
        json!({ "UserPoolId": pool, "UserSessionTracking": "DISABLED", "TokenSession": { "MaxPerUser": 20 } })
    );
    let set =
        json!({ "UserPoolId": pool, "UserSessionTracking": "ENABLED", "TokenSession": { "MaxPerUser": 2 } });
    assert_eq!(world.ok("SetUserPoolSessionConfiguration", set.clone()).await, set);
    let mut signed_in = Vec::new();
    for _ in 0..3 {
        signed_in.push(world.sign_in(&client, "jane").await);
        world.advance(TimeDelta::minutes(2));
    }
    let text = "Access Token has been revoked";
    let oldest = json!({ "AccessToken": signed_in[0]["AccessToken"] });
    world.refused("GetUser", oldest, NOT_AUTHORIZED, text).await;
    // The second is used, so the third is the one that was not used for longest.
    world.ok("InitiateAuth", by_refresh_token(&client, &signed_in[1])).await;
    world.sign_in(&client, "jane").await;
    world.ok("GetUser", json!({ "AccessToken": signed_in[1]["AccessToken"] })).await;
    let third = json!({ "AccessToken": signed_in[2]["AccessToken"] });
    world.refused("GetUser", third, NOT_AUTHORIZED, text).await;
}

async fn a_client_is_configured_while_its_pool_tracks_sessions(world: World) {
    let (pool, client) = jane(&world, json!({})).await;
    let named = json!({ "UserPoolId": pool, "ClientId": client });
    let config = |minutes: i32| json!({ "UserPoolId": pool, "ClientId": client, "SSOSession": { "MaxValidityMinutes": minutes } });
    assert_eq!(world.ok("GetUserPoolClientSessionConfiguration", named.clone()).await, config(60));
    let text = "User session tracking is not enabled for the user pool.";
    let code = "OperationNotEnabledException";
    world.refused("SetUserPoolClientSessionConfiguration", config(5), code, text).await;
    let tracking = |tracking: &str| json!({ "UserPoolId": pool, "UserSessionTracking": tracking, "TokenSession": { "MaxPerUser": 2 } });
    world.ok("SetUserPoolSessionConfiguration", tracking("ENABLED")).await;
    assert_eq!(world.ok("SetUserPoolClientSessionConfiguration", config(5)).await, config(5));
    world.ok("SetUserPoolSessionConfiguration", tracking("DISABLED")).await;
    assert_eq!(world.ok("GetUserPoolClientSessionConfiguration", named).await, config(5));
    world.refused("SetUserPoolClientSessionConfiguration", config(6), code, text).await;
}

async fn a_refresh_is_activity(world: World) {
    let (pool, client) = jane(&world, json!({})).await;
    let limit =
        json!({ "UserPoolId": pool, "UserSessionTracking": "ENABLED", "TokenSession": { "MaxPerUser": 2 } });
    world.ok("SetUserPoolSessionConfiguration", limit).await;
    let one = world.sign_in(&client, "jane").await;
    world.advance(TimeDelta::seconds(2));
    let two = world.sign_in(&client, "jane").await;
    world.advance(TimeDelta::seconds(2));
    world.ok("InitiateAuth", by_refresh_token(&client, &one)).await;
    let sessions =
        world.ok("ListUserSessions", json!({ "AccessToken": one["AccessToken"] })).await["Sessions"].clone();
    let date = |session: &Value, name: &str| session[name].as_f64().unwrap();
    let own = sessions.as_array().unwrap().iter().find(|session| session["IsCurrentSession"] == json!(true));
    let own = own.unwrap();
    assert_eq!(date(own, "LastActiveDate") - date(own, "CreateDate"), 4.0);
    // The second was not active for longer, so it makes room.
    world.advance(TimeDelta::seconds(2));
    world.sign_in(&client, "jane").await;
    world.ok("GetUser", json!({ "AccessToken": one["AccessToken"] })).await;
    let text = "Access Token has been revoked";
    world.refused("GetUser", json!({ "AccessToken": two["AccessToken"] }), NOT_AUTHORIZED, text).await;
}

async fn two_keys_verify_the_tokens_of_a_pool(world: World) {
    let (pool, client) = jane(&world, json!({})).await;
    let found = world.get(&format!("/{pool}/.well-known/openid-configuration")).await;
    assert_eq!(found.headers["access-control-allow-origin"], "*");
    let configuration = found.ok();
    let jwks_uri = configuration["jwks_uri"].as_str().unwrap().strip_prefix(&world.url).unwrap().to_owned();
    let jwks = world.get(&jwks_uri).await.ok();
    let keys = jwks["keys"].as_array().unwrap();
    let tokens = world.sign_in(&client, "jane").await;
    assert_eq!(configuration["issuer"], claims(&tokens["IdToken"])["iss"]);
    for (token, key) in [(&tokens["IdToken"], &keys[0]), (&tokens["AccessToken"], &keys[1])] {
        let kid = key["kid"].as_str().unwrap();
        assert_eq!(header(token), format!("{{\"kid\":\"{kid}\",\"alg\":\"RS256\"}}"));
        assert_eq!(kid.len(), 44);
        assert_eq!((&key["kty"], &key["use"], &key["e"]), (&json!("RSA"), &json!("sig"), &json!("AQAB")));
    }
    assert_ne!(keys[0]["kid"], keys[1]["kid"]);
    assert_eq!(keys.len(), 2);
    let unknown = world.get("/us-east-1_nobodys/.well-known/jwks.json").await;
    assert_eq!(unknown.status, 404);
}

async fn tokens_of_strangers_are_refused(world: World) {
    let (pool, client) = jane(&world, json!({})).await;
    let tokens = world.sign_in(&client, "jane").await;
    let token = tokens["AccessToken"].as_str().unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (head, body) = signed.split_once('.').unwrap();
    let none = BASE64_URL_SAFE_NO_PAD.encode("{\"alg\":\"none\",\"kid\":\"x\"}");
    let mut said = claims(&tokens["AccessToken"]);
    said["sub"] = json!("somebody else");
    let other = BASE64_URL_SAFE_NO_PAD.encode(said.to_string());
    let invalid = "Invalid Access Token";
    for (token, text) in [
        ("x".to_owned(), invalid),
        ("a.b.c".to_owned(), invalid),
        (format!("{none}.{body}."), invalid),
        (format!("{head}.{body}.AAAA"), "Could not verify signature for Access Token"),
        (format!("{head}.{other}.{signature}"), "Could not verify signature for Access Token"),
    ] {
        world.refused("GetUser", json!({ "AccessToken": token }), NOT_AUTHORIZED, text).await;
    }
    world.ok("AdminDeleteUser", json!({ "UserPoolId": pool, "Username": "jane" })).await;
    let text = "Access Token has been revoked";
    world.refused("GetUser", json!({ "AccessToken": token }), NOT_AUTHORIZED, text).await;
}
