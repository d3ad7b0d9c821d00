//! Signing up at the pages, to the first tokens.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{assert_alert, assert_signed_in, by_email, fields, newest_code, other_than, page_at};
use crate::oauth::App;
use crate::oauth::browser::{action, alert, detail, heading, location, notice, parameter};
use crate::world::{Answer, PASSWORD, World, on_both};

on_both!(
    a_sign_up_leads_to_tokens_by_its_code,
    a_sign_up_leads_to_tokens_by_its_link,
    without_a_domain_nobody_signs_up_by_link,
    a_code_that_comes_late_confirms_without_signing_in,
    another_code_replaces_the_first,
    a_page_that_refuses_another_code_still_takes_the_first,
    what_is_wrong_is_told_on_the_page,
    a_name_can_be_an_address,
    a_pool_that_sends_no_code_says_so,
    only_administrators_create_users_where_they_say_so,
    another_browser_does_not_know_the_sign_up,
);

const ADDRESS: &str = "ann@example.com";

/// A pool in which everybody has an address.
fn with_addresses() -> Value {
    let mut members = by_email();
    members["Schema"] = json!([{ "Name": "email", "Required": true, "Mutable": true }]);
    members
}

fn ann() -> Vec<(&'static str, &'static str)> {
    vec![("username", "ann"), ("email", ADDRESS), ("password", PASSWORD), ("confirm_password", PASSWORD)]
}

fn but<'a>(mut fields: Vec<(&'a str, &'a str)>, name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    fields.retain(|(found, _)| *found != name);
    fields.push((name, value));
    fields
}

async fn a_sign_up_leads_to_tokens_by_its_code(world: World) {
    let app = App::without_jane(&world, with_addresses(), json!({})).await;
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    assert!(page.text.contains(">Create an account</a>"));
    let page = browser.get(&format!("/signup?{}", app.query(&[]))).await;
    assert_eq!(fields(&page), ["username", "email", "password", "confirm_password"]);
    let answer = browser.submit(&page, &ann()).await;
    let page = page_at(&mut browser, &app, &answer, "/confirm").await;
    assert_eq!(heading(&page), "Confirm your account");
    assert!(page.text.contains("We sent a code to a***@e***. Check your email."), "{}", page.text);
    let code = newest_code(&world, ADDRESS).await;
    world.advance(TimeDelta::minutes(5) - TimeDelta::seconds(1));
    let wrong = other_than(&code);
    let page = browser.submit(&page, &[("code", &wrong)]).await;
    assert_alert(&page, "Invalid verification code provided, please try again.");
    let answer = browser.submit(&page, &[("code", &code)]).await;
    assert_signed_in(&world, &app, &answer, "ann").await;
    let user = world.ok("AdminGetUser", json!({ "UserPoolId": app.pool, "Username": "ann" })).await;
    assert_eq!(user["UserStatus"], json!("CONFIRMED"));
    // The browser is signed in from now on.
    let answer = browser.get(&format!("/oauth2/authorize?{}", app.query(&[]))).await;
    assert!(parameter(&answer, "code").is_some());
}

async fn a_sign_up_leads_to_tokens_by_its_link(world: World) {
    let mut members = with_addresses();
    members["VerificationMessageTemplate"] =
        json!({ "DefaultEmailOption": "CONFIRM_WITH_LINK", "EmailMessageByLink": "Hi, {##here##}." });
    let app = App::without_jane(&world, members, json!({})).await;
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/signup?{}", app.query(&[]))).await;
    let answer = browser.submit(&page, &ann()).await;
    let page = page_at(&mut browser, &app, &answer, "/confirm").await;
    assert_eq!(heading(&page), "Check your email");
    let body = world.messages(&format!("to={ADDRESS}")).await[0]["body"].as_str().unwrap().to_owned();
    let link = body.strip_prefix("Hi, <a href=\"").unwrap().strip_suffix("\">here</a>.").unwrap();
    let link = link.replace("&amp;", "&");
    let mut mail = crate::oauth::browser::Browser::at(&world, "localhost");
    let page = mail.get(&link).await;
    assert_eq!((page.status, heading(&page).as_str()), (200, "Your registration has been confirmed!"));
    let again = mail.get(&link).await;
    assert_eq!((again.status, heading(&again).as_str()), (400, "Something went wrong"));
    for wrong in ["/confirmUser", "/confirmuser"] {
        let query = format!("client_id={}&user_name=ann&confirmation_code=000000", app.client);
        let page = mail.get(&format!("{wrong}?{query}")).await;
        assert_eq!((page.status, heading(&page).as_str()), (400, "Something went wrong"));
        let page = mail.get(&format!("{wrong}?user_name=ann&confirmation_code=000000")).await;
        let text = "Required String parameter 'client_id' is not present";
        assert_eq!((page.status, detail(&page).as_deref()), (400, Some(text)));
    }
    let answer = browser.sign_in(&app.query(&[]), "ann").await;
    assert_signed_in(&world, &app, &answer, "ann").await;
}

