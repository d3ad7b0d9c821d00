//! Who exists: where a client hides it, a name that nobody has is answered as one that somebody has, at the API and on pages.

use serde_json::{Value, json};

use crate::oauth::App;
use crate::oauth::browser::{Browser, alert};
use crate::world::{ALL_FLOWS, Answer, PASSWORD, World, on_both};

on_both!(
    sign_ins_tell_nothing_of_who_exists,
    forgotten_passwords_tell_nothing_of_who_exists,
    states_of_users_are_not_told_by_forgotten_passwords,
    codes_of_sign_ups_tell_nothing_of_who_exists,
    pages_tell_nothing_of_who_exists,
    what_is_made_up_stays,
    a_client_that_talks_still_talks,
);

const HIDING: &str = "ENABLED";
const ROLE: &str = "arn:aws:iam::123456789012:role/sms";

/// A pool of each kind, with a name of a user that it may have and one that nobody has.
fn pools() -> Vec<(&'static str, Value, [&'static str; 2])> {
    let codes = |factors: Value| json!({ "SignInPolicy": { "AllowedFirstAuthFactors": factors } });
    let names = ["jane", "nobody"];
    let emails = ["jane@example.com", "nobody@example.org"];
    let phone = json!({ "SnsCallerArn": ROLE });
    vec![
        ("plain", json!({}), names),
        ("verifies", json!({ "AutoVerifiedAttributes": ["email"] }), names),
        (
            "codes",
            json!({ "AutoVerifiedAttributes": ["email"], "Policies": codes(json!(["PASSWORD", "EMAIL_OTP"])) }),
            names,
        ),
        (
            "all codes",
            json!({ "AutoVerifiedAttributes": ["email"],
            "Policies": codes(json!(["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"])) }),
            names,
        ),
        (
            "signs in by e-mail",
            json!({ "UsernameAttributes": ["email"], "AutoVerifiedAttributes": ["email"],
            "Policies": codes(json!(["PASSWORD", "EMAIL_OTP"])) }),
            emails,
        ),
        (
            "alias",
            json!({ "AliasAttributes": ["email", "preferred_username"], "AutoVerifiedAttributes": ["email"],
            "Policies": codes(json!(["PASSWORD", "EMAIL_OTP"])) }),
            emails,
        ),
        (
            "telephone",
            json!({ "AutoVerifiedAttributes": ["phone_number"], "SmsConfiguration": phone,
            "Policies": codes(json!(["PASSWORD", "SMS_OTP"])) }),
            names,
        ),
    ]
}

async fn hiding_client(world: &World, pool: &str) -> String {
    let members = json!({ "ExplicitAuthFlows": ALL_FLOWS, "PreventUserExistenceErrors": HIDING });
    world.client(pool, members).await
}

/// The user of such a pool, with what it asks for.
async fn jane(world: &World, kind: &str, pool: &str, name: &str) {
    let username = if kind == "alias" { "jane" } else { name };
    let attributes = if kind == "telephone" {
        json!({ "phone_number": "+15555550100", "phone_number_verified": "true" })
    } else {
        json!({ "email": "jane@example.com", "email_verified": "true" })
    };
    world.user(pool, username, attributes).await;
}

/// What an answer looks like: its values replaced by their form.
fn form(value: &Value, key: &str) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), form(value, key)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(values) => values.iter().map(|value| form(value, key)).collect(),
        Value::String(text) => match key {
            "Destination" | "CODE_DELIVERY_DESTINATION" => json!(masked_form(text)),
            "Session" | "SALT" | "SECRET_BLOCK" => json!(text.len()),
            "SRP_B" => json!("a number"),
            "USERNAME" | "USER_ID_FOR_SRP" => json!(if text.len() == 36 { "uuid" } else { "name" }),
            _ => value.clone(),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn masked_form(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_alphabetic() {
                'x'
            } else if c.is_ascii_digit() {
                '0'
            } else {
                c
            }
        })
        .collect()
}

fn told(answer: &Answer) -> String {
    let body: Value = serde_json::from_str(&answer.text).unwrap();
    format!("{} {}", answer.status, form(&body, ""))
}

fn begin(client: &str, flow: &str, parameters: Value) -> Value {
    json!({ "ClientId": client, "AuthFlow": flow, "AuthParameters": parameters })
}

