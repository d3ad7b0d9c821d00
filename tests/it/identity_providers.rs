//! Identity providers: what comes back, what an update keeps, and what is refused.

mod documents;
pub mod loopback;

use serde_json::{Value, json};

pub use self::loopback::testdata;
use crate::world::{World, on_both};

on_both!(
    social_providers_get_the_addresses_of_their_services,
    broken_rules_are_refused_with_the_services_texts,
    names_are_unique_in_a_pool,
    identifiers_choose_one_provider_of_a_pool,
    an_update_keeps_what_it_omits_and_replaces_what_it_gives,
    what_does_not_exist_is_not_found,
    a_deleted_provider_is_gone,
    the_first_provider_adds_identities_to_the_schema,
    providers_are_listed_in_pages,
    a_pool_has_at_most_300_providers,
    a_client_names_only_providers_of_its_pool,
);

const INVALID: &str = "InvalidParameterException";
const NOT_FOUND: &str = "ResourceNotFoundException";

/// The creation of a SAML provider.
fn saml(pool: &str, name: &str, details: Value) -> Value {
    json!({ "UserPoolId": pool, "ProviderName": name, "ProviderType": "SAML", "ProviderDetails": details })
}

/// The creation of an OpenID Connect provider: with every endpoint, or by discovery if details name another issuer.
fn oidc(pool: &str, name: &str, changes: Value) -> Value {
    let mut details = json!({
        "client_id": "me", "authorize_scopes": "openid email", "attributes_request_method": "GET",
        "oidc_issuer": "https://idp.example.com",
    });
    if changes["oidc_issuer"].is_null() {
        for (key, path) in [
            ("authorize_url", "authorize"),
            ("token_url", "token"),
            ("attributes_url", "me"),
            ("jwks_uri", "keys"),
        ] {
            details[key] = format!("https://idp.example.com/{path}").into();
        }
    }
    let details = changed(details, &changes);
    json!({ "UserPoolId": pool, "ProviderName": name, "ProviderType": "OIDC", "ProviderDetails": details })
}

fn social(pool: &str, kind: &str, changes: Value) -> Value {
    let details = if kind == "SignInWithApple" {
        json!({ "client_id": "me", "team_id": "TEAM", "key_id": "KEY", "private_key": "hush",
                "authorize_scopes": "email name" })
    } else {
        json!({ "client_id": "me", "client_secret": "shown", "authorize_scopes": "profile email" })
    };
    let details = changed(details, &changes);
    json!({ "UserPoolId": pool, "ProviderName": kind, "ProviderType": kind, "ProviderDetails": details })
}

/// With some members changed; null removes one.
fn changed(mut object: Value, changes: &Value) -> Value {
    let members = object.as_object_mut().unwrap();
    members.extend(changes.as_object().unwrap().clone());
    members.retain(|_, value| !value.is_null());
    object
}

async fn social_providers_get_the_addresses_of_their_services(world: World) {
    let pool = world.pool(json!({})).await;
    let mut created = Vec::new();
    for kind in ["Facebook", "Google", "LoginWithAmazon", "SignInWithApple"] {
        let mut request = social(&pool, kind, json!({}));
        request["AttributeMapping"] = json!({ "email": "email" });
        let answer = world.call("CreateIdentityProvider", request).await;
        assert!(!answer.text.contains("private_key") && !answer.text.contains("hush"), "{}", answer.text);
        let answer = answer.ok();
        let name = json!({ "UserPoolId": pool, "ProviderName": kind });
        assert_eq!(world.ok("DescribeIdentityProvider", name).await, answer);
        created.push(answer);
    }
    insta::assert_json_snapshot!("social_providers", created);
}

