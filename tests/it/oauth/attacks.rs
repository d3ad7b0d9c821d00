//! What somebody may try who is not the application, not the person, or not at their browser.
//! Forms and frames of other sites are in `forgery`, hostile text is in `hostile_text`, stolen codes in `codes_at_once`.

use serde_json::json;

use super::browser::{Browser, alert, heading, location, parameter};
use super::{App, LOGOUT};
use crate::world::{PASSWORD, World, on_both};

on_both!(
    a_browser_is_sent_to_registered_addresses_alone,
    the_session_after_a_sign_in_is_a_new_one,
    a_session_counts_in_its_own_pool,
    a_page_state_counts_at_its_own_domain_and_client,
    cookies_that_nobody_gave_out_are_none,
    a_code_of_a_page_is_not_guessed,
    who_exists_is_not_told,
);

async fn a_browser_is_sent_to_registered_addresses_alone(world: World) {
    let app = App::new(&world).await;
    let mut browser = app.browser(&world);
    browser.sign_in(&app.query(&[]), "jane").await;
    for uri in [
        "https://app.example.com/cb/",
        "https://app.example.com/cb?x=1",
        "https://app.example.com/cb#x",
        "https://app.example.com/CB",
        "https://app.example.com/%63b",
        "https://app.example.com/x/../cb",
        "https://app.example.com/x/%2e%2e/cb",
        "https://app.example.com/cb%2f",
        "https://app.example.com/cb%00",
        "https://app.example.com/cb\u{0}",
        "https://app.example.com/cb\r\nlocation: https://evil.example",
        "https://app.example.com:443/cb",
        "https://app.example.com\\cb",
        "https://app.example.com@evil.example/cb",
        "https://app.example.com.evil.example/cb",
        "http://app.example.com/cb",
        "//app.example.com/cb",
        "https:app.example.com/cb",
        "javascript:alert(1)//https://app.example.com/cb",
        "data:text/html,x",
    ] {
        for path in ["/oauth2/authorize", "/login", "/logout"] {
            let answer = browser.get(&format!("{path}?{}", app.query(&[("redirect_uri", uri)]))).await;
            let told = location(&answer);
            let expected = format!("/error?error=redirect_mismatch&client_id={}", app.client);
            assert_eq!(told, expected, "{path} {uri}");
        }
        let query = super::browser::encoded(&[("client_id", &app.client), ("logout_uri", uri)]);
        let answer = browser.get(&format!("/logout?{query}")).await;
        assert_eq!((answer.status, answer.headers.get("location")), (400, None), "{uri}");
    }
    // Two of them are none.
    for twice in [
        format!("{}&redirect_uri=https://evil.example", app.query(&[])),
        format!("redirect_uri=https://evil.example&{}", app.query(&[])),
    ] {
        let answer = browser.get(&format!("/oauth2/authorize?{twice}")).await;
        assert_eq!((answer.status, answer.headers.get("location")), (400, None), "{twice}");
    }
    // What a redirect within the domain hands on cannot lead out of it.
    for (name, value) in
        [("lang", "//evil.example"), ("login_hint", "https://evil.example"), ("x", "//evil.example")]
    {
        let query = app.query(&[(name, value)]);
        let mut nobody = app.browser(&world);
        let answer = nobody.get(&format!("/oauth2/authorize?{query}")).await;
        assert_eq!(location(&answer), format!("/login?{query}"));
    }
}

async fn the_session_after_a_sign_in_is_a_new_one(world: World) {
    let app = App::new(&world).await;
    let query = app.query(&[]);
    // A cookie that somebody put into the browser before.
    let mut browser = app.browser(&world);
    browser.set_cookie("cognito", "0123456789abcdef0123456789abcdef0123456789abcdef");
    browser.sign_in(&query, "jane").await;
    let first = browser.cookie("cognito").unwrap();
    assert_ne!(first, "0123456789abcdef0123456789abcdef0123456789abcdef");
    assert_eq!(first.len(), 48);
    // A real one, of somebody else.
    world.user(&app.pool, "joe", json!({})).await;
    let mut victim = app.browser(&world);
    let page = victim.get(&format!("/login?{query}")).await;
    let mut attacker = app.browser(&world);
    attacker.sign_in(&query, "joe").await;
    let of_joe = attacker.cookie("cognito").unwrap();
    victim.set_cookie("cognito", &of_joe);
    victim.submit(&page, &[("username", "jane"), ("password", PASSWORD)]).await;
    assert_ne!(victim.cookie("cognito").unwrap(), of_joe);
    let answer = attacker.get(&format!("/oauth2/authorize?{query}")).await;
    let tokens = app.exchange(&world, &parameter(&answer, "code").unwrap()).await.ok();
    assert_eq!(crate::tokens::claims(&tokens["access_token"])["username"], json!("joe"));
}

/// Another pool with a domain and a client, and a Jane of its own.
async fn other_pool(world: &World) -> App {
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "other" })).await;
    world.user(&pool, "jane", json!({})).await;
    let app = App::of_pool(world, &pool, json!({})).await;
    App { name: "other.auth.us-east-1.localhost".to_owned(), ..app }
}

