//! Rows that outsiders leave: none for names that nobody has, small ones, so many a minute, and gone when they have ended.

use std::time::{Duration, Instant};

use api::Expiry;
use api::config::Config;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::oauth::App;
use crate::oauth::browser::Browser;
use crate::world::{ALL_FLOWS, Answer, PASSWORD, World, on_both};

on_both!(
    names_that_nobody_has_leave_no_rows,
    texts_that_are_kept_are_short,
    what_has_ended_is_deleted_faster_than_it_comes,
);

async fn number(world: &World, sql: &'static str) -> i64 {
    let mut read = world.store.read().await.unwrap();
    read.query(sql).one().await.unwrap().get::<Option<i64>>("n").unwrap().unwrap_or_default()
}

/// Rows of tables that a stranger's tries could fill.
async fn rows(world: &World) -> [(&'static str, i64); 4] {
    [
        ("auth_events", number(world, "SELECT COUNT(*) AS n FROM auth_events").await),
        ("failed_tries", number(world, "SELECT COUNT(*) AS n FROM failed_tries").await),
        ("attempts", number(world, "SELECT COUNT(*) AS n FROM attempts").await),
        ("messages", number(world, "SELECT COUNT(*) AS n FROM messages").await),
    ]
}

async fn names_that_nobody_has_leave_no_rows(world: World) {
    let codes = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] } });
    let members = json!({ "AutoVerifiedAttributes": ["email"], "Policies": codes, "UserPoolTier": "PLUS",
                          "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" } });
    let pool = world.pool(members).await;
    let members = json!({ "ExplicitAuthFlows": ALL_FLOWS, "PreventUserExistenceErrors": "ENABLED" });
    let client = world.client(&pool, members).await;
    let before = rows(&world).await;
    for number in 0..40 {
        let name = format!("nobody{number}");
        world.initiate(&client, &name, "Wr0ng-word").await;
        let parameters = json!({ "USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP" });
        let begin = json!({ "ClientId": client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters });
        let challenge = world.ok("InitiateAuth", begin).await;
        world.respond(&client, &challenge, json!({ "USERNAME": name, "EMAIL_OTP_CODE": "0" })).await;
        let named = json!({ "ClientId": client, "Username": name });
        world.call("ForgotPassword", named.clone()).await;
        world.call("ResendConfirmationCode", named).await;
        let confirm = json!({ "ClientId": client, "Username": name, "ConfirmationCode": "123456" });
        world.call("ConfirmSignUp", confirm.clone()).await;
        let mut confirm = confirm;
        confirm["Password"] = json!(PASSWORD);
        world.call("ConfirmForgotPassword", confirm).await;
    }
    let after = rows(&world).await;
    println!("40 names that nobody has, seven calls each: rows before {before:?}, after {after:?}");
    assert_eq!(before, after);
    // What counts them has so many rows and no more.
    for (sql, most) in [
        ("SELECT MAX(slot) AS n FROM unknown_name_failed_tries", 65_535),
        ("SELECT MAX(slot) AS n FROM unknown_name_attempts", 65_535),
        ("SELECT MAX(slot) AS n FROM unknown_name_codes", 65_535),
        ("SELECT MAX(slot) AS n FROM stand_ins", 4_095),
    ] {
        let slot = number(&world, sql).await;
        assert!((1..=most).contains(&slot), "{sql}: {slot}");
    }
    // A user's tries are kept, for the user to see.
    world.user(&pool, "jane", json!({ "email": "jane@example.com", "email_verified": "true" })).await;
    world.initiate(&client, "jane", "Wr0ng-word").await;
    world.sign_in(&client, "jane").await;
    let events = json!({ "UserPoolId": pool, "Username": "jane" });
    assert_eq!(world.ok("AdminListUserAuthEvents", events).await["AuthEvents"].as_array().unwrap().len(), 2);
}

const CORP: &str = "Corp";

async fn provider(world: &World, pool: &str) {
    let details = json!({
        "client_id": "me", "authorize_scopes": "openid", "attributes_request_method": "GET",
        "oidc_issuer": "https://idp.example.com", "authorize_url": "https://idp.example.com/authorize",
        "token_url": "https://idp.example.com/token", "attributes_url": "https://idp.example.com/me",
        "jwks_uri": "https://idp.example.com/keys",
    });
    let request = json!({ "UserPoolId": pool, "ProviderName": CORP, "ProviderType": "OIDC", "ProviderDetails": details });
    world.ok("CreateIdentityProvider", request).await;
}

