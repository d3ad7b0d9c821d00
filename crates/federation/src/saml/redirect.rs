//! Requests by the HTTP-Redirect binding (saml-bindings-2.0-os, 3.4): an address that carries the message, compressed,
//! and a signature over its own parameters. The message itself carries none.

use std::io::Write as _;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use flate2::{Compression, write::DeflateEncoder};
use url::form_urlencoded::Serializer;

use super::{ASSERTION, PROTOCOL, PrivateKey, Provider, SamlError, ServiceProvider};

const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/// What is asked of a provider in the name of a browser.
#[derive(Debug, Clone, Copy)]
pub struct SignInRequest<'a> {
    /// The id of the request, `_` and a UUID; the response has to name it.
    pub id: &'a str,
    /// When it is asked.
    pub issued_at: DateTime<Utc>,
    /// What the provider hands back unchanged, of any length.
    pub relay_state: &'a str,
    /// Whether a session at the provider must not do.
    pub force_authn: bool,
    /// The key that signs, if the provider wants signed requests.
    pub signing_key: Option<&'a PrivateKey>,
}

impl ServiceProvider {
    /// Where the browser is sent to sign in.
    ///
    /// # Errors
    /// [`SamlError::Key`] if the key cannot sign.
    pub fn authn_request(
        &self,
        provider: &Provider,
        request: &SignInRequest<'_>,
    ) -> Result<String, SamlError> {
        let force_authn = if request.force_authn { r#" ForceAuthn="true""# } else { "" };
        let xml = format!(
            concat!(
                r#"<saml2p:AuthnRequest xmlns:saml2p="{}" AssertionConsumerServiceURL="{}" Destination="{}"{} ID="{}" "#,
                r#"IssueInstant="{}" ProtocolBinding="{}" Version="2.0"><saml2:Issuer xmlns:saml2="{}">{}</saml2:Issuer>"#,
                r#"</saml2p:AuthnRequest>"#
            ),
            PROTOCOL,
            escaped(&self.acs_url),
            escaped(&provider.sso_redirect),
            force_authn,
            escaped(request.id),
            instant(request.issued_at),
            POST,
            ASSERTION,
            escaped(&self.entity_id),
        );
        address(&provider.sso_redirect, &xml, request.relay_state, request.signing_key)
    }
}

/// The address that carries a request to `location`.
pub(super) fn address(
    location: &str,
    xml: &str,
    relay_state: &str,
    signing_key: Option<&PrivateKey>,
) -> Result<String, SamlError> {
    let mut query = Serializer::new(String::new());
    query.append_pair("SAMLRequest", &BASE64_STANDARD.encode(deflated(xml)));
    query.append_pair("RelayState", relay_state);
    let query = match signing_key {
        None => query.finish(),
        Some(key) => {
            // What is signed is the query as it is sent, in this order (3.4.4.1).
            let signed = query.append_pair("SigAlg", RSA_SHA256).finish();
            let signature = BASE64_STANDARD.encode(key.sign(signed.as_bytes())?);
            Serializer::new(signed).append_pair("Signature", &signature).finish()
        }
    };
    // A fragment would swallow the query, and no provider can mean one.
    let location = location.split('#').next().unwrap_or_default();
    let separator = match location.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    Ok(format!("{location}{separator}{query}"))
}

fn deflated(xml: &str) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(xml.as_bytes()).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}

/// A time as SAML writes it, in UTC with milliseconds.
pub(super) fn instant(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Text for XML, in an attribute or an element. A line break in an attribute would be read as a space.
pub(super) fn escaped(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\t' => xml.push_str("&#9;"),
            '\n' => xml.push_str("&#10;"),
            '\r' => xml.push_str("&#13;"),
            other => xml.push(other),
        }
    }
    xml
}
