//! Promises of the generated code for every operation, shape and pattern at once.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::constraint::{Constraint, Kind};
use crate::rule::rules;
use crate::{
    DecodeError, ErrorCode, ExplicitAuthFlowsType, Limits, MessageActionType, OAuthFlowType, Operation,
    StatusType,
};

#[test]
fn an_empty_request_decodes_or_is_a_violation() {
    for operation in Operation::ALL {
        let result = operation.decodes(b"{}");
        assert!(matches!(result, Ok(()) | Err(DecodeError::Validation(_))), "{operation} {result:?}");
    }
}

/// Constraints and types come from the same model by different ways: a request with every member must pass both.
#[test]
fn a_request_with_every_member_decodes_for_every_operation() {
    for operation in Operation::ALL {
        let input = full(operation.input()).to_string();
        assert_eq!(operation.decodes(input.as_bytes()), Ok(()), "{operation} {input}");
    }
}

#[test]
fn a_wrong_type_in_any_member_is_an_error_and_never_a_panic() {
    for operation in Operation::ALL {
        let Value::Object(valid) = full(operation.input()) else { panic!("{operation} takes no object") };
        for member in valid.keys() {
            for wrong in
                [json!(null), json!(true), json!(1.5), json!("\u{1}"), json!([null, [1]]), json!({"a": 1})]
            {
                let mut input = valid.clone();
                input.insert(member.clone(), wrong);
                // Some of these are valid for some members; decoding is what must not fail on its own.
                if let Err(DecodeError::Serialization(text)) =
                    operation.decodes(json!(input).to_string().as_bytes())
                {
                    assert!(
                        text.starts_with("Start of ")
                            || text.starts_with("Expected ")
                            || text.contains("can not be converted to")
                            || text == "A blob is not valid base64",
                        "{operation} {text}"
                    );
                }
            }
        }
    }
}

/// Browsers' storage answers `null` for what it does not have, and clients send it on, in maps too.
#[test]
fn a_null_anywhere_is_as_if_nothing_stood_there() {
    for operation in Operation::ALL {
        let valid = full(operation.input());
        let mut places = Vec::new();
        note_places(&valid, operation.input(), &mut Vec::new(), &mut places);
        for place in places {
            let (mut null, mut absent) = (valid.clone(), valid.clone());
            let (last, before) = place.split_last().expect("a place is in something");
            object_at(&mut null, before).insert(last.clone(), Value::Null);
            object_at(&mut absent, before).remove(last);
            let judged = |mut input: Value| {
                crate::types::fit(&mut input, operation.input()).expect("of the right types");
                (crate::validate::violations(&input, operation.input(), &Limits::default()), input)
            };
            assert_eq!(judged(null), judged(absent), "{operation} {place:?}");
        }
    }
}

/// Where in a request something can be left out: each member of a structure, each entry of a map, and one more of each map.
fn note_places(
    value: &Value,
    constraint: &Constraint,
    here: &mut Vec<String>,
    places: &mut Vec<Vec<String>>,
) {
    let mut enter = |name: &str, value: &Value, constraint: &Constraint| {
        here.push(name.to_owned());
        places.push(here.clone());
        note_places(value, constraint, here, places);
        here.pop();
    };
    match (value, &constraint.kind) {
        (Value::Object(object), Kind::Structure(members)) => {
            members.iter().for_each(|member| enter(member.name, &object[member.name], member.constraint));
        }
        (Value::Object(entries), Kind::Map { value: member, .. }) => {
            entries.iter().for_each(|(key, value)| enter(key, value, member));
            enter("abcd", &Value::Null, member);
        }
        (Value::Array(values), Kind::List { member, .. }) => {
            here.push("0".to_owned());
            note_places(&values[0], member, here, places);
            here.pop();
        }
        _ => {}
    }
}

fn object_at<'a>(value: &'a mut Value, place: &[String]) -> &'a mut Map<String, Value> {
    let pointer: String = place.iter().map(|step| format!("/{step}")).collect();
    let value = value.pointer_mut(&pointer).expect("the place is there");
    value.as_object_mut().expect("a structure or a map")
}

