//! The certificate authority that Poolhouse has of its own: made once, kept in the database, and issuing server certificates.
//! What is issued is not kept.

use std::net::IpAddr;

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use domain::random::{self, Random};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SanType, SerialNumber, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use storage::{KeptLocalCa, Store, StoreError};

use super::TlsError;

/// How long the CA is good for: nobody wants to trust a new one each year.
const CA_DAYS: i64 = 3652;
/// How long a server certificate is good for. Browsers take no more than 397 days, with the first and the last of them.
const SERVER_DAYS: i64 = 396;

/// The CA, ready to issue.
pub(super) struct LocalCa {
    issuer: Issuer<'static, KeyPair>,
    certificate: String,
}

/// A certificate and its private key.
pub(super) type Issued = (CertificateDer<'static>, PrivateKeyDer<'static>);

impl LocalCa {
    /// The CA of this database. Whoever makes one first, on whichever replica, decides.
    pub(super) async fn of(store: &Store, now: DateTime<Utc>, random: &dyn Random) -> Result<Self, TlsError> {
        if store.read_latest().await?.local_ca().await?.is_none() {
            let made = made(now, random)?;
            let mut tx = store.begin().await?;
            tx.insert_local_ca(&made, now).await?;
            tx.commit().await?;
        }
        let kept = store.read_latest().await?.local_ca().await?;
        Self::parse(kept.ok_or_else(|| StoreError::Unreadable("local_ca".to_owned()))?)
    }

    /// The CA of this row.
    pub(super) fn parse(kept: KeptLocalCa) -> Result<Self, TlsError> {
        let pair = KeyPair::try_from(kept.private_key)?;
        Ok(Self { issuer: Issuer::from_ca_cert_pem(&kept.certificate, pair)?, certificate: kept.certificate })
    }

    /// Its certificate (PEM).
    pub(super) fn certificate(&self) -> &str {
        &self.certificate
    }

    /// A certificate for a server of this name and these addresses. Costs a tenth of a millisecond.
    pub(super) fn issue(
        &self,
        name: &str,
        addresses: &[IpAddr],
        now: DateTime<Utc>,
        random: &dyn Random,
    ) -> Result<Issued, rcgen::Error> {
        let pair = KeyPair::generate()?;
        let mut params = params("Poolhouse", now, SERVER_DAYS, random);
        params.subject_alt_names = vec![SanType::DnsName(name.try_into()?)];
        params.subject_alt_names.extend(addresses.iter().copied().map(SanType::IpAddress));
        params.use_authority_key_identifier_extension = true;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(&pair, &self.issuer)?;
        let key = PrivatePkcs8KeyDer::from(pair.serialize_der());
        Ok((certificate.der().clone(), key.into()))
    }
}

/// A new CA.
pub(super) fn made(now: DateTime<Utc>, random: &dyn Random) -> Result<KeptLocalCa, rcgen::Error> {
    let pair = KeyPair::generate()?;
    // Part of the name is random, so that those of two databases can be told apart where they are trusted.
    let name = format!("Poolhouse local CA {}", random::lower_alphanumeric(random, 6));
    let mut params = params(&name, now, CA_DAYS, random);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let certificate = params.self_signed(&pair)?.pem();
    Ok(KeptLocalCa { certificate, private_key: pair.serialize_der() })
}

