//! Where a domain is found: by its host, by a path, or by the client. And where not.

use serde_json::json;

use super::browser::{Browser, alert, csrf, detail, heading, location, parameter};
use super::{App, CALLBACK, assert_headers_of_a_domain, refusal};
use crate::world::{PASSWORD, World, on_both};

on_both!(
    a_domain_is_found_in_several_ways,
    an_unknown_host_is_told_so,
    a_domain_serves_the_clients_of_its_pool_alone,
    a_pool_without_a_domain_has_no_pages,
    pools_on_one_plain_host_keep_their_sessions_apart,
    domains_below_paths_of_one_host_keep_their_cookies_apart,
    a_custom_domain_serves_beside_the_prefix,
    a_deleted_domain_is_gone,
);

const CERTIFICATE: &str =
    "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";

/// Signs Jane in at a place and fetches tokens there. Returns the browser.
#[track_caller]
fn goes_all_the_way<'a>(
    world: &'a World,
    app: &'a App,
    name: &'a str,
    prefix: &'a str,
) -> impl Future<Output = Browser> + 'a {
    let at = format!("{name}{prefix}");
    async move {
        let mut browser = Browser::at(world, name);
        let answer = browser.get(&format!("{prefix}/oauth2/authorize?{}", app.query(&[]))).await;
        assert!(location(&answer).starts_with(&format!("{prefix}/login?")), "{at}: {}", location(&answer));
        let page = browser.follow(&answer).await;
        let answer = browser.submit(&page, &[("username", "jane"), ("password", PASSWORD)]).await;
        let code = parameter(&answer, "code").unwrap();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", CALLBACK),
            ("client_id", &app.client),
        ];
        let tokens = browser.post(&format!("{prefix}/oauth2/token"), &form).await.ok();
        let mut script = Browser::at(world, name);
        let header = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        script.headers.push(("authorization", header));
        assert_eq!(script.get(&format!("{prefix}/oauth2/userInfo")).await.status, 200, "{at}");
        let form = [("token", tokens["refresh_token"].as_str().unwrap()), ("client_id", &app.client)];
        assert_eq!(browser.post(&format!("{prefix}/oauth2/revoke"), &form).await.status, 200, "{at}");
        browser
    }
}

/// The whole pool at `pool`'s domain.
async fn is_signed_in(browser: &mut Browser, prefix: &str, app: &App) -> bool {
    let answer = browser.get(&format!("{prefix}/oauth2/authorize?{}", app.query(&[]))).await;
    !location(&answer).starts_with(&format!("{prefix}/login?"))
}

async fn a_domain_is_found_in_several_ways(world: World) {
    let app = App::new(&world).await;
    for (name, prefix) in [
        ("acme.auth.us-east-1.localhost", ""),
        ("ACME.Auth.us-east-1.LOCALHOST", ""),
        ("acme.auth.us-east-1.amazoncognito.com", ""),
        ("localhost", ""),
        ("127.0.0.1", ""),
        ("poolhouse", ""),
        ("localhost", "/domains/acme"),
        ("nobody.example.com", "/domains/acme"),
        ("acme.auth.us-east-1.localhost", "/domains/acme"),
    ] {
        let mut browser = goes_all_the_way(&world, &app, name, prefix).await;
        assert!(is_signed_in(&mut browser, prefix, &app).await, "{name}{prefix}");
        let leave = format!("{prefix}/logout?client_id={}&logout_uri={}", app.client, super::LOGOUT);
        assert_eq!(location(&browser.get(&leave).await), super::LOGOUT);
        assert!(!is_signed_in(&mut browser, prefix, &app).await, "{name}{prefix}");
    }
}

