//! Other passwords: forgotten ones, temporary ones.

use chrono::TimeDelta;
use serde_json::json;

use super::{assert_alert, assert_signed_in, by_email, fields, newest_code, other_than, page_at};
use crate::oauth::App;
use crate::oauth::browser::{Browser, action, alert, heading, location, notice, parameter};
use crate::world::{Answer, PASSWORD, World, on_both};

on_both!(
    a_forgotten_password_is_replaced_by_a_code,
    what_is_wrong_with_a_new_password_is_told,
    a_page_that_refuses_another_code_still_takes_the_first,
    who_has_no_address_is_told_so,
    a_temporary_password_is_replaced_with_what_is_missing,
    a_temporary_password_ends,
    a_step_that_took_too_long_begins_anew,
    a_step_that_was_taken_leads_to_where_the_sign_in_is,
);

const NEW: &str = "N3w-word!";

fn reset<'a>(code: &'a str, password: &'a str) -> [(&'a str, &'a str); 3] {
    [("code", code), ("password", password), ("confirm_password", password)]
}

/// Asks for a code for Jane. Returns the page that takes it.
async fn forgotten(browser: &mut Browser, app: &App) -> Answer {
    let page = browser.get(&format!("/forgotPassword?{}", app.query(&[]))).await;
    assert_eq!(
        (heading(&page).as_str(), fields(&page)),
        ("Reset your password", vec!["username".to_owned()])
    );
    let answer = browser.submit(&page, &[("username", "jane")]).await;
    page_at(browser, app, &answer, "/confirmforgotPassword").await
}

async fn a_forgotten_password_is_replaced_by_a_code(world: World) {
    let app = App::with(&world, by_email(), json!({})).await;
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    assert!(page.text.contains(">Forgot your password?</a>"));
    let page = forgotten(&mut browser, &app).await;
    assert_eq!(fields(&page), ["code", "password", "confirm_password"]);
    assert!(page.text.contains("j***@e***"), "{}", page.text);
    let code = newest_code(&world, "jane@example.com").await;
    let answer = browser.submit(&page, &reset(&code, NEW)).await;
    let page = page_at(&mut browser, &app, &answer, "/login").await;
    let text = "Your password has been changed. Please sign in with the new one.";
    assert_eq!(notice(&page).as_deref(), Some(text));
    assert_alert(
        &browser.submit(&page, &[("username", "jane"), ("password", PASSWORD)]).await,
        "Incorrect username or password.",
    );
    let answer = browser.submit(&page, &[("username", "jane"), ("password", NEW)]).await;
    assert_signed_in(&world, &app, &answer, "jane").await;
}

async fn what_is_wrong_with_a_new_password_is_told(world: World) {
    let app = App::with(&world, by_email(), json!({})).await;
    let mut browser = app.browser(&world);
    let page = forgotten(&mut browser, &app).await;
    let code = newest_code(&world, "jane@example.com").await;
    let wrong = other_than(&code);
    for (form, text) in [
        (reset(&wrong, NEW).to_vec(), "Invalid verification code provided, please try again."),
        (reset("", NEW).to_vec(), "Invalid verification code provided, please try again."),
        (
            vec![("code", code.as_str()), ("password", NEW), ("confirm_password", "other")],
            "The two passwords are not the same.",
        ),
        (reset(&code, "weak").to_vec(), "The password does not follow the rules below."),
    ] {
        let page = browser.submit(&page, &form).await;
        assert_alert(&page, text);
        assert!(!page.text.contains(NEW) && !page.text.contains("weak"));
    }
    world.advance(TimeDelta::hours(1));
    let page = browser.submit(&page, &reset(&code, NEW)).await;
    // The step has ended before the code.
    assert!(location(&page).starts_with("/login?"), "{:?}", alert(&page));
}

/// Presses the button for another code.
async fn press_resend(browser: &mut Browser, page: &Answer) -> Answer {
    let (_, second) = page.text.split_once("</form>").unwrap();
    let second = Answer { text: second.to_owned(), headers: page.headers.clone(), status: page.status };
    assert!(action(&second).starts_with("/forgotPassword?"), "{}", action(&second));
    browser.submit(&second, &[]).await
}

async fn a_page_that_refuses_another_code_still_takes_the_first(world: World) {
    let app = App::with(&world, by_email(), json!({})).await;
    let mut browser = app.browser(&world);
    let mut page = forgotten(&mut browser, &app).await;
    let mut tries = 0;
    while alert(&page).is_none() {
        world.advance(TimeDelta::seconds(1));
        let answer = press_resend(&mut browser, &page).await;
        if answer.status == 302 {
            page = page_at(&mut browser, &app, &answer, "/confirmforgotPassword").await;
            assert_eq!(notice(&page).as_deref(), Some("A new code is on its way."));
        } else {
            page = answer;
        }
        tries += 1;
        assert!(tries < 50, "codes without end");
    }
    assert_alert(&page, "Attempt limit exceeded, please try after some time.");
    assert_eq!(action(&page), format!("/confirmforgotPassword?{}", app.query(&[])));
    let code = newest_code(&world, "jane@example.com").await;
    let answer = browser.submit(&page, &reset(&code, NEW)).await;
    page_at(&mut browser, &app, &answer, "/login").await;
}

