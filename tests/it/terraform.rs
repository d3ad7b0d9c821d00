//! What Terraform's AWS provider asks for, replayed: after each step a plan must be empty.
//!
//! `terraform/calls.json` has the requests per resource, case and phase. `terraform/plan.rs` says what the configuration
//! behind them is, `terraform/state.rs` what the provider makes of the answers. The provider itself plays in
//! `tests/clients/terraform`.

mod plan;
mod state;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::{Value, json};
use wire::Operation;

use crate::world::{World, on_both};

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

/// Redirects to `https://idp.example.com/sso`, has no logout service.
const SAML_METADATA: &str = include_str!("terraform/saml-metadata.xml");

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

/// The life of one resource.
struct Run<'a> {
    world: &'a World,
    resource: &'a str,
    /// What stands for the names in braces.
    names: BTreeMap<String, String>,
    wanted: Value,
    /// Computed values, which never change.
    kept: Option<Value>,
    faults: Vec<String>,
}

impl<'a> Run<'a> {
    /// With all that a resource needs.
    async fn new(world: &'a World, resource: &'a str) -> Self {
        let names = BTreeMap::from([("SAML metadata".to_owned(), SAML_METADATA.to_owned())]);
        let mut run = Self { world, resource, names, wanted: json!({}), kept: None, faults: Vec::new() };
        if resource == "aws_cognito_user_pool" {
            return run;
        }
        let schema = json!([{ "Name": "floor", "AttributeDataType": "String", "Mutable": true }]);
        let pool = world.pool(json!({ "Schema": schema })).await;
        let named = |key: &str, value: &str| json!({ "UserPoolId": pool, key: value });
        world.ok("CreateGroup", named("GroupName", "staff")).await;
        world.user(&pool, "eve", json!({})).await;
        let client = match resource {
            "aws_cognito_user_pool_client" => String::new(),
            _ => world.client(&pool, json!({ "ClientName": "AmazonOpenSearchService-shop" })).await,
        };
        let domain = format!("d-{}", pool.split('_').nth(1).unwrap().to_lowercase());
        if resource == "aws_cognito_user_pool_ui_customization" {
            world.ok("CreateUserPoolDomain", named("Domain", &domain)).await;
        }
        for (name, value) in [("pool", pool), ("client", client), ("domain", domain)] {
            run.names.insert(name.to_owned(), value);
        }
        run
    }

    async fn play(&mut self, case: &Value) {
        let nothing = Vec::new();
        let steps = case["update"].as_array().unwrap_or(&nothing);
        for (number, step) in [&case["create"]].into_iter().chain(steps).enumerate() {
            let phase = if number == 0 { "create".to_owned() } else { format!("update {number}") };
            let answers = self.call_all(&phase, step).await;
            if self.resource.ends_with("_pool_client") {
                // The framework that clients are written in takes the state from the answer.
                self.compare(&format!("{phase}, its answer"), &answers);
            }
            self.read(&phase, case).await;
            self.read(&format!("{phase}, read again"), case).await;
        }
        self.import(case).await;
        self.call_all("delete", &case["delete"]).await;
        self.look_for_remains(case).await;
    }

    async fn read(&mut self, phase: &str, case: &Value) {
        let answers = self.call_all(phase, &case["read"]).await;
        self.compare(phase, &answers);
    }

    /// All that a read asks for is in the import's id.
    async fn import(&mut self, case: &Value) {
        let id = self.filled(&case["import_id"]);
        let known: Vec<&str> = text(&id).splitn(3, [',', ':', '|', '/']).collect();
        let read = self.filled(&case["read"]);
        let missing = read.as_array().unwrap().iter().flat_map(|call| call[1].as_object().unwrap().values());
        let missing = missing
            .filter(|value| value.is_string() && !known.iter().any(|part| text(value).starts_with(part)));
        // Branding reads the clients of the pool as well, which it finds in their list.
        let listed = self.names.get("client").filter(|_| self.resource.ends_with("branding"));
        let missing = missing.filter(|value| listed.is_none_or(|client| *value != client));
        let missing: Vec<_> = missing.cloned().collect();
        if !missing.is_empty() {
            self.faults.push(format!("import: {id} does not name {missing:?}"));
        }
        self.read("import", case).await;
    }

    /// What was deleted is gone, as the provider sees it.
    async fn look_for_remains(&mut self, case: &Value) {
        let call = self.filled(&case["read"][0]);
        let answer = self.world.call(text(&call[0]), call[1].clone()).await;
        if !state::is_gone(self.resource, &answer.text) {
            self.faults.push(format!("delete: {} answers {}", text(&call[0]), answer.text));
        }
    }

    async fn call_all(&mut self, phase: &str, calls: &Value) -> BTreeMap<String, Value> {
        let mut answers = BTreeMap::new();
        for call in calls.as_array().unwrap() {
            let call = self.filled(call);
            let (operation, request) = (text(&call[0]), &call[1]);
            let answer = self.world.call(operation, request.clone()).await;
            if answer.status != 200 {
                self.faults.push(format!("{phase}: {operation}: {}", answer.text));
                continue;
            }
            let answer: Value = serde_json::from_str(&answer.text).unwrap();
            self.learn(&answer);
            plan::plan(self.resource, operation, request, &mut self.wanted);
            let merged = if request["ReturnMergedResources"] == true { " (merged)" } else { "" };
            answers.insert(format!("{operation}{merged}"), answer);
        }
        answers
    }

    fn learn(&mut self, answer: &Value) {
        let told = [
            ("pool", "/UserPool/Id"),
            ("pool arn", "/UserPool/Arn"),
            ("client", "/UserPoolClient/ClientId"),
            ("branding", "/ManagedLoginBranding/ManagedLoginBrandingId"),
        ];
        for (name, place) in told {
            if let Some(value) = answer.pointer(place).and_then(Value::as_str) {
                self.names.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Holds the plan against what the provider makes of these answers, and tells each difference.
    fn compare(&mut self, phase: &str, answers: &BTreeMap<String, Value>) {
        let Some(found) = state::state(self.resource, answers) else {
            return self.faults.push(format!("{phase}: no state in {:?}", answers.keys()));
        };
        let members = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
        let mut wanted = self.wanted.clone();
        state::normalize(self.resource, &mut wanted);
        for key in members(&wanted).union(&members(&found.configured)) {
            let (wanted, found) = (&wanted[key], &found.configured[key]);
            if wanted != found {
                self.faults.push(format!("{phase}: {key}\n    wanted {wanted}\n    found  {found}"));
            }
        }
        let kept = self.kept.get_or_insert_with(|| found.computed.clone());
        if *kept != found.computed {
            self.faults.push(format!("{phase}: {kept} became {}", found.computed));
        }
    }

    fn filled(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => {
                let filled = self
                    .names
                    .iter()
                    .fold(text.clone(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
                Value::String(filled)
            }
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect(),
            Value::Object(members) => {
                members.iter().map(|(key, value)| (key.clone(), self.filled(value))).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }
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

#[track_caller]
fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
