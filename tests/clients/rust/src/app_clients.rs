//! App clients: a web client with a secret and OAuth, a public one, and what is refused.

use aws_sdk_cognitoidentityprovider::operation::create_user_pool_client::builders::CreateUserPoolClientFluentBuilder;
use aws_sdk_cognitoidentityprovider::types::{
    ExplicitAuthFlowsType, OAuthFlowType, PreventUserExistenceErrorTypes, TimeUnitsType,
    TokenValidityUnitsType,
};
use serde_json::{Value, json};

use crate::providers::API;
use crate::stage::{Outcome, Stage, check, done, equal, has, json, made_of, string};

const CALLBACK: &str = "https://app.example.com/callback";
const LOCAL: &str = "http://localhost:3000/callback";
const REPLACED: [&str; 5] =
    ["LogoutURLs", "DefaultRedirectURI", "AccessTokenValidity", "IdTokenValidity", "TokenValidityUnits"];

/// The web client, its first secret, and the public client.
pub(crate) struct AppClients {
    pub(crate) web: String,
    pub(crate) secret: String,
    pub(crate) phone: String,
}

pub(crate) async fn describe(stage: &Stage, pool: &str, client: &str) -> Outcome<Value> {
    let call = stage.cognito.describe_user_pool_client().user_pool_id(pool).client_id(client);
    Ok(json(&call.send().await?)?["UserPoolClient"].take())
}

pub(crate) async fn create(stage: &Stage, pool: &str) -> Outcome<AppClients> {
    let asked = web_client(stage, pool);
    let created = asked.clone().generate_secret(true).send().await?;
    let web = json(&created)?["UserPoolClient"].take();
    let id = string(&web["ClientId"])?;
    check(
        made_of(&web["ClientId"], 26..=26, |c| c.is_ascii_lowercase()),
        &format!("unusual client id {id}"),
    )?;
    check(made_of(&web["ClientSecret"], 51..=52, |c| c.is_ascii_lowercase()), "unusual client secret")?;
    has("client", &in_order(&web), &oauth_settings())?;
    let extras = json!({
        "UserPoolId": pool, "ClientName": "web", "LogoutURLs": ["https://app.example.com/bye"],
        "DefaultRedirectURI": CALLBACK, "AccessTokenValidity": 2, "IdTokenValidity": 3, "RefreshTokenValidity": 10,
        "TokenValidityUnits": {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"},
        "PreventUserExistenceErrors": "ENABLED",
    });
    has("client", &web, &extras)?;
    equal("describe client", &describe(stage, pool, &id).await?, &web)?;
    done("a client with a secret and OAuth settings is created and described");

    update(stage, pool, &id, &web).await?;
    wrong_settings(stage, pool, asked).await?;

    let call = stage.cognito.create_user_pool_client().user_pool_id(pool).client_name("phone");
    let phone = json(&call.send().await?)?["UserPoolClient"].take();
    let mut defaults = stage.expected["client_defaults"].clone();
    if let Some(members) = defaults.as_object_mut() {
        // The SDK of this version has not heard of it, and drops it.
        members.remove("ClientType");
    }
    has("defaults of a client", &phone, &defaults)?;
    let unasked =
        ["ClientSecret", "CallbackURLs", "AllowedOAuthFlows", "AllowedOAuthScopes", "ReadAttributes"];
    for member in unasked.into_iter().chain(["WriteAttributes", "AnalyticsConfiguration"]).chain(REPLACED) {
        check(unset(&phone[member]), &format!("a client has {member} unasked"))?;
    }
    let pages = stage.cognito.list_user_pool_clients().user_pool_id(pool).max_results(1).into_paginator();
    let listed = pages.items().send().collect::<Result<Vec<_>, _>>().await?;
    let mut names: Vec<_> = listed.iter().map(|item| (item.client_name(), item.client_id())).collect();
    names.sort();
    let phone = string(&phone["ClientId"])?;
    equal("clients", &json!(names), &json!([["phone", phone], ["web-two", id]]))?;
    done("a public client has the defaults, clients are listed page by page");
    Ok(AppClients { web: id, secret: string(&web["ClientSecret"])?, phone })
}

fn web_client(stage: &Stage, pool: &str) -> CreateUserPoolClientFluentBuilder {
    let units = TokenValidityUnitsType::builder()
        .access_token(TimeUnitsType::Hours)
        .id_token(TimeUnitsType::Hours)
        .refresh_token(TimeUnitsType::Days)
        .build();
    stage
        .cognito
        .create_user_pool_client()
        .user_pool_id(pool)
        .client_name("web")
        .allowed_o_auth_flows_user_pool_client(true)
        .allowed_o_auth_flows(OAuthFlowType::Code)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserSrpAuth)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth)
        .set_allowed_o_auth_scopes(Some(scopes()))
        .set_callback_urls(Some(vec![CALLBACK.into(), LOCAL.into()]))
        .default_redirect_uri(CALLBACK)
        .set_supported_identity_providers(Some(vec!["COGNITO".into(), "CorpSaml".into()]))
        .logout_urls("https://app.example.com/bye")
        .access_token_validity(2)
        .id_token_validity(3)
        .refresh_token_validity(10)
        .token_validity_units(units)
        .prevent_user_existence_errors(PreventUserExistenceErrorTypes::Enabled)
}