async fn broken_rules_are_refused_with_the_services_texts(world: World) {
    let pool = world.pool(json!({})).await;
    let social_keys = "clientId, clientSecret and authorizeScopes are all required idp details.";
    let apple_keys = "clientId, privateKey, teamId, and keyId are all required idp details.";
    let oidc_keys =
        "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details.";
    let metadata = json!({ "MetadataFile": testdata("keycloak") });
    let with_mapping =
        |mapping: Value| changed(oidc(&pool, "Corp", json!({})), &json!({ "AttributeMapping": mapping }));
    for (request, text) in [
        (
            changed(social(&pool, "Google", json!({})), &json!({ "ProviderName": "NameOfGP" })),
            "Provider NameOfGP cannot be of type Google.",
        ),
        (oidc(&pool, "Google", json!({})), "Provider Google cannot be of type OIDC."),
        (oidc(&pool, "Cognito", json!({})), "Provider name Cognito is reserved."),
        (social(&pool, "Facebook", json!({ "client_secret": null })), social_keys),
        (social(&pool, "Google", json!({ "authorize_scopes": "" })), social_keys),
        (social(&pool, "LoginWithAmazon", json!({ "client_id": null })), social_keys),
        (social(&pool, "SignInWithApple", json!({ "private_key": null })), apple_keys),
        (social(&pool, "Facebook", json!({ "api_version": "17/me?" })), "17/me? is not a valid api_version."),
        (oidc(&pool, "Corp", json!({ "attributes_request_method": null })), oidc_keys),
        (
            oidc(&pool, "Corp", json!({ "oidc_issuer": "http://idp.example.com" })),
            "OIDC endpoint must start with https://",
        ),
        (
            oidc(&pool, "Corp", json!({ "token_url": "http://idp.example.com/token" })),
            "OIDC endpoint must start with https://",
        ),
        (
            oidc(&pool, "Corp", json!({ "attributes_request_method": "PUT" })),
            "1 validation error detected: Value 'PUT' at 'providerConfiguration.oidcConfig.attributesRequestMethod' failed \
             to satisfy constraint: Member must satisfy enum value set: [POST, GET]",
        ),
        (
            oidc(&pool, "Corp", json!({ "colour": "red" })),
            "colour is not a valid key for OIDC identity provider details.",
        ),
        (
            saml(&pool, "Corp", json!({ "IDPSignout": "true" })),
            "At least one of the MetadataURL or MetadataFile should be provided.",
        ),
        (
            saml(
                &pool,
                "Corp",
                changed(metadata.clone(), &json!({ "MetadataURL": "https://idp.example.com" })),
            ),
            "Only one of the MetadataURL or MetadataFile should be provided.",
        ),
        (
            saml(&pool, "Corp", json!({ "MetadataURL": "file:///etc/passwd" })),
            "MetadataURL file:///etc/passwd is not a valid http or https URL.",
        ),
        (
            saml(&pool, "Corp", changed(metadata.clone(), &json!({ "IDPInit": "yes" }))),
            "IDPInit must be true or false.",
        ),
        (
            saml(&pool, "Corp", changed(metadata, &json!({ "RequestSigningAlgorithm": "rsa-sha1" }))),
            "rsa-sha1 is not a valid RequestSigningAlgorithm.",
        ),
        (
            with_mapping(json!({ "custom:team": "team", "email": "email", "colour": "c" })),
            "AttributeMapping contains invalid mapping: [colour, custom:team]",
        ),
        (
            changed(oidc(&pool, "Corp", json!({})), &json!({ "IdpIdentifiers": ["a.example", "a.example"] })),
            "Duplicate identifier a.example in IdpIdentifiers.",
        ),
    ] {
        world.refused("CreateIdentityProvider", request, INVALID, text).await;
    }
    let listed = world.ok("ListIdentityProviders", json!({ "UserPoolId": pool })).await;
    assert_eq!(listed, json!({ "Providers": [] }));
}