async fn an_unknown_host_is_told_so(world: World) {
    let app = App::new(&world).await;
    let query = app.query(&[]);
    for (name, prefix) in [
        ("nobody.auth.us-east-1.localhost", ""),
        ("acme.auth.eu-west-1.localhost", ""),
        ("auth.us-east-1.localhost", ""),
        ("acme.us-east-1.localhost", ""),
        ("acme.auth.us-east-1.localhost.evil.example", ""),
        ("login.example.com", ""),
        ("localhost", "/domains/nobody"),
        ("localhost", "/domains/ACME"),
        ("localhost", "/domains/acme%2F..%2Facme"),
    ] {
        let mut browser = Browser::at(&world, name);
        for path in ["/oauth2/authorize", "/login", "/logout", "/signup", "/forgotPassword"] {
            let page = browser.get(&format!("{prefix}{path}?{query}")).await;
            let told = detail(&page).unwrap_or_default();
            assert_eq!(page.status, 404, "{name}{prefix}{path} {}", page.text);
            assert_eq!(told, "There is no such domain here. There is: acme", "{name}{prefix}{path}");
        }
        for path in ["/oauth2/token", "/oauth2/revoke"] {
            let form = [
                ("grant_type", "refresh_token"),
                ("refresh_token", "x"),
                ("token", "x"),
                ("client_id", &app.client),
            ];
            let answer = browser.post(&format!("{prefix}{path}"), &form).await;
            assert_eq!(refusal(&answer), (404, "invalid_request".to_owned()), "{name}{prefix}{path}");
            assert_headers_of_a_domain(&answer);
        }
    }
}

async fn a_domain_serves_the_clients_of_its_pool_alone(world: World) {
    let app = App::new(&world).await;
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "other" })).await;
    let other = App::of_pool(&world, &pool, json!({})).await;
    for (name, prefix) in [("acme.auth.us-east-1.localhost", ""), ("localhost", "/domains/acme")] {
        let mut browser = Browser::at(&world, name);
        for path in ["/oauth2/authorize", "/login", "/logout", "/signup", "/forgotPassword", "/passkeys/add"]
        {
            let page = browser.get(&format!("{prefix}{path}?{}", other.query(&[]))).await;
            let told = (page.status, detail(&page));
            assert_eq!(told, (400, Some("Client does not exist.".to_owned())), "{name}{prefix}{path}");
        }
        for (path, status) in [("/oauth2/token", 400), ("/oauth2/revoke", 401)] {
            let form = [
                ("grant_type", "refresh_token"),
                ("refresh_token", "x"),
                ("token", "x"),
                ("client_id", &other.client),
            ];
            let answer = browser.post(&format!("{prefix}{path}"), &form).await;
            assert_eq!(refusal(&answer), (status, "invalid_client".to_owned()), "{name}{prefix}{path}");
        }
    }
    // At its own domain, and where no domain is named, it is served.
    assert_eq!(
        heading(&Browser::at(&world, "localhost").get(&format!("/login?{}", other.query(&[]))).await),
        "Sign in"
    );
    let mut browser = Browser::at(&world, "other.auth.us-east-1.localhost");
    assert_eq!(heading(&browser.get(&format!("/login?{}", other.query(&[]))).await), "Sign in");
    assert_eq!(browser.get(&format!("/login?{}", app.query(&[]))).await.status, 400);
}

async fn a_pool_without_a_domain_has_no_pages(world: World) {
    let pool = world.pool(json!({})).await;
    let app = App::of_pool(&world, &pool, json!({})).await;
    let mut browser = Browser::at(&world, "localhost");
    for path in ["/oauth2/authorize", "/login", "/logout"] {
        let page = browser.get(&format!("{path}?{}", app.query(&[]))).await;
        let told = (page.status, detail(&page));
        assert_eq!(told, (400, Some("The user pool has no domain.".to_owned())), "{path}");
    }
    let form = [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", app.client.as_str())];
    let answer = browser.post("/oauth2/token", &form).await;
    assert_eq!(refusal(&answer), (400, "invalid_request".to_owned()));
    assert!(answer.text.contains("The user pool has no domain."));
}

async fn pools_on_one_plain_host_keep_their_sessions_apart(world: World) {
    let app = App::new(&world).await;
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "other" })).await;
    world.user(&pool, "jane", json!({})).await;
    let other = App::of_pool(&world, &pool, json!({})).await;
    let mut browser = Browser::at(&world, "localhost");
    browser.sign_in(&app.query(&[]), "jane").await;
    assert!(is_signed_in(&mut browser, "", &app).await && !is_signed_in(&mut browser, "", &other).await);
    browser.sign_in(&other.query(&[]), "jane").await;
    assert!(is_signed_in(&mut browser, "", &app).await && is_signed_in(&mut browser, "", &other).await);
    browser.get(&format!("/logout?client_id={}&logout_uri={}", app.client, super::LOGOUT)).await;
    assert!(!is_signed_in(&mut browser, "", &app).await && is_signed_in(&mut browser, "", &other).await);
}

