//! The rules for configuring identity providers, as tables.

mod details;

use wire::IdentityProviderTypeType as Kind;

use super::*;

type Map = BTreeMap<String, String>;

fn map(pairs: &[(&str, &str)]) -> Map {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn now() -> DateTime<Utc> {
    "2027-01-01T00:00:00Z".parse().unwrap()
}

fn schema() -> Schema {
    let team = wire::SchemaAttributeType {
        name: Some("team".into()),
        attribute_data_type: Some(wire::AttributeDataType::String),
        developer_only_attribute: None,
        mutable: None,
        required: None,
        number_attribute_constraints: None,
        string_attribute_constraints: None,
    };
    Schema::new(vec![team]).unwrap()
}

fn creation(name: &str, kind: Kind, details: Map) -> CreateIdentityProviderRequest {
    CreateIdentityProviderRequest {
        user_pool_id: "us-east-1_AbCdEf123".into(),
        provider_name: name.into(),
        provider_type: kind,
        provider_details: details,
        attribute_mapping: None,
        idp_identifiers: None,
        acr_mapping: None,
    }
}

fn update() -> UpdateIdentityProviderRequest {
    UpdateIdentityProviderRequest {
        user_pool_id: "us-east-1_AbCdEf123".into(),
        provider_name: "any".into(),
        provider_details: None,
        attribute_mapping: None,
        idp_identifiers: None,
        acr_mapping: None,
    }
}

/// The least that a request of this type needs.
fn least(kind: Kind) -> Map {
    match kind {
        Kind::Saml => map(&[("MetadataURL", "https://idp.example.com/metadata")]),
        Kind::Oidc => map(&[
            ("client_id", "me"),
            ("authorize_scopes", "openid"),
            ("oidc_issuer", "https://idp.example.com"),
            ("attributes_request_method", "GET"),
        ]),
        Kind::Facebook | Kind::Google | Kind::LoginWithAmazon => {
            map(&[("client_id", "me"), ("client_secret", "s3cret"), ("authorize_scopes", "email")])
        }
        Kind::SignInWithApple => map(&[
            ("client_id", "me"),
            ("team_id", "TEAM"),
            ("key_id", "KEY"),
            ("private_key", "s3cret"),
            ("authorize_scopes", "email name"),
        ]),
    }
}

fn name_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Saml | Kind::Oidc => "Corporate",
        Kind::Facebook | Kind::Google | Kind::LoginWithAmazon | Kind::SignInWithApple => kind.as_str(),
    }
}

fn requested(kind: Kind, changes: &[(&str, &str)]) -> Result<RequestedDetails, IdentityProviderError> {
    let mut details = least(kind);
    details.extend(map(changes));
    RequestedDetails::of_new(&creation(name_of(kind), kind, details))
}

fn complete(requested: RequestedDetails) -> CompleteDetails {
    match requested {
        RequestedDetails::Saml(details) => details.complete(&facts(), Some(key("a"))).unwrap(),
        RequestedDetails::Oidc(details) => details.complete(Some(&endpoints())).unwrap(),
        RequestedDetails::Social(details) => details.complete(),
    }
}

fn facts() -> SamlFacts {
    SamlFacts {
        sso_redirect: "https://idp.example.com/sso".into(),
        slo_redirect: Some("https://idp.example.com/slo".into()),
    }
}

fn key(name: &str) -> EncryptionKey {
    EncryptionKey { certificate: format!("certificate {name}"), private_key: format!("private key {name}") }
}

fn endpoints() -> OidcEndpoints {
    OidcEndpoints {
        authorization: "https://idp.example.com/found/authorize".into(),
        token: "https://idp.example.com/found/token".into(),
        userinfo: Some("https://idp.example.com/found/userinfo".into()),
        jwks: "https://idp.example.com/found/jwks".into(),
    }
}

fn created(kind: Kind, changes: &[(&str, &str)]) -> IdentityProvider {
    let details = complete(requested(kind, changes).unwrap());
    let request = creation(name_of(kind), kind, Map::new());
    IdentityProvider::new(pool_id(), &schema(), &request, details, now()).unwrap()
}

fn pool_id() -> PoolId {
    PoolId::from("us-east-1_AbCdEf123".to_owned())
}

#[test]
fn a_social_provider_is_called_as_its_type() {
    for (name, kind, text) in [
        ("Google", Kind::Google, None),
        ("NameOfGP", Kind::Google, Some("Provider NameOfGP cannot be of type Google.")),
        ("google", Kind::Google, Some("Provider google cannot be of type Google.")),
        ("Facebook", Kind::Google, Some("Provider Facebook cannot be of type Google.")),
        ("Google", Kind::Oidc, Some("Provider Google cannot be of type OIDC.")),
        ("SignInWithApple", Kind::Saml, Some("Provider SignInWithApple cannot be of type SAML.")),
        ("COGNITO", Kind::Oidc, Some("Provider name COGNITO is reserved.")),
        ("Cognito", Kind::Saml, Some("Provider name Cognito is reserved.")),
        ("Corporate", Kind::Saml, None),
        ("Corporate", Kind::Oidc, None),
    ] {
        let refused = RequestedDetails::of_new(&creation(name, kind, least(kind))).err();
        assert_eq!(refused.map(|error| error.to_string()).as_deref(), text, "{name} of type {kind}");
    }
}

