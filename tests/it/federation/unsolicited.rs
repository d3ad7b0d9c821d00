//! Sign-ins that begin at a SAML provider (IdP-initiated), where the pool allows them.

use chrono::TimeDelta;
use serde_json::json;

use super::oidc::JANE;
use super::saml_hostile::assert_unsolicited;
use super::{Stage, post_saml};
use crate::mock_idp::visitor::{Visitor, encoded};
use crate::oauth::browser::{Browser, detail, location, parameter};
use crate::oauth::{App, CALLBACK};
use crate::world::{Answer, World, on_both};

on_both!(
    the_relay_state_says_what_for,
    it_is_allowed_by_the_provider,
    it_counts_once_and_for_six_minutes,
    nothing_is_granted_that_nobody_may_ask_for,
);

/// A client of SAML providers alone, one of which may begin sign-ins.
async fn stage(world: &World) -> Stage {
    let stage = Stage::new(world).await;
    stage.update(world, "Corp", json!({ "IDPInit": "true" })).await;
    let app = App::of_pool(world, &stage.app.pool, json!({ "SupportedIdentityProviders": ["Corp"] })).await;
    Stage { app, ..stage }
}

fn relay_state(stage: &Stage, changes: &[(&str, &str)]) -> String {
    let mut all = vec![("identity_provider", "Corp"), ("scope", "openid email")];
    all.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    stage.app.query(&[&all, changes].concat())
}

/// What the provider's page carries after a sign-in that began there.
async fn begun(stage: &Stage, browser: &Browser, relay_state: &str) -> Answer {
    let acs = format!("http://{}/saml2/idpresponse", browser.host);
    let audience = format!("urn:amazon:cognito:sp:{}", stage.app.pool);
    let query = encoded(&[("acs", &acs), ("audience", &audience), ("relay_state", relay_state)]);
    let mut visitor = Visitor::at(&stage.idp);
    let page = visitor.open(&format!("/_poolhouse/idp/saml/start?{query}")).await;
    visitor.submit(&page, &JANE).await
}

async fn the_relay_state_says_what_for(world: World) {
    let stage = stage(&world).await;
    for changes in
        [&[][..], &[("identity_provider", ""), ("idp_identifier", "corp.example")], &[("state", "s&1")]]
    {
        let mut browser = stage.app.browser(&world);
        let page = begun(&stage, &browser, &relay_state(&stage, changes)).await;
        let answer = post_saml(&mut browser, &page).await;
        assert!(location(&answer).starts_with(&format!("{CALLBACK}?code=")), "{}", location(&answer));
        assert_eq!(parameter(&answer, "state").is_some(), changes.contains(&("state", "s&1")));
        assert_eq!(stage.claims(&world, &answer).await["cognito:username"], "Corp_jane");
        // The browser is signed in.
        let granted = browser.get(&format!("/oauth2/authorize?{}", stage.app.query(&[]))).await;
        assert!(parameter(&granted, "code").is_some());
    }
}

async fn it_is_allowed_by_the_provider(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let page = begun(&stage, &browser, &relay_state(&stage, &[])).await;
    assert_unsolicited(&post_saml(&mut browser, &page).await);
}

async fn it_counts_once_and_for_six_minutes(world: World) {
    let stage = stage(&world).await;
    let mut browser = stage.app.browser(&world);
    let state = relay_state(&stage, &[]);
    let page = begun(&stage, &browser, &state).await;
    assert!(parameter(&post_saml(&mut browser, &page).await, "code").is_some());
    browser.turn_to(&world.replica(api::config::Config::default()).await);
    assert_unsolicited(&post_saml(&mut browser, &page).await);
    browser.turn_to(&world);
    let page = begun(&stage, &browser, &state).await;
    world.advance(TimeDelta::seconds(361));
    let answer = post_saml(&mut browser, &page).await;
    assert_eq!(parameter(&answer, "error").as_deref(), Some("server_error"));
    assert!(
        parameter(&answer, "error_description")
            .unwrap()
            .starts_with("Invalid SAML response received: Assertion ")
    );
}

async fn nothing_is_granted_that_nobody_may_ask_for(world: World) {
    let stage = stage(&world).await;
    let mut browser = stage.app.browser(&world);
    for (changes, told) in [
        (&[("identity_provider", "Nobody")][..], "Identity provider not found"),
        (&[("identity_provider", "Sso")], "Identity provider not found"),
        (&[("client_id", "nobody")], "Client does not exist."),
    ] {
        let page = begun(&stage, &browser, &relay_state(&stage, changes)).await;
        let answer = post_saml(&mut browser, &page).await;
        assert_eq!((answer.status, detail(&answer).as_deref()), (400, Some(told)));
    }
    let page =
        begun(&stage, &browser, &relay_state(&stage, &[("redirect_uri", "https://evil.example/cb")])).await;
    assert!(location(&post_saml(&mut browser, &page).await).starts_with("/error?error=redirect_mismatch"));
    let page = begun(&stage, &browser, &relay_state(&stage, &[("identity_provider", "")])).await;
    assert_unsolicited(&post_saml(&mut browser, &page).await);
    // An answer that somebody asked for is not one that nobody asked for.
    let sent = browser.get(&stage.authorize("Corp", &[])).await;
    let page = stage.at_provider(&sent, &JANE).await;
    let response = crate::mock_idp::visitor::field(&page, "SAMLResponse").unwrap();
    let form = [("SAMLResponse", response.as_str()), ("RelayState", &relay_state(&stage, &[]))];
    let answer = browser.post("/saml2/idpresponse", &form).await;
    assert_eq!(
        parameter(&answer, "error_description").as_deref(),
        Some("Invalid SAML response received: InResponseTo must be absent")
    );
}
