//! Tables for attribute mapping, profiles, identities, links and the texts of errors.

mod linking;

use serde_json::{Value, json};
use uuid::Uuid;
use wire::{IdentityProviderTypeType as Kind, UserStatusType};

use super::*;
use crate::testing::{client, now, pool, user};
use crate::users::User;

fn provider(pool: &UserPool, kind: Kind, mapping: &Value) -> IdentityProvider {
    let name = match kind {
        Kind::Saml | Kind::Oidc => "Corp",
        Kind::Facebook | Kind::Google | Kind::LoginWithAmazon | Kind::SignInWithApple => kind.as_str(),
    };
    IdentityProvider {
        pool_id: pool.id.clone(),
        name: name.to_owned(),
        kind,
        details: BTreeMap::new(),
        attribute_mapping: serde_json::from_value(mapping.clone()).unwrap(),
        identifiers: Vec::new(),
        acr_mapping: None,
        created_at: now(),
        modified_at: now(),
        version: 1,
    }
}

/// A claim is a text or a list of texts.
fn identity(provider: &IdentityProvider, subject: &str, claims: &Value) -> ExternalIdentity {
    let values = |value: &Value| {
        let texts = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        texts.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    ExternalIdentity {
        provider_name: provider.name.clone(),
        provider_type: provider.kind,
        issuer: None,
        subject: subject.to_owned(),
        claims: claims
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.clone(), values(value)))
            .collect(),
    }
}

/// What a sign-in is held against.
struct Case {
    pool: UserPool,
    client: AppClient,
    provider: IdentityProvider,
}

impl Case {
    fn new(kind: Kind, settings: &Value, client_settings: &Value, mapping: &Value) -> Self {
        let mut pool = pool(settings);
        pool.schema = pool.schema.with_identities();
        Self { client: client(&pool, client_settings), provider: provider(&pool, kind, mapping), pool }
    }

    fn first(&self, subject: &str, claims: &Value) -> Result<User, FederationError> {
        let identity = identity(&self.provider, subject, claims);
        let sign_in = self.sign_in(&identity);
        sign_in.subject_key()?;
        sign_in.new_user(Uuid::from_u128(8))
    }

    fn later(&self, user: &User, claims: &Value) -> Result<Option<User>, FederationError> {
        let identity = identity(&self.provider, "1", claims);
        let sign_in = self.sign_in(&identity);
        sign_in.refreshed(user, &sign_in.subject_key()?)
    }

    fn sign_in<'a>(&'a self, identity: &'a ExternalIdentity) -> FederatedSignIn<'a> {
        let Self { pool, client, provider } = self;
        FederatedSignIn { pool, client, provider, identity, now: now() }
    }
}

/// The attributes but `identities`.
fn attributes(user: &User) -> Value {
    let mut attributes = user.attributes.clone();
    attributes.remove("identities");
    json!(attributes)
}

/// `code: description`.
fn told(error: &FederationError) -> String {
    format!("{}: {error}", error.code())
}

#[test]
fn claims_fill_the_attributes_that_they_are_mapped_to() {
    let schema = json!({ "Schema": [
        { "Name": "groups", "AttributeDataType": "String" }, { "Name": "id_token", "AttributeDataType": "String" },
        { "Name": "age", "AttributeDataType": "Number" },
    ] });
    let mapping = json!({
        "username": "sub", "email": "mail", "name": "display name", "custom:groups": "groups",
        "custom:id_token": "id_token", "custom:age": "age",
    });
    let case = Case::new(Kind::Oidc, &schema, &json!({}), &mapping);
    for (claims, expected) in [
        (json!({}), json!({})),
        (json!({ "sub": "2", "email": "not mapped" }), json!({})),
        (json!({ "mail": "a@b.example" }), json!({ "email": "a@b.example", "email_verified": "false" })),
        (json!({ "display name": "Ann Ä, 😀" }), json!({ "name": "Ann Ä, 😀" })),
        (json!({ "display name": " " }), json!({})),
        (json!({ "groups": [] }), json!({})),
        (json!({ "groups": ["a b"] }), json!({ "custom:groups": "a b" })),
        (
            json!({ "groups": ["a b", "A-z.0*_", "ä,]"] }),
            json!({ "custom:groups": "[a+b,A-z.0*_,%C3%A4%2C%5D]" }),
        ),
        (
            json!({ "id_token": "e.y.J", "age": "7" }),
            json!({ "custom:id_token": "e.y.J", "custom:age": "7" }),
        ),
    ] {
        assert_eq!(attributes(&case.first("1", &claims).unwrap()), expected, "{claims}");
    }
    for (claims, text) in [
        (json!({ "mail": "a@b" }), "Invalid user attributes: Invalid email address format."),
        (json!({ "age": "old" }), "Invalid user attributes: custom:age: Value is not a number"),
        (
            json!({ "id_token": "x".repeat(2049) }),
            "Invalid user attributes: custom:id_token: String must be no longer than 2048 characters",
        ),
    ] {
        assert_eq!(told(&case.first("1", &claims).err().unwrap()), format!("invalid_request: {text}"));
    }
    assert!(case.first("1", &json!({ "id_token": "x".repeat(2048) })).is_ok());
}

