//! Where identities and scopes come from: SAML, OIDC and Google providers, and a resource server.

use aws_sdk_cognitoidentityprovider::operation::create_identity_provider::builders::CreateIdentityProviderFluentBuilder;
use aws_sdk_cognitoidentityprovider::types::{IdentityProviderTypeType, ResourceServerScopeType};
use serde_json::{Value, json};

use crate::stage::{
    Outcome, SAML_METADATA, Stage, check, done, equal, failure, has, json, json_list, recent, string,
    variable,
};

pub(crate) const API: &str = "https://orders.example.com";

const EMAIL_CLAIM: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
const NAME_CLAIM: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname";

/// A call that would create a provider with these details.
fn creation(
    stage: &Stage,
    pool: &str,
    name: &str,
    kind: IdentityProviderTypeType,
    details: &Value,
) -> CreateIdentityProviderFluentBuilder {
    let mut call =
        stage.cognito.create_identity_provider().user_pool_id(pool).provider_name(name).provider_type(kind);
    for (key, value) in details.as_object().into_iter().flatten() {
        call = call.provider_details(key, value.as_str().unwrap_or_default());
    }
    call
}

/// Creates the provider, which answers what it was given and is described as it was answered.
async fn create(
    stage: &Stage,
    pool: &str,
    name: &str,
    kind: IdentityProviderTypeType,
    details: &Value,
    mapping: &str,
) -> Outcome<Value> {
    let call = creation(stage, pool, name, kind.clone(), details).attribute_mapping("email", mapping);
    let call = if name == "CorpSaml" { call.idp_identifiers("corp.example") } else { call };
    let answer = json(&call.send().await?)?["IdentityProvider"].take();
    equal(&format!("describe {name}"), &describe(stage, pool, name).await?, &answer)?;
    has(name, &answer, &json!({"UserPoolId": pool, "ProviderName": name, "ProviderType": kind.as_str()}))?;
    has(&format!("details of {name}"), &answer["ProviderDetails"], details)?;
    has(&format!("mapping of {name}"), &answer["AttributeMapping"], &json!({"email": mapping}))?;
    recent(&format!("CreationDate of {name}"), &answer["CreationDate"])?;
    Ok(answer)
}

pub(crate) async fn describe(stage: &Stage, pool: &str, name: &str) -> Outcome<Value> {
    let call = stage.cognito.describe_identity_provider().user_pool_id(pool).provider_name(name);
    Ok(json(&call.send().await?)?["IdentityProvider"].take())
}

/// The names of all providers, listed `size` to a page.
pub(crate) async fn names(stage: &Stage, pool: &str, size: i32) -> Outcome<Vec<String>> {
    let call = stage.cognito.list_identity_providers().user_pool_id(pool);
    let mut pages = call.into_paginator().page_size(size).send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page?;
        check(page.providers().len() <= size as usize, &format!("a page holds more than {size} providers"))?;
        names.extend(page.providers().iter().filter_map(|item| item.provider_name().map(str::to_owned)));
    }
    Ok(names)
}

pub(crate) async fn identity_providers(stage: &Stage, pool: &str) -> Outcome {
    saml(stage, pool).await?;
    oidc(stage, pool).await?;

    let known = &stage.expected["google_details"];
    let mut asked = known.clone();
    if let Some(details) = asked.as_object_mut() {
        details.retain(|key, _| ["client_id", "client_secret", "authorize_scopes"].contains(&key.as_str()));
    }
    let google = create(stage, pool, "Google", IdentityProviderTypeType::Google, &asked, "email").await?;
    equal("details of Google", &google["ProviderDetails"], known)?;
    let wrong = creation(stage, pool, "NotGoogle", IdentityProviderTypeType::Google, &asked).send();
    stage.refused("provider_type_name", &[], wrong).await?;
    let second = creation(stage, pool, "Google", IdentityProviderTypeType::Google, &asked).send();
    equal(
        "second Google",
        &json!(failure("second Google", second).await?.0),
        &json!("DuplicateProviderException"),
    )?;
    let nowhere =
        stage.cognito.describe_identity_provider().user_pool_id(pool).provider_name("Nowhere").send();
    stage.refused("unknown_provider", &[("name", "Nowhere")], nowhere).await?;
    done("a Google provider gets the URLs of Google");

    let mut listed = names(stage, pool, 2).await?;
    listed.sort();
    equal(
        "providers",
        &json!(listed),
        &json!(["CorpOidc", "CorpSaml", "CorpSamlUrl", "Google", "OtherOidc"]),
    )?;
    let call =
        stage.cognito.get_identity_provider_by_identifier().user_pool_id(pool).idp_identifier("corp.example");
    let before = json(&call.send().await?)?["IdentityProvider"].take();
    equal("provider by identifier", &before, &describe(stage, pool, "CorpSaml").await?)?;
    stage
        .cognito
        .update_identity_provider()
        .user_pool_id(pool)
        .provider_name("CorpSaml")
        .attribute_mapping("email", EMAIL_CLAIM)
        .attribute_mapping("given_name", NAME_CLAIM)
        .send()
        .await?;
    let after = describe(stage, pool, "CorpSaml").await?;
    for kept in ["ProviderDetails", "IdpIdentifiers", "CreationDate"] {
        equal(&format!("{kept} after an update"), &after[kept], &before[kept])?;
    }
    let mapping = json!({"email": EMAIL_CLAIM, "given_name": NAME_CLAIM});
    equal("updated mapping", &after["AttributeMapping"], &mapping)?;
    done("providers are listed page by page, found by identifier and updated");
    Ok(())
}

