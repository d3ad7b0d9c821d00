//! Which addresses an identity provider may name. Not a fetcher: nothing here connects to anything.

use url::{Host, Url};

/// The largest document that is read, in bytes. Federation metadata of one provider is some 10 to 100 KB.
pub(crate) const LARGEST_DOCUMENT: usize = 1024 * 1024;

/// Whether a browser can be sent to this address: absolute, with a host, over HTTP or HTTPS.
pub(crate) fn is_http_or_https(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Whether this address is HTTPS, or plain HTTP to the machine itself.
///
/// The real service insists on HTTPS. Plain HTTP to a loopback host is a deliberate deviation: an identity provider
/// that runs beside the emulator rarely has a certificate, and what never leaves the machine needs none.
pub(crate) fn is_https_or_loopback(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| match url.scheme() {
        "https" => url.has_host(),
        "http" => match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        },
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_the_machine_itself() {
        for (address, allowed) in [
            ("https://idp.example.com/token", true),
            ("http://localhost:8080/realms/team", true),
            ("http://keycloak.localhost/realms/team", true),
            ("http://127.0.0.1:8080/token", true),
            ("http://127.9.9.9/token", true),
            ("http://[::1]:8080/token", true),
            ("HTTPS://idp.example.com/token", true),
            ("http://idp.example.com/token", false),
            ("http://localhost.example.com/token", false),
            ("http://notlocalhost/token", false),
            ("http://10.0.0.1/token", false),
            ("http://localhost@example.com/token", false),
            ("ftp://localhost/token", false),
            ("//idp.example.com/token", false),
            ("https://", false),
            ("", false),
        ] {
            assert_eq!(is_https_or_loopback(address), allowed, "{address}");
        }
    }
}
