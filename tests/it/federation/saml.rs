//! SAML providers: what they are asked, and what becomes of their answers.

use api::config::Config;
use chrono::TimeDelta;
use serde_json::json;

use super::oidc::{JANE, assert_stranger};
use super::stand_in::StandIn;
use super::{Stage, post_saml, told};
use crate::mock_idp::visitor::{Visitor, action, encoded};
use crate::oauth::browser::{Browser, detail, location, parameter};
use crate::oauth::{CALLBACK, LOGOUT};
use crate::world::{World, on_both};

on_both!(
    from_the_first_redirect_to_tokens,
    a_refusal_goes_to_the_application,
    requests_are_signed_where_the_provider_wants_it,
    responses_are_decrypted,
    an_answer_counts_in_the_browser_that_left,
    an_answer_comes_within_five_minutes,
    steps_may_be_at_different_replicas,
    keys_may_change,
    metadata_may_be_a_file,
    a_domain_may_be_in_the_path,
    metadata_counts_as_long_as_it_says,
    hosts_that_may_not_be_asked_are_not,
    nor_are_those_that_others_lead_to,
);

const INVALID_SIGNATURE: &str = "Invalid SAML response received: SAML Response signature is invalid";

async fn from_the_first_redirect_to_tokens(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Corp", &[])).await;
    assert!(location(&sent).starts_with(&format!("{}/_poolhouse/idp/saml/sso?SAMLRequest=", stage.idp.url)));
    assert!(parameter(&sent, "RelayState").unwrap().len() >= 43);
    assert_eq!(parameter(&sent, "Signature"), None);
    let fields = [("subject", "Ann-1"), ("email", "ann@example.com"), ("attributes", "team=a\nteam=b c")];
    let page = stage.at_provider(&sent, &fields).await;
    let posted = post_saml(&mut browser, &page).await;
    let answer = browser.follow(&posted).await;
    assert!(location(&answer).starts_with(&format!("{CALLBACK}?code=")), "{}", location(&answer));
    assert_eq!(parameter(&answer, "state").as_deref(), Some("s&1"));
    let claims = stage.claims(&world, &answer).await;
    assert_eq!(claims["cognito:username"], "Corp_Ann-1");
    assert_eq!(claims["cognito:groups"], json!([format!("{}_Corp", stage.app.pool)]));
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!("ann@example.com"), &json!(false)));
    assert_eq!(claims["custom:team"], "[a,b+c]");
    let identity = &claims["identities"][0];
    assert_eq!((&identity["userId"], &identity["providerType"]), (&json!("Ann-1"), &json!("SAML")));
    assert_eq!(identity["issuer"], format!("{}/_poolhouse/idp/saml/metadata", stage.idp.url));
}

async fn a_refusal_goes_to_the_application(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Corp", &[])).await;
    let page = stage.at_provider(&sent, &[("refuse", "true")]).await;
    let (error, description) = told(&post_saml(&mut browser, &page).await);
    assert_eq!(error, "server_error");
    assert!(description.starts_with("Invalid SAML response received: Status"), "{description}");
}

async fn requests_are_signed_where_the_provider_wants_it(world: World) {
    let stage = Stage::new(&world).await;
    stage.update(&world, "Corp", json!({ "RequestSigningAlgorithm": "rsa-sha256" })).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Corp", &[])).await;
    assert_eq!(
        parameter(&sent, "SigAlg").as_deref(),
        Some("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")
    );
    assert!(parameter(&sent, "Signature").unwrap().len() > 300);
    // One certificate for the pool, whoever made it.
    let pool = json!({ "UserPoolId": stage.app.pool });
    let certificate = world.ok("GetSigningCertificate", pool.clone()).await;
    let text = certificate["Certificate"].as_str().unwrap();
    assert!(text.starts_with("MII") && !text.contains('\n'), "{text}");
    assert_eq!(stage.idp.ok("GetSigningCertificate", pool).await, certificate);
    let other = world.pool(json!({})).await;
    assert_ne!(world.ok("GetSigningCertificate", json!({ "UserPoolId": other })).await, certificate);
    let nobody = json!({ "UserPoolId": "us-east-1_Nobody123" });
    let message = "User pool us-east-1_Nobody123 does not exist.";
    world.refused("GetSigningCertificate", nobody, "ResourceNotFoundException", message).await;
    let page = stage.at_provider(&sent, &JANE).await;
    let posted = post_saml(&mut browser, &page).await;
    assert!(parameter(&browser.follow(&posted).await, "code").is_some());
}

