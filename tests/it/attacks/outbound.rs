//! Who may name an address that this server asks, and what is told of what is there.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use api::config::Config;
use serde_json::{Value, json};

use crate::federation::stand_in::StandIn;
use crate::identity_providers::loopback::testdata;
use crate::world::{World, on_both};

on_both!(
    addresses_of_no_single_machine_are_never_asked,
    what_is_at_an_address_is_told_to_nobody,
    a_social_provider_is_asked_at_its_own_hosts_alone,
);

const INVALID: &str = "InvalidParameterException";

fn saml(pool: &str, name: &str, url: &str) -> Value {
    let details = json!({ "MetadataURL": url });
    json!({ "UserPoolId": pool, "ProviderName": name, "ProviderType": "SAML", "ProviderDetails": details })
}

fn oidc(pool: &str, name: &str, issuer: &str) -> Value {
    let details = json!({
        "client_id": "me", "authorize_scopes": "openid", "attributes_request_method": "GET", "oidc_issuer": issuer,
    });
    json!({ "UserPoolId": pool, "ProviderName": name, "ProviderType": "OIDC", "ProviderDetails": details })
}

/// Systems take 0.0.0.0 for the loopback, so that this one of the addresses that are never asked would answer. The others are in
/// the table beside the rule.
async fn addresses_of_no_single_machine_are_never_asked(world: World) {
    let provider = StandIn::start();
    provider.answers("/metadata", 200, testdata("keycloak"));
    let port = provider.url.rsplit(':').next().unwrap().to_owned();
    let pool = world.pool(json!({})).await;
    // No setting changes it.
    let outbound_hosts =
        Some(vec![format!("0.0.0.0:{port}"), format!("127.0.0.1:{port}"), "metadata".to_owned()]);
    let named = world.replica(Config { outbound_hosts, ..Config::default() }).await;
    let mut refused = 0;
    for host in
        ["0.0.0.0", "0", "0x0", "00.0.0.0", "0.0", "0.0.0.0.", "%30.0.0.0", "[::ffff:0.0.0.0]", "[::]"]
    {
        for server in [&world, &named] {
            let url = format!("http://{host}:{port}/metadata");
            let text = format!("Error retrieving metadata from {url}");
            server.refused("CreateIdentityProvider", saml(&pool, "Corp", &url), INVALID, &text).await;
            refused += 1;
        }
    }
    // Nor does a redirect lead there.
    provider.answers("/elsewhere", 307, format!("http://0.0.0.0:{port}/metadata"));
    let asked_before = provider.count();
    let url = provider.at("/elsewhere");
    let text = format!("Error retrieving metadata from {url}");
    world.refused("CreateIdentityProvider", saml(&pool, "Corp", &url), INVALID, &text).await;
    println!(
        "{refused} requests by 9 spellings, asked {asked_before} times; by redirect {}",
        provider.count() - asked_before - 1
    );
    assert_eq!((asked_before, provider.count()), (0, 1));

    // The loopback by its own name is a team's own provider.
    provider.answers("/here", 307, provider.at("/metadata"));
    for (name, path) in [("Direct", "/metadata"), ("Led", "/here")] {
        world.ok("CreateIdentityProvider", saml(&pool, name, &provider.at(path))).await;
    }
    let url = format!("http://localhost:{port}/metadata");
    world.ok("CreateIdentityProvider", saml(&pool, "Named", &url)).await;
}

