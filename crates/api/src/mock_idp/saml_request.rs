//! What service providers ask of the SAML provider (saml-core-2.0-os, sections 3.4 and 3.7), out of the HTTP-Redirect binding
//! (saml-bindings-2.0-os, section 3.4).
//!
//! Signatures of requests are not checked: the provider knows the certificate of nobody, and gives nothing away that a request
//! without a signature would not get.

use std::io::Read as _;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use federation::xml::{XmlError, parse_message};
use flate2::read::DeflateDecoder;
use roxmltree::{Document, Node};

use super::is_web_url;

const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// Most bytes of an inflated request. Real ones have one or two thousand.
const MOST_BYTES: u64 = 64 * 1024;

/// A request for an assertion.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AuthnRequest {
    /// What the response is an answer to.
    pub(super) id: String,
    /// Who asks: the audience of the assertion.
    pub(super) issuer: String,
    /// Where the response is posted to.
    pub(super) acs: String,
    /// What kind of name the asker wants.
    pub(super) name_id_format: Option<String>,
    /// Whether nobody may be asked.
    pub(super) is_passive: bool,
}

/// A request for the end of a session.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LogoutRequest {
    /// What the response is an answer to.
    pub(super) id: String,
    /// Who asks.
    pub(super) issuer: String,
    /// The sessions that are to end, as their assertions called them.
    pub(super) session_indexes: Vec<String>,
}

/// Why a request is not answered. Only a page tells it: it is not known to whom a document would go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum RequestError {
    #[error("The parameter SAMLRequest is missing.")]
    Missing,
    #[error("SAMLRequest is not base64 of a deflated text, as the HTTP-Redirect binding wants it.")]
    NotDeflated,
    #[error("SAMLRequest is too large.")]
    TooLarge,
    #[error("SAMLRequest is too complex.")]
    TooComplex,
    #[error("SAMLRequest is not well-formed XML without a document type declaration.")]
    NotXml,
    #[error("SAMLRequest is not the {0} of SAML 2.0 that is expected here.")]
    NotExpected(&'static str),
    #[error("The request has no {0}.")]
    Lacks(&'static str),
    #[error("The request is not addressed to this endpoint: its Destination is another.")]
    OtherDestination,
    #[error("AssertionConsumerServiceURL must be an http or https URL.")]
    AcsNotHttp,
}

/// The XML in a parameter.
///
/// # Errors
/// [`RequestError`] for what is none.
pub(super) fn inflated(parameter: Option<&str>) -> Result<String, RequestError> {
    let deflated = BASE64_STANDARD
        .decode(parameter.ok_or(RequestError::Missing)?)
        .map_err(|_| RequestError::NotDeflated)?;
    let mut bytes = Vec::new();
    let mut inflater = DeflateDecoder::new(&*deflated).take(MOST_BYTES + 1);
    let length = inflater.read_to_end(&mut bytes).map_err(|_| RequestError::NotDeflated)?;
    if u64::try_from(length).is_ok_and(|length| length > MOST_BYTES) {
        return Err(RequestError::TooLarge);
    }
    String::from_utf8(bytes).map_err(|_| RequestError::NotXml)
}

/// Reads an AuthnRequest that was sent to this endpoint.
///
/// # Errors
/// [`RequestError`] for the first thing that is wrong with it.
pub(super) fn authn_request(xml: &str, endpoint: &str) -> Result<AuthnRequest, RequestError> {
    let document = parsed(xml)?;
    let request = expected(&document, "AuthnRequest", endpoint)?;
    let acs = request.attribute("AssertionConsumerServiceURL").unwrap_or_default();
    if acs.is_empty() {
        return Err(RequestError::Lacks("AssertionConsumerServiceURL"));
    }
    if !is_web_url(acs) {
        return Err(RequestError::AcsNotHttp);
    }
    let policy = child(request, PROTOCOL, "NameIDPolicy");
    let format = policy.and_then(|policy| policy.attribute("Format"));
    Ok(AuthnRequest {
        id: required_id(request)?,
        issuer: issuer(request)?,
        acs: acs.to_owned(),
        name_id_format: format.filter(|format| !format.ends_with(":unspecified")).map(str::to_owned),
        is_passive: matches!(request.attribute("IsPassive"), Some("true" | "1")),
    })
}

/// Reads a LogoutRequest that was sent to this endpoint.
///
/// # Errors
/// [`RequestError`] for the first thing that is wrong with it.
pub(super) fn logout_request(xml: &str, endpoint: &str) -> Result<LogoutRequest, RequestError> {
    let document = parsed(xml)?;
    let request = expected(&document, "LogoutRequest", endpoint)?;
    let indexes = request.children().filter(|node| node.has_tag_name((PROTOCOL, "SessionIndex")));
    Ok(LogoutRequest {
        id: required_id(request)?,
        issuer: issuer(request)?,
        session_indexes: indexes.filter_map(text).collect(),
    })
}

fn parsed(xml: &str) -> Result<Document<'_>, RequestError> {
    parse_message(xml).map_err(|error| match error {
        XmlError::TooLarge => RequestError::TooLarge,
        XmlError::TooComplex => RequestError::TooComplex,
        XmlError::Doctype | XmlError::NotXml => RequestError::NotXml,
    })
}