/// Everything that a stranger can try at the API with a name, short of knowing a password.
async fn sign_ins(world: &World, client: &str, name: &str) -> Vec<String> {
    let mut lines = Vec::new();
    lines.push(told(&world.initiate(client, name, "Wr0ng-word").await));
    // Any A does: the proof is wrong.
    let srp = begin(client, "USER_SRP_AUTH", json!({ "USERNAME": name, "SRP_A": "abcdef" }));
    for typed in ["USERNAME", "other", name] {
        let challenge = world.call("InitiateAuth", srp.clone()).await;
        lines.push(told(&challenge));
        let challenge = challenge.ok();
        let parameters = &challenge["ChallengeParameters"];
        let known = parameters["USER_ID_FOR_SRP"].as_str().unwrap();
        let answers = json!({
            "USERNAME": if typed == "USERNAME" { known } else { typed },
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": "AAAA", "TIMESTAMP": "Fri Jan 2 03:04:05 UTC 2026",
        });
        lines.push(told(&world.respond(client, &challenge, answers).await));
    }
    let choice = world.call("InitiateAuth", begin(client, "USER_AUTH", json!({ "USERNAME": name }))).await;
    lines.push(told(&choice));
    let offered = choice.ok()["AvailableChallenges"].clone();
    for factor in ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"] {
        let preferred = json!({ "USERNAME": name, "PREFERRED_CHALLENGE": factor });
        let asked = world.call("InitiateAuth", begin(client, "USER_AUTH", preferred)).await;
        lines.push(told(&asked));
        if !offered.as_array().unwrap().contains(&json!(factor)) {
            continue;
        }
        let choice = world.ok("InitiateAuth", begin(client, "USER_AUTH", json!({ "USERNAME": name }))).await;
        let asked = world.respond(client, &choice, json!({ "USERNAME": name, "ANSWER": factor })).await;
        lines.push(told(&asked));
        let guess = json!({ "USERNAME": name, "PASSWORD": "Wr0ng-word", "EMAIL_OTP_CODE": "0", "SMS_OTP_CODE": "0",
                            "SRP_A": "abcdef" });
        let asked = asked.ok();
        for _ in 0..7 {
            lines.push(told(&world.respond(client, &asked, guess.clone()).await));
        }
    }
    lines
}

/// Prints how many answers were alike, and asserts that all were.
#[track_caller]
fn assert_alike(attack: &str, known: &[String], unknown: &[String]) {
    let differ: Vec<_> = known.iter().zip(unknown).filter(|(known, unknown)| known != unknown).collect();
    println!("{attack}: {} answers each, {} differ", known.len(), differ.len());
    assert!(differ.is_empty() && known.len() == unknown.len(), "{attack}: {differ:#?}");
}

async fn sign_ins_tell_nothing_of_who_exists(world: World) {
    for (kind, settings, [known, unknown]) in pools() {
        let pool = world.pool(settings).await;
        jane(&world, kind, &pool, known).await;
        let client = hiding_client(&world, &pool).await;
        let mut lines = Vec::new();
        for name in [known, unknown] {
            let mut of_name = sign_ins(&world, &client, name).await;
            if kind == "alias" {
                // A user's own name is told in place of an alias: the service does so too.
                of_name.iter_mut().for_each(|line| *line = line.replace("\"uuid\"", "\"name\""));
            }
            lines.push(of_name);
        }
        assert_alike(kind, &lines[0], &lines[1]);
    }
}

async fn forgotten(world: &World, client: &str, name: &str) -> Vec<String> {
    let forgot = json!({ "ClientId": client, "Username": name });
    let confirm =
        json!({ "ClientId": client, "Username": name, "ConfirmationCode": "abc", "Password": "N3w-word!" });
    let mut lines = vec![told(&world.call("ConfirmForgotPassword", confirm.clone()).await)];
    for _ in 0..7 {
        lines.push(told(&world.call("ForgotPassword", forgot.clone()).await));
    }
    for _ in 0..8 {
        lines.push(told(&world.call("ConfirmForgotPassword", confirm.clone()).await));
    }
    world.advance(chrono::TimeDelta::minutes(59));
    for _ in 0..8 {
        lines.push(told(&world.call("ConfirmForgotPassword", confirm.clone()).await));
    }
    world.advance(chrono::TimeDelta::minutes(1));
    lines.push(told(&world.call("ConfirmForgotPassword", confirm).await));
    lines.push(told(&world.call("ForgotPassword", forgot).await));
    lines
}

