//! Values of details that several types of provider have in common, and what they may be.

use std::collections::BTreeMap;

use url::{Host, Url};

use super::IdentityProviderError;

/// Whether all these keys have a value. A blank value is none.
pub(super) fn has_all(details: &BTreeMap<String, String>, keys: &[&str]) -> bool {
    keys.iter().all(|key| details.get(*key).is_some_and(|value| !value.trim().is_empty()))
}

pub(super) fn check_true_or_false(
    details: &BTreeMap<String, String>,
    key: &'static str,
) -> Result<(), IdentityProviderError> {
    match details.get(key).map(String::as_str) {
        None | Some("true" | "false") => Ok(()),
        Some(_) => Err(IdentityProviderError::NotTrueOrFalse { key }),
    }
}

/// `member` is the key as the service writes it in the message.
pub(super) fn check_request_method(
    details: &BTreeMap<String, String>,
    key: &str,
    member: &'static str,
) -> Result<(), IdentityProviderError> {
    match details.get(key).map(String::as_str) {
        None | Some("GET" | "POST") => Ok(()),
        Some(value) => Err(IdentityProviderError::RequestMethod { value: value.to_owned(), member }),
    }
}

/// The addresses among the details must be HTTPS, or plain HTTP on a host of this machine or its network. The latter is a
/// deliberate deviation: a provider that runs beside the emulator rarely has a certificate, and needs none.
pub(super) fn check_addresses(details: &BTreeMap<String, String>) -> Result<(), IdentityProviderError> {
    let addresses = ["oidc_issuer", "authorize_url", "token_url", "attributes_url", "jwks_uri"];
    let mut given = addresses.iter().filter_map(|key| details.get(*key));
    if given.all(|address| is_https_or_local(address)) {
        Ok(())
    } else {
        Err(IdentityProviderError::NotHttps)
    }
}

/// Whether this is an absolute address over HTTP or HTTPS.
pub(super) fn is_http_or_https(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn is_https_or_local(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| match url.scheme() {
        "https" => url.has_host(),
        "http" => url.host().is_some_and(|host| is_local(&host)),
        _ => false,
    })
}

/// Names that no public DNS has: of this machine (RFC 6761), of a private network (RFC 6762; ICANN's `internal`), and those
/// without a dot, as containers call each other.
const LOCAL_NAMES: [&str; 4] = [".localhost", ".test", ".local", ".internal"];

fn is_local(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => !name.contains('.') || LOCAL_NAMES.iter().any(|ending| name.ends_with(ending)),
        Host::Ipv4(ip) => ip.is_loopback() || ip.is_private(),
        Host::Ipv6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}
