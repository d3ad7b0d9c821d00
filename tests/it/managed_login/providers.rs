//! Other identity providers on the page to sign in at: buttons, and the search by an e-mail address.

use serde_json::{Value, json};

use super::{assert_alert, fields};
use crate::oauth::App;
use crate::oauth::browser::{Browser, csrf, detail, location, parameter};
use crate::world::{Answer, PASSWORD, World, on_both};

on_both!(
    each_provider_of_the_client_has_a_button,
    saml_providers_with_identifiers_are_searched_for,
    a_client_without_users_of_the_pool_has_no_form,
);

/// The metadata of a SAML provider.
fn metadata() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/federation/testdata");
    std::fs::read_to_string(format!("{folder}/okta.xml")).unwrap()
}

async fn provider(world: &World, pool: &str, kind: &str, name: &str, identifiers: &[&str]) {
    let details = match kind {
        "SAML" => json!({ "MetadataFile": metadata() }),
        "OIDC" => json!({
            "client_id": "me", "authorize_scopes": "openid", "attributes_request_method": "GET",
            "oidc_issuer": "https://idp.example.com", "authorize_url": "https://idp.example.com/authorize",
            "token_url": "https://idp.example.com/token", "attributes_url": "https://idp.example.com/me",
            "jwks_uri": "https://idp.example.com/keys",
        }),
        _ => json!({ "client_id": "me", "client_secret": "hush", "authorize_scopes": "email" }),
    };
    let request = json!({ "UserPoolId": pool, "ProviderName": name, "ProviderType": kind,
                          "ProviderDetails": details, "IdpIdentifiers": identifiers });
    world.ok("CreateIdentityProvider", request).await;
}

/// The buttons of a page: the provider and where the way to it begins.
fn buttons(page: &Answer) -> Vec<(String, String)> {
    let links = page.text.split("<a class=\"button ").skip(1);
    links
        .map(|link| {
            let of = |name: &str| link.split(name).nth(1).unwrap().split('"').next().unwrap().to_owned();
            (of("data-provider=\""), of("href=\"").replace("&#38;", "&"))
        })
        .collect()
}

async fn pool_with_providers(world: &World) -> App {
    let app = App::new(world).await;
    provider(world, &app.pool, "Google", "Google", &[]).await;
    provider(world, &app.pool, "LoginWithAmazon", "LoginWithAmazon", &[]).await;
    provider(world, &app.pool, "OIDC", "Corp&Sons", &[]).await;
    provider(world, &app.pool, "SAML", "Acme", &["acme.example", "acme"]).await;
    provider(world, &app.pool, "SAML", "Plain", &[]).await;
    app
}

async fn with_providers(world: &World, app: &App, names: Value) -> App {
    App::of_pool(world, &app.pool, json!({ "SupportedIdentityProviders": names })).await
}

async fn each_provider_of_the_client_has_a_button(world: World) {
    let app = pool_with_providers(&world).await;
    let many = with_providers(
        &world,
        &app,
        json!(["COGNITO", "Google", "LoginWithAmazon", "Corp&Sons", "Acme", "Plain"]),
    )
    .await;
    let mut browser = many.browser(&world);
    let query = many.query(&[("state", "a&b"), ("scope", "openid")]);
    let page = browser.get(&format!("/login?{query}")).await;
    assert_eq!(fields(&page), ["username", "password"]);
    let buttons = buttons(&page);
    let names: Vec<&str> = buttons.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Google", "LoginWithAmazon", "Corp&#38;Sons", "Acme", "Plain"]);
    for label in ["Google", "Amazon", "Corp&#38;Sons", "Acme"] {
        assert!(page.text.contains(&format!("Continue with {label}</a>")), "{label}");
    }
    // One SAML provider has no identifier, so there is no search.
    assert!(!page.text.contains("idp_search"));
    for (name, href) in &buttons {
        assert!(href.starts_with(&format!("/oauth2/authorize?{query}&identity_provider=")), "{href}");
        let sent = browser.get(href).await;
        assert!(location(&sent).starts_with("https://"), "{name}: {}", location(&sent));
    }
    // The others are not the client's.
    let page = app.browser(&world).get(&format!("/login?{}", app.query(&[]))).await;
    assert_eq!(super::providers::buttons(&page), []);
    let answer = browser.submit(&page_of(&mut many.browser(&world), &many).await, &[]).await;
    assert_eq!(answer.status, 403, "another browser's form");
    let answer = many.browser(&world).sign_in(&query, "jane").await;
    assert_eq!(parameter(&answer, "state").as_deref(), Some("a&b"));
}