async fn a_session_counts_in_its_own_pool(world: World) {
    let app = App::new(&world).await;
    let other = other_pool(&world).await;
    let mut browser = app.browser(&world);
    browser.sign_in(&app.query(&[]), "jane").await;
    let cookie = browser.cookie("cognito").unwrap();
    for (name, cookie_name) in [
        ("other.auth.us-east-1.localhost", "cognito".to_owned()),
        ("localhost", "cognito".to_owned()),
        ("localhost", format!("cognito.{}", other.pool)),
    ] {
        let mut elsewhere = Browser::at(&world, name);
        elsewhere.set_cookie(&cookie_name, &cookie);
        let query = other.query(&[]);
        let answer = elsewhere.get(&format!("/oauth2/authorize?{query}")).await;
        assert_eq!(location(&answer), format!("/login?{query}"), "{name} {cookie_name}");
        // Nor does the other pool's domain end it.
        elsewhere.get(&format!("/logout?client_id={}&logout_uri={LOGOUT}", other.client)).await;
        let answer = browser.get(&format!("/oauth2/authorize?{}", app.query(&[]))).await;
        assert!(parameter(&answer, "code").is_some(), "{name} {cookie_name}");
    }
}

async fn a_page_state_counts_at_its_own_domain_and_client(world: World) {
    let app = App::new(&world).await;
    let second = App::of_pool(&world, &app.pool, json!({})).await;
    let other = other_pool(&world).await;
    let temporary =
        json!({ "UserPoolId": app.pool, "Username": "jane", "Password": "Temp0rary!", "Permanent": false });
    world.ok("AdminSetUserPassword", temporary).await;
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    let answer = browser.submit(&page, &[("username", "jane"), ("password", "Temp0rary!")]).await;
    assert!(location(&answer).starts_with("/changePassword?"));
    let state = browser.cookie("page-data").unwrap();
    let shown_by = |mut browser: Browser, app: &App, prefix: &'static str| {
        browser.set_cookie("page-data", &state);
        let address = format!("{prefix}/changePassword?{}", app.query(&[]));
        async move { browser.get(&address).await }
    };
    let here = shown_by(app.browser(&world), &app, "").await;
    assert_eq!(heading(&here), "Choose a new password");
    for (browser, app, prefix) in [
        (app.browser(&world), &second, ""),
        (other.browser(&world), &other, ""),
        (Browser::at(&world, "localhost"), &app, ""),
        (Browser::at(&world, "localhost"), &app, "/domains/acme"),
        (app.browser(&world), &app, "/domains/acme"),
    ] {
        let answer = shown_by(browser, app, prefix).await;
        assert!(location(&answer).starts_with(&format!("{prefix}/login?")), "{prefix}");
    }
    // Changed by a letter it is nothing, and after a while neither.
    let mut changed = state.clone();
    let last = if changed.pop() == Some('A') { 'B' } else { 'A' };
    changed.push(last);
    let mut browser = app.browser(&world);
    browser.set_cookie("page-data", &changed);
    let answer = browser.get(&format!("/changePassword?{}", app.query(&[]))).await;
    assert!(location(&answer).starts_with("/login?"));
    world.advance(chrono::TimeDelta::minutes(15));
    assert!(location(&shown_by(app.browser(&world), &app, "").await).starts_with("/login?"));
}

async fn cookies_that_nobody_gave_out_are_none(world: World) {
    let app = App::new(&world).await;
    for value in ["", "x", "' OR '1'='1", "eyJhbGciOiJub25lIn0.e30.", &"a".repeat(4000)] {
        let mut browser = app.browser(&world);
        for name in ["cognito", "page-data", "XSRF-TOKEN", "lang"] {
            browser.set_cookie(name, value);
        }
        let query = app.query(&[]);
        let answer = browser.get(&format!("/oauth2/authorize?{query}")).await;
        assert_eq!(location(&answer), format!("/login?{query}"), "{value}");
        let page = browser.follow(&answer).await;
        assert_eq!(heading(&page), "Sign in");
        let answer = browser.submit(&page, &[("username", "jane"), ("password", PASSWORD)]).await;
        assert!(parameter(&answer, "code").is_some(), "{value}");
    }
}

async fn a_code_of_a_page_is_not_guessed(world: World) {
    let app = App::with(&world, json!({ "AutoVerifiedAttributes": ["email"] }), json!({})).await;
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/forgotPassword?{}", app.query(&[]))).await;
    let answer = browser.submit(&page, &[("username", "jane")]).await;
    let page = browser.follow(&answer).await;
    let good = world.messages("user=jane").await[0]["code"].as_str().unwrap().to_owned();
    let wrong = if good == "000000" { "000001" } else { "000000" };
    let fields = |code| [("code", code), ("password", "N3w-word!"), ("confirm_password", "N3w-word!")];
    let mut told = Vec::new();
    for _ in 0..20 {
        told.push(alert(&browser.submit(&page, &fields(wrong)).await).unwrap());
    }
    assert_eq!(told[0], "Invalid verification code provided, please try again.");
    assert_eq!(told[19], "Attempt limit exceeded, please try after some time.");
    let page = browser.submit(&page, &fields(&good)).await;
    assert_eq!(alert(&page).as_deref(), Some("Attempt limit exceeded, please try after some time."));
}

async fn who_exists_is_not_told(world: World) {
    let members = json!({ "PreventUserExistenceErrors": "ENABLED" });
    let app = App::with(&world, json!({ "AutoVerifiedAttributes": ["email"] }), members).await;
    for (path, fields) in [("/login", vec![("password", "Wr0ng-word")]), ("/forgotPassword", vec![])] {
        let mut told = Vec::new();
        for username in ["jane", "nobody"] {
            let mut browser = app.browser(&world);
            let page = browser.get(&format!("{path}?{}", app.query(&[]))).await;
            let answer = browser.submit(&page, &[&[("username", username)], &fields[..]].concat()).await;
            let lead = answer.headers.get("location").cloned();
            let page = if answer.status == 302 { browser.follow(&answer).await } else { answer };
            told.push((lead, alert(&page), heading(&page)));
        }
        assert_eq!(told[0], told[1], "{path}");
    }
}
