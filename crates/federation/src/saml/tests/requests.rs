//! Requests as an identity provider reads them: with the parser and the verifier of `saml-rs`, and character by character.

use std::io::Read as _;

use chrono::{DateTime, Utc};
use flate2::read::DeflateDecoder;
use saml_rs::constants::ParserType;
use saml_rs::raw::{Binding, FlowOptions, HttpRequest, flow};
use url::form_urlencoded;

use super::corpus::Corpus;
use super::*;

const ID: &str = "_4fee3b04-6a3c-4a8f-9d3a-0c2f7c1d5e10";

fn now() -> DateTime<Utc> {
    "2024-01-01T00:00:00Z".parse().unwrap()
}

fn provider() -> Provider {
    Provider {
        entity_id: "https://idp.example.com".into(),
        signing_certificates: Vec::new(),
        sso_redirect: "https://idp.example.com/sso?a=1&b=<2>".into(),
        slo_redirect: Some("https://idp.example.com/slo".into()),
    }
}

fn service_provider() -> ServiceProvider {
    ServiceProvider::new("us-east-1_AbCdEf123", "https://auth.example.com")
}

/// The message that an address carries.
fn message(address: &str) -> String {
    let (_, query) = address.split_once('?').unwrap();
    let (_, field) =
        form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "SAMLRequest").unwrap();
    let mut xml = String::new();
    DeflateDecoder::new(&*BASE64_STANDARD.decode(field.as_bytes()).unwrap())
        .read_to_string(&mut xml)
        .unwrap();
    xml
}

/// Whether the holder of this key signed the address.
fn is_signed_by(address: &str, key: &str) -> bool {
    let metadata = testdata("saml/provider_changing_keys.xml");
    let metadata =
        Provider::from_metadata(str::from_utf8(&metadata).unwrap(), Corpus::load().index.now).unwrap();
    let certificate = if key == "idp" { 0 } else { 1 };
    let certificates = [metadata.signing_certificates[certificate].clone()];

    let (_, query) = address.split_once('?').unwrap();
    let start = query.find("SAMLRequest=").unwrap();
    let signed = query[start..].split("&Signature=").next().unwrap();
    let mut options = FlowOptions::default();
    options.binding = Some(Binding::Redirect);
    options.parser_type = Some(if message(address).contains("Logout") {
        ParserType::LogoutRequest
    } else {
        ParserType::SamlRequest
    });
    options.check_signature = true;
    options.signing_certs = &certificates;
    let mut request = HttpRequest::redirect(form_urlencoded::parse(query.as_bytes()).into_owned().collect());
    request.octet_string = Some(signed.into());
    flow(&options, &request).is_ok()
}