async fn forgotten_passwords_tell_nothing_of_who_exists(world: World) {
    for (kind, settings, [known, unknown]) in pools() {
        let mut settings = settings;
        for mechanism in [None, Some("admin_only")] {
            if let Some(name) = mechanism {
                settings["AccountRecoverySetting"] =
                    json!({ "RecoveryMechanisms": [{ "Name": name, "Priority": 1 }] });
            }
            let pool = world.pool(settings.clone()).await;
            jane(&world, kind, &pool, known).await;
            let client = hiding_client(&world, &pool).await;
            let lines = [forgotten(&world, &client, known).await, forgotten(&world, &client, unknown).await];
            assert_alike(kind, &lines[0], &lines[1]);
        }
    }
}

async fn states_of_users_are_not_told_by_forgotten_passwords(world: World) {
    let pool = world.pool(json!({ "AutoVerifiedAttributes": ["email"] })).await;
    let client = hiding_client(&world, &pool).await;
    let address = json!({ "email": "user@example.com", "email_verified": "true" });
    let expected = forgotten(&world, &client, "nobody").await;
    world.user(&pool, "disabled", address.clone()).await;
    world.ok("AdminDisableUser", json!({ "UserPoolId": pool, "Username": "disabled" })).await;
    world.user(&pool, "bare", json!({})).await;
    world.user(&pool, "unverified", json!({ "email": "user@example.com" })).await;
    let invited = json!({ "UserPoolId": pool, "Username": "invited", "MessageAction": "SUPPRESS" });
    world.ok("AdminCreateUser", invited).await;
    let sign_up = json!({ "ClientId": client, "Username": "fresh", "Password": PASSWORD });
    world.ok("SignUp", sign_up).await;
    world.user(&pool, "federated", address).await;
    let provider = json!({ "ProviderName": "Cognito", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "federated" });
    world.ok("AdminDisableProviderForUser", json!({ "UserPoolId": pool, "User": provider })).await;
    for name in ["disabled", "bare", "unverified", "invited", "fresh", "federated"] {
        assert_alike(name, &forgotten(&world, &client, name).await, &expected);
    }
    assert_eq!(world.messages("to=user@example.com").await.len(), 0);
}

async fn codes_of_sign_ups_tell_nothing_of_who_exists(world: World) {
    for (kind, settings, [known, unknown]) in pools() {
        let pool = world.pool(settings).await;
        let client = hiding_client(&world, &pool).await;
        let attributes = match kind {
            "telephone" => json!([{ "Name": "phone_number", "Value": "+15555550100" }]),
            _ => json!([{ "Name": "email", "Value": "jane@example.com" }]),
        };
        let known = if kind == "alias" { "jane" } else { known };
        let sign_up = json!({ "ClientId": client, "Username": known, "Password": PASSWORD, "UserAttributes": attributes });
        world.ok("SignUp", sign_up).await;
        // A code that is too old: what a name that nobody has is told of always.
        world.advance(chrono::TimeDelta::hours(25));
        let mut lines = Vec::new();
        for name in [known, unknown] {
            let confirm = json!({ "ClientId": client, "Username": name, "ConfirmationCode": "123456" });
            let resend = json!({ "ClientId": client, "Username": name });
            let mut of_name = Vec::new();
            for _ in 0..17 {
                of_name.push(told(&world.call("ConfirmSignUp", confirm.clone()).await));
            }
            for _ in 0..7 {
                of_name.push(told(&world.call("ResendConfirmationCode", resend.clone()).await));
            }
            lines.push(of_name);
        }
        assert_alike(kind, &lines[0], &lines[1]);
    }
}

/// What a page shows, without what differs from one time to the next.
fn shown(page: &Answer, name: &str) -> String {
    let mut text = page.text.replace(name, "NAME");
    while let Some((before, rest)) = text.split_once("name=\"_csrf\" value=\"") {
        let rest = rest.split_once('"').unwrap().1;
        text = format!("{before}CSRF{rest}");
    }
    let words = text.split_inclusive(|c: char| c.is_whitespace() || c == '<' || c == '>');
    words.map(|word| if word.contains("***") { masked_form(word) } else { word.to_owned() }).collect()
}

