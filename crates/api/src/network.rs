//! Whose an address is, as far as limits go.

use std::net::{IpAddr, Ipv6Addr};

/// What is counted as one caller: an address of IPv4, or a network of 64 bits of IPv6, of which one customer uses what they like.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_network_are_one() {
        for (one, other, is_same) in [
            ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("2001:db8::1", "2001:db8::ffff:1", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
        ] {
            let same = network(one.parse().unwrap()) == network(other.parse().unwrap());
            assert_eq!(same, is_same, "{one} {other}");
        }
    }
}
