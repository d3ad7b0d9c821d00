//! Guessing passwords and codes: wrong guesses of a factor are forgotten when that factor is proved, and by nothing else.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::mfa::code;
use crate::oauth::App;
use crate::oauth::browser::{Browser, alert};
use crate::world::{ALL_FLOWS, Answer, PASSWORD, World, on_both};

on_both!(
    a_right_password_does_not_forget_wrong_codes_of_an_app,
    a_code_that_was_asked_for_does_not_forget_wrong_passwords,
    a_new_session_does_not_bring_new_tries,
    a_code_is_tried_ten_times,
    so_many_codes_are_sent_in_an_hour,
    guesses_at_the_same_moment_are_not_judged,
    an_app_that_is_set_up_forgets_no_wrong_codes,
    a_new_password_forgets_wrong_passwords_alone,
    a_name_that_nobody_has_is_locked_as_one_that_somebody_has,
    pages_and_the_api_count_together,
);

const LOCKED: &str = "Password attempts exceeded";

/// Whether a guess was looked at: the answer says that it was wrong.
fn is_judged(answer: Answer) -> bool {
    let (_, text) = answer.error();
    assert!(text == LOCKED || text.starts_with("Invalid code") || text.starts_with("Incorrect"), "{text}");
    text != LOCKED
}

fn print(attack: &str, judged: usize, sent: usize) {
    println!("{attack}: {judged} of {sent} guesses were judged");
}

