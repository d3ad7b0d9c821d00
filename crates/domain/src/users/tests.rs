//! Tables for names, attributes and sign-ups.

use std::sync::atomic::AtomicU8;

use wire::{AttributeType, UserStatusType, VerifiedAttributeType};

use super::*;
use crate::random::tests::Counting;
use crate::testing::{now, pool};

fn attribute(name: &str, value: &str) -> AttributeType {
    AttributeType { name: name.to_owned(), value: Some(value.to_owned()) }
}

fn sign_up(pool: &UserPool, name: &str, given: &[AttributeType]) -> Result<SignUp, String> {
    let random = Counting(AtomicU8::new(0));
    SignUp::new(pool, name, Some("Passw0rd!"), given, |_| true, &random).map_err(|error| error.to_string())
}

#[test]
fn addresses_and_numbers_are_told_by_their_form() {
    for (text, is) in [
        ("a@b.example", true),
        ("a+b@b.c.example", true),
        ("ä@b.example", true),
        ("a@b", false),
        ("@b.example", false),
        ("a@b..example", false),
        ("a@b@c.example", false),
        ("a b@c.example", false),
        ("a.example", false),
    ] {
        assert_eq!(is_email(text), is, "{text}");
    }
    for (text, is) in [
        ("+15555551234", true),
        ("+12", true),
        ("15555551234", false),
        ("+0123", false),
        ("+1234567890123456", false),
        ("+1-555", false),
        ("+", false),
    ] {
        assert_eq!(is_phone_number(text), is, "{text}");
    }
}

