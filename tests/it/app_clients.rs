//! App clients: settings, cross-rules and secrets.

use serde_json::{Value, json};

use crate::world::{World, on_both};

on_both!(
    a_client_with_only_a_name_has_the_services_defaults,
    oauth_settings_come_back_as_they_were_sent,
    an_update_replaces_what_it_omits_by_defaults,
    a_project_by_its_arn_has_the_services_role,
    broken_rules_are_refused_with_the_services_texts,
    a_client_has_up_to_two_secrets,
    clients_are_listed_and_deleted,
    two_calls_cannot_add_a_third_secret_at_once,
);

fn with(pool: &str, members: Value) -> Value {
    let mut request = json!({ "UserPoolId": pool, "ClientName": "app" });
    request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    request
}

async fn a_client_with_only_a_name_has_the_services_defaults(world: World) {
    let pool = world.pool(json!({})).await;
    let created = world.ok("CreateUserPoolClient", with(&pool, json!({}))).await;
    insta::assert_json_snapshot!("app_client_defaults", created);
    let id = &created["UserPoolClient"]["ClientId"];
    let named = json!({ "UserPoolId": pool, "ClientId": id });
    assert_eq!(world.ok("DescribeUserPoolClient", named).await, created);
}

async fn oauth_settings_come_back_as_they_were_sent(world: World) {
    let pool = world.pool(json!({})).await;
    let scopes = json!([{ "ScopeName": "read", "ScopeDescription": "Read it" }]);
    let server = json!({ "UserPoolId": pool, "Identifier": "api", "Name": "API", "Scopes": scopes });
    world.ok("CreateResourceServer", server).await;
    let settings = json!({
        "GenerateSecret": true,
        "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email", "api/read"],
        "CallbackURLs": ["https://app.example/callback", "http://localhost:3000/", "myapp://signed-in"],
        "DefaultRedirectURI": "https://app.example/callback",
        "LogoutURLs": ["https://app.example/bye"],
        "SupportedIdentityProviders": ["COGNITO"],
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "AccessTokenValidity": 30, "IdTokenValidity": 30, "RefreshTokenValidity": 5,
        "TokenValidityUnits": { "AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days" },
        "PreventUserExistenceErrors": "ENABLED",
        "ReadAttributes": ["email", "name"], "WriteAttributes": ["email"],
    });
    let created = world.ok("CreateUserPoolClient", with(&pool, settings.clone())).await;
    for (key, value) in settings.as_object().unwrap() {
        if key != "GenerateSecret" {
            assert_eq!(&created["UserPoolClient"][key], value, "{key}");
        }
    }
    assert_eq!(created["UserPoolClient"]["ClientSecret"].as_str().unwrap().len(), 51);
}

async fn an_update_replaces_what_it_omits_by_defaults(world: World) {
    let pool = world.pool(json!({})).await;
    let settings = json!({ "GenerateSecret": true, "PreventUserExistenceErrors": "ENABLED", "RefreshTokenValidity": 5,
                           "CallbackURLs": ["https://app.example/"], "SupportedIdentityProviders": ["COGNITO"] });
    let created = world.ok("CreateUserPoolClient", with(&pool, settings)).await["UserPoolClient"].clone();
    let update = json!({ "UserPoolId": pool, "ClientId": created["ClientId"] });
    let updated = world.ok("UpdateUserPoolClient", update.clone()).await["UserPoolClient"].clone();
    assert_eq!(updated["ClientSecret"], created["ClientSecret"]);
    assert_eq!(updated["RefreshTokenValidity"], json!(30));
    for gone in ["PreventUserExistenceErrors", "CallbackURLs", "SupportedIdentityProviders"] {
        assert_eq!(updated[gone], Value::Null, "{gone}");
    }
    assert_eq!(world.ok("DescribeUserPoolClient", update).await["UserPoolClient"], updated);
}

