//! Resource servers and their scopes.

use serde_json::{Value, json};

use crate::world::{World, on_both};

on_both!(a_resource_server_lives_from_creation_to_deletion, resource_servers_are_listed_in_pages);

async fn a_resource_server_lives_from_creation_to_deletion(world: World) {
    let pool = world.pool(json!({})).await;
    let named = json!({ "UserPoolId": pool, "Identifier": "https://api.example" });
    let with = |name: &str, scopes: Value| json!({ "UserPoolId": pool, "Identifier": "https://api.example", "Name": name, "Scopes": scopes });
    let read = json!([{ "ScopeName": "read", "ScopeDescription": "Read it" }]);

    let created = world.ok("CreateResourceServer", with("API", read.clone())).await;
    assert_eq!(created, json!({ "ResourceServer": with("API", read.clone()) }));
    assert_eq!(world.ok("DescribeResourceServer", named.clone()).await, created);
    let text = format!("https://api.example already exists in user pool {pool}.");
    world.refused("CreateResourceServer", with("Again", json!([])), "InvalidParameterException", &text).await;

    let updated = json!({ "UserPoolId": pool, "Identifier": "https://api.example", "Name": "Renamed" });
    let answer = world.ok("UpdateResourceServer", updated).await;
    assert_eq!(answer, json!({ "ResourceServer": with("Renamed", json!([])) }), "omitted scopes are gone");

    assert_eq!(world.ok("DeleteResourceServer", named.clone()).await, json!({}));
    let text = "Resource server https://api.example does not exist.";
    world.refused("DescribeResourceServer", named.clone(), "ResourceNotFoundException", text).await;
    world.refused("DeleteResourceServer", named, "ResourceNotFoundException", text).await;
    world.refused("UpdateResourceServer", with("x", json!([])), "ResourceNotFoundException", text).await;
}

async fn resource_servers_are_listed_in_pages(world: World) {
    let pool = world.pool(json!({})).await;
    for n in 0..3 {
        let server = json!({ "UserPoolId": pool, "Identifier": format!("api-{n}"), "Name": "API" });
        world.ok("CreateResourceServer", server).await;
    }
    let first = world.ok("ListResourceServers", json!({ "UserPoolId": pool, "MaxResults": 2 })).await;
    let second = world
        .ok(
            "ListResourceServers",
            json!({ "UserPoolId": pool, "MaxResults": 2, "NextToken": first["NextToken"] }),
        )
        .await;
    let names = |page: &Value| -> Vec<String> {
        page["ResourceServers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|server| server["Identifier"].to_string())
            .collect()
    };
    assert_eq!([names(&first), names(&second)].concat(), ["\"api-0\"", "\"api-1\"", "\"api-2\""]);
    assert_eq!(second["NextToken"], Value::Null);
}
