//! SAML 2.0 metadata of an identity provider (OASIS saml-metadata-2.0-os), reduced to what signing in needs.
//!
//! Not here: the signature over the document, which is not checked (metadata is trusted as the administrator gave it).

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use roxmltree::Node;
use x509_parser::{certificate::X509Certificate, prelude::FromDer};

use crate::endpoint::is_http_or_https;
use crate::xml::{self, XmlError};

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/// The longest certificate in base64 characters (AWS: "SAML identity providers, things to know").
const LONGEST_CERTIFICATE: usize = 4096;

/// What signing in through a SAML identity provider needs to know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamlMetadata {
    /// `entityID`: the issuer of every response.
    pub entity_id: String,
    /// Where an AuthnRequest is sent with the HTTP-Redirect binding, as written in the document.
    pub sso_redirect: String,
    /// The same for the HTTP-POST binding.
    pub sso_post: Option<String>,
    /// Where a LogoutRequest is sent with the HTTP-Redirect binding.
    pub slo_redirect: Option<String>,
    /// The same for the HTTP-POST binding.
    pub slo_post: Option<String>,
    /// Certificates of the keys that may sign responses: DER in base64 on one line, in the order of the document, at
    /// least one. Expired ones are left out; those that become valid later are kept, for a change of keys.
    pub signing_certificates: Vec<String>,
    /// The earliest `validUntil` of the role, the entity and the groups around it.
    pub valid_until: Option<DateTime<Utc>>,
    /// Whether the provider asks for signed AuthnRequests.
    pub want_authn_requests_signed: bool,
}

/// Why a document is not the metadata of a usable SAML identity provider.
///
/// Only the text of [`SamlMetadataError::CertificatesExpired`] is known from the real service; the others are ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SamlMetadataError {
    /// More than 1 MiB.
    #[error("Metadata is too large")]
    TooLarge,
    /// More elements, namespaces, attributes or certificates than any real document has.
    #[error("Metadata is too complex")]
    TooComplex,
    /// Not well-formed XML.
    #[error("Metadata is not well-formed XML")]
    NotXml,
    /// A document type declaration, which could define entities.
    #[error("Metadata must not contain a document type declaration")]
    Doctype,
    /// XML, but neither an EntityDescriptor nor an EntitiesDescriptor of SAML 2.0.
    #[error("Document is not SAML 2.0 metadata")]
    NotMetadata,
    /// No entity has a role of identity provider that speaks SAML 2.0.
    #[error("Metadata describes no SAML 2.0 identity provider")]
    NoIdentityProvider,
    /// Several entities are identity providers, and nothing says which is meant.
    #[error("Metadata describes more than one identity provider")]
    SeveralIdentityProviders,
    /// The entity has no name.
    #[error("Metadata has no entityID")]
    NoEntityId,
    /// No SingleSignOnService with the HTTP-Redirect binding.
    #[error("Metadata has no SingleSignOnService with the HTTP-Redirect binding")]
    NoRedirectEndpoint,
    /// An endpoint whose location is no http or https address.
    #[error("Endpoint {0} is not an http or https URL")]
    EndpointNotHttp(String),
    /// No certificate for signing.
    #[error("Metadata has no signing certificate")]
    NoSigningCertificate,
    /// A signing certificate that is not the base64 of a DER certificate.
    #[error("Signing certificate cannot be read")]
    CertificateUnreadable,
    /// A signing certificate of more than 4,096 base64 characters.
    #[error("Signing certificate is longer than 4096 characters")]
    CertificateTooLong,
    /// Every signing certificate has expired.
    #[error("Signing certificates are expired")]
    CertificatesExpired,
    /// `validUntil` is not a date and time.
    #[error("Metadata has a validUntil that cannot be read")]
    ValidUntilUnreadable,
    /// `validUntil` has passed.
    #[error("Metadata is expired")]
    Expired,
}

