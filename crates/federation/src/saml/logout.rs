//! Single logout: asking the provider to end its session, and reading what it answers. Requests of the provider to end
//! ours are not supported, as in the service.

use chrono::{DateTime, Utc};

use super::message::{decoded, expect_issuer, expect_name, expect_success};
use super::redirect::{address, escaped, instant};
use super::shape::{is_signed, refuse_ambiguity};
use super::signature;
use super::{ASSERTION, NameId, PROTOCOL, PrivateKey, Provider, SamlError, ServiceProvider};
use crate::xml;

/// Whose session is to end.
#[derive(Debug, Clone, Copy)]
pub struct LogoutRequest<'a> {
    /// The id of the request, `_` and a UUID; the response has to name it.
    pub id: &'a str,
    /// When it is asked.
    pub issued_at: DateTime<Utc>,
    /// What the provider hands back unchanged, of any length.
    pub relay_state: &'a str,
    /// The subject, as the assertion named it.
    pub name_id: &'a NameId,
    /// The session, as the assertion named it.
    pub session_index: Option<&'a str>,
    /// The key that signs: logout requests always are.
    pub signing_key: &'a PrivateKey,
}

impl ServiceProvider {
    /// Where the browser is sent to sign out.
    ///
    /// # Errors
    /// [`SamlError::NoLogoutEndpoint`] if the provider has none, [`SamlError::Key`] if the key cannot sign.
    pub fn logout_request(
        &self,
        provider: &Provider,
        request: &LogoutRequest<'_>,
    ) -> Result<String, SamlError> {
        let location = provider.slo_redirect.as_deref().ok_or(SamlError::NoLogoutEndpoint)?;
        let session = match request.session_index {
            Some(index) => format!("<saml2p:SessionIndex>{}</saml2p:SessionIndex>", escaped(index)),
            None => String::new(),
        };
        let xml = format!(
            concat!(
                r#"<saml2p:LogoutRequest xmlns:saml2p="{}" xmlns:saml2="{}" Destination="{}" ID="{}" IssueInstant="{}" "#,
                r#"Version="2.0"><saml2:Issuer>{}</saml2:Issuer>{}{}</saml2p:LogoutRequest>"#
            ),
            PROTOCOL,
            ASSERTION,
            escaped(location),
            escaped(request.id),
            instant(request.issued_at),
            escaped(&self.entity_id),
            name_id(request.name_id),
            session,
        );
        address(location, &xml, request.relay_state, Some(request.signing_key))
    }

    /// Reads the answer to the logout request of this id, from the form field `SAMLResponse`.
    ///
    /// # Errors
    /// [`SamlError`] for the first thing that is wrong with it; [`SamlError::Status`] if the provider did not sign out.
    pub fn read_logout_response(
        &self,
        provider: &Provider,
        saml_response: &str,
        request_id: &str,
    ) -> Result<(), SamlError> {
        let text = decoded(saml_response)?;
        let document = xml::parse_message(&text)?;
        let root = document.root_element();
        expect_name(root, "LogoutResponse")?;
        refuse_ambiguity(&document)?;
        if !is_signed(root) {
            return Err(SamlError::Unsigned);
        }
        signature::verify(&text, &text[root.range()], provider)?;

        expect_issuer(root, &provider.entity_id)?;
        if root.attribute("Destination") != Some(&self.slo_url) {
            return Err(SamlError::Destination);
        }
        if root.attribute("InResponseTo") != Some(request_id) {
            return Err(SamlError::OtherRequest);
        }
        expect_success(root)
    }
}

fn name_id(name_id: &NameId) -> String {
    let mut attributes = String::new();
    for (name, value) in [
        ("Format", &name_id.format),
        ("NameQualifier", &name_id.name_qualifier),
        ("SPNameQualifier", &name_id.sp_name_qualifier),
    ] {
        if let Some(value) = value {
            attributes.push_str(&format!(r#" {name}="{}""#, escaped(value)));
        }
    }
    format!("<saml2:NameID{attributes}>{}</saml2:NameID>", escaped(&name_id.value))
}
