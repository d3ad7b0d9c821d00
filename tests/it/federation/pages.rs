//! Which provider somebody signs in at: what the application names, the client's only one, and sessions in place of both.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use flate2::read::DeflateDecoder;
use serde_json::json;

use super::Stage;
use super::oidc::JANE;
use crate::oauth::App;
use crate::oauth::browser::{Browser, detail, location, parameter};
use crate::world::{Answer, World, on_both};

on_both!(
    a_provider_is_named_by_its_name_or_an_identifier,
    a_client_with_one_provider_has_no_page,
    a_session_spares_the_way_to_the_provider_that_it_came_from,
    a_session_spares_the_page,
    a_prompt_of_managed_login_goes_to_the_provider,
);

/// The provider that a browser was sent to.
#[track_caller]
fn sent_to(answer: &Answer) -> Option<&'static str> {
    let address = location(answer);
    [("Corp", "/idp/saml/sso?"), ("Sso", "/idp/oidc/authorize?")]
        .into_iter()
        .find(|(_, part)| address.contains(part))
        .map(|(name, _)| name)
}

/// What a SAML provider is asked.
pub fn saml_request(answer: &Answer) -> String {
    let deflated = BASE64_STANDARD.decode(parameter(answer, "SAMLRequest").unwrap()).unwrap();
    std::io::read_to_string(DeflateDecoder::new(&deflated[..])).unwrap()
}

async fn a_provider_is_named_by_its_name_or_an_identifier(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    for (name, value, provider) in [
        ("identity_provider", "Corp", Some("Corp")),
        ("identity_provider", "Sso", Some("Sso")),
        ("idp_identifier", "corp.example", Some("Corp")),
        ("idp_identifier", "sso.example", Some("Sso")),
        ("identity_provider", "COGNITO", None),
        ("identity_provider", "", None),
    ] {
        let sent = browser.get(&format!("/oauth2/authorize?{}", stage.app.query(&[(name, value)]))).await;
        assert_eq!(sent_to(&sent), provider, "{name}={value}");
        assert_eq!(location(&sent).starts_with("/login?"), provider.is_none());
    }
    world.ok("CreateIdentityProvider", json!({
        "UserPoolId": stage.app.pool, "ProviderName": "Google", "ProviderType": "Google",
        "ProviderDetails": { "client_id": "me", "client_secret": "hush", "authorize_scopes": "openid" },
    }))
    .await;
    for (name, value) in [
        ("identity_provider", "Google"), // of the pool, and not of the client
        ("identity_provider", "corp"),
        ("identity_provider", "Nobody"),
        ("idp_identifier", "Corp"),
        ("idp_identifier", "CORP.example"),
    ] {
        let page = browser.get(&format!("/oauth2/authorize?{}", stage.app.query(&[(name, value)]))).await;
        assert_eq!(
            (page.status, detail(&page).as_deref()),
            (400, Some("Identity provider not found")),
            "{value}"
        );
    }
}

async fn a_client_with_one_provider_has_no_page(world: World) {
    let stage = Stage::new(&world).await;
    for (providers, provider) in [
        (json!(["Sso"]), Some("Sso")),
        (json!(["Corp"]), Some("Corp")),
        (json!(["Sso", "Corp"]), None),
        (json!(["COGNITO"]), None),
    ] {
        let app =
            App::of_pool(&world, &stage.app.pool, json!({ "SupportedIdentityProviders": providers })).await;
        let answer = app.browser(&world).get(&format!("/oauth2/authorize?{}", app.query(&[]))).await;
        assert_eq!(sent_to(&answer), provider, "{providers}");
    }
}

async fn a_session_spares_the_way_to_the_provider_that_it_came_from(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    stage.sign_in(&mut browser, "Sso", &JANE).await;
    let granted = browser.get(&stage.authorize("Sso", &[])).await;
    assert_eq!(stage.claims(&world, &granted).await["cognito:username"], "Sso_jane");
    assert_eq!(sent_to(&browser.get(&stage.authorize("Corp", &[])).await), Some("Corp"));
    stage.app.use_managed_login(&world).await;
    for prompt in ["login", "select_account"] {
        let sent = browser.get(&stage.authorize("Sso", &[("prompt", prompt)])).await;
        assert_eq!((sent_to(&sent), parameter(&sent, "prompt").as_deref()), (Some("Sso"), Some(prompt)));
    }
    let granted = browser.get(&stage.authorize("Sso", &[("prompt", "none")])).await;
    assert!(parameter(&granted, "code").is_some());
    for other in ["Corp", "COGNITO"] {
        let refused = browser.get(&stage.authorize(other, &[("prompt", "none")])).await;
        assert_eq!(parameter(&refused, "error").as_deref(), Some("login_required"), "{other}");
    }
    let sent = browser.get(&stage.authorize("COGNITO", &[])).await;
    let page = browser.follow(&sent).await;
    assert_eq!(page.status, 200, "the pool's own word is wanted: {:?}", page.headers);
}

async fn a_session_spares_the_page(world: World) {
    let stage = Stage::new(&world).await;
    let only = App::of_pool(&world, &stage.app.pool, json!({ "SupportedIdentityProviders": ["Corp"] })).await;
    let mut browser: Browser = stage.app.browser(&world);
    stage.sign_in(&mut browser, "Sso", &JANE).await;
    for app in [&stage.app, &only] {
        let granted = browser.get(&format!("/oauth2/authorize?{}", app.query(&[]))).await;
        assert!(parameter(&granted, "code").is_some());
    }
    // Signing out ends it for all.
    browser.get(&format!("/logout?client_id={}&logout_uri={}", stage.app.client, crate::oauth::LOGOUT)).await;
    assert_eq!(sent_to(&browser.get(&format!("/oauth2/authorize?{}", only.query(&[]))).await), Some("Corp"));
}

async fn a_prompt_of_managed_login_goes_to_the_provider(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    for prompt in ["login", "none", "dance"] {
        let sent = browser.get(&stage.authorize("Sso", &[("prompt", prompt)])).await;
        assert_eq!(
            (sent_to(&sent), parameter(&sent, "prompt")),
            (Some("Sso"), None),
            "classic pages know none"
        );
    }
    stage.app.use_managed_login(&world).await;
    let sent = browser.get(&stage.authorize("Sso", &[("prompt", "login consent")])).await;
    assert_eq!(parameter(&sent, "prompt").as_deref(), Some("login consent"));
    for (prompt, forced) in [("login", true), ("select_account", false), ("", false)] {
        let sent = browser.get(&stage.authorize("Corp", &[("prompt", prompt)])).await;
        assert_eq!(saml_request(&sent).contains("ForceAuthn=\"true\""), forced, "{prompt}");
    }
    let refused = browser.get(&stage.authorize("Sso", &[("prompt", "none")])).await;
    assert_eq!(parameter(&refused, "error").as_deref(), Some("login_required"));
}