async fn domains_below_paths_of_one_host_keep_their_cookies_apart(world: World) {
    let app = App::new(&world).await;
    let temporary =
        json!({ "UserPoolId": app.pool, "Username": "jane", "Password": "Temp0rary!", "Permanent": false });
    world.ok("AdminSetUserPassword", temporary).await;
    let fields = [("username", "jane"), ("password", "Temp0rary!")];
    let mut browser = Browser::at(&world, "localhost");
    // The browser is in the middle of a sign-in at the host itself, whose cookies it also shows below.
    for prefix in ["", "/domains/acme"] {
        let page = browser.get(&format!("{prefix}/login?{}", app.query(&[]))).await;
        let answer = browser.submit(&page, &fields).await;
        assert!(location(&answer).starts_with(&format!("{prefix}/changePassword?")), "{}", location(&answer));
        let page = browser.follow(&answer).await;
        assert_eq!((page.status, alert(&page)), (200, None), "{prefix}");
        assert_eq!(heading(&page), "Choose a new password");
    }
    let page = browser.get(&format!("/domains/acme/changePassword?{}", app.query(&[]))).await;
    let answer = browser.submit(&page, &[("password", PASSWORD), ("confirm_password", PASSWORD)]).await;
    assert!(parameter(&answer, "code").is_some());
    assert!(is_signed_in(&mut browser, "/domains/acme", &app).await);
    assert!(!is_signed_in(&mut browser, "", &app).await);
}

async fn a_custom_domain_serves_beside_the_prefix(world: World) {
    let app = App::new(&world).await;
    let config = json!({ "CertificateArn": CERTIFICATE });
    let request =
        json!({ "UserPoolId": app.pool, "Domain": "login.team.example", "CustomDomainConfig": config });
    world.ok("CreateUserPoolDomain", request).await;
    let custom = goes_all_the_way(&world, &app, "login.team.example", "").await;
    goes_all_the_way(&world, &app, "acme.auth.us-east-1.localhost", "").await;
    goes_all_the_way(&world, &app, "localhost", "/domains/login.team.example").await;
    // A session is one of the pool, whichever of its domains shows it; browsers send cookies to their own host alone.
    let mut moved = Browser::at(&world, "acme.auth.us-east-1.localhost");
    moved.set_cookie("cognito", &custom.cookie("cognito").unwrap());
    assert!(is_signed_in(&mut moved, "", &app).await);
}

async fn a_deleted_domain_is_gone(world: World) {
    let app = App::new(&world).await;
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    world.ok("DeleteUserPoolDomain", json!({ "UserPoolId": app.pool, "Domain": "acme" })).await;
    let answer = browser.submit(&page, &[("username", "jane"), ("password", PASSWORD)]).await;
    assert_eq!((answer.status, csrf(&page).len()), (404, 32));
    assert_eq!(detail(&answer).as_deref(), Some("There is no such domain here."));
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": app.pool, "Domain": "acme" })).await;
    let answer = browser.submit(&page, &[("username", "jane"), ("password", PASSWORD)]).await;
    assert!(parameter(&answer, "code").is_some());
}
