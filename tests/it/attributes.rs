//! Attributes of users: updated, verified, deleted; by users and by administrators.

use serde_json::{Value, json};

use crate::world::{World, on_both};

on_both!(
    a_changed_address_is_verified_by_a_code,
    an_address_that_must_be_verified_first_waits,
    users_change_only_what_they_may,
    attributes_are_deleted,
    a_taken_alias_is_refused,
    settings_of_old_show_again,
);

const INVALID: &str = "InvalidParameterException";

async fn jane(world: &World, members: Value) -> (String, Value) {
    let pool = world.pool(members).await;
    world.user(&pool, "jane", json!({ "email": "jane@example.com", "email_verified": "true" })).await;
    let client = world.open_client(&pool).await;
    let token = world.sign_in(&client, "jane").await["AccessToken"].clone();
    (pool, token)
}

fn update(token: &Value, name: &str, value: &str) -> Value {
    json!({ "AccessToken": token, "UserAttributes": [{ "Name": name, "Value": value }] })
}

async fn attribute(world: &World, pool: &str, name: &str) -> Value {
    let user = world.ok("AdminGetUser", json!({ "UserPoolId": pool, "Username": "jane" })).await;
    let attributes = user["UserAttributes"].as_array().unwrap();
    let found = attributes.iter().find(|attribute| attribute["Name"] == name);
    found.map_or(Value::Null, |attribute| attribute["Value"].clone())
}

async fn a_changed_address_is_verified_by_a_code(world: World) {
    let (pool, token) = jane(&world, json!({ "AutoVerifiedAttributes": ["email"] })).await;
    let answer = world.ok("UpdateUserAttributes", update(&token, "email", "new@example.com")).await;
    let details = json!({ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "n***@e***" });
    assert_eq!(answer, json!({ "CodeDeliveryDetailsList": [details] }));
    assert_eq!(attribute(&world, &pool, "email").await, json!("new@example.com"));
    assert_eq!(attribute(&world, &pool, "email_verified").await, json!("false"));
    let code = world.messages("to=new@example.com").await[0]["code"].clone();
    let verify = |code: &Value| json!({ "AccessToken": token, "AttributeName": "email", "Code": code });
    let wrong = if code == "000000" { json!("000001") } else { json!("000000") };
    let text = "Invalid verification code provided, please try again.";
    world.refused("VerifyUserAttribute", verify(&wrong), "CodeMismatchException", text).await;
    world.ok("VerifyUserAttribute", verify(&code)).await;
    assert_eq!(attribute(&world, &pool, "email_verified").await, json!("true"));
    let text = "Invalid code provided, please request a code again.";
    world.refused("VerifyUserAttribute", verify(&code), "ExpiredCodeException", text).await;

    let ask = json!({ "AccessToken": token, "AttributeName": "email" });
    for _ in 0..5 {
        world.ok("GetUserAttributeVerificationCode", ask.clone()).await;
    }
    let text = "Attempt limit exceeded, please try after some time.";
    world.refused("GetUserAttributeVerificationCode", ask, "LimitExceededException", text).await;
}

async fn an_address_that_must_be_verified_first_waits(world: World) {
    let settings = json!({ "AttributesRequireVerificationBeforeUpdate": ["email"] });
    let members = json!({ "AutoVerifiedAttributes": ["email"], "UserAttributeUpdateSettings": settings });
    let (pool, token) = jane(&world, members).await;
    world.ok("UpdateUserAttributes", update(&token, "email", "new@example.com")).await;
    assert_eq!(attribute(&world, &pool, "email").await, json!("jane@example.com"));
    assert_eq!(attribute(&world, &pool, "email_verified").await, json!("true"));
    let code = world.messages("to=new@example.com").await[0]["code"].clone();
    let verify = json!({ "AccessToken": token, "AttributeName": "email", "Code": code });
    world.ok("VerifyUserAttribute", verify).await;
    assert_eq!(attribute(&world, &pool, "email").await, json!("new@example.com"));
    assert_eq!(attribute(&world, &pool, "email_verified").await, json!("true"));

    let by_admin = |verified: bool| {
        let mut attributes = vec![json!({ "Name": "email", "Value": "third@example.com" })];
        if verified {
            attributes.push(json!({ "Name": "email_verified", "Value": "true" }));
        }
        json!({ "UserPoolId": pool, "Username": "jane", "UserAttributes": attributes })
    };
    world.ok("AdminUpdateUserAttributes", by_admin(false)).await;
    assert_eq!(attribute(&world, &pool, "email").await, json!("new@example.com"));
    world.ok("AdminUpdateUserAttributes", by_admin(true)).await;
    assert_eq!(attribute(&world, &pool, "email").await, json!("third@example.com"));
}

