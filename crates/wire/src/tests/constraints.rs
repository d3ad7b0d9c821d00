//! The messages for violated constraints, word for word.

use serde_json::{Value, json};

use crate::constraint::{Constraint, Kind, Member};
use crate::validate::violations;
use crate::{Limits, Operation};

/// The message without its count, for requests that have one violation or several.
fn message(operation: Operation, input: &Value) -> String {
    let mut input = input.clone();
    crate::types::fit(&mut input, operation.input()).expect("of the right types");
    violations(&input, operation.input(), &Limits::default()).unwrap_or_else(|| "valid".to_owned())
}

const POOL: &str = "us-east-1_abcDEF123";

#[test]
fn each_kind_of_constraint_has_its_text() {
    use Operation::{CreateGroup, CreateUserPool, CreateUserPoolClient, DescribeUserPool, ListUserPools};
    let long = "a".repeat(129);
    let cases = [
        (DescribeUserPool, json!({"UserPoolId": POOL}), "valid".to_owned()),
        (
            DescribeUserPool,
            json!({"UserPoolId": "string"}),
            r"1 validation error detected: Value 'string' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+".to_owned(),
        ),
        (
            DescribeUserPool,
            json!({}),
            "1 validation error detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null".to_owned(),
        ),
        (
            DescribeUserPool,
            json!({"UserPoolId": null}),
            "1 validation error detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null".to_owned(),
        ),
        (
            CreateGroup,
            json!({"UserPoolId": POOL, "GroupName": long}),
            format!("1 validation error detected: Value '{long}' at 'groupName' failed to satisfy constraint: Member must have length less than or equal to 128"),
        ),
        (
            CreateGroup,
            json!({"UserPoolId": POOL, "GroupName": "g", "Precedence": -1}),
            "1 validation error detected: Value '-1' at 'precedence' failed to satisfy constraint: Member must have value greater than or equal to 0".to_owned(),
        ),
        (
            ListUserPools,
            json!({"MaxResults": 61}),
            "1 validation error detected: Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60".to_owned(),
        ),
        (
            CreateUserPool,
            json!({"PoolName": "p", "MfaConfiguration": "on"}),
            "1 validation error detected: Value 'on' at 'mfaConfiguration' failed to satisfy constraint: Member must satisfy enum value set: [OFF, ON, OPTIONAL]".to_owned(),
        ),
        (
            CreateUserPool,
            json!({"PoolName": "p", "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": []}}}),
            "1 validation error detected: Value '[]' at 'policies.signInPolicy.allowedFirstAuthFactors' failed to satisfy constraint: Member must have length greater than or equal to 1".to_owned(),
        ),
        (
            CreateUserPoolClient,
            json!({"UserPoolId": POOL, "ClientName": "c", "AllowedOAuthFlows": ["code", "token"]}),
            "1 validation error detected: Value '[code, token]' at 'allowedOAuthFlows' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [code, implicit, client_credentials]]".to_owned(),
        ),
        (
            CreateUserPoolClient,
            json!({"UserPoolId": POOL, "ClientName": "c", "CallbackURLs": ["https://a", "b c"]}),
            r"1 validation error detected: Value '[https://a, b c]' at 'callbackURLs' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+]".to_owned(),
        ),
    ];
    for (operation, input, expected) in cases {
        assert_eq!(message(operation, &input), expected);
    }
}

#[test]
fn members_of_lists_are_counted_from_one() {
    let input = json!({"PoolName": "p", "Schema": [{"Name": "phone_number_verified"}, {"Name": ""}]});
    assert_eq!(
        message(Operation::CreateUserPool, &input),
        "3 validation errors detected: \
         Value 'phone_number_verified' at 'schema.1.member.name' failed to satisfy constraint: \
         Member must have length less than or equal to 20; \
         Value '' at 'schema.2.member.name' failed to satisfy constraint: \
         Member must have length greater than or equal to 1; \
         Value '' at 'schema.2.member.name' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"
    );
}

