//! Addresses of social providers: those of `ProviderDetails`, or others that this server's configuration names, so that tests
//! and teams without the internet can stand something else there.

use std::fmt;
use std::str::FromStr;

use domain::identity_providers::{IdentityProvider, IdentityProviderError, SocialDetails, is_host_of};
use serde::{Deserialize, Serialize};
use url::Url;
use wire::IdentityProviderTypeType as Kind;

use super::fetch::FetchError;
use crate::call::Call;

/// What may be named: the keys of `ProviderDetails` that DescribeIdentityProvider tells, and the key set.
const KEYS: [&str; 5] = ["authorize_url", "token_url", "attributes_url", "oidc_issuer", "jwks_uri"];
const KINDS: [Kind; 4] = [Kind::Facebook, Kind::Google, Kind::LoginWithAmazon, Kind::SignInWithApple];

/// `Google.token_url=http://localhost:9000/token`: for all providers of a social kind, one address in place of the real one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProviderUrl {
    kind: Kind,
    key: String,
    url: String,
}

impl ProviderUrl {
    /// The address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// Not the name of a kind, a key and an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not like Google.token_url=http://localhost:9000/token. Kinds: Facebook, Google, LoginWithAmazon, SignInWithApple. \
     Keys: authorize_url, token_url, attributes_url, oidc_issuer, jwks_uri"
)]
pub struct ProviderUrlError(String);

impl FromStr for ProviderUrl {
    type Err = ProviderUrlError;

    fn from_str(text: &str) -> Result<Self, ProviderUrlError> {
        let read = || {
            let (name, url) = text.split_once('=')?;
            let (kind, key) = name.split_once('.')?;
            let kind = KINDS.into_iter().find(|known| known.as_str() == kind)?;
            let is_web = Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            let is_known = is_web && KEYS.contains(&key);
            is_known.then(|| Self { kind, key: key.to_owned(), url: url.to_owned() })
        };
        read().ok_or_else(|| ProviderUrlError(text.to_owned()))
    }
}

impl TryFrom<String> for ProviderUrl {
    type Error = ProviderUrlError;

    fn try_from(text: String) -> Result<Self, ProviderUrlError> {
        text.parse()
    }
}

impl fmt::Display for ProviderUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}={}", self.kind.as_str(), self.key, self.url)
    }
}

impl From<ProviderUrl> for String {
    fn from(url: ProviderUrl) -> Self {
        url.to_string()
    }
}

/// A detail of a provider, blank where it has none.
pub(crate) fn detail<'a>(call: &'a Call, provider: &'a IdentityProvider, key: &str) -> &'a str {
    let mut named = call.config.provider_urls.iter();
    match named.find(|named| named.kind == provider.kind && named.key == key) {
        Some(named) => &named.url,
        None => provider.details.get(key).map(String::as_str).unwrap_or_default(),
    }
}

/// The addresses of a social provider that this server asks itself. The browser goes to `authorize_url`.
const ASKED: [&str; 4] = ["token_url", "attributes_url", "oidc_issuer", "jwks_uri"];

/// Refuses addresses of a social provider that this server would not ask.
///
/// # Errors
/// [`IdentityProviderError::OtherHost`] for the first of them.
pub(super) fn check_social_hosts(
    named: &[ProviderUrl],
    details: &SocialDetails,
) -> Result<(), IdentityProviderError> {
    let kind = details.kind();
    let is_elsewhere = |key: &&str| details.get(key).is_some_and(|url| !may_ask(named, kind, url));
    match ASKED.into_iter().find(is_elsewhere) {
        Some(key) => Err(IdentityProviderError::OtherHost { key, kind }),
        None => Ok(()),
    }
}

/// A detail that is an address which this server is about to ask. The configuration may have changed since it was kept.
///
/// # Errors
/// [`FetchError::Forbidden`] for an address of a social provider at a host that is neither the provider's nor named.
pub(super) fn asked_detail<'a>(
    call: &'a Call,
    provider: &'a IdentityProvider,
    key: &str,
) -> Result<&'a str, FetchError> {
    let url = detail(call, provider, key);
    let is_social = KINDS.contains(&provider.kind);
    if is_social && !url.is_empty() && !may_ask(&call.config.provider_urls, provider.kind, url) {
        return Err(FetchError::Forbidden);
    }
    Ok(url)
}

/// Whether an address is at a host of the provider, or at one that is named for this kind.
fn may_ask(named: &[ProviderUrl], kind: Kind, url: &str) -> bool {
    let place = |url: &str| {
        let url = Url::parse(url).ok()?;
        Some((url.scheme().to_owned(), url.host_str()?.to_owned(), url.port_or_known_default()))
    };
    let asked = place(url);
    let is_there = |named: &ProviderUrl| named.kind == kind && place(&named.url) == asked;
    is_host_of(kind, url) || asked.is_some() && named.iter().any(is_there)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_named_by_kind_and_key() {
        for text in [
            "Google.token_url=http://localhost:9000/token?a=b",
            "Facebook.attributes_url=https://x.example/me?fields=",
        ] {
            assert_eq!(text.parse::<ProviderUrl>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "Google.token_url",
            "token_url=http://x/",
            "OIDC.token_url=http://x/",
            "Google.client_id=http://x/",
        ] {
            assert!(text.parse::<ProviderUrl>().is_err(), "{text}");
        }
        for url in ["", "x", "/token", "ftp://x/", "file:///etc/passwd"] {
            assert!(format!("Google.token_url={url}").parse::<ProviderUrl>().is_err(), "{url}");
        }
    }

    #[test]
    fn a_social_provider_is_asked_at_its_own_hosts_and_at_those_that_are_named() {
        let named = ["Google.token_url=http://localhost:9000/token".parse().unwrap()];
        for (kind, url, is_asked) in [
            (Kind::Google, "https://www.googleapis.com/oauth2/v4/token", true),
            (Kind::Google, "https://oauth2.googleapis.com/token", true),
            (Kind::Google, "https://WWW.GOOGLEAPIS.COM/token", true),
            (Kind::Google, "http://localhost:9000/anything", true),
            (Kind::Google, "http://localhost:9001/token", false),
            (Kind::Google, "https://localhost:9000/token", false),
            (Kind::Facebook, "http://localhost:9000/token", false),
            (Kind::Google, "http://www.googleapis.com/token", false),
            (Kind::Google, "https://www.googleapis.com:8443/token", false),
            (Kind::Google, "https://www.googleapis.com.evil.example/token", false),
            (Kind::Google, "https://www.googleapis.com@evil.example/token", false),
            (Kind::Google, "https://graph.facebook.com/token", false),
            (Kind::Facebook, "https://graph.facebook.com/v17.0/me?fields=", true),
            (Kind::LoginWithAmazon, "https://api.amazon.com/user/profile", true),
            (Kind::SignInWithApple, "https://appleid.apple.com", true),
            (Kind::Google, "http://10.0.0.1/", false),
            (Kind::Google, "", false),
        ] {
            assert_eq!(may_ask(&named, kind, url), is_asked, "{} {url}", kind.as_str());
        }
    }
}
