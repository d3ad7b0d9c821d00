//! Whose `X-Forwarded-…` headers count: nobody's, everybody's, or those of proxies at these addresses.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Whose `X-Forwarded-…` headers count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TrustProxy {
    /// Nobody's: callers come straight to this server.
    #[default]
    Nobody,
    /// Everybody's: only a proxy reaches this server.
    Everybody,
    /// Those of proxies at these addresses.
    At(Vec<IpNet>),
}

impl TrustProxy {
    /// Whether a proxy may stand before the server.
    pub fn is_on(&self) -> bool {
        *self != Self::Nobody
    }

    /// Whether what this peer says of callers counts. Nobody knows the address of some peers.
    pub fn trusts(&self, peer: Option<IpAddr>) -> bool {
        match self {
            Self::Nobody => false,
            Self::Everybody => true,
            Self::At(proxies) => peer.is_some_and(|peer| {
                let peer = peer.to_canonical();
                proxies.iter().any(|proxy| proxy.contains(&peer))
            }),
        }
    }
}

/// A text that says nothing of this.
#[derive(Debug, thiserror::Error)]
#[error(
    "must be true, false, or addresses of proxies such as 10.0.0.1 or 10.0.0.0/24, with commas between: {0}"
)]
pub struct TrustProxyError(String);

impl FromStr for TrustProxy {
    type Err = TrustProxyError;

    fn from_str(text: &str) -> Result<Self, TrustProxyError> {
        match text.trim() {
            "true" => Ok(Self::Everybody),
            "false" => Ok(Self::Nobody),
            list => list.split(',').map(network).collect::<Result<_, _>>().map(Self::At),
        }
    }
}

/// One address, or a network in the notation of RFC 4632.
fn network(text: &str) -> Result<IpNet, TrustProxyError> {
    let text = text.trim();
    let address = text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
    address.or_else(|_| text.parse()).map_err(|_| TrustProxyError(text.to_owned()))
}

impl Serialize for TrustProxy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nobody => serializer.serialize_bool(false),
            Self::Everybody => serializer.serialize_bool(true),
            Self::At(proxies) => serializer.collect_seq(proxies.iter().map(IpNet::to_string)),
        }
    }
}

impl<'de> Deserialize<'de> for TrustProxy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Read)
    }
}

struct Read;

impl<'de> Visitor<'de> for Read {
    type Value = TrustProxy;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true, false, or a list of addresses of proxies")
    }

    fn visit_bool<E: de::Error>(self, is_on: bool) -> Result<TrustProxy, E> {
        Ok(if is_on { TrustProxy::Everybody } else { TrustProxy::Nobody })
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<TrustProxy, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<TrustProxy, A::Error> {
        let mut proxies = Vec::new();
        while let Some(text) = list.next_element::<String>()? {
            proxies.push(network(&text).map_err(de::Error::custom)?);
        }
        Ok(if proxies.is_empty() { TrustProxy::Nobody } else { TrustProxy::At(proxies) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_is_trusted_by_its_address() {
        for (setting, peer, is_trusted) in [
            ("false", "10.0.0.1", false),
            ("true", "10.0.0.1", true),
            ("10.0.0.1", "10.0.0.1", true),
            ("10.0.0.1", "::ffff:10.0.0.1", true),
            ("10.0.0.1", "10.0.0.2", false),
            ("192.0.2.1, 10.0.0.0/24", "10.0.0.77", true),
            ("192.0.2.1, 10.0.0.0/24", "10.0.1.1", false),
            ("2001:db8::/32", "2001:db8::1", true),
            ("2001:db8::/32", "10.0.0.1", false),
        ] {
            let setting: TrustProxy = setting.parse().unwrap();
            assert_eq!(setting.trusts(Some(peer.parse().unwrap())), is_trusted, "{setting:?} {peer}");
        }
        assert!(!"10.0.0.1".parse::<TrustProxy>().unwrap().trusts(None));
        for wrong in ["", "yes", "10.0.0.1;10.0.0.2", "10.0.0.0/33", "proxy.example", "true,10.0.0.1"] {
            assert!(wrong.parse::<TrustProxy>().is_err(), "{wrong}");
        }
    }
}
