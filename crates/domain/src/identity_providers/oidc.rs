//! The details of OpenID Connect providers. Not discovery itself: the endpoints it found are handed in.

use std::collections::BTreeMap;
use std::fmt;

use wire::IdentityProviderTypeType as Kind;

use super::IdentityProviderError;
use super::details::{CompleteDetails, Masked, refuse_unknown_keys};
use super::values::{check_addresses, check_request_method, check_true_or_false, has_all};

const ENDPOINTS: [&str; 4] = ["authorize_url", "token_url", "attributes_url", "jwks_uri"];

/// Details of an OpenID Connect provider that may lack endpoints.
#[derive(Clone, PartialEq)]
pub struct OidcDetails(BTreeMap<String, String>);

/// The endpoints that discovery found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcEndpoints {
    /// `authorization_endpoint`, which becomes `authorize_url`.
    pub authorization: String,
    /// `token_endpoint`, which becomes `token_url`.
    pub token: String,
    /// `userinfo_endpoint`, which becomes `attributes_url`. Not every issuer has one.
    pub userinfo: Option<String>,
    /// `jwks_uri`.
    pub jwks: String,
}

impl OidcDetails {
    pub(super) fn check(details: BTreeMap<String, String>) -> Result<Self, IdentityProviderError> {
        if !has_all(&details, &["client_id", "authorize_scopes", "oidc_issuer", "attributes_request_method"])
        {
            return Err(IdentityProviderError::OidcKeysMissing);
        }
        refuse_unknown_keys(Kind::Oidc, &details)?;
        let member = "providerConfiguration.oidcConfig.attributesRequestMethod";
        check_request_method(&details, "attributes_request_method", member)?;
        check_true_or_false(&details, "attributes_url_add_attributes")?;
        check_addresses(&details)?;
        Ok(Self(details))
    }

    /// The issuer, exactly as it must stand in the discovery document and in ID tokens.
    pub fn issuer(&self) -> &str {
        self.0.get("oidc_issuer").map(String::as_str).unwrap_or_default()
    }

    /// Whether an endpoint is missing, so that discovery must find it.
    pub fn needs_discovery(&self) -> bool {
        !has_all(&self.0, &ENDPOINTS)
    }

    /// The details with every endpoint: those of the request, and those that discovery found for the rest.
    ///
    /// # Errors
    /// [`IdentityProviderError::OidcEndpointsMissing`] if neither gives one of them, and
    /// [`IdentityProviderError::NotHttps`] if what was found is no address to be used.
    pub fn complete(
        mut self,
        found: Option<&OidcEndpoints>,
    ) -> Result<CompleteDetails, IdentityProviderError> {
        let details = &mut self.0;
        if let Some(found) = found {
            let found =
                [Some(&found.authorization), Some(&found.token), found.userinfo.as_ref(), Some(&found.jwks)];
            for (key, address) in ENDPOINTS.into_iter().zip(found) {
                if let Some(address) = address {
                    details.entry(key.to_owned()).or_insert_with(|| address.clone());
                }
            }
        }
        if !has_all(details, &ENDPOINTS) {
            return Err(IdentityProviderError::OidcEndpointsMissing);
        }
        check_addresses(details)?;
        details.entry("attributes_url_add_attributes".to_owned()).or_insert_with(|| "false".to_owned());
        Ok(CompleteDetails::new(self.0))
    }
}

impl fmt::Debug for OidcDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Masked(&self.0).fmt(f)
    }
}
