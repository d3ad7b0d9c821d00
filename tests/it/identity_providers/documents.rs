//! What providers say of themselves: fetched or given, complete or refused.

use serde_json::{Value, json};

use super::loopback::{Provider, testdata};
use super::{oidc, saml};
use crate::world::{World, on_both};

on_both!(
    a_saml_provider_takes_its_addresses_from_metadata,
    an_oidc_provider_takes_its_endpoints_from_discovery,
    an_oidc_provider_with_all_endpoints_is_not_asked,
    metadata_that_cannot_be_had_is_refused,
    a_provider_that_keeps_silent_is_given_up,
    metadata_with_which_nobody_could_sign_in_is_refused,
    discovery_that_fails_is_refused,
    encrypted_responses_make_a_key_that_stays,
    an_update_fetches_metadata_anew,
    an_update_that_was_overtaken_while_it_fetched_is_refused,
    a_pool_deleted_while_metadata_is_fetched_gets_no_provider,
);

const INVALID: &str = "InvalidParameterException";

/// An answer without the port of the loopback server.
fn without_port(answer: &Value, provider: &Provider) -> Value {
    serde_json::from_str(&answer.to_string().replace(&provider.url, "http://loopback")).unwrap()
}

async fn a_saml_provider_takes_its_addresses_from_metadata(world: World) {
    let provider = Provider::start();
    let pool = world.pool(json!({})).await;
    let mut request = saml(
        &pool,
        "CorpFile",
        json!({
            "MetadataFile": testdata("keycloak"), "IDPSignout": "true", "IDPInit": "true",
            "RequestSigningAlgorithm": "rsa-sha256",
        }),
    );
    request["AttributeMapping"] =
        json!({ "email": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress" });
    request["IdpIdentifiers"] = json!(["example.com", "Example Team"]);
    let created = world.ok("CreateIdentityProvider", request).await;
    insta::assert_json_snapshot!("saml_by_file", created, {
        ".IdentityProvider.ProviderDetails.MetadataFile" => "[as given]",
    });
    assert_eq!(created["IdentityProvider"]["ProviderDetails"]["MetadataFile"], testdata("keycloak"));

    let metadata = provider.at("/3-redirects");
    let created =
        world.ok("CreateIdentityProvider", saml(&pool, "CorpUrl", json!({ "MetadataURL": metadata }))).await;
    insta::assert_json_snapshot!("saml_by_url", without_port(&created, &provider));
}

async fn an_oidc_provider_takes_its_endpoints_from_discovery(world: World) {
    let provider = Provider::start();
    let pool = world.pool(json!({})).await;
    let mut request =
        oidc(&pool, "Corp", json!({ "oidc_issuer": provider.url, "client_secret": "oidc-secret" }));
    request["AttributeMapping"] = json!({ "email": "email" });
    let created = world.ok("CreateIdentityProvider", request).await;
    insta::assert_json_snapshot!("oidc_by_discovery", without_port(&created, &provider));

    let details = json!({
        "oidc_issuer": provider.at("/no-userinfo"), "attributes_url": "https://idp.example.com/userinfo",
        "token_url": "https://idp.example.com/token",
    });
    let created = world.ok("CreateIdentityProvider", oidc(&pool, "Half", details)).await;
    let details = &created["IdentityProvider"]["ProviderDetails"];
    assert_eq!(
        details["token_url"], "https://idp.example.com/token",
        "what is given goes before what is found"
    );
    assert_eq!(details["attributes_url"], "https://idp.example.com/userinfo");
    assert_eq!(details["jwks_uri"], provider.at("/keys"));
}

async fn an_oidc_provider_with_all_endpoints_is_not_asked(world: World) {
    let pool = world.pool(json!({})).await;
    let created = world.ok("CreateIdentityProvider", oidc(&pool, "Corp", json!({}))).await;
    insta::assert_json_snapshot!("oidc_by_endpoints", created);
}

async fn metadata_that_cannot_be_had_is_refused(world: World) {
    let provider = Provider::start();
    let pool = world.pool(json!({})).await;
    let none = || "Error retrieving metadata from {}".to_owned();
    for (path, text) in [
        ("/missing", none()),
        ("/broken", none()),
        ("/empty", none()),
        ("/4-redirects", none()),
        ("/to-ftp", none()),
        ("/to-file", none()),
        ("/not-http", none()),
        ("/cut-off", none()),
        ("/announced-too-large", none()),
        ("/too-large", none()),
        ("/latin-1", none()),
        ("/expired", "Signing certificates are expired".to_owned()),
    ] {
        let url = provider.at(path);
        let request = saml(&pool, "Corp", json!({ "MetadataURL": url }));
        world.refused("CreateIdentityProvider", request, INVALID, &text.replace("{}", &url)).await;
    }
    for url in
        ["http://127.0.0.1:1/metadata", "https://127.0.0.1:1/metadata", "http://nowhere.invalid/metadata"]
    {
        let text = format!("Error retrieving metadata from {url}");
        let request = saml(&pool, "Corp", json!({ "MetadataURL": url }));
        world.refused("CreateIdentityProvider", request, INVALID, &text).await;
    }
    let listed = world.ok("ListIdentityProviders", json!({ "UserPoolId": pool })).await;
    assert_eq!(listed, json!({ "Providers": [] }));
}

async fn a_provider_that_keeps_silent_is_given_up(world: World) {
    let provider = Provider::start();
    let pool = world.pool(json!({})).await;
    let url = provider.at("/silent");
    let asked = std::time::Instant::now();
    let request = saml(&pool, "Corp", json!({ "MetadataURL": url }));
    world
        .refused("CreateIdentityProvider", request, INVALID, &format!("Error retrieving metadata from {url}"))
        .await;
    let seconds = asked.elapsed().as_secs();
    assert!((4..8).contains(&seconds), "{seconds}");
}

async fn metadata_with_which_nobody_could_sign_in_is_refused(world: World) {
    let pool = world.pool(json!({})).await;
    for (file, text) in [
        ("bad_expired_certificate", "Signing certificates are expired"),
        ("bad_no_signing_key", "Metadata has no signing certificate"),
        ("bad_certificate", "Signing certificate cannot be read"),
        ("bad_certificate_too_long", "Signing certificate is longer than 4096 characters"),
        ("bad_post_only", "Metadata has no SingleSignOnService with the HTTP-Redirect binding"),
        ("bad_service_provider", "Metadata describes no SAML 2.0 identity provider"),
        ("bad_two_identity_providers", "Metadata describes more than one identity provider"),
        ("bad_valid_until_past", "Metadata is expired"),
        ("bad_doctype", "Metadata must not contain a document type declaration"),
        ("bad_not_xml", "Metadata is not well-formed XML"),
    ] {
        let request = saml(&pool, "Corp", json!({ "MetadataFile": testdata(file) }));
        world.refused("CreateIdentityProvider", request, INVALID, text).await;
    }
}

async fn discovery_that_fails_is_refused(world: World) {
    let provider = Provider::start();
    let pool = world.pool(json!({})).await;
    for (issuer, text) in [
        (provider.at("/missing"), "Unable to contact well-known endpoint"),
        ("http://127.0.0.1:1".to_owned(), "Unable to contact well-known endpoint"),
        (provider.at("/no-userinfo"), "Unable to contact well-known endpoint"),
        (provider.at("/impostor"), "Discovery document is of the issuer https://idp.example.com"),
        (provider.at("/html"), "Unable to contact well-known endpoint"),
    ] {
        let request = oidc(&pool, "Corp", json!({ "oidc_issuer": issuer, "attributes_url": null }));
        world.refused("CreateIdentityProvider", request, INVALID, text).await;
    }
}

async fn encrypted_responses_make_a_key_that_stays(world: World) {
    let pool = world.pool(json!({})).await;
    let details = json!({ "MetadataFile": testdata("keycloak"), "EncryptedResponses": "true" });
    let created = world.call("CreateIdentityProvider", saml(&pool, "Corp", details.clone())).await;
    assert!(!created.text.contains("private"), "{}", created.text);
    let created = created.ok();
    let certificate = &created["IdentityProvider"]["ProviderDetails"]["ActiveEncryptionCertificate"];
    assert!(certificate.as_str().unwrap().starts_with("MII"), "{certificate}");

    let corp = json!({ "UserPoolId": pool, "ProviderName": "Corp" });
    let update = |details: &Value| {
        let mut request = corp.clone();
        request["ProviderDetails"] = details.clone();
        world.call("UpdateIdentityProvider", request)
    };
    let updated = update(&details).await;
    assert!(!updated.text.contains("private"), "{}", updated.text);
    let shown = &updated.ok()["IdentityProvider"]["ProviderDetails"];
    assert_eq!(&shown["ActiveEncryptionCertificate"], certificate, "the provider knows this one");
    let described = world.call("DescribeIdentityProvider", corp.clone()).await;
    assert!(!described.text.contains("private"), "{}", described.text);

    for key in ["ActiveEncryptionCertificate", "decryption_private_key"] {
        let mut sent_back = details.clone();
        sent_back[key] = certificate.clone();
        let text = format!("{key} is not a valid key for SAML identity provider details.");
        assert_eq!(update(&sent_back).await.error(), (INVALID.to_owned(), text));
    }

    let plain = update(&json!({ "MetadataFile": testdata("keycloak") })).await.ok();
    assert_eq!(plain["IdentityProvider"]["ProviderDetails"]["ActiveEncryptionCertificate"], Value::Null);
}

async fn an_update_fetches_metadata_anew(world: World) {
    let provider = Provider::start();
    let pool = world.pool(json!({})).await;
    let at = |path: &str| saml(&pool, "Corp", json!({ "MetadataURL": provider.at(path) }));
    world.ok("CreateIdentityProvider", at("/metadata")).await;
    let update = |path: &str| {
        let mut request = at(path);
        request.as_object_mut().unwrap().remove("ProviderType");
        request
    };
    let updated = world.ok("UpdateIdentityProvider", update("/other-metadata")).await;
    assert_eq!(
        without_port(&updated["IdentityProvider"]["ProviderDetails"], &provider),
        json!({
            "MetadataURL": "http://loopback/other-metadata",
            "SSORedirectBindingURI":
                "https://team.okta.com/app/team_poolhouse_1/exk1fcia6d6EMsf331d8/sso/saml?a=1&b=2",
        }),
        "Okta has no address to sign out, so that of Keycloak is gone"
    );
    let text = "Signing certificates are expired";
    world.refused("UpdateIdentityProvider", update("/expired"), INVALID, text).await;
    let corp = json!({ "UserPoolId": pool, "ProviderName": "Corp" });
    assert_eq!(world.ok("DescribeIdentityProvider", corp).await, updated, "a refused update changes nothing");
}

async fn an_update_that_was_overtaken_while_it_fetched_is_refused(world: World) {
    let provider = Provider::start();
    let pool = world.pool(json!({})).await;
    let created = json!({ "MetadataURL": provider.at("/metadata") });
    world.ok("CreateIdentityProvider", saml(&pool, "Corp", created)).await;

    let slow = json!({
        "UserPoolId": pool, "ProviderName": "Corp", "ProviderDetails": { "MetadataURL": provider.at("/gate") },
    });
    let quick = json!({ "UserPoolId": pool, "ProviderName": "Corp", "IdpIdentifiers": ["example.com"] });
    let overtake = async {
        provider.somebody_waits().await;
        let updated = world.ok("UpdateIdentityProvider", quick).await;
        provider.open_gate();
        updated
    };
    let (slow, quick) = tokio::join!(world.call("UpdateIdentityProvider", slow), overtake);
    assert_eq!(slow.error().0, "ConcurrentModificationException");
    let corp = json!({ "UserPoolId": pool, "ProviderName": "Corp" });
    assert_eq!(world.ok("DescribeIdentityProvider", corp).await, quick);
}

async fn a_pool_deleted_while_metadata_is_fetched_gets_no_provider(world: World) {
    let provider = Provider::start();
    let pool = world.pool(json!({})).await;
    let request = saml(&pool, "Corp", json!({ "MetadataURL": provider.at("/gate") }));
    let delete = async {
        provider.somebody_waits().await;
        world.ok("DeleteUserPool", json!({ "UserPoolId": pool })).await;
        provider.open_gate();
    };
    let (created, ()) = tokio::join!(world.call("CreateIdentityProvider", request), delete);
    let text = format!("User pool {pool} does not exist.");
    assert_eq!(created.error(), ("ResourceNotFoundException".to_owned(), text));
}