#[test]
fn the_name_is_checked_before_the_details() {
    let request = creation("NameOfGP", Kind::Google, map(&[("token_url", "https://www.googleapis.com")]));
    let error = RequestedDetails::of_new(&request).unwrap_err();
    assert_eq!(error.to_string(), "Provider NameOfGP cannot be of type Google.");
}

#[test]
fn the_username_is_mapped_unless_the_request_says_otherwise() {
    for (kind, claim) in [
        (Kind::Oidc, Some("sub")),
        (Kind::Google, Some("sub")),
        (Kind::SignInWithApple, Some("sub")),
        (Kind::Facebook, Some("id")),
        (Kind::LoginWithAmazon, Some("user_id")),
        (Kind::Saml, None),
    ] {
        let mapping = created(kind, &[]).attribute_mapping;
        assert_eq!(mapping.get("username").map(String::as_str), claim, "{kind}");
        assert_eq!(mapping.len(), usize::from(claim.is_some()), "{kind}");
    }
    let mapping =
        map(&[("username", "email"), ("email_verified", "email_verified"), ("custom:team", "groups")]);
    let request = CreateIdentityProviderRequest {
        attribute_mapping: Some(mapping.clone()),
        ..creation("Corporate", Kind::Oidc, Map::new())
    };
    let details = complete(requested(Kind::Oidc, &[]).unwrap());
    let provider = IdentityProvider::new(pool_id(), &schema(), &request, details, now()).unwrap();
    assert_eq!(provider.attribute_mapping, mapping);
}

#[test]
fn only_attributes_of_the_pool_can_be_mapped() {
    let change = UpdateIdentityProviderRequest {
        attribute_mapping: Some(map(&[
            ("email", "mail"),
            ("team", "groups"),
            ("custom:zen_groups", "groups"),
        ])),
        ..update()
    };
    let error = created(Kind::Oidc, &[]).updated(&schema(), &change, None, now()).unwrap_err();
    assert_eq!(error.to_string(), "AttributeMapping contains invalid mapping: [custom:zen_groups, team]");
}

#[test]
fn an_identifier_is_given_once() {
    for (identifiers, repeated) in [
        (vec![], None),
        (vec!["example.com", "example.org"], None),
        (vec!["example.com", "Example.com"], None),
        (vec!["example.com", "example.org", "example.com"], Some("example.com")),
    ] {
        let identifiers: Vec<String> = identifiers.into_iter().map(str::to_owned).collect();
        let change = UpdateIdentityProviderRequest { idp_identifiers: Some(identifiers.clone()), ..update() };
        let result = created(Kind::Saml, &[]).updated(&schema(), &change, None, now());
        let error = repeated.map(|name| IdentityProviderError::RepeatedIdentifier(name.into()));
        assert_eq!(result.map(|provider| provider.identifiers), error.map_or(Ok(identifiers), Err));
    }
}

#[test]
fn an_update_changes_what_it_names_and_nothing_else() {
    let before = created(Kind::Oidc, &[("client_secret", "s3cret")]);
    let later = now() + chrono::TimeDelta::hours(1);

    let unchanged = before.clone().updated(&schema(), &update(), None, later).unwrap();
    assert_eq!(unchanged, IdentityProvider { modified_at: later, ..before.clone() });

    let change = UpdateIdentityProviderRequest {
        attribute_mapping: Some(map(&[("email", "mail")])),
        acr_mapping: Some(map(&[("Level1", "urn:low")])),
        ..update()
    };
    let mapped = before.clone().updated(&schema(), &change, None, later).unwrap();
    assert_eq!(mapped.attribute_mapping, map(&[("email", "mail"), ("username", "sub")]));
    assert_eq!(mapped.acr_mapping, Some(map(&[("Level1", "urn:low")])));
    assert_eq!(mapped.details, before.details);
}

#[test]
fn an_update_of_the_details_replaces_them_as_a_whole() {
    let before =
        created(Kind::Oidc, &[("client_secret", "s3cret"), ("token_url", "https://own.example/token")]);
    let change = UpdateIdentityProviderRequest { provider_details: Some(least(Kind::Oidc)), ..update() };
    let details = RequestedDetails::of_update(&before, &change).unwrap().map(complete);
    let after = before.updated(&schema(), &change, details, now()).unwrap();
    assert!(!after.details.contains_key("client_secret"));
    assert_eq!(after.details["token_url"], "https://idp.example.com/found/token");
}

#[test]
fn an_update_of_the_details_must_be_complete_too() {
    let shown = created(Kind::SignInWithApple, &[]).shown_details();
    let change = UpdateIdentityProviderRequest { provider_details: Some(shown), ..update() };
    let error = RequestedDetails::of_update(&created(Kind::SignInWithApple, &[]), &change).unwrap_err();
    assert_eq!(error, IdentityProviderError::AppleKeysMissing);
    assert_eq!(RequestedDetails::of_update(&created(Kind::Saml, &[]), &update()), Ok(None));
}

#[test]
fn shown_details_can_be_sent_back() {
    for kind in [Kind::Oidc, Kind::Facebook, Kind::Google, Kind::LoginWithAmazon, Kind::Saml] {
        let provider = created(kind, &[]);
        let change =
            UpdateIdentityProviderRequest { provider_details: Some(provider.shown_details()), ..update() };
        let details = RequestedDetails::of_update(&provider, &change).unwrap().map(complete);
        assert_eq!(provider.clone().updated(&schema(), &change, details, now()), Ok(provider), "{kind}");
    }
}