async fn who_has_no_address_is_told_so(world: World) {
    let app = App::without_jane(&world, by_email(), json!({})).await;
    world.user(&app.pool, "jane", json!({})).await;
    let by_admin = json!({ "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Name": "admin_only", "Priority": 1 }] } });
    let pool = world.pool(by_admin).await;
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "other" })).await;
    world.user(&pool, "jane", json!({ "email": "jane@example.com", "email_verified": "true" })).await;
    let other = App::of_pool(&world, &pool, json!({})).await;
    let other = App { name: "other.auth.us-east-1.localhost".to_owned(), ..other };
    let text = "This account has no verified email address or phone number. Please contact an administrator.";
    for app in [&app, &other] {
        let mut browser = app.browser(&world);
        let page = browser.get(&format!("/forgotPassword?{}", app.query(&[]))).await;
        let page = browser.submit(&page, &[("username", "jane")]).await;
        assert_alert(&page, text);
        let page = browser.submit(&page, &[("username", "nobody")]).await;
        assert!(alert(&page).is_some() && page.status == 200);
    }
}

async fn a_temporary_password_is_replaced_with_what_is_missing(world: World) {
    let schema = json!([{ "Name": "name", "Required": true, "Mutable": true }]);
    let app = App::without_jane(&world, json!({ "Schema": schema }), json!({})).await;
    let create = json!({ "UserPoolId": app.pool, "Username": "jane", "TemporaryPassword": "Temp0rary!",
                         "MessageAction": "SUPPRESS" });
    world.ok("AdminCreateUser", create).await;
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    let answer = browser.submit(&page, &[("username", "jane"), ("password", "Temp0rary!")]).await;
    assert_eq!(browser.cookie("cognito"), None);
    let page = page_at(&mut browser, &app, &answer, "/changePassword").await;
    assert_eq!(heading(&page), "Choose a new password");
    assert_eq!(fields(&page), ["password", "confirm_password", "name"]);
    for (password, confirmed, name, text) in [
        (NEW, "other", "Jane Doe", "The two passwords are not the same."),
        ("weak", "weak", "Jane Doe", "The password does not follow the rules below."),
        ("", "", "Jane Doe", "The password does not follow the rules below."),
        (NEW, NEW, "", "Please check this entry: Full name"),
    ] {
        let form = [("password", password), ("confirm_password", confirmed), ("name", name)];
        let page = browser.submit(&page, &form).await;
        assert_alert(&page, text);
        assert!(name.is_empty() || page.text.contains("value=\"Jane Doe\""), "what was typed stays");
    }
    let form = [("password", NEW), ("confirm_password", NEW), ("name", "Jane Doe")];
    let answer = browser.submit(&page, &form).await;
    let tokens = app.exchange(&world, &parameter(&answer, "code").unwrap()).await.ok();
    assert_eq!(crate::tokens::claims(&tokens["id_token"])["name"], json!("Jane Doe"));
    let user = world.ok("AdminGetUser", json!({ "UserPoolId": app.pool, "Username": "jane" })).await;
    assert_eq!(user["UserStatus"], json!("CONFIRMED"));
}

/// Gives Jane a temporary password.
async fn make_temporary(world: &World, app: &App) {
    let request =
        json!({ "UserPoolId": app.pool, "Username": "jane", "Password": "Temp0rary!", "Permanent": false });
    world.ok("AdminSetUserPassword", request).await;
}

async fn a_temporary_password_ends(world: World) {
    let app = App::new(&world).await;
    make_temporary(&world, &app).await;
    world.advance(TimeDelta::days(7));
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    let page = browser.submit(&page, &[("username", "jane"), ("password", "Temp0rary!")]).await;
    assert_alert(&page, "Temporary password has expired and must be reset by an administrator.");
}

async fn a_step_that_took_too_long_begins_anew(world: World) {
    let app = App::new(&world).await;
    make_temporary(&world, &app).await;
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    let answer = browser.submit(&page, &[("username", "jane"), ("password", "Temp0rary!")]).await;
    let page = page_at(&mut browser, &app, &answer, "/changePassword").await;
    world.advance(TimeDelta::minutes(5));
    let answer = browser.submit(&page, &[("password", NEW), ("confirm_password", NEW)]).await;
    let page = page_at(&mut browser, &app, &answer, "/login").await;
    assert_alert(&page, "Your session has expired. Please start again.");
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    assert_eq!(alert(&page), None, "it is told once");
}

async fn a_step_that_was_taken_leads_to_where_the_sign_in_is(world: World) {
    let app = App::new(&world).await;
    make_temporary(&world, &app).await;
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    let answer = browser.submit(&page, &[("username", "jane"), ("password", "Temp0rary!")]).await;
    page_at(&mut browser, &app, &answer, "/changePassword").await;
    // A page of another step leads to the one that is due.
    for path in ["/mfa", "/selectMfa", "/password", "/selectChallenge", "/mfaSetup/totp"] {
        let answer = browser.get(&format!("{path}?{}", app.query(&[]))).await;
        page_at(&mut browser, &app, &answer, "/changePassword").await;
    }
    // The same form twice, as by a double click.
    let page = browser.get(&format!("/changePassword?{}", app.query(&[]))).await;
    let mut again = browser.clone();
    let form = [("password", NEW), ("confirm_password", NEW)];
    let answer = browser.submit(&page, &form).await;
    assert!(parameter(&answer, "code").is_some());
    let answer = again.submit(&page, &form).await;
    assert!(location(&answer).starts_with("/login?"), "{}", location(&answer));
}