fn expected<'a, 'input>(
    document: &'a Document<'input>,
    name: &'static str,
    endpoint: &str,
) -> Result<Node<'a, 'input>, RequestError> {
    let root = document.root_element();
    if !root.has_tag_name((PROTOCOL, name)) || root.attribute("Version") != Some("2.0") {
        return Err(RequestError::NotExpected(name));
    }
    // What follows the path chooses how the endpoint answers, and is in the metadata that was read.
    match root.attribute("Destination") {
        Some(destination) if destination.split('?').next() != Some(endpoint) => {
            Err(RequestError::OtherDestination)
        }
        Some(_) | None => Ok(root),
    }
}

fn required_id(request: Node<'_, '_>) -> Result<String, RequestError> {
    let id = request.attribute("ID").filter(|id| !id.is_empty());
    id.map(str::to_owned).ok_or(RequestError::Lacks("ID"))
}

fn issuer(request: Node<'_, '_>) -> Result<String, RequestError> {
    child(request, ASSERTION, "Issuer").and_then(text).ok_or(RequestError::Lacks("Issuer"))
}

fn child<'a, 'input>(node: Node<'a, 'input>, namespace: &str, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| child.has_tag_name((namespace, name)))
}

/// The whole text of an element, comments left out; none when it is blank.
fn text(node: Node<'_, '_>) -> Option<String> {
    let text: String = node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::*;

    const ENDPOINT: &str = "http://localhost:9229/_poolhouse/idp/saml/sso";

    fn deflated(xml: &[u8]) -> String {
        let mut deflater = DeflateEncoder::new(Vec::new(), Compression::default());
        deflater.write_all(xml).unwrap();
        BASE64_STANDARD.encode(deflater.finish().unwrap())
    }

    /// A request as a user pool sends it, with something else in place of a part.
    fn xml(part: &str, other: &str) -> String {
        let xml = r#"<?xml version="1.0"?><saml2p:AuthnRequest xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" AssertionConsumerServiceURL="https://team.example/saml2/idpresponse" Destination="http://localhost:9229/_poolhouse/idp/saml/sso" ID="_1" IssueInstant="2026-01-02T03:04:05.678Z" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Version="2.0"><saml2:Issuer xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">urn:amazon:cognito:sp:us-east-1_A</saml2:Issuer></saml2p:AuthnRequest>"#;
        assert!(xml.contains(part));
        xml.replace(part, other)
    }

    #[test]
    fn a_request_of_a_user_pool_is_read() {
        let expected = AuthnRequest {
            id: "_1".to_owned(),
            issuer: "urn:amazon:cognito:sp:us-east-1_A".to_owned(),
            acs: "https://team.example/saml2/idpresponse".to_owned(),
            name_id_format: None,
            is_passive: false,
        };
        let inflated = inflated(Some(&deflated(xml("", "").as_bytes()))).unwrap();
        assert_eq!(authn_request(&inflated, ENDPOINT).unwrap(), expected);
    }

    #[test]
    fn what_else_a_request_may_say_is_read() {
        let policy = |format: &str| {
            xml(
                "</saml2p:AuthnRequest>",
                &format!(r#"<saml2p:NameIDPolicy Format="{format}"/></saml2p:AuthnRequest>"#),
            )
        };
        let read = |xml: &str| authn_request(xml, ENDPOINT).unwrap();
        assert_eq!(read(&policy("urn:x:emailAddress")).name_id_format.as_deref(), Some("urn:x:emailAddress"));
        assert_eq!(
            read(&policy("urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified")).name_id_format,
            None
        );
        assert!(read(&xml(r#"ID="_1""#, r#"ID="_1" IsPassive="true""#)).is_passive);
        let query = xml("idp/saml/sso\"", "idp/saml/sso?encrypt_for=MII\"");
        assert_eq!(read(&query).id, "_1");
        let nowhere = xml(r#" Destination="http://localhost:9229/_poolhouse/idp/saml/sso""#, "");
        assert_eq!(read(&nowhere).id, "_1");
        let comment = xml("us-east-1_A", "us-<!-- -->east-1_A");
        assert_eq!(read(&comment).issuer, "urn:amazon:cognito:sp:us-east-1_A");
    }

    #[test]
    fn what_is_no_request_for_this_endpoint_is_refused() {
        use RequestError::*;
        let acs = "https://team.example/saml2/idpresponse";
        let doctype = "<!DOCTYPE x [<!ENTITY e \"y\">]><saml2p:AuthnRequest ";
        for (part, other, error) in [
            ("<saml2p:AuthnRequest ", doctype, NotXml),
            ("</saml2p:AuthnRequest>", "", NotXml),
            ("saml2p:AuthnRequest", "saml2p:LogoutRequest", NotExpected("AuthnRequest")),
            ("SAML:2.0:protocol", "SAML:1.0:protocol", NotExpected("AuthnRequest")),
            (r#"Version="2.0""#, r#"Version="1.1""#, NotExpected("AuthnRequest")),
            (r#" ID="_1""#, "", Lacks("ID")),
            (r#" ID="_1""#, r#" ID="""#, Lacks("ID")),
            ("urn:amazon:cognito:sp:us-east-1_A", " ", Lacks("Issuer")),
            ("SAML:2.0:assertion", "SAML:1.0:assertion", Lacks("Issuer")),
            ("localhost:9229", "localhost:9230", OtherDestination),
            ("idp/saml/sso\"", "idp/saml/slo\"", OtherDestination),
            (acs, "", Lacks("AssertionConsumerServiceURL")),
            (acs, "javascript:alert(1)", AcsNotHttp),
            (acs, "data:text/html,x", AcsNotHttp),
            (acs, "/saml2/idpresponse", AcsNotHttp),
            (acs, "https://", AcsNotHttp),
        ] {
            assert_eq!(authn_request(&xml(part, other), ENDPOINT).unwrap_err(), error, "{part} {other}");
        }
        let many = format!("{}</saml2p:AuthnRequest>", "<a/>".repeat(3_000));
        assert_eq!(authn_request(&xml("</saml2p:AuthnRequest>", &many), ENDPOINT).unwrap_err(), TooComplex);
    }

    #[test]
    fn a_parameter_is_inflated_up_to_a_size() {
        let most = usize::try_from(MOST_BYTES).unwrap();
        for (parameter, error) in [
            (None, RequestError::Missing),
            (Some("no base64".to_owned()), RequestError::NotDeflated),
            (Some(BASE64_STANDARD.encode("<not-deflated/>")), RequestError::NotDeflated),
            (Some(deflated(b"\xff\xfe")), RequestError::NotXml),
            (Some(deflated(&vec![b' '; most + 1])), RequestError::TooLarge),
            (Some(deflated(&vec![b' '; 50 * 1024 * 1024])), RequestError::TooLarge),
        ] {
            assert_eq!(inflated(parameter.as_deref()).unwrap_err(), error);
        }
        assert_eq!(inflated(Some(&deflated(&vec![b' '; most]))).unwrap().len(), most);
    }

    #[test]
    fn a_logout_names_its_sessions() {
        let endpoint = "http://localhost/slo";
        let xml = r#"<p:LogoutRequest xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" ID="_2" Version="2.0" Destination="http://localhost/slo"><a:Issuer>urn:sp</a:Issuer><a:NameID>jane</a:NameID><p:SessionIndex>one</p:SessionIndex><p:SessionIndex> two </p:SessionIndex><p:SessionIndex/></p:LogoutRequest>"#;
        let found = logout_request(xml, endpoint).unwrap();
        assert_eq!((found.id.as_str(), found.issuer.as_str()), ("_2", "urn:sp"));
        assert_eq!(found.session_indexes, ["one", "two"]);
        assert_eq!(authn_request(xml, endpoint).unwrap_err(), RequestError::NotExpected("AuthnRequest"));
    }
}
