//! Whether addresses are verified: `email_verified` and `phone_number_verified`, wherever they show, and booleans as
//! administrators write them.

use serde_json::{Value, json};

use crate::oauth::App;
use crate::tokens::claims;
use crate::world::{PASSWORD, World, on_both};

on_both!(
    whoever_signs_up_with_an_address_has_not_verified_it,
    a_name_that_is_an_address_is_not_verified_either,
    what_an_administrator_left_out_shows_to_applications_alone,
    a_new_password_may_bring_an_address,
    whoever_reads_an_address_reads_whether_it_is_verified,
    booleans_are_taken_in_any_case,
    a_forced_alias_takes_no_preferred_username,
);

/// Attributes by name, as any operation lists them.
fn by_name(attributes: &Value) -> Value {
    let attributes = attributes.as_array().unwrap().iter();
    attributes
        .map(|attribute| (attribute["Name"].as_str().unwrap().to_owned(), attribute["Value"].clone()))
        .filter(|(name, _)| name != "sub")
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn given(attributes: &Value) -> Vec<Value> {
    let attributes = attributes.as_object().unwrap().iter();
    attributes.map(|(name, value)| json!({ "Name": name, "Value": value })).collect()
}

/// What administrators see of a user, and what lists do.
async fn seen(world: &World, pool: &str, username: &str) -> Value {
    let user = world.ok("AdminGetUser", json!({ "UserPoolId": pool, "Username": username })).await;
    let filter = format!("username = \"{}\"", user["Username"].as_str().unwrap());
    let list = world.ok("ListUsers", json!({ "UserPoolId": pool, "Filter": filter })).await;
    assert_eq!(list["Users"][0]["Attributes"], user["UserAttributes"]);
    by_name(&user["UserAttributes"])
}

/// What a signed-in user sees, and the members of the ID token that say whether addresses are verified.
async fn shown(world: &World, client: &str, username: &str) -> (Value, Value, Value) {
    let tokens = world.sign_in(client, username).await;
    let user = world.ok("GetUser", json!({ "AccessToken": tokens["AccessToken"] })).await;
    let id = claims(&tokens["IdToken"]);
    let flag = |name: &str| id.get(name).cloned().unwrap_or(Value::Null);
    (by_name(&user["UserAttributes"]), flag("email_verified"), flag("phone_number_verified"))
}

async fn whoever_signs_up_with_an_address_has_not_verified_it(world: World) {
    let pool = world.pool(json!({})).await;
    let client = world.open_client(&pool).await;
    for (username, attributes, expected) in [
        ("none", json!({ "name": "A" }), json!({ "name": "A" })),
        (
            "mail",
            json!({ "email": "a@example.com" }),
            json!({ "email": "a@example.com", "email_verified": "false" }),
        ),
        (
            "both",
            json!({ "email": "a@example.com", "phone_number": "+15555550100" }),
            json!({ "email": "a@example.com", "email_verified": "false",
                    "phone_number": "+15555550100", "phone_number_verified": "false" }),
        ),
    ] {
        let request = json!({ "ClientId": client, "Username": username, "Password": PASSWORD, "UserAttributes": given(&attributes) });
        world.ok("SignUp", request).await;
        assert_eq!(seen(&world, &pool, username).await, expected);
        world.ok("AdminConfirmSignUp", json!({ "UserPoolId": pool, "Username": username })).await;
        assert_eq!(seen(&world, &pool, username).await, expected, "nobody verified anything");
        let (of_user, email, phone) = shown(&world, &client, username).await;
        let flag = |name: &str| expected.get(name).map_or(Value::Null, |_| json!(false));
        assert_eq!(
            (of_user, email, phone),
            (expected.clone(), flag("email_verified"), flag("phone_number_verified"))
        );
    }
}

async fn a_name_that_is_an_address_is_not_verified_either(world: World) {
    let pool = world.pool(json!({ "UsernameAttributes": ["email", "phone_number"] })).await;
    let client = world.open_client(&pool).await;
    for (name, attribute) in [("a@example.com", "email"), ("+15555550100", "phone_number")] {
        let request = json!({ "ClientId": client, "Username": name, "Password": PASSWORD });
        world.ok("SignUp", request).await;
        let flag = format!("{attribute}_verified");
        assert_eq!(seen(&world, &pool, name).await, json!({ attribute: name, flag: "false" }));
    }
}

async fn what_an_administrator_left_out_shows_to_applications_alone(world: World) {
    let app =
        App::without_jane(&world, json!({}), json!({ "ExplicitAuthFlows": crate::world::ALL_FLOWS })).await;
    let attributes = json!({ "email": "jane@example.com", "phone_number": "+15555550100" });
    let create = json!({
        "UserPoolId": app.pool, "Username": "jane", "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS",
        "UserAttributes": given(&attributes),
    });
    let created = world.ok("AdminCreateUser", create).await;
    assert_eq!(by_name(&created["User"]["Attributes"]), attributes);
    assert_eq!(seen(&world, &app.pool, "jane").await, attributes, "as it was written");

    let mut all = attributes.clone();
    all["email_verified"] = json!("false");
    all["phone_number_verified"] = json!("false");
    let challenge = world.initiate(&app.client, "jane", PASSWORD).await.ok();
    let told = challenge["ChallengeParameters"]["userAttributes"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(told).unwrap(), all);
    let set = json!({ "UserPoolId": app.pool, "Username": "jane", "Password": PASSWORD, "Permanent": true });
    world.ok("AdminSetUserPassword", set).await;
    let (of_user, email, phone) = shown(&world, &app.client, "jane").await;
    assert_eq!((of_user, email, phone), (all.clone(), json!(false), json!(false)));
    let tokens = app.tokens(&world, &[("scope", "openid")]).await;
    let id = claims(&tokens["id_token"]);
    assert_eq!([&id["email_verified"], &id["phone_number_verified"]], [false, false]);
    let info = app.user_info(&world, &tokens["access_token"]).await.ok();
    assert_eq!([&info["email_verified"], &info["phone_number_verified"]], ["false", "false"]);
    assert_eq!(seen(&world, &app.pool, "jane").await, attributes);

    // An address that changes is not verified, and that is written.
    let update = json!({ "UserPoolId": app.pool, "Username": "jane", "UserAttributes": given(&json!({ "email": "j@example.com" })) });
    world.ok("AdminUpdateUserAttributes", update).await;
    let expected =
        json!({ "email": "j@example.com", "email_verified": "false", "phone_number": "+15555550100" });
    assert_eq!(seen(&world, &app.pool, "jane").await, expected);
    let delete = json!({ "UserPoolId": app.pool, "Username": "jane", "UserAttributeNames": ["email"] });
    world.ok("AdminDeleteUserAttributes", delete).await;
    let (of_user, email, phone) = shown(&world, &app.client, "jane").await;
    let left = json!({ "phone_number": "+15555550100", "phone_number_verified": "false" });
    assert_eq!((of_user, email, phone), (left, Value::Null, json!(false)));
}

async fn a_new_password_may_bring_an_address(world: World) {
    let pool =
        world.pool(json!({ "Schema": [{ "Name": "email", "Required": true, "Mutable": true }] })).await;
    let client = world.open_client(&pool).await;
    let create = json!({ "UserPoolId": pool, "Username": "jane", "TemporaryPassword": "Temp0rary!", "MessageAction": "SUPPRESS" });
    world.ok("AdminCreateUser", create).await;
    let challenge = world.initiate(&client, "jane", "Temp0rary!").await.ok();
    let answers =
        json!({ "USERNAME": "jane", "NEW_PASSWORD": PASSWORD, "userAttributes.email": "j@example.com" });
    let tokens = world.respond(&client, &challenge, answers).await.ok();
    assert_eq!(claims(&tokens["AuthenticationResult"]["IdToken"])["email_verified"], json!(false));
    let expected = json!({ "email": "j@example.com", "email_verified": "false" });
    assert_eq!(seen(&world, &pool, "jane").await, expected);
}

async fn whoever_reads_an_address_reads_whether_it_is_verified(world: World) {
    let members = json!({ "ReadAttributes": ["phone_number"], "ExplicitAuthFlows": crate::world::ALL_FLOWS });
    let app = App::with(&world, json!({}), members).await;
    let (of_user, email, phone) = shown(&world, &app.client, "jane").await;
    let expected = json!({ "phone_number": "+15555550100", "phone_number_verified": "false" });
    assert_eq!((of_user, email, phone), (expected, Value::Null, json!(false)));
}

async fn booleans_are_taken_in_any_case(world: World) {
    let schema = json!([{ "Name": "ok", "AttributeDataType": "Boolean", "Mutable": true }]);
    let app = App::without_jane(
        &world,
        json!({ "Schema": schema, "AliasAttributes": ["email"] }),
        json!({ "ExplicitAuthFlows": crate::world::ALL_FLOWS }),
    )
    .await;
    let attributes = json!({ "custom:ok": "False", "email": "jane@example.com", "email_verified": "True" });
    world.user(&app.pool, "jane", attributes.clone()).await;
    assert_eq!(seen(&world, &app.pool, "jane").await, attributes, "as they were written");
    // It counts: the address is a name to sign in by.
    let (of_user, email, _) = shown(&world, &app.client, "jane@example.com").await;
    assert_eq!((of_user, email), (attributes.clone(), json!(true)));
    let tokens = app.tokens(&world, &[("scope", "openid")]).await;
    assert_eq!(claims(&tokens["id_token"])["custom:ok"], "False", "custom attributes are texts");
    let info = app.user_info(&world, &tokens["access_token"]).await.ok();
    assert_eq!([&info["email_verified"], &info["custom:ok"]], ["True", "False"]);

    for (value, is_verified) in
        [("TRUE", true), ("tRuE", true), ("False", false), ("true", true), ("FALSE", false)]
    {
        let update = json!({ "UserPoolId": app.pool, "Username": "jane",
                             "UserAttributes": given(&json!({ "email_verified": value, "custom:ok": value })) });
        world.ok("AdminUpdateUserAttributes", update).await;
        let expected = json!({ "custom:ok": value, "email": "jane@example.com", "email_verified": value });
        let (of_user, email, _) = shown(&world, &app.client, "jane").await;
        assert_eq!((of_user, email), (expected, json!(is_verified)), "{value}");
        let by_alias =
            world.call("AdminGetUser", json!({ "UserPoolId": app.pool, "Username": "jane@example.com" }));
        assert_eq!(by_alias.await.status == 200, is_verified, "{value}");
    }
    for value in ["yes", "1", "True "] {
        let update = json!({ "UserPoolId": app.pool, "Username": "jane", "UserAttributes": given(&json!({ "email_verified": value })) });
        assert_eq!(
            world.call("AdminUpdateUserAttributes", update).await.error().0,
            "InvalidParameterException"
        );
    }
}

async fn a_forced_alias_takes_no_preferred_username(world: World) {
    let pool = world.pool(json!({ "AliasAttributes": ["preferred_username"] })).await;
    world.user(&pool, "jane", json!({ "preferred_username": "boss" })).await;
    let create = json!({ "UserPoolId": pool, "Username": "joe", "UserAttributes": given(&json!({ "preferred_username": "boss" })),
                         "MessageAction": "SUPPRESS", "ForceAliasCreation": true });
    let text = "An account with the given preferred_username already exists.";
    world.refused("AdminCreateUser", create, "UsernameExistsException", text).await;
    assert_eq!(seen(&world, &pool, "jane").await, json!({ "preferred_username": "boss" }));
}
