//! Settings of pools and app clients: what templates of messages may hold, what a tier lacks, and what updates keep.

mod fates;
mod messages;
mod scenes;
mod stricter;
mod tiers;
mod updates;

use serde_json::{Value, json};

use crate::world::World;

const INVALID: &str = "InvalidParameterException";

/// The pool as DescribeUserPool shows it.
async fn described(world: &World, pool: &str) -> Value {
    world.ok("DescribeUserPool", json!({ "UserPoolId": pool })).await["UserPool"].clone()
}

/// A request about a pool with these members.
fn of_pool(pool: &str, members: &Value) -> Value {
    joined(&json!({ "UserPoolId": pool }), members)
}

/// The members of both; where both have one, the other's.
fn joined(one: &Value, other: &Value) -> Value {
    let mut joined: serde_json::Map<String, Value> = one.as_object().unwrap().clone();
    joined.extend(other.as_object().unwrap().clone());
    Value::Object(joined)
}
