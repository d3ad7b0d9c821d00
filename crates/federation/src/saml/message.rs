//! From the form field `SAMLResponse` to XML, and what is common to both kinds of response: name, status, issuer.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use roxmltree::Node;

use super::{ASSERTION, LONGEST_RESPONSE, PROTOCOL, SamlError};
use crate::xml;

const STATUS_CODE: (&str, &str) = (PROTOCOL, "StatusCode");
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// The XML in a form field. Some providers break the base64 over lines.
pub(super) fn decoded(field: &str) -> Result<String, SamlError> {
    if field.len() > LONGEST_RESPONSE {
        return Err(SamlError::TooLarge);
    }
    let base64: String = field.split_ascii_whitespace().collect();
    let bytes = BASE64_STANDARD.decode(base64).map_err(|_| SamlError::Unreadable)?;
    let xml = String::from_utf8(bytes).map_err(|_| SamlError::Unreadable)?;
    Ok(xml.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(xml))
}

/// Refuses another message than this one of SAML 2.0.
pub(super) fn expect_name(root: Node<'_, '_>, name: &str) -> Result<(), SamlError> {
    if root.has_tag_name((PROTOCOL, name)) && root.attribute("Version") == Some("2.0") {
        Ok(())
    } else {
        Err(SamlError::OtherMessage)
    }
}

/// Refuses any status but success, in the provider's own words: its inner code, or else the outer, and its message.
pub(super) fn expect_success(root: Node<'_, '_>) -> Result<(), SamlError> {
    let status = only(root, (PROTOCOL, "Status")).ok_or(SamlError::OtherMessage)?;
    let outer = only(status, STATUS_CODE).ok_or(SamlError::OtherMessage)?;
    let code = outer.attribute("Value").unwrap_or_default();
    if code == SUCCESS {
        return Ok(());
    }
    let code = only(outer, STATUS_CODE).and_then(|inner| inner.attribute("Value")).unwrap_or(code);
    Err(SamlError::Status(match only(status, (PROTOCOL, "StatusMessage")).map(xml::text) {
        Some(message) => told(&format!("{code} ({})", message.trim())),
        None => told(code),
    }))
}

/// Characters of a status that are repeated: nobody has to have signed it.
const LONGEST_STATUS: usize = 300;

/// Words of a stranger on one line, and not too many.
fn told(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_STATUS).collect()
}

/// Refuses an issuer other than the provider, if the element names one.
pub(super) fn expect_issuer(element: Node<'_, '_>, provider: &str) -> Result<(), SamlError> {
    let mut issuers = element.children().filter(|child| child.has_tag_name((ASSERTION, "Issuer")));
    if issuers.all(|issuer| xml::text(issuer).trim() == provider) { Ok(()) } else { Err(SamlError::Issuer) }
}

/// The child of this name, if there is exactly one.
pub(super) fn only<'a, 'x>(parent: Node<'a, 'x>, name: (&str, &str)) -> Option<Node<'a, 'x>> {
    let mut found = parent.children().filter(|child| child.has_tag_name(name));
    found.next().filter(|_| found.next().is_none())
}