/// What other services of a private network would answer, at one port each.
async fn what_is_at_an_address_is_told_to_nobody(world: World) {
    let pool = world.pool(json!({})).await;
    let web = StandIn::start();
    for (path, status, body) in [
        ("/missing", 404, ""),
        ("/broken", 500, "<html>"),
        ("/forbidden", 403, "{}"),
        ("/text", 200, "hello"),
        ("/html", 200, "<!DOCTYPE html><html></html>"),
        ("/xml", 200, "<a/>"),
        ("/json", 200, "{\"a\":1}"),
        ("/list", 200, "[]"),
        ("/large", 200, ""),
    ] {
        let body = if path == "/large" { "x".repeat(1024 * 1024 + 1) } else { body.to_owned() };
        web.answers(path, status, &body);
        web.answers(&format!("{path}/.well-known/openid-configuration"), status, &body);
    }
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let other_protocol = TcpListener::bind("127.0.0.1:0").unwrap();
    let ssh = other_protocol.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in other_protocol.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n"); // the client may be gone
            let _ = stream.read(&mut [0; 512]);
        }
    });
    let mut urls: Vec<String> =
        ["/missing", "/broken", "/forbidden", "/text", "/html", "/xml", "/json", "/list", "/large"]
            .map(|path| web.at(path))
            .into();
    urls.extend([
        format!("http://{closed}/x"),
        format!("http://{ssh}/x"),
        format!("https://{ssh}/x"),
        "https://nobody.invalid/x".to_owned(),
        "https://169.254.169.254/x".to_owned(),
        "https://metadata.google.internal/x".to_owned(),
    ]);
    let mut texts = Vec::new();
    for url in &urls {
        let (code, message) = world.call("CreateIdentityProvider", saml(&pool, "Corp", url)).await.error();
        texts.push(format!("{code} {}", message.replace(url.as_str(), "URL")));
        let (code, message) = world.call("CreateIdentityProvider", oidc(&pool, "Corp", url)).await.error();
        texts.push(format!("{code} {}", message.replace(url.as_str(), "URL")));
    }
    texts.sort();
    texts.dedup();
    println!("{} addresses, {} texts: {texts:?}", urls.len(), texts.len());
    assert_eq!(
        texts,
        [
            "InvalidParameterException Error retrieving metadata from URL",
            "InvalidParameterException Unable to contact well-known endpoint",
        ]
    );

    // What is metadata, and a discovery document, is said to be wrong where it is.
    web.answers("/expired", 200, testdata("bad_expired_certificate"));
    let request = saml(&pool, "Corp", &web.at("/expired"));
    world.refused("CreateIdentityProvider", request, INVALID, "Signing certificates are expired").await;
    web.answers("/other/.well-known/openid-configuration", 200, "{\"issuer\":\"https://idp.example\"}");
    let request = oidc(&pool, "Corp", &web.at("/other"));
    let text = "Discovery document is of the issuer https://idp.example";
    world.refused("CreateIdentityProvider", request, INVALID, text).await;
    let mut file = saml(&pool, "Corp", "");
    file["ProviderDetails"] = json!({ "MetadataFile": "<a/>" });
    world.refused("CreateIdentityProvider", file, INVALID, "Document is not SAML 2.0 metadata").await;
}

async fn a_social_provider_is_asked_at_its_own_hosts_alone(world: World) {
    let pool = world.pool(json!({})).await;
    let inside = StandIn::start();
    let social = |kind: &str, more: Value| {
        let mut details = json!({ "client_id": "me", "client_secret": "hush", "authorize_scopes": "openid" });
        details.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "UserPoolId": pool, "ProviderName": kind, "ProviderType": kind, "ProviderDetails": details })
    };
    for (kind, key) in [
        ("Google", "token_url"),
        ("Google", "attributes_url"),
        ("Google", "oidc_issuer"),
        ("Facebook", "token_url"),
        ("Facebook", "attributes_url"),
        ("LoginWithAmazon", "attributes_url"),
    ] {
        let text = format!(
            "{key} of {kind} must be at a host of the provider, or at one that provider_urls of this server names."
        );
        for url in [inside.at("/"), "https://www.googleapis.com.evil.example/".to_owned()] {
            world.refused("CreateIdentityProvider", social(kind, json!({ key: url })), INVALID, &text).await;
        }
    }
    // What Terraform sends back is what the service says.
    let created = world.ok("CreateIdentityProvider", social("Google", json!({}))).await;
    let details = &created["IdentityProvider"]["ProviderDetails"];
    let update = json!({ "UserPoolId": pool, "ProviderName": "Google", "ProviderDetails": details });
    world.ok("UpdateIdentityProvider", update).await;
    // Where the configuration has something stand in, that may be named.
    let provider_urls = vec![format!("Facebook.token_url={}", inside.at("/token")).parse().unwrap()];
    let named = world.replica(Config { provider_urls, ..Config::default() }).await;
    named
        .ok("CreateIdentityProvider", social("Facebook", json!({ "attributes_url": inside.at("/me") })))
        .await;
    assert_eq!(inside.count(), 0);
}