#[test]
fn an_address_is_verified_when_the_provider_says_so() {
    let verified = json!({ "email": "mail", "email_verified": "mail_verified", "phone_number": "phone" });
    for (mapping, claims, expected) in [
        (
            &verified,
            json!({ "mail": "a@b.example", "mail_verified": "true" }),
            json!({ "email": "a@b.example", "email_verified": "true" }),
        ),
        (
            &verified,
            json!({ "mail": "a@b.example", "mail_verified": "false", "phone": "+15555551234" }),
            json!({
                "email": "a@b.example", "email_verified": "false", "phone_number": "+15555551234",
                "phone_number_verified": "false",
            }),
        ),
        (
            &verified,
            json!({ "mail": "a@b.example" }),
            json!({ "email": "a@b.example", "email_verified": "false" }),
        ),
        (
            &json!({ "email": "mail" }),
            json!({ "mail": "a@b.example", "mail_verified": "true", "email_verified": "true" }),
            json!({ "email": "a@b.example", "email_verified": "false" }),
        ),
    ] {
        let case = Case::new(Kind::Google, &json!({}), &json!({}), mapping);
        assert_eq!(attributes(&case.first("1", &claims).unwrap()), expected, "{claims}");
    }
    // Whatever was said meanwhile, and whatever else the provider says: what the mapping does not name is false again.
    let words = [("email", "a@b.example"), ("email_verified", "true"), ("phone_number", "+12")];
    let unsaid = json!({ "email": "a@b.example", "email_verified": "false", "phone_number": "+12",
                         "phone_number_verified": "false" });
    for (mapping, write, claims, expected) in [
        (json!({ "email": "mail" }), json!(null), json!({ "mail": "a@b.example" }), Some(unsaid.clone())),
        (json!({ "email": "mail" }), json!(null), json!({}), Some(unsaid.clone())),
        (json!({ "name": "name" }), json!(null), json!({ "name": "A" }), {
            let mut with_name = unsaid.clone();
            with_name["name"] = json!("A");
            Some(with_name)
        }),
        // What it names stays where the provider is silent.
        (
            json!({ "email_verified": "v", "phone_number_verified": "v" }),
            json!(null),
            json!({}),
            Some(json!({
                "email": "a@b.example", "email_verified": "true", "phone_number": "+12", "phone_number_verified": "false",
            })),
        ),
        (
            json!({ "email_verified": "v" }),
            json!(["phone_number"]),
            json!({}),
            Some(json!({
                "email": "a@b.example", "email_verified": "true", "phone_number": "+12", "phone_number_verified": "false",
            })),
        ),
        // What the client may not write is left alone.
        (
            json!({}),
            json!(["email"]),
            json!({}),
            Some(json!({
                "email": "a@b.example", "email_verified": "false", "phone_number": "+12", "phone_number_verified": "false",
            })),
        ),
        (json!({ "email_verified": "v" }), json!(null), json!({ "v": "" }), Some(unsaid.clone())),
        (json!({ "email_verified": "v" }), json!(null), json!({ "v": "TRUE" }), {
            let mut verified = unsaid.clone();
            verified["email_verified"] = json!("TRUE");
            Some(verified)
        }),
    ] {
        let case = Case::new(Kind::Google, &json!({}), &json!({ "WriteAttributes": write }), &mapping);
        let later = case.later(&user(&case.pool, &words), &claims).unwrap();
        assert_eq!(later.as_ref().map(attributes), expected, "{mapping} {write} {claims}");
    }
    let case = Case::new(Kind::Google, &json!({}), &json!({ "WriteAttributes": ["name"] }), &json!({}));
    assert!(
        case.later(&user(&case.pool, &words[..2]), &json!({})).unwrap().is_none(),
        "no address is the client's"
    );
}

