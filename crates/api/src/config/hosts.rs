//! Hosts and origins as the configuration names them.

use url::{Host, Url};

/// A name or an address in lower case, IPv6 in brackets. None when it is something else.
pub(super) fn host(text: &str) -> Option<String> {
    let is_host = !text.contains(['/', ':', '@', '*']) || text.starts_with('[');
    let host = Host::parse(text.trim_end_matches('.')).ok().filter(|_| is_host)?;
    Some(host.to_string())
}

/// An origin as browsers write it (RFC 6454, section 6.1). None when it is something else.
pub(super) fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_bare = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && !text.contains('*');
    is_bare.then(|| url.origin().ascii_serialization())
}