/// The pages that a name leads to, with a wrong answer at each.
async fn pages(browser: &mut Browser, app: &App, name: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let query = app.query(&[]);
    let steps: [(&str, &[(&str, &str)]); 4] = [
        ("/login", &[("password", "Wr0ng-word")]),
        ("/login", &[]),
        ("/login", &[("factor", "EMAIL_OTP")]),
        ("/forgotPassword", &[]),
    ];
    for (path, answers) in steps {
        let page = browser.get(&format!("{path}?{query}")).await;
        let password = answers.iter().filter(|(name, _)| *name == "password");
        let fields: Vec<_> = std::iter::once(("username", name)).chain(password.copied()).collect();
        let mut answer = browser.submit(&page, &fields).await;
        for _ in 0..4 {
            if answer.status != 302 {
                lines.push(format!("{path} {:?} {}", alert(&answer), shown(&answer, name)));
                break;
            }
            lines.push(format!("{path} to {}", answer.headers["location"].to_str().unwrap()));
            let page = browser.follow(&answer).await;
            lines.push(format!("{path} {} {}", page.status, shown(&page, name)));
            let guess = [("password", "Wr0ng-word"), ("confirm_password", "Wr0ng-word"), ("code", "123456")];
            let chosen = answers.iter().filter(|(name, _)| *name == "factor");
            let fields: Vec<_> = guess.into_iter().chain(chosen.copied()).collect();
            answer = browser.submit(&page, &fields).await;
        }
    }
    lines
}

async fn pages_tell_nothing_of_who_exists(world: World) {
    let codes = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] } });
    let flows = json!(["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    let by_choice = json!({ "PreventUserExistenceErrors": HIDING, "ExplicitAuthFlows": flows });
    let settings = json!({ "AutoVerifiedAttributes": ["email"], "Policies": codes });
    let app = App::without_jane(&world, settings, by_choice).await;
    world.user(&app.pool, "jane", json!({ "email": "jane@example.com", "email_verified": "true" })).await;
    let by_password = App::of_pool(&world, &app.pool, json!({ "PreventUserExistenceErrors": HIDING })).await;
    for app in [&app, &by_password] {
        let mut lines = Vec::new();
        for name in ["jane", "nobody"] {
            lines.push(pages(&mut app.browser(&world), app, name).await);
        }
        assert_alike("pages", &lines[0], &lines[1]);
    }
}

async fn what_is_made_up_stays(world: World) {
    let codes = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] } });
    let pool = world.pool(json!({ "Policies": codes })).await;
    let client = hiding_client(&world, &pool).await;
    let other = world.replica(api::config::Config::default()).await;
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..20 {
        let name = format!("who{number}");
        let forgot = json!({ "ClientId": client, "Username": name });
        let destination = |answer: Value| answer["CodeDeliveryDetails"]["Destination"].clone();
        let one = destination(world.ok("ForgotPassword", forgot.clone()).await);
        let two = destination(other.ok("ForgotPassword", forgot).await);
        assert_eq!(one, two);
        let code =
            begin(&client, "USER_AUTH", json!({ "USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP" }));
        let asked = other.ok("InitiateAuth", code).await;
        assert_eq!(asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"], one);
        seen.insert(one.to_string());
    }
    assert!(seen.len() > 10, "{seen:?}");
    // An address is masked as it is.
    let forgot = json!({ "ClientId": client, "Username": "who@example.org" });
    let answer = world.ok("ForgotPassword", forgot).await;
    assert_eq!(answer["CodeDeliveryDetails"]["Destination"], json!("w***@e***"));
}

async fn a_client_that_talks_still_talks(world: World) {
    let pool = world.pool(json!({ "AutoVerifiedAttributes": ["email"] })).await;
    let client = world
        .client(&pool, json!({ "ExplicitAuthFlows": ALL_FLOWS, "PreventUserExistenceErrors": "LEGACY" }))
        .await;
    let (code, text) = ("UserNotFoundException", "Username/client id combination not found.");
    let forgot = json!({ "ClientId": client, "Username": "nobody" });
    world.refused("ForgotPassword", forgot.clone(), code, text).await;
    world.refused("ResendConfirmationCode", forgot, code, text).await;
    let confirm = json!({ "ClientId": client, "Username": "nobody", "ConfirmationCode": "123456", "Password": PASSWORD });
    world.refused("ConfirmForgotPassword", confirm, code, text).await;
    let confirm = json!({ "ClientId": client, "Username": "nobody", "ConfirmationCode": "123456" });
    world.refused("ConfirmSignUp", confirm, code, text).await;
    let text = "User does not exist.";
    let choice = begin(&client, "USER_AUTH", json!({ "USERNAME": "nobody" }));
    world.refused("InitiateAuth", choice, code, text).await;
    let invited = json!({ "UserPoolId": pool, "Username": "invited", "MessageAction": "SUPPRESS" });
    world.ok("AdminCreateUser", invited).await;
    let forgot = json!({ "ClientId": client, "Username": "invited" });
    let text = "User password cannot be reset in the current state.";
    world.refused("ForgotPassword", forgot, "NotAuthorizedException", text).await;
}