async fn responses_are_decrypted(world: World) {
    let stage = Stage::new(&world).await;
    stage.update(&world, "Corp", json!({ "EncryptedResponses": "true" })).await;
    let mut browser = stage.app.browser(&world);
    let plain = browser.get(&stage.authorize("Corp", &[])).await;
    let page = stage.at_provider(&plain, &JANE).await;
    let (_, description) = told(&post_saml(&mut browser, &page).await);
    assert_eq!(description, "Invalid SAML response received: Assertion is not encrypted");
    let certificate = stage.details(&world, "Corp").await["ActiveEncryptionCertificate"].clone();
    let url = format!(
        "{}/_poolhouse/idp/saml/metadata?{}",
        stage.idp.url,
        encoded(&[("encrypt_for", certificate.as_str().unwrap())])
    );
    stage.update(&world, "Corp", json!({ "MetadataURL": url })).await;
    let answer = stage.sign_in(&mut browser, "Corp", &JANE).await;
    assert_eq!(stage.claims(&world, &answer).await["cognito:username"], "Corp_jane");
    stage.update(&world, "Corp", json!({ "EncryptedResponses": "false" })).await;
    browser = stage.app.browser(&world);
    let encrypted = browser.get(&stage.authorize("Corp", &[])).await;
    let page = stage.at_provider(&encrypted, &JANE).await;
    let (_, description) = told(&post_saml(&mut browser, &page).await);
    assert_eq!(description, "Invalid SAML response received: Assertion is encrypted");
}

async fn an_answer_counts_in_the_browser_that_left(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Corp", &[])).await;
    let page = stage.at_provider(&sent, &JANE).await;
    // The provider's page posts without cookies of ours: who comes then has to be the one who left.
    let mut other = stage.app.browser(&world);
    let posted = post_saml(&mut other, &page).await;
    assert!(location(&posted).starts_with("/saml2/continue?state="));
    assert_stranger(&other.follow(&posted).await);
    other.get(&stage.authorize("Corp", &[])).await;
    assert_stranger(&other.follow(&posted).await);
    assert!(parameter(&browser.follow(&posted).await, "code").is_some());
    assert_stranger(&browser.follow(&posted).await);
    for path in ["/saml2/continue", "/saml2/continue?state=x"] {
        assert_stranger(&browser.get(path).await);
    }
}

async fn an_answer_comes_within_five_minutes(world: World) {
    let stage = Stage::new(&world).await;
    for (seconds, counts) in [(299, true), (300, false)] {
        let mut browser = stage.app.browser(&world);
        let sent = browser.get(&stage.authorize("Corp", &[])).await;
        for server in [&world, &stage.idp] {
            server.advance(TimeDelta::seconds(seconds));
        }
        let page = stage.at_provider(&sent, &JANE).await;
        let posted = post_saml(&mut browser, &page).await;
        if counts {
            assert!(parameter(&browser.follow(&posted).await, "code").is_some(), "{seconds}");
        } else {
            super::saml_hostile::assert_unsolicited(&posted);
        }
    }
}

async fn steps_may_be_at_different_replicas(world: World) {
    let stage = Stage::new(&world).await;
    let other = world.replica(Config::default()).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Corp", &[])).await;
    let page = stage.at_provider(&sent, &JANE).await;
    browser.turn_to(&other);
    let posted = post_saml(&mut browser, &page).await;
    browser.turn_to(&world);
    let answer = browser.follow(&posted).await;
    assert_eq!(stage.claims(&other, &answer).await["cognito:username"], "Corp_jane");
}