fn scopes() -> Vec<String> {
    vec!["openid".into(), "email".into(), format!("{API}/read")]
}

/// What every version of the web client says about OAuth, its sets in order.
fn oauth_settings() -> Value {
    in_order(&json!({
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": scopes(),
        "CallbackURLs": [CALLBACK, LOCAL], "SupportedIdentityProviders": ["COGNITO", "CorpSaml"],
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }))
}

/// The client with its sets sorted, as their order means nothing.
fn in_order(client: &Value) -> Value {
    let mut client = client.clone();
    for member in ["AllowedOAuthScopes", "CallbackURLs", "SupportedIdentityProviders", "ExplicitAuthFlows"] {
        if let Some(items) = client[member].as_array_mut() {
            items.sort_by_key(Value::to_string);
        }
    }
    client
}

/// Absent or, as TokenValidityUnits may be, an empty structure.
fn unset(value: &Value) -> bool {
    value.is_null() || value.as_object().is_some_and(|members| members.is_empty())
}

async fn update(stage: &Stage, pool: &str, id: &str, web: &Value) -> Outcome {
    let call = stage
        .cognito
        .update_user_pool_client()
        .user_pool_id(pool)
        .client_id(id)
        .client_name("web-two")
        .allowed_o_auth_flows_user_pool_client(true)
        .allowed_o_auth_flows(OAuthFlowType::Code)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserSrpAuth)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth)
        .set_allowed_o_auth_scopes(Some(scopes()))
        .set_callback_urls(Some(vec![CALLBACK.into(), LOCAL.into()]))
        .set_supported_identity_providers(Some(vec!["COGNITO".into(), "CorpSaml".into()]))
        .enable_token_revocation(false);
    let updated = json(&call.send().await?)?["UserPoolClient"].take();
    equal("describe after update", &describe(stage, pool, id).await?, &updated)?;
    has("updated client", &in_order(&updated), &oauth_settings())?;
    let changed =
        json!({"ClientName": "web-two", "RefreshTokenValidity": 30, "EnableTokenRevocation": false});
    has("updated client", &updated, &changed)?;
    for kept in ["ClientId", "ClientSecret", "CreationDate"] {
        equal(&format!("{kept} after an update"), &updated[kept], &web[kept])?;
    }
    for member in REPLACED {
        check(unset(&updated[member]), &format!("{member} was omitted and kept its value"))?;
    }
    let errors = &updated["PreventUserExistenceErrors"];
    check(errors != "ENABLED", "PreventUserExistenceErrors was omitted and kept its value")?;
    done("an update replaces the settings of the client");
    Ok(())
}

async fn wrong_settings(stage: &Stage, pool: &str, asked: CreateUserPoolClientFluentBuilder) -> Outcome {
    let nowhere = asked.clone().set_supported_identity_providers(Some(vec!["Nowhere".into()]));
    let values = [("name", "Nowhere"), ("pool", pool)];
    stage.refused("client_names_missing_provider", &values, nowhere.send()).await?;
    let scope = format!("{API}/write");
    let unknown = asked.clone().set_allowed_o_auth_scopes(Some(vec![scope.clone()]));
    stage.refused("unknown_scope", &[("scope", &scope)], unknown.send()).await?;
    let http = "http://app.example.com/callback";
    let plain = asked.clone().set_callback_urls(Some(vec![http.into()])).default_redirect_uri(http);
    stage.refused("http_callback_url", &[], plain.send()).await?;
    let none = asked.set_callback_urls(None).set_default_redirect_uri(None);
    stage.refused("no_callback_urls", &[], none.send()).await?;
    let unknown = "0".repeat(26);
    let describe = stage.cognito.describe_user_pool_client().user_pool_id(pool).client_id(&unknown).send();
    stage.refused("unknown_client", &[("client", &unknown)], describe).await?;
    done("clients with wrong settings are refused");
    Ok(())
}
