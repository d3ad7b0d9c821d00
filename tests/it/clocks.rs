//! The clock of the server is an hour ahead for a while: what was done then holds nobody up for an hour afterwards.

use chrono::TimeDelta;
use serde_json::json;

use crate::world::{PASSWORD, World, on_both};

on_both!(an_hour_ahead_and_back_locks_nobody_out);

async fn an_hour_ahead_and_back_locks_nobody_out(world: World) {
    let pool = world.pool(json!({ "AutoVerifiedAttributes": ["email"] })).await;
    let client = world.open_client(&pool).await;
    let attributes = json!({ "email": "jane@example.com", "email_verified": "true" });
    world.user(&pool, "jane", attributes).await;
    let begin = |password: &str| {
        json!({ "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": "jane", "PASSWORD": password } })
    };
    let forgot = json!({ "ClientId": client, "Username": "jane" });
    let before = world.sign_in(&client, "jane").await;

    world.advance(TimeDelta::hours(1));
    for _ in 0..6 {
        world.call("InitiateAuth", begin("Wrong-Horse-1")).await;
    }
    let locked = "Password attempts exceeded";
    world.refused("InitiateAuth", begin(PASSWORD), "NotAuthorizedException", locked).await;
    let mut sent = 0;
    while world.call("ForgotPassword", forgot.clone()).await.status == 200 {
        sent += 1;
    }
    assert!((1..50).contains(&sent));
    let while_ahead = json!({ "ClientId": client, "AuthFlow": "REFRESH_TOKEN_AUTH",
                              "AuthParameters": { "REFRESH_TOKEN": before["RefreshToken"] } });
    world.ok("InitiateAuth", while_ahead.clone()).await;

    world.advance(-TimeDelta::hours(1));
    world.ok("InitiateAuth", begin(PASSWORD)).await;
    // What was counted ahead is not forgotten: the next wrong guess locks, for seconds.
    world.call("ForgotPassword", forgot.clone()).await.ok();
    for _ in 0..6 {
        world.call("InitiateAuth", begin("Wrong-Horse-1")).await;
    }
    world.refused("InitiateAuth", begin(PASSWORD), "NotAuthorizedException", locked).await;
    world.advance(TimeDelta::seconds(10));
    let after = world.ok("InitiateAuth", begin(PASSWORD)).await;
    world.ok("GetUser", json!({ "AccessToken": after["AuthenticationResult"]["AccessToken"] })).await;
    world.ok("GetUser", json!({ "AccessToken": before["AccessToken"] })).await;
    world.ok("InitiateAuth", while_ahead).await;
}