#[test]
fn a_request_to_sign_in_says_where_the_answer_goes() {
    let request = SignInRequest {
        id: ID,
        issued_at: now(),
        relay_state: "state",
        force_authn: false,
        signing_key: None,
    };
    let address = service_provider().authn_request(&provider(), &request).unwrap();
    assert!(address.starts_with("https://idp.example.com/sso?a=1&b=<2>&SAMLRequest="), "{address}");
    assert!(address.ends_with("&RelayState=state"), "{address}");
    assert_eq!(
        message(&address),
        concat!(
            r#"<saml2p:AuthnRequest xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" "#,
            r#"AssertionConsumerServiceURL="https://auth.example.com/saml2/idpresponse" "#,
            r#"Destination="https://idp.example.com/sso?a=1&amp;b=&lt;2&gt;" "#,
            r#"ID="_4fee3b04-6a3c-4a8f-9d3a-0c2f7c1d5e10" IssueInstant="2024-01-01T00:00:00.000Z" "#,
            r#"ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Version="2.0">"#,
            r#"<saml2:Issuer xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">"#,
            r#"urn:amazon:cognito:sp:us-east-1_AbCdEf123</saml2:Issuer></saml2p:AuthnRequest>"#
        )
    );
    let forced = SignInRequest { force_authn: true, ..request };
    let address = service_provider().authn_request(&provider(), &forced).unwrap();
    assert!(message(&address).contains(r#" ForceAuthn="true" ID="#));
}

#[test]
fn a_signature_covers_the_query_as_it_is_sent() {
    let key = key("idp");
    let long = format!("{} &=+%/ä", "x".repeat(2_000));
    let request = SignInRequest {
        id: ID,
        issued_at: now(),
        relay_state: &long,
        force_authn: false,
        signing_key: Some(&key),
    };
    let address = service_provider().authn_request(&provider(), &request).unwrap();
    assert!(is_signed_by(&address, "idp"));
    assert!(!is_signed_by(&address, "idp_next"));
    assert!(!is_signed_by(&address.replace("RelayState=x", "RelayState=y"), "idp"));

    let parameters: Vec<_> =
        form_urlencoded::parse(address.split_once('?').unwrap().1.as_bytes()).into_owned().collect();
    let names: Vec<_> = parameters.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["a", "b", "SAMLRequest", "RelayState", "SigAlg", "Signature"]);
    assert_eq!(parameters[3].1, long);
    assert_eq!(parameters[4].1, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256");
}

#[test]
fn a_query_follows_what_the_location_has() {
    let address = |location: &str| {
        let request = SignInRequest {
            id: ID,
            issued_at: now(),
            relay_state: "",
            force_authn: false,
            signing_key: None,
        };
        let provider = Provider { sso_redirect: location.into(), ..provider() };
        service_provider().authn_request(&provider, &request).unwrap()
    };
    for (location, start) in [
        ("https://idp.example.com/sso", "https://idp.example.com/sso?SAMLRequest="),
        ("https://idp.example.com/sso?", "https://idp.example.com/sso?SAMLRequest="),
        ("https://idp.example.com/sso?a=1", "https://idp.example.com/sso?a=1&SAMLRequest="),
        ("https://idp.example.com/sso?a=1#b", "https://idp.example.com/sso?a=1&SAMLRequest="),
    ] {
        assert!(address(location).starts_with(start), "{location}");
    }
}

#[test]
fn a_request_to_sign_out_names_the_session_and_is_signed() {
    let key = key("idp");
    let name_id = NameId {
        value: "<alice> & \"bob\"".into(),
        format: Some("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".into()),
        name_qualifier: None,
        sp_name_qualifier: Some("urn:sp".into()),
    };
    let request = LogoutRequest {
        id: ID,
        issued_at: now(),
        relay_state: "state",
        name_id: &name_id,
        session_index: Some("s&1"),
        signing_key: &key,
    };
    let address = service_provider().logout_request(&provider(), &request).unwrap();
    assert!(address.starts_with("https://idp.example.com/slo?SAMLRequest="), "{address}");
    assert!(is_signed_by(&address, "idp"));
    assert_eq!(
        message(&address),
        concat!(
            r#"<saml2p:LogoutRequest xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" "#,
            r#"xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" Destination="https://idp.example.com/slo" "#,
            r#"ID="_4fee3b04-6a3c-4a8f-9d3a-0c2f7c1d5e10" IssueInstant="2024-01-01T00:00:00.000Z" Version="2.0">"#,
            r#"<saml2:Issuer>urn:amazon:cognito:sp:us-east-1_AbCdEf123</saml2:Issuer>"#,
            r#"<saml2:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" SPNameQualifier="urn:sp">"#,
            r#"&lt;alice&gt; &amp; &quot;bob&quot;</saml2:NameID>"#,
            r#"<saml2p:SessionIndex>s&amp;1</saml2p:SessionIndex></saml2p:LogoutRequest>"#
        )
    );

    let nowhere = Provider { slo_redirect: None, ..provider() };
    assert_eq!(service_provider().logout_request(&nowhere, &request), Err(SamlError::NoLogoutEndpoint));
    let unusable = PrivateKey::from_pkcs8(vec![0; 10]);
    let request = LogoutRequest { signing_key: &unusable, ..request };
    assert_eq!(service_provider().logout_request(&provider(), &request), Err(SamlError::Key));
}

#[test]
fn a_private_key_is_not_printed() {
    assert_eq!(format!("{:?}", key("idp")), "PrivateKey(***)");
}