#[test]
fn what_the_client_may_not_write_is_passed_over() {
    let mapping = json!({ "email": "mail", "email_verified": "verified", "name": "name", "identities": "x", "sub": "x" });
    let claims = json!({ "mail": "a@b.example", "verified": "true", "name": "A", "x": "y" });
    for (write, expected) in [
        (json!(["name"]), json!({ "name": "A" })),
        (json!(["email"]), json!({ "email": "a@b.example", "email_verified": "true" })),
        (json!(null), json!({ "email": "a@b.example", "email_verified": "true", "name": "A" })),
    ] {
        let case = Case::new(Kind::Oidc, &json!({}), &json!({ "WriteAttributes": write }), &mapping);
        let user = case.first("1", &claims).unwrap();
        assert_eq!(attributes(&user), expected);
        assert_eq!(Identities::of(&user).count(), 1);
    }
}

#[test]
fn absent_claims_leave_values_and_blank_ones_clear_them() {
    let case = Case::new(Kind::Oidc, &json!({}), &json!({}), &json!({ "name": "name", "email": "mail" }));
    let first = case.first("1", &json!({ "name": "A", "mail": "a@b.example" })).unwrap();
    for (claims, expected) in [
        (json!({}), None),
        (json!({ "name": "A" }), None),
        (
            json!({ "name": "B" }),
            Some(json!({ "name": "B", "email": "a@b.example", "email_verified": "false" })),
        ),
        (json!({ "name": "" }), Some(json!({ "email": "a@b.example", "email_verified": "false" }))),
        (json!({ "name": "", "mail": [] }), Some(json!({}))),
    ] {
        let later = case.later(&first, &claims).unwrap();
        assert_eq!(later.as_ref().map(attributes), expected, "{claims}");
    }
}

#[test]
fn what_the_pool_requires_must_come_and_stay() {
    let required =
        json!({ "Schema": [{ "Name": "email", "Required": true }, { "Name": "name", "Required": true }] });
    let mapping = json!({ "email": "mail", "name": "name" });
    let saml = "server_error: Error in SAML response processing: Invalid user attributes: ";
    for (kind, claims, text) in [
        (Kind::Oidc, json!({ "name": "A" }), "invalid_request: attributes required: [email]".to_owned()),
        (
            Kind::Google,
            json!({ "name": "" }),
            "invalid_request: attributes required: [email, name]".to_owned(),
        ),
        (Kind::Saml, json!({ "name": "A" }), format!("{saml}email: The attribute is required")),
        (
            Kind::Saml,
            json!({}),
            format!("{saml}email: The attribute is required\nname: The attribute is required"),
        ),
        (Kind::Saml, json!({ "mail": "x", "name": "A" }), format!("{saml}Invalid email address format.")),
    ] {
        let case = Case::new(kind, &required, &json!({}), &mapping);
        assert_eq!(told(&case.first("1", &claims).err().unwrap()), text);
    }
    let case = Case::new(Kind::Oidc, &required, &json!({}), &mapping);
    let first = case.first("1", &json!({ "name": "A", "mail": "a@b.example" })).unwrap();
    assert!(case.later(&first, &json!({})).unwrap().is_none());
    let cleared = |name: &str| format!("{name}: Required attribute cannot be deleted");
    for kind in [Kind::Oidc, Kind::Google, Kind::Saml] {
        let case = Case::new(kind, &required, &json!({}), &mapping);
        for (claims, text) in [
            (json!({ "mail": "" }), cleared("email")),
            (json!({ "mail": " ", "name": "B" }), cleared("email")),
            (json!({ "mail": [], "name": "" }), format!("{}\n{}", cleared("email"), cleared("name"))),
        ] {
            let blank = case.later(&first, &claims).err().unwrap();
            assert_eq!(told(&blank), format!("invalid_request: Invalid user attributes: {text}"));
        }
    }
}