/// A project that is named by its ARN is written to by a role of the service's own, which answers tell and updates may repeat,
/// as Terraform does.
async fn a_project_by_its_arn_has_the_services_role(world: World) {
    let pool = world.pool(json!({})).await;
    let arn = "arn:aws:mobiletargeting:us-east-1:123456789012:apps/ab12";
    let role = "arn:aws:iam::123456789012:role/aws-service-role/cognito-idp.amazonaws.com/\
                AWSServiceRoleForAmazonCognitoIdp";
    let shown = json!({ "ApplicationArn": arn, "RoleArn": role });
    let by_arn = json!({ "AnalyticsConfiguration": { "ApplicationArn": arn } });
    let created = world.ok("CreateUserPoolClient", with(&pool, by_arn)).await["UserPoolClient"].clone();
    assert_eq!(created["AnalyticsConfiguration"], shown);
    let named = json!({ "ClientId": created["ClientId"] });
    let described = world.ok("DescribeUserPoolClient", with(&pool, named.clone())).await;
    assert_eq!(described["UserPoolClient"], created);
    let mut update = named.clone();
    update["AnalyticsConfiguration"] = shown.clone();
    let updated = world.ok("UpdateUserPoolClient", with(&pool, update.clone())).await;
    assert_eq!(updated["UserPoolClient"]["AnalyticsConfiguration"], shown);

    // Another role goes with an id only, and then stands as it was sent.
    let text = "Invalid analytics configuration given, either <application arn> or <application id, role arn, external \
                id> are valid";
    update["AnalyticsConfiguration"]["RoleArn"] = json!("arn:aws:iam::123456789012:role/other");
    world
        .refused("UpdateUserPoolClient", with(&pool, update.clone()), "InvalidParameterException", text)
        .await;
    let by_id = json!({ "ApplicationId": "ab12", "RoleArn": "arn:aws:iam::123456789012:role/other",
                        "ExternalId": "e", "UserDataShared": true });
    update["AnalyticsConfiguration"] = by_id.clone();
    let updated = world.ok("UpdateUserPoolClient", with(&pool, update)).await;
    assert_eq!(updated["UserPoolClient"]["AnalyticsConfiguration"], by_id);
}

async fn broken_rules_are_refused_with_the_services_texts(world: World) {
    let pool = world.pool(json!({})).await;
    let oauth = |flow: &str, scopes: Value| json!({ "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": [flow], "AllowedOAuthScopes": scopes });
    let provider = format!("The provider Okta does not exist for User Pool {pool}.");
    let invalid = "InvalidParameterException";
    for (members, code, text) in [
        (
            json!({ "AllowedOAuthFlowsUserPoolClient": true }),
            invalid,
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
        ),
        (
            oauth("code", json!(["openid"])),
            "InvalidOAuthFlowException",
            "CallbackUrls can not be empty when code flow or implicit flow is selected",
        ),
        (
            oauth("client_credentials", json!(["api/read"])),
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected if client does not have a client secret.",
        ),
        (
            json!({ "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code", "client_credentials"],
                    "AllowedOAuthScopes": ["openid"], "CallbackURLs": ["https://a.example"], "GenerateSecret": true }),
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected along with code flow or implicit flow.",
        ),
        (
            json!({ "AccessTokenValidity": 2, "RefreshTokenValidity": 1,
                    "TokenValidityUnits": { "RefreshToken": "hours" } }),
            invalid,
            "Access and Id Token expiration times must be less than or equal to refresh token expiration times.",
        ),
        (
            json!({ "AnalyticsConfiguration": { "ApplicationId": "ab12" } }),
            invalid,
            "Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> \
             are valid",
        ),
        (
            json!({ "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
                    "AllowedOAuthScopes": ["api/read"], "CallbackURLs": ["https://a.example"] }),
            "ScopeDoesNotExistException",
            "Invalid scope requested: api/read",
        ),
        (
            json!({ "CallbackURLs": ["http://a.example"] }),
            invalid,
            "http://a.example cannot use the HTTP protocol.",
        ),
        (
            json!({ "LogoutURLs": ["https://a.example/#x"] }),
            invalid,
            "https://a.example/#x cannot use fragment",
        ),
        (
            json!({ "CallbackURLs": ["https://a.example/"], "DefaultRedirectURI": "https://b.example/" }),
            invalid,
            "The default redirect URI https://b.example/ is not in the callback URIs list.",
        ),
        (json!({ "SupportedIdentityProviders": ["COGNITO", "Okta"] }), invalid, provider.as_str()),
        (
            json!({ "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "USER_PASSWORD_AUTH"] }),
            invalid,
            "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
        ),
        (
            json!({ "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"] }),
            invalid,
            "REFRESH_TOKEN_AUTH should always be allowed.",
        ),
        (
            json!({ "AccessTokenValidity": 1, "TokenValidityUnits": { "AccessToken": "minutes" } }),
            invalid,
            "Invalid range for token validity.",
        ),
        (
            json!({ "WriteAttributes": ["sub"] }),
            invalid,
            "Invalid write attributes specified while creating a client",
        ),
        (
            json!({ "ReadAttributes": ["no"] }),
            invalid,
            "Invalid read attributes specified while creating a client",
        ),
        (
            json!({ "EnablePropagateAdditionalUserContextData": true }),
            invalid,
            "Client Secret is required to set EnablePropagateAdditionalUserContextData as true",
        ),
        (
            json!({ "ExplicitAuthFlows": ["FOO"] }),
            invalid,
            "1 validation error detected: Value '[FOO]' at 'explicitAuthFlows' failed to satisfy constraint: Member must \
             satisfy constraint: [Member must satisfy enum value set: [ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY, \
             USER_PASSWORD_AUTH, ALLOW_ADMIN_USER_PASSWORD_AUTH, ALLOW_CUSTOM_AUTH, ALLOW_USER_PASSWORD_AUTH, \
             ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_AUTH, ALLOW_TOKEN_EXCHANGE_DELEGATION, \
             ALLOW_TOKEN_EXCHANGE_IMPERSONATION, ALLOW_CLIENT_TOKEN_AUTH]]",
        ),
    ] {
        let (found_code, found_text) =
            world.call("CreateUserPoolClient", with(&pool, members.clone())).await.error();
        assert_eq!((found_code.as_str(), found_text.as_str()), (code, text), "{members}");
    }
    let listed = world.ok("ListUserPoolClients", json!({ "UserPoolId": pool })).await;
    assert_eq!(listed, json!({ "UserPoolClients": [] }), "a refused request changes nothing");
}

