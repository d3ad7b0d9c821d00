//! Documents hold what they were given, and are signed by whom they say.

use roxmltree::{Document, Node};
use saml_rs::crypto::keys::load_private_key;
use saml_rs::crypto::{AssertionDecryptionOptions, decrypt_assertion, verify_signature};

use super::super::keys::made;
use super::*;
use crate::randomness::SystemRandom;
use crate::tokens::generate_key;

const HOSTILE: &str = "</saml2:NameID><!-- ]]> --> & \" ' <x a=\"b\">";

fn asked(in_response_to: Option<&str>) -> Asked {
    Asked {
        acs: "https://team.example/saml2/idpresponse?a=1&b=\"2\"".to_owned(),
        audience: HOSTILE.to_owned(),
        in_response_to: in_response_to.map(str::to_owned),
        name_id_format: None,
    }
}

fn person() -> Person {
    let values = [HOSTILE, "two", ""].map(str::to_owned).to_vec();
    Person { subject: HOSTILE.to_owned(), attributes: vec![(HOSTILE.to_owned(), values)] }
}

fn now() -> DateTime<Utc> {
    "2026-01-02T03:04:05.678Z".parse().unwrap()
}

fn key() -> ProviderKey {
    ProviderKey::parse(made(generate_key(), now(), &SystemRandom::new()).unwrap()).unwrap()
}

/// The XML that a speaker sends.
fn said(key: &ProviderKey, say: impl FnOnce(&Speaker<'_>) -> String) -> String {
    let random = SystemRandom::new();
    let speaker = Speaker { entity_id: "http://idp/metadata".to_owned(), key, now: now(), random: &random };
    String::from_utf8(BASE64_STANDARD.decode(say(&speaker)).unwrap()).unwrap()
}

fn response(key: &ProviderKey, in_response_to: Option<&str>, certificate: Option<&str>) -> String {
    let asked = asked(in_response_to);
    said(key, |speaker| speaker.response(&asked, &person(), HOSTILE, certificate).unwrap().unwrap())
}

fn is_signed(xml: &str, key: &ProviderKey) -> bool {
    verify_signature(xml, std::slice::from_ref(&key.certificate)).is_ok_and(|(is_good, _)| is_good)
}

fn find<'a>(document: &'a Document<'_>, name: &str) -> Node<'a, 'a> {
    document.descendants().find(|node| node.tag_name().name() == name).unwrap()
}

#[test]
fn a_response_says_what_was_typed_and_nothing_else() {
    let key = key();
    let xml = response(&key, Some("_42"), None);
    let document = Document::parse(&xml).unwrap();
    let attribute = |node, name| find(&document, node).attribute(name).map(str::to_owned).unwrap();
    let acs = asked(None).acs;
    assert_eq!(attribute("Response", "Destination"), acs);
    assert_eq!(attribute("SubjectConfirmationData", "Recipient"), acs);
    assert_eq!(attribute("Response", "InResponseTo"), "_42");
    assert_eq!(attribute("SubjectConfirmationData", "InResponseTo"), "_42");
    assert_eq!(attribute("SubjectConfirmationData", "NotOnOrAfter"), "2026-01-02T03:09:05.678Z");
    assert_eq!(attribute("Conditions", "NotBefore"), "2026-01-02T03:03:05.678Z");
    assert_eq!(attribute("AuthnStatement", "SessionIndex"), HOSTILE);
    assert_eq!(attribute("NameID", "Format"), PERSISTENT);
    assert_eq!(find(&document, "NameID").text(), Some(HOSTILE));
    assert_eq!(find(&document, "Audience").text(), Some(HOSTILE));
    assert_eq!(find(&document, "Attribute").attribute("Name"), Some(HOSTILE));
    let values = document.descendants().filter(|node| node.tag_name().name() == "AttributeValue");
    assert_eq!(values.map(|node| node.text()).collect::<Vec<_>>(), [Some(HOSTILE), Some("two"), None]);
    assert!(attribute("StatusCode", "Value").ends_with(":Success"));
}

#[test]
fn a_response_that_nobody_asked_for_answers_nothing() {
    let xml = response(&key(), None, None);
    assert!(!xml.contains("InResponseTo"), "{xml}");
}

#[test]
fn response_and_assertion_are_signed_by_the_key_of_the_certificate() {
    let key = key();
    let xml = response(&key, Some("_42"), None);
    assert_eq!(xml.matches("<ds:SignatureValue>").count(), 2);
    assert!(is_signed(&xml, &key));
    assert!(!is_signed(&xml, &self::key()));
    assert!(!is_signed(&xml.replace("<saml2:AttributeValue>two", "<saml2:AttributeValue>three"), &key));
    assert!(!is_signed(&xml.replace("Destination=\"https", "Destination=\"http"), &key));
}

#[test]
fn an_encrypted_assertion_opens_with_the_key_of_its_certificate() {
    let (key, reader) = (key(), key());
    let xml = response(&key, Some("_42"), Some(&reader.certificate));
    assert!(is_signed(&xml, &key) && !xml.contains("AttributeValue"));
    let private_key = load_private_key(&reader.private_pem().unwrap(), None).unwrap();
    let opened = decrypt_assertion(&xml, &private_key, AssertionDecryptionOptions::default()).unwrap();
    assert!(opened.1.contains("<saml2:AttributeValue>two</saml2:AttributeValue>"), "{}", opened.1);

    let random = SystemRandom::new();
    let speaker = Speaker { entity_id: "http://idp".to_owned(), key: &key, now: now(), random: &random };
    let refused = speaker.response(&asked(None), &person(), "", Some("bm8gY2VydGlmaWNhdGU="));
    assert!(refused.unwrap().is_err());
}

#[test]
fn refusals_and_answers_to_logouts_are_signed() {
    let key = key();
    let (asked, wanted) = (asked(Some("_42")), Refusal::AuthnFailed);
    let xml = said(&key, |speaker| speaker.refusal(&asked, wanted).unwrap());
    let document = Document::parse(&xml).unwrap();
    let codes = document.descendants().filter_map(|node| node.attribute("Value"));
    let codes: Vec<&str> = codes.map(|code| code.rsplit(':').next().unwrap()).collect();
    assert_eq!(codes, ["Responder", "AuthnFailed"]);
    assert!(is_signed(&xml, &key) && !xml.contains("Assertion "));

    let xml = said(&key, |speaker| speaker.logout_response("https://team.example/<>", "_43").unwrap());
    let document = Document::parse(&xml).unwrap();
    let root = document.root_element();
    assert_eq!(root.attribute("Destination"), Some("https://team.example/<>"));
    assert_eq!(root.attribute("InResponseTo"), Some("_43"));
    assert!(is_signed(&xml, &key));
}

#[test]
fn metadata_reads_as_that_of_a_provider() {
    let key = key();
    let xml =
        metadata("http://idp/metadata?a=1&b", &key.certificate, "http://idp/sso?x=1&y", "http://idp/slo");
    let read = federation::saml_metadata::read(&xml, now()).unwrap();
    assert_eq!(read.entity_id, "http://idp/metadata?a=1&b");
    assert_eq!(read.sso_redirect, "http://idp/sso?x=1&y");
    assert_eq!(read.slo_redirect.as_deref(), Some("http://idp/slo"));
    assert_eq!(read.signing_certificates, std::slice::from_ref(&key.certificate));
    assert!(!read.want_authn_requests_signed);
}
