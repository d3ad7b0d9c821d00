//! Signing out at a SAML provider too (`IDPSignout`).

use serde_json::json;

use super::oidc::{JANE, assert_stranger};
use super::{Stage, post_saml};
use crate::mock_idp::visitor::{Visitor, action, field};
use crate::oauth::browser::{Browser, detail, location, parameter};
use crate::oauth::{App, LOGOUT};
use crate::world::{Answer, World, on_both};

on_both!(
    the_provider_hears_of_it_first,
    without_the_setting_it_does_not,
    who_did_not_come_by_saml_leaves_at_once,
    an_answer_of_another_is_refused,
    a_provider_that_is_away_holds_up_nobody,
);

fn logout(app: &App) -> String {
    format!("/logout?client_id={}&logout_uri={}", app.client, LOGOUT)
}

async fn signed_in(world: &World, details: serde_json::Value) -> (Stage, Browser) {
    let stage = Stage::new(world).await;
    stage.update(world, "Corp", details).await;
    let mut browser = stage.app.browser(world);
    let answer = stage.sign_in(&mut browser, "Corp", &JANE).await;
    assert!(parameter(&answer, "code").is_some());
    (stage, browser)
}

/// What the provider's page carries, where an answer of the pool led to.
async fn at_provider(stage: &Stage, sent: &Answer) -> Answer {
    assert!(location(sent).starts_with(&format!("{}/_poolhouse/idp/saml/slo?SAMLRequest=", stage.idp.url)));
    assert!(parameter(sent, "Signature").is_some(), "always signed");
    Visitor::at(&stage.idp).open(location(sent)).await
}

async fn the_provider_hears_of_it_first(world: World) {
    let (stage, mut browser) = signed_in(&world, json!({ "IDPSignout": "true" })).await;
    let sent = browser.get(&logout(&stage.app)).await;
    assert_eq!(browser.cookie("cognito"), None);
    let page = at_provider(&stage, &sent).await;
    let slo = format!("http://{}/saml2/logout", browser.host);
    assert_eq!(action(&page), slo);
    browser.turn_to(&world.replica(api::config::Config::default()).await);
    let answer = post_saml(&mut browser, &page).await;
    assert_eq!(location(&answer), LOGOUT);
    assert_stranger(&post_saml(&mut browser, &page).await);
    let again = browser.get(&stage.authorize("Corp", &[])).await;
    assert_eq!(parameter(&again, "code"), None, "nobody is signed in");
}

async fn without_the_setting_it_does_not(world: World) {
    let (stage, mut browser) = signed_in(&world, json!({})).await;
    assert_eq!(location(&browser.get(&logout(&stage.app)).await), LOGOUT);
}

async fn who_did_not_come_by_saml_leaves_at_once(world: World) {
    let (stage, mut browser) = signed_in(&world, json!({ "IDPSignout": "true" })).await;
    stage.sign_in(&mut browser, "Sso", &JANE).await;
    assert_eq!(location(&browser.get(&logout(&stage.app)).await), LOGOUT);
    assert_eq!(location(&browser.get(&logout(&stage.app)).await), LOGOUT, "nor is anybody signed in now");
}

async fn an_answer_of_another_is_refused(world: World) {
    let (stage, mut browser) = signed_in(&world, json!({ "IDPSignout": "true" })).await;
    let sent = browser.get(&logout(&stage.app)).await;
    let page = at_provider(&stage, &sent).await;
    let (response, state) = (field(&page, "SAMLResponse").unwrap(), field(&page, "RelayState").unwrap());
    let sign_in = stage.at_provider(&browser.get(&stage.authorize("Corp", &[])).await, &JANE).await;
    let other = field(&sign_in, "SAMLResponse").unwrap();
    let answer = browser.post("/saml2/logout", &[("SAMLResponse", &other), ("RelayState", &state)]).await;
    assert_eq!(answer.status, 400);
    assert!(detail(&answer).unwrap().starts_with("Invalid SAML response received: "));
    for form in [
        vec![("SAMLResponse", response.as_str())],
        vec![("RelayState", state.as_str())],
        vec![("SAMLResponse", response.as_str()), ("RelayState", "x")],
        // The state of a sign-in is none of a logout.
        vec![("SAMLResponse", response.as_str()), ("RelayState", &field(&sign_in, "RelayState").unwrap())],
    ] {
        assert_stranger(&browser.post("/saml2/logout", &form).await);
    }
    // Nor is the state of a logout one of a sign-in.
    super::saml_hostile::assert_unsolicited(
        &browser.post("/saml2/idpresponse", &[("SAMLResponse", &response), ("RelayState", &state)]).await,
    );
    assert_stranger(&browser.get(&format!("/oauth2/idpresponse?code=1&state={state}")).await);
    let answer = browser.post("/saml2/logout", &[("SAMLResponse", &response), ("RelayState", &state)]).await;
    assert_eq!(location(&answer), LOGOUT);
}

async fn a_provider_that_is_away_holds_up_nobody(world: World) {
    let (stage, mut browser) = signed_in(&world, json!({ "IDPSignout": "true" })).await;
    let request = json!({ "UserPoolId": stage.app.pool, "ProviderName": "Corp" });
    world.ok("DeleteIdentityProvider", request).await;
    assert_eq!(location(&browser.get(&logout(&stage.app)).await), LOGOUT);
    assert_eq!(browser.cookie("cognito"), None);
}
