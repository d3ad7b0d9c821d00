//! The details of social providers: Facebook, Google, Login with Amazon, Sign in with Apple.
//!
//! The service fixes their addresses. Here a request may give others under the same keys; what it leaves out is filled in. The
//! server asks them only at hosts of the provider, and at those that its configuration names.

use std::collections::BTreeMap;
use std::fmt;

use url::Url;
use wire::IdentityProviderTypeType as Kind;

use super::IdentityProviderError;
use super::details::{CompleteDetails, Masked, refuse_unknown_keys};
use super::values::{check_addresses, check_request_method, check_true_or_false, has_all};

/// Whether an address is one of a social provider's own: HTTPS, at a host that the provider names in its documentation.
pub fn is_host_of(kind: Kind, address: &str) -> bool {
    let hosts: &[&str] = match kind {
        Kind::Facebook => &["graph.facebook.com", "www.facebook.com"],
        Kind::Google => &[
            "accounts.google.com",
            "oauth2.googleapis.com",
            "openidconnect.googleapis.com",
            "people.googleapis.com",
            "www.googleapis.com",
        ],
        Kind::LoginWithAmazon => {
            &["api.amazon.com", "api.amazon.co.uk", "api.amazon.co.jp", "www.amazon.com"]
        }
        Kind::SignInWithApple => &["appleid.apple.com", "account.apple.com"],
        Kind::Saml | Kind::Oidc => &[],
    };
    Url::parse(address).is_ok_and(|url| {
        let host = url.host_str().unwrap_or_default();
        url.scheme() == "https" && url.port().is_none() && hosts.contains(&host)
    })
}

/// The version of Facebook's API where a request names none: that of the samples in the service's documentation.
const FACEBOOK_API_VERSION: &str = "v17.0";

/// Details of a social provider, filled in.
#[derive(Clone, PartialEq)]
pub struct SocialDetails {
    kind: Kind,
    details: BTreeMap<String, String>,
}

impl SocialDetails {
    pub(super) fn facebook(details: BTreeMap<String, String>) -> Result<Self, IdentityProviderError> {
        let checked = Self::with_client_secret(Kind::Facebook, details)?;
        let version = match checked.details.get("api_version") {
            Some(version) if is_api_version(version) => version.clone(),
            Some(other) => return Err(IdentityProviderError::ApiVersion(other.clone())),
            None => FACEBOOK_API_VERSION.to_owned(),
        };
        Ok(checked.filled_in(&[
            ("attributes_url", &format!("https://graph.facebook.com/{version}/me?fields=")),
            ("attributes_url_add_attributes", "true"),
            ("authorize_url", &format!("https://www.facebook.com/{version}/dialog/oauth")),
            ("token_request_method", "GET"),
            ("token_url", &format!("https://graph.facebook.com/{version}/oauth/access_token")),
        ]))
    }

    pub(super) fn google(details: BTreeMap<String, String>) -> Result<Self, IdentityProviderError> {
        Ok(Self::with_client_secret(Kind::Google, details)?.filled_in(&[
            ("attributes_url", "https://people.googleapis.com/v1/people/me?personFields="),
            ("attributes_url_add_attributes", "true"),
            ("authorize_url", "https://accounts.google.com/o/oauth2/v2/auth"),
            ("oidc_issuer", "https://accounts.google.com"),
            ("token_request_method", "POST"),
            ("token_url", "https://www.googleapis.com/oauth2/v4/token"),
        ]))
    }

    pub(super) fn login_with_amazon(
        details: BTreeMap<String, String>,
    ) -> Result<Self, IdentityProviderError> {
        Ok(Self::with_client_secret(Kind::LoginWithAmazon, details)?.filled_in(&[
            ("attributes_url", "https://api.amazon.com/user/profile"),
            ("attributes_url_add_attributes", "false"),
            ("authorize_url", "https://www.amazon.com/ap/oa"),
            ("token_request_method", "POST"),
            ("token_url", "https://api.amazon.com/auth/o2/token"),
        ]))
    }

    /// Apple has no user info endpoint; its `authorize_scopes` are optional, as the message on missing keys has it.
    pub(super) fn sign_in_with_apple(
        details: BTreeMap<String, String>,
    ) -> Result<Self, IdentityProviderError> {
        if !has_all(&details, &["client_id", "private_key", "team_id", "key_id"]) {
            return Err(IdentityProviderError::AppleKeysMissing);
        }
        Ok(Self::check(Kind::SignInWithApple, details)?.filled_in(&[
            ("attributes_url_add_attributes", "false"),
            ("authorize_url", "https://appleid.apple.com/auth/authorize"),
            ("oidc_issuer", "https://appleid.apple.com"),
            ("token_request_method", "POST"),
            ("token_url", "https://appleid.apple.com/auth/token"),
        ]))
    }

    /// The type of the provider.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// A detail, if the request gives it or it is filled in.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.details.get(key).map(String::as_str)
    }

    /// The details as they are to be kept.
    pub fn complete(self) -> CompleteDetails {
        CompleteDetails::new(self.details)
    }

    fn with_client_secret(
        kind: Kind,
        details: BTreeMap<String, String>,
    ) -> Result<Self, IdentityProviderError> {
        if !has_all(&details, &["client_id", "client_secret", "authorize_scopes"]) {
            return Err(IdentityProviderError::SocialKeysMissing);
        }
        Self::check(kind, details)
    }

    fn check(kind: Kind, details: BTreeMap<String, String>) -> Result<Self, IdentityProviderError> {
        refuse_unknown_keys(kind, &details)?;
        check_request_method(&details, "token_request_method", "tokenRequestMethod")?;
        check_true_or_false(&details, "attributes_url_add_attributes")?;
        check_addresses(&details)?;
        Ok(Self { kind, details })
    }

    fn filled_in(mut self, defaults: &[(&str, &str)]) -> Self {
        for (key, value) in defaults {
            self.details.entry((*key).to_owned()).or_insert_with(|| (*value).to_owned());
        }
        self
    }
}

impl fmt::Debug for SocialDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Masked(&self.details).fmt(f)
    }
}

/// `v`, then numbers with points between them. The version becomes a part of addresses, so nothing else may be in it.
fn is_api_version(version: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    version.strip_prefix('v').is_some_and(|numbers| numbers.split('.').all(is_number))
}