#[test]
fn a_username_is_kept_as_the_pool_says() {
    let json = |text: &str| -> serde_json::Value { serde_json::from_str(text).unwrap() };
    for (settings, name, outcome) in [
        ("{}", "Jane", Ok("Jane")),
        (r#"{"UsernameConfiguration":{"CaseSensitive":false}}"#, "Jane", Ok("jane")),
        (r#"{"UsernameAttributes":["email"]}"#, "jane", Err("Username should be an email.")),
        (r#"{"UsernameAttributes":["phone_number"]}"#, "jane", Err("Username should be a phone number.")),
        (
            r#"{"UsernameAttributes":["email","phone_number"]}"#,
            "jane",
            Err("Username should be either an email or a phone number."),
        ),
        (
            r#"{"AliasAttributes":["phone_number"]}"#,
            "+15555551234",
            Err(
                "Username cannot be of phone number format, since user pool is configured for phone number alias.",
            ),
        ),
        (r#"{"AliasAttributes":["phone_number"]}"#, "jane@example.com", Ok("jane@example.com")),
    ] {
        let found = sign_up(&pool(&json(settings)), name, &[]).map(|sign_up| sign_up.username);
        assert_eq!(found.as_deref().map_err(String::as_str), outcome, "{settings} {name}");
    }
    let by_email =
        sign_up(&pool(&json(r#"{"UsernameAttributes":["email"]}"#)), "jane@example.com", &[]).unwrap();
    assert_eq!(by_email.username, by_email.id.to_string());
    assert_eq!(by_email.attributes["email"], "jane@example.com");
}

#[test]
fn values_keep_the_constraints_of_their_attribute() {
    let pool = pool(&serde_json::json!({ "Schema": [
        { "Name": "age", "AttributeDataType": "Number", "NumberAttributeConstraints": { "MinValue": "0", "MaxValue": "150" } },
        { "Name": "ok", "AttributeDataType": "Boolean" },
        { "Name": "born", "AttributeDataType": "DateTime" },
        { "Name": "code", "AttributeDataType": "String", "StringAttributeConstraints": { "MinLength": "2", "MaxLength": "3" } },
    ] }));
    for (name, value, fits) in [
        ("custom:age", "0", true),
        ("custom:age", "151", false),
        ("custom:age", "-1", false),
        ("custom:age", "old", false),
        ("custom:ok", "true", true),
        ("custom:ok", "False", true),
        ("custom:ok", "TRUE", true),
        ("custom:ok", "", false),
        ("custom:ok", " true", false),
        ("custom:ok", "yes", false),
        ("custom:born", "2026-01-02T03:04:05Z", true),
        ("custom:born", "soon", false),
        ("custom:code", "a", false),
        ("custom:code", "äöü", true),
        ("custom:code", "abcd", false),
        ("birthdate", "2000-01-01", true),
        ("birthdate", "2000", false),
        ("name", &"x".repeat(2049), false),
    ] {
        let found = sign_up(&pool, "jane", &[attribute(name, value)]);
        assert_eq!(found.is_ok(), fits, "{name} {value}");
    }
}

#[test]
fn everything_missing_stands_in_one_message() {
    let pool = pool(&serde_json::json!({ "Schema": [
        { "Name": "email", "Required": true }, { "Name": "name", "Required": true },
    ] }));
    let text = "Attributes did not conform to the schema: email: The attribute is required\n\
                name: The attribute is required\n";
    assert_eq!(sign_up(&pool, "jane", &[]).err().as_deref(), Some(text));
}

#[test]
fn an_alias_counts_once_it_is_verified_and_its_user_confirmed() {
    let pool = pool(&serde_json::json!({ "AliasAttributes": ["email", "preferred_username"] }));
    let user = sign_up(&pool, "jane", &[attribute("email", "jane@example.com")]).unwrap();
    let user = user.into_user(&pool, None, now());
    assert_eq!(user.aliases(&pool), []);
    let user = user.with_verified(VerifiedAttributeType::Email);
    assert_eq!(user.aliases(&pool), [], "not confirmed yet");
    let user = user.confirmed(now()).unwrap();
    let alias = Alias { attribute: "email", key: "jane@example.com".to_owned() };
    assert_eq!(user.aliases(&pool), std::slice::from_ref(&alias));
    assert_eq!(user.clone().without_verified("email").aliases(&pool), []);
    let (_, lookups) = username_lookups(&pool, "jane@example.com");
    assert!(lookups.contains(&alias));
}

#[test]
fn only_an_unconfirmed_user_is_confirmed() {
    let pool = pool(&serde_json::json!({}));
    let user = sign_up(&pool, "jane", &[]).unwrap().into_user(&pool, None, now());
    for status in UserStatusType::ALL {
        let user = User { status: *status, ..user.clone() };
        assert_eq!(user.confirmed(now()).is_ok(), *status == UserStatusType::Unconfirmed, "{status}");
    }
}

#[test]
fn each_address_says_whether_it_is_verified() {
    let pool = pool(&serde_json::json!({}));
    let both = [attribute("email", "a@b.example"), attribute("phone_number", "+12")];
    for (given, flags) in [
        (&both[..0], [None, None]),
        (&both[..1], [Some("false"), None]),
        (&both[1..], [None, Some("false")]),
        (&both[..], [Some("false"), Some("false")]),
    ] {
        let found = |user: &User| {
            let shown = user.shown_attributes();
            ["email_verified", "phone_number_verified"].map(|flag| shown.get(flag).cloned())
        };
        let flags = flags.map(|flag| flag.map(str::to_owned));
        let sign_up = sign_up(&pool, "jane", given).unwrap();
        assert!(
            !sign_up.attributes.keys().any(|name| name.ends_with("_verified")),
            "not before there is a user"
        );
        let signed_up = sign_up.into_user(&pool, None, now());
        assert_eq!(
            (found(&signed_up), signed_up.shown_attributes()),
            (flags.clone(), signed_up.attributes.clone())
        );
        let random = Counting(AtomicU8::new(0));
        let made = AdminCreate::new(&pool, "joe", given, None, now(), &random).unwrap().user;
        assert_eq!(found(&made), flags);
        assert!(!made.attributes.keys().any(|name| name.ends_with("_verified")), "as it was written");
    }
    let verified = attribute("email_verified", "True");
    let user = sign_up(&pool, "jane", &both).unwrap().into_user(&pool, None, now());
    let user = user.with_attributes_by_admin(&pool, &[verified], now()).unwrap();
    assert!(user.is_verified("email") && !user.is_verified("phone_number"));
    assert_eq!(user.shown_attributes()["email_verified"], "True");
    let user = user.without_attributes(&pool, &["email".to_owned()], |_| true, now()).unwrap();
    assert!(!user.shown_attributes().contains_key("email_verified"));
}

#[test]
fn an_update_is_refused_in_words_of_its_own() {
    let pool = pool(&serde_json::json!({ "Schema": [
        { "Name": "name", "Required": true }, 
        { "Name": "x", "AttributeDataType": "String", "StringAttributeConstraints": { "MinLength": "2", "MaxLength": "3" } },
    ] }));
    let user = || sign_up(&pool, "jane", &[attribute("name", "J")]).unwrap().into_user(&pool, None, now());
    let unknown = |name: &str| format!("user.{name}: Attribute does not exist in the schema.\n");
    let long = "user.custom:x: String must be no longer than 3 characters";
    for (given, text) in [
        (vec![("custom:a", "1"), ("custom:b", "2")], unknown("custom:a") + &unknown("custom:b")),
        (vec![("shoe", "1")], unknown("shoe")),
        (vec![("custom:x", "four")], long.to_owned()),
        (vec![("custom:x", "1")], "user.custom:x: String must be no shorter than 2 characters".to_owned()),
        (vec![("custom:x", "four"), ("shoe", "1")], format!("{long}\n{}", unknown("shoe"))),
        (vec![("shoe", "1"), ("custom:x", "four")], unknown("shoe") + long),
        (vec![("name", "")], "user.name: Required attribute cannot be deleted\n".to_owned()),
    ] {
        let values: Vec<_> = given.iter().map(|(name, value)| attribute(name, value)).collect();
        let by_user = user().with_attributes(&pool, &values, |_| true, now()).err();
        let by_admin = user().with_attributes_by_admin(&pool, &values, now()).err();
        let texts = [by_user, by_admin].map(|error| error.map(|error| error.to_string()));
        assert_eq!(texts, [Some(text.clone()), Some(text)], "{given:?}");
    }
}
