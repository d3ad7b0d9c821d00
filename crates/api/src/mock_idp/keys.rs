//! The provider's one key. It signs SAML documents and ID tokens; every replica, and the next start, finds it in the database.

use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use chrono::{DateTime, Datelike as _, Utc};
use domain::random::{self, Random};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, KeyPair, KeyUsagePurpose, SerialNumber, date_time_ymd,
};
use storage::{KeptMockIdpKey, StoreError};

use crate::call::Call;
use crate::error::ApiError;
use crate::tokens::{Jwk, Rs256, public_jwk, public_key};

/// How long the certificate is good for: nobody wants to give a new one to all pools each year.
const YEARS: i32 = 10;

/// The key with its certificate.
pub(super) struct ProviderKey {
    /// DER in base64.
    pub(super) certificate: String,
    private_key: Vec<u8>,
    kid: String,
}

impl ProviderKey {
    /// The key of this database. Whoever makes one first, on whichever replica, decides.
    pub(super) async fn of(call: &Call) -> Result<Self, ApiError> {
        if let Some(kept) = call.store.read_latest().await?.mock_idp_key().await? {
            return Self::parse(kept);
        }
        let private_key = call.keys.new_private_key().await;
        let made = made(private_key, call.now(), call.random()).map_err(ApiError::internal)?;

        let mut tx = call.store.begin().await?;
        tx.insert_mock_idp_key(&made, call.now()).await?;
        tx.commit().await?;

        let kept = call.store.read_latest().await?.mock_idp_key().await?;
        Self::parse(kept.ok_or_else(|| StoreError::Unreadable("mock_idp_key".to_owned()))?)
    }

    pub(super) fn parse(kept: KeptMockIdpKey) -> Result<Self, ApiError> {
        let hash = digest(&SHA256, &public_key(&kept.private_key)?);
        let kid = BASE64_URL_SAFE_NO_PAD.encode(hash);
        Ok(Self { certificate: kept.certificate, private_key: kept.private_key, kid })
    }

    /// The private key in PEM.
    pub(super) fn private_pem(&self) -> Result<String, ApiError> {
        let pair = KeyPair::try_from(self.private_key.as_slice()).map_err(ApiError::internal)?;
        Ok(pair.serialize_pem())
    }

    /// The public key in a JWKS.
    pub(super) fn jwk(&self) -> Result<Jwk<'_>, ApiError> {
        public_jwk(&self.kid, &self.private_key)
    }

    /// The key as it signs tokens.
    pub(super) fn for_tokens(&self) -> Result<Rs256, ApiError> {
        Rs256::parse(&self.kid, &self.private_key)
    }
}

/// What is kept of a new private key (PKCS#8): with a certificate that it signs for itself.
pub(super) fn made(
    private_key: Vec<u8>,
    now: DateTime<Utc>,
    random: &dyn Random,
) -> Result<KeptMockIdpKey, rcgen::Error> {
    let pair = KeyPair::try_from(private_key.as_slice())?;
    let month = u8::try_from(now.month()).expect("months end at 12");
    let mut params = CertificateParams::default();
    // From the first of the month, a day that every year has.
    params.not_before = date_time_ymd(now.year(), month, 1);
    params.not_after = date_time_ymd(now.year() + YEARS, month, 1);
    params.serial_number = Some(SerialNumber::from(random::bytes::<16>(random).to_vec()));
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Poolhouse mock identity provider");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let certificate = BASE64_STANDARD.encode(params.self_signed(&pair)?.der());
    Ok(KeptMockIdpKey { certificate, private_key })
}

#[cfg(test)]
mod tests {
    use x509_parser::prelude::{FromDer as _, X509Certificate};

    use super::*;
    use crate::randomness::SystemRandom;
    use crate::tokens::generate_key;

    #[test]
    fn the_certificate_fits_the_key_and_is_good_for_ten_years() {
        let now = "2028-02-29T23:59:59Z".parse().unwrap();
        let kept = made(generate_key(), now, &SystemRandom::new()).unwrap();
        let der = BASE64_STANDARD.decode(&kept.certificate).unwrap();
        let (_, certificate) = X509Certificate::from_der(&der).unwrap();
        certificate.verify_signature(None).unwrap();
        assert_eq!(
            certificate.public_key().subject_public_key.data.as_ref(),
            public_key(&kept.private_key).unwrap()
        );
        assert_eq!(certificate.validity().not_before.to_string(), "Feb  1 00:00:00 2028 +00:00");
        assert_eq!(certificate.validity().not_after.to_string(), "Feb  1 00:00:00 2038 +00:00");
        let usage = certificate.key_usage().unwrap().unwrap().value;
        assert!(usage.digital_signature() && !usage.key_cert_sign());
    }
}