async fn keys_may_change(world: World) {
    let stage = Stage::new(&world).await;
    let stand_in = StandIn::start();
    let now = stage.idp.get("/_poolhouse/idp/saml/metadata").await.text;
    let certificate = |metadata: &str| {
        let (_, rest) = metadata.split_once("X509Certificate>").unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    let other = crate::identity_providers::testdata("keycloak");
    let before = now.replace(&certificate(&now), &certificate(&other));
    stand_in.answers("/metadata", 200, &before);
    stage.update(&world, "Corp", json!({ "MetadataURL": stand_in.at("/metadata") })).await;
    let sign_in = async || {
        let mut browser = stage.app.browser(&world);
        let sent = browser.get(&stage.authorize("Corp", &[])).await;
        let page = stage.at_provider(&sent, &JANE).await;
        let posted = post_saml(&mut browser, &page).await;
        if location(&posted).starts_with(CALLBACK) { posted } else { browser.follow(&posted).await }
    };
    let advance = |by| [&world, &stage.idp].map(|server| server.advance(by));
    assert_eq!(told(&sign_in().await).1, INVALID_SIGNATURE);
    stand_in.answers("/metadata", 200, &now);
    let count = stand_in.count();
    assert_eq!(told(&sign_in().await).1, INVALID_SIGNATURE, "it was asked a moment ago");
    assert_eq!(stand_in.count(), count);
    advance(TimeDelta::seconds(10));
    assert!(parameter(&sign_in().await, "code").is_some(), "an unknown key is worth another look");
    // A provider that is away is believed what it said last, and asked now and then.
    for (status, body) in [(503, ""), (200, "<html>We are working on it</html>")] {
        stand_in.answers("/metadata", status, body);
        advance(TimeDelta::hours(7));
        let count = stand_in.count();
        assert!(parameter(&sign_in().await, "code").is_some());
        assert!(parameter(&sign_in().await, "code").is_some());
        assert_eq!(stand_in.count(), count + 1, "once in ten seconds");
        advance(TimeDelta::seconds(10));
        assert!(parameter(&sign_in().await, "code").is_some());
        assert_eq!(stand_in.count(), count + 2);
    }
    // A key that it has withdrawn does not count for longer than six hours.
    stand_in.answers("/metadata", 200, &now);
    advance(TimeDelta::seconds(10));
    sign_in().await;
    stand_in.answers("/metadata", 200, &before);
    advance(TimeDelta::hours(6) - TimeDelta::seconds(1));
    assert!(parameter(&sign_in().await, "code").is_some());
    advance(TimeDelta::seconds(1));
    assert_eq!(told(&sign_in().await).1, INVALID_SIGNATURE);
}

async fn metadata_may_be_a_file(world: World) {
    let stage = Stage::new(&world).await;
    let metadata = stage.idp.get("/_poolhouse/idp/saml/metadata").await.text;
    let request = json!({
        "UserPoolId": stage.app.pool, "ProviderName": "Corp", "ProviderDetails": { "MetadataFile": metadata },
    });
    world.ok("UpdateIdentityProvider", request).await;
    let answer = stage.sign_in(&mut stage.app.browser(&world), "Corp", &JANE).await;
    assert!(parameter(&answer, "code").is_some());
}

async fn a_domain_may_be_in_the_path(world: World) {
    let stage = Stage::new(&world).await;
    stage.update(&world, "Corp", json!({ "IDPSignout": "true" })).await;
    let mut browser = Browser::at(&world, "127.0.0.1");
    let sent = browser.get(&format!("/domains/acme{}", stage.authorize("Corp", &[]))).await;
    let page = stage.at_provider(&sent, &JANE).await;
    assert_eq!(action(&page), format!("http://{}/domains/acme/saml2/idpresponse", browser.host));
    let posted = post_saml(&mut browser, &page).await;
    let answer = browser.follow(&posted).await;
    assert_eq!(stage.claims(&world, &answer).await["cognito:username"], "Corp_jane");
    let path = format!("/domains/acme/logout?client_id={}&logout_uri={LOGOUT}", stage.app.client);
    let sent = browser.get(&path).await;
    let page = Visitor::at(&stage.idp).open(location(&sent)).await;
    assert_eq!(location(&post_saml(&mut browser, &page).await), LOGOUT);
}

async fn metadata_counts_as_long_as_it_says(world: World) {
    let stage = Stage::new(&world).await;
    let stand_in = StandIn::start();
    let metadata = stage.idp.get("/_poolhouse/idp/saml/metadata").await.text;
    let until = |time: &str| metadata.replace("entityID=", &format!("validUntil=\"{time}\" entityID="));
    stand_in.answers("/metadata", 200, until("2026-01-02T04:00:00Z"));
    stage.update(&world, "Corp", json!({ "MetadataURL": stand_in.at("/metadata") })).await;
    let answer = stage.sign_in(&mut stage.app.browser(&world), "Corp", &JANE).await;
    assert!(parameter(&answer, "code").is_some());
    // An hour later it is over, long before it would be fetched again. A provider that is away then is not believed.
    for server in [&world, &stage.idp] {
        server.advance(TimeDelta::hours(1));
    }
    stand_in.answers("/metadata", 503, "");
    let page = stage.app.browser(&world).get(&stage.authorize("Corp", &[])).await;
    let text = "Error retrieving metadata of the identity provider";
    assert_eq!((page.status, detail(&page).as_deref()), (400, Some(text)));
    stand_in.answers("/metadata", 200, until("2026-01-02T06:00:00Z"));
    for server in [&world, &stage.idp] {
        server.advance(TimeDelta::seconds(10));
    }
    let answer = stage.sign_in(&mut stage.app.browser(&world), "Corp", &JANE).await;
    assert!(parameter(&answer, "code").is_some());
}

async fn hosts_that_may_not_be_asked_are_not(world: World) {
    let stage = Stage::new(&world).await;
    let outbound_hosts = Some(vec!["idp.example".to_owned()]);
    let guarded = world.replica(Config { outbound_hosts, ..Config::default() }).await;
    let mut browser = stage.app.browser(&guarded);
    let page = browser.get(&stage.authorize("Corp", &[])).await;
    let text = "Error retrieving metadata of the identity provider";
    assert_eq!((page.status, detail(&page).as_deref()), (400, Some(text)));
    // A code may come, since the browser brings it; it is shown to nobody.
    let sent = browser.get(&stage.authorize("Sso", &[])).await;
    let back = stage.at_provider(&sent, &JANE).await;
    let answer = browser.follow(&back).await;
    assert_eq!(told(&answer).1, "Timeout occurred in calling IdP token endpoint");
    let url = format!("{}/_poolhouse/idp/saml/metadata", stage.idp.url);
    let request = json!({
        "UserPoolId": stage.app.pool, "ProviderName": "More", "ProviderType": "SAML", "ProviderDetails": { "MetadataURL": url },
    });
    let message = format!("Error retrieving metadata from {url}");
    guarded.refused("CreateIdentityProvider", request, "InvalidParameterException", &message).await;
    let allowed = stage.idp.url.strip_prefix("http://").unwrap().to_owned();
    let open = world.replica(Config { outbound_hosts: Some(vec![allowed]), ..Config::default() }).await;
    let answer = stage.sign_in(&mut stage.app.browser(&open), "Sso", &JANE).await;
    assert!(parameter(&answer, "code").is_some());
}

async fn nor_are_those_that_others_lead_to(world: World) {
    let stage = Stage::new(&world).await;
    let stand_in = StandIn::start();
    stand_in.answers("/metadata", 307, format!("{}/_poolhouse/idp/saml/metadata", stage.idp.url));
    let outbound_hosts = Some(vec![stand_in.url.strip_prefix("http://").unwrap().to_owned()]);
    let guarded = world.replica(Config { outbound_hosts, ..Config::default() }).await;
    let url = stand_in.at("/metadata");
    let request = json!({
        "UserPoolId": stage.app.pool, "ProviderName": "More", "ProviderType": "SAML", "ProviderDetails": { "MetadataURL": url },
    });
    let message = format!("Error retrieving metadata from {url}");
    guarded.refused("CreateIdentityProvider", request.clone(), "InvalidParameterException", &message).await;
    world.ok("CreateIdentityProvider", request).await;
}