/// What every certificate has: a name, a time, and a random serial number (RFC 5280, section 4.1.2.2).
fn params(name: &str, now: DateTime<Utc>, days: i64, random: &dyn Random) -> CertificateParams {
    let mut params = CertificateParams::default();
    // Clocks differ: it was good yesterday already.
    let begin = now - TimeDelta::days(1);
    let end = begin + TimeDelta::days(days);
    [params.not_before, params.not_after] = [begin, end].map(|day| {
        let part = |number: u32| u8::try_from(number).expect("months end at 12 and days at 31");
        date_time_ymd(day.year(), part(day.month()), part(day.day()))
    });
    params.serial_number = Some(SerialNumber::from(random::bytes::<16>(random).to_vec()));
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

#[cfg(test)]
mod tests {
    use x509_parser::extensions::{GeneralName, ParsedExtension};
    use x509_parser::pem::parse_x509_pem;
    use x509_parser::prelude::{FromDer as _, X509Certificate};

    use super::*;
    use crate::randomness::SystemRandom;

    fn now() -> DateTime<Utc> {
        "2028-02-29T23:59:59Z".parse().unwrap()
    }

    #[test]
    fn the_ca_may_sign_certificates_for_ten_years_and_no_other_ca() {
        let kept = made(now(), &SystemRandom::new()).unwrap();
        let (_, pem) = parse_x509_pem(kept.certificate.as_bytes()).unwrap();
        let ca = pem.parse_x509().unwrap();
        let constraints = ca.basic_constraints().unwrap().unwrap();
        assert!(constraints.critical && constraints.value.ca);
        assert_eq!(constraints.value.path_len_constraint, Some(0));
        let usage = ca.key_usage().unwrap().unwrap();
        assert!(usage.critical && usage.value.key_cert_sign() && usage.value.crl_sign());
        assert!(!usage.value.digital_signature());
        assert_eq!(ca.validity().not_before.to_string(), "Feb 28 00:00:00 2028 +00:00");
        assert_eq!(ca.validity().not_after.to_string(), "Feb 27 00:00:00 2038 +00:00");
        assert!(ca.subject().to_string().starts_with("CN=Poolhouse local CA "));
    }

    #[test]
    fn a_server_certificate_is_for_its_names_only_and_397_days_at_most() {
        let kept = made(now(), &SystemRandom::new()).unwrap();
        let (_, pem) = parse_x509_pem(kept.certificate.as_bytes()).unwrap();
        let ca = pem.parse_x509().unwrap();
        let issuer = LocalCa::parse(kept.clone()).unwrap();
        let addresses = ["127.0.0.1".parse().unwrap(), "::1".parse().unwrap()];
        let (der, _) = issuer.issue("localhost", &addresses, now(), &SystemRandom::new()).unwrap();
        let (other, _) = issuer.issue("localhost", &[], now(), &SystemRandom::new()).unwrap();
        let (_, server) = X509Certificate::from_der(&der).unwrap();
        let (_, other) = X509Certificate::from_der(&other).unwrap();

        server.verify_signature(Some(ca.public_key())).unwrap();
        assert_eq!(server.issuer(), ca.subject());
        let names = &server.subject_alternative_name().unwrap().unwrap().value.general_names;
        let loopback = GeneralName::IPAddress(&[127, 0, 0, 1]);
        let loopback6 = GeneralName::IPAddress(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(*names, [GeneralName::DNSName("localhost"), loopback, loopback6]);

        let validity = server.validity();
        let days = (validity.not_after.timestamp() - validity.not_before.timestamp()) / 86_400;
        assert_eq!(days, 396, "and a second");
        assert!(!server.basic_constraints().unwrap().unwrap().value.ca);
        let usage = server.key_usage().unwrap().unwrap().value;
        assert!(usage.digital_signature() && !usage.key_cert_sign());
        let extended = server.extended_key_usage().unwrap().unwrap().value;
        assert!(extended.server_auth && !extended.client_auth && !extended.any);

        assert_ne!(server.serial, other.serial);
        let subject_key = ca.extensions().iter().find_map(|extension| {
            let ParsedExtension::SubjectKeyIdentifier(id) = extension.parsed_extension() else { return None };
            Some(id.clone())
        });
        let authority_key = server.extensions().iter().find_map(|extension| {
            let ParsedExtension::AuthorityKeyIdentifier(id) = extension.parsed_extension() else {
                return None;
            };
            id.key_identifier.clone()
        });
        assert!(subject_key.is_some() && subject_key == authority_key);
    }
}