async fn a_client_has_up_to_two_secrets(world: World) {
    let pool = world.pool(json!({})).await;
    let created = world.ok("CreateUserPoolClient", with(&pool, json!({ "GenerateSecret": true }))).await;
    let client = created["UserPoolClient"]["ClientId"].as_str().unwrap();
    let named = json!({ "UserPoolId": pool, "ClientId": client });

    let added = world.ok("AddUserPoolClientSecret", named.clone()).await["ClientSecretDescriptor"].clone();
    assert_eq!(added["ClientSecretValue"].as_str().unwrap().len(), 51);
    assert!(added["ClientSecretId"].as_str().unwrap().starts_with(&format!("{client}--")));
    let (code, _) = world.call("AddUserPoolClientSecret", named.clone()).await.error();
    assert_eq!(code, "LimitExceededException");

    let listed = world.ok("ListUserPoolClientSecrets", named.clone()).await["ClientSecrets"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert!(listed.as_array().unwrap().iter().all(|secret| secret.get("ClientSecretValue").is_none()));

    let of = |id: &Value| json!({ "UserPoolId": pool, "ClientId": client, "ClientSecretId": id });
    assert_eq!(world.ok("DeleteUserPoolClientSecret", of(&listed[0]["ClientSecretId"])).await, json!({}));
    let shown = world.ok("DescribeUserPoolClient", named.clone()).await;
    let left = listed[1]["ClientSecretId"].clone();
    assert!(shown["UserPoolClient"]["ClientSecret"].is_string());
    let (code, _) = world.call("DeleteUserPoolClientSecret", of(&left)).await.error();
    assert_eq!(code, "InvalidParameterException", "the last one stays");

    let public = world.client(&pool, json!({})).await;
    let (code, _) = world
        .call("AddUserPoolClientSecret", json!({ "UserPoolId": pool, "ClientId": public }))
        .await
        .error();
    assert_eq!(code, "InvalidParameterException");
}

async fn two_calls_cannot_add_a_third_secret_at_once(world: World) {
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({ "GenerateSecret": true })).await;
    let named = json!({ "UserPoolId": pool, "ClientId": client });
    let (one, other) = tokio::join!(
        world.call("AddUserPoolClientSecret", named.clone()),
        world.call("AddUserPoolClientSecret", named.clone()),
    );
    assert_eq!([one.status, other.status].iter().filter(|status| **status == 200).count(), 1);
    let listed = world.ok("ListUserPoolClientSecrets", named).await;
    assert_eq!(listed["ClientSecrets"].as_array().unwrap().len(), 2);
}

async fn clients_are_listed_and_deleted(world: World) {
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({})).await;
    let listed = world.ok("ListUserPoolClients", json!({ "UserPoolId": pool, "MaxResults": 60 })).await;
    let item = json!({ "ClientId": client, "UserPoolId": pool, "ClientName": "app" });
    assert_eq!(listed, json!({ "UserPoolClients": [item] }));

    let named = json!({ "UserPoolId": pool, "ClientId": client });
    assert_eq!(world.ok("DeleteUserPoolClient", named.clone()).await, json!({}));
    let text = format!("User pool client {client} does not exist.");
    for operation in ["DescribeUserPoolClient", "UpdateUserPoolClient", "DeleteUserPoolClient"] {
        world.refused(operation, named.clone(), "ResourceNotFoundException", &text).await;
    }
}