/// An application whose users sign in at a provider, or by themselves.
async fn federated(world: &World) -> App {
    let app = App::new(world).await;
    provider(world, &app.pool).await;
    let flows = json!(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    let members = json!({ "SupportedIdentityProviders": ["COGNITO", CORP], "ExplicitAuthFlows": flows,
                          "PreventUserExistenceErrors": "ENABLED" });
    App::of_pool(world, &app.pool, members).await
}

async fn texts_that_are_kept_are_short(world: World) {
    let app = federated(&world).await;
    let long = "x".repeat(30_000);
    for device in [Value::Null, json!(long)] {
        let mut parameters = json!({ "USERNAME": long });
        parameters["DEVICE_KEY"] = device;
        let begin = json!({ "ClientId": app.client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters });
        let target = "AWSCognitoIdentityProviderService.InitiateAuth";
        world.post(&[("x-amz-target", target), ("user-agent", &long[..8_000])], begin.to_string()).await;
    }
    let longest = number(&world, "SELECT CAST(MAX(LENGTH(sealed_state)) AS BIGINT) AS n FROM sign_ins").await;
    println!("a begun sign-in with a name and a device key of 30,000 characters keeps {longest} bytes");
    assert!(longest <= 2_048);
    let sign_up = json!({ "ClientId": app.client, "Username": "ann", "Password": PASSWORD });
    let target = "AWSCognitoIdentityProviderService.SignUp";
    let answer =
        world.post(&[("x-amz-target", target), ("user-agent", &long[..8_000])], sign_up.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let longest =
        number(&world, "SELECT CAST(MAX(LENGTH(device_name)) AS BIGINT) AS n FROM auth_events").await;
    println!("a user agent of 8,000 characters: {longest} are kept");
    assert_eq!(longest, 256);

    let mut browser = app.browser(&world);
    let mut refused = 0;
    for length in [100, 4_000, 7_000, 9_000, 30_000] {
        let query = app.query(&[("identity_provider", CORP), ("state", &long[..length])]);
        let answer = browser.get(&format!("/oauth2/authorize?{query}")).await;
        // An application's own state comes back, of any length that one has.
        assert_eq!(answer.status, if length < 8_000 { 302 } else { 400 }, "{length}");
        refused += usize::from(answer.status == 400);
    }
    let longest =
        number(&world, "SELECT CAST(MAX(LENGTH(sealed_state)) AS BIGINT) AS n FROM federated_sign_ins").await;
    println!(
        "a begun federated sign-in with a state of 30,000 characters: {refused} refused, {longest} bytes at most kept"
    );
    assert!(longest <= 9 * 1024);
}

/// Seconds that deleting all takes, and rows.
async fn expired(world: &World) -> (Duration, u64) {
    let expiry = Expiry::new(world.store.clone(), &Config::default());
    let begun = Instant::now();
    let rows = expiry.run_once(world.now()).await.unwrap();
    (begun.elapsed(), rows)
}

async fn what_has_ended_is_deleted_faster_than_it_comes(world: World) {
    let app = federated(&world).await;
    let (begun, mut requests) = (Instant::now(), 0);
    for number in 0..150 {
        let sign_up = json!({ "ClientId": app.client, "Username": format!("user{number}"), "Password": PASSWORD,
                              "UserAttributes": [{ "Name": "email", "Value": "user@example.com" }] });
        world.ok("SignUp", sign_up).await;
        let begin = json!({ "ClientId": app.client, "AuthFlow": "USER_AUTH",
                            "AuthParameters": { "USERNAME": format!("nobody{number}") } });
        world.ok("InitiateAuth", begin).await;
        let query = app.query(&[("identity_provider", CORP)]);
        app.browser(&world).get(&format!("/oauth2/authorize?{query}")).await;
        requests += 3;
    }
    let requests_a_second = f64::from(requests) / begun.elapsed().as_secs_f64();
    world.advance(TimeDelta::days(120));
    let (took, rows) = expired(&world).await;
    // What one address may do in a minute, a thousand of them, leaves so many rows a second.
    let at_the_limit = 1_000.0 / 60.0 * rows as f64 / f64::from(requests);
    let deleted = rows as f64 / took.as_secs_f64();
    println!(
        "{requests} requests ({requests_a_second:.0} a second) left {rows} rows that end; deleted {deleted:.0} rows a second; \
         one address at its limit leaves {at_the_limit:.0} a second"
    );
    assert!(rows >= 450, "{rows}");
    assert!(deleted > at_the_limit);
    assert_eq!(expired(&world).await.1, 0);
}

#[tokio::test]
async fn an_address_does_so_much_a_minute() {
    const MOST: usize = 20;
    let config = Config { trust_proxy: true, unsigned_per_minute: Some(20), ..Config::default() };
    let world = World::on_sqlite_with(config).await;
    let app = federated(&world).await;
    let call = async |ip: &str, operation: &str, body: Value| {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        world.post(&[("x-amz-target", &target), ("x-forwarded-for", ip)], body.to_string()).await
    };
    let sign_up = |number: usize| json!({ "ClientId": app.client, "Username": format!("user{number}"), "Password": PASSWORD });
    let mut taken = 0;
    for number in 0..40 {
        let answer = call("192.0.2.1", "SignUp", sign_up(number)).await;
        if answer.status == 200 {
            taken += 1;
        } else {
            let told = ("TooManyRequestsException".to_owned(), "Rate exceeded".to_owned());
            assert_eq!(answer.error(), told);
        }
    }
    println!("40 sign-ups of one address, with a limit of {MOST}: {taken} were taken");
    // One comes back every three seconds.
    assert!((MOST..MOST + 3).contains(&taken), "{taken}");

    // The same address may begin nothing else, at the API and on pages.
    let refused =
        |answer: &Answer| (400..500).contains(&answer.status) && answer.text.contains("Rate exceeded");
    let named = json!({ "ClientId": app.client, "Username": "user1" });
    let password = json!({ "USERNAME": "jane", "PASSWORD": PASSWORD });
    let begin =
        json!({ "ClientId": app.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": password });
    for (operation, body) in
        [("ForgotPassword", &named), ("ResendConfirmationCode", &named), ("InitiateAuth", &begin)]
    {
        assert!(refused(&call("192.0.2.1", operation, body.clone()).await), "{operation}");
    }
    let at = |ip: &str| {
        let mut browser: Browser = app.browser(&world);
        browser.headers = vec![("x-forwarded-for", ip.to_owned())];
        browser
    };
    let mut browser = at("192.0.2.1");
    for (path, fields) in [
        ("/login", vec![("username", "jane"), ("password", PASSWORD)]),
        ("/forgotPassword", vec![("username", "jane")]),
        ("/signup", vec![("username", "ann"), ("password", PASSWORD), ("confirm_password", PASSWORD)]),
    ] {
        let page = browser.get(&format!("{path}?{}", app.query(&[]))).await;
        assert_eq!(page.status, 200, "pages are for everybody");
        let answer = browser.submit(&page, &fields).await;
        assert_eq!((answer.status, answer.headers["retry-after"].to_str().unwrap()), (429, "3"), "{path}");
    }
    let leave = format!("/oauth2/authorize?{}", app.query(&[("identity_provider", CORP)]));
    assert_eq!(browser.get(&leave).await.status, 429);

    // Others go on, and so does whoever has credentials, is signed in already, or is in the middle of a sign-in.
    let tokens: Value =
        call("192.0.2.2", "InitiateAuth", begin.clone()).await.ok()["AuthenticationResult"].clone();
    let mut browser = at("192.0.2.2");
    assert_eq!(browser.get(&leave).await.status, 302);
    assert!(
        browser.sign_in(&app.query(&[]), "jane").await.headers["location"]
            .to_str()
            .unwrap()
            .contains("code=")
    );
    for _ in 0..2 * MOST {
        let refresh = json!({ "ClientId": app.client, "AuthFlow": "REFRESH_TOKEN_AUTH",
                              "AuthParameters": { "REFRESH_TOKEN": tokens["RefreshToken"] } });
        assert_eq!(call("192.0.2.1", "InitiateAuth", refresh).await.status, 200);
        let get = json!({ "AccessToken": tokens["AccessToken"] });
        assert_eq!(call("192.0.2.1", "GetUser", get).await.status, 200);
        world.ok("AdminGetUser", json!({ "UserPoolId": app.pool, "Username": "jane" })).await;
    }
    // Of IPv6 a whole network is one address.
    let mut taken = 0;
    for number in 0..40 {
        let ip = format!("2001:db8:1:2::{number:x}");
        taken += usize::from(call(&ip, "SignUp", sign_up(100 + number)).await.status == 200);
    }
    println!("40 sign-ups of 40 addresses of one IPv6 network: {taken} were taken");
    assert!((MOST..MOST + 3).contains(&taken), "{taken}");
}

#[tokio::test]
async fn a_server_on_loopback_has_no_limit() {
    let world = World::on_sqlite().await;
    let app = App::new(&world).await;
    let mut taken = 0;
    for number in 0..1_200 {
        let named = json!({ "ClientId": app.client, "Username": format!("user{number}") });
        let (code, _) = world.call("ForgotPassword", named).await.error();
        taken += usize::from(code == "UserNotFoundException");
    }
    assert_eq!(taken, 1_200);
}
