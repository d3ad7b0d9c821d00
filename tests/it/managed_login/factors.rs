//! Second factors at the pages: codes that are sent, authenticator apps, the choice between them, and setting one up.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{assert_alert, assert_signed_in, choices, fields, newest_code, other_than, page_at};
use crate::mfa::code;
use crate::oauth::browser::{Browser, heading, location};
use crate::oauth::{App, api_flows};
use crate::world::{Answer, World, on_both};

on_both!(
    a_text_message_brings_a_code,
    an_email_brings_a_code,
    an_authenticator_app_shows_a_code,
    a_person_with_several_factors_chooses,
    a_pool_that_insists_has_an_app_set_up,
    a_pool_that_insists_on_what_nobody_has_says_so,
    wrong_codes_lock,
    a_code_counts_once_in_a_sign_in_that_waits,
    a_second_factor_is_not_passed_over,
);

/// A pool with these second factors, and Jane.
async fn app_with(world: &World, mode: &str, factors: &[&str]) -> App {
    let recovery = json!({ "RecoveryMechanisms": [{ "Name": "admin_only", "Priority": 1 }] });
    let mut members = json!({ "AccountRecoverySetting": recovery });
    if factors.contains(&"email") {
        members["EmailConfiguration"] = json!({
            "EmailSendingAccount": "DEVELOPER",
            "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/team@example.com",
        });
    }
    let app = App::with(world, members, api_flows()).await;
    let mut request = json!({ "UserPoolId": app.pool, "MfaConfiguration": mode });
    for factor in factors {
        match *factor {
            "sms" => {
                let sender = json!({ "SnsCallerArn": "arn:aws:iam::123456789012:role/sms" });
                request["SmsMfaConfiguration"] = json!({ "SmsConfiguration": sender });
            }
            "email" => request["EmailMfaConfiguration"] = json!({}),
            _ => request["SoftwareTokenMfaConfiguration"] = json!({ "Enabled": true }),
        }
    }
    world.ok("SetUserPoolMfaConfig", request).await;
    app
}

async fn prefer(world: &World, app: &App, settings: Value) {
    let mut request = json!({ "UserPoolId": app.pool, "Username": "jane" });
    request.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    world.ok("AdminSetUserMFAPreference", request).await;
}

/// Signs Jane in as far as her second factor. Returns the page at this path.
async fn asked(world: &World, app: &App, path: &str) -> (Browser, Answer) {
    let mut browser = app.browser(world);
    let answer = browser.sign_in(&app.query(&[]), "jane").await;
    assert_eq!(browser.cookie("cognito"), None, "not yet");
    let page = page_at(&mut browser, app, &answer, path).await;
    (browser, page)
}

async fn a_text_message_brings_a_code(world: World) {
    let app = app_with(&world, "OPTIONAL", &["sms"]).await;
    prefer(&world, &app, json!({ "SMSMfaSettings": { "Enabled": true, "PreferredMfa": true } })).await;
    let (mut browser, page) = asked(&world, &app, "/mfa").await;
    assert_eq!((heading(&page).as_str(), fields(&page)), ("Confirm that it’s you", vec!["code".to_owned()]));
    assert!(page.text.contains("We sent a text message with a code to +*******0100."), "{}", page.text);
    let sent = newest_code(&world, "%2B15555550100").await;
    let page = browser.submit(&page, &[("code", &other_than(&sent))]).await;
    assert_alert(&page, "Invalid verification code provided, please try again.");
    let page = browser.submit(&page, &[("code", "")]).await;
    assert_alert(&page, "Invalid verification code provided, please try again.");
    let answer = browser.submit(&page, &[("code", &format!(" {sent} "))]).await;
    assert_signed_in(&world, &app, &answer, "jane").await;
    assert!(browser.cookie("cognito").is_some());
}

