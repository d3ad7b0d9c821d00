//! The details of SAML providers. Not the metadata itself: its facts are handed in.

use std::collections::BTreeMap;
use std::fmt;

use wire::IdentityProviderTypeType as Kind;

use super::IdentityProviderError;
use super::details::{CompleteDetails, DECRYPTION_KEY, Masked, refuse_unknown_keys};
use super::values::{check_true_or_false, is_http_or_https};

const ENCRYPTION_CERTIFICATE: &str = "ActiveEncryptionCertificate";

/// Details of a SAML provider that lack what its metadata says.
#[derive(Clone, PartialEq)]
pub struct SamlDetails(BTreeMap<String, String>);

/// Where the metadata of a provider comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataSource<'a> {
    /// To be fetched from this http or https address (`MetadataURL`). The service asks only ports 80 and 443; here
    /// any port will do, because a provider that runs beside the emulator rarely has those.
    Url(&'a str),
    /// The document itself (`MetadataFile`).
    File(&'a str),
}

/// What the details repeat of a provider's metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamlFacts {
    /// Where a browser is sent to sign in, with the HTTP-Redirect binding.
    pub sso_redirect: String,
    /// Where a browser is sent to sign out, with the HTTP-Redirect binding.
    pub slo_redirect: Option<String>,
}

/// The key pair for encrypted responses.
#[derive(Clone, PartialEq, Eq)]
pub struct EncryptionKey {
    /// The certificate that the provider encrypts for: DER in base64.
    pub certificate: String,
    /// The private key: PKCS #8 in base64.
    pub private_key: String,
}

impl SamlDetails {
    pub(super) fn check(details: BTreeMap<String, String>) -> Result<Self, IdentityProviderError> {
        let given = |key| details.get(key).is_some_and(|value| !value.trim().is_empty());
        match (given("MetadataURL"), given("MetadataFile")) {
            (false, false) => return Err(IdentityProviderError::MetadataMissing),
            (true, true) => return Err(IdentityProviderError::MetadataTwice),
            (true, false) | (false, true) => {}
        }
        refuse_unknown_keys(Kind::Saml, &details)?;
        for switch in ["IDPSignout", "IDPInit", "EncryptedResponses"] {
            check_true_or_false(&details, switch)?;
        }
        if let Some(other) = details.get("RequestSigningAlgorithm").filter(|name| *name != "rsa-sha256") {
            return Err(IdentityProviderError::RequestSigningAlgorithm(other.clone()));
        }
        let checked = Self(details);
        match checked.metadata() {
            MetadataSource::Url(url) if !is_http_or_https(url) => {
                Err(IdentityProviderError::MetadataUrl(url.to_owned()))
            }
            MetadataSource::Url(_) | MetadataSource::File(_) => Ok(checked),
        }
    }

    /// Where to read the metadata that completes these details.
    pub fn metadata(&self) -> MetadataSource<'_> {
        match self.0.get("MetadataURL").filter(|url| !url.trim().is_empty()) {
            Some(url) => MetadataSource::Url(url),
            None => MetadataSource::File(self.0.get("MetadataFile").map(String::as_str).unwrap_or_default()),
        }
    }

    /// Whether responses must be encrypted, so that a key is needed to complete these details.
    pub fn encrypts_responses(&self) -> bool {
        self.0.get("EncryptedResponses").is_some_and(|switch| switch == "true")
    }

    /// The details with what the metadata says, and with the key if responses must be encrypted. Addresses in the
    /// request give way to those of the metadata.
    ///
    /// # Errors
    /// [`IdentityProviderError::NoEncryptionKey`] if responses must be encrypted and there is no key.
    pub fn complete(
        mut self,
        facts: &SamlFacts,
        key: Option<EncryptionKey>,
    ) -> Result<CompleteDetails, IdentityProviderError> {
        let encrypted = self.encrypts_responses();
        let details = &mut self.0;
        details.insert("SSORedirectBindingURI".to_owned(), facts.sso_redirect.clone());
        match &facts.slo_redirect {
            Some(address) => details.insert("SLORedirectBindingURI".to_owned(), address.clone()),
            None => details.remove("SLORedirectBindingURI"),
        };
        if encrypted {
            let key = key.ok_or(IdentityProviderError::NoEncryptionKey)?;
            details.insert(ENCRYPTION_CERTIFICATE.to_owned(), key.certificate);
            details.insert(DECRYPTION_KEY.to_owned(), key.private_key);
        }
        Ok(CompleteDetails::new(self.0))
    }
}

impl EncryptionKey {
    pub(super) fn of_details(details: &BTreeMap<String, String>) -> Option<Self> {
        Some(Self {
            certificate: details.get(ENCRYPTION_CERTIFICATE)?.clone(),
            private_key: details.get(DECRYPTION_KEY)?.clone(),
        })
    }
}

impl fmt::Debug for SamlDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Masked(&self.0).fmt(f)
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptionKey").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}
