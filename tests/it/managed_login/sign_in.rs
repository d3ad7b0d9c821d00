//! Signing in by name and password, and what stands in the way.

use chrono::TimeDelta;
use serde_json::json;

use super::{assert_alert, assert_signed_in, by_email, fields, newest_code, page_at};
use crate::oauth::App;
use crate::oauth::browser::{heading, notice};
use crate::world::{PASSWORD, World, on_both};

on_both!(
    the_page_asks_for_what_a_name_may_be,
    a_wrong_name_or_password_is_told_on_the_page,
    a_hint_fills_in_the_name,
    a_disabled_user_does_not_sign_in,
    many_wrong_passwords_lock_for_a_while,
    an_unconfirmed_user_goes_on_to_the_code,
    a_user_whose_password_was_reset_chooses_another,
);

async fn the_page_asks_for_what_a_name_may_be(world: World) {
    for (members, label) in [
        (json!({}), "Username"),
        (json!({ "UsernameAttributes": ["email"] }), "Email address"),
        (json!({ "UsernameAttributes": ["phone_number"] }), "Phone number"),
        (json!({ "UsernameAttributes": ["email", "phone_number"] }), "Email address or phone number"),
        (json!({ "AliasAttributes": ["email"] }), "Username or email address"),
        (json!({ "AliasAttributes": ["phone_number"] }), "Username or phone number"),
        (json!({ "AliasAttributes": ["email", "phone_number"] }), "Username, email address or phone number"),
    ] {
        let app = App::without_jane(&world, members, json!({})).await;
        let mut browser = app.browser(&world);
        for path in ["/login", "/forgotPassword"] {
            let page = browser.get(&format!("{path}?{}", app.query(&[]))).await;
            assert!(page.text.contains(&format!("for=\"username\">{label}</label>")), "{path} {label}");
        }
        let delete = json!({ "UserPoolId": app.pool, "Domain": "acme" });
        world.ok("DeleteUserPoolDomain", delete).await;
    }
}

async fn a_wrong_name_or_password_is_told_on_the_page(world: World) {
    let app = App::with(&world, json!({ "AliasAttributes": ["email"] }), json!({})).await;
    let members = json!({ "PreventUserExistenceErrors": "ENABLED" });
    let hiding = App::of_pool(&world, &app.pool, members).await;
    let incorrect = "Incorrect username or password.";
    for (app, username, password, told) in [
        (&app, "jane", "Wr0ng-word", incorrect),
        (&app, "jane", "", incorrect),
        (&app, "nobody", PASSWORD, "User does not exist."),
        (&hiding, "jane", "Wr0ng-word", incorrect),
        (&hiding, "nobody", PASSWORD, incorrect),
    ] {
        let mut browser = app.browser(&world);
        let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
        assert_eq!(fields(&page), ["username", "password"]);
        let page = browser.submit(&page, &[("username", username), ("password", password)]).await;
        assert_alert(&page, told);
        assert!(page.text.contains(&format!("name=\"username\" value=\"{username}\"")), "the name stays");
        assert!(password.is_empty() || !page.text.contains(password), "the password does not");
        assert_eq!(browser.cookie("cognito"), None);
        // By whatever name, with spaces that were not meant.
        let answer =
            browser.submit(&page, &[("username", " jane@example.com "), ("password", PASSWORD)]).await;
        assert_signed_in(&world, app, &answer, "jane").await;
    }
}

async fn a_hint_fills_in_the_name(world: World) {
    let app = App::new(&world).await;
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/login?{}", app.query(&[("login_hint", "j&\"e")]))).await;
    assert!(page.text.contains("name=\"username\" value=\"j&#38;&#34;e\""), "{}", page.text);
}

async fn a_disabled_user_does_not_sign_in(world: World) {
    let app = App::new(&world).await;
    world.ok("AdminDisableUser", json!({ "UserPoolId": app.pool, "Username": "jane" })).await;
    let mut browser = app.browser(&world);
    assert_alert(&browser.sign_in(&app.query(&[]), "jane").await, "User is disabled.");
    assert_eq!(browser.cookie("cognito"), None);
}

async fn many_wrong_passwords_lock_for_a_while(world: World) {
    let app = App::new(&world).await;
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    let wrong = [("username", "jane"), ("password", "Wr0ng-word")];
    for _ in 0..5 {
        assert_alert(&browser.submit(&page, &wrong).await, "Incorrect username or password.");
    }
    let right = [("username", "jane"), ("password", PASSWORD)];
    let locked = "Password attempts exceeded. Please try again later.";
    assert_alert(&browser.submit(&page, &right).await, locked);
    // As at the API, whoever began.
    world.advance(TimeDelta::seconds(1));
    let answer = browser.submit(&page, &right).await;
    assert_signed_in(&world, &app, &answer, "jane").await;
}

async fn an_unconfirmed_user_goes_on_to_the_code(world: World) {
    let app = App::without_jane(&world, by_email(), json!({})).await;
    let attributes = json!([{ "Name": "email", "Value": "jane@example.com" }]);
    let sign_up = json!({ "ClientId": app.client, "Username": "jane", "Password": PASSWORD, "UserAttributes": attributes });
    world.ok("SignUp", sign_up).await;
    let mut browser = app.browser(&world);
    let answer = browser.sign_in(&app.query(&[]), "jane").await;
    let page = page_at(&mut browser, &app, &answer, "/confirm").await;
    assert_eq!(heading(&page), "Confirm your account");
    let code = newest_code(&world, "jane@example.com").await;
    let answer = browser.submit(&page, &[("code", &code)]).await;
    // Another browser than the one that signed up: the password is asked again.
    let page = page_at(&mut browser, &app, &answer, "/login").await;
    assert_eq!(notice(&page).as_deref(), Some("Your account is confirmed. Please sign in."));
    let answer = browser.submit(&page, &[("username", "jane"), ("password", PASSWORD)]).await;
    assert_signed_in(&world, &app, &answer, "jane").await;
}

async fn a_user_whose_password_was_reset_chooses_another(world: World) {
    let app = App::with(&world, by_email(), json!({})).await;
    world.ok("AdminResetUserPassword", json!({ "UserPoolId": app.pool, "Username": "jane" })).await;
    let mut browser = app.browser(&world);
    let answer = browser.sign_in(&app.query(&[]), "jane").await;
    let page = page_at(&mut browser, &app, &answer, "/confirmforgotPassword").await;
    let text = "Your password has to be reset. Please choose a new one.";
    assert_eq!(notice(&page).as_deref(), Some(text));
    let code = newest_code(&world, "jane@example.com").await;
    let fields = [("code", code.as_str()), ("password", "N3w-word!"), ("confirm_password", "N3w-word!")];
    let answer = browser.submit(&page, &fields).await;
    let page = page_at(&mut browser, &app, &answer, "/login").await;
    let answer = browser.submit(&page, &[("username", "jane"), ("password", "N3w-word!")]).await;
    assert_signed_in(&world, &app, &answer, "jane").await;
}
