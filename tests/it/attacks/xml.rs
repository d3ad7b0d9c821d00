//! XML that costs its readers more than its writers: metadata, responses, and requests to the built-in provider.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use chrono::TimeDelta;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::json;

use crate::federation::oidc::JANE;
use crate::federation::stand_in::StandIn;
use crate::federation::{Stage, post_saml, told};
use crate::mock_idp::visitor::{encoded, field};
use crate::oauth::browser::{detail, location, parameter};
use crate::world::{World, on_both};

on_both!(
    metadata_that_costs_much_is_refused,
    metadata_is_read_once,
    responses_that_cost_much_stop_nobody,
    requests_that_cost_much_are_refused,
);

/// 990 nested elements, each with a namespace of its own: 40 kB that cost half a second of an optimized parser.
fn nested_namespaces() -> String {
    (0..990).map(|n| format!("<a xmlns:n{n}='u{n}'>")).collect::<String>() + &"</a>".repeat(990)
}

/// A document with something more at its end.
fn with(document: &str, more: &str) -> String {
    let (before, end) = document.rsplit_once("</").unwrap();
    format!("{before}{more}</{end}")
}

async fn metadata_that_costs_much_is_refused(world: World) {
    let stage = Stage::new(&world).await;
    let honest = stage.idp.get("/_poolhouse/idp/saml/metadata").await.text;
    let attributes: String = (0..100).map(|n| format!(" a{n}=''")).collect();
    let create = |name: &str, details| {
        let request = json!({
            "UserPoolId": stage.app.pool, "ProviderName": name, "ProviderType": "SAML", "ProviderDetails": details,
        });
        world.call("CreateIdentityProvider", request)
    };
    let stand_in = StandIn::start();
    for (what, more) in [
        ("nested namespaces", nested_namespaces()),
        ("depth", "<a>".repeat(100) + &"</a>".repeat(100)),
        ("attributes", format!("<a{attributes}/>")),
        ("elements", "<a/>".repeat(11_000)),
    ] {
        let hostile = with(&honest, &more);
        let begun = Instant::now();
        let (_, message) = create("Evil", json!({ "MetadataFile": hostile })).await.error();
        println!("{what}, {} bytes: {:?}, {message}", hostile.len(), begun.elapsed());
        assert_eq!(message, "Metadata is too complex", "{what}");
        stand_in.answers("/evil", 200, &hostile);
        let url = stand_in.at("/evil");
        let (_, message) = create("Evil", json!({ "MetadataURL": url })).await.error();
        assert_eq!(message, format!("Error retrieving metadata from {url}"), "{what}");
    }
    // A provider that becomes hostile is believed what it said before.
    stand_in.answers("/metadata", 200, &honest);
    stage.update(&world, "Corp", json!({ "MetadataURL": stand_in.at("/metadata") })).await;
    let answer = stage.sign_in(&mut stage.app.browser(&world), "Corp", &JANE).await;
    assert!(parameter(&answer, "code").is_some());
    stand_in.answers("/metadata", 200, with(&honest, &nested_namespaces()));
    for server in [&world, &stage.idp] {
        server.advance(TimeDelta::hours(7));
    }
    let answer = stage.sign_in(&mut stage.app.browser(&world), "Corp", &JANE).await;
    assert!(parameter(&answer, "code").is_some());

    // As metadata of ADFS has it: many siblings with a namespace each.
    let siblings: String = (0..500).map(|n| format!("<a xmlns:auth='urn:claims:{n}'/>")).collect();
    create("Adfs", json!({ "MetadataFile": with(&honest, &siblings) })).await.ok();
}

