//! Addresses of social providers: those of `ProviderDetails`, or others that this server's configuration names, so that tests
//! and teams without the internet can stand something else there.

use std::fmt;
use std::str::FromStr;

use domain::identity_providers::IdentityProvider;
use serde::{Deserialize, Serialize};
use url::Url;
use wire::IdentityProviderTypeType as Kind;

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
}
