//! A certificate for the name that a client asks for (server name indication, RFC 6066), issued when it is first needed.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use domain::random::Random;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::local_ca::LocalCa;
use super::served_names::ServedNames;
use crate::clock::Clock;

/// Certificates that are kept ready; beyond that many, all are issued anew. Any name below localhost may be asked for.
const MOST: usize = 1000;
/// How long one is used: it ends long after.
const DAYS: i64 = 90;
/// The certificate of those who name nobody, since they ask for an address. It has the addresses of this server.
const DEFAULT_NAME: &str = "localhost";

/// The certificates of a local CA, one for each name.
pub(super) struct LocalCertificates {
    ca: LocalCa,
    names: ServedNames,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    provider: Arc<CryptoProvider>,
    ready: RwLock<HashMap<String, Ready>>,
}

#[derive(Clone)]
struct Ready {
    certificate: Arc<CertifiedKey>,
    until: DateTime<Utc>,
}

impl LocalCertificates {
    pub(super) fn new(
        ca: LocalCa,
        names: ServedNames,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        provider: Arc<CryptoProvider>,
    ) -> Self {
        Self { ca, names, clock, random, provider, ready: RwLock::default() }
    }

    /// The names that it issues for.
    pub(super) fn names(&self) -> &ServedNames {
        &self.names
    }

    /// The certificate of the CA (PEM).
    pub(super) fn ca_certificate(&self) -> &str {
        self.ca.certificate()
    }

    fn certificate(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        if !self.names.contains(name) {
            tracing::info!(name, "no certificate: this is no name of this server");
            return None;
        }
        let now = self.clock.now();
        let ready = self.ready.read().expect("nobody panics with the certificates").get(name).cloned();
        if let Some(ready) = ready.filter(|ready| now < ready.until) {
            return Some(ready.certificate);
        }
        let certificate = self.issue(name, now)?;
        let mut all = self.ready.write().expect("nobody panics with the certificates");
        if all.len() >= MOST {
            all.clear();
        }
        let until = now + TimeDelta::days(DAYS);
        all.insert(name.to_owned(), Ready { certificate: certificate.clone(), until });
        Some(certificate)
    }

    fn issue(&self, name: &str, now: DateTime<Utc>) -> Option<Arc<CertifiedKey>> {
        let addresses = if name == DEFAULT_NAME { self.names.addresses() } else { &[] };
        let failed = |error: &dyn std::error::Error| tracing::error!(name, %error, "no certificate");
        let (certificate, key) =
            self.ca.issue(name, addresses, now, &*self.random).inspect_err(|error| failed(error)).ok()?;
        let certified = CertifiedKey::from_der(vec![certificate], key, &self.provider);
        certified.inspect_err(|error| failed(error)).ok().map(Arc::new)
    }
}

impl ResolvesServerCert for LocalCertificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.certificate(hello.server_name().unwrap_or(DEFAULT_NAME))
    }
}

impl std::fmt::Debug for LocalCertificates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LocalCertificates")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use crate::config::Config;
    use crate::randomness::SeededRandom;
    use crate::tls::local_ca::made;

    #[test]
    fn a_certificate_is_issued_once_for_a_name_and_anew_long_before_it_ends() {
        let clock = Arc::new(FixedClock::new("2028-01-01T00:00:00Z".parse().unwrap()));
        let random = Arc::new(SeededRandom::new(1));
        let ca = LocalCa::parse(made(clock.now(), &*random).unwrap()).unwrap();
        let names = ServedNames::new(&Config::default(), None);
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let certificates = LocalCertificates::new(ca, names, clock.clone(), random, provider);

        assert!(certificates.certificate("bank.example").is_none());
        let first = certificates.certificate("a.localhost").unwrap();
        assert!(Arc::ptr_eq(&first, &certificates.certificate("a.localhost").unwrap()));
        clock.advance(TimeDelta::days(DAYS));
        assert!(!Arc::ptr_eq(&first, &certificates.certificate("a.localhost").unwrap()));
        for number in 0..MOST {
            assert!(certificates.certificate(&format!("{number}.localhost")).is_some());
        }
        assert!(certificates.ready.read().unwrap().len() <= MOST);
    }
}
