//! RSA keys of a user pool with certificates that they sign for themselves: to decrypt SAML responses, and to sign requests.
//! Not the decryption, and not the signing.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use chrono::{DateTime, Datelike as _, Utc};
use domain::identity_providers::EncryptionKey;
use domain::ids::PoolId;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize,
    date_time_ymd,
};

use crate::apart::{SlowTurn, slow_turn};
use crate::error::ApiError;

/// How long a certificate is good for. Providers that check this want a time to come; nobody wants to renew it.
const YEARS: i32 = 10;

/// Why there is no key: faults of ours.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyNotMade {
    /// The cryptography failed.
    #[error("no key could be made for encrypted responses")]
    Crypto(#[from] rcgen::Error),
    /// The thread that made it did not live to the end.
    #[error("making a key for encrypted responses was cut short: {}", .0.message)]
    CutShort(ApiError),
}

/// A new RSA key of 2,048 bits to decrypt with, with a certificate that it signs for itself in the name of the pool.
pub(super) async fn encryption_key(
    pool_id: &PoolId,
    now: DateTime<Utc>,
) -> Result<EncryptionKey, KeyNotMade> {
    made(slow_turn().await, pool_id, now, KeyUsagePurpose::KeyEncipherment).await
}

/// The same to sign with, for who has the turn to make one.
pub(super) async fn signing_key(
    turn: SlowTurn,
    pool_id: &PoolId,
    now: DateTime<Utc>,
) -> Result<EncryptionKey, KeyNotMade> {
    made(turn, pool_id, now, KeyUsagePurpose::DigitalSignature).await
}

async fn made(
    turn: SlowTurn,
    pool_id: &PoolId,
    now: DateTime<Utc>,
    usage: KeyUsagePurpose,
) -> Result<EncryptionKey, KeyNotMade> {
    let name = pool_id.as_str().to_owned();
    // It takes a tenth of a second, in which the worker would answer nobody.
    Ok(turn.run(move || self_signed(&name, now, usage)).await.map_err(KeyNotMade::CutShort)??)
}

fn self_signed(
    name: &str,
    now: DateTime<Utc>,
    usage: KeyUsagePurpose,
) -> Result<EncryptionKey, rcgen::Error> {
    let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
    let month = u8::try_from(now.month()).expect("months end at 12");
    let mut params = CertificateParams::default();
    // From the first of the month, a day that every year has.
    params.not_before = date_time_ymd(now.year(), month, 1);
    params.not_after = date_time_ymd(now.year() + YEARS, month, 1);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.key_usages = vec![usage];
    let certificate = params.self_signed(&pair)?;
    Ok(EncryptionKey {
        certificate: BASE64_STANDARD.encode(certificate.der()),
        private_key: BASE64_STANDARD.encode(pair.serialized_der()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_new_key_fits_its_certificate() {
        let now = "2028-02-29T23:59:59Z".parse().unwrap();
        let key = encryption_key(&PoolId::from("us-east-1_AbCdEf123".to_owned()), now).await.unwrap();
        let private = BASE64_STANDARD.decode(&key.private_key).unwrap();
        let private = aws_lc_rs::rsa::KeyPair::from_pkcs8(&private).unwrap();
        assert_eq!(private.public_modulus_len(), 256);

        let certificate = BASE64_STANDARD.decode(&key.certificate).unwrap();
        let holds = |part: &[u8]| certificate.windows(part.len()).any(|bytes| bytes == part);
        assert!(holds(aws_lc_rs::signature::KeyPair::public_key(&private).as_ref()));
        assert!(holds(b"us-east-1_AbCdEf123"));
        assert!(
            holds(b"280201000000Z") && holds(b"380201000000Z"),
            "from the first of the month, for ten years"
        );
    }
}
