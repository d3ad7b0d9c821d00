//! Passkeys at the pages, as far as HTTP alone shows them: the ceremonies want a browser.

use serde_json::json;

use super::page_at;
use crate::oauth::App;
use crate::oauth::browser::{alert, heading, location};
use crate::world::{World, on_both};

on_both!(who_is_signed_in_can_add_a_passkey, who_is_not_signs_in_first);

async fn managed(world: &World) -> App {
    let policy = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } });
    let app = App::with(world, json!({ "Policies": policy }), json!({})).await;
    app.use_managed_login(world).await;
    app
}

async fn who_is_signed_in_can_add_a_passkey(world: World) {
    let app = managed(&world).await;
    let mut browser = app.browser(&world);
    browser.sign_in(&app.query(&[]), "jane").await;
    let page = browser.get(&format!("/passkeys/add?{}", app.query(&[]))).await;
    assert_eq!((page.status, heading(&page).as_str()), (200, "Add a passkey"));
    assert!(page.text.contains("data-ceremony=\"create\"") && page.text.contains("&#34;challenge&#34;"));
    for made in ["", "no json", "{}", "{\"id\":\"x\"}"] {
        let page = browser.submit(&page, &[("credential", made)]).await;
        let text = "The passkey could not be used. Please try again.";
        assert_eq!((page.status, alert(&page).as_deref()), (200, Some(text)), "{made}");
    }
}

async fn who_is_not_signs_in_first(world: World) {
    let app = managed(&world).await;
    let mut browser = app.browser(&world);
    let answer = browser.get(&format!("/passkeys/add?{}", app.query(&[]))).await;
    page_at(&mut browser, &app, &answer, "/login").await;
    let token = browser.cookie("XSRF-TOKEN").unwrap();
    let form = [("_csrf", token.as_str()), ("credential", "{}")];
    let answer = browser.post(&format!("/passkeys/add?{}", app.query(&[])), &form).await;
    assert!(location(&answer).starts_with("/login?"));
}