/// A pool with an authenticator app as second factor, and codes by e-mail in place of passwords.
async fn pool(world: &World) -> String {
    let factors = json!({ "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] });
    let pool = world
        .pool(json!({ "Policies": { "SignInPolicy": factors }, "AutoVerifiedAttributes": ["email"] }))
        .await;
    let mfa = json!({ "UserPoolId": pool, "MfaConfiguration": "OPTIONAL",
                      "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    world.ok("SetUserPoolMfaConfig", mfa).await;
    pool
}

async fn jane(world: &World) -> (String, String) {
    let pool = pool(world).await;
    world.user(&pool, "jane", json!({ "email": "jane@example.com", "email_verified": "true" })).await;
    let client = world.open_client(&pool).await;
    (pool, client)
}

/// Registers an app for Jane. Returns its secret.
async fn register(world: &World, client: &str) -> Value {
    let access = world.sign_in(client, "jane").await["AccessToken"].clone();
    let secret =
        world.ok("AssociateSoftwareToken", json!({ "AccessToken": access })).await["SecretCode"].clone();
    let verify = json!({ "AccessToken": access, "UserCode": code(world, &secret) });
    world.ok("VerifySoftwareToken", verify).await;
    world.advance(TimeDelta::seconds(60));
    secret
}

/// A code of the same length that is not right, nor right in a period before or after.
fn other_than(code: &str) -> String {
    code.chars().map(|digit| if digit == '9' { '0' } else { char::from(digit as u8 + 1) }).collect()
}

async fn totp(world: &World, client: &str, challenge: &Value, code: &str) -> Answer {
    world.respond(client, challenge, json!({ "USERNAME": "jane", "SOFTWARE_TOKEN_MFA_CODE": code })).await
}

async fn a_right_password_does_not_forget_wrong_codes_of_an_app(world: World) {
    let (_, client) = jane(&world).await;
    let secret = register(&world, &client).await;
    let wrong = other_than(&code(&world, &secret));
    let (mut judged, mut sent) = (0, 0);
    for _ in 0..8 {
        let challenge = world.initiate(&client, "jane", PASSWORD).await.ok();
        for _ in 0..4 {
            sent += 1;
            judged += usize::from(is_judged(totp(&world, &client, &challenge, &wrong).await));
        }
    }
    print("password, four codes of an app, password again", judged, sent);
    assert_eq!(judged, 5);
    // Who knows better waits, and is in; the count is gone.
    world.advance(TimeDelta::seconds(1));
    let challenge = world.initiate(&client, "jane", PASSWORD).await.ok();
    totp(&world, &client, &challenge, &code(&world, &secret)).await.ok();
    world.advance(TimeDelta::seconds(60));
    let challenge = world.initiate(&client, "jane", PASSWORD).await.ok();
    let wrong = other_than(&code(&world, &secret));
    for _ in 0..4 {
        assert!(is_judged(totp(&world, &client, &challenge, &wrong).await));
    }
    totp(&world, &client, &challenge, &code(&world, &secret)).await.ok();
}

fn by_choice(client: &str, name: &str, preferred: &str) -> Value {
    let parameters = json!({ "USERNAME": name, "PREFERRED_CHALLENGE": preferred });
    json!({ "ClientId": client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters })
}

async fn email_code(world: &World, client: &str, challenge: &Value, code: &str) -> Answer {
    world.respond(client, challenge, json!({ "USERNAME": "jane", "EMAIL_OTP_CODE": code })).await
}

async fn newest_code(world: &World) -> String {
    world.messages("to=jane@example.com").await[0]["code"].as_str().unwrap().to_owned()
}

async fn a_code_that_was_asked_for_does_not_forget_wrong_passwords(world: World) {
    let (_, client) = jane(&world).await;
    let (mut judged, mut sent) = (0, 0);
    for _ in 0..6 {
        for _ in 0..4 {
            sent += 1;
            judged += usize::from(is_judged(world.initiate(&client, "jane", "Wr0ng-word").await));
        }
        world.ok("InitiateAuth", by_choice(&client, "jane", "EMAIL_OTP")).await;
    }
    print("four passwords, a code by e-mail, passwords again", judged, sent);
    assert_eq!(judged, 5);
    // Locked passwords lock no codes.
    world.advance(TimeDelta::milliseconds(500));
    let challenge = world.ok("InitiateAuth", by_choice(&client, "jane", "EMAIL_OTP")).await;
    email_code(&world, &client, &challenge, &newest_code(&world).await).await.ok();
    assert!(
        !is_judged(world.initiate(&client, "jane", "Wr0ng-word").await),
        "a code is no proof of a password"
    );
    world.advance(TimeDelta::milliseconds(500));
    world.sign_in(&client, "jane").await;
}

async fn a_new_session_does_not_bring_new_tries(world: World) {
    let (_, client) = jane(&world).await;
    let other = world.replica(api::config::Config::default()).await;
    let (mut judged, mut sent) = (0, 0);
    for number in 0..8 {
        let server = if number % 2 == 0 { &world } else { &other };
        let answer = server.call("InitiateAuth", by_choice(&client, "jane", "EMAIL_OTP")).await;
        if answer.status != 200 {
            assert_eq!(answer.error().1, LOCKED);
            continue;
        }
        let challenge = answer.ok();
        let wrong = other_than(&newest_code(&world).await);
        for _ in 0..4 {
            sent += 1;
            judged += usize::from(is_judged(email_code(server, &client, &challenge, &wrong).await));
        }
    }
    print("four codes of eight digits a session, on two replicas", judged, sent);
    assert_eq!(judged, 5);
    world.advance(TimeDelta::seconds(2));
    let challenge = world.ok("InitiateAuth", by_choice(&client, "jane", "EMAIL_OTP")).await;
    email_code(&world, &client, &challenge, &newest_code(&world).await).await.ok();
}

async fn a_code_is_tried_ten_times(world: World) {
    let pool = pool(&world).await;
    world.user(&pool, "jane", json!({ "email": "jane@example.com", "email_verified": "true" })).await;
    let patient = json!({ "ExplicitAuthFlows": ALL_FLOWS, "AuthSessionValidity": 15 });
    let client = world.client(&pool, patient).await;
    let challenge = world.ok("InitiateAuth", by_choice(&client, "jane", "EMAIL_OTP")).await;
    let right = newest_code(&world).await;
    let wrong = other_than(&right);
    let mut judged = 0;
    for seconds in [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64] {
        world.advance(TimeDelta::seconds(seconds));
        let (code, text) = email_code(&world, &client, &challenge, &wrong).await.error();
        if code == "CodeMismatchException" {
            judged += 1;
        } else {
            assert_eq!(text, "Invalid session for the user, session can only be used once.");
        }
    }
    print("one code, with patience", judged, 12);
    assert_eq!(judged, 10);
    world.advance(TimeDelta::seconds(64));
    assert_eq!(email_code(&world, &client, &challenge, &right).await.error().0, "NotAuthorizedException");
    let challenge = world.ok("InitiateAuth", by_choice(&client, "jane", "EMAIL_OTP")).await;
    email_code(&world, &client, &challenge, &newest_code(&world).await).await.ok();
}

async fn so_many_codes_are_sent_in_an_hour(world: World) {
    let (_, client) = jane(&world).await;
    // A test suite signs in by code all day long.
    for _ in 0..25 {
        let challenge = world.ok("InitiateAuth", by_choice(&client, "jane", "EMAIL_OTP")).await;
        email_code(&world, &client, &challenge, &newest_code(&world).await).await.ok();
        world.advance(TimeDelta::seconds(1));
    }
    let mut sent = 0;
    for _ in 0..30 {
        let answer = world.call("InitiateAuth", by_choice(&client, "jane", "EMAIL_OTP")).await;
        if answer.status == 200 {
            sent += 1;
        } else {
            let text = "Attempt limit exceeded, please try after some time.".to_owned();
            assert_eq!(answer.error(), ("TooManyRequestsException".to_owned(), text));
        }
    }
    println!("30 requests for a code that nobody reads: {sent} codes were sent");
    assert_eq!(sent, 20);
    world.sign_in(&client, "jane").await;
    world.advance(TimeDelta::hours(1));
    world.ok("InitiateAuth", by_choice(&client, "jane", "EMAIL_OTP")).await;
}

async fn guesses_at_the_same_moment_are_not_judged(world: World) {
    let (_, client) = jane(&world).await;
    let challenge = world.ok("InitiateAuth", by_choice(&client, "jane", "EMAIL_OTP")).await;
    let wrong = other_than(&newest_code(&world).await);
    let world = std::sync::Arc::new(world);
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..60 {
        let (world, client, challenge, wrong) =
            (world.clone(), client.clone(), challenge.clone(), wrong.clone());
        all.spawn(async move { is_judged(email_code(&world, &client, &challenge, &wrong).await) });
    }
    let judged = all.join_all().await.into_iter().filter(|judged| *judged).count();
    print("codes at the same moment", judged, 60);
    assert_eq!(judged, 5);
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..60 {
        let (world, client) = (world.clone(), client.clone());
        all.spawn(async move { is_judged(world.initiate(&client, "jane", "Wr0ng-word").await) });
    }
    let judged = all.join_all().await.into_iter().filter(|judged| *judged).count();
    print("passwords at the same moment", judged, 60);
    assert_eq!(judged, 5);
}

async fn an_app_that_is_set_up_forgets_no_wrong_codes(world: World) {
    let (_, client) = jane(&world).await;
    let access = world.sign_in(&client, "jane").await["AccessToken"].clone();
    let secret = register(&world, &client).await;
    let wrong = other_than(&code(&world, &secret));
    let (mut judged, mut sent) = (0, 0);
    let mut secret = secret;
    for _ in 0..3 {
        let challenge = world.initiate(&client, "jane", PASSWORD).await.ok();
        for _ in 0..4 {
            sent += 1;
            judged += usize::from(is_judged(totp(&world, &client, &challenge, &wrong).await));
        }
        let associated = world.ok("AssociateSoftwareToken", json!({ "AccessToken": access })).await;
        secret = associated["SecretCode"].clone();
        let verify = json!({ "AccessToken": access, "UserCode": code(&world, &secret) });
        world.ok("VerifySoftwareToken", verify).await;
        let prefer = json!({ "AccessToken": access, "SoftwareTokenMfaSettings": { "Enabled": true, "PreferredMfa": true } });
        world.ok("SetUserMFAPreference", prefer).await;
    }
    print("codes of an app, with another app set up between", judged, sent);
    assert_eq!(judged, 5);
    world.advance(TimeDelta::seconds(60));
    let challenge = world.initiate(&client, "jane", PASSWORD).await.ok();
    totp(&world, &client, &challenge, &code(&world, &secret)).await.ok();
}

async fn a_new_password_forgets_wrong_passwords_alone(world: World) {
    let (pool, client) = jane(&world).await;
    let secret = register(&world, &client).await;
    let challenge = world.initiate(&client, "jane", PASSWORD).await.ok();
    let wrong = other_than(&code(&world, &secret));
    for _ in 0..5 {
        assert!(is_judged(totp(&world, &client, &challenge, &wrong).await));
        assert!(is_judged(world.initiate(&client, "jane", "Wr0ng-word").await));
    }
    assert!(!is_judged(world.initiate(&client, "jane", PASSWORD).await));
    world.ok("ForgotPassword", json!({ "ClientId": client, "Username": "jane" })).await;
    let confirm = json!({ "ClientId": client, "Username": "jane", "ConfirmationCode": newest_code(&world).await,
                          "Password": "N3w-word!" });
    world.ok("ConfirmForgotPassword", confirm).await;
    let challenge = world.initiate(&client, "jane", "N3w-word!").await.ok();
    assert!(!is_judged(totp(&world, &client, &challenge, &wrong).await), "the app's codes stay locked");
    let set = json!({ "UserPoolId": pool, "Username": "jane", "Password": PASSWORD, "Permanent": true });
    world.ok("AdminSetUserPassword", set).await;
    assert!(!is_judged(totp(&world, &client, &challenge, &wrong).await), "the app's codes stay locked");
}

async fn a_name_that_nobody_has_is_locked_as_one_that_somebody_has(world: World) {
    let (pool, _) = jane(&world).await;
    let hiding = json!({ "ExplicitAuthFlows": ALL_FLOWS, "PreventUserExistenceErrors": "ENABLED" });
    let client = world.client(&pool, hiding).await;
    let mut told = Vec::new();
    for name in ["jane", "nobody"] {
        let mut lines = Vec::new();
        for seconds in [0, 0, 0, 0, 0, 0, 1, 0, 2, 3, 900, 901, 0] {
            world.advance(TimeDelta::seconds(seconds));
            lines.push(world.initiate(&client, name, "Wr0ng-word").await.error());
        }
        // The other factor of the same name is not locked.
        let challenge = world.ok("InitiateAuth", by_choice(&client, name, "EMAIL_OTP")).await;
        for _ in 0..7 {
            let answers = json!({ "USERNAME": name, "EMAIL_OTP_CODE": "0" });
            lines.push(world.respond(&client, &challenge, answers).await.error());
        }
        let mut codes = 0;
        world.advance(TimeDelta::minutes(3));
        for _ in 0..25 {
            let answer = world.call("InitiateAuth", by_choice(&client, name, "EMAIL_OTP")).await;
            codes += usize::from(answer.status == 200);
        }
        lines.push((codes.to_string(), "codes".to_owned()));
        told.push(lines);
        world.advance(TimeDelta::hours(2));
    }
    println!("a user and nobody: {} answers, equal: {}", told[0].len(), told[0] == told[1]);
    assert_eq!(told[0], told[1]);
    assert!(told[0].iter().any(|(_, text)| text == LOCKED));
}

async fn pages_and_the_api_count_together(world: World) {
    let app = App::with(
        &world,
        json!({}),
        json!({ "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] }),
    )
    .await;
    let other = world.replica(api::config::Config::default()).await;
    let mut told = Vec::new();
    let mut browser: Browser = app.browser(&world);
    for number in 0..9 {
        if number % 3 == 0 {
            told.push(is_judged(other.initiate(&app.client, "jane", "Wr0ng-word").await));
            continue;
        }
        browser.turn_to(if number % 3 == 1 { &world } else { &other });
        let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
        let page = browser.submit(&page, &[("username", "jane"), ("password", "Wr0ng-word")]).await;
        told.push(alert(&page).unwrap().starts_with("Incorrect"));
    }
    let judged = told.iter().filter(|judged| **judged).count();
    print("passwords in turn at pages and at the API of two replicas", judged, told.len());
    assert_eq!(judged, 5);
    world.advance(TimeDelta::seconds(1));
    world.sign_in(&app.client, "jane").await;
}
