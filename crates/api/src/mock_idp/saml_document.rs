//! What the SAML provider says: its metadata, responses to sign-ins and to logouts. Values in, signed XML out.

#[cfg(test)]
mod tests;

use askama::Template;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use domain::random::{self, Random};

use super::keys::ProviderKey;
use super::person::Person;
use super::xml_signature::{with_encrypted_assertion, with_signed_assertion, with_signed_root};
use crate::error::ApiError;

/// How long a service provider may take to look at an assertion.
const LIFETIME: TimeDelta = TimeDelta::minutes(5);
/// How far the clock of a service provider may be behind.
const SKEW: TimeDelta = TimeDelta::minutes(1);
/// Subjects stay the same for a person.
const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

/// Where a response goes, and what it is an answer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// The assertion consumer service.
    pub(super) acs: String,
    /// The entity ID of the service provider.
    pub(super) audience: String,
    /// The request; none where nobody asked.
    pub(super) in_response_to: Option<String>,
    /// The kind of name that the request wants.
    pub(super) name_id_format: Option<String>,
}

/// Why nobody is signed in: the second status code (saml-core-2.0-os, section 3.2.2.2).
#[derive(Clone, Copy, Debug)]
pub(super) enum Refusal {
    /// Whoever sat there did not want to.
    AuthnFailed,
    /// Nobody may be asked.
    NoPassive,
}

impl Refusal {
    fn uri(self) -> &'static str {
        match self {
            Self::AuthnFailed => "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed",
            Self::NoPassive => "urn:oasis:names:tc:SAML:2.0:status:NoPassive",
        }
    }
}

/// Who says something, when, and with which ids.
pub(super) struct Speaker<'a> {
    /// The entity ID of the provider.
    pub(super) entity_id: String,
    /// Signs.
    pub(super) key: &'a ProviderKey,
    /// Now.
    pub(super) now: DateTime<Utc>,
    /// Where ids come from.
    pub(super) random: &'a dyn Random,
}

/// A document cannot be encrypted: what is given is not the certificate of an RSA key.
#[derive(Debug)]
pub(super) struct NoCertificate;

#[derive(Template)]
#[template(path = "mock_idp/metadata.xml")]
struct Metadata<'a> {
    entity_id: &'a str,
    certificate: &'a str,
    name_id_format: &'static str,
    sso: &'a str,
    slo: &'a str,
}

#[derive(Template)]
#[template(path = "mock_idp/response.xml")]
struct Response<'a> {
    id: String,
    issued_at: String,
    issuer: &'a str,
    asked: &'a Asked,
    refusal: Option<Refusal>,
    assertion: Option<Assertion<'a>>,
}

struct Assertion<'a> {
    id: String,
    person: &'a Person,
    name_id_format: &'a str,
    session_index: &'a str,
    not_before: String,
    not_on_or_after: String,
}

#[derive(Template)]
#[template(path = "mock_idp/logout_response.xml")]
struct LogoutResponse<'a> {
    id: String,
    issued_at: String,
    issuer: &'a str,
    destination: &'a str,
    in_response_to: &'a str,
}

fn xml(document: &impl Template) -> String {
    document.render().expect("templates only write into a string, and use no filter that fails")
}

/// A moment as SAML writes it.
fn instant(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The metadata of a provider with these endpoints.
pub(super) fn metadata(entity_id: &str, certificate: &str, sso: &str, slo: &str) -> String {
    xml(&Metadata { entity_id, certificate, name_id_format: PERSISTENT, sso, slo })
}

impl Speaker<'_> {
    /// A response that says who signed in: the assertion is signed, encrypted for this certificate if there is one, and the whole
    /// is signed again. In base64.
    ///
    /// # Errors
    /// The inner error is the caller's, the outer one a fault.
    pub(super) fn response(
        &self,
        asked: &Asked,
        person: &Person,
        session_index: &str,
        certificate: Option<&str>,
    ) -> Result<Result<String, NoCertificate>, ApiError> {
        let assertion = Assertion {
            id: self.id(),
            person,
            name_id_format: asked.name_id_format.as_deref().unwrap_or(PERSISTENT),
            session_index,
            not_before: instant(self.now - SKEW),
            not_on_or_after: instant(self.now + LIFETIME),
        };
        let document = self.document(asked, None, Some(assertion));
        let signed = with_signed_assertion(&document, self.key)?;
        let closed = match certificate {
            Some(certificate) => with_encrypted_assertion(&signed, certificate),
            None => Some(signed),
        };
        match closed {
            Some(closed) => Ok(Ok(self.sent(&closed)?)),
            None => Ok(Err(NoCertificate)),
        }
    }

    /// A response that says that nobody did. In base64.
    pub(super) fn refusal(&self, asked: &Asked, refusal: Refusal) -> Result<String, ApiError> {
        self.sent(&self.document(asked, Some(refusal), None))
    }

    /// A response to a logout. In base64.
    pub(super) fn logout_response(
        &self,
        destination: &str,
        in_response_to: &str,
    ) -> Result<String, ApiError> {
        let (id, issued_at, issuer) = (self.id(), instant(self.now), self.entity_id.as_str());
        self.sent(&xml(&LogoutResponse { id, issued_at, issuer, destination, in_response_to }))
    }

    fn document(&self, asked: &Asked, refusal: Option<Refusal>, assertion: Option<Assertion<'_>>) -> String {
        let (id, issued_at, issuer) = (self.id(), instant(self.now), self.entity_id.as_str());
        xml(&Response { id, issued_at, issuer, asked, refusal, assertion })
    }

    fn sent(&self, document: &str) -> Result<String, ApiError> {
        Ok(BASE64_STANDARD.encode(with_signed_root(document, self.key)?))
    }

    /// Ids of XML begin with no digit.
    fn id(&self) -> String {
        format!("_{}", random::uuid(self.random))
    }
}