async fn names_are_unique_in_a_pool(world: World) {
    let (pool, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    let created = world.ok("CreateIdentityProvider", oidc(&pool, "Corp", json!({}))).await;
    let text = format!("Corp already exists in user pool {pool}");
    let again = oidc(&pool, "Corp", json!({ "client_id": "other" }));
    world.refused("CreateIdentityProvider", again, "DuplicateProviderException", &text).await;
    let corp = json!({ "UserPoolId": pool, "ProviderName": "Corp" });
    assert_eq!(world.ok("DescribeIdentityProvider", corp).await, created);
    world.ok("CreateIdentityProvider", oidc(&other, "Corp", json!({}))).await;
}

async fn identifiers_choose_one_provider_of_a_pool(world: World) {
    let (pool, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    let with = |pool: &str, name: &str, identifiers: Value| {
        changed(oidc(pool, name, json!({})), &json!({ "IdpIdentifiers": identifiers }))
    };
    let red =
        world.ok("CreateIdentityProvider", with(&pool, "Red", json!(["red.example", "a.example"]))).await;
    world.ok("CreateIdentityProvider", with(&pool, "Blue", json!(["blue.example"]))).await;
    world.ok("CreateIdentityProvider", with(&other, "Red", json!(["a.example"]))).await;
    assert_eq!(
        red["IdentityProvider"]["IdpIdentifiers"],
        json!(["red.example", "a.example"]),
        "in their order"
    );
    let asked = json!({ "UserPoolId": pool, "IdpIdentifier": "a.example" });
    assert_eq!(world.ok("GetIdentityProviderByIdentifier", asked.clone()).await, red);

    let taken = "One of the IdpIdentifiers belongs to another identity provider of the user pool.";
    let third = with(&pool, "Green", json!(["green.example", "a.example"]));
    world.refused("CreateIdentityProvider", third, INVALID, taken).await;
    let missing = json!({ "UserPoolId": pool, "IdpIdentifier": "green.example" });
    let text = "Identity provider with identifier green.example does not exist.";
    world.refused("GetIdentityProviderByIdentifier", missing, NOT_FOUND, text).await;
    let update = |name: &str, identifiers: Value| json!({ "UserPoolId": pool, "ProviderName": name, "IdpIdentifiers": identifiers });
    world.refused("UpdateIdentityProvider", update("Blue", json!(["a.example"])), INVALID, taken).await;

    world.ok("UpdateIdentityProvider", update("Red", json!(["red.example"]))).await;
    let blue = world.ok("UpdateIdentityProvider", update("Blue", json!(["a.example"]))).await;
    assert_eq!(world.ok("GetIdentityProviderByIdentifier", asked).await, blue, "free again, so taken");
}

async fn an_update_keeps_what_it_omits_and_replaces_what_it_gives(world: World) {
    let pool = world.pool(json!({})).await;
    let members = json!({
        "AttributeMapping": { "email": "email", "name": "name" }, "IdpIdentifiers": ["a.example"],
        "AcrMapping": { "Level1": "urn:low" },
    });
    let request = changed(oidc(&pool, "Corp", json!({ "client_secret": "first" })), &members);
    let created = world.ok("CreateIdentityProvider", request).await["IdentityProvider"].clone();
    assert_eq!(created["AcrMapping"], json!({ "Level1": "urn:low" }));

    let update = |members: Value| {
        let corp = json!({ "UserPoolId": pool, "ProviderName": "Corp" });
        world.ok("UpdateIdentityProvider", changed(corp, &members))
    };
    world.advance(chrono::TimeDelta::seconds(10));
    let mut expected = created.clone();
    let later = created["LastModifiedDate"].as_f64().unwrap() + 10.0;
    let updated = update(json!({})).await["IdentityProvider"].clone();
    assert!((updated["LastModifiedDate"].as_f64().unwrap() - later).abs() < 0.001, "{updated}");
    expected["LastModifiedDate"] = updated["LastModifiedDate"].clone();
    assert_eq!(updated, expected);

    expected["AttributeMapping"] = json!({ "given_name": "first", "username": "sub" });
    let mapping = json!({ "AttributeMapping": { "given_name": "first" } });
    assert_eq!(update(mapping).await["IdentityProvider"], expected);

    expected["IdpIdentifiers"] = json!([]);
    assert_eq!(update(json!({ "IdpIdentifiers": [] })).await["IdentityProvider"], expected);

    expected["AcrMapping"] = json!({ "Level2": "urn:high" });
    assert_eq!(update(json!({ "AcrMapping": { "Level2": "urn:high" } })).await["IdentityProvider"], expected);

    let mut details = oidc(&pool, "Corp", json!({ "client_id": "other" }))["ProviderDetails"].clone();
    let updated = update(json!({ "ProviderDetails": details })).await["IdentityProvider"].clone();
    details["attributes_url_add_attributes"] = "false".into();
    expected["ProviderDetails"] = details;
    assert_eq!(updated, expected, "the secret that the new details leave out is gone");
    let corp = json!({ "UserPoolId": pool, "ProviderName": "Corp" });
    assert_eq!(world.ok("DescribeIdentityProvider", corp.clone()).await["IdentityProvider"], expected);

    let unknown = changed(corp, &json!({ "AttributeMapping": { "custom:team": "team" } }));
    let text = "AttributeMapping contains invalid mapping: [custom:team]";
    world.refused("UpdateIdentityProvider", unknown, INVALID, text).await;
}

async fn what_does_not_exist_is_not_found(world: World) {
    let pool = world.pool(json!({})).await;
    for operation in ["DescribeIdentityProvider", "UpdateIdentityProvider", "DeleteIdentityProvider"] {
        let nowhere = json!({ "UserPoolId": pool, "ProviderName": "Nowhere" });
        let text = "Identity provider Nowhere does not exist.";
        world.refused(operation, nowhere, NOT_FOUND, text).await;
    }
    for (operation, members) in [
        ("CreateIdentityProvider", oidc("us-east-1_Nowhere00", "Google", json!({}))),
        ("DescribeIdentityProvider", json!({ "ProviderName": "Corp" })),
        ("UpdateIdentityProvider", json!({ "ProviderName": "Corp" })),
        ("DeleteIdentityProvider", json!({ "ProviderName": "Corp" })),
        ("ListIdentityProviders", json!({})),
        ("GetIdentityProviderByIdentifier", json!({ "IdpIdentifier": "a.example" })),
    ] {
        let request = changed(members, &json!({ "UserPoolId": "us-east-1_Nowhere00" }));
        world.refused(operation, request, NOT_FOUND, "User pool us-east-1_Nowhere00 does not exist.").await;
    }
}

async fn a_deleted_provider_is_gone(world: World) {
    let pool = world.pool(json!({})).await;
    let request = changed(oidc(&pool, "Corp", json!({})), &json!({ "IdpIdentifiers": ["a.example"] }));
    world.ok("CreateIdentityProvider", request.clone()).await;
    let corp = json!({ "UserPoolId": pool, "ProviderName": "Corp" });
    assert_eq!(world.ok("DeleteIdentityProvider", corp.clone()).await, json!({}));
    let text = "Identity provider Corp does not exist.";
    world.refused("DescribeIdentityProvider", corp.clone(), NOT_FOUND, text).await;
    world.refused("DeleteIdentityProvider", corp, NOT_FOUND, text).await;
    world.ok("CreateIdentityProvider", request).await;
}

async fn the_first_provider_adds_identities_to_the_schema(world: World) {
    let pool = world.pool(json!({})).await;
    let schema = async || {
        let described = world.ok("DescribeUserPool", json!({ "UserPoolId": pool })).await;
        described["UserPool"]["SchemaAttributes"].as_array().unwrap().clone()
    };
    let before = schema().await;
    let identities = json!({
        "Name": "identities", "AttributeDataType": "String", "DeveloperOnlyAttribute": false, "Mutable": true,
        "Required": false, "StringAttributeConstraints": {},
    });
    assert!(!before.contains(&identities));

    world.ok("CreateIdentityProvider", oidc(&pool, "Corp", json!({}))).await;
    let first = schema().await;
    world.ok("CreateIdentityProvider", oidc(&pool, "Other", json!({}))).await;
    world.ok("DeleteIdentityProvider", json!({ "UserPoolId": pool, "ProviderName": "Corp" })).await;
    assert_eq!(schema().await, first, "added once, for good");
    let added: Vec<_> = first.iter().filter(|attribute| !before.contains(attribute)).collect();
    assert_eq!(added, [&identities]);
}

async fn providers_are_listed_in_pages(world: World) {
    let pool = world.pool(json!({})).await;
    let names = ["Corp4", "Corp1", "Corp3", "Corp0", "Corp2"];
    for name in names {
        world.ok("CreateIdentityProvider", oidc(&pool, name, json!({}))).await;
        world.advance(chrono::TimeDelta::seconds(1));
    }
    let page = world.ok("ListIdentityProviders", json!({ "UserPoolId": pool, "MaxResults": 2 })).await;
    insta::assert_json_snapshot!("providers_listed", page, { ".NextToken" => "[token]" });

    let mut found = Vec::new();
    let mut request = json!({ "UserPoolId": pool, "MaxResults": 2 });
    loop {
        let page = world.ok("ListIdentityProviders", request.clone()).await;
        let providers = page["Providers"].as_array().unwrap();
        found.extend(providers.iter().map(|provider| provider["ProviderName"].as_str().unwrap().to_owned()));
        let Some(token) = page.get("NextToken") else { break };
        request["NextToken"] = token.clone();
    }
    assert_eq!(found, names, "the oldest first");

    for members in [json!({}), json!({ "MaxResults": 0 }), json!({ "MaxResults": 60 })] {
        let all = world.ok("ListIdentityProviders", changed(json!({ "UserPoolId": pool }), &members)).await;
        assert_eq!(all["Providers"].as_array().unwrap().len(), names.len(), "{members}");
        assert_eq!(all.get("NextToken"), None);
    }
    let strange = changed(json!({ "UserPoolId": pool }), &json!({ "NextToken": "nonsense" }));
    world.refused("ListIdentityProviders", strange, INVALID, "Invalid pagination token").await;
}

async fn a_pool_has_at_most_300_providers(world: World) {
    let pool = world.pool(json!({})).await;
    for number in 0..300 {
        world.ok("CreateIdentityProvider", oidc(&pool, &format!("Corp{number}"), json!({}))).await;
    }
    let text = "A user pool can have at most 300 identity providers.";
    let one_more = oidc(&pool, "Corp300", json!({}));
    world.refused("CreateIdentityProvider", one_more.clone(), "LimitExceededException", text).await;
    world.ok("DeleteIdentityProvider", json!({ "UserPoolId": pool, "ProviderName": "Corp7" })).await;
    world.ok("CreateIdentityProvider", one_more).await;
}

async fn a_client_names_only_providers_of_its_pool(world: World) {
    let (pool, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    world.ok("CreateIdentityProvider", oidc(&other, "Corp", json!({}))).await;
    let client = json!({
        "UserPoolId": pool, "ClientName": "app", "SupportedIdentityProviders": ["COGNITO", "Corp"],
    });
    let text = format!("The provider Corp does not exist for User Pool {pool}.");
    world.refused("CreateUserPoolClient", client.clone(), INVALID, &text).await;

    world.ok("CreateIdentityProvider", oidc(&pool, "Corp", json!({}))).await;
    let created = world.ok("CreateUserPoolClient", client).await;
    assert_eq!(created["UserPoolClient"]["SupportedIdentityProviders"], json!(["COGNITO", "Corp"]));
    world.ok("DeleteIdentityProvider", json!({ "UserPoolId": pool, "ProviderName": "Corp" })).await;
    let id = created["UserPoolClient"]["ClientId"].clone();
    let described = world.ok("DescribeUserPoolClient", json!({ "UserPoolId": pool, "ClientId": id })).await;
    assert_eq!(described["UserPoolClient"]["SupportedIdentityProviders"], json!(["COGNITO", "Corp"]));
}
