//! SAML responses that are not what they seem, posted to a server. What the corpus of the crate `federation` holds is not told
//! again here; this is what a pool makes of it.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::json;

use super::oidc::JANE;
use super::{Stage, post_saml, told};
use crate::mock_idp::visitor::field;
use crate::oauth::browser::{Browser, detail, location, parameter};
use crate::oauth::{App, browser};
use crate::world::{Answer, World, on_both};

on_both!(
    what_is_not_signed_is_not_believed,
    an_answer_counts_once,
    an_answer_is_of_its_request,
    an_answer_is_for_its_pool,
    what_belongs_to_no_sign_in_is_told_on_a_page,
    of_twenty_posts_at_once_one_counts,
);

const ACS: &str = "/saml2/idpresponse";

#[track_caller]
pub fn assert_unsolicited(page: &Answer) {
    let told = detail(page);
    assert_eq!(
        (page.status, told.as_deref()),
        (400, Some("Invalid samlResponse or relayState from identity provider")),
        "{:?}",
        page.headers
    );
}

/// What a provider's page carries.
fn carried(page: &Answer) -> (String, String) {
    (field(page, "SAMLResponse").unwrap(), field(page, "RelayState").unwrap())
}

fn xml(response: &str) -> String {
    String::from_utf8(BASE64_STANDARD.decode(response).unwrap()).unwrap()
}

async fn post(browser: &mut Browser, response: &str, state: &str) -> Answer {
    browser.post(ACS, &[("SAMLResponse", response), ("RelayState", state)]).await
}

async fn has_no_users(world: &World, stage: &Stage) {
    let users = world.ok("ListUsers", json!({ "UserPoolId": stage.app.pool })).await;
    assert_eq!(users["Users"], json!([]));
}

async fn what_is_not_signed_is_not_believed(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Corp", &[])).await;
    let (response, state) = carried(&stage.at_provider(&sent, &JANE).await);
    let good = xml(&response);
    let without_signatures = {
        let mut text = good.clone();
        while let Some((before, rest)) = text.split_once("<ds:Signature") {
            text = format!("{before}{}", rest.split_once("</ds:Signature>").unwrap().1);
        }
        text
    };
    assert_ne!(without_signatures, good);
    for (case, document, description) in [
        ("subject", good.replace(">jane<", ">root<"), "SAML Response signature is invalid"),
        (
            "attribute",
            good.replace("jane@example.com", "root@example.com"),
            "SAML Response signature is invalid",
        ),
        ("signatures", without_signatures, "SAML Response is not signed"),
        ("no XML", "hello".to_owned(), "SAML Response cannot be read"),
        (
            "doctype",
            format!("<!DOCTYPE a [<!ENTITY b \"c\">]>{good}"),
            "SAML Response must not contain a document type declaration",
        ),
        ("size", format!("{good}{}", " ".repeat(100_000)), "SAML Response is too large"),
    ] {
        let answer = post(&mut browser, &BASE64_STANDARD.encode(document), &state).await;
        assert_eq!(
            told(&answer),
            ("server_error".to_owned(), format!("Invalid SAML response received: {description}")),
            "{case}"
        );
    }
    let answer = post(&mut browser, "not base64!", &state).await;
    assert_eq!(told(&answer).1, "Invalid SAML response received: SAML Response cannot be read");
    has_no_users(&world, &stage).await;
}

async fn an_answer_counts_once(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Corp", &[])).await;
    let page = stage.at_provider(&sent, &JANE).await;
    let posted = post_saml(&mut browser, &page).await;
    assert!(location(&posted).starts_with("/saml2/continue?"));
    let other = world.replica(api::config::Config::default()).await;
    for server in [&world, &other] {
        browser.turn_to(server);
        assert_unsolicited(&post_saml(&mut browser, &page).await);
    }
    assert!(parameter(&browser.follow(&posted).await, "code").is_some());
    assert_unsolicited(&post_saml(&mut browser, &page).await);
}