async fn metadata_is_read_once(world: World) {
    let stage = Stage::new(&world).await;
    let honest = stage.idp.get("/_poolhouse/idp/saml/metadata").await.text;
    let looks = async || {
        let begun = Instant::now();
        for _ in 0..30 {
            let sent = stage.app.browser(&world).get(&stage.authorize("Corp", &[])).await;
            assert!(parameter(&sent, "SAMLRequest").is_some());
        }
        begun.elapsed() / 30
    };
    let small = looks().await;
    // Within every bound, and of this test alone.
    let pool = &stage.app.pool;
    let large: String = (0..900).map(|n| format!("<a xmlns:auth='{pool}:{n}'><b c='d'/></a>")).collect();
    let begun = Instant::now();
    stage.update(&world, "Corp", json!({ "MetadataURL": null, "MetadataFile": with(&honest, &large) })).await;
    let first = begun.elapsed();
    let with_large = looks().await;
    println!("a look at {} bytes of metadata: {small:?}", honest.len());
    println!("a look at {} bytes: {with_large:?}, the first {first:?}", large.len());
    let answer = stage.sign_in(&mut stage.app.browser(&world), "Corp", &JANE).await;
    assert!(parameter(&answer, "code").is_some());

    // What is kept counts as long as the document says, and no longer.
    let until = honest.replace("entityID=", "validUntil=\"2026-01-02T04:00:00Z\" entityID=");
    stage.update(&world, "Corp", json!({ "MetadataFile": until })).await;
    let visit = async || stage.app.browser(&world).get(&stage.authorize("Corp", &[])).await;
    assert!(parameter(&visit().await, "SAMLRequest").is_some());
    world.advance(TimeDelta::hours(1));
    let page = visit().await;
    let text = "Error retrieving metadata of the identity provider";
    assert_eq!((page.status, detail(&page).as_deref()), (400, Some(text)));
}

async fn responses_that_cost_much_stop_nobody(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Corp", &[])).await;
    let page = stage.at_provider(&sent, &JANE).await;
    let (response, state) = (field(&page, "SAMLResponse").unwrap(), field(&page, "RelayState").unwrap());
    let honest = String::from_utf8(BASE64_STANDARD.decode(&response).unwrap()).unwrap();
    let hostile = BASE64_STANDARD.encode(with(&honest, &nested_namespaces()));
    // Somebody else's requests, on the only thread that serves.
    let (http, url) = (world.http.clone(), world.url.clone());
    let is_over = Arc::new(AtomicBool::new(false));
    let over = is_over.clone();
    let bystander = tokio::spawn(async move {
        let mut longest = Duration::ZERO;
        while !over.load(Ordering::Relaxed) {
            let begun = Instant::now();
            assert_eq!(http.get(format!("{url}/health")).send().await.unwrap().status(), 200);
            longest = longest.max(begun.elapsed());
        }
        longest
    });
    let begun = Instant::now();
    for _ in 0..10 {
        let fields = [("SAMLResponse", hostile.as_str()), ("RelayState", &state)];
        let answer = browser.post("/saml2/idpresponse", &fields).await;
        assert_eq!(told(&answer).1, "Invalid SAML response received: SAML Response is too complex");
    }
    let took = begun.elapsed() / 10;
    is_over.store(true, Ordering::Relaxed);
    let longest = bystander.await.unwrap();
    println!("a response of {} characters: {took:?}; others waited {longest:?} at most", hostile.len());
    // The honest answer counts after all that.
    let posted = post_saml(&mut browser, &page).await;
    let answer = browser.follow(&posted).await;
    assert!(parameter(&answer, "code").is_some(), "{}", location(&answer));
}

async fn requests_that_cost_much_are_refused(world: World) {
    let stage = Stage::new(&world).await;
    let sent = stage.app.browser(&world).get(&stage.authorize("Corp", &[])).await;
    let request = BASE64_STANDARD.decode(parameter(&sent, "SAMLRequest").unwrap()).unwrap();
    let mut inflater = flate2::write::DeflateDecoder::new(Vec::new());
    inflater.write_all(&request).unwrap();
    let honest = String::from_utf8(inflater.finish().unwrap()).unwrap();
    let mut deflater = DeflateEncoder::new(Vec::new(), Compression::best());
    deflater.write_all(with(&honest, &nested_namespaces()).as_bytes()).unwrap();
    let hostile = BASE64_STANDARD.encode(deflater.finish().unwrap());
    for endpoint in ["sso", "slo"] {
        let begun = Instant::now();
        let query = encoded(&[("SAMLRequest", &hostile)]);
        let page = stage.idp.get(&format!("/_poolhouse/idp/saml/{endpoint}?{query}")).await;
        println!("a request of {} characters to {endpoint}: {:?}", hostile.len(), begun.elapsed());
        assert!(page.text.contains("SAMLRequest is too complex."), "{endpoint}: {}", page.text);
    }
    let page = stage.at_provider(&sent, &JANE).await;
    assert!(field(&page, "SAMLResponse").is_some());
}