/// A value that satisfies a constraint, with every member of every structure and one member in lists and maps.
fn full(constraint: &Constraint) -> Value {
    match &constraint.kind {
        Kind::Blob { .. } => json!("AAAA"),
        Kind::Boolean => json!(true),
        Kind::Document => json!({"a": [1, null, "b"]}),
        Kind::Integer { min, .. } => json!(min.unwrap_or(1)),
        Kind::List { member, .. } => json!([full(member)]),
        Kind::Map { key, value, .. } => {
            let Value::String(key) = full(key) else { panic!("a key is a string") };
            json!({key: full(value)})
        }
        Kind::String { values, .. } => {
            values.first().map_or_else(|| example(constraint), |value| json!(value))
        }
        Kind::Structure(members) => {
            let entries = members.iter().map(|member| (member.name.to_owned(), full(member.constraint)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}

/// Texts for the patterns and lengths of the model; each pattern is compiled and used on the way.
const EXAMPLES: [&str; 16] = [
    "abc",
    "secret",
    "123456",
    "us-east-1_abc123",
    "{####}",
    "{##a##}",
    "a@example.com",
    "arn:aws:iam::123456789012:role/name",
    "arn:aws:s3:::bucket",
    "import-abc",
    "Level1",
    "cognito:english",
    "terms-of-use",
    "tknabcdefghijklmnopqrstuvwxy",
    "01234567-89ab-4def-8123-456789abcdef",
    "abcdefghijklmnopqrstuvwx",
];

fn example(constraint: &Constraint) -> Value {
    let fits = |text: &&str| rules(&constraint.kind).all(|rule| rule.allows_text(text));
    let found = EXAMPLES.iter().find(|text| fits(text));
    json!(found.unwrap_or_else(|| panic!("no example for {:?}", constraint.kind)))
}

#[test]
fn every_operation_is_found_by_its_name() {
    assert_eq!(Operation::ALL.len(), 141);
    for operation in Operation::ALL {
        assert_eq!(Operation::from_name(operation.name()), Some(*operation));
        assert!(!operation.errors().is_empty(), "{operation}");
        assert!(matches!(operation.input().kind, Kind::Structure(_)), "{operation}");
    }
    for name in ["", "signUp", "SignUp ", "AWSCognitoIdentityProviderService.SignUp"] {
        assert_eq!(Operation::from_name(name), None);
    }
}

#[test]
fn calls_of_administrators_are_signed_and_calls_of_users_are_not() {
    for operation in Operation::ALL.iter().filter(|operation| operation.name().starts_with("Admin")) {
        assert!(operation.is_signed(), "{operation}");
    }
    for operation in [Operation::SignUp, Operation::InitiateAuth, Operation::GetUser, Operation::RevokeToken]
    {
        assert!(!operation.is_signed(), "{operation}");
    }
    assert_eq!(Operation::ALL.iter().filter(|operation| !operation.is_signed()).count(), 34);
}

#[test]
fn only_faults_of_the_service_are_faults() {
    let faults: Vec<_> =
        ErrorCode::ALL.iter().filter(|code| code.is_fault()).map(|code| code.as_str()).collect();
    assert_eq!(faults, ["InternalErrorException", "InternalServerException"]);
    let names: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(names.len(), 59);
}

#[test]
fn enumerations_are_written_as_they_read() {
    fn round_trip<T>(all: &[T], text: fn(T) -> &'static str)
    where
        T: Copy
            + PartialEq
            + std::fmt::Debug
            + std::fmt::Display
            + serde::Serialize
            + serde::de::DeserializeOwned,
    {
        for value in all {
            let written = serde_json::to_value(value).expect("serializable");
            assert_eq!(written, json!(text(*value)));
            assert_eq!(value.to_string(), text(*value));
            assert_eq!(serde_json::from_value::<T>(written).expect("its own text"), *value);
        }
    }
    round_trip(ExplicitAuthFlowsType::ALL, ExplicitAuthFlowsType::as_str);
    round_trip(MessageActionType::ALL, MessageActionType::as_str);
    round_trip(OAuthFlowType::ALL, OAuthFlowType::as_str);
    round_trip(StatusType::ALL, StatusType::as_str);
    assert_eq!(ExplicitAuthFlowsType::AllowClientTokenAuth.as_str(), "ALLOW_CLIENT_TOKEN_AUTH");
}
