//! Which domain a request is for, as its host or its path says. Whether it exists, the database is asked later.
//!
//! `{prefix}.auth.{region}.{base}` is a prefix domain, `/domains/{domain}/…` and `/domains/{prefix}.auth.{region}/…` name a domain
//! on any host, a plain host is for all pools (the client says which), and any other name may be a custom domain.

use std::net::IpAddr;

use domain::domains::{Domain, DomainKind};

use crate::call::Call;
use crate::config::Config;

/// The base of prefix domains at the real service, for callers whose DNS leads here.
const AWS_BASE: &str = "amazoncognito.com";

/// What a request calls the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// A prefix in a region.
    Prefix { prefix: String, region: String },
    /// The whole name of a custom domain.
    Custom(String),
    /// A prefix or a whole name, in the path.
    Path(String),
    /// Nothing: the client says which pool it is.
    Plain,
}

/// Where a request was sent.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// The domain, as the request calls it.
    pub(crate) named: Named,
    /// What comes before the paths of endpoints: empty, or `/domains/{domain}`.
    pub(crate) base_path: String,
    /// Scheme and host.
    pub(crate) origin: String,
}

impl Site {
    /// The site of a host, or of a domain in the path.
    pub(crate) fn new(config: &Config, origin: &str, path_domain: Option<&str>) -> Self {
        let host = origin.split_once("://").map_or(origin, |(_, host)| host);
        let (named, base_path) = match path_domain {
            Some(domain) => (named_by_path(domain), format!("/domains/{domain}")),
            None => (named(config, host), String::new()),
        };
        Self { named, base_path, origin: origin.to_owned() }
    }

    /// The URL that the paths of endpoints begin with.
    pub(crate) fn url(&self) -> String {
        format!("{}{}", self.origin, self.base_path)
    }

    /// Whether the browser came by TLS, as far as anybody can tell.
    pub(crate) fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }

    /// Whether the request calls this domain by its name.
    pub(crate) fn names(&self, domain: &Domain) -> bool {
        let is_prefix = domain.kind == DomainKind::Prefix;
        match &self.named {
            Named::Prefix { prefix, region } => {
                is_prefix && *prefix == domain.domain && *region == domain.region
            }
            Named::Custom(name) => !is_prefix && *name == domain.domain,
            Named::Path(name) => *name == domain.domain,
            Named::Plain => true,
        }
    }
}

/// A prefix with its region is one domain wherever it stands; a prefix alone may be that of several.
fn named_by_path(domain: &str) -> Named {
    match domain.split('.').collect::<Vec<_>>()[..] {
        [prefix, "auth", region] => Named::Prefix { prefix: prefix.to_owned(), region: region.to_owned() },
        _ => Named::Path(domain.to_owned()),
    }
}

/// The last part of `/domains/…` for a domain, which may have a prefix that domains in other regions have as well.
pub(crate) fn path_name(domain: &Domain, is_unique: bool) -> String {
    match domain.kind {
        DomainKind::Prefix if !is_unique => format!("{}.auth.{}", domain.domain, domain.region),
        DomainKind::Prefix | DomainKind::Custom { .. } => domain.domain.clone(),
    }
}

/// The name in an authority, without the port.
fn name_of(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn named(config: &Config, host: &str) -> Named {
    let name = name_of(host).to_ascii_lowercase();
    for base in [config.base_domain.as_str(), AWS_BASE] {
        let labels = name.strip_suffix(base).and_then(|rest| rest.strip_suffix('.'));
        if let Some([prefix, "auth", region]) =
            labels.map(|labels| labels.split('.').collect::<Vec<_>>()).as_deref()
        {
            return Named::Prefix { prefix: (*prefix).to_owned(), region: (*region).to_owned() };
        }
    }
    if is_plain(config, &name) { Named::Plain } else { Named::Custom(name) }
}

/// Names under which Poolhouse itself is reached: addresses, names of a machine or a container, and what is configured.
fn is_plain(config: &Config, name: &str) -> bool {
    let address = name.trim_start_matches('[').trim_end_matches(']');
    let public = config.public_url.as_deref().and_then(|url| url::Url::parse(url).ok());
    let is_public = public.is_some_and(|url| url.host_str() == Some(name));
    address.parse::<IpAddr>().is_ok()
        || !name.contains('.')
        || name == config.base_domain
        || name == "host.docker.internal"
        || config.allowed_hosts.iter().any(|allowed| allowed == name)
        || is_public
}

/// Where the endpoints of a domain are, for callers who reach this server as this call did: at a host of the domain's own
/// where this server is called by the base of the domains, and otherwise below this server's URL.
pub(crate) fn domain_url(call: &Call, domain: &Domain, is_unique: bool) -> String {
    let public = call.public_url();
    let (scheme, host) = public.split_once("://").unwrap_or(("http", public));
    let authority = host.split('/').next().unwrap_or(host);
    let name = name_of(authority);
    if name != call.config.base_domain {
        return format!("{public}/domains/{}", path_name(domain, is_unique));
    }
    let port = authority.strip_prefix(name).unwrap_or_default();
    match domain.kind {
        DomainKind::Prefix => format!("{scheme}://{}.auth.{}.{name}{port}", domain.domain, domain.region),
        DomainKind::Custom { .. } => format!("{scheme}://{}{port}", domain.domain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(prefix: &str, region: &str) -> Named {
        Named::Prefix { prefix: prefix.to_owned(), region: region.to_owned() }
    }

    #[test]
    fn a_host_names_a_domain_or_this_server() {
        let config = Config {
            public_url: Some("https://cognito.team.example".to_owned()),
            allowed_hosts: vec!["box.lan".to_owned()],
            ..Config::default()
        };
        for (host, expected) in [
            ("Box.LAN:9229", Named::Plain),
            ("acme.auth.eu-west-1.localhost:9229", prefix("acme", "eu-west-1")),
            ("ACME.auth.eu-west-1.localhost", prefix("acme", "eu-west-1")),
            ("acme.auth.us-east-1.amazoncognito.com", prefix("acme", "us-east-1")),
            ("localhost:9229", Named::Plain),
            ("127.0.0.1:9229", Named::Plain),
            ("[::1]:9229", Named::Plain),
            ("poolhouse:9229", Named::Plain),
            ("cognito.team.example", Named::Plain),
            ("login.team.example", Named::Custom("login.team.example".to_owned())),
            ("auth.us-east-1.localhost", Named::Custom("auth.us-east-1.localhost".to_owned())),
            ("a.b.auth.us-east-1.localhost", Named::Custom("a.b.auth.us-east-1.localhost".to_owned())),
            (
                "acme.auth.us-east-1.evil.example",
                Named::Custom("acme.auth.us-east-1.evil.example".to_owned()),
            ),
        ] {
            assert_eq!(Site::new(&config, &format!("http://{host}"), None).named, expected, "{host}");
        }
        let site = Site::new(&config, "http://10.0.0.7", Some("acme"));
        assert_eq!((site.named, site.base_path.as_str()), (Named::Path("acme".to_owned()), "/domains/acme"));
        for (path, named) in [
            ("acme.auth.eu-west-1", prefix("acme", "eu-west-1")),
            ("login.team.example", Named::Path("login.team.example".to_owned())),
            ("a.b.auth.eu-west-1", Named::Path("a.b.auth.eu-west-1".to_owned())),
        ] {
            let site = Site::new(&config, "http://10.0.0.7", Some(path));
            assert_eq!((site.named, site.base_path), (named, format!("/domains/{path}")));
        }
    }
}