impl SamlMetadataError {
    /// Whether the document is SAML metadata, if not of a usable provider. False: it is something else, or nothing.
    pub fn is_of_metadata(&self) -> bool {
        match self {
            Self::TooLarge | Self::TooComplex | Self::NotXml | Self::Doctype | Self::NotMetadata => false,
            Self::NoIdentityProvider
            | Self::SeveralIdentityProviders
            | Self::NoEntityId
            | Self::NoRedirectEndpoint
            | Self::EndpointNotHttp(_)
            | Self::NoSigningCertificate
            | Self::CertificateUnreadable
            | Self::CertificateTooLong
            | Self::CertificatesExpired
            | Self::ValidUntilUnreadable
            | Self::Expired => true,
        }
    }
}

/// Metadata as it was written, whatever the time: read once, it can be held against any moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedMetadata {
    /// As it stands while it is valid, with all certificates.
    metadata: SamlMetadata,
    /// The last second of each certificate's validity, in seconds since 1970.
    ends: Vec<i64>,
}

/// The most certificates of a provider: a message is verified with each of them.
const MOST_CERTIFICATES: usize = 20;

/// Reads metadata, with every check that does not depend on the time.
///
/// # Errors
/// [`SamlMetadataError`] for the first check that fails.
pub fn parse(xml: &str) -> Result<ParsedMetadata, SamlMetadataError> {
    let document = xml::parse_metadata(xml)?;

    let role = identity_provider_role(document.root_element())?;
    let valid_until = earliest_valid_until(role)?;
    let entity = role.parent_element().ok_or(SamlMetadataError::NotMetadata)?;
    let entity_id = entity.attribute("entityID").unwrap_or_default();
    if entity_id.trim().is_empty() {
        return Err(SamlMetadataError::NoEntityId);
    }
    let sso_redirect = endpoint(role, "SingleSignOnService", REDIRECT)?;
    let (signing_certificates, ends) = signing_certificates(role)?.into_iter().unzip();
    let metadata = SamlMetadata {
        entity_id: entity_id.to_owned(),
        sso_redirect: sso_redirect.ok_or(SamlMetadataError::NoRedirectEndpoint)?,
        sso_post: endpoint(role, "SingleSignOnService", POST)?,
        slo_redirect: endpoint(role, "SingleLogoutService", REDIRECT)?,
        slo_post: endpoint(role, "SingleLogoutService", POST)?,
        signing_certificates,
        valid_until,
        want_authn_requests_signed: matches!(role.attribute("WantAuthnRequestsSigned"), Some("true" | "1")),
    };
    Ok(ParsedMetadata { metadata, ends })
}

impl ParsedMetadata {
    /// The metadata as it stands at `now`.
    ///
    /// # Errors
    /// [`SamlMetadataError::Expired`] and [`SamlMetadataError::CertificatesExpired`].
    pub fn at(&self, now: DateTime<Utc>) -> Result<SamlMetadata, SamlMetadataError> {
        if self.metadata.valid_until.is_some_and(|end| end <= now) {
            return Err(SamlMetadataError::Expired);
        }
        let certificates = self.metadata.signing_certificates.iter().zip(&self.ends);
        let usable = certificates.filter(|(_, end)| **end >= now.timestamp());
        let signing_certificates: Vec<String> = usable.map(|(certificate, _)| certificate.clone()).collect();
        if signing_certificates.is_empty() {
            return Err(SamlMetadataError::CertificatesExpired);
        }
        Ok(SamlMetadata { signing_certificates, ..self.metadata.clone() })
    }
}

/// Reads metadata as it stands at `now`, with every check that the configuration of a provider makes.
///
/// # Errors
/// [`SamlMetadataError`] for the first check that fails.
pub fn read(xml: &str, now: DateTime<Utc>) -> Result<SamlMetadata, SamlMetadataError> {
    parse(xml)?.at(now)
}

impl From<XmlError> for SamlMetadataError {
    fn from(error: XmlError) -> Self {
        match error {
            XmlError::TooLarge => Self::TooLarge,
            XmlError::TooComplex => Self::TooComplex,
            XmlError::Doctype => Self::Doctype,
            XmlError::NotXml => Self::NotXml,
        }
    }
}

