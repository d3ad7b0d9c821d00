//! The life of one resource, as the provider asks for it, and the differences that it would find.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{plan, state};
use crate::world::World;

/// Redirects to `https://idp.example.com/sso`, has no logout service.
const SAML_METADATA: &str = include_str!("saml-metadata.xml");

/// The life of one resource.
pub(super) struct Run<'a> {
    world: &'a World,
    resource: &'a str,
    /// What stands for the names in braces.
    pub(super) names: BTreeMap<String, String>,
    wanted: Value,
    /// Computed values, which never change.
    kept: Option<Value>,
    pub(super) faults: Vec<String>,
}

impl<'a> Run<'a> {
    /// With all that a resource needs.
    pub(super) async fn new(world: &'a World, resource: &'a str) -> Self {
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

    pub(super) async fn play(&mut self, case: &Value) {
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

    pub(super) async fn call_all(&mut self, phase: &str, calls: &Value) -> BTreeMap<String, Value> {
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

#[track_caller]
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
