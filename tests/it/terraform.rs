//! What Terraform's AWS provider asks for, replayed: after each step a plan must be empty.
//!
//! `terraform/calls.json` has the requests per resource, case and phase; `run.rs` plays a case. `plan.rs` says what the
//! configuration behind the requests is, `state.rs` what the provider makes of the answers. The provider itself plays in
//! `tests/clients/terraform`.

mod plan;
mod run;
mod state;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::{Value, json};
use wire::Operation;

use crate::world::{World, on_both};
use run::{Run, text};

on_both!(
    user_pools_are_as_planned,
    app_clients_are_as_planned,
    domains_are_as_planned,
    identity_providers_are_as_planned,
    resource_servers_are_as_planned,
    users_and_groups_are_as_planned,
    pages_are_as_planned,
    protection_and_logs_are_as_planned,
    data_sources_find_what_is_there,
);

/// Cases of which an operation is not built yet. This list may only shrink.
const NOT_BUILT: [(&str, &str); 4] = [
    ("aws_cognito_log_delivery_configuration", "one, then two, in another order"),
    ("aws_cognito_risk_configuration", "client"),
    ("aws_cognito_risk_configuration", "pool"),
    ("aws_cognito_user_pool_replica", "tags, on, off"),
];

/// The resources of each test above.
const POOLS: &[&str] = &["aws_cognito_user_pool"];
const CLIENTS: &[&str] = &["aws_cognito_user_pool_client", "aws_cognito_managed_user_pool_client"];
const DOMAINS: &[&str] = &["aws_cognito_user_pool_domain"];
const PROVIDERS: &[&str] = &["aws_cognito_identity_provider"];
const RESOURCE_SERVERS: &[&str] = &["aws_cognito_resource_server"];
const PEOPLE: &[&str] = &["aws_cognito_user_group", "aws_cognito_user_in_group", "aws_cognito_user"];
const PAGES: &[&str] = &["aws_cognito_user_pool_ui_customization", "aws_cognito_managed_login_branding"];
const PROTECTION: &[&str] = &[
    "aws_cognito_risk_configuration",
    "aws_cognito_log_delivery_configuration",
    "aws_cognito_user_pool_replica",
];
const TESTED: [&[&str]; 8] =
    [POOLS, CLIENTS, DOMAINS, PROVIDERS, RESOURCE_SERVERS, PEOPLE, PAGES, PROTECTION];

static CALLS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("terraform/calls.json")).unwrap());

async fn user_pools_are_as_planned(world: World) {
    replay(&world, POOLS).await;
}

async fn app_clients_are_as_planned(world: World) {
    replay(&world, CLIENTS).await;
}

async fn domains_are_as_planned(world: World) {
    replay(&world, DOMAINS).await;
}

async fn identity_providers_are_as_planned(world: World) {
    replay(&world, PROVIDERS).await;
}

async fn resource_servers_are_as_planned(world: World) {
    replay(&world, RESOURCE_SERVERS).await;
}

async fn users_and_groups_are_as_planned(world: World) {
    replay(&world, PEOPLE).await;
}

async fn pages_are_as_planned(world: World) {
    replay(&world, PAGES).await;
}

async fn protection_and_logs_are_as_planned(world: World) {
    replay(&world, PROTECTION).await;
}

#[test]
fn each_resource_has_a_test() {
    let tested: BTreeSet<&str> = TESTED.into_iter().flatten().copied().collect();
    let known: BTreeSet<&str> = CALLS["resources"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(tested, known);
}

#[test]
fn what_is_not_built_is_counted_and_named() {
    let built = |call: &Value| !Operation::from_name(text(&call[0])).is_some_and(is_missing);
    let cases = CALLS["resources"].as_object().unwrap().iter();
    let cases = cases
        .flat_map(|(resource, cases)| cases.as_array().unwrap().iter().map(move |case| (resource, case)));
    let skipped: BTreeSet<(&str, &str)> = cases
        .filter(|(_, case)| !all_calls(case).iter().all(|call| built(call)))
        .map(|(resource, case)| (resource.as_str(), text(&case["case"])))
        .collect();
    assert_eq!(skipped, BTreeSet::from(NOT_BUILT));
}

fn is_missing(operation: Operation) -> bool {
    include_str!("../coverage/not-implemented.txt").lines().any(|line| line == operation.name())
}

/// The calls of a case, of all phases.
fn all_calls(case: &Value) -> Vec<&Value> {
    let steps = case["update"].as_array().into_iter().flatten();
    let phases = [&case["create"], &case["read"], &case["delete"]].into_iter().chain(steps);
    phases.flat_map(|calls| calls.as_array().unwrap()).collect()
}

async fn replay(world: &World, resources: &[&str]) {
    let mut faults = Vec::new();
    for resource in resources {
        for case in CALLS["resources"][resource].as_array().unwrap() {
            if !NOT_BUILT.contains(&(resource, text(&case["case"]))) {
                let mut run = Run::new(world, resource).await;
                run.play(case).await;
                let told = run.faults.into_iter();
                faults.extend(told.map(|fault| format!("{resource}, {}: {fault}", case["case"])));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

async fn data_sources_find_what_is_there(world: World) {
    let mut run = Run::new(&world, "aws_cognito_user").await;
    let pool = run.names["pool"].clone();
    world.user(&pool, "dan", json!({ "email": "dan@example.org" })).await;
    let mut seen = BTreeMap::new();
    for (source, calls) in CALLS["data_sources"].as_object().unwrap() {
        let answers = run.call_all(source, calls).await;
        seen.insert(source.as_str(), json!(answers));
    }
    assert_eq!(run.faults, Vec::<String>::new());

    let found = [
        ("aws_cognito_user", "/AdminGetUser/Username", "dan"),
        ("aws_cognito_user", "/ListUsers/Users/0/Username", "dan"),
        ("aws_cognito_user_group", "/GetGroup/Group/GroupName", "staff"),
        ("aws_cognito_user_groups", "/ListGroups/Groups/0/GroupName", "staff"),
        ("aws_cognito_user_pool", "/DescribeUserPool/UserPool/Id", &pool),
        (
            "aws_cognito_user_pool_client",
            "/DescribeUserPoolClient/UserPoolClient/ClientId",
            &run.names["client"],
        ),
        (
            "aws_cognito_user_pool_clients",
            "/ListUserPoolClients/UserPoolClients/0/ClientId",
            &run.names["client"],
        ),
        ("aws_cognito_user_pools", "/ListUserPools/UserPools/0/Id", &pool),
    ];
    for (source, place, value) in found {
        assert_eq!(seen[source].pointer(place), Some(&json!(value)), "{source}: {}", seen[source]);
    }
    let certificate =
        seen["aws_cognito_user_pool_signing_certificate"].pointer("/GetSigningCertificate/Certificate");
    assert!(certificate.is_some_and(|text| !text.as_str().unwrap().contains("BEGIN")), "{certificate:?}");
}
