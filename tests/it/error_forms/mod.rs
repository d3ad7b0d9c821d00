//! Errors whose text has more than one form, and which operation has which. A walk over the model finds the operations that
//! no table knows.

mod people;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::world::{PASSWORD, World, on_both};

on_both!(
    each_operation_refuses_passwords_in_its_own_words,
    each_operation_refuses_attributes_in_its_own_words,
);

/// Operations that choose a password, and how their refusals begin. Not known from the service: ChangePassword and
/// AdminSetUserPassword.
const PASSWORDS: [(&str, &str); 7] = [
    ("AdminCreateUser", "Password did not conform with password policy: "),
    ("AdminRespondToAuthChallenge", "Password does not conform to policy: "),
    ("AdminSetUserPassword", "Password does not conform to policy: "),
    ("ChangePassword", "Password does not conform to policy: "),
    ("ConfirmForgotPassword", "Password does not conform to policy: "),
    ("RespondToAuthChallenge", "Password does not conform to policy: "),
    ("SignUp", "Password did not conform with policy: "),
];

/// Operations that are given attributes, with the words for two unknown ones, two standard ones that are unknown, and a text
/// that is too long.
const ATTRIBUTES: [(&str, [&str; 3]); 8] = [
    ("AdminCreateUser", SIGNED_UP),
    ("AdminDeleteUserAttributes", DELETED),
    ("AdminRespondToAuthChallenge", UPDATED),
    ("AdminUpdateUserAttributes", UPDATED),
    ("DeleteUserAttributes", DELETED),
    ("RespondToAuthChallenge", UPDATED),
    ("SignUp", SIGNED_UP),
    ("UpdateUserAttributes", UPDATED),
];

const SIGNED_UP: [&str; 3] = [
    "Attributes did not conform to the schema: Type for attribute {custom:a} could not be determined\
     Type for attribute {custom:b} could not be determined",
    "Attributes did not conform to the schema: shoe: Attribute does not exist in the schema.\n\
     size: Attribute does not exist in the schema.\n",
    "Attributes did not conform to the schema: custom:x: String must be no longer than 255 characters\n",
];
const UPDATED: [&str; 3] = [
    "user.custom:a: Attribute does not exist in the schema.\nuser.custom:b: Attribute does not exist in the schema.\n",
    "user.shoe: Attribute does not exist in the schema.\nuser.size: Attribute does not exist in the schema.\n",
    "user.custom:x: String must be no longer than 255 characters",
];
const DELETED: [&str; 3] = [
    "Invalid user attributes: user.custom:a: Attribute does not exist in the schema.\n\
     user.custom:b: Attribute does not exist in the schema.\n",
    "Invalid user attributes: user.shoe: Attribute does not exist in the schema.\n\
     user.size: Attribute does not exist in the schema.\n",
    // A value is no part of a deletion: this is an attribute that must stay.
    "Invalid user attributes: user.name: Required attribute cannot be deleted\n",
];

/// The operations of the model whose input has a member of one of these shapes.
fn operations_with(shapes: &[&str]) -> BTreeSet<String> {
    let model: Value =
        serde_json::from_str(&std::fs::read_to_string("../model/cognito-idp.json").unwrap()).unwrap();
    let name = |value: &Value| value["shape"].as_str().unwrap_or_default().to_owned();
    let has = |input: &str| {
        let members = model["shapes"][input]["members"].as_object().unwrap();
        members.values().any(|member| shapes.contains(&name(member).as_str()))
    };
    let operations = model["operations"].as_object().unwrap().iter();
    operations
        .filter(|(_, operation)| has(operation["input"].as_str().unwrap()))
        .map(|(operation, _)| operation.clone())
        .collect()
}

/// A table knows all operations of the model that it is about, once they are built.
fn assert_complete(table: &[&str], found: BTreeSet<String>) {
    let not_built = std::fs::read_to_string("coverage/not-implemented.txt").unwrap();
    let not_built: BTreeSet<&str> = not_built.lines().map(str::trim).collect();
    let found: BTreeSet<&str> =
        found.iter().map(String::as_str).filter(|name| !not_built.contains(name)).collect();
    assert_eq!(table.iter().copied().collect::<BTreeSet<_>>(), found);
}

/// Jane, signed in, and three who have a temporary password or a code.
struct Stage {
    pool: String,
    client: String,
    token: Value,
}

impl Stage {
    async fn new(world: &World) -> Self {
        let schema = json!([
            { "Name": "name", "Required": true, "Mutable": true },
            { "Name": "x", "AttributeDataType": "String", "Mutable": true, "StringAttributeConstraints": { "MaxLength": "255" } },
        ]);
        let pool = world.pool(json!({ "Schema": schema })).await;
        let client = world.open_client(&pool).await;
        let attributes = json!({ "name": "Jane", "email": "jane@example.com", "email_verified": "true" });
        world.user(&pool, "jane", attributes).await;
        let token = world.sign_in(&client, "jane").await["AccessToken"].clone();
        Self { pool, client, token }
    }