#[test]
fn violations_come_in_the_order_of_the_model() {
    let input =
        json!({"UserPoolId": "x", "ClientName": "", "RefreshTokenValidity": -1, "ExplicitAuthFlows": ["X"]});
    let message = message(Operation::CreateUserPoolClient, &input);
    assert!(message.starts_with("5 validation errors detected: Value 'x' at 'userPoolId'"), "{message}");
    let places = ["'userPoolId'", "'clientName'", "'refreshTokenValidity'", "'explicitAuthFlows'"];
    let found: Vec<_> = places.iter().map(|place| message.find(place)).collect();
    assert!(found.iter().all(Option::is_some) && found.is_sorted(), "{message}");
}

#[test]
fn sensitive_values_are_not_repeated() {
    let base = json!({"ClientId": "abc", "Username": "a b", "Password": " 1", "Session": "no"});
    let sign_up = message(Operation::SignUp, &base);
    assert_eq!(
        sign_up,
        "3 validation errors detected: \
         Value at 'username' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+; \
         Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 6; \
         Value at 'password' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$"
    );
    // A missing one is told without `null`.
    assert_eq!(
        message(
            Operation::ConfirmForgotPassword,
            &json!({"ClientId": "abc", "Username": "u", "ConfirmationCode": "1"})
        ),
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null"
    );
}

#[test]
fn what_holds_a_sensitive_value_is_not_repeated() {
    static SECRET: Constraint = Constraint {
        kind: Kind::String { min: None, max: None, pattern: None, values: &[] },
        sensitive: true,
        holds_sensitive: true,
    };
    static SECRETS: Constraint = Constraint {
        kind: Kind::List { min: None, max: Some(1), member: &SECRET },
        sensitive: false,
        holds_sensitive: true,
    };
    static INPUT: Constraint = Constraint {
        kind: Kind::Structure(&[Member { name: "S", path: "s", required: true, constraint: &SECRETS }]),
        sensitive: false,
        holds_sensitive: true,
    };
    assert_eq!(
        violations(&json!({"S": ["hush", "hush"]}), &INPUT, &Limits::default()).as_deref(),
        Some(
            "1 validation error detected: Value at 's' failed to satisfy constraint: \
             Member must have length less than or equal to 1"
        )
    );
    assert_eq!(
        violations(&json!({}), &INPUT, &Limits::default()).as_deref(),
        Some(
            "1 validation error detected: Value null at 's' failed to satisfy constraint: Member must not be null"
        )
    );
}

#[test]
fn the_client_id_is_repeated() {
    let input = json!({"ClientId": "", "Username": "user"});
    assert_eq!(
        message(Operation::ForgotPassword, &input),
        "2 validation errors detected: \
         Value '' at 'clientId' failed to satisfy constraint: \
         Member must have length greater than or equal to 1; \
         Value '' at 'clientId' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: [\\w+]+"
    );
}

#[test]
fn maps_tell_their_keys_and_values() {
    let tags =
        |tags: Value| json!({"ResourceArn": "arn:aws:cognito-idp:us-east-1:1:userpool/x", "Tags": tags});
    let long = "v".repeat(257);
    let shown = "v".repeat(249);
    assert_eq!(
        message(Operation::TagResource, &tags(json!({"": "x", "k": long}))),
        format!(
            "2 validation errors detected: \
             Value '{{=x, k={shown}...' at 'tags' failed to satisfy constraint: \
             Map keys must satisfy constraint: [Member must have length less than or equal to 128, \
             Member must have length greater than or equal to 1]; \
             Value '{{=x, k={shown}...' at 'tags' failed to satisfy constraint: \
             Map value must satisfy constraint: [Member must have length less than or equal to 256, \
             Member must have length greater than or equal to 0]"
        )
    );
}

#[test]
fn structures_in_maps_have_the_key_in_their_path() {
    let input = json!({"PoolName": "p", "AcrConfiguration": {"Level1": {}}});
    assert_eq!(
        message(Operation::CreateUserPool, &input),
        "1 validation error detected: Value null at 'acrConfiguration.Level1.member.acrValue' \
         failed to satisfy constraint: Member must not be null"
    );
}

