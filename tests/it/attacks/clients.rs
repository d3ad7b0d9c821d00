//! How clients prove who they are, and codes that are shown twice.

use api::config::Config;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::oauth::browser::{Browser, parameter};
use crate::oauth::{App, CALLBACK, assert_refused};
use crate::world::{Answer, World, on_both};

on_both!(
    a_secret_in_two_places_is_right_in_both,
    schemes_have_no_case,
    a_code_shown_twice_in_the_same_moment_ends_what_it_brought,
);

/// A client with a secret, and the secret.
async fn private(world: &World) -> (App, String) {
    let app = App::new(world).await;
    let app = App::of_pool(world, &app.pool, json!({ "GenerateSecret": true })).await;
    let secret = app.secret.clone().unwrap();
    (app, secret)
}

fn basic(scheme: &str, id: &str, secret: &str) -> String {
    format!("{scheme} {}", BASE64_STANDARD.encode(format!("{id}:{secret}")))
}

async fn exchange(world: &World, app: &App, authorization: Option<&str>, more: &[(&str, &str)]) -> Answer {
    let code = app.code(world, &[]).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", CALLBACK)];
    let mut browser = app.browser(world);
    browser.headers.extend(authorization.map(|value| ("authorization", value.to_owned())));
    browser.post("/oauth2/token", &[&form[..], more].concat()).await
}

async fn a_secret_in_two_places_is_right_in_both(world: World) {
    let (app, secret) = private(&world).await;
    let (id, wrong) = (app.client.as_str(), "wrong");
    let (right, other) = (basic("Basic", id, &secret), basic("Basic", id, wrong));
    let mut refused = 0;
    for (header, form) in [
        (Some(&right), &[("client_secret", wrong)][..]),
        (Some(&right), &[("client_id", id), ("client_secret", wrong)]),
        (Some(&other), &[("client_id", id), ("client_secret", &secret)]),
        (Some(&right), &[("client_id", "another")]),
        (None, &[("client_id", id), ("client_secret", wrong)]),
        (None, &[("client_id", id)]),
    ] {
        let answer = exchange(&world, &app, header.map(String::as_str), form).await;
        assert_refused(&answer, 400, "invalid_client");
        refused += 1;
    }
    println!("{refused} of 6 requests with a wrong proof refused");
    for (header, form) in [
        (Some(&right), &[][..]),
        (Some(&right), &[("client_id", id)]),
        // Some libraries send both, and some a blank one.
        (Some(&right), &[("client_id", id), ("client_secret", &secret)]),
        (Some(&right), &[("client_id", id), ("client_secret", "")]),
        (None, &[("client_id", id), ("client_secret", &secret)]),
    ] {
        let answer = exchange(&world, &app, header.map(String::as_str), form).await;
        assert_eq!(answer.status, 200, "{header:?} {form:?} {}", answer.text);
    }
    // Two secrets count at once, wherever each is.
    let added = world.ok("AddUserPoolClientSecret", json!({ "UserPoolId": app.pool, "ClientId": id })).await;
    let second = added["ClientSecretDescriptor"]["ClientSecretValue"].as_str().unwrap();
    let answer = exchange(&world, &app, Some(&right), &[("client_secret", second)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

async fn schemes_have_no_case(world: World) {
    let (app, secret) = private(&world).await;
    let mut token = Value::Null;
    for scheme in ["Basic", "basic", "BASIC"] {
        let header = basic(scheme, &app.client, &secret);
        token = exchange(&world, &app, Some(&header), &[]).await.ok()["access_token"].clone();
    }
    // With a wrong secret the scheme is understood all the same.
    let header = basic("basic", &app.client, "wrong");
    let id = [("client_id", app.client.as_str()), ("client_secret", secret.as_str())];
    assert_refused(&exchange(&world, &app, Some(&header), &id).await, 400, "invalid_client");
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let header = format!("{scheme} {}", token.as_str().unwrap());
        let mut browser = app.browser(&world);
        browser.headers.push(("authorization", header));
        let answer = browser.get("/oauth2/userInfo").await;
        assert_eq!(answer.status, 200, "{scheme}: {}", answer.text);
    }
}

async fn a_code_shown_twice_in_the_same_moment_ends_what_it_brought(world: World) {
    let app = App::new(&world).await;
    let replica = world.replica(Config::default()).await;
    let other = app.tokens(&world, &[]).await;
    let mut browser = app.browser(&world);
    let code = sign_in(&app, &mut browser).await;
    let mut callers = JoinSet::new();
    for server in [&world, &replica] {
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
    assert_eq!((good.len(), bad.len()), (1, 1));
    assert_refused(&bad[0], 400, "invalid_grant");
    let tokens: Value = serde_json::from_str(&good[0].text).unwrap();
    let user_info = app.user_info(&world, &tokens["access_token"]).await.status;
    let form =
        [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    let refreshed = app.token(&world, &form).await;
    println!("tokens of a code shown twice: userInfo {user_info}, refresh {}", refreshed.status);
    assert_eq!(user_info, 401);
    assert_refused(&refreshed, 400, "invalid_grant");

    // Other sessions go on, and this browser gets another code without a password.
    assert_eq!(app.user_info(&world, &other["access_token"]).await.status, 200);
    let answer = browser.get(&format!("/oauth2/authorize?{}", app.query(&[]))).await;
    let code = parameter(&answer, "code").unwrap();
    let tokens = app.exchange(&world, &code).await.ok();
    assert_eq!(app.user_info(&world, &tokens["access_token"]).await.status, 200);
}

async fn sign_in(app: &App, browser: &mut Browser) -> String {
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    let answer = browser.submit(&page, &[("username", "jane"), ("password", crate::world::PASSWORD)]).await;
    parameter(&answer, "code").unwrap()
}
