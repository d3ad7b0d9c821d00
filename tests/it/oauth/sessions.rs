//! Single sign-on: a browser that signed in for one client is signed in for others of the pool, for as long as they like.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::browser::{Browser, location, parameter};
use super::{App, CALLBACK};
use crate::tokens::claims;
use crate::world::{World, on_both};

on_both!(
    a_second_client_asks_no_password,
    a_client_says_for_how_long_it_takes_a_session,
    disabled_and_deleted_users_are_not_signed_in,
    signing_out_everywhere_leaves_the_browser_alone,
);

/// Whether a browser gets a code without a page.
async fn is_signed_in(browser: &mut Browser, app: &App) -> bool {
    let query = app.query(&[]);
    let answer = browser.get(&format!("/oauth2/authorize?{query}")).await;
    if location(&answer) == format!("/login?{query}") {
        return false;
    }
    assert!(location(&answer).starts_with(&format!("{CALLBACK}?code=")), "{}", location(&answer));
    true
}

async fn allow_minutes(world: &World, app: &App, minutes: i32) {
    let session = json!({ "MaxValidityMinutes": minutes });
    let request = json!({ "UserPoolId": app.pool, "ClientId": app.client, "SSOSession": session });
    world.ok("SetUserPoolClientSessionConfiguration", request).await;
}

async fn a_second_client_asks_no_password(world: World) {
    let first = App::new(&world).await;
    let second = App::of_pool(&world, &first.pool, json!({ "GenerateSecret": true })).await;
    let mut browser = first.browser(&world);
    let answer = browser.sign_in(&first.query(&[("nonce", "n-1")]), "jane").await;
    let tokens = first.exchange(&world, &parameter(&answer, "code").unwrap()).await.ok();
    world.advance(TimeDelta::minutes(30));
    let cookie = browser.cookie("cognito");
    let query = second.query(&[("scope", "openid"), ("nonce", "n-2"), ("state", "x")]);
    let answer = browser.get(&format!("/oauth2/authorize?{query}")).await;
    assert_eq!(parameter(&answer, "state").as_deref(), Some("x"));
    assert_eq!(browser.cookie("cognito"), cookie);
    let again = second.exchange(&world, &parameter(&answer, "code").unwrap()).await.ok();

    let (before, after) = (claims(&tokens["id_token"]), claims(&again["id_token"]));
    assert_eq!([&after["aud"], &after["nonce"]], [&json!(second.client), &json!("n-2")]);
    assert_eq!([&after["sub"], &after["auth_time"]], [&before["sub"], &before["auth_time"]]);
    assert_eq!(after["iat"].as_i64().unwrap() - before["iat"].as_i64().unwrap(), 1800);
    // Tokens of their own, which end alone.
    for name in ["origin_jti", "event_id"] {
        assert_ne!(before[name], after[name], "{name}");
    }
    let revoke = json!({ "ClientId": first.client, "Token": tokens["refresh_token"] });
    world.ok("RevokeToken", revoke).await;
    assert_eq!(first.user_info(&world, &tokens["access_token"]).await.status, 401);
    assert_eq!(second.user_info(&world, &again["access_token"]).await.status, 200);
    assert!(is_signed_in(&mut browser, &first).await);
    // The page to sign in at is not shown either.
    let answer = browser.get(&format!("/login?{}", first.query(&[]))).await;
    assert!(location(&answer).starts_with(&format!("{CALLBACK}?code=")));
}

async fn a_client_says_for_how_long_it_takes_a_session(world: World) {
    let usual = App::new(&world).await;
    let never = App::of_pool(&world, &usual.pool, json!({})).await;
    let short = App::of_pool(&world, &usual.pool, json!({})).await;
    let long = App::of_pool(&world, &usual.pool, json!({})).await;
    for (app, minutes) in [(&never, 0), (&short, 5), (&long, 600)] {
        allow_minutes(&world, app, minutes).await;
    }
    let all = [&usual, &never, &short, &long];
    let mut of_usual = usual.browser(&world);
    of_usual.sign_in(&usual.query(&[]), "jane").await;
    let mut of_long = usual.browser(&world);
    of_long.sign_in(&long.query(&[]), "jane").await;
    let mut of_never = usual.browser(&world);
    of_never.sign_in(&never.query(&[]), "jane").await;
    // Minutes from one row to the next, and who takes the session that began at `usual`, at `long` and at `never`.
    for (minutes, by_usual, by_long, by_never) in [
        (0, [true, false, true, true], [true, false, true, true], [true, false, true, true]),
        (4, [true, false, true, true], [true, false, true, true], [true, false, true, true]),
        (1, [true, false, false, true], [true, false, false, true], [true, false, false, true]),
        (54, [true, false, false, true], [true, false, false, true], [true, false, false, true]),
        (1, [false; 4], [false, false, false, true], [false; 4]),
        (539, [false; 4], [false, false, false, true], [false; 4]),
        (1, [false; 4], [false; 4], [false; 4]),
    ] {
        world.advance(TimeDelta::minutes(minutes));
        let taken = [(&mut of_usual, by_usual), (&mut of_long, by_long), (&mut of_never, by_never)];
        for (browser, expected) in taken {
            let mut found = Vec::new();
            for app in all {
                found.push(is_signed_in(browser, app).await);
            }
            assert_eq!(found, expected, "{minutes}");
        }
    }
}

async fn disabled_and_deleted_users_are_not_signed_in(world: World) {
    let app = App::new(&world).await;
    let mut browser = app.browser(&world);
    browser.sign_in(&app.query(&[]), "jane").await;
    let jane = json!({ "UserPoolId": app.pool, "Username": "jane" });
    world.ok("AdminDisableUser", jane.clone()).await;
    assert!(!is_signed_in(&mut browser, &app).await);
    world.ok("AdminEnableUser", jane.clone()).await;
    assert!(is_signed_in(&mut browser, &app).await);
    world.ok("AdminDeleteUser", jane).await;
    assert!(!is_signed_in(&mut browser, &app).await);
    world.user(&app.pool, "jane", json!({})).await;
    assert!(!is_signed_in(&mut browser, &app).await, "another Jane");
}

async fn signing_out_everywhere_leaves_the_browser_alone(world: World) {
    let app = App::new(&world).await;
    let mut browser = app.browser(&world);
    let answer = browser.sign_in(&app.query(&[]), "jane").await;
    let tokens: Value = app.exchange(&world, &parameter(&answer, "code").unwrap()).await.ok();
    world.ok("AdminUserGlobalSignOut", json!({ "UserPoolId": app.pool, "Username": "jane" })).await;
    assert_eq!(app.user_info(&world, &tokens["access_token"]).await.status, 401);
    assert!(is_signed_in(&mut browser, &app).await);
}