/// The IDPSSODescriptor of the only entity that has one.
fn identity_provider_role<'a, 'x>(root: Node<'a, 'x>) -> Result<Node<'a, 'x>, SamlMetadataError> {
    if !is_metadata(root, "EntityDescriptor") && !is_metadata(root, "EntitiesDescriptor") {
        return Err(SamlMetadataError::NotMetadata);
    }
    let belongs_to_the_tree = |entity: &Node<'a, 'x>| {
        *entity == root
            || entity.parent_element().is_some_and(|group| is_metadata(group, "EntitiesDescriptor"))
    };
    let mut roles = root
        .descendants()
        .filter(|node| is_metadata(*node, "EntityDescriptor"))
        .filter(belongs_to_the_tree)
        .filter_map(|entity| entity.children().find(|role| is_saml_2_identity_provider(*role)));
    let role = roles.next().ok_or(SamlMetadataError::NoIdentityProvider)?;
    if roles.next().is_some() {
        return Err(SamlMetadataError::SeveralIdentityProviders);
    }
    Ok(role)
}

fn is_metadata(node: Node<'_, '_>, name: &str) -> bool {
    node.has_tag_name((METADATA, name))
}

fn is_saml_2_identity_provider(node: Node<'_, '_>) -> bool {
    let protocols = node.attribute("protocolSupportEnumeration").unwrap_or_default();
    is_metadata(node, "IDPSSODescriptor") && protocols.split_whitespace().any(|protocol| protocol == PROTOCOL)
}

fn earliest_valid_until(role: Node<'_, '_>) -> Result<Option<DateTime<Utc>>, SamlMetadataError> {
    let ends = role.ancestors().filter_map(|node| node.attribute("validUntil")).map(xml::date_time);
    let ends = ends.collect::<Option<Vec<_>>>().ok_or(SamlMetadataError::ValidUntilUnreadable)?;
    Ok(ends.into_iter().min())
}

/// The location of the first endpoint of this kind and binding.
fn endpoint(role: Node<'_, '_>, kind: &str, binding: &str) -> Result<Option<String>, SamlMetadataError> {
    let service = role
        .children()
        .find(|service| is_metadata(*service, kind) && service.attribute("Binding") == Some(binding));
    let Some(service) = service else { return Ok(None) };
    let location = service.attribute("Location").unwrap_or_default().trim();
    if !is_http_or_https(location) {
        return Err(SamlMetadataError::EndpointNotHttp(location.to_owned()));
    }
    Ok(Some(location.to_owned()))
}

/// The certificates of keys marked for signing or for no use in particular (saml-metadata-2.0-os, 2.4.1.1), each with its end.
fn signing_certificates(role: Node<'_, '_>) -> Result<Vec<(String, i64)>, SamlMetadataError> {
    let keys = role.children().filter(|key| {
        is_metadata(*key, "KeyDescriptor") && matches!(key.attribute("use"), None | Some("signing"))
    });
    let certificates = keys
        .flat_map(|key| key.descendants())
        .filter(|node| node.has_tag_name((SIGNATURE, "X509Certificate")));
    let mut found: Vec<(String, i64)> = Vec::new();
    for node in certificates {
        let certificate: String =
            node.children().filter_map(|child| child.text()).flat_map(str::split_whitespace).collect();
        if found.iter().any(|(known, _)| *known == certificate) {
            continue;
        }
        if found.len() == MOST_CERTIFICATES {
            return Err(SamlMetadataError::TooComplex);
        }
        let end = expires(&certificate)?;
        found.push((certificate, end));
    }
    if found.is_empty() { Err(SamlMetadataError::NoSigningCertificate) } else { Ok(found) }
}

/// The last second of a certificate's validity, in seconds since 1970.
fn expires(certificate: &str) -> Result<i64, SamlMetadataError> {
    if certificate.len() > LONGEST_CERTIFICATE {
        return Err(SamlMetadataError::CertificateTooLong);
    }
    let der = BASE64_STANDARD.decode(certificate).map_err(|_| SamlMetadataError::CertificateUnreadable)?;
    match X509Certificate::from_der(&der) {
        Ok(([], certificate)) => Ok(certificate.validity().not_after.timestamp()),
        Ok(_) | Err(_) => Err(SamlMetadataError::CertificateUnreadable),
    }
}

#[cfg(test)]
mod tests;
