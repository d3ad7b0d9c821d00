//! Pools, clients and users for tests.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU8;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;
use wire::{CreateUserPoolRequest, UserStatusType};

use crate::app_clients::{AppClient, ClientContext};
use crate::ids::{ClientId, PoolId};
use crate::random::tests::Counting;
use crate::scope::Scope;
use crate::srp::Verifier;
use crate::user_pools::{MfaSettings, PoolSettings, Schema, UserPool};
use crate::users::{MfaPreference, User};

/// A moment in 2027, when everything here is made.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

/// The pool that CreateUserPool makes of `request`, to which only a name is added.
pub(crate) fn pool(request: &Value) -> UserPool {
    let request: CreateUserPoolRequest =
        serde_json::from_value(joined(json!({ "PoolName": "team" }), request)).unwrap();
    let scope = Scope::default();
    UserPool {
        id: PoolId::from("us-east-1_AbCdEf123".to_owned()),
        settings: PoolSettings::of_new_pool(&request, &scope).unwrap(),
        schema: Schema::new(request.schema.unwrap_or_default()).unwrap(),
        scope,
        name: request.pool_name,
        mfa: MfaSettings::default(),
        session_configuration: Default::default(),
        tags: BTreeMap::new(),
        created_at: now(),
        modified_at: now(),
        version: 1,
    }
}

/// The client that CreateUserPoolClient makes of `request` in a pool without providers.
pub(crate) fn client(pool: &UserPool, request: &Value) -> AppClient {
    let request = joined(json!({ "UserPoolId": pool.id, "ClientName": "web" }), request);
    let context = ClientContext { pool, providers: &[], resource_scopes: &[], has_secret: false };
    let id = ClientId::from("1example23456789".to_owned());
    AppClient::new(id, &serde_json::from_value(request).unwrap(), &context, now()).unwrap()
}

/// A user, confirmed, with the password `Passw0rd!`.
pub(crate) fn user(pool: &UserPool, attributes: &[(&str, &str)]) -> User {
    let password = Verifier::new(&pool.id, "jane", "Passw0rd!", &Counting(AtomicU8::new(0)));
    User {
        id: Uuid::from_u128(7),
        pool_id: pool.id.clone(),
        username: "jane".to_owned(),
        status: UserStatusType::Confirmed,
        enabled: true,
        attributes: attributes
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        password: Some(password),
        password_set_at: Some(now()),
        password_disabled: false,
        mfa: MfaPreference::default(),
        unverified: BTreeMap::new(),
        created_at: now(),
        modified_at: now(),
        version: 1,
    }
}

fn joined(mut base: Value, more: &Value) -> Value {
    base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    base
}