/// A sign-up by link needs a domain, as the pages do: whoever is on one when it goes does not come further.
async fn without_a_domain_nobody_signs_up_by_link(world: World) {
    let mut members = with_addresses();
    members["VerificationMessageTemplate"] = json!({ "DefaultEmailOption": "CONFIRM_WITH_LINK" });
    let app = App::without_jane(&world, members, json!({})).await;
    let mut browser = crate::oauth::browser::Browser::at(&world, "localhost");
    let page = browser.get(&format!("/signup?{}", app.query(&[]))).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let shown = world.ok("DescribeUserPool", json!({ "UserPoolId": app.pool })).await;
    let domain = json!({ "UserPoolId": app.pool, "Domain": shown["UserPool"]["Domain"] });
    world.ok("DeleteUserPoolDomain", domain).await;
    let answer = browser.submit(&page, &ann()).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    let named = json!({ "UserPoolId": app.pool, "Username": "ann" });
    world.refused("AdminGetUser", named, "UserNotFoundException", "User does not exist.").await;
}

/// Signs Ann up. Returns the page for her code.
async fn signed_up(browser: &mut crate::oauth::browser::Browser, app: &App) -> Answer {
    let page = browser.get(&format!("/signup?{}", app.query(&[]))).await;
    let answer = browser.submit(&page, &ann()).await;
    page_at(browser, app, &answer, "/confirm").await
}

async fn a_code_that_comes_late_confirms_without_signing_in(world: World) {
    let app = App::without_jane(&world, with_addresses(), json!({})).await;
    let mut browser = app.browser(&world);
    let page = signed_up(&mut browser, &app).await;
    world.advance(TimeDelta::minutes(5));
    let code = newest_code(&world, ADDRESS).await;
    let answer = browser.submit(&page, &[("code", &code)]).await;
    let page = page_at(&mut browser, &app, &answer, "/login").await;
    assert_eq!(notice(&page).as_deref(), Some("Your account is confirmed. Please sign in."));
    let answer = browser.submit(&page, &[("username", "ann"), ("password", PASSWORD)]).await;
    assert_signed_in(&world, &app, &answer, "ann").await;
}

/// Presses the button for another code.
async fn press_resend(browser: &mut crate::oauth::browser::Browser, page: &Answer) -> Answer {
    let (_, second) = page.text.split_once("</form>").unwrap();
    let second = Answer { text: second.to_owned(), headers: page.headers.clone(), status: page.status };
    assert!(action(&second).starts_with("/resendcode?"), "{}", action(&second));
    browser.submit(&second, &[]).await
}

async fn another_code_replaces_the_first(world: World) {
    let app = App::without_jane(&world, with_addresses(), json!({})).await;
    let mut browser = app.browser(&world);
    let page = signed_up(&mut browser, &app).await;
    let first = newest_code(&world, ADDRESS).await;
    world.advance(TimeDelta::seconds(1));
    let answer = press_resend(&mut browser, &page).await;
    let page = page_at(&mut browser, &app, &answer, "/confirm").await;
    assert_eq!(notice(&page).as_deref(), Some("A new code is on its way."));
    // It is told once.
    let page = browser.get(&format!("/confirm?{}", app.query(&[]))).await;
    assert_eq!(notice(&page), None);
    let second = newest_code(&world, ADDRESS).await;
    let page = browser.submit(&page, &[("code", &first)]).await;
    assert_alert(&page, "Invalid verification code provided, please try again.");
    let answer = browser.submit(&page, &[("code", &second)]).await;
    assert_signed_in(&world, &app, &answer, "ann").await;
}

async fn a_page_that_refuses_another_code_still_takes_the_first(world: World) {
    let app = App::without_jane(&world, with_addresses(), json!({})).await;
    let mut browser = app.browser(&world);
    let mut page = signed_up(&mut browser, &app).await;
    let mut tries = 0;
    while alert(&page).is_none() {
        let answer = press_resend(&mut browser, &page).await;
        page = if answer.status == 302 { browser.follow(&answer).await } else { answer };
        tries += 1;
        assert!(tries < 50, "codes without end");
    }
    assert_alert(&page, "Attempt limit exceeded, please try after some time.");
    assert_eq!(heading(&page), "Confirm your account");
    assert_eq!(action(&page), format!("/confirm?{}", app.query(&[])));
    let code = newest_code(&world, ADDRESS).await;
    let answer = browser.submit(&page, &[("code", &code)]).await;
    assert_signed_in(&world, &app, &answer, "ann").await;
}

