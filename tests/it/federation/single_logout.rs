//! Signing out at a SAML provider too (`IDPSignout`).

use base64::prelude::{BASE64_STANDARD, Engine as _};
use chrono::TimeDelta;
use serde_json::json;

use super::oidc::{JANE, assert_stranger};
use super::pages::saml_request;
use super::stand_in::{SamlKey, StandIn};
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
    an_answer_comes_within_five_minutes,
    a_provider_that_did_not_sign_out_holds_up_nobody,
    a_provider_that_is_away_holds_up_nobody,
    keys_may_change,
);

fn logout(app: &App) -> String {
    format!("/logout?client_id={}&logout_uri={}", app.client, LOGOUT)
}

fn xml(response: &str) -> String {
    String::from_utf8(BASE64_STANDARD.decode(response).unwrap()).unwrap()
}

fn without_signature(document: &str) -> String {
    let (before, rest) = document.split_once("<ds:Signature").unwrap();
    format!("{before}{}", rest.split_once("</ds:Signature>").unwrap().1)
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
    // Whom it means, the provider knows by all that it said of them.
    let request = saml_request(&sent);
    for part in
        [" Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\"", ">jane</", "SessionIndex>"]
    {
        assert!(request.contains(part), "{request}");
    }
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

async fn an_answer_comes_within_five_minutes(world: World) {
    let (stage, _) = signed_in(&world, json!({ "IDPSignout": "true" })).await;
    for (seconds, counts) in [(299, true), (300, false)] {
        let mut browser = stage.app.browser(&world);
        stage.sign_in(&mut browser, "Corp", &JANE).await;
        let sent = browser.get(&logout(&stage.app)).await;
        for server in [&world, &stage.idp] {
            server.advance(TimeDelta::seconds(seconds));
        }
        let answer = post_saml(&mut browser, &at_provider(&stage, &sent).await).await;
        if counts {
            assert_eq!(location(&answer), LOGOUT);
        } else {
            assert_stranger(&answer);
        }
    }
}

async fn a_provider_that_did_not_sign_out_holds_up_nobody(world: World) {
    let (stage, mut browser) = signed_in(&world, json!({ "IDPSignout": "true" })).await;
    let (stand_in, key) = (StandIn::start(), SamlKey::new());
    let metadata = stage.idp.get("/_poolhouse/idp/saml/metadata").await.text;
    stand_in.answers("/metadata", 200, key.beside(&metadata));
    stage.update(&world, "Corp", json!({ "MetadataURL": stand_in.at("/metadata") })).await;
    let sent = browser.get(&logout(&stage.app)).await;
    let page = at_provider(&stage, &sent).await;
    let (response, state) = (field(&page, "SAMLResponse").unwrap(), field(&page, "RelayState").unwrap());
    // The provider has forgotten the session, and says so.
    let said = xml(&response).replace("status:Success", "status:Responder");
    let said = without_signature(&said);
    let mut post = async |response: &str| {
        browser.post("/saml2/logout", &[("SAMLResponse", response), ("RelayState", &state)]).await
    };
    let unsigned = post(&BASE64_STANDARD.encode(&said)).await;
    let told = "Invalid SAML response received: SAML Response is not signed";
    assert_eq!((unsigned.status, detail(&unsigned).as_deref()), (400, Some(told)), "anybody could say so");
    assert_eq!(location(&post(&key.sign(&said)).await), LOGOUT);
    assert_stranger(&post(&key.sign(&said)).await);
}

async fn a_provider_that_is_away_holds_up_nobody(world: World) {
    let (stage, mut browser) = signed_in(&world, json!({ "IDPSignout": "true" })).await;
    let stand_in = StandIn::start();
    let metadata = stage.idp.get("/_poolhouse/idp/saml/metadata").await.text;
    let goes_away = async |path: &str| {
        stand_in.answers(path, 200, &metadata);
        stage.update(&world, "Corp", json!({ "MetadataURL": stand_in.at(path) })).await;
        stand_in.answers(path, 503, "");
    };
    // Before it is told, or before its answer can be judged.
    goes_away("/one").await;
    assert_eq!(location(&browser.get(&logout(&stage.app)).await), LOGOUT);
    assert_eq!(browser.cookie("cognito"), None);
    stand_in.answers("/one", 200, &metadata);
    stage.sign_in(&mut browser, "Corp", &JANE).await;
    let sent = browser.get(&logout(&stage.app)).await;
    let page = at_provider(&stage, &sent).await;
    goes_away("/two").await;
    assert_eq!(location(&post_saml(&mut browser, &page).await), LOGOUT);
    // Or for ever.
    stand_in.answers("/two", 200, &metadata);
    stage.sign_in(&mut browser, "Corp", &JANE).await;
    let request = json!({ "UserPoolId": stage.app.pool, "ProviderName": "Corp" });
    world.ok("DeleteIdentityProvider", request).await;
    assert_eq!(location(&browser.get(&logout(&stage.app)).await), LOGOUT);
    assert_eq!(browser.cookie("cognito"), None);
}

async fn keys_may_change(world: World) {
    let (stage, mut browser) = signed_in(&world, json!({ "IDPSignout": "true" })).await;
    let stand_in = StandIn::start();
    let now = stage.idp.get("/_poolhouse/idp/saml/metadata").await.text;
    let (_, certificate) = now.split_once("X509Certificate>").unwrap();
    let other = crate::identity_providers::testdata("keycloak");
    let (_, of_other) = other.split_once("X509Certificate>").unwrap();
    let text = |rest: &str| rest.split_once('<').unwrap().0.to_owned();
    stand_in.answers("/metadata", 200, now.replace(&text(certificate), &text(of_other)));
    stage.update(&world, "Corp", json!({ "MetadataURL": stand_in.at("/metadata") })).await;
    let sent = browser.get(&logout(&stage.app)).await;
    let page = at_provider(&stage, &sent).await;
    stand_in.answers("/metadata", 200, &now);
    let answer = post_saml(&mut browser, &page).await;
    let told = "Invalid SAML response received: SAML Response signature is invalid";
    assert_eq!((answer.status, detail(&answer).as_deref()), (400, Some(told)), "it was asked a moment ago");
    world.advance(TimeDelta::seconds(10));
    assert_eq!(location(&post_saml(&mut browser, &page).await), LOGOUT);
}
