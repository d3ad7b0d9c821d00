//! How a request reached this server: by which scheme and host, and from which address. A pure function of what the socket
//! knows and, if a proxy is trusted, of its `X-Forwarded-…` headers.
//!
//! `Forwarded` (RFC 7239) counts for nothing: a proxy that sets one kind of header passes the other on as callers sent it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap};
use actix_web::http::uri;

use super::connections::Connection;
use crate::config::TrustProxy;

/// What is known without asking anybody.
pub(super) struct Socket<'a> {
    pub(super) is_secure: bool,
    /// The address at the other end.
    pub(super) peer: Option<IpAddr>,
    /// Host and port for requests that name none.
    pub(super) host: String,
    /// The host of the request's target, which goes before the header (RFC 9112, section 3.2.2).
    pub(super) target: Option<&'a str>,
}

impl<'a> Socket<'a> {
    pub(super) fn of(request: &'a HttpRequest) -> Self {
        let listener = Connection::of(request).map(|connection| connection.listener);
        Self {
            is_secure: listener.is_some_and(|listener| listener.is_secure),
            peer: request.peer_addr().map(|address| address.ip()),
            host: listener.map(|listener| listener.address.to_string()).unwrap_or_default(),
            target: request.uri().authority().map(uri::Authority::as_str),
        }
    }
}

/// How a request reached this server.
pub(super) struct Reached {
    /// `http` or `https`.
    pub(super) scheme: &'static str,
    /// The host that the caller asked, in lower case, with the port if one was named.
    pub(super) host: String,
    /// Where the caller is; none when nobody knows.
    pub(super) caller: Option<IpAddr>,
    /// Whether a peer that is not trusted told of somebody else.
    pub(super) is_told_by_stranger: bool,
}

impl Reached {
    /// The URL that the caller used, up to the host.
    pub(super) fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.host)
    }
}

impl Reached {
    /// The host that the caller asked, without a port.
    pub(super) fn name(&self) -> &str {
        name_of(&self.host)
    }

    /// The port that the caller asked, with its colon; empty for that of the scheme.
    pub(super) fn port(&self) -> &str {
        self.host.strip_prefix(self.name()).unwrap_or_default()
    }
}

/// The name in an authority, without the port.
fn name_of(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// How a request with these headers reached this server. A malformed host is nobody's; what else is malformed counts for nothing.
pub(super) fn reached(headers: &HeaderMap, socket: &Socket<'_>, trust_proxy: &TrustProxy) -> Reached {
    let is_trusted = trust_proxy.trusts(socket.peer);
    let forwarded = |name| if is_trusted { last(headers, name) } else { None };

    let scheme = match forwarded("x-forwarded-proto").map(str::to_ascii_lowercase).as_deref() {
        Some("https") => "https",
        Some("http") => "http",
        Some(_) | None if socket.is_secure => "https",
        Some(_) | None => "http",
    };
    // A header that is no text is no host either.
    let named = headers.get(header::HOST).map(|host| host.to_str().unwrap_or_default());
    let asked = forwarded("x-forwarded-host").or(socket.target).or(named);
    let forwarded_port =
        forwarded("x-forwarded-port").and_then(port).filter(|port| !is_default(scheme, *port));
    let host = match asked.map(Authority::parse) {
        // A port that the caller typed goes before one that a proxy tells.
        Some(Some(Authority { name, port })) => match port.or(forwarded_port) {
            Some(port) => format!("{name}:{port}"),
            None => name,
        },
        // Browsers send hosts that are malformed here and lead wherever a page likes: they are not this server's.
        Some(None) => MALFORMED.to_owned(),
        None => socket.host.clone(),
    };
    Reached {
        scheme,
        host,
        caller: if is_trusted { caller(headers, socket.peer, trust_proxy) } else { socket.peer },
        is_told_by_stranger: !is_trusted && headers.contains_key(FORWARDED_FOR),
    }
}

/// Stands for a host that is malformed: nobody has a name below `invalid` (RFC 6761, section 6.4).
const MALFORMED: &str = "malformed.invalid";
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The caller behind trusted proxies. The proxy next to this server wrote the last address of the list; if that is a proxy with
/// an address of the configuration, it wrote the one before, and so on. Those before may be the caller's own.
fn caller(headers: &HeaderMap, peer: Option<IpAddr>, trust_proxy: &TrustProxy) -> Option<IpAddr> {
    let mut caller = peer;
    let lines: Vec<&str> =
        headers.get_all(FORWARDED_FOR).map(|line| line.to_str().unwrap_or_default()).collect();
    for text in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let Some(told) = address(text.trim()) else { break };
        caller = Some(told);
        let goes_on = match trust_proxy {
            TrustProxy::At(_) => trust_proxy.trusts(caller),
            TrustProxy::Everybody | TrustProxy::Nobody => false,
        };
        if !goes_on {
            break;
        }
    }
    caller
}

