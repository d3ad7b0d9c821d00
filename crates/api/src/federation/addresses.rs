//! Addresses that this server never asks, whoever names them and whatever the settings: cloud metadata services, link-local
//! addresses, and addresses that belong to no single machine.
//!
//! Private and loopback addresses may be asked: a team's own provider is there. Which hosts a configuration allows beyond that
//! is said in `fetch.rs`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Networks of IPv4, with the length of their prefix.
const NEVER_V4: [(Ipv4Addr, u32); 8] = [
    // "This network" (RFC 791, 3.2). Systems take 0.0.0.0 for the loopback, which has a name of its own.
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    // Alibaba Cloud's metadata service. The rest of 100.64.0.0/10 is used by overlay networks.
    (Ipv4Addr::new(100, 100, 100, 200), 32),
    // Azure's wire server.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    // Link-local (RFC 3927): the metadata services of AWS, Azure, Google, Oracle, DigitalOcean and OpenStack.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    // IETF protocol assignments (RFC 6890), with 192.0.0.192, an older metadata service of Oracle.
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    // Equinix Metal's metadata service.
    (Ipv4Addr::new(192, 80, 8, 124), 32),
    // Multicast (RFC 5771).
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    // Reserved (RFC 1112), with the limited broadcast address.
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// Networks of IPv6, with the length of their prefix.
const NEVER_V6: [(Ipv6Addr, u32); 9] = [
    (Ipv6Addr::UNSPECIFIED, 128),
    // Link-local and multicast (RFC 4291).
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),
    // Metadata services: AWS (with its time and name servers beside them), Google, Oracle, Scaleway.
    (Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0xfd00, 0x00c1, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0xfd00, 0x0042, 0, 0, 0, 0, 0, 0), 32),
    // Discard-only (RFC 6666).
    (Ipv6Addr::new(0x0100, 0, 0, 0, 0, 0, 0, 0), 64),
    // Teredo (RFC 4380), which hides an address of IPv4.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32),
];

/// Networks of IPv6 whose addresses hold one of IPv4, with the length of their prefix and the octets where it is.
const HOLDING_V4: [(Ipv6Addr, u32, [usize; 4]); 6] = [
    // Compatible and mapped (RFC 4291, 2.5.5), and translated (RFC 2765).
    (Ipv6Addr::UNSPECIFIED, 96, [12, 13, 14, 15]),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96, [12, 13, 14, 15]),
    (Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, 0, 0), 96, [12, 13, 14, 15]),
    // NAT64 (RFC 6052, RFC 8215): at the end, and where a prefix of 48 bits has it.
    (Ipv6Addr::new(0x0064, 0xff9b, 0, 0, 0, 0, 0, 0), 32, [12, 13, 14, 15]),
    (Ipv6Addr::new(0x0064, 0xff9b, 1, 0, 0, 0, 0, 0), 48, [6, 7, 9, 10]),
    // 6to4 (RFC 3056).
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, [2, 3, 4, 5]),
];

/// Names of metadata services. Those below them count as well.
const NEVER_NAMES: [&str; 8] = [
    "metadata",
    "metadata.google.internal",
    "metadata.goog",
    "metadata.azure.internal",
    "metadata.tencentyun.com",
    "metadata.platformequinix.com",
    "instance-data",
    "instance-data.ec2.internal",
];

/// Whether an address may be asked, as far as its host alone decides: a name may yet resolve to an address that may not.
pub(crate) fn may_be_asked(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => !is_never_name(name),
        Some(Host::Ipv4(ip)) => !is_never_ip(ip.into()),
        Some(Host::Ipv6(ip)) => !is_never_ip(ip.into()),
        None => false,
    }
}

fn is_never_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_at_or_below = |never: &&str| {
        name.strip_suffix(*never).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    // A name without a dot has nothing below it that is its own: `x.metadata` is another network's.
    NEVER_NAMES.iter().any(|never| if never.contains('.') { is_at_or_below(never) } else { name == *never })
}

fn is_never_ip(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => NEVER_V4
            .iter()
            .any(|(network, length)| u32::from(ip) >> (32 - length) == u32::from(*network) >> (32 - length)),
        IpAddr::V6(Ipv6Addr::LOCALHOST) => false,
        IpAddr::V6(ip) => {
            let is_in = |network: Ipv6Addr, length: u32| {
                u128::from(ip) >> (128 - length) == u128::from(network) >> (128 - length)
            };
            let held = |octets: [usize; 4]| Ipv4Addr::from(octets.map(|index| ip.octets()[index]));
            // ISATAP (RFC 5214, 6.1) is told by the second half, whatever the network.
            let is_isatap = ip.segments()[4] & 0xfdff == 0 && ip.segments()[5] == 0x5efe;
            NEVER_V6.iter().any(|(network, length)| is_in(*network, *length))
                || HOLDING_V4.iter().any(|(network, length, octets)| {
                    is_in(*network, *length) && is_never_ip(held(*octets).into())
                })
                || is_isatap && is_never_ip(held([12, 13, 14, 15]).into())
        }
    }
}

/// The host is one that is never asked.
#[derive(Debug, thiserror::Error)]
#[error("the address is one that is never asked: link-local, cloud metadata, or of no single machine")]
pub(crate) struct NeverAsked;

/// Resolves names as the system does, and leaves out what is never asked. A name that means nothing else is an error.
pub(crate) struct GuardedResolver;

