//! Operations of administrators find a local user by `sub` too, in pools whose users have names of their own (API reference,
//! parameter `Username`).

use serde_json::{Value, json};
use wire::{Kind, Operation};

use crate::world::{World, on_both};

on_both!(every_operation_of_administrators_finds_a_user_by_sub, a_sub_finds_nobody_elsewhere);

const UNKNOWN: &str = "01234567-89ab-4def-8123-456789abcdef";

/// The operations of administrators that name a user who exists.
fn operations() -> impl Iterator<Item = (Operation, Vec<&'static str>)> {
    Operation::ALL.iter().filter_map(|operation| {
        let Kind::Structure(members) = &operation.input().kind else { return None };
        let names_a_user = operation.name().starts_with("Admin")
            && *operation != Operation::AdminCreateUser
            && members.iter().any(|member| member.name == "Username");
        let required = members.iter().filter(|member| member.required).map(|member| member.name);
        names_a_user.then(|| (*operation, required.collect()))
    })
}

/// A request with all that must be there. Whatever it names beside the user does not exist.
fn request(pool: &str, required: &[&'static str], username: &str) -> Value {
    let mut request = json!({});
    for name in required {
        request[name] = match *name {
            "UserPoolId" => json!(pool),
            "Username" => json!(username),
            "GroupName" => json!("crew"),
            "DeviceKey" => json!(format!("us-east-1_{UNKNOWN}")),
            "EventId" => json!(UNKNOWN),
            "FeedbackValue" => json!("Valid"),
            "MFAOptions" | "UserAttributes" => json!([]),
            "Password" => json!("Passw0rd!"),
            "SessionId" => json!("tknabcdefghijklmnopqrstuvwxy"),
            "UserAttributeNames" => json!(["nickname"]),
            name => panic!("a value for {name}"),
        };
    }
    request
}

async fn every_operation_of_administrators_finds_a_user_by_sub(world: World) {
    let members = json!({
        "DeviceConfiguration": { "ChallengeRequiredOnNewDevice": true },
        "UserPoolTier": "PLUS", "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" },
    });
    let pool = world.pool(members).await;
    world.ok("CreateGroup", json!({ "UserPoolId": pool, "GroupName": "crew" })).await;
    let mut count = 0;
    for (operation, required) in operations() {
        count += 1;
        let name = operation.name();
        let twin = json!({ "email": "twin@example.com", "email_verified": "true", "nickname": "twin" });
        world.user(&pool, &format!("one-{name}"), twin.clone()).await;
        let sub = world.user(&pool, &format!("two-{name}"), twin).await;
        let by_name = world.call(name, request(&pool, &required, &format!("one-{name}"))).await;
        let by_sub = world.call(name, request(&pool, &required, &sub)).await;
        let by_none = world.call(name, request(&pool, &required, UNKNOWN)).await.error();
        let told = |text: &str| serde_json::from_str::<Value>(text).unwrap()["message"].clone();
        assert_eq!(
            (by_sub.status, told(&by_sub.text)),
            (by_name.status, told(&by_name.text)),
            "{name} by name: {} by sub: {}",
            by_name.text,
            by_sub.text
        );
        assert_eq!(by_none.1, "User does not exist.", "{name}");
        assert_ne!(told(&by_sub.text), by_none.1, "{name}");
    }
    assert!(count >= 23, "only {count} operations");
}

async fn a_sub_finds_nobody_elsewhere(world: World) {
    let (pool, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    let sub = world.user(&pool, "jane", json!({})).await;
    let not_found = ("UserNotFoundException", "User does not exist.");
    let get = |pool: &str, name: &str| json!({ "UserPoolId": pool, "Username": name });
    world.refused("AdminGetUser", get(&other, &sub), not_found.0, not_found.1).await;
    assert_eq!(world.ok("AdminGetUser", get(&pool, &sub.to_uppercase())).await["Username"], "jane");

    for written in [sub.replace('-', ""), format!("{{{sub}}}"), format!("urn:uuid:{sub}")] {
        world.refused("AdminGetUser", get(&pool, &written), not_found.0, not_found.1).await;
    }

    // Nobody takes the name by which another is found.
    let exists = "UsernameExistsException";
    let create = json!({ "UserPoolId": pool, "Username": sub });
    world.refused("AdminCreateUser", create, exists, "User account already exists").await;
    let client = world.open_client(&pool).await;
    for name in [sub.clone(), sub.to_uppercase(), sub.replace('-', "")] {
        let sign_up = json!({ "ClientId": client, "Username": name, "Password": "Passw0rd!" });
        world.refused("SignUp", sign_up, exists, "User already exists").await;
    }
    world.user(&other, &sub, json!({})).await;

    // Who signs in at a provider only is found by username alone, and a sign-in takes no sub.
    let (code, _) = world.initiate(&client, &sub, crate::world::PASSWORD).await.error();
    assert_eq!(code, "UserNotFoundException");
    let mut tx = world.store.begin().await.unwrap();
    tx.query("UPDATE users SET status = 'EXTERNAL_PROVIDER' WHERE username = $1")
        .bind("jane")
        .execute()
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.refused("AdminGetUser", get(&pool, &sub), not_found.0, not_found.1).await;
    world.ok("AdminGetUser", get(&pool, "jane")).await;
}
