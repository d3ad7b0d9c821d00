//! Choice-based sign-in: a name first, then a password or a code in its place.

use serde_json::{Value, json};

use super::{assert_alert, assert_signed_in, choices, fields, newest_code, other_than, page_at};
use crate::oauth::App;
use crate::oauth::browser::{Browser, action, alert, heading, location};
use crate::world::{Answer, PASSWORD, World, on_both};

on_both!(
    a_name_comes_first_and_then_a_choice,
    a_code_by_email_stands_for_a_password,
    where_there_is_nothing_to_choose_the_password_is_asked,
    after_a_wrong_password_the_name_is_asked_again,
    a_code_that_was_read_confirms_a_sign_up,
    who_exists_is_not_told,
);

/// A pool and a client with choice-based sign-in by these first factors.
async fn app_with(world: &World, factors: Value, client: Value) -> App {
    let policy = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": factors } });
    let pool = json!({ "Policies": policy, "AutoVerifiedAttributes": ["email"] });
    let mut members = json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] });
    members.as_object_mut().unwrap().extend(client.as_object().unwrap().clone());
    App::with(world, pool, members).await
}

/// Says who signs in.
async fn named(browser: &mut Browser, app: &App, username: &str) -> Answer {
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    assert_eq!(fields(&page), ["username"]);
    browser.submit(&page, &[("username", username)]).await
}

async fn a_name_comes_first_and_then_a_choice(world: World) {
    let app = app_with(&world, json!(["PASSWORD", "EMAIL_OTP", "SMS_OTP"]), json!({})).await;
    let mut browser = app.browser(&world);
    let answer = named(&mut browser, &app, "jane").await;
    let page = page_at(&mut browser, &app, &answer, "/selectChallenge").await;
    assert_eq!(heading(&page), "Choose how to sign in");
    assert!(page.text.contains("Signing in as jane"));
    assert_eq!(choices(&page), ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]);
    let refused = browser.submit(&page, &[("factor", "WEB_AUTHN")]).await;
    assert!(refused.status == 200 && alert(&refused).is_some(), "{}", refused.text);
    let answer = browser.submit(&page, &[("factor", "PASSWORD")]).await;
    let page = page_at(&mut browser, &app, &answer, "/password").await;
    assert_eq!(
        (heading(&page).as_str(), fields(&page)),
        ("Enter your password", vec!["password".to_owned()])
    );
    let answer = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert_signed_in(&world, &app, &answer, "jane").await;
    // A form with both, as a password manager may send it.
    let mut browser = app.browser(&world);
    let answer = browser.sign_in(&app.query(&[]), "jane").await;
    assert_signed_in(&world, &app, &answer, "jane").await;
}

async fn a_code_by_email_stands_for_a_password(world: World) {
    let app = app_with(&world, json!(["PASSWORD", "EMAIL_OTP", "SMS_OTP"]), json!({})).await;
    for (factor, to, told) in [
        ("EMAIL_OTP", "jane@example.com", "We sent a code to j***@e***. Check your email."),
        ("SMS_OTP", "%2B15555550100", "We sent a text message with a code to +*******0100."),
    ] {
        let mut browser = app.browser(&world);
        let answer = named(&mut browser, &app, "jane").await;
        let page = browser.follow(&answer).await;
        let answer = browser.submit(&page, &[("factor", factor)]).await;
        let page = page_at(&mut browser, &app, &answer, "/mfa").await;
        assert_eq!(heading(&page), "Enter your sign-in code");
        assert!(page.text.contains(told), "{}", page.text);
        let code = newest_code(&world, to).await;
        let page = browser.submit(&page, &[("code", &other_than(&code))]).await;
        assert_alert(&page, "Invalid verification code provided, please try again.");
        let answer = browser.submit(&page, &[("code", &code)]).await;
        assert_signed_in(&world, &app, &answer, "jane").await;
    }
    // Another way leads back to the name.
    let mut browser = app.browser(&world);
    let answer = named(&mut browser, &app, "jane").await;
    let page = browser.follow(&answer).await;
    let answer = browser.submit(&page, &[("factor", "EMAIL_OTP")]).await;
    let page = browser.follow(&answer).await;
    assert!(page.text.contains(">Sign in another way</a>"));
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    assert_eq!(heading(&page), "Sign in");
}

async fn where_there_is_nothing_to_choose_the_password_is_asked(world: World) {
    let app = app_with(&world, json!(["PASSWORD"]), json!({})).await;
    let mut browser = app.browser(&world);
    let answer = named(&mut browser, &app, "jane").await;
    let page = page_at(&mut browser, &app, &answer, "/password").await;
    let answer = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert_signed_in(&world, &app, &answer, "jane").await;
}

async fn after_a_wrong_password_the_name_is_asked_again(world: World) {
    let app = app_with(&world, json!(["PASSWORD"]), json!({})).await;
    let mut browser = app.browser(&world);
    let answer = named(&mut browser, &app, "jane").await;
    let page = page_at(&mut browser, &app, &answer, "/password").await;
    let page = browser.submit(&page, &[("password", "Wr0ng-word")]).await;
    assert_alert(&page, "Incorrect username or password.");
    assert_eq!((heading(&page).as_str(), fields(&page)), ("Sign in", vec!["username".to_owned()]));
    assert_eq!(action(&page), format!("/login?{}", app.query(&[])));
    // From this page it goes on.
    let answer = browser.submit(&page, &[("username", "jane")]).await;
    let page = page_at(&mut browser, &app, &answer, "/password").await;
    let answer = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert_signed_in(&world, &app, &answer, "jane").await;
}

async fn a_code_that_was_read_confirms_a_sign_up(world: World) {
    let app = app_with(&world, json!(["PASSWORD", "EMAIL_OTP"]), json!({})).await;
    let attributes = json!([{ "Name": "email", "Value": "ann@example.com" }]);
    let sign_up = json!({ "ClientId": app.client, "Username": "ann", "Password": PASSWORD, "UserAttributes": attributes });
    world.ok("SignUp", sign_up).await;
    world.advance(chrono::TimeDelta::seconds(1));
    let mut browser = app.browser(&world);
    let answer = named(&mut browser, &app, "ann").await;
    let page = browser.follow(&answer).await;
    let answer = browser.submit(&page, &[("factor", "EMAIL_OTP")]).await;
    let page = page_at(&mut browser, &app, &answer, "/mfa").await;
    let code = newest_code(&world, "ann@example.com").await;
    let answer = browser.submit(&page, &[("code", &code)]).await;
    assert_signed_in(&world, &app, &answer, "ann").await;
}

async fn who_exists_is_not_told(world: World) {
    let hiding = json!({ "PreventUserExistenceErrors": "ENABLED" });
    let app = app_with(&world, json!(["PASSWORD"]), hiding).await;
    let mut told = Vec::new();
    for username in ["jane", "nobody"] {
        let mut browser = app.browser(&world);
        let answer = named(&mut browser, &app, username).await;
        let page = page_at(&mut browser, &app, &answer, "/password").await;
        let page = browser.submit(&page, &[("password", "Wr0ng-word")]).await;
        told.push((alert(&page), heading(&page)));
    }
    assert_eq!(told[0], told[1]);
    let talking = App::of_pool(
        &world,
        &app.pool,
        json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] }),
    )
    .await;
    let mut browser = talking.browser(&world);
    let page = named(&mut browser, &talking, "nobody").await;
    assert_alert(&page, "User does not exist.");
    assert!(page.headers.get("location").is_none());
    assert!(location(&named(&mut browser, &talking, "jane").await).starts_with("/password?"));
}
