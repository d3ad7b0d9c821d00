//! `ProviderDetails`: what a request may hold, what is filled in, and what is shown of it.

use super::*;

#[test]
fn a_missing_key_is_reported_before_an_unknown_one() {
    let social = "clientId, clientSecret and authorizeScopes are all required idp details.";
    let apple = "clientId, privateKey, teamId, and keyId are all required idp details.";
    let oidc =
        "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details.";
    let saml = "At least one of the MetadataURL or MetadataFile should be provided.";
    #[rustfmt::skip]
    let table: [(Kind, &[&str], &str); 6] = [
        (Kind::Facebook, &["client_id", "client_secret", "authorize_scopes"], social),
        (Kind::Google, &["client_id", "client_secret", "authorize_scopes"], social),
        (Kind::LoginWithAmazon, &["client_id", "client_secret", "authorize_scopes"], social),
        (Kind::SignInWithApple, &["client_id", "team_id", "key_id", "private_key"], apple),
        (Kind::Oidc, &["client_id", "authorize_scopes", "oidc_issuer", "attributes_request_method"], oidc),
        (Kind::Saml, &["MetadataURL"], saml),
    ];
    for (kind, keys, text) in table {
        for required in keys {
            for blank in [None, Some(" ".to_owned())] {
                let mut details = least(kind);
                details.remove(*required);
                details.extend(blank.map(|blank| ((*required).to_owned(), blank)));
                details.insert("unknown".into(), "x".into());
                let error = RequestedDetails::of_new(&creation(name_of(kind), kind, details)).unwrap_err();
                assert_eq!(error.to_string(), text, "{kind} without {required}");
            }
        }
    }
}