impl GuardedResolver {
    /// For [`reqwest::ClientBuilder::dns_resolver`].
    pub(crate) fn shared() -> Arc<Self> {
        Arc::new(Self)
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            if is_never_name(name.as_str()) {
                return Err(NeverAsked.into());
            }
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let addresses = allowed(found)?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Holds what a host is, or resolves to, against the list. For clients that resolve names themselves.
///
/// # Errors
/// When any of the addresses is never asked, and when the name does not resolve.
pub(crate) async fn check_host(
    host: &str,
    port: u16,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    if is_never_name(host) {
        return Err(NeverAsked.into());
    }
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let mut found = tokio::net::lookup_host((host, port)).await?;
    if found.any(|address| is_never_ip(address.ip())) { Err(NeverAsked.into()) } else { Ok(()) }
}

fn allowed(found: impl Iterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, NeverAsked> {
    let addresses: Vec<SocketAddr> = found.filter(|address| !is_never_ip(address.ip())).collect();
    if addresses.is_empty() { Err(NeverAsked) } else { Ok(addresses) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(host: &str) -> bool {
        let url = Url::parse(&format!("http://{host}/latest/meta-data")).unwrap_or_else(|_| panic!("{host}"));
        may_be_asked(&url)
    }

    #[test]
    fn what_is_never_asked_is_so_in_every_spelling() {
        let never = [
            // AWS, Azure, Google, Oracle, DigitalOcean, OpenStack: dotted, decimal, hexadecimal, octal, short, mixed.
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "0xA9.0xFE.0xA9.0xFE",
            "0251.0376.0251.0376",
            "025177524776",
            "169.16689662",
            "169.254.43518",
            "0251.254.0xa9fe",
            "169.254.169.254.",
            "169%2E254%2e169.254",
            "%31%36%39.254.169.254",
            "１６９.２５４.１６９.２５４",
            "169。254。169。254",
            "user:password@169.254.169.254",
            "169.254.169.254:8080",
            // Other addresses of the same network: containers of AWS, Tencent, Scaleway.
            "169.254.170.2",
            "169.254.0.23",
            "169.254.42.42",
            // In IPv6: mapped, compatible, translated, NAT64, 6to4, ISATAP, Teredo.
            "[::ffff:169.254.169.254]",
            "[::ffff:a9fe:a9fe]",
            "[0:0:0:0:0:FFFF:A9FE:A9FE]",
            "[::169.254.169.254]",
            "[::ffff:0:169.254.169.254]",
            "[64:ff9b::169.254.169.254]",
            "[64:ff9b:1::169.254.169.254]",
            "[64:ff9b:1:a9fe:a9:fe00::]",
            "[2002:a9fe:a9fe::1]",
            "[fd00::5efe:169.254.169.254]",
            "[fd00::200:5efe:169.254.169.254]",
            "[2001:0:a9fe:a9fe::1]",
            // Metadata services of their own addresses.
            "168.63.129.16",
            "0xa83f8110",
            "[::ffff:168.63.129.16]",
            "100.100.100.200",
            "192.0.0.192",
            "192.80.8.124",
            "[fd00:ec2::254]",
            "[fd00:ec2::23]",
            "[fd00:0ec2:0:0:0:0:0:254]",
            "[fd20:ce::254]",
            "[fd00:c1::a9fe:a9fe]",
            "[fd00:42::42]",
            // Link-local, unspecified, broadcast, multicast, reserved.
            "[fe80::1]",
            "[febf::1]",
            "0.0.0.0",
            "0",
            "0x0",
            "00.0.0.0",
            "[::]",
            "[::ffff:0.0.0.0]",
            "255.255.255.255",
            "4294967295",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "[ff02::1]",
            // Names, in any case, with a dot at the end, and below them.
            "metadata.google.internal",
            "METADATA.google.internal.",
            "x.metadata.google.internal",
            "metadata",
            "metadata.",
            "metadata.goog",
            "metadata.azure.internal",
            "instance-data",
            "instance-data.ec2.internal",
            "metadata.tencentyun.com",
        ];
        for host in never {
            assert!(!asked(host), "{host}");
        }
        println!("{} spellings are never asked", never.len());
    }

    #[test]
    fn a_teams_own_provider_may_be_asked() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:8080",
            "2130706433",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "localhost",
            "keycloak:8080",
            "10.0.0.1",
            "172.17.0.1",
            "192.168.1.7",
            "[::ffff:10.0.0.1]",
            "100.64.0.1",
            "100.100.100.201",
            "[fd00::7]",
            "[fd12:3456::1]",
            "[fec0::1]",
            "[64:ff9b::8.8.8.8]",
            "[2002:808:808::1]",
            "8.8.8.8",
            "[2606:4700:4700::1111]",
            "accounts.google.com",
            "host.docker.internal",
            "metadata.example.com",
            "notmetadata.google.internal.example.com",
            "mymetadata.goog",
            "metadata-service",
            "168.63.129.17",
        ] {
            assert!(asked(host), "{host}");
        }
    }

    #[test]
    fn a_name_that_resolves_to_both_is_asked_at_the_one_that_may() {
        let at = |ip: &str| SocketAddr::new(ip.parse().unwrap(), 0);
        let found = [at("169.254.169.254"), at("10.0.0.1"), at("::ffff:169.254.169.254"), at("::1")];
        assert_eq!(allowed(found.into_iter()).unwrap(), [at("10.0.0.1"), at("::1")]);
        assert!(allowed([at("169.254.169.254")].into_iter()).is_err());
    }

    #[tokio::test]
    async fn hosts_are_held_against_the_list_after_resolution() {
        for (host, is_asked) in
            [("127.0.0.1", true), ("localhost", true), ("[::1]", true), ("metadata", false)]
        {
            assert_eq!(check_host(host, 25).await.is_ok(), is_asked, "{host}");
        }
        for host in ["169.254.169.254", "2852039166", "0xa9fea9fe", "[::ffff:a9fe:a9fe]"] {
            assert!(check_host(host, 25).await.is_err(), "{host}");
        }
    }
}
