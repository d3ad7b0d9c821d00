//! Rows of `pool_certificates`: the key that a pool signs SAML requests with.

use chrono::{DateTime, Utc};
use domain::ids::PoolId;

use crate::error::Result;
use crate::sql::{Reader, Tx};

/// The key that a pool signs SAML requests with.
#[derive(Clone, PartialEq, Eq)]
pub struct PoolCertificate {
    /// Its certificate: DER in base64.
    pub certificate: String,
    /// The private key: PKCS #8.
    pub private_key: Vec<u8>,
}

/// A key opens beside its own certificate only.
fn context(pool_id: &PoolId, certificate: &str) -> String {
    format!("pool_certificates/{}/{certificate}", pool_id.as_str())
}

impl Reader {
    /// The key that a pool signs SAML requests with, if it needed one before.
    pub async fn pool_certificate(&mut self, pool_id: &PoolId) -> Result<Option<PoolCertificate>> {
        let sealer = self.sealer();
        self.query("SELECT certificate, sealed_private_key FROM pool_certificates WHERE pool_id = $1")
            .bind(pool_id.as_str())
            .optional()
            .await?
            .map(|row| {
                let certificate: String = row.get("certificate")?;
                let sealed: Vec<u8> = row.get("sealed_private_key")?;
                let private_key = sealer.open(&context(pool_id, &certificate), &sealed)?;
                Ok(PoolCertificate { certificate, private_key })
            })
            .transpose()
    }
}

impl Tx {
    /// Keeps a pool's key, unless it has one: replicas that make one at once agree on the first.
    pub async fn insert_pool_certificate(
        &mut self,
        pool_id: &PoolId,
        made: &PoolCertificate,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let sealed = self.sealer().seal(&context(pool_id, &made.certificate), &made.private_key);
        self.query(
            "INSERT INTO pool_certificates (pool_id, certificate, sealed_private_key, created_at)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
        )
        .bind(pool_id.as_str())
        .bind(made.certificate.as_str())
        .bind(sealed)
        .bind(now)
        .execute()
        .await?;
        Ok(())
    }
}
