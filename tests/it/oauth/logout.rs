//! `/logout`: the browser's session ends, and the browser goes where the application wants.

use serde_json::json;

use super::browser::{Browser, detail, heading, location, parameter};
use super::{App, CALLBACK, LOGOUT, assert_headers_of_a_domain};
use crate::world::{World, on_both};

on_both!(
    signing_out_ends_the_session_and_no_token,
    signing_out_leads_to_signing_in_as_somebody_else,
    nobody_is_sent_where_the_client_did_not_say,
    other_browsers_stay_signed_in,
    who_is_not_signed_in_signs_out_all_the_same,
);

async fn is_signed_in(browser: &mut Browser, app: &App) -> bool {
    let answer = browser.get(&format!("/oauth2/authorize?{}", app.query(&[]))).await;
    !location(&answer).starts_with("/login")
}

async fn signing_out_ends_the_session_and_no_token(world: World) {
    let app = App::new(&world).await;
    let mut browser = app.browser(&world);
    let answer = browser.sign_in(&app.query(&[]), "jane").await;
    let tokens = app.exchange(&world, &parameter(&answer, "code").unwrap()).await.ok();
    let cookie = browser.cookie("cognito").unwrap();
    // What else is in the query counts for nothing.
    let path = format!("/logout?client_id={}&logout_uri={LOGOUT}&redirect_uri=x&state=x", app.client);
    let answer = browser.get(&path).await;
    assert_eq!(location(&answer), LOGOUT);
    assert_headers_of_a_domain(&answer);
    assert_eq!(browser.cookie("cognito"), None);
    assert!(!is_signed_in(&mut browser, &app).await);
    // A cookie that somebody kept counts no longer.
    browser.set_cookie("cognito", &cookie);
    assert!(!is_signed_in(&mut browser, &app).await);

    assert_eq!(app.user_info(&world, &tokens["access_token"]).await.status, 200);
    let form =
        [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    assert_eq!(app.token(&world, &form).await.status, 200);
}

async fn signing_out_leads_to_signing_in_as_somebody_else(world: World) {
    let app = App::new(&world).await;
    world.user(&app.pool, "joe", json!({})).await;
    let mut browser = app.browser(&world);
    browser.sign_in(&app.query(&[]), "jane").await;
    let asked = [("scope", "openid email"), ("state", "a b"), ("nonce", "n-1")];
    let answer = browser.get(&format!("/logout?{}", app.query(&asked))).await;
    let login = location(&answer).to_owned();
    assert!(login.starts_with("/login?"), "{login}");
    let given = [("client_id", app.client.as_str()), ("redirect_uri", CALLBACK), ("response_type", "code")];
    for (name, value) in given.iter().chain(&asked) {
        assert_eq!(parameter(&answer, name).as_deref(), Some(*value), "{name}");
    }
    let page = browser.follow(&answer).await;
    assert_eq!(heading(&page), "Sign in");
    let answer = browser.submit(&page, &[("username", "joe"), ("password", crate::world::PASSWORD)]).await;
    assert_eq!(parameter(&answer, "state").as_deref(), Some("a b"));

    let answer = browser.get(&format!("/logout?{}", app.query(&[]))).await;
    let all = "openid email phone profile aws.cognito.signin.user.admin";
    assert_eq!(parameter(&answer, "scope").as_deref(), Some(all));
    assert_eq!([parameter(&answer, "state"), parameter(&answer, "nonce")], [None, None]);
}

async fn nobody_is_sent_where_the_client_did_not_say(world: World) {
    let app = App::new(&world).await;
    let client = format!("client_id={}", app.client);
    let no_redirect_uri = "Required String parameter 'redirect_uri' is not present";
    let mut browser = app.browser(&world);
    for (query, text) in [
        (String::new(), "Required String parameter 'client_id' is not present"),
        (format!("logout_uri={LOGOUT}"), "Required String parameter 'client_id' is not present"),
        (format!("client_id=1unknown&logout_uri={LOGOUT}"), "Client does not exist."),
        (client.clone(), no_redirect_uri),
        (format!("{client}&logout_uri="), no_redirect_uri),
        (format!("{client}&logout_uri=https://evil.example"), no_redirect_uri),
        (format!("{client}&logout_uri={CALLBACK}"), no_redirect_uri),
        (format!("{client}&logout_uri={LOGOUT}/"), no_redirect_uri),
        (
            format!("{client}&redirect_uri={CALLBACK}"),
            "Required String parameter 'response_type' is not present",
        ),
    ] {
        let page = browser.get(&format!("/logout?{query}")).await;
        assert_eq!((page.status, detail(&page).as_deref()), (400, Some(text)), "{query}");
    }
    for uri in [LOGOUT, "https://evil.example", "https://app.example.com/cb/"] {
        let query = app.query(&[("redirect_uri", uri)]);
        let answer = browser.get(&format!("/logout?{query}")).await;
        let error = format!("/error?error=redirect_mismatch&client_id={}", app.client);
        assert_eq!(location(&answer), error, "{uri}");
    }
    // A client without sign-out URLs has none.
    let app = App::of_pool(&world, &app.pool, json!({ "LogoutURLs": [] })).await;
    let page = browser.get(&format!("/logout?client_id={}&logout_uri={LOGOUT}", app.client)).await;
    assert_eq!(page.status, 400);
}

async fn other_browsers_stay_signed_in(world: World) {
    let app = App::new(&world).await;
    let other = App::of_pool(&world, &app.pool, json!({})).await;
    let (mut one, mut two) = (app.browser(&world), app.browser(&world));
    one.sign_in(&app.query(&[]), "jane").await;
    two.sign_in(&app.query(&[]), "jane").await;
    // For all clients of the pool.
    one.get(&format!("/logout?client_id={}&logout_uri={LOGOUT}", other.client)).await;
    assert!(!is_signed_in(&mut one, &app).await);
    assert!(is_signed_in(&mut two, &app).await && is_signed_in(&mut two, &other).await);
}

async fn who_is_not_signed_in_signs_out_all_the_same(world: World) {
    let app = App::new(&world).await;
    let mut browser = app.browser(&world);
    let path = format!("/logout?client_id={}&logout_uri={LOGOUT}", app.client);
    assert_eq!(location(&browser.get(&path).await), LOGOUT);
    browser.set_cookie("cognito", "made-up");
    assert_eq!(location(&browser.get(&path).await), LOGOUT);
    assert_eq!(browser.cookie("cognito"), None);
}
