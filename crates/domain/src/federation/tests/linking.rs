//! Which identities stand for a user who exists.

use serde_json::json;
use wire::ProviderUserIdentifierType;

use super::*;

fn identifier(name: &str, attribute: &str, value: &str) -> ProviderUserIdentifierType {
    let given = |text: &str| Some(text.to_owned()).filter(|text| text != "-");
    ProviderUserIdentifierType {
        provider_name: given(name),
        provider_attribute_name: given(attribute),
        provider_attribute_value: given(value),
    }
}

#[test]
fn identities_are_linked_by_their_subject_or_a_mapped_attribute() {
    let folds = pool(&json!({ "UsernameConfiguration": { "CaseSensitive": false } }));
    let mapping = json!({ "username": "sub", "email": "mail" });
    let not_subject = |name: &str| {
        format!("Invalid SourceUser: ProviderAttributeName must be Cognito_Subject for the provider {name}.")
    };
    let too_long = "Invalid SourceUser: ProviderAttributeValue is too long.".to_owned();
    for (kind, attribute, value, outcome) in [
        (Kind::Google, SUBJECT, "Ab", Ok("Ab")),
        (Kind::Google, "email", "a@b.example", Err(not_subject("Google"))),
        (Kind::Facebook, "id", "1", Err(not_subject("Facebook"))),
        (Kind::Saml, SUBJECT, "Ab@C.example", Ok("Ab@C.example")),
        (Kind::Saml, "email", "Ab@C.example", Ok("ab@c.example")),
        (Kind::Oidc, "email", "Ab@C.example", Ok("ab@c.example")),
        (Kind::Oidc, "name", "A", Err("Invalid SourceUser: the attribute name is not mapped.".to_owned())),
        (
            Kind::Oidc,
            "username",
            "A",
            Err("Invalid SourceUser: the attribute username is not mapped.".to_owned()),
        ),
        (Kind::Oidc, SUBJECT, &"x".repeat(2048), Ok(&"x".repeat(2048))),
        (Kind::Oidc, SUBJECT, &"x".repeat(2049), Err(too_long)),
        (Kind::Oidc, "-", "A", Err("ProviderAttributeName is required.".to_owned())),
        (Kind::Oidc, SUBJECT, "", Err("ProviderAttributeValue is required.".to_owned())),
    ] {
        let provider = provider(&folds, kind, &mapping);
        let key = source_key(&folds, &provider, &identifier(&provider.name, attribute, value));
        assert_eq!(key.map(|key| key.value).map_err(|error| error.to_string()), outcome.map(str::to_owned));
    }
    for (name, outcome) in [
        ("Corp", Ok("Corp")),
        ("-", Err(LinkError::Missing("ProviderName"))),
        ("Cognito", Err(LinkError::NativeSource)),
        ("COGNITO", Err(LinkError::NativeSource)),
    ] {
        assert_eq!(source_provider(&identifier(name, SUBJECT, "1")), outcome);
    }
    let key = destination_key(&folds, &identifier("Corp", "ignored", "Ab")).unwrap();
    assert!(key.is_subject() && key.value == "Ab");
}

#[test]
fn a_user_has_five_identities_and_a_provider_five_attributes_to_link_by() {
    let pool = pool(&json!({}));
    let corp = provider(&pool, Kind::Oidc, &json!({}));
    let key = |name: &str, value: usize| IdentityKey::new(&pool, "Corp", name, value.to_string());
    let mut jane = user(&pool, &[]);
    for number in 0..5 {
        jane = link(jane, &corp, &key(SUBJECT, number), &[], now()).unwrap();
    }
    assert_eq!(link(jane, &corp, &key(SUBJECT, 5), &[], now()).err(), Some(LinkError::TooManyIdentities));
    let in_use: Vec<String> = ["a", "b", "c", "d", "e"].map(str::to_owned).into();
    for (name, in_use, error) in [
        ("f", &in_use[..], Some(LinkError::TooManyAttributes)),
        ("e", &in_use[..], None),
        ("f", &in_use[..4], None),
    ] {
        assert_eq!(link(user(&pool, &[]), &corp, &key(name, 1), in_use, now()).err(), error);
    }
}
