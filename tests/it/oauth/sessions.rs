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
    a_client_s_setting_sleeps_while_sessions_are_not_tracked,
    tokens_say_which_browser_session_they_came_from,
    linked_sessions_end_together,
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
    let tracking = json!({ "UserPoolId": app.pool, "UserSessionTracking": "ENABLED", "TokenSession": { "MaxPerUser": 20 } });
    world.ok("SetUserPoolSessionConfiguration", tracking).await;
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

async fn a_client_s_setting_sleeps_while_sessions_are_not_tracked(world: World) {
    let app = App::new(&world).await;
    allow_minutes(&world, &app, 0).await;
    let mut browser = app.browser(&world);
    browser.sign_in(&app.query(&[]), "jane").await;
    assert!(!is_signed_in(&mut browser, &app).await);
    let off = json!({ "UserPoolId": app.pool, "UserSessionTracking": "DISABLED", "TokenSession": { "MaxPerUser": 20 } });
    world.ok("SetUserPoolSessionConfiguration", off).await;
    assert!(is_signed_in(&mut browser, &app).await);
}

/// Jane's sessions as an administrator sees them: name, where each came from.
async fn sessions(world: &World, app: &App) -> Vec<(String, Value)> {
    let jane = json!({ "UserPoolId": app.pool, "Username": "jane" });
    let sessions = world.ok("AdminListUserSessions", jane).await["Sessions"].clone();
    let listed = sessions.as_array().unwrap().iter();
    listed
        .map(|session| {
            (session["SessionId"].as_str().unwrap().to_owned(), session["OriginSessionId"].clone())
        })
        .collect()
}

/// Two applications that one browser is signed in to, by code and by the implicit flow, and a sign-in by the API.
async fn three_sign_ins(world: &World) -> (App, Value, Value, Value) {
    let app = App::with(world, json!({}), json!({ "ExplicitAuthFlows": crate::world::ALL_FLOWS })).await;
    let mut browser = app.browser(world);
    let answer = browser.sign_in(&app.query(&[]), "jane").await;
    let by_code = app.exchange(world, &parameter(&answer, "code").unwrap()).await.ok();
    let query = app.query(&[("response_type", "token")]);
    let answer = browser.get(&format!("/oauth2/authorize?{query}")).await;
    let implicit = json!(parameter(&answer, "access_token").unwrap());
    let by_api = world.sign_in(&app.client, "jane").await;
    (app, by_code, implicit, by_api)
}

async fn tokens_say_which_browser_session_they_came_from(world: World) {
    let (app, ..) = three_sign_ins(&world).await;
    let sessions = sessions(&world, &app).await;
    let (browser, tokens): (Vec<_>, Vec<_>) = sessions.iter().partition(|(id, _)| id.starts_with("sso"));
    assert_eq!((browser.len(), tokens.len()), (1, 3));
    assert!(browser[0].1.is_null());
    let came_from = tokens.iter().filter(|(_, origin)| *origin == json!(browser[0].0)).count();
    let from_none = tokens.iter().filter(|(_, origin)| origin.is_null()).count();
    assert_eq!((came_from, from_none), (2, 1));
}

async fn linked_sessions_end_together(world: World) {
    let (app, by_code, implicit, _) = three_sign_ins(&world).await;
    let named = sessions(&world, &app).await;
    let browser = &named.iter().find(|(id, _)| id.starts_with("sso")).unwrap().0;
    // By default one ends alone.
    let revoke = json!({ "AccessToken": by_code["access_token"], "SessionId": browser });
    world.ok("RevokeUserSession", revoke).await;
    assert_eq!(sessions(&world, &app).await.len(), 3);
    assert_eq!(app.user_info(&world, &implicit).await.status, 200);

    // Together with those that came from the same browser, but for the caller's own.
    let siblings = sessions(&world, &app).await;
    let me = json!({ "AccessToken": by_code["access_token"] });
    let mine = world.ok("ListUserSessions", me).await["Sessions"].clone();
    let mine = mine
        .as_array()
        .unwrap()
        .iter()
        .find(|session| session["IsCurrentSession"] == json!(true))
        .unwrap()["SessionId"]
        .clone();
    let sibling = siblings.iter().find(|(id, origin)| json!(id) != mine && !origin.is_null()).unwrap();
    let revoke = json!({ "AccessToken": by_code["access_token"], "SessionId": sibling.0,
        "RevokeAssociatedSessions": "LINKED" });
    world.ok("RevokeUserSession", revoke).await;
    assert_eq!(app.user_info(&world, &implicit).await.status, 401);
    assert_eq!(app.user_info(&world, &by_code["access_token"]).await.status, 200);
    assert_eq!(sessions(&world, &app).await.len(), 2);

    // A code that waits for its application is taken back with the session that granted it, and by signing out everywhere.
    let everywhere = json!({ "UserPoolId": app.pool, "Username": "jane" });
    for operation in ["AdminRevokeUserSession", "AdminUserGlobalSignOut"] {
        let mut browser = app.browser(&world);
        let answer = browser.sign_in(&app.query(&[]), "jane").await;
        let named = sessions(&world, &app).await;
        let mut request = everywhere.clone();
        if operation == "AdminRevokeUserSession" {
            let (id, _) = named.iter().find(|(id, _)| id.starts_with("sso")).unwrap();
            request["SessionId"] = json!(id);
            request["RevokeAssociatedSessions"] = json!("LINKED");
        }
        world.ok(operation, request).await;
        let exchanged = app.exchange(&world, &parameter(&answer, "code").unwrap()).await;
        assert_eq!(
            (exchanged.status, exchanged.text.as_str()),
            (400, r#"{"error":"invalid_grant"}"#),
            "{operation}"
        );
    }
    let by_api = world.sign_in(&app.client, "jane").await;
    world.advance(TimeDelta::seconds(1));

    // An administrator, and whoever has a refresh token, end all of them.
    let mut browser = app.browser(&world);
    for operation in ["AdminRevokeUserSession", "RevokeToken"] {
        let answer = browser.sign_in(&app.query(&[]), "jane").await;
        let one = app.exchange(&world, &parameter(&answer, "code").unwrap()).await.ok();
        let answer = browser.get(&format!("/oauth2/authorize?{}", app.query(&[]))).await;
        let two = app.exchange(&world, &parameter(&answer, "code").unwrap()).await.ok();
        let named = sessions(&world, &app).await;
        let (id, _) = named.iter().find(|(id, _)| id.starts_with("sso")).unwrap();
        let mut request = match operation {
            "RevokeToken" => json!({ "ClientId": app.client, "Token": two["refresh_token"] }),
            _ => json!({ "UserPoolId": app.pool, "Username": "jane", "SessionId": id }),
        };
        request["RevokeAssociatedSessions"] = json!("LINKED");
        world.ok(operation, request).await;
        for tokens in [&one, &two] {
            assert_eq!(app.user_info(&world, &tokens["access_token"]).await.status, 401, "{operation}");
        }
        assert!(!is_signed_in(&mut browser, &app).await);
        world.ok("GetUser", json!({ "AccessToken": by_api["AccessToken"] })).await;
    }
}