async fn what_is_wrong_is_told_on_the_page(world: World) {
    let app = App::with(&world, with_addresses(), json!({})).await;
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/signup?{}", app.query(&[]))).await;
    for (changed, value, text) in [
        ("username", "jane", "User already exists."),
        ("confirm_password", "Passw0rd?", "The two passwords are not the same."),
        ("email", "", "Please check this entry: Email address"),
        ("email", "no address", "Please check this entry: Email address"),
    ] {
        let page = browser.submit(&page, &but(ann(), changed, value)).await;
        assert_alert(&page, text);
        assert_eq!(heading(&page), "Create an account");
        if changed != "username" {
            assert!(page.text.contains("name=\"username\" value=\"ann\""), "what was typed stays");
        }
        assert!(!page.text.contains(PASSWORD));
    }
    let weak = but(but(ann(), "password", "weak"), "confirm_password", "weak");
    let page = browser.submit(&page, &weak).await;
    assert_alert(&page, "The password does not follow the rules below.");
    for (rule, class) in [
        ("At least 8 characters", "broken"),
        ("At least one number", "broken"),
        ("At least one lowercase letter", "kept"),
    ] {
        assert!(page.text.contains(rule));
        let line = page.text.lines().find(|line| line.contains(rule)).unwrap();
        assert!(line.contains(&format!("<li class=\"{class} ")), "{line}");
    }
    for missing in ["username", "password"] {
        let form = but(but(ann(), missing, ""), "x", "y");
        let page = browser.submit(&page, &form).await;
        assert!(alert(&page).is_some() && page.status == 200, "{missing} {page:?}");
    }
    assert_eq!(world.messages(&format!("to={ADDRESS}")).await.len(), 0);
    let answer = browser.submit(&page, &ann()).await;
    assert!(location(&answer).starts_with("/confirm?"));
}

async fn a_name_can_be_an_address(world: World) {
    let mut members = by_email();
    members["UsernameAttributes"] = json!(["email"]);
    let app = App::without_jane(&world, members, json!({})).await;
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/signup?{}", app.query(&[]))).await;
    assert_eq!(fields(&page), ["username", "password", "confirm_password"]);
    assert!(page.text.contains("type=\"email\" id=\"username\""));
    let form = [("username", ADDRESS), ("password", PASSWORD), ("confirm_password", PASSWORD)];
    let answer = browser.submit(&page, &form).await;
    let page = page_at(&mut browser, &app, &answer, "/confirm").await;
    assert!(page.text.contains(&format!("Account: {ADDRESS}")));
    let code = newest_code(&world, ADDRESS).await;
    let answer = browser.submit(&page, &[("code", &code)]).await;
    assert!(parameter(&answer, "code").is_some(), "{}", location(&answer));
    let again = app.browser(&world).get(&format!("/signup?{}", app.query(&[]))).await;
    let mut other = app.browser(&world);
    let page = other.get(&format!("/signup?{}", app.query(&[]))).await;
    assert_eq!(heading(&again), heading(&page));
    assert_alert(&other.submit(&page, &form).await, "User already exists.");
}

async fn a_pool_that_sends_no_code_says_so(world: World) {
    let app = App::without_jane(&world, json!({}), json!({})).await;
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/signup?{}", app.query(&[]))).await;
    let form = [("username", "ann"), ("password", PASSWORD), ("confirm_password", PASSWORD)];
    assert_alert(&browser.submit(&page, &form).await, "We could not send a code. Please try again later.");
    let user = world.ok("AdminGetUser", json!({ "UserPoolId": app.pool, "Username": "ann" })).await;
    assert_eq!(user["UserStatus"], json!("UNCONFIRMED"));
}

async fn only_administrators_create_users_where_they_say_so(world: World) {
    let mut members = with_addresses();
    members["AdminCreateUserConfig"] = json!({ "AllowAdminCreateUserOnly": true });
    let app = App::without_jane(&world, members, json!({})).await;
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    assert!(!page.text.contains("/signup"));
    let page = browser.get(&format!("/signup?{}", app.query(&[]))).await;
    let page = browser.submit(&page, &ann()).await;
    assert_alert(&page, "Sign-up is not permitted here.");
    let named = json!({ "UserPoolId": app.pool, "Username": "ann" });
    assert_eq!(world.call("AdminGetUser", named).await.error().0, "UserNotFoundException");
}

async fn another_browser_does_not_know_the_sign_up(world: World) {
    let app = App::without_jane(&world, with_addresses(), json!({})).await;
    let mut browser = app.browser(&world);
    signed_up(&mut browser, &app).await;
    let mut other = app.browser(&world);
    let answer = other.get(&format!("/confirm?{}", app.query(&[]))).await;
    assert!(location(&answer).starts_with("/login?"));
    // What the first browser holds does not sign in without the code.
    let answer = browser.get(&format!("/mfa?{}", app.query(&[]))).await;
    assert!(location(&answer).starts_with("/login?"));
}
