//! What can be wrong with a SAML message. Not what the browser is shown: that decides who called.

use crate::xml::XmlError;

/// Why there is no request to send, or why a response is not believed.
///
/// Only the text of [`SamlError::Signature`] is known from the real service; the others are ours, in its manner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SamlError {
    /// More than 100,000 characters.
    #[error("SAML Response is too large")]
    TooLarge,
    /// Deeper, or of more parts, than any real message.
    #[error("SAML Response is too complex")]
    TooComplex,
    /// Not the base64 of UTF-8 with well-formed XML, or a value in it cannot be read.
    #[error("SAML Response cannot be read")]
    Unreadable,
    /// A document type declaration, which could define entities.
    #[error("SAML Response must not contain a document type declaration")]
    Doctype,
    /// XML, but not the message that belongs here.
    #[error("Document is not the expected SAML 2.0 message")]
    OtherMessage,
    /// The provider itself says that it did not do as asked.
    #[error("Status of the identity provider is {0}")]
    Status(String),
    /// No assertion.
    #[error("SAML Response has no assertion")]
    NoAssertion,
    /// More than one assertion.
    #[error("SAML Response has more than one assertion")]
    SeveralAssertions,
    /// Parts stand where a reader could mistake what a signature covers.
    #[error("SAML Response is not signed as a whole")]
    Wrapping,
    /// Nothing is signed.
    #[error("SAML Response is not signed")]
    Unsigned,
    /// A signature by algorithms other than RSA with SHA-2 and exclusive canonicalization.
    #[error("Signature algorithm is not supported")]
    WeakSignature,
    /// Changed after it was signed, or signed by none of the provider's keys.
    #[error("SAML Response signature is invalid")]
    Signature,
    /// Encrypted, which was not agreed on.
    #[error("Assertion is encrypted")]
    Encrypted,
    /// Not encrypted, although that was agreed on.
    #[error("Assertion is not encrypted")]
    NotEncrypted,
    /// Encrypted for somebody else, or in a way that is not supported.
    #[error("Assertion cannot be decrypted")]
    Undecryptable,
    /// Written by another provider.
    #[error("Issuer is not the identity provider")]
    Issuer,
    /// Sent to another address.
    #[error("Destination is not this endpoint")]
    Destination,
    /// The assertion was made for another address.
    #[error("Recipient is not this endpoint")]
    Recipient,
    /// The assertion was made for another service provider.
    #[error("Audience is not this user pool")]
    Audience,
    /// Before its time.
    #[error("Assertion is not yet valid")]
    NotYetValid,
    /// After its time.
    #[error("Assertion is expired")]
    Expired,
    /// Nobody asked for it, and it is older than six minutes.
    #[error("Assertion was issued more than 6 minutes ago")]
    TooOld,
    /// An answer to another request, or to none.
    #[error("InResponseTo is not the request")]
    OtherRequest,
    /// An answer to a request, where nobody asked.
    #[error("InResponseTo must be absent")]
    Solicited,
    /// No bearer may use the assertion.
    #[error("Assertion has no bearer confirmation")]
    NoBearer,
    /// A condition that is not understood, and so is not met (saml-core-2.0-os, 2.5.1.1).
    #[error("Condition is not supported")]
    UnknownCondition,
    /// Nobody is named.
    #[error("Assertion has no NameID")]
    NoNameId,
    /// A character of four bytes in UTF-8 (AWS: "Things to know about SAML IdPs").
    #[error("Four-byte characters are not supported")]
    FourByteCharacter,
    /// The provider's metadata has no SingleLogoutService with the HTTP-Redirect binding.
    #[error("Identity provider has no SingleLogoutService with the HTTP-Redirect binding")]
    NoLogoutEndpoint,
    /// A private key of ours is no RSA key in PKCS #8.
    #[error("Private key cannot be used")]
    Key,
}

impl From<XmlError> for SamlError {
    fn from(error: XmlError) -> Self {
        match error {
            XmlError::TooLarge => Self::TooLarge,
            XmlError::TooComplex => Self::TooComplex,
            XmlError::Doctype => Self::Doctype,
            XmlError::NotXml => Self::Unreadable,
        }
    }
}
