//! The two sides of signing in: the user pool as service provider, and the identity provider. Not their keys for
//! signing and decrypting: those go with each message.

use chrono::{DateTime, Utc};

use crate::saml_metadata::{self, SamlMetadata, SamlMetadataError};

/// A user pool as identity providers know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceProvider {
    /// The entity id, and the audience of assertions: `urn:amazon:cognito:sp:{pool id}`.
    pub entity_id: String,
    /// Where responses are posted (the assertion consumer service).
    pub acs_url: String,
    /// Where answers to logout requests are posted.
    pub slo_url: String,
}

impl ServiceProvider {
    /// A user pool at the address of its domain, such as `https://auth.example.com`, without a slash at the end.
    pub fn new(pool_id: &str, domain: &str) -> Self {
        Self {
            entity_id: format!("urn:amazon:cognito:sp:{pool_id}"),
            acs_url: format!("{domain}/saml2/idpresponse"),
            slo_url: format!("{domain}/saml2/logout"),
        }
    }
}

/// An identity provider as its metadata describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// The issuer of its messages.
    pub entity_id: String,
    /// Certificates of the keys that may sign: DER in base64. More than one while the provider changes its key.
    pub signing_certificates: Vec<String>,
    /// Where AuthnRequests go with the HTTP-Redirect binding.
    pub sso_redirect: String,
    /// Where LogoutRequests go with the HTTP-Redirect binding.
    pub slo_redirect: Option<String>,
}

impl Provider {
    /// The provider of this metadata, as it stands at `now`.
    ///
    /// # Errors
    /// [`SamlMetadataError`] for the first thing that makes the metadata unusable, its end of validity among them.
    pub fn from_metadata(xml: &str, now: DateTime<Utc>) -> Result<Self, SamlMetadataError> {
        saml_metadata::read(xml, now).map(Self::from)
    }
}

impl From<SamlMetadata> for Provider {
    fn from(metadata: SamlMetadata) -> Self {
        Self {
            entity_id: metadata.entity_id,
            signing_certificates: metadata.signing_certificates,
            sso_redirect: metadata.sso_redirect,
            slo_redirect: metadata.slo_redirect,
        }
    }
}