async fn saml(stage: &Stage, pool: &str) -> Outcome {
    let kind = IdentityProviderTypeType::Saml;
    let known = &stage.expected["saml_redirect_details"];
    let file = json!({"MetadataFile": SAML_METADATA, "IDPSignout": "true"});
    let found = create(stage, pool, "CorpSaml", kind.clone(), &file, EMAIL_CLAIM).await?;
    has("SAML by file", &found["ProviderDetails"], known)?;
    equal("identifiers of SAML", &found["IdpIdentifiers"], &json!(["corp.example"]))?;
    equal("mapping of SAML", &found["AttributeMapping"], &json!({"email": EMAIL_CLAIM}))?;

    let url = variable("POOLHOUSE_SAML_METADATA_URL")?;
    let found =
        create(stage, pool, "CorpSamlUrl", kind.clone(), &json!({"MetadataURL": url}), EMAIL_CLAIM).await?;
    has("SAML by URL", &found["ProviderDetails"], known)?;
    let neither = creation(stage, pool, "NoSaml", kind.clone(), &json!({"IDPSignout": "true"}));
    stage.refused("saml_without_metadata", &[], neither.send()).await?;
    let missing = format!("{url}/missing");
    let call = creation(stage, pool, "NoSaml", kind, &json!({"MetadataURL": missing}));
    let (code, message) = failure("SAML of a missing document", call.send()).await?;
    check(code == "InvalidParameterException" && message.contains(&missing), &format!("{code}: {message}"))?;
    done("SAML providers come from a file and from a URL");
    Ok(())
}

async fn oidc(stage: &Stage, pool: &str) -> Outcome {
    let kind = IdentityProviderTypeType::Oidc;
    let mut asked = json!({
        "client_id": "scene", "client_secret": "oidc-secret", "authorize_scopes": "openid email",
        "attributes_request_method": "GET", "oidc_issuer": variable("POOLHOUSE_OIDC_ISSUER")?,
    });
    let issuer = string(&asked["oidc_issuer"])?;
    let published = stage.get_json(&format!("{issuer}/.well-known/openid-configuration")).await?;
    let found = create(stage, pool, "CorpOidc", kind.clone(), &asked, "email").await?;
    let known = json!({
        "authorize_url": published["authorization_endpoint"], "token_url": published["token_endpoint"],
        "attributes_url": published["userinfo_endpoint"], "jwks_uri": published["jwks_uri"],
        "attributes_url_add_attributes": "false",
    });
    has("discovered URLs", &found["ProviderDetails"], &known)?;
    equal("mapping of OIDC", &found["AttributeMapping"], &json!({"email": "email", "username": "sub"}))?;

    let base = "https://issuer.example.com";
    let urls = [
        ("authorize_url", "/auth"),
        ("token_url", "/token"),
        ("attributes_url", "/me"),
        ("jwks_uri", "/jwks"),
    ];
    asked["oidc_issuer"] = json!(base);
    for (key, path) in urls {
        asked[key] = json!(format!("{base}{path}"));
    }
    create(stage, pool, "OtherOidc", kind, &asked, "email").await?;
    done("OIDC providers come from discovery and from given URLs");
    Ok(())
}

pub(crate) async fn describe_server(stage: &Stage, pool: &str) -> Outcome<Value> {
    let call = stage.cognito.describe_resource_server().user_pool_id(pool).identifier(API);
    Ok(json(&call.send().await?)?["ResourceServer"].take())
}

pub(crate) async fn resource_server(stage: &Stage, pool: &str) -> Outcome {
    let scope = |name: &str, what: &str| {
        ResourceServerScopeType::builder().scope_name(name).scope_description(what).build()
    };
    let read = scope("read", "Read orders")?;
    let wanted = |name: &str, scope: &str, what: &str| {
        let scopes = json!([
            {"ScopeName": "read", "ScopeDescription": "Read orders"},
            {"ScopeName": scope, "ScopeDescription": what},
        ]);
        json!({"UserPoolId": pool, "Identifier": API, "Name": name, "Scopes": scopes})
    };
    let first = stage
        .cognito
        .create_resource_server()
        .user_pool_id(pool)
        .identifier(API)
        .name("Orders")
        .scopes(read.clone())
        .scopes(scope("write", "Write orders")?);
    let created = json(&first.clone().send().await?)?;
    equal("created server", &created["ResourceServer"], &wanted("Orders", "write", "Write orders"))?;
    stage.refused("existing_resource_server", &[("id", API), ("pool", pool)], first.send()).await?;

    let second = stage
        .cognito
        .update_resource_server()
        .user_pool_id(pool)
        .identifier(API)
        .name("Orders API")
        .scopes(read)
        .scopes(scope("admin", "Administer orders")?);
    let wanted = wanted("Orders API", "admin", "Administer orders");
    equal("answer to update", &json(&second.send().await?)?["ResourceServer"], &wanted)?;
    equal("updated server", &describe_server(stage, pool).await?, &wanted)?;
    let pages = stage.cognito.list_resource_servers().user_pool_id(pool).max_results(1).into_paginator();
    let listed = pages.items().send().collect::<Result<Vec<_>, _>>().await?;
    equal("servers", &json_list(&listed)?, &json!([wanted]))?;
    done("a resource server is created and updated with its scopes");
    Ok(())
}
