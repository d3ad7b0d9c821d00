//! From bytes to types: what is refused before constraints are looked at, and how special types are written.

use serde_json::{Value, json};

use crate::{
    AdminSetUserPasswordRequest, Blob, CreateUserPoolClientRequest, DecodeError, Limits,
    ListUserPoolsRequest, Operation, SetUICustomizationRequest, Timestamp, UserPoolDescriptionType, decode,
};

const POOL: &str = "us-east-1_abcDEF123";

fn client(member: &str, value: &Value) -> Result<CreateUserPoolClientRequest, DecodeError> {
    let input = json!({"UserPoolId": POOL, "ClientName": "c", member: value});
    decode(Operation::CreateUserPoolClient, input.to_string().as_bytes(), &Limits::default())
}

fn serialization<T>(result: Result<T, DecodeError>) -> String {
    match result {
        Ok(_) => "decoded".to_owned(),
        Err(DecodeError::Serialization(text)) => text,
        Err(DecodeError::Validation(text)) => format!("validation: {text}"),
    }
}

#[test]
fn a_request_decodes() {
    let request = client("CallbackURLs", &json!(["https://a", null])).expect("valid");
    assert_eq!((request.user_pool_id.as_str(), request.client_name.as_str()), (POOL, "c"));
    assert_eq!(request.callback_urls, Some(vec!["https://a".to_owned()]));
    assert_eq!(request.logout_urls, None);
    let written = serde_json::to_value(&request).expect("serializable");
    assert_eq!(written, json!({"UserPoolId": POOL, "ClientName": "c", "CallbackURLs": ["https://a"]}));
}

#[test]
fn unknown_and_null_members_are_ignored() {
    let body = json!({"MaxResults": 5, "NextToken": null, "Unknown": {"a": ["\u{0}"]}}).to_string();
    let request: ListUserPoolsRequest =
        decode(Operation::ListUserPools, body.as_bytes(), &Limits::default()).expect("valid");
    assert_eq!((request.max_results, request.next_token), (5, None));
}

#[test]
fn wrong_types_are_told_as_the_service_tells_them() {
    for (member, value, text) in [
        ("ClientName", json!(1), "NUMBER_VALUE can not be converted to a String"),
        ("ClientName", json!(1.5), "NUMBER_VALUE can not be converted to a String"),
        ("ClientName", json!(true), "TRUE_VALUE can not be converted to a String"),
        ("ClientName", json!(false), "FALSE_VALUE can not be converted to a String"),
        ("ClientName", json!({}), "Start of structure or map found where not expected."),
        ("ClientName", json!([]), "Start of list found where not expected."),
        ("GenerateSecret", json!("true"), "STRING_VALUE can not be converted to a Boolean"),
        ("GenerateSecret", json!(1), "NUMBER_VALUE can not be converted to a Boolean"),
        ("RefreshTokenValidity", json!("30"), "STRING_VALUE can not be converted to an Integer"),
        ("RefreshTokenValidity", json!(2_147_483_648_i64), "NUMBER_VALUE can not be converted to an Integer"),
        ("RefreshTokenValidity", json!(1e300), "NUMBER_VALUE can not be converted to an Integer"),
        ("RefreshTokenValidity", json!(u64::MAX), "NUMBER_VALUE can not be converted to an Integer"),
        ("CallbackURLs", json!("https://a"), "Expected list or null"),
        ("CallbackURLs", json!({}), "Start of structure or map found where not expected."),
        ("CallbackURLs", json!([1]), "NUMBER_VALUE can not be converted to a String"),
        ("CallbackURLs", json!([[]]), "Start of list found where not expected."),
        ("TokenValidityUnits", json!("days"), "Expected null"),
        ("TokenValidityUnits", json!([]), "Start of list found where not expected."),
    ] {
        assert_eq!(serialization(client(member, &value)), text, "{member} {value}");
    }
}

#[test]
fn the_first_wrong_type_ends_it_before_validation() {
    let body = br#"{"UserPoolId": "!", "ClientName": 1, "GenerateSecret": 2}"#;
    let result: Result<CreateUserPoolClientRequest, _> =
        decode(Operation::CreateUserPoolClient, body, &Limits::default());
    assert_eq!(serialization(result), "NUMBER_VALUE can not be converted to a String");
}

