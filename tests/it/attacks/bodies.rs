//! Requests of many members and long texts: the answer is short, whoever asks.

use api::config::Config;
use serde_json::{Value, json};

use crate::world::{World, on_both};

on_both!(a_list_without_a_maximum_in_the_model_has_one_here, a_message_repeats_little_of_what_was_sent);

fn sign_up(client: &str, attributes: Vec<Value>) -> Value {
    json!({ "ClientId": client, "Username": "jane", "Password": "Passw0rd!", "UserAttributes": attributes })
}

async fn a_list_without_a_maximum_in_the_model_has_one_here(world: World) {
    // Nobody has this client: whoever asks gets the same.
    let answer = world.call("SignUp", sign_up("nobody", vec![json!({}); 20_000])).await;
    let bytes = answer.text.len();
    println!("20,000 empty attributes: {bytes} bytes of answer");
    assert!(bytes < 64 * 1024, "{bytes}");
    let (code, message) = answer.error();
    assert_eq!(code, "InvalidParameterException");
    let first = "50 validation errors detected: Value at 'userAttributes' failed to satisfy constraint: Member must have \
                 length less than or equal to 250; ";
    assert!(message.starts_with(first), "{message}");

    let metadata = |count: usize| {
        let entries: serde_json::Map<String, Value> =
            (0..count).map(|n| (format!("k{n}"), json!("v"))).collect();
        json!({ "ClientId": "nobody", "Username": "jane", "ClientMetadata": entries })
    };
    let (code, message) = world.call("ForgotPassword", metadata(101)).await.error();
    assert_eq!(code, "InvalidParameterException");
    assert!(message.ends_with("Member must have length less than or equal to 100"), "{message}");

    // As many as that are heard.
    let (code, _) = world.call("ForgotPassword", metadata(100)).await.error();
    assert_eq!(code, "ResourceNotFoundException");
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({})).await;
    let attributes = (0..250).map(|n| json!({ "Name": format!("custom:a{n}"), "Value": "v" })).collect();
    let (code, message) = world.call("SignUp", sign_up(&client, attributes)).await.error();
    assert_eq!(code, "InvalidParameterException");
    assert!(!message.contains("validation error"), "{message}");
}

async fn a_message_repeats_little_of_what_was_sent(world: World) {
    let long = "a".repeat(100_000);
    let answer = world.call("DescribeUserPool", json!({ "UserPoolId": long })).await;
    println!("an id of 100,000 characters: {} bytes of answer", answer.text.len());
    assert!(answer.text.len() < 2_000, "{}", answer.text.len());

    let replica = world.replica(Config {
        max_error_message_bytes: 90,
        max_error_header_bytes: 40,
        ..Config::default()
    });
    let answer = replica.await.call("DescribeUserPool", json!({ "UserPoolId": "é" })).await;
    assert_eq!(answer.headers["x-amzn-errormessage"], "1 validation error detected: Value ' ...");
    assert_eq!(
        answer.error().1,
        "1 validation error detected: Value 'é' at 'userPoolId' failed to satisfy constraint: M..."
    );
}
