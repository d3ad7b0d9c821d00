//! A code counts once, whoever shows it and wherever.

use api::config::Config;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::browser::parameter;
use super::{App, CALLBACK, VERIFIER, assert_refused};
use crate::world::{World, on_both};

on_both!(
    a_code_cannot_be_used_twice,
    of_fifty_who_show_a_code_at_two_replicas_one_gets_tokens,
    a_code_is_of_no_use_to_another_client,
    who_cannot_use_a_code_does_not_use_it_up,
    a_code_of_one_replica_counts_at_the_other,
);

async fn a_code_cannot_be_used_twice(world: World) {
    let app = App::new(&world).await;
    let other = app.tokens(&world, &[]).await;
    let code = app.code(&world, &[]).await;
    let tokens = app.exchange(&world, &code).await.ok();
    assert_eq!(app.user_info(&world, &tokens["access_token"]).await.status, 200);
    // One of the two stole it, and nobody knows which.
    for _ in 0..2 {
        assert_refused(&app.exchange(&world, &code).await, 400, "invalid_grant");
        assert_eq!(app.user_info(&world, &tokens["access_token"]).await.status, 401);
    }
    let form =
        [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    assert_refused(&app.token(&world, &form).await, 400, "invalid_grant");
    assert_eq!(app.user_info(&world, &other["access_token"]).await.status, 200);
}

async fn of_fifty_who_show_a_code_at_two_replicas_one_gets_tokens(world: World) {
    let app = App::new(&world).await;
    let replica = world.replica(Config::default()).await;
    for _ in 0..2 {
        let code = app.code(&world, &[]).await;
        let mut callers = JoinSet::new();
        for number in 0..50 {
            let server = if number % 2 == 0 { &world } else { &replica };
            let (mut browser, code, client) = (app.browser(server), code.clone(), app.client.clone());
            callers.spawn(async move {
                let form = [
                    ("grant_type", "authorization_code"),
                    ("code", code.as_str()),
                    ("redirect_uri", CALLBACK),
                    ("client_id", client.as_str()),
                ];
                browser.post("/oauth2/token", &form).await
            });
        }
        let answers = callers.join_all().await;
        let (good, bad): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!((good.len(), bad.len()), (1, 49));
        for answer in &bad {
            assert_refused(answer, 400, "invalid_grant");
        }
        let tokens: Value = serde_json::from_str(&good[0].text).unwrap();
        assert_eq!(app.user_info(&replica, &tokens["access_token"]).await.status, 401);
    }
}

async fn a_code_is_of_no_use_to_another_client(world: World) {
    let app = App::new(&world).await;
    let private = App::of_pool(&world, &app.pool, json!({ "GenerateSecret": true })).await;
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "other" })).await;
    let stranger = App::of_pool(&world, &pool, json!({})).await;
    let stranger = App { name: "other.auth.us-east-1.localhost".to_owned(), ..stranger };
    let code = app.code(&world, &[]).await;
    for thief in [&private, &stranger] {
        assert_refused(&thief.exchange(&world, &code).await, 400, "invalid_grant");
    }
    let tokens = app.exchange(&world, &code).await.ok();
    // A used code that another client shows ends nothing.
    for thief in [&private, &stranger] {
        assert_refused(&thief.exchange(&world, &code).await, 400, "invalid_grant");
    }
    assert_eq!(app.user_info(&world, &tokens["access_token"]).await.status, 200);
}

async fn who_cannot_use_a_code_does_not_use_it_up(world: World) {
    let app = App::new(&world).await;
    let challenge = [("code_challenge", super::CHALLENGE), ("code_challenge_method", "S256")];
    let code = app.code(&world, &challenge).await;
    let form = |verifier: &'static str| {
        let form =
            [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", CALLBACK)];
        [&form[..], &[("code_verifier", verifier)]].concat()
    };
    for guess in ["", "guess", "EjXkdBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFO"] {
        assert_refused(&app.token(&world, &form(guess)).await, 400, "invalid_grant");
    }
    assert_eq!(app.token(&world, &form(VERIFIER)).await.status, 200);
}

async fn a_code_of_one_replica_counts_at_the_other(world: World) {
    let app = App::new(&world).await;
    let replica = world.replica(Config::default()).await;
    // Each page of the sign-in, and the exchange, at another one.
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    let mut elsewhere = app.browser(&replica);
    let token = browser.cookie("XSRF-TOKEN").unwrap();
    elsewhere.set_cookie("XSRF-TOKEN", &token);
    let answer = elsewhere.submit(&page, &[("username", "jane"), ("password", crate::world::PASSWORD)]).await;
    let code = parameter(&answer, "code").unwrap();
    let tokens = app.exchange(&world, &code).await.ok();
    assert_eq!(app.user_info(&replica, &tokens["access_token"]).await.status, 200);
    browser.set_cookie("cognito", &elsewhere.cookie("cognito").unwrap());
    let answer = browser.get(&format!("/oauth2/authorize?{}", app.query(&[]))).await;
    assert!(parameter(&answer, "code").is_some());
}