async fn an_answer_is_of_its_request(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let mut other = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Corp", &[])).await;
    let sent_other = other.get(&stage.authorize("Corp", &[])).await;
    let (response, _) = carried(&stage.at_provider(&sent, &JANE).await);
    let (_, state_of_other) = carried(&stage.at_provider(&sent_other, &JANE).await);
    let answer = post(&mut other, &response, &state_of_other).await;
    assert_eq!(told(&answer).1, "Invalid SAML response received: InResponseTo is not the request");
    // A state of OpenID Connect is none of SAML, and the other way round.
    let oidc = browser.get(&stage.authorize("Sso", &[])).await;
    let state = parameter(&oidc, "state").unwrap();
    super::oidc::assert_stranger(&post(&mut browser, &response, &state).await);
    let saml = browser.get(&stage.authorize("Corp", &[])).await;
    let state = parameter(&saml, "RelayState").unwrap();
    super::oidc::assert_stranger(&browser.get(&format!("/oauth2/idpresponse?code=1&state={state}")).await);
    has_no_users(&world, &stage).await;
}

async fn an_answer_is_for_its_pool(world: World) {
    let stage = Stage::new(&world).await;
    let url = format!("{}/_poolhouse/idp/saml/metadata", stage.idp.url);
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "other" })).await;
    let request = json!({
        "UserPoolId": pool, "ProviderName": "Corp", "ProviderType": "SAML", "ProviderDetails": { "MetadataURL": url },
    });
    world.ok("CreateIdentityProvider", request).await;
    let other =
        App::of_pool(&world, &pool, json!({ "SupportedIdentityProviders": ["COGNITO", "Corp"] })).await;
    let mut at_other = browser::Browser::at(&world, "other.auth.us-east-1.localhost");
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Corp", &[])).await;
    let (response, state) = carried(&stage.at_provider(&sent, &JANE).await);
    // At the other pool's domain, with the state of this one: the client is not of that domain.
    let page = post(&mut at_other, &response, &state).await;
    assert_eq!((page.status, detail(&page).as_deref()), (400, Some("Client does not exist.")));
    // And with a state of the other: the answer is not for it.
    let query = other.query(&[("identity_provider", "Corp"), ("state", "s&1")]);
    let sent = at_other.get(&format!("/oauth2/authorize?{query}")).await;
    let state_of_other = parameter(&sent, "RelayState").unwrap();
    let (error, _) = told(&post(&mut at_other, &response, &state_of_other).await);
    assert_eq!(error, "server_error");
    let users = world.ok("ListUsers", json!({ "UserPoolId": pool })).await;
    assert_eq!(users["Users"], json!([]));
}

async fn what_belongs_to_no_sign_in_is_told_on_a_page(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Corp", &[])).await;
    let (response, state) = carried(&stage.at_provider(&sent, &JANE).await);
    for form in [
        &[][..],
        &[("SAMLResponse", response.as_str())],
        &[("RelayState", state.as_str())],
        &[("SAMLResponse", response.as_str()), ("RelayState", "x")],
        &[("SAMLResponse", response.as_str()), ("RelayState", "<script>alert(1)</script>")],
    ] {
        assert_unsolicited(&browser.post(ACS, form).await);
    }
    for path in [ACS, "/saml2/logout"] {
        let page = browser.get(path).await;
        let told = detail(&page);
        assert_eq!(
            (page.status, told.as_deref()),
            (400, Some("An error was encountered with the requested page.")),
            "by POST alone"
        );
    }
}

async fn of_twenty_posts_at_once_one_counts(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Corp", &[])).await;
    let (response, state) = carried(&stage.at_provider(&sent, &JANE).await);
    let other = world.replica(api::config::Config::default()).await;
    let mut posts = tokio::task::JoinSet::new();
    for number in 0..20 {
        let (mut browser, response, state) = (browser.clone(), response.clone(), state.clone());
        browser.turn_to(if number % 2 == 0 { &world } else { &other });
        posts.spawn(async move { post(&mut browser, &response, &state).await.status });
    }
    let statuses = posts.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 302).count(), 1, "{statuses:?}");
    // And of twenty who go on from there.
    let mut all = tokio::task::JoinSet::new();
    for number in 0..20 {
        let (mut browser, state) = (browser.clone(), state.clone());
        browser.turn_to(if number % 2 == 0 { &world } else { &other });
        all.spawn(async move { browser.get(&format!("/saml2/continue?state={state}")).await.status });
    }
    let statuses = all.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 302).count(), 1, "{statuses:?}");
}