#[test]
fn blobs_count_their_bytes() {
    let asset = |bytes: usize| {
        let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, vec![0; bytes]);
        json!({"UserPoolId": POOL, "ImageFile": text})
    };
    assert_eq!(message(Operation::SetUICustomization, &asset(131_072)), "valid");
    assert_eq!(
        message(Operation::SetUICustomization, &asset(131_073)),
        "1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=131073 cap=131073]' at 'imageFile' \
         failed to satisfy constraint: Member must have length less than or equal to 131072"
    );
}

#[test]
fn lengths_count_as_java_does() {
    let group = |name: String| json!({"UserPoolId": POOL, "GroupName": name});
    assert_eq!(message(Operation::CreateGroup, &group("😀".repeat(64))), "valid");
    assert!(message(Operation::CreateGroup, &group("😀".repeat(65))).contains("less than or equal to 128"));
    assert_eq!(message(Operation::CreateGroup, &group("é".repeat(128))), "valid");
}

#[test]
fn patterns_match_whole_values_as_java_does() {
    let valid = |input: Value, operation: Operation| message(operation, &input) == "valid";
    for (pool, expected) in [
        ("us-east-1_Ab1", true),
        ("us-east-1_Ab1\n", false),
        ("x us-east-1_Ab1", false),
        ("üs-east-1_Ab1", false),
    ] {
        assert_eq!(valid(json!({"UserPoolId": pool}), Operation::DescribeUserPool), expected, "{pool:?}");
    }
    let sign_up = |password: &str| {
        valid(json!({"ClientId": "c", "Username": "ü", "Password": password}), Operation::SignUp)
    };
    for (password, expected) in [
        ("secret", true),
        ("sec ret", true),
        (" secret", false),
        ("secret ", false),
        ("sec\nret", false),
        // `.` stops at every line terminator of Unicode.
        ("s\u{2028} \u{85}t", false),
        // Java's \s is ASCII: a no-break space counts as a letter.
        ("\u{a0}ecret", true),
    ] {
        assert_eq!(sign_up(password), expected, "{password:?}");
    }
}

#[test]
fn custom_domains_pass_and_old_passwords_may_be_short() {
    let domain = json!({"UserPoolId": POOL, "Domain": "auth.example.com"});
    assert_eq!(message(Operation::CreateUserPoolDomain, &domain), "valid");
    let change = json!({"AccessToken": "a.b.c", "PreviousPassword": "ab", "ProposedPassword": "ab"});
    assert_eq!(
        message(Operation::ChangePassword, &change),
        "1 validation error detected: Value at 'proposedPassword' failed to satisfy constraint: \
         Member must have length greater than or equal to 6"
    );
}

/// What a caller sends does not come back at any length, and no number of faults makes a long message.
#[test]
fn a_message_is_bounded_whatever_was_sent() {
    let attributes = |count: usize| {
        let attributes = vec![json!({}); count];
        json!({"ClientId": "c", "Username": "u", "Password": "Passw0rd!", "UserAttributes": attributes})
    };
    let found = message(Operation::SignUp, &attributes(49));
    assert!(
        found.starts_with("49 validation errors detected: Value null at 'userAttributes.1.member.name' ")
    );
    for count in [50, 250] {
        let found = message(Operation::SignUp, &attributes(count));
        assert!(found.starts_with("50 validation errors detected: "), "{found}");
    }
    let found = message(Operation::SignUp, &attributes(251));
    let first = "50 validation errors detected: Value at 'userAttributes' failed to satisfy constraint: Member must have \
                 length less than or equal to 250; Value null at 'userAttributes.1.member.name' ";
    assert!(found.starts_with(first), "{found}");
    let long = "é".repeat(100_000);
    let shown = "é".repeat(256);
    assert_eq!(
        message(Operation::DescribeUserPool, &json!({"UserPoolId": long})),
        format!(
            "2 validation errors detected: Value '{shown}...' at 'userPoolId' failed to satisfy constraint: Member must \
             have length less than or equal to 55; Value '{shown}...' at 'userPoolId' failed to satisfy constraint: Member \
             must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+"
        )
    );
    let long = "k".repeat(100_000);
    let found = message(Operation::CreateUserPool, &json!({"PoolName": "p", "AcrConfiguration": {long: {}}}));
    assert!(found.len() < 1_000, "{}", found.len());
}
