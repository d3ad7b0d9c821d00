//! `ProviderDetails`: which keys a type has, and which of them are secret. What their values may be is said elsewhere.

use std::collections::BTreeMap;
use std::fmt;

use wire::IdentityProviderTypeType as Kind;

use super::IdentityProviderError;

/// Details to be kept: what was requested, and what the service adds.
#[derive(Clone, PartialEq)]
pub struct CompleteDetails(BTreeMap<String, String>);

impl CompleteDetails {
    pub(super) fn new(details: BTreeMap<String, String>) -> Self {
        Self(details)
    }

    pub(super) fn into_map(self) -> BTreeMap<String, String> {
        self.0
    }
}

impl fmt::Debug for CompleteDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Masked(&self.0).fmt(f)
    }
}

/// Where SAML keeps the private key that decrypts responses: sealed, never shown, never accepted.
pub(super) const DECRYPTION_KEY: &str = "decryption_private_key";

/// The keys whose values are secrets, to be sealed wherever details are kept.
pub fn secret_keys(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Saml => &[DECRYPTION_KEY],
        Kind::SignInWithApple => &["private_key"],
        Kind::Oidc | Kind::Facebook | Kind::Google | Kind::LoginWithAmazon => &["client_secret"],
    }
}

/// The keys that the API never shows.
pub(super) fn hidden_keys(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Saml | Kind::SignInWithApple => secret_keys(kind),
        Kind::Oidc | Kind::Facebook | Kind::Google | Kind::LoginWithAmazon => &[],
    }
}

/// The keys that a request may hold.
///
/// Two things are wider than the service. Social providers take the keys that the service fills in as well, as Terraform
/// sends them back, and for what stands in for the provider. The addresses that SAML reads from metadata may be sent back, as
/// Terraform does, but count for nothing.
fn accepted_keys(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Saml => &[
            "MetadataURL",
            "MetadataFile",
            "IDPSignout",
            "IDPInit",
            "EncryptedResponses",
            "RequestSigningAlgorithm",
            "SSORedirectBindingURI",
            "SLORedirectBindingURI",
        ],
        Kind::Oidc => &[
            "client_id",
            "client_secret",
            "authorize_scopes",
            "oidc_issuer",
            "attributes_request_method",
            "authorize_url",
            "token_url",
            "attributes_url",
            "jwks_uri",
            "attributes_url_add_attributes",
        ],
        Kind::Facebook => &[
            "client_id",
            "client_secret",
            "authorize_scopes",
            "api_version",
            "authorize_url",
            "token_url",
            "token_request_method",
            "attributes_url",
            "attributes_url_add_attributes",
        ],
        Kind::Google => &[
            "client_id",
            "client_secret",
            "authorize_scopes",
            "oidc_issuer",
            "authorize_url",
            "token_url",
            "token_request_method",
            "attributes_url",
            "attributes_url_add_attributes",
        ],
        Kind::LoginWithAmazon => &[
            "client_id",
            "client_secret",
            "authorize_scopes",
            "authorize_url",
            "token_url",
            "token_request_method",
            "attributes_url",
            "attributes_url_add_attributes",
        ],
        Kind::SignInWithApple => &[
            "client_id",
            "team_id",
            "key_id",
            "private_key",
            "authorize_scopes",
            "oidc_issuer",
            "authorize_url",
            "token_url",
            "token_request_method",
            "attributes_url_add_attributes",
        ],
    }
}

pub(super) fn refuse_unknown_keys(
    kind: Kind,
    details: &BTreeMap<String, String>,
) -> Result<(), IdentityProviderError> {
    match details.keys().find(|key| !accepted_keys(kind).contains(&key.as_str())) {
        Some(key) => Err(IdentityProviderError::UnknownKey { key: key.clone(), kind }),
        None => Ok(()),
    }
}

/// Details as they may be logged: secrets of any type show as `***`.
pub(super) struct Masked<'a>(pub(super) &'a BTreeMap<String, String>);

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_secret = |key: &str| Kind::ALL.iter().any(|kind| secret_keys(*kind).contains(&key));
        let shown =
            self.0.iter().map(|(key, value)| (key, if is_secret(key) { "***" } else { value.as_str() }));
        f.debug_map().entries(shown).finish()
    }
}
