//! The scene, played by the AWS SDK for Rust on a pool whose users sign up with their e-mail address.
//!
//! Usage: `client-rust-sdk build | verify | teardown`; `tests/clients/README.md` says which variables it reads.

mod app_clients;
mod people;
mod pools;
mod providers;
mod stage;

use std::io::Write as _;
use std::process::ExitCode;

use serde_json::{Value, json};

use app_clients::AppClients;
use stage::{Outcome, Stage, done, equal, json, json_list, string, variable};

#[tokio::main]
async fn main() -> ExitCode {
    let act = std::env::args().nth(1).unwrap_or_default();
    let Err(error) = play(&act).await else { return ExitCode::SUCCESS };
    let mut report = format!("rust: {act} FAILED: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        report.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    // Nothing can be said about a standard error that takes no text.
    let _ = writeln!(std::io::stderr(), "{report}");
    ExitCode::FAILURE
}

async fn play(act: &str) -> Outcome {
    let stage = Stage::from_environment()?;
    let state = variable("SCENE_STATE")?;
    match act {
        "build" => std::fs::write(state, serde_json::to_string_pretty(&build(&stage).await?)?)?,
        "verify" => verify(&stage, &serde_json::from_str(&std::fs::read_to_string(state)?)?).await?,
        "teardown" => teardown(&stage, &serde_json::from_str(&std::fs::read_to_string(state)?)?).await?,
        _ => return Err("usage: client-rust-sdk build | verify | teardown".into()),
    }
    Ok(())
}

async fn build(stage: &Stage) -> Outcome<Value> {
    let (pool, arn, bare) = pools::create(stage).await?;
    pools::domains(stage, &pool, &bare).await?;
    providers::identity_providers(stage, &pool).await?;
    providers::resource_server(stage, &pool).await?;
    let clients = app_clients::create(stage, &pool).await?;
    let carol_code = people::sign_up(stage, &pool, &clients).await?;
    people::find(stage, &pool).await?;
    let mut known = json!({
        "pool": pool, "arn": arn, "bare": bare, "carol_code": carol_code,
        "web": clients.web, "secret": clients.secret, "phone": clients.phone,
    });
    known["seen"] = snapshot(stage, &known).await?;
    Ok(known)
}

async fn verify(stage: &Stage, known: &Value) -> Outcome {
    let now = snapshot(stage, known).await?;
    for (what, answer) in known["seen"].as_object().ok_or("a state file of another program")? {
        equal(&format!("{what} after the restart"), &now[what], answer)?;
    }
    done("everything reads as it did before the restart");

    let clients = AppClients {
        web: string(&known["web"])?,
        secret: string(&known["secret"])?,
        phone: string(&known["phone"])?,
    };
    people::after_restart(stage, &string(&known["pool"])?, &clients, &string(&known["carol_code"])?).await
}

/// Every describe, get and list answer about what the scene made.
async fn snapshot(stage: &Stage, known: &Value) -> Outcome<Value> {
    let cognito = &stage.cognito;
    let (pool, bare) = (string(&known["pool"])?, string(&known["bare"])?);
    let (web, phone) = (string(&known["web"])?, string(&known["phone"])?);
    let mut providers = Vec::new();
    for name in providers::names(stage, &pool, 60).await? {
        providers.push(providers::describe(stage, &pool, &name).await?);
    }
    let mut pools = pools::list(stage, 60).await?;
    pools.retain(|item| item["Id"] == pool.as_str() || item["Id"] == bare.as_str());
    let tags = cognito.list_tags_for_resource().resource_arn(string(&known["arn"])?).send().await?;
    let by_identifier = cognito
        .get_identity_provider_by_identifier()
        .user_pool_id(&pool)
        .idp_identifier("corp.example")
        .send()
        .await?;
    let clients = cognito.list_user_pool_clients().user_pool_id(&pool).into_paginator().items().send();
    let users = cognito.list_users().user_pool_id(&pool).into_paginator().items().send();
    Ok(json!({
        "pool": pools::describe(stage, &pool).await?,
        "bare pool": pools::describe(stage, &bare).await?,
        "pools": pools,
        "MFA": json(&cognito.get_user_pool_mfa_config().user_pool_id(&pool).send().await?)?,
        "tags": json(&tags)?,
        "domain": pools::describe_domain(stage, &stage.name).await?,
        "providers": providers,
        "provider by identifier": json(&by_identifier)?,
        "resource server": providers::describe_server(stage, &pool).await?,
        "client": app_clients::describe(stage, &pool, &web).await?,
        "public client": app_clients::describe(stage, &pool, &phone).await?,
        "clients": json_list(&clients.collect::<Result<Vec<_>, _>>().await?)?,
        "secrets": json(&cognito.list_user_pool_client_secrets().user_pool_id(&pool).client_id(&web).send().await?)?,
        "users": json_list(&users.collect::<Result<Vec<_>, _>>().await?)?,
    }))
}

async fn teardown(stage: &Stage, known: &Value) -> Outcome {
    let cognito = &stage.cognito;
    let (pool, bare) = (string(&known["pool"])?, string(&known["bare"])?);
    for client in [string(&known["web"])?, string(&known["phone"])?] {
        cognito.delete_user_pool_client().user_pool_id(&pool).client_id(&client).send().await?;
        let describe = cognito.describe_user_pool_client().user_pool_id(&pool).client_id(&client).send();
        stage.refused("unknown_client", &[("client", &client)], describe).await?;
    }
    for name in providers::names(stage, &pool, 60).await? {
        cognito.delete_identity_provider().user_pool_id(&pool).provider_name(&name).send().await?;
        let describe = cognito.describe_identity_provider().user_pool_id(&pool).provider_name(&name).send();
        stage.refused("unknown_provider", &[("name", &name)], describe).await?;
    }
    equal("providers left", &json!(providers::names(stage, &pool, 60).await?), &json!([]))?;
    cognito.delete_resource_server().user_pool_id(&pool).identifier(providers::API).send().await?;
    let describe = cognito.describe_resource_server().user_pool_id(&pool).identifier(providers::API).send();
    stage.refused("unknown_resource_server", &[("id", providers::API)], describe).await?;
    cognito.delete_user_pool_domain().user_pool_id(&pool).domain(&stage.name).send().await?;
    equal("deleted domain", &pools::describe_domain(stage, &stage.name).await?, &json!({}))?;
    done("clients, providers, resource server and domain are deleted");

    stage.refused("pool_is_protected", &[], cognito.delete_user_pool().user_pool_id(&pool).send()).await?;
    cognito.update_user_pool().user_pool_id(&pool).deletion_protection("INACTIVE".into()).send().await?;
    for gone in [&pool, &bare] {
        cognito.delete_user_pool().user_pool_id(gone).send().await?;
        let values = [("pool", gone.as_str())];
        stage
            .refused("unknown_pool", &values, cognito.describe_user_pool().user_pool_id(gone).send())
            .await?;
        stage.refused("unknown_pool", &values, cognito.list_users().user_pool_id(gone).send()).await?;
    }
    let mut left = pools::list(stage, 60).await?;
    left.retain(|item| item["Id"] == pool.as_str() || item["Id"] == bare.as_str());
    equal("pools left", &json!(left), &json!([]))?;
    done("the pools are deleted, once their protection is off");
    Ok(())
}