async fn users_change_only_what_they_may(world: World) {
    let schema = json!([{ "Name": "badge", "AttributeDataType": "String", "Mutable": false },
                        { "Name": "team", "AttributeDataType": "String", "Mutable": false },
                        { "Name": "name", "Required": true, "Mutable": true }]);
    let pool = world.pool(json!({ "Schema": schema })).await;
    world
        .user(&pool, "jane", json!({ "name": "Jane", "custom:badge": "7", "email": "jane@example.com" }))
        .await;
    let flows = crate::world::ALL_FLOWS;
    let members = json!({ "ExplicitAuthFlows": flows, "WriteAttributes": ["name", "custom:badge", "custom:team"], "ReadAttributes": ["name"] });
    let client = world.client(&pool, members).await;
    let token = world.sign_in(&client, "jane").await["AccessToken"].clone();
    for (name, value, code, text) in [
        ("email_verified", "true", INVALID, "Cannot modify the non-mutable attribute email_verified"),
        ("sub", "x", INVALID, "Cannot modify the non-mutable attribute sub"),
        ("custom:badge", "8", INVALID, "user.custom:badge: Attribute cannot be updated."),
        // One that nobody gave a value to is no more theirs.
        ("custom:team", "red", INVALID, "user.custom:team: Attribute cannot be updated."),
        (
            "email",
            "x@example.com",
            "NotAuthorizedException",
            "A client attempted to write unauthorized attribute",
        ),
        ("name", "", INVALID, "user.name: Required attribute cannot be deleted\n"),
        ("shoe", "9", INVALID, "user.shoe: Attribute does not exist in the schema.\n"),
    ] {
        world.refused("UpdateUserAttributes", update(&token, name, value), code, text).await;
    }
    world.ok("UpdateUserAttributes", update(&token, "name", "Jane Doe")).await;
    // The value that it has anyway, and none where there is none, change nothing.
    world.ok("UpdateUserAttributes", update(&token, "custom:badge", "7")).await;
    world.ok("UpdateUserAttributes", update(&token, "custom:team", "")).await;
    let team = json!([{ "Name": "custom:team", "Value": "blue" }]);
    let by_admin = json!({ "UserPoolId": pool, "Username": "jane", "UserAttributes": team });
    world.ok("AdminUpdateUserAttributes", by_admin).await;
    assert_eq!(attribute(&world, &pool, "custom:team").await, json!("blue"));
    let user = world.ok("GetUser", json!({ "AccessToken": token })).await;
    let names: Vec<&str> = user["UserAttributes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attribute| attribute["Name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["sub", "name"]);
}

async fn attributes_are_deleted(world: World) {
    let schema = json!([{ "Name": "name", "Required": true, "Mutable": true }]);
    let pool = world.pool(json!({ "Schema": schema })).await;
    let all =
        json!({ "name": "Jane", "nickname": "J", "email": "jane@example.com", "email_verified": "true" });
    world.user(&pool, "jane", all).await;
    let client = world.open_client(&pool).await;
    let token = world.sign_in(&client, "jane").await["AccessToken"].clone();
    let delete = |name: &str| json!({ "AccessToken": token, "UserAttributeNames": [name] });
    world.ok("DeleteUserAttributes", delete("nickname")).await;
    assert_eq!(attribute(&world, &pool, "nickname").await, Value::Null);
    let text = "Invalid user attributes: user.name: Required attribute cannot be deleted\n";
    world.refused("DeleteUserAttributes", delete("name"), INVALID, text).await;
    let by_admin = json!({ "UserPoolId": pool, "Username": "jane", "UserAttributeNames": ["email"] });
    world.ok("AdminDeleteUserAttributes", by_admin).await;
    assert_eq!(attribute(&world, &pool, "email").await, Value::Null);
    assert_eq!(attribute(&world, &pool, "email_verified").await, Value::Null);
    world.ok("DeleteUser", json!({ "AccessToken": token })).await;
    let named = json!({ "UserPoolId": pool, "Username": "jane" });
    world.refused("AdminGetUser", named, "UserNotFoundException", "User does not exist.").await;
}

async fn a_taken_alias_is_refused(world: World) {
    let (pool, _) = jane(&world, json!({ "AliasAttributes": ["email"] })).await;
    world.user(&pool, "joe", json!({ "email": "joe@example.com", "email_verified": "true" })).await;
    let attributes = json!([{ "Name": "email", "Value": "jane@example.com" }, { "Name": "email_verified", "Value": "true" }]);
    let request = json!({ "UserPoolId": pool, "Username": "joe", "UserAttributes": attributes });
    let text = "An account with the email already exists.";
    world.refused("AdminUpdateUserAttributes", request, "AliasExistsException", text).await;

    let create = |force: bool| json!({ "UserPoolId": pool, "Username": "ann", "UserAttributes": attributes, "MessageAction": "SUPPRESS", "ForceAliasCreation": force });
    let text = "An account with the given email already exists.";
    world.refused("AdminCreateUser", create(false), "UsernameExistsException", text).await;
    world.ok("AdminCreateUser", create(true)).await;
    assert_eq!(attribute(&world, &pool, "email_verified").await, json!("false"));
}

async fn settings_of_old_show_again(world: World) {
    let (pool, token) = jane(&world, json!({})).await;
    let options = json!([{ "DeliveryMedium": "SMS", "AttributeName": "phone_number" }]);
    world.ok("SetUserSettings", json!({ "AccessToken": token, "MFAOptions": options })).await;
    let user = world.ok("GetUser", json!({ "AccessToken": token })).await;
    assert_eq!(user["MFAOptions"], options);
    let none = json!({ "UserPoolId": pool, "Username": "jane", "MFAOptions": [] });
    world.ok("AdminSetUserSettings", none).await;
    let user = world.ok("GetUser", json!({ "AccessToken": token })).await;
    assert_eq!(user.get("MFAOptions"), None);
}
