//! Empty strings, in every place where the model lets one stand: an answer of the model's, and the effect that the field's
//! tools count on (Terraform's provider sends `""` for what was taken out of a configuration).

use serde_json::{Map, Value, json};
use wire::{Constraint, Kind, Operation};

use crate::world::{PASSWORD, World, on_both};

on_both!(
    an_empty_string_anywhere_gets_an_answer_of_the_model,
    empty_texts_take_away_what_was_set,
    empty_parameters_of_a_sign_in_are_none,
);

/// What requests of the walk name.
struct Names {
    pool: String,
    client: String,
    token: Value,
}

async fn names(world: &World) -> Names {
    let pool = world.pool(json!({ "AutoVerifiedAttributes": ["email"] })).await;
    let client = world.open_client(&pool).await;
    world.user(&pool, "jane", json!({ "email": "jane@example.com" })).await;
    world.ok("CreateGroup", json!({ "UserPoolId": pool, "GroupName": "crew" })).await;
    let token = world.sign_in(&client, "jane").await["AccessToken"].clone();
    Names { pool, client, token }
}

async fn an_empty_string_anywhere_gets_an_answer_of_the_model(world: World) {
    let mut names_of_walk = names(&world).await;
    let mut count = 0;
    for operation in Operation::ALL {
        let full = sample(operation.input(), "", &names_of_walk).unwrap();
        let mut places = Vec::new();
        note_texts(&full, operation.input(), &mut Vec::new(), &mut places);
        for place in places {
            let mut request = full.clone();
            *request.pointer_mut(&format!("/{}", place.join("/"))).unwrap() = json!("");
            // `call` fails for an error that the model does not list for the operation, as faults are.
            let answer = world.call(operation.name(), request.clone()).await;
            assert!([200, 400, 501].contains(&answer.status), "{operation} {request}: {}", answer.text);
            count += 1;
        }
        if ["Delete", "Admin", "Revoke", "Global"].iter().any(|word| operation.name().starts_with(word)) {
            names_of_walk = names(&world).await;
        }
    }
    assert!(count > 250, "only {count} requests");
}

/// A value of a shape with all its members, and with names that exist.
fn sample(constraint: &Constraint, name: &str, names: &Names) -> Option<Value> {
    Some(match &constraint.kind {
        Kind::Blob { .. } => json!("AAAA"),
        Kind::Boolean => json!(true),
        Kind::Document => json!({}),
        Kind::Integer { min, .. } => json!(min.unwrap_or(1)),
        Kind::List { member, .. } => json!([sample(member, name, names)?]),
        Kind::Map { key, value, .. } => json!({ text(key, "")?: sample(value, name, names)? }),
        Kind::Structure(members) => Value::Object(
            members
                .iter()
                .filter_map(|member| {
                    Some((member.name.to_owned(), sample(member.constraint, member.name, names)?))
                })
                .collect::<Map<_, _>>(),
        ),
        Kind::String { values, .. } => match name {
            "UserPoolId" => json!(names.pool),
            "ClientId" => json!(names.client),
            "AccessToken" => names.token.clone(),
            "Username" => json!("jane"),
            "GroupName" => json!("crew"),
            _ => json!(
                values.first().map_or_else(|| text(constraint, name), |value| Some((*value).to_owned()))?
            ),
        },
    })
}

/// A text that the model takes.
fn text(constraint: &Constraint, name: &str) -> Option<String> {
    let Kind::String { min, pattern, values, .. } = &constraint.kind else { return None };
    if let Some(value) = values.first() {
        return Some((*value).to_owned());
    }
    let texts = [
        "email",
        "secret",
        "123456",
        "us-east-1_abc123",
        "{####}",
        "{##a##}",
        "a@example.com",
        "arn:aws:s3:::bucket",
        "arn:aws:iam::123456789012:role/name",
        "import-abcdefghij",
        "Level1",
        "cognito:english",
        "terms-of-use",
        "tknabcdefghijklmnopqrstuvwxy",
        "01234567-89ab-4def-8123-456789abcdef",
        "abcdefghijklmnopqrstuvwx",
    ];
    let fits = |text: &&&str| {
        pattern.is_none_or(|pattern| pattern.matches(text))
            && i64::try_from(text.len()).is_ok_and(|length| length >= min.unwrap_or(0))
    };
    let found = texts.iter().find(fits);
    assert!(found.is_some(), "no text for {name}");
    found.map(|text| (*text).to_owned())
}