async fn an_email_brings_a_code(world: World) {
    let app = app_with(&world, "OPTIONAL", &["email"]).await;
    prefer(&world, &app, json!({ "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } })).await;
    let (mut browser, page) = asked(&world, &app, "/mfa").await;
    assert!(page.text.contains("We sent a code to j***@e***. Check your email."), "{}", page.text);
    let sent = newest_code(&world, "jane@example.com").await;
    let page = browser.submit(&page, &[("code", &other_than(&sent))]).await;
    assert_alert(&page, "Invalid verification code provided, please try again.");
    let answer = browser.submit(&page, &[("code", &sent)]).await;
    assert_signed_in(&world, &app, &answer, "jane").await;
}

/// Sets up Jane's app by the API. Returns its secret.
async fn register(world: &World, app: &App) -> Value {
    let tokens = world.sign_in(&app.client, "jane").await;
    let token = &tokens["AccessToken"];
    let secret =
        world.ok("AssociateSoftwareToken", json!({ "AccessToken": token })).await["SecretCode"].clone();
    let verify = json!({ "AccessToken": token, "UserCode": code(world, &secret) });
    world.ok("VerifySoftwareToken", verify).await;
    world.advance(TimeDelta::seconds(30));
    secret
}

async fn an_authenticator_app_shows_a_code(world: World) {
    let app = app_with(&world, "OPTIONAL", &["app"]).await;
    let secret = register(&world, &app).await;
    prefer(&world, &app, json!({ "SoftwareTokenMfaSettings": { "Enabled": true, "PreferredMfa": true } }))
        .await;
    let (mut browser, page) = asked(&world, &app, "/mfa").await;
    assert!(page.text.contains("Enter the code that your authenticator app shows."));
    let shown = code(&world, &secret);
    let page = browser.submit(&page, &[("code", &other_than(&shown))]).await;
    assert_alert(&page, "This is not the code that your app shows now. Please try again.");
    let answer = browser.submit(&page, &[("code", &shown)]).await;
    assert_signed_in(&world, &app, &answer, "jane").await;
    let (mut browser, page) = asked(&world, &app, "/mfa").await;
    let page = browser.submit(&page, &[("code", &shown)]).await;
    assert_alert(&page, "This code has already been used. Please wait for the next one.");
    world.advance(TimeDelta::seconds(30));
    let answer = browser.submit(&page, &[("code", &code(&world, &secret))]).await;
    assert_signed_in(&world, &app, &answer, "jane").await;
}

async fn a_person_with_several_factors_chooses(world: World) {
    let app = app_with(&world, "OPTIONAL", &["sms", "app", "email"]).await;
    let secret = register(&world, &app).await;
    let on = json!({ "Enabled": true });
    prefer(
        &world,
        &app,
        json!({ "SMSMfaSettings": on, "SoftwareTokenMfaSettings": on, "EmailMfaSettings": on }),
    )
    .await;
    let names = ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"];
    for name in names {
        world.advance(TimeDelta::seconds(30));
        let (mut browser, page) = asked(&world, &app, "/selectMfa").await;
        assert_eq!(choices(&page), names);
        let again = browser.submit(&page, &[("factor", "WEB_AUTHN")]).await;
        assert!(again.status == 200 && choices(&again) == names, "{}", again.text);
        let answer = browser.submit(&page, &[("factor", name)]).await;
        let page = page_at(&mut browser, &app, &answer, "/mfa").await;
        let code = match name {
            "SMS_MFA" => newest_code(&world, "%2B15555550100").await,
            "EMAIL_OTP" => newest_code(&world, "jane@example.com").await,
            _ => code(&world, &secret),
        };
        let answer = browser.submit(&page, &[("code", &code)]).await;
        assert_signed_in(&world, &app, &answer, "jane").await;
    }
}

async fn a_pool_that_insists_has_an_app_set_up(world: World) {
    let app = app_with(&world, "ON", &["app"]).await;
    let (mut browser, page) = asked(&world, &app, "/mfaSetup/totp").await;
    assert_eq!(heading(&page), "Set up an authenticator app");
    assert!(page.text.contains("<img class=\"qr\" src=\"data:image/svg+xml;base64,"));
    let grouped = page.text.split("<code class=\"secret\">").nth(1).unwrap().split('<').next().unwrap();
    let secret = json!(grouped.replace(' ', ""));
    world.advance(TimeDelta::minutes(5) - TimeDelta::seconds(1));
    let shown = code(&world, &secret);
    let page = browser.submit(&page, &[("code", &other_than(&shown))]).await;
    assert_alert(&page, "This is not the code that your app shows now. Please try again.");
    assert!(page.text.contains(grouped), "the same secret");
    let reloaded = browser.get(&format!("/mfaSetup/totp?{}", app.query(&[]))).await;
    assert!(reloaded.text.contains(grouped));
    let answer = browser.submit(&page, &[("code", &shown)]).await;
    assert_signed_in(&world, &app, &answer, "jane").await;
    // From now on it is asked for.
    world.advance(TimeDelta::seconds(30));
    let (mut browser, page) = asked(&world, &app, "/mfa").await;
    let answer = browser.submit(&page, &[("code", &code(&world, &secret))]).await;
    assert_signed_in(&world, &app, &answer, "jane").await;
}

async fn a_pool_that_insists_on_what_nobody_has_says_so(world: World) {
    let app = app_with(&world, "ON", &["sms"]).await;
    let delete =
        json!({ "UserPoolId": app.pool, "Username": "jane", "UserAttributeNames": ["phone_number"] });
    world.ok("AdminDeleteUserAttributes", delete).await;
    let text = "There is no second step that you could use to sign in. Please contact an administrator.";
    let mut browser = app.browser(&world);
    assert_alert(&browser.sign_in(&app.query(&[]), "jane").await, text);
    // Also where a new password comes before: the page to sign in at follows, and works.
    let temporary =
        json!({ "UserPoolId": app.pool, "Username": "jane", "Password": "Temp0rary!", "Permanent": false });
    world.ok("AdminSetUserPassword", temporary).await;
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    let answer = browser.submit(&page, &[("username", "jane"), ("password", "Temp0rary!")]).await;
    let page = page_at(&mut browser, &app, &answer, "/changePassword").await;
    let page = browser.submit(&page, &[("password", "N3w-word!"), ("confirm_password", "N3w-word!")]).await;
    assert_alert(&page, text);
}

async fn wrong_codes_lock(world: World) {
    let app = app_with(&world, "OPTIONAL", &["sms"]).await;
    prefer(&world, &app, json!({ "SMSMfaSettings": { "Enabled": true, "PreferredMfa": true } })).await;
    let (mut browser, mut page) = asked(&world, &app, "/mfa").await;
    let sent = newest_code(&world, "%2B15555550100").await;
    let wrong = other_than(&sent);
    for _ in 0..5 {
        page = browser.submit(&page, &[("code", &wrong)]).await;
        assert_alert(&page, "Invalid verification code provided, please try again.");
    }
    page = browser.submit(&page, &[("code", &sent)]).await;
    assert_alert(&page, "Password attempts exceeded. Please try again later.");
    world.advance(TimeDelta::seconds(1));
    let answer = browser.submit(&page, &[("code", &sent)]).await;
    assert_signed_in(&world, &app, &answer, "jane").await;
}

async fn a_code_counts_once_in_a_sign_in_that_waits(world: World) {
    let app = app_with(&world, "OPTIONAL", &["sms"]).await;
    prefer(&world, &app, json!({ "SMSMfaSettings": { "Enabled": true, "PreferredMfa": true } })).await;
    let (mut browser, page) = asked(&world, &app, "/mfa").await;
    let sent = newest_code(&world, "%2B15555550100").await;
    let mut again = browser.clone();
    assert!(location(&browser.submit(&page, &[("code", &sent)]).await).contains("code="));
    let answer = again.submit(&page, &[("code", &sent)]).await;
    assert!(location(&answer).starts_with("/login?"), "{}", location(&answer));
    assert_eq!(again.cookie("cognito"), None);
}

async fn a_second_factor_is_not_passed_over(world: World) {
    let app = app_with(&world, "OPTIONAL", &["sms"]).await;
    prefer(&world, &app, json!({ "SMSMfaSettings": { "Enabled": true, "PreferredMfa": true } })).await;
    let (mut browser, _) = asked(&world, &app, "/mfa").await;
    for path in ["/oauth2/authorize", "/login"] {
        let answer = browser.get(&format!("{path}?{}", app.query(&[]))).await;
        assert!(answer.status == 200 || location(&answer).starts_with("/login?"), "{path}");
    }
    for path in ["/changePassword", "/selectChallenge", "/selectMfa", "/password", "/mfaSetup/totp"] {
        let answer = browser.get(&format!("{path}?{}", app.query(&[]))).await;
        assert!(location(&answer).starts_with("/mfa?"), "{path} {}", location(&answer));
    }
    assert_eq!(browser.cookie("cognito"), None);
}
