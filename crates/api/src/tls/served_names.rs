//! The names that Poolhouse serves, and so the only ones that its CA issues certificates for: who trusts the CA should not
//! have to trust this server to be anybody else.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::RwLock;

use url::{Host, Url};

use crate::config::Config;

/// Names and addresses of this server.
pub(super) struct ServedNames {
    /// Of the configuration and of the machine.
    fixed: HashSet<String>,
    base_domain: String,
    addresses: Vec<IpAddr>,
    custom_domains: RwLock<HashSet<String>>,
}

impl ServedNames {
    /// Without custom domains yet. `host_name` is that of this machine.
    pub(super) fn new(config: &Config, host_name: Option<&str>) -> Self {
        let base_domain = config.base_domain.to_ascii_lowercase();
        let mut fixed = HashSet::from([base_domain.clone()]);
        let mut addresses = vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        let mut more = Vec::new();
        fixed.extend(host_name.map(str::to_ascii_lowercase));
        let public_url = config.public_url.as_deref().and_then(|url| Url::parse(url).ok());
        let public = public_url.and_then(|url| url.host().map(|host| host.to_owned()));
        let allowed = config.allowed_hosts.iter().filter_map(|host| Host::parse(host).ok());
        for host in public.into_iter().chain(allowed) {
            match host {
                Host::Domain(name) => fixed.extend([name]),
                Host::Ipv4(address) => more.push(address.into()),
                Host::Ipv6(address) => more.push(address.into()),
            }
        }
        more.push(config.tls_listen.ip());
        for address in more {
            if !address.is_unspecified() && !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        Self { fixed, base_domain, addresses, custom_domains: RwLock::default() }
    }

    /// Whether this is a name of this server, in lower case.
    pub(super) fn contains(&self, name: &str) -> bool {
        matches!(name, "localhost" | "host.docker.internal")
            || name.ends_with(".localhost")
            || self.fixed.contains(name)
            || self.is_prefix_domain(name)
            || self.custom_domains.read().expect("nobody panics with the names").contains(name)
    }

    /// `{prefix}.auth.{region}.{base_domain}`, whether or not a pool has it: that shows when it is asked.
    fn is_prefix_domain(&self, name: &str) -> bool {
        let labels = name.strip_suffix(&self.base_domain).and_then(|name| name.strip_suffix('.'));
        let mut labels = labels.unwrap_or_default().split('.');
        let (prefix, auth, region) = (labels.next(), labels.next(), labels.next());
        let is_label = |label: Option<&str>| label.is_some_and(|label| !label.is_empty());
        is_label(prefix) && auth == Some("auth") && is_label(region) && labels.next().is_none()
    }

    /// Addresses that callers may use in place of a name.
    pub(super) fn addresses(&self) -> &[IpAddr] {
        &self.addresses
    }

    /// Takes these for the custom domains, in place of those before.
    pub(super) fn put_custom_domains(&self, names: Vec<String>) {
        *self.custom_domains.write().expect("nobody panics with the names") = names.into_iter().collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_server_are_its_own() {
        let config = Config {
            base_domain: "Login.test".to_owned(),
            public_url: Some("https://Cognito.example.com:8443/path".to_owned()),
            allowed_hosts: vec!["box.lan".to_owned(), "192.0.2.9".to_owned()],
            ..Config::default()
        };
        let names = ServedNames::new(&config, Some("Poolhouse"));
        names.put_custom_domains(vec!["gone.example.com".to_owned()]);
        names.put_custom_domains(vec!["auth.example.com".to_owned()]);
        for name in [
            "localhost",
            "team.auth.us-east-1.localhost",
            "poolhouse",
            "host.docker.internal",
            "cognito.example.com",
            "box.lan",
            "login.test",
            "team.auth.eu-west-1.login.test",
            "auth.example.com",
        ] {
            assert!(names.contains(name), "{name}");
        }
        assert!(names.addresses().contains(&"192.0.2.9".parse().unwrap()));
        for name in [
            "",
            "example.com",
            "bank.example.com",
            "gone.example.com",
            "xlocalhost",
            "www.box.lan",
            "www.login.test",
            "auth.eu-west-1.login.test",
            ".auth.eu-west-1.login.test",
            "a.team.auth.eu-west-1.login.test",
            "team.auth.eu-west-1.xlogin.test",
        ] {
            assert!(!names.contains(name), "{name}");
        }
    }

    #[test]
    fn addresses_are_those_that_callers_may_type() {
        for (public_url, tls_listen, more) in [
            (None, "0.0.0.0:9443", vec![]),
            (None, "127.0.0.1:9443", vec![]),
            (Some("https://192.0.2.1"), "[::]:9443", vec!["192.0.2.1"]),
            (Some("https://[2001:db8::1]:9443"), "192.0.2.2:9443", vec!["2001:db8::1", "192.0.2.2"]),
        ] {
            let public_url = public_url.map(str::to_owned);
            let config = Config { public_url, tls_listen: tls_listen.parse().unwrap(), ..Config::default() };
            let addresses: Vec<String> =
                ServedNames::new(&config, None).addresses().iter().map(IpAddr::to_string).collect();
            assert_eq!(addresses, [vec!["127.0.0.1", "::1"], more].concat(), "{config:?}");
        }
    }
}