async fn page_of(browser: &mut Browser, app: &App) -> Answer {
    browser.get(&format!("/login?{}", app.query(&[]))).await
}

async fn saml_providers_with_identifiers_are_searched_for(world: World) {
    let app = pool_with_providers(&world).await;
    let app = with_providers(&world, &app, json!(["COGNITO", "Google", "Acme"])).await;
    let mut browser = app.browser(&world);
    let page = page_of(&mut browser, &app).await;
    assert!(page.text.contains("Sign in with your corporate ID"));
    assert_eq!(buttons(&page).into_iter().map(|(name, _)| name).collect::<Vec<_>>(), ["Google"]);
    let token = csrf(&page);
    let login = format!("/login?{}", app.query(&[]));
    for typed in ["ann@acme.example", "acme.example", " ann@x@acme.example ", "acme"] {
        let answer = browser.post(&login, &[("_csrf", &token), ("idp_search", typed)]).await;
        assert!(location(&answer).starts_with(&format!("/oauth2/authorize?{}", app.query(&[]))), "{typed}");
        assert!(["acme.example", "acme"].contains(&parameter(&answer, "idp_identifier").unwrap().as_str()));
        let sent = browser.follow(&answer).await;
        assert!(parameter(&sent, "SAMLRequest").is_some(), "{typed}");
    }
    for typed in ["ann@other.example", "@", "ann", "Acme"] {
        let page = browser.post(&login, &[("_csrf", &token), ("idp_search", typed)]).await;
        assert_alert(&page, "No sign-in was found for this email address.");
    }
}

async fn a_client_without_users_of_the_pool_has_no_form(world: World) {
    let app = pool_with_providers(&world).await;
    let app = with_providers(&world, &app, json!(["Google", "Plain"])).await;
    let mut browser = app.browser(&world);
    let page = page_of(&mut browser, &app).await;
    assert!(
        !page.text.contains("<form")
            && !page.text.contains("/signup")
            && !page.text.contains("/forgotPassword")
    );
    assert_eq!(buttons(&page).len(), 2);
    // Nor does it take one: users of the pool do not sign in here.
    let token = browser.cookie("XSRF-TOKEN").unwrap();
    let form = [("_csrf", token.as_str()), ("username", "jane"), ("password", PASSWORD)];
    let page = browser.post(&format!("/login?{}", app.query(&[])), &form).await;
    assert_eq!((page.status, detail(&page).as_deref()), (400, Some("Identity provider not found")));
    let form = [
        ("_csrf", token.as_str()),
        ("username", "ann"),
        ("password", PASSWORD),
        ("confirm_password", PASSWORD),
    ];
    let page = browser.post(&format!("/signup?{}", app.query(&[])), &form).await;
    assert_eq!((page.status, detail(&page).as_deref()), (400, Some("Identity provider not found")));
    let form = [("_csrf", token.as_str()), ("username", "jane")];
    let page = browser.post(&format!("/forgotPassword?{}", app.query(&[])), &form).await;
    assert_eq!((page.status, detail(&page).as_deref()), (400, Some("Identity provider not found")));
    for path in ["/signup", "/forgotPassword"] {
        assert_eq!(browser.get(&format!("{path}?{}", app.query(&[]))).await.status, 400, "{path}");
    }
}