#[test]
fn an_attribute_that_never_changes_is_written_once() {
    let schema = json!({ "Schema": [{ "Name": "email", "Mutable": false }] });
    let case = Case::new(Kind::Oidc, &schema, &json!({}), &json!({ "email": "mail" }));
    let first = case.first("1", &json!({ "mail": "a@b.example" })).unwrap();
    for (claims, is_refused) in [
        (json!({}), false),
        (json!({ "mail": "c@b.example" }), true),
        (json!({ "mail": "a@b.example" }), true),
        (json!({ "mail": "" }), true),
    ] {
        let text = case.later(&first, &claims).err().map(|error| told(&error));
        let expected =
            is_refused.then(|| "invalid_request: user.email: Attribute cannot be updated.\n".to_owned());
        assert_eq!(text, expected, "{claims}");
    }
}

#[test]
fn a_user_is_named_after_provider_and_subject() {
    let folds = json!({ "UsernameConfiguration": { "CaseSensitive": false } });
    for (kind, settings, subject, username) in [
        (Kind::Google, json!({}), "107", "Google_107"),
        (Kind::Google, folds.clone(), "107", "google_107"),
        (Kind::Saml, json!({}), "Jane@Example.com", "Corp_Jane@Example.com"),
        (Kind::Saml, folds, "Jane@Example.com", "corp_jane@example.com"),
        (Kind::Oidc, json!({ "UsernameAttributes": ["email"] }), "Ä_ß|1", "Corp_Ä_ß|1"),
        (Kind::Oidc, json!({ "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true } }), "1", "Corp_1"),
    ] {
        let case = Case::new(kind, &settings, &json!({}), &json!({ "username": "other" }));
        let user = case.first(subject, &json!({ "other": "x" })).unwrap();
        assert_eq!((user.username.as_str(), user.status), (username, UserStatusType::ExternalProvider));
        assert!(user.password.is_none() && user.enabled);
        assert!(!user.attributes.contains_key("username"));
    }
    let at_end = "failed to satisfy constraint: Member must have length less than or equal to 128";
    let long = format!("Corp_{}", "ä".repeat(124));
    let pattern = "failed to satisfy constraint: Member must satisfy regular expression pattern: \
                   [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+";
    let saml = "server_error: Error in SAML response processing: 1 validation error detected: Value ";
    let oidc = "invalid_request: 1 validation error detected: Value ";
    for (kind, username, text) in [
        (Kind::Saml, long.as_str(), format!("{saml}'{long}' at 'userName' {at_end}")),
        (Kind::Oidc, &long, format!("{oidc}'{long}' at 'userName' {at_end}")),
        (Kind::Saml, "Corp_CN=Jane Doe", format!("{saml}'Corp_CN=Jane Doe' at 'userName' {pattern}")),
    ] {
        let case = Case::new(kind, &json!({}), &json!({}), &json!({}));
        let subject = username.strip_prefix("Corp_").unwrap();
        assert_eq!(told(&case.first(subject, &json!({})).err().unwrap()), text);
    }
    let case = Case::new(Kind::Saml, &json!({}), &json!({}), &json!({}));
    assert!(case.first(&"ä".repeat(123), &json!({})).is_ok());
    let identity = identity(&case.provider, &"x".repeat(2049), &json!({}));
    assert!(case.sign_in(&identity).subject_key().is_err());
}

#[test]
fn saml_may_not_send_characters_of_four_bytes() {
    let text = |name: &str| {
        format!(
            "server_error: Error in SAML response processing: Invalid user attributes: {name}: Characters of four bytes \
             are not supported"
        )
    };
    let case = Case::new(Kind::Saml, &json!({}), &json!({}), &json!({ "name": "name" }));
    assert_eq!(told(&case.first("1", &json!({ "name": "A😀" })).err().unwrap()), text("name"));
    assert_eq!(told(&case.first("😀", &json!({})).err().unwrap()), text("username"));
    assert!(case.first("1", &json!({ "name": "Ä€", "other": "😀" })).is_ok());
}

#[test]
fn identities_are_written_as_the_service_writes_them() {
    let case = Case::new(Kind::Google, &json!({}), &json!({}), &json!({}));
    let first = case.first("107", &json!({})).unwrap();
    let text = r#"[{"userId":"107","providerName":"Google","providerType":"Google","issuer":null,"primary":true,"dateCreated":1800000000000}]"#;
    assert_eq!(first.attribute("identities"), Some(text));
    let corp = provider(&case.pool, Kind::Saml, &json!({ "email": "mail" }));
    let by = |name: &str, value: &str| IdentityKey::new(&case.pool, "Corp", name, value.to_owned());
    let linked = link(first.clone(), &corp, &by("email", "a@b.example"), &[], now()).unwrap();
    let added = r#",{"userId":"a@b.example","providerName":"Corp","providerType":"SAML","issuer":null,"primary":false,"dateCreated":1800000000000}]"#;
    assert_eq!(linked.attribute("identities").unwrap(), text.replace(']', added));
    assert_eq!(Identities::of(&linked).count(), 2);

    // The first sign-in brings subject and issuer.
    let saml = Case { pool: case.pool.clone(), client: case.client.clone(), provider: corp.clone() };
    let came = identity(&corp, "Ab", &json!({ "mail": "a@b.example" }));
    let came = ExternalIdentity { issuer: Some("https://idp.example.com/saml".to_owned()), ..came };
    let key = saml.sign_in(&came).key_by("email").unwrap();
    let used = saml.sign_in(&came).refreshed(&linked, &key).unwrap().unwrap();
    let of_corp = r#"{"userId":"Ab","providerName":"Corp","providerType":"SAML","issuer":"https://idp.example.com/saml","primary":false,"dateCreated":1800000000000}"#;
    assert!(used.attribute("identities").unwrap().ends_with(&format!(",{of_corp}]")));

    let unlinked = unlink(used, &by(SUBJECT, "ab"), now());
    assert_eq!(Identities::of(&unlinked).count(), 2, "the case of a subject counts");
    let unlinked = unlink(unlinked, &by(SUBJECT, "Ab"), now());
    assert_eq!(unlinked.attribute("identities"), Some(text));
    let none = unlink(unlinked, &IdentityKey::new(&case.pool, "Google", SUBJECT, "107".to_owned()), now());
    assert_eq!(none.attribute("identities"), None);
}

#[test]
fn a_disabled_user_does_not_sign_in() {
    let case = Case::new(Kind::Oidc, &json!({}), &json!({}), &json!({}));
    let disabled = User { enabled: false, ..user(&case.pool, &[]) };
    let refused = case.later(&disabled, &json!({})).err().unwrap();
    assert_eq!(told(&refused), "invalid_request: User is not enabled");
}

#[test]
fn who_signs_in_at_a_provider_has_no_aliases() {
    let settings = json!({ "UsernameAttributes": ["email"] });
    let case = Case::new(Kind::Oidc, &settings, &json!({}), &json!({ "email": "mail" }));
    let first = case.first("1", &json!({ "mail": "a@b.example" })).unwrap();
    assert!(first.aliases(&case.pool).is_empty());
    let with_password = User { status: UserStatusType::Confirmed, ..first };
    assert_eq!(with_password.aliases(&case.pool).len(), 1);
}

#[test]
fn the_group_of_a_provider_is_named_after_the_pool() {
    let group = provider_group(&PoolId::from("us-east-1_AbCdEf123".to_owned()), "Google", now());
    assert_eq!(group.name, "us-east-1_AbCdEf123_Google");
    let description = "Autogenerated group for users who sign in using Google";
    assert_eq!(group.description.as_deref(), Some(description));
}

#[test]
fn errors_are_told_in_the_services_words() {
    let description = Some("user denied".to_owned());
    for (error, text) in [
        (
            FederationError::Unsolicited,
            "invalid_request: Invalid samlResponse or relayState from identity provider",
        ),
        (FederationError::RelayState, "invalid_request: Invalid relayState from identity provider"),
        (
            FederationError::SamlResponse("SAML Response signature is invalid".to_owned()),
            "server_error: Invalid SAML response received: SAML Response signature is invalid",
        ),
        (
            FederationError::UsernameTaken("google_1078".to_owned()),
            "invalid_request: Already found an entry for username google_1078",
        ),
        (FederationError::AliasTaken, "invalid_request: Already found an entry for the provided username."),
        (
            FederationError::PreSignUp("not you".to_owned()),
            "invalid_request: PreSignUp failed with error not you. ",
        ),
        (
            FederationError::OfProvider { error: "access_denied".to_owned(), description },
            "access_denied: user denied",
        ),
    ] {
        assert_eq!(told(&error), text);
    }
}