#[test]
fn integers_lose_their_fraction() {
    for (number, expected) in [("30", 30), ("30.0", 30), ("30.9", 30), ("3e1", 30)] {
        let body = format!(r#"{{"MaxResults": {number}}}"#);
        let request: ListUserPoolsRequest =
            decode(Operation::ListUserPools, body.as_bytes(), &Limits::default()).expect("an integer");
        assert_eq!(request.max_results, expected, "{number}");
    }
}

#[test]
fn what_is_not_a_json_object_is_refused() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_document = format!(r#"{{"Settings": {}1{}}}"#, r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
    let bodies: [&[u8]; 11] = [
        b"{",
        b" ",
        b"nonsense",
        b"null",
        b"1",
        b"\"text\"",
        b"[]",
        b"{} {}",
        b"{\"MaxResults\": NaN}",
        b"{\"NextToken\": \"\xff\"}",
        deep.as_bytes(),
    ];
    let refused = |operation: Operation, body: &[u8]| {
        let result = operation.decodes(body);
        assert!(matches!(result, Err(DecodeError::Serialization(_))), "{operation} {result:?}");
    };
    for body in bodies {
        refused(Operation::ListUserPools, body);
        refused(Operation::CreateManagedLoginBranding, body);
    }
    // Of members that the operation knows.
    refused(Operation::ListUserPools, br#"{"MaxResults": 1e999}"#);
    refused(Operation::ListUserPools, br#"{"NextToken": "\ud800"}"#);
    refused(Operation::CreateManagedLoginBranding, deep_document.as_bytes());
}

#[test]
fn the_last_of_two_equal_members_counts() {
    let body = br#"{"MaxResults": 5, "MaxResults": 6}"#;
    let request: ListUserPoolsRequest =
        decode(Operation::ListUserPools, body, &Limits::default()).expect("valid");
    assert_eq!(request.max_results, 6);
}

#[test]
fn no_string_may_contain_the_character_zero() {
    let pool =
        |member: &str, value: Value| (Operation::CreateUserPool, json!({"PoolName": "p", member: value}));
    let branding = |settings: Value| {
        (
            Operation::CreateManagedLoginBranding,
            json!({"UserPoolId": POOL, "ClientId": "c", "Settings": settings}),
        )
    };
    for (operation, input) in [
        pool("EmailVerificationMessage", json!("a\u{0}")),
        pool("UserPoolTags", json!({"a\u{0}": "b"})),
        pool("UserPoolTags", json!({"a": "\u{0}"})),
        pool("AliasAttributes", json!(["\u{0}"])),
        pool("Schema", json!([{"Name": "\u{0}"}])),
        branding(json!({"a": ["\u{0}"]})),
        branding(json!({"\u{0}": 1})),
    ] {
        let result = operation.decodes(input.to_string().as_bytes());
        assert_eq!(
            result,
            Err(DecodeError::Serialization("A String contains the character U+0000".to_owned())),
            "{input}"
        );
    }
}

#[test]
fn an_empty_body_is_an_empty_request() {
    let result: Result<ListUserPoolsRequest, _> = decode(Operation::ListUserPools, b"", &Limits::default());
    let text = "1 validation error detected: Value null at 'maxResults' failed to satisfy constraint: Member must not be null";
    assert_eq!(result, Err(DecodeError::Validation(text.to_owned())));
}

#[test]
fn an_empty_password_is_a_violation_and_not_an_absence() {
    let body = json!({"UserPoolId": POOL, "Username": "u", "Password": ""}).to_string();
    let result: Result<AdminSetUserPasswordRequest, _> =
        decode(Operation::AdminSetUserPassword, body.as_bytes(), &Limits::default());
    let Err(DecodeError::Validation(text)) = result else { panic!("must be a violation") };
    assert!(text.starts_with("2 validation errors detected: Value at 'password'"), "{text}");
}

#[test]
fn blobs_travel_as_base64() {
    let set = |image: &str| {
        let body = json!({"UserPoolId": POOL, "ImageFile": image}).to_string();
        decode::<SetUICustomizationRequest>(
            Operation::SetUICustomization,
            body.as_bytes(),
            &Limits::default(),
        )
    };
    let request = set("AAH/").expect("base64");
    assert_eq!(request.image_file, Some(Blob(vec![0, 1, 255])));
    assert_eq!(serde_json::to_value(request.image_file).expect("serializable"), json!("AAH/"));
    assert_eq!(serialization(set("?")), "A blob is not valid base64");
}

#[test]
fn moments_travel_as_seconds_with_three_decimals_at_most() {
    for (text, milliseconds) in [
        ("1470957431.965", 1_470_957_431_965),
        ("1470957431", 1_470_957_431_000),
        ("1470957431.1", 1_470_957_431_100),
        ("0.001", 1),
        ("-1.5", -1_500),
    ] {
        let timestamp: Timestamp = serde_json::from_str(text).expect("a moment");
        assert_eq!(timestamp.0.timestamp_millis(), milliseconds);
        assert_eq!(serde_json::to_string(&timestamp).expect("serializable"), text);
    }
    let fine = chrono::DateTime::from_timestamp(1_470_957_431, 965_999_999).expect("a date");
    assert_eq!(serde_json::to_string(&Timestamp(fine)).expect("serializable"), "1470957431.965");
    for text in ["1e300", "-1e300", "\"2016-08-11\"", "null"] {
        assert!(serde_json::from_str::<Timestamp>(text).is_err(), "{text}");
    }
}

#[test]
fn absent_members_are_left_out_of_responses() {
    let pool = UserPoolDescriptionType { id: Some(POOL.to_owned()), ..Default::default() };
    assert_eq!(serde_json::to_value(pool).expect("serializable"), json!({"Id": POOL}));
}

/// What is beyond the bounds of a list or a map, and what the model does not know, is read over: it must be JSON, and that is
/// all.
#[test]
fn lists_and_maps_are_read_up_to_their_bounds() {
    let sign_up = |rest: &str| {
        let body = format!(r#"{{"ClientId":"c","Username":"u","Password":"Passw0rd!",{rest}}}"#);
        decode::<crate::SignUpRequest>(Operation::SignUp, body.as_bytes(), &Limits::default()).map(|_| ())
    };
    let list =
        |member: &str, count: usize| format!(r#""UserAttributes":[{}]"#, vec![member; count].join(","));
    let valid = r#"{"Name":"name","Value":"v"}"#;
    assert_eq!(sign_up(&list(valid, 250)), Ok(()));
    assert!(matches!(sign_up(&list(valid, 251)), Err(DecodeError::Validation(_))));
    assert!(matches!(sign_up(&list(valid, 100_000)), Err(DecodeError::Validation(_))));
    // A null is as if it were not there, however many there are.
    assert_eq!(sign_up(&list("null", 100_000)), Ok(()));
    assert!(matches!(sign_up(&format!("{},", list(valid, 251))), Err(DecodeError::Serialization(_))));
    let entries = |count: usize| {
        let entries: Vec<String> = (0..count).map(|n| format!(r#""k{n}":"v""#)).collect();
        format!(r#""ClientMetadata":{{{}}}"#, entries.join(","))
    };
    assert_eq!(sign_up(&entries(100)), Ok(()));
    assert!(matches!(sign_up(&entries(101)), Err(DecodeError::Validation(_))));
    assert!(matches!(sign_up(&entries(10_000)), Err(DecodeError::Validation(_))));
    // Unknown members may be anything, nested as deep as anybody likes.
    let deep = format!(r#""Unknown":{}{}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(sign_up(&deep), Ok(()));
}

#[test]
fn a_document_may_have_so_many_values() {
    let branding = |count: usize| {
        let body =
            format!(r#"{{"UserPoolId":"us-east-1_a","ClientId":"c","Settings":[{}0]}}"#, "0,".repeat(count));
        Operation::CreateManagedLoginBranding.decodes(body.as_bytes())
    };
    assert_eq!(branding(49_998), Ok(()));
    let refused = branding(49_999);
    assert!(
        matches!(&refused, Err(DecodeError::Serialization(text)) if text.contains("too many values")),
        "{refused:?}"
    );
}