#[test]
fn a_key_that_the_type_does_not_have_is_refused() {
    #[rustfmt::skip]
    let table = [
        (Kind::Saml, "ActiveEncryptionCertificate"), (Kind::Saml, "decryption_private_key"), (Kind::Saml, "client_id"),
        (Kind::Oidc, "token_endpoint"), (Kind::Oidc, "MetadataURL"), (Kind::Google, "api_version"),
        (Kind::Facebook, "oidc_issuer"), (Kind::LoginWithAmazon, "private_key"), (Kind::SignInWithApple, "client_secret"),
    ];
    for (kind, key) in table {
        let error = requested(kind, &[(key, "true")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{key} is not a valid key for {kind} identity provider details.")
        );
    }
}

#[test]
fn a_value_that_would_have_no_effect_is_refused() {
    let https = "OIDC endpoint must start with https://";
    let switch = "must be true or false.";
    let method = "Member must satisfy enum value set: [POST, GET]";
    #[rustfmt::skip]
    let table = [
        (Kind::Saml, "MetadataFile", "<xml/>", "Only one of the MetadataURL or MetadataFile should be provided."),
        (Kind::Saml, "MetadataURL", "file:///etc/passwd", "is not a valid http or https URL."),
        (Kind::Saml, "MetadataURL", "idp.example.com", "is not a valid http or https URL."),
        (Kind::Saml, "MetadataURL", "http://keycloak:8080/metadata", ""),
        (Kind::Saml, "IDPInit", "yes", switch),
        (Kind::Saml, "IDPSignout", "", switch),
        (Kind::Saml, "EncryptedResponses", "TRUE", switch),
        (Kind::Saml, "EncryptedResponses", "false", ""),
        (Kind::Saml, "RequestSigningAlgorithm", "rsa-sha1", "is not a valid RequestSigningAlgorithm."),
        (Kind::Saml, "RequestSigningAlgorithm", "rsa-sha256", ""),
        (Kind::Oidc, "oidc_issuer", "http://idp.example.com", https),
        (Kind::Oidc, "oidc_issuer", "idp.example.com", https),
        (Kind::Oidc, "oidc_issuer", "http://localhost:8080/realms/team", ""),
        (Kind::Oidc, "jwks_uri", "http://idp.example.com/jwks", https),
        (Kind::Oidc, "token_url", "http://127.0.0.1:8080/token", ""),
        (Kind::Oidc, "token_url", "http://localhost.example.com/token", https),
        (Kind::Oidc, "token_url", "http://keycloak:8080/token", ""),
        (Kind::Oidc, "token_url", "http://idp.internal/token", ""),
        (Kind::Oidc, "token_url", "http://idp.internal.example.com/token", https),
        (Kind::Oidc, "token_url", "http://192.168.1.7/token", ""),
        (Kind::Oidc, "token_url", "http://203.0.113.7/token", https),
        (Kind::Oidc, "token_url", "http://[fd00::7]/token", ""),
        (Kind::Oidc, "token_url", "http://[2001:db8::7]/token", https),
        (Kind::Oidc, "authorize_url", "javascript:alert(1)", https),
        (Kind::Oidc, "attributes_request_method", "PUT", method),
        (Kind::Oidc, "attributes_request_method", "POST", ""),
        (Kind::Oidc, "attributes_url_add_attributes", "1", switch),
        (Kind::Google, "token_request_method", "post", method),
        (Kind::Google, "authorize_url", "http://idp.example.com", https),
        (Kind::Google, "authorize_url", "http://[::1]:8080/authorize", ""),
        (Kind::Facebook, "api_version", "v17.0/../..", "is not a valid api_version."),
        (Kind::Facebook, "api_version", "17.0", "is not a valid api_version."),
        (Kind::Facebook, "api_version", "v3", ""),
    ];
    for (kind, key, value, end) in table {
        let text = requested(kind, &[(key, value)]).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(text.ends_with(end) && text.is_empty() == end.is_empty(), "{kind} {key}={value}: {text}");
    }
}

#[test]
fn social_addresses_are_filled_in() {
    #[rustfmt::skip]
    let table: [(Kind, &[(&str, &str)]); 4] = [
        (Kind::Facebook, &[
            ("attributes_url", "https://graph.facebook.com/v17.0/me?fields="),
            ("attributes_url_add_attributes", "true"),
            ("authorize_url", "https://www.facebook.com/v17.0/dialog/oauth"),
            ("token_request_method", "GET"),
            ("token_url", "https://graph.facebook.com/v17.0/oauth/access_token"),
        ]),
        (Kind::Google, &[
            ("attributes_url", "https://people.googleapis.com/v1/people/me?personFields="),
            ("attributes_url_add_attributes", "true"),
            ("authorize_url", "https://accounts.google.com/o/oauth2/v2/auth"),
            ("oidc_issuer", "https://accounts.google.com"),
            ("token_request_method", "POST"),
            ("token_url", "https://www.googleapis.com/oauth2/v4/token"),
        ]),
        (Kind::LoginWithAmazon, &[
            ("attributes_url", "https://api.amazon.com/user/profile"),
            ("attributes_url_add_attributes", "false"),
            ("authorize_url", "https://www.amazon.com/ap/oa"),
            ("token_request_method", "POST"),
            ("token_url", "https://api.amazon.com/auth/o2/token"),
        ]),
        (Kind::SignInWithApple, &[
            ("attributes_url_add_attributes", "false"),
            ("authorize_url", "https://appleid.apple.com/auth/authorize"),
            ("oidc_issuer", "https://appleid.apple.com"),
            ("token_request_method", "POST"),
            ("token_url", "https://appleid.apple.com/auth/token"),
        ]),
    ];
    for (kind, added) in table {
        let mut expected = least(kind);
        expected.extend(map(added));
        assert_eq!(created(kind, &[]).details, expected, "{kind}");
    }
}

#[test]
fn facebook_addresses_follow_the_version() {
    let details = created(Kind::Facebook, &[("api_version", "v21.0")]).details;
    assert_eq!(details["token_url"], "https://graph.facebook.com/v21.0/oauth/access_token");
    assert_eq!(details["api_version"], "v21.0");
}

#[test]
fn a_test_can_stand_in_for_a_social_provider() {
    let details = created(Kind::Google, &[("token_url", "http://localhost:9999/token")]).details;
    assert_eq!(details["token_url"], "http://localhost:9999/token");
    assert_eq!(details["authorize_url"], "https://accounts.google.com/o/oauth2/v2/auth");
}

#[test]
fn discovery_finds_the_endpoints_that_the_request_leaves_out() {
    let RequestedDetails::Oidc(details) =
        requested(Kind::Oidc, &[("token_url", "https://own.example/token")]).unwrap()
    else {
        panic!("OIDC details");
    };
    assert!(details.needs_discovery());
    assert_eq!(details.issuer(), "https://idp.example.com");
    let mut expected = least(Kind::Oidc);
    expected.extend(map(&[
        ("authorize_url", "https://idp.example.com/found/authorize"),
        ("token_url", "https://own.example/token"),
        ("attributes_url", "https://idp.example.com/found/userinfo"),
        ("jwks_uri", "https://idp.example.com/found/jwks"),
        ("attributes_url_add_attributes", "false"),
    ]));
    assert_eq!(details.clone().complete(Some(&endpoints())).unwrap().into_map(), expected);

    let missing = IdentityProviderError::OidcEndpointsMissing;
    assert_eq!(missing.to_string(), "Unable to contact well-known endpoint");
    assert_eq!(details.clone().complete(None), Err(missing.clone()));
    let without_userinfo = OidcEndpoints { userinfo: None, ..endpoints() };
    assert_eq!(details.clone().complete(Some(&without_userinfo)), Err(missing));
    let plain = OidcEndpoints { jwks: "http://idp.example.com/jwks".into(), ..endpoints() };
    assert_eq!(details.complete(Some(&plain)), Err(IdentityProviderError::NotHttps));
}

#[test]
fn an_issuer_whose_endpoints_are_all_given_needs_no_discovery() {
    let RequestedDetails::Oidc(details) = requested(
        Kind::Oidc,
        &[
            ("authorize_url", "https://a.example"),
            ("token_url", "https://b.example"),
            ("attributes_url", "https://c.example"),
            ("jwks_uri", "https://d.example"),
        ],
    )
    .unwrap() else {
        panic!("OIDC details");
    };
    assert!(!details.needs_discovery());
    assert_eq!(details.complete(None).unwrap().into_map()["attributes_url"], "https://c.example");
}

#[test]
fn saml_addresses_are_those_of_the_metadata() {
    let RequestedDetails::Saml(details) = requested(
        Kind::Saml,
        &[("SSORedirectBindingURI", "https://old.example"), ("SLORedirectBindingURI", "https://old.example")],
    )
    .unwrap() else {
        panic!("SAML details");
    };
    assert_eq!(details.metadata(), MetadataSource::Url("https://idp.example.com/metadata"));
    assert!(!details.encrypts_responses());
    let completed = details.clone().complete(&facts(), Some(key("unused"))).unwrap().into_map();
    let mut expected = least(Kind::Saml);
    expected.extend(map(&[
        ("SSORedirectBindingURI", "https://idp.example.com/sso"),
        ("SLORedirectBindingURI", "https://idp.example.com/slo"),
    ]));
    assert_eq!(completed, expected);
    let no_logout = SamlFacts { slo_redirect: None, ..facts() };
    assert!(!details.complete(&no_logout, None).unwrap().into_map().contains_key("SLORedirectBindingURI"));
}

#[test]
fn metadata_may_be_given_as_a_file() {
    let request = creation("Corporate", Kind::Saml, map(&[("MetadataURL", ""), ("MetadataFile", "<xml/>")]));
    let Ok(RequestedDetails::Saml(details)) = RequestedDetails::of_new(&request) else {
        panic!("SAML details")
    };
    assert_eq!(details.metadata(), MetadataSource::File("<xml/>"));
}

#[test]
fn encrypted_responses_need_a_key_whose_private_part_is_never_shown() {
    let Ok(RequestedDetails::Saml(details)) = requested(Kind::Saml, &[("EncryptedResponses", "true")]) else {
        panic!("SAML details");
    };
    assert!(details.encrypts_responses());
    assert_eq!(details.complete(&facts(), None), Err(IdentityProviderError::NoEncryptionKey));

    let provider = created(Kind::Saml, &[("EncryptedResponses", "true")]);
    assert_eq!(provider.encryption_key(), Some(key("a")));
    assert_eq!(provider.shown_details()["ActiveEncryptionCertificate"], "certificate a");
    assert!(provider.shown_details().values().all(|value| value != "private key a"));
    assert_eq!(created(Kind::Saml, &[]).encryption_key(), None);
}

#[test]
fn private_keys_are_hidden_and_client_secrets_are_shown() {
    for (kind, key, shown) in [
        (Kind::SignInWithApple, "private_key", false),
        (Kind::Google, "client_secret", true),
        (Kind::Oidc, "client_secret", true),
    ] {
        let provider = created(kind, &[(key, "s3cret")]);
        assert_eq!(provider.details[key], "s3cret");
        assert_eq!(provider.shown_details().contains_key(key), shown, "{kind}");
        assert!(secret_keys(kind).contains(&key), "{kind}");
    }
}

#[test]
fn no_secret_is_printed() {
    for kind in Kind::ALL.iter().copied() {
        let changes: &[_] = match kind {
            Kind::Saml => &[("EncryptedResponses", "true")],
            Kind::Oidc => &[("client_secret", "s3cret")],
            Kind::Facebook | Kind::Google | Kind::LoginWithAmazon | Kind::SignInWithApple => &[],
        };
        let requested = requested(kind, changes).unwrap();
        let printed = format!("{:?}{:?}{:?}", requested, complete(requested.clone()), created(kind, changes));
        assert!(!printed.contains("s3cret") && !printed.contains("private key a"), "{printed}");
        assert!(printed.contains("***"), "{printed}");
    }
    assert!(!format!("{:?}", key("a")).contains("private key a"));
}
