//! Every document of `testdata/`, and shapes that are simpler to write here.

use std::time::Instant;

use super::*;
use crate::endpoint::LARGEST_DOCUMENT;

fn now() -> DateTime<Utc> {
    "2027-01-01T00:00:00Z".parse().unwrap()
}

fn testdata(name: &str) -> String {
    std::fs::read_to_string(format!("{}/testdata/{name}.xml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn the_documents_of_well_known_providers_are_read() {
    struct Expected<'a> {
        file: &'a str,
        entity_id: &'a str,
        sso: [Option<&'a str>; 2],
        slo: [Option<&'a str>; 2],
        certificates: usize,
        valid_until: Option<&'a str>,
        signed: bool,
    }
    let keycloak = Some("https://keycloak.example.com/realms/team/protocol/saml");
    let entra = Some("https://login.microsoftonline.com/6babcaad-604b-40ac-a9d7-9fd97c0b779f/saml2");
    let adfs = Some("https://adfs.example.com/adfs/ls/");
    let okta_entity_id = "http://www.okta.com/exk1fcia6d6EMsf331d8";
    let okta_post = Some("https://team.okta.com/app/team_poolhouse_1/exk1fcia6d6EMsf331d8/sso/saml");
    let okta_redirect =
        Some("https://team.okta.com/app/team_poolhouse_1/exk1fcia6d6EMsf331d8/sso/saml?a=1&b=2");
    let entra_entity_id = "https://sts.windows.net/6babcaad-604b-40ac-a9d7-9fd97c0b779f/";
    #[rustfmt::skip]
    let table = [
        Expected { file: "keycloak", entity_id: "https://keycloak.example.com/realms/team",
            sso: [keycloak, keycloak], slo: [keycloak, keycloak], certificates: 1, valid_until: None, signed: true },
        Expected { file: "entra_id", entity_id: entra_entity_id,
            sso: [entra, entra], slo: [entra, None], certificates: 1, valid_until: None, signed: false },
        Expected { file: "okta", entity_id: okta_entity_id,
            sso: [okta_redirect, okta_post], slo: [None, None], certificates: 1, valid_until: None, signed: false },
        Expected { file: "adfs", entity_id: "http://adfs.example.com/adfs/services/trust",
            sso: [adfs, adfs], slo: [adfs, adfs], certificates: 2,
            valid_until: Some("2125-06-30T12:00:00.500Z"), signed: false },
        Expected { file: "federation", entity_id: "https://idp.example.com",
            sso: [Some("https://idp.example.com/sso"), None], slo: [None, None], certificates: 1,
            valid_until: Some("2120-01-01T00:00:00Z"), signed: false },
        Expected { file: "retired_key_beside_new", entity_id: "https://idp.example.com",
            sso: [Some("http://localhost:8080/sso"), None], slo: [None, None], certificates: 1,
            valid_until: None, signed: false },
    ];
    for expected in table {
        let read = read(&testdata(expected.file), now()).expect(expected.file);
        assert_eq!(read.entity_id, expected.entity_id, "{}", expected.file);
        assert_eq!(
            [Some(read.sso_redirect.as_str()), read.sso_post.as_deref()],
            expected.sso,
            "{}",
            expected.file
        );
        assert_eq!(
            [read.slo_redirect.as_deref(), read.slo_post.as_deref()],
            expected.slo,
            "{}",
            expected.file
        );
        assert_eq!(read.signing_certificates.len(), expected.certificates, "{}", expected.file);
        assert_eq!(
            read.valid_until,
            expected.valid_until.map(|time| time.parse().unwrap()),
            "{}",
            expected.file
        );
        assert_eq!(read.want_authn_requests_signed, expected.signed, "{}", expected.file);
    }
}

#[test]
fn a_document_that_signing_in_could_not_use_is_refused() {
    use SamlMetadataError::*;
    for (file, error) in [
        ("bad_not_xml", NotXml),
        ("bad_doctype", Doctype),
        ("bad_not_metadata", NotMetadata),
        ("bad_no_entity_id", NoEntityId),
        ("bad_service_provider", NoIdentityProvider),
        ("bad_saml_1_1", NoIdentityProvider),
        ("bad_post_only", NoRedirectEndpoint),
        ("bad_endpoint", EndpointNotHttp("javascript:alert(1)".into())),
        ("bad_no_signing_key", NoSigningCertificate),
        ("bad_certificate", CertificateUnreadable),
        ("bad_certificate_too_long", CertificateTooLong),
        ("bad_expired_certificate", CertificatesExpired),
        ("bad_valid_until_past", Expired),
        ("bad_valid_until_unreadable", ValidUntilUnreadable),
        ("bad_two_identity_providers", SeveralIdentityProviders),
    ] {
        assert_eq!(read(&testdata(file), now()), Err(error), "{file}");
    }
}

#[test]
fn a_certificate_counts_until_its_last_second() {
    let expired = testdata("bad_expired_certificate");
    let at = |time: &str| read(&expired, time.parse().unwrap()).err();
    assert_eq!(at("2020-12-31T23:59:59Z"), None);
    assert_eq!(at("2021-01-01T00:00:00Z"), Some(SamlMetadataError::CertificatesExpired));
    assert_eq!(at("2019-06-01T00:00:00Z"), None, "a certificate of the near future is kept");
}

#[test]
fn a_certificate_is_one_line_and_a_comment_does_not_cut_it() {
    let plain = read(&testdata("keycloak"), now()).unwrap().signing_certificates;
    let split = testdata("keycloak").replace("<ds:X509Certificate>MII", "<ds:X509Certificate>MI<!-- -->\n I");
    assert_eq!(read(&split, now()).unwrap().signing_certificates, plain);
    assert!(plain[0].starts_with("MII") && !plain[0].contains(char::is_whitespace));
}

#[test]
fn bytes_after_a_certificate_make_it_unreadable() {
    let metadata = testdata("keycloak");
    let certificate = &read(&metadata, now()).unwrap().signing_certificates[0];
    let mut der = BASE64_STANDARD.decode(certificate).unwrap();
    der.push(0);
    let longer = metadata.replace(certificate, &BASE64_STANDARD.encode(der));
    assert_eq!(read(&longer, now()), Err(SamlMetadataError::CertificateUnreadable));
}

#[test]
fn metadata_that_was_parsed_is_held_against_any_moment() {
    let parsed = parse(&testdata("bad_expired_certificate")).unwrap();
    let at = |time: &str| parsed.at(time.parse().unwrap()).err();
    assert_eq!(at("2020-12-31T23:59:59Z"), None);
    assert_eq!(at("2021-01-01T00:00:00Z"), Some(SamlMetadataError::CertificatesExpired));
    let parsed = parse(&testdata("bad_valid_until_past")).unwrap();
    assert_eq!(parsed.at(now()), Err(SamlMetadataError::Expired));
    let end = parsed.metadata.valid_until.unwrap();
    assert_eq!(parsed.at(end), Err(SamlMetadataError::Expired));
    assert!(parsed.at(end - chrono::TimeDelta::seconds(1)).is_ok());
}

#[test]
fn a_provider_has_so_many_certificates() {
    let metadata = testdata("keycloak");
    let certificate = &read(&metadata, now()).unwrap().signing_certificates[0];
    let (before, after) = metadata.split_once("<md:KeyDescriptor").unwrap();
    let others = |count: usize| {
        // The last octets of a certificate are its signature, which nobody checks.
        let mut der = BASE64_STANDARD.decode(certificate).unwrap();
        let keys = (0..count).map(|number| {
            *der.last_mut().unwrap() = u8::try_from(number).unwrap();
            let other = BASE64_STANDARD.encode(&der);
            format!("<md:KeyDescriptor><a:X509Certificate xmlns:a='{SIGNATURE}'>{other}</a:X509Certificate></md:KeyDescriptor>")
        });
        format!("{before}{}<md:KeyDescriptor{after}", keys.collect::<String>())
    };
    assert_eq!(read(&others(19), now()).unwrap().signing_certificates.len(), 20);
    assert_eq!(read(&others(20), now()), Err(SamlMetadataError::TooComplex));
}

#[test]
fn hostile_shapes_are_refused_quickly() {
    let nested = "<a>".repeat(300_000);
    let closed = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let siblings = format!("<a>{}</a>", "<a/>".repeat(200_000));
    let attributes = format!("<a{}/>", (0..100_000).map(|n| format!(" a{n}=''")).collect::<String>());
    let namespaces: String = (0..30_000).map(|n| format!("<a xmlns:n{n}='u{n}'>")).collect();
    let entities = format!("<!DOCTYPE a [<!ENTITY b \"{}\">]><a>&b;</a>", "b".repeat(1000));
    use SamlMetadataError::*;
    for (name, xml, error) in [
        ("too large", " ".repeat(LARGEST_DOCUMENT + 1), TooLarge),
        ("nested", nested, TooComplex),
        ("nested and closed", closed, TooComplex),
        ("siblings", siblings, TooComplex),
        ("attributes", attributes, TooComplex),
        ("namespaces", namespaces, TooComplex),
        ("entities", entities, Doctype),
        ("empty", String::new(), NotXml),
        ("nul", "\0".into(), NotXml),
        ("cut off", "<md:EntityDescriptor".into(), NotXml),
    ] {
        let start = Instant::now();
        assert_eq!(read(&xml, now()), Err(error), "{name}");
        assert!(start.elapsed().as_secs() < 5, "{name} took {:?}", start.elapsed());
    }
}

#[test]
fn no_beginning_of_a_document_makes_the_reader_panic() {
    for file in ["keycloak", "adfs", "federation"] {
        let xml = testdata(file);
        for end in (0..xml.trim_end().len()).step_by(7) {
            assert!(read(&xml[..end], now()).is_err(), "{file} cut at {end}");
        }
    }
}