/// Where in a request a text stands that the model lets be empty.
fn note_texts(value: &Value, constraint: &Constraint, here: &mut Vec<String>, places: &mut Vec<Vec<String>>) {
    let mut enter = |name: &str, value: &Value, constraint: &Constraint| {
        here.push(name.to_owned());
        note_texts(value, constraint, here, places);
        here.pop();
    };
    match (value, &constraint.kind) {
        (Value::Object(object), Kind::Structure(members)) => {
            for member in *members {
                if let Some(value) = object.get(member.name) {
                    enter(member.name, value, member.constraint);
                }
            }
        }
        (Value::Object(entries), Kind::Map { value: member, .. }) => {
            entries.iter().for_each(|(key, value)| enter(key, value, member));
        }
        (Value::Array(values), Kind::List { member, .. }) => enter("0", &values[0], member),
        (_, Kind::String { min, .. }) if min.unwrap_or(0) == 0 => places.push(here.clone()),
        _ => {}
    }
}

async fn empty_texts_take_away_what_was_set(world: World) {
    let pool = world.pool(json!({})).await;
    let group = json!({ "UserPoolId": pool, "GroupName": "crew", "Description": "All hands" });
    world.ok("CreateGroup", group.clone()).await;
    let mut update = group.clone();
    update["Description"] = json!("");
    let updated = world.ok("UpdateGroup", update).await["Group"].clone();
    assert!(updated.get("Description").is_none_or(|text| text == ""), "{updated}");

    // A blank value deletes an attribute (API reference, UpdateUserAttributes and AdminUpdateUserAttributes).
    world.user(&pool, "jane", json!({ "nickname": "jj", "locale": "de" })).await;
    let client = world.open_client(&pool).await;
    let token = world.sign_in(&client, "jane").await["AccessToken"].clone();
    let nickname = json!([{ "Name": "nickname", "Value": "" }]);
    let locale = json!([{ "Name": "locale", "Value": "" }]);
    world.ok("UpdateUserAttributes", json!({ "AccessToken": token, "UserAttributes": nickname })).await;
    let update = json!({ "UserPoolId": pool, "Username": "jane", "UserAttributes": locale });
    world.ok("AdminUpdateUserAttributes", update).await;
    let user = world.ok("GetUser", json!({ "AccessToken": token })).await;
    let left: Vec<_> =
        user["UserAttributes"].as_array().unwrap().iter().map(|one| one["Name"].clone()).collect();
    assert_eq!(left, ["sub"]);

    // All users, and the first page.
    let all = json!({ "UserPoolId": pool, "Filter": "" });
    assert_eq!(world.ok("ListUsers", all).await["Users"].as_array().unwrap().len(), 1);
    world.ok("ListTerms", json!({ "UserPoolId": pool, "MaxResults": 5, "NextToken": "" })).await;
}

async fn empty_parameters_of_a_sign_in_are_none(world: World) {
    let pool = world.pool(json!({})).await;
    world.user(&pool, "jane", json!({})).await;
    let client = world.open_client(&pool).await;
    for blank in [json!(""), json!(null)] {
        let begin = |parameters: Value| json!({ "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
        let whole =
            json!({ "USERNAME": "jane", "PASSWORD": PASSWORD, "SECRET_HASH": blank, "DEVICE_KEY": blank });
        world.ok("InitiateAuth", begin(whole.clone())).await;
        for name in ["USERNAME", "PASSWORD"] {
            let mut parameters = whole.clone();
            parameters[name] = blank.clone();
            let text = format!("Missing required parameter {name}");
            world.refused("InitiateAuth", begin(parameters), "InvalidParameterException", &text).await;
        }
        let metadata = json!({ "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": whole,
            "ClientMetadata": { "from": blank }, "AnalyticsMetadata": blank_structure(&blank), "UserContextData": { "EncodedData": blank } });
        world.ok("InitiateAuth", metadata).await;
    }
}

fn blank_structure(blank: &Value) -> Value {
    json!({ "AnalyticsEndpointId": blank })
}
