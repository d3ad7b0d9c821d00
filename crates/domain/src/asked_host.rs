//! The host that a request asked for, held against the names of this server.
//!
//! A browser cannot be made to lie about it: a page that points a name of its own at this machine (DNS rebinding) asks by that
//! name. Whoever is not in a browser can send any host, so that links and issuers hold only names that prove themselves.

use std::net::IpAddr;

/// How Docker Desktop calls the machine that containers run on. It leads nowhere else.
const DOCKER_HOST: &str = "host.docker.internal";

/// The names that this server knows as its own.
#[derive(Clone, Debug, Default)]
pub struct OwnNames {
    /// What user pool domains end in.
    pub base_domain: String,
    /// The host of the configured public URL.
    pub public_host: Option<String>,
    /// Hosts that the configuration allows beside them.
    pub allowed_hosts: Vec<String>,
    /// Whether callers on other machines reach the server.
    pub is_reachable: bool,
}

/// What a host is to this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedHost {
    /// A name or address that leads to this server wherever it is asked: links may hold it.
    Own,
    /// A name below `localhost` or the base domain, as user pool domains have: links hold the base domain.
    Below,
    /// A name that leads here in some networks and may lead elsewhere in others: no link holds it.
    Near,
    /// An address of no loopback interface. Whether it is one of this machine, the machine knows.
    Address(IpAddr),
    /// Any other name. It may be a custom domain.
    Other,
}

impl OwnNames {
    /// What a host is to this server: a name or an address, without a port.
    pub fn classify(&self, host: &str) -> AskedHost {
        let name = host.to_ascii_lowercase();
        let name = name.strip_suffix('.').unwrap_or(&name);
        let is_configured = name == self.base_domain
            || self.public_host.as_deref() == Some(name)
            || self.allowed_hosts.iter().any(|allowed| allowed == name);
        if name == "localhost" || is_configured {
            return AskedHost::Own;
        }
        if let Some(address) = address(name) {
            let is_loopback = address.is_loopback();
            return if is_loopback { AskedHost::Own } else { AskedHost::Address(address) };
        }
        if is_below(name, "localhost") || is_below(name, &self.base_domain) {
            return AskedHost::Below;
        }
        if name == DOCKER_HOST || is_of_service(name) || (self.is_reachable && !name.contains('.')) {
            return AskedHost::Near;
        }
        AskedHost::Other
    }
}

/// Whether a name is one of the real service, which a network may lead here. No page has such a name.
fn is_of_service(name: &str) -> bool {
    let is_endpoint = name.starts_with("cognito-idp.") && is_below(name, "amazonaws.com");
    is_endpoint || is_below(name, "amazoncognito.com")
}

/// An address as it stands in a host (RFC 3986, section 3.2.2). IPv4 inside IPv6 is the IPv4 address.
fn address(name: &str) -> Option<IpAddr> {
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    bare.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

fn is_below(name: &str, base: &str) -> bool {
    name.strip_suffix(base).and_then(|rest| rest.strip_suffix('.')).is_some_and(|labels| !labels.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(is_reachable: bool) -> OwnNames {
        OwnNames {
            base_domain: "login.test".to_owned(),
            public_host: Some("cognito.example.com".to_owned()),
            allowed_hosts: vec!["box.lan".to_owned(), "192.0.2.1".to_owned(), "poolhouse".to_owned()],
            is_reachable,
        }
    }

    #[test]
    fn a_host_is_one_of_this_server_or_not() {
        let address = |text: &str| AskedHost::Address(text.parse().unwrap());
        for (host, on_loopback, reachable) in [
            ("localhost", AskedHost::Own, AskedHost::Own),
            ("LOCALHOST.", AskedHost::Own, AskedHost::Own),
            ("127.0.0.1", AskedHost::Own, AskedHost::Own),
            ("127.8.9.1", AskedHost::Own, AskedHost::Own),
            ("[::1]", AskedHost::Own, AskedHost::Own),
            ("[::ffff:127.0.0.1]", AskedHost::Own, AskedHost::Own),
            ("login.test", AskedHost::Own, AskedHost::Own),
            ("Cognito.example.com", AskedHost::Own, AskedHost::Own),
            ("box.lan", AskedHost::Own, AskedHost::Own),
            ("192.0.2.1", AskedHost::Own, AskedHost::Own),
            ("poolhouse", AskedHost::Own, AskedHost::Own),
            ("acme.auth.us-east-1.localhost", AskedHost::Below, AskedHost::Below),
            ("acme.auth.us-east-1.login.test", AskedHost::Below, AskedHost::Below),
            ("host.docker.internal", AskedHost::Near, AskedHost::Near),
            ("cognito", AskedHost::Other, AskedHost::Near),
            ("cognito-idp.us-east-1.amazonaws.com", AskedHost::Near, AskedHost::Near),
            ("acme.auth.us-east-1.amazoncognito.com", AskedHost::Near, AskedHost::Near),
            ("bucket.s3.amazonaws.com", AskedHost::Other, AskedHost::Other),
            ("cognito-idp.amazonaws.com.evil.example", AskedHost::Other, AskedHost::Other),
            ("malformed.invalid", AskedHost::Other, AskedHost::Other),
            ("192.0.2.7", address("192.0.2.7"), address("192.0.2.7")),
            ("[2001:db8::1]", address("2001:db8::1"), address("2001:db8::1")),
            ("0.0.0.0", address("0.0.0.0"), address("0.0.0.0")),
            ("127.0.0.1.evil.example", AskedHost::Other, AskedHost::Other),
            ("evil.example", AskedHost::Other, AskedHost::Other),
            ("localhost.evil.example", AskedHost::Other, AskedHost::Other),
            ("xlocalhost", AskedHost::Other, AskedHost::Near),
            ("x.xlogin.test", AskedHost::Other, AskedHost::Other),
            (".login.test", AskedHost::Other, AskedHost::Other),
            ("www.box.lan", AskedHost::Other, AskedHost::Other),
            ("2130706433.evil.example", AskedHost::Other, AskedHost::Other),
        ] {
            assert_eq!(names(false).classify(host), on_loopback, "{host}");
            assert_eq!(names(true).classify(host), reachable, "{host}");
        }
    }
}