/// The last element of a list, over all lines of the header: the proxy next to this server wrote it. Those before it may be
/// the caller's own.
fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let line = headers.get_all(name).last()?.to_str().ok()?;
    line.rsplit(',').next().map(str::trim)
}

/// An address, which some proxies write with its port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

fn port(text: &str) -> Option<u16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn is_default(scheme: &str, port: u16) -> bool {
    matches!((scheme, port), ("http", 80) | ("https", 443))
}

/// A host, with a port if one is named (RFC 3986, section 3.2, without user information).
struct Authority {
    name: String,
    port: Option<u16>,
}

impl Authority {
    fn parse(text: &str) -> Option<Self> {
        let (name, port) = match text.rsplit_once(':') {
            Some((name, "")) => (name, None),
            // Those colons may be of an IPv6 address without a port.
            Some((name, number)) if !number.ends_with(']') => (name, Some(port(number)?)),
            Some(_) | None => (text, None),
        };
        let is_name = match name.strip_prefix('[') {
            Some(rest) => rest.strip_suffix(']').is_some_and(|address| address.parse::<Ipv6Addr>().is_ok()),
            None => {
                !name.is_empty()
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
            }
        };
        is_name.then(|| Self { name: name.to_ascii_lowercase(), port })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    const PEER: &str = "127.0.0.1";

    fn of(lines: &[(&'static str, &str)], is_secure: bool, trust_proxy: bool) -> (String, String) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        let trust_proxy = if trust_proxy { TrustProxy::Everybody } else { TrustProxy::Nobody };
        of_peer(&headers, is_secure, PEER, &trust_proxy)
    }

    fn of_peer(
        headers: &HeaderMap,
        is_secure: bool,
        peer: &str,
        trust_proxy: &TrustProxy,
    ) -> (String, String) {
        let peer = Some(peer.parse().unwrap());
        let socket = Socket { is_secure, peer, host: "127.0.0.1:9229".to_owned(), target: None };
        let reached = reached(headers, &socket, trust_proxy);
        (reached.origin(), reached.caller.unwrap().to_string())
    }

    #[test]
    fn without_a_trusted_proxy_socket_and_host_decide() {
        let lies = [
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-port", "666"),
            ("x-forwarded-for", "192.0.2.1"),
        ];
        for (host, is_secure, origin) in [
            ("localhost:9229", false, "http://localhost:9229"),
            ("Team.Auth.us-east-1.LOCALHOST:9443", true, "https://team.auth.us-east-1.localhost:9443"),
            ("example.com", false, "http://example.com"),
            ("[::1]", false, "http://[::1]"),
            ("[::1]:9229", false, "http://[::1]:9229"),
            ("host:", false, "http://host"),
            // A malformed host is nobody's, and never the socket's.
            ("", false, "http://malformed.invalid"),
            (":9229", false, "http://malformed.invalid"),
            ("host:+80", false, "http://malformed.invalid"),
            ("host:65536", false, "http://malformed.invalid"),
            ("user@host", false, "http://malformed.invalid"),
            ("a b", false, "http://malformed.invalid"),
            ("a!b.evil.example", false, "http://malformed.invalid"),
            ("evil.example, localhost", false, "http://malformed.invalid"),
            ("host/path", false, "http://malformed.invalid"),
            ("[::1", false, "http://malformed.invalid"),
            ("::1", false, "http://malformed.invalid"),
        ] {
            let lines = [&[("host", host)], &lies[..]].concat();
            assert_eq!(of(&lines, is_secure, false), (origin.to_owned(), PEER.to_owned()), "{host}");
        }
        assert_eq!(of(&[], true, false).0, "https://127.0.0.1:9229");
    }

    #[test]
    fn a_trusted_proxy_decides_where_it_says_something() {
        let (proto, host, port) = ("x-forwarded-proto", "x-forwarded-host", "x-forwarded-port");
        type Lines<'a> = &'a [(&'static str, &'a str)];
        let cases: [(Lines<'_>, &str); 16] = [
            (&[], "http://inner:9229"),
            (&[(proto, "https")], "https://inner:9229"),
            (&[(proto, "HTTPS"), (host, "Login.example.com")], "https://login.example.com"),
            (&[(proto, "https"), (host, "a.example:8443")], "https://a.example:8443"),
            (&[(proto, "https"), (host, "a.example"), (port, "8443")], "https://a.example:8443"),
            (&[(proto, "https"), (host, "a.example"), (port, "443")], "https://a.example"),
            (&[(host, "a.example"), (port, "443")], "http://a.example:443"),
            (&[(host, "a.example"), (port, "80")], "http://a.example"),
            (&[(host, "a.example:8443"), (port, "443")], "http://a.example:8443"),
            // What stands before the last may be the caller's.
            (&[(host, "evil.example, a.example")], "http://a.example"),
            (&[(host, "evil.example"), (host, "a.example")], "http://a.example"),
            (&[(proto, "https,http")], "http://inner:9229"),
            // Malformed.
            (&[(proto, "ftp")], "http://inner:9229"),
            (&[(host, "a.example/path")], "http://malformed.invalid"),
            (&[(host, "a.example"), (port, "many")], "http://a.example"),
            (&[(host, "a.example,")], "http://malformed.invalid"),
        ];
        for (lines, origin) in cases {
            let all = [&[("host", "inner:9229")], lines].concat();
            assert_eq!(of(&all, false, true).0, origin, "{lines:?}");
        }
        let all = [("host", "inner:9229"), (proto, "http")];
        assert_eq!(of(&all, true, true).0, "http://inner:9229", "TLS up to here, but not before the proxy");
    }

    #[test]
    fn the_last_address_is_the_callers() {
        for (line, ip) in [
            ("192.0.2.1", "192.0.2.1"),
            ("10.0.0.1, 192.0.2.1", "192.0.2.1"),
            ("192.0.2.1:1234", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:1234", "2001:db8::1"),
            ("192.0.2.1, unknown", PEER),
            ("nobody", PEER),
            ("", PEER),
        ] {
            assert_eq!(of(&[("x-forwarded-for", line)], false, true).1, ip, "{line}");
        }
    }

    #[test]
    fn only_proxies_at_known_addresses_are_believed() {
        let trust_proxy = "10.0.0.1,10.1.0.0/16".parse().unwrap();
        for (peer, line, origin, ip) in [
            ("10.0.0.1", "192.0.2.1", "http://a.example", "192.0.2.1"),
            ("::ffff:10.0.0.1", "192.0.2.1", "http://a.example", "192.0.2.1"),
            ("10.0.0.2", "192.0.2.1", "http://inner:9229", "10.0.0.2"),
            // Proxies behind proxies are walked over, the caller's own words are not believed.
            ("10.0.0.1", "203.0.113.9, 192.0.2.1, 10.1.2.3", "http://a.example", "192.0.2.1"),
            ("10.0.0.1", "nonsense, 10.1.2.3", "http://a.example", "10.1.2.3"),
            ("10.0.0.1", "10.1.2.3", "http://a.example", "10.1.2.3"),
            ("10.0.0.1", "", "http://a.example", "10.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in
                [("host", "inner:9229"), ("x-forwarded-host", "a.example"), ("x-forwarded-for", line)]
            {
                headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
            }
            let found = of_peer(&headers, false, peer, &trust_proxy);
            assert_eq!(found, (origin.to_owned(), ip.to_owned()), "{peer} {line}");
        }
    }

    #[test]
    fn the_target_of_a_request_goes_before_its_host() {
        let mut headers = HeaderMap::new();
        headers.append(header::HOST, HeaderValue::from_static("localhost"));
        let socket =
            Socket { is_secure: false, peer: None, host: String::new(), target: Some("evil.example:80") };
        assert_eq!(reached(&headers, &socket, &TrustProxy::Nobody).host, "evil.example:80");
    }
}