    /// A request that is right but for a password, or for attributes.
    async fn request(&self, world: &World, operation: &str, password: &str, given: &[(&str, &str)]) -> Value {
        let Self { pool, client, token } = self;
        let by_admin = operation.starts_with("Admin");
        let attributes: Vec<Value> =
            given.iter().map(|(name, value)| json!({ "Name": name, "Value": value })).collect();
        let names: Vec<&str> = given.iter().map(|(name, _)| *name).collect();
        match operation {
            "SignUp" => {
                let attributes = [&[json!({ "Name": "name", "Value": "N" })], attributes.as_slice()].concat();
                json!({ "ClientId": client, "Username": "new", "Password": password, "UserAttributes": attributes })
            }
            "AdminCreateUser" => json!({
                "UserPoolId": pool, "Username": "new", "TemporaryPassword": password, "UserAttributes": attributes,
            }),
            "RespondToAuthChallenge" | "AdminRespondToAuthChallenge" => {
                let username =
                    format!("{}-{}", operation.to_lowercase(), given.first().map_or("", |given| given.0));
                let create = json!({ "UserPoolId": pool, "Username": username, "TemporaryPassword": "Temp0rary!",
                                     "MessageAction": "SUPPRESS", "UserAttributes": [{ "Name": "name", "Value": "N" }] });
                world.call("AdminCreateUser", create).await;
                let mut answers = json!({ "USERNAME": username, "NEW_PASSWORD": password });
                for (name, value) in given {
                    answers[format!("userAttributes.{name}")] = json!(value);
                }
                let parameters = json!({ "USERNAME": username, "PASSWORD": "Temp0rary!" });
                let (begin, flow) = if by_admin {
                    ("AdminInitiateAuth", "ADMIN_USER_PASSWORD_AUTH")
                } else {
                    ("InitiateAuth", "USER_PASSWORD_AUTH")
                };
                let mut request =
                    json!({ "ClientId": client, "AuthFlow": flow, "AuthParameters": parameters });
                let mut answer = json!({ "ClientId": client, "ChallengeName": "NEW_PASSWORD_REQUIRED", "ChallengeResponses": answers });
                if by_admin {
                    request["UserPoolId"] = json!(pool);
                    answer["UserPoolId"] = json!(pool);
                }
                answer["Session"] = world.ok(begin, request).await["Session"].clone();
                answer
            }
            "AdminSetUserPassword" => {
                json!({ "UserPoolId": pool, "Username": "jane", "Password": password, "Permanent": true })
            }
            "ChangePassword" => {
                json!({ "AccessToken": token, "PreviousPassword": PASSWORD, "ProposedPassword": password })
            }
            "ConfirmForgotPassword" => json!({
                "ClientId": client, "Username": "jane", "ConfirmationCode": "123456", "Password": password,
            }),
            "UpdateUserAttributes" => json!({ "AccessToken": token, "UserAttributes": attributes }),
            "DeleteUserAttributes" => json!({ "AccessToken": token, "UserAttributeNames": names }),
            "AdminUpdateUserAttributes" => {
                json!({ "UserPoolId": pool, "Username": "jane", "UserAttributes": attributes })
            }
            "AdminDeleteUserAttributes" => {
                json!({ "UserPoolId": pool, "Username": "jane", "UserAttributeNames": names })
            }
            other => panic!("no request of {other} is known here"),
        }
    }
}

async fn each_operation_refuses_passwords_in_its_own_words(world: World) {
    let found = operations_with(&["PasswordType", "ChallengeResponsesType"]);
    assert_complete(&PASSWORDS.map(|(operation, _)| operation), found);
    let stage = Stage::new(&world).await;
    for (operation, prefix) in PASSWORDS {
        for (password, lack) in [
            ("Passw0!", "Password not long enough"),
            ("passw0rd!", "Password must have uppercase characters"),
            ("PASSW0RD!", "Password must have lowercase characters"),
            ("Password!", "Password must have numeric characters"),
            ("Passw0rds", "Password must have symbol characters"),
        ] {
            let request = stage.request(&world, operation, password, &[]).await;
            let text = format!("{prefix}{lack}");
            world.refused(operation, request, "InvalidPasswordException", &text).await;
        }
    }
    let resend = json!({ "UserPoolId": stage.pool, "Username": "respondtoauthchallenge-", "TemporaryPassword": "Passw0!",
                         "MessageAction": "RESEND" });
    let text = "Password did not conform with password policy: Password not long enough";
    world.refused("AdminCreateUser", resend, "InvalidPasswordException", text).await;
}

async fn each_operation_refuses_attributes_in_its_own_words(world: World) {
    let shapes = ["AttributeListType", "AttributeNameListType", "ChallengeResponsesType"];
    let found = operations_with(&shapes);
    assert_complete(&ATTRIBUTES.map(|(operation, _)| operation), found);
    let stage = Stage::new(&world).await;
    let too_long = "x".repeat(256);
    for (operation, texts) in ATTRIBUTES {
        let third = if operation.contains("Delete") { ("name", "") } else { ("custom:x", too_long.as_str()) };
        for (given, text) in [
            (vec![("custom:a", "1"), ("custom:b", "2")], texts[0]),
            (vec![("shoe", "1"), ("size", "2")], texts[1]),
            (vec![third], texts[2]),
        ] {
            let request = stage.request(&world, operation, PASSWORD, &given).await;
            world.refused(operation, request, "InvalidParameterException", text).await;
        }
    }
}
