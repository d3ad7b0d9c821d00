//! Rows of `provider_documents`: the SAML metadata of providers as it was fetched last; and of `pool_certificates`.

use chrono::{DateTime, Utc};
use domain::ids::PoolId;

use crate::error::Result;
use crate::sql::{Reader, Tx};

/// A document as it was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderDocument {
    /// From where.
    pub url: String,
    /// What it says.
    pub document: String,
    /// When.
    pub fetched_at: DateTime<Utc>,
}

/// The key that a pool signs SAML requests with.
#[derive(Clone, PartialEq, Eq)]
pub struct PoolCertificate {
    /// Its certificate: DER in base64.
    pub certificate: String,
    /// The private key: PKCS #8.
    pub private_key: Vec<u8>,
}

fn context(pool_id: &PoolId) -> String {
    format!("pool_certificates/{}", pool_id.as_str())
}

impl Reader {
    /// The document of a provider, if it was fetched before.
    pub async fn provider_document(
        &mut self,
        pool_id: &PoolId,
        provider_name: &str,
    ) -> Result<Option<ProviderDocument>> {
        self.query(
            "SELECT url, document, fetched_at FROM provider_documents WHERE pool_id = $1 AND provider_name = $2",
        )
        .bind(pool_id.as_str())
        .bind(provider_name)
        .optional()
        .await?
        .map(|row| {
            Ok(ProviderDocument {
                url: row.get("url")?,
                document: row.get("document")?,
                fetched_at: row.get("fetched_at")?,
            })
        })
        .transpose()
    }

    /// The key that a pool signs SAML requests with, if it needed one before.
    pub async fn pool_certificate(&mut self, pool_id: &PoolId) -> Result<Option<PoolCertificate>> {
        let sealer = self.sealer();
        self.query("SELECT certificate, sealed_private_key FROM pool_certificates WHERE pool_id = $1")
            .bind(pool_id.as_str())
            .optional()
            .await?
            .map(|row| {
                Ok(PoolCertificate {
                    certificate: row.get("certificate")?,
                    private_key: sealer
                        .open(&context(pool_id), &row.get::<Vec<u8>>("sealed_private_key")?)?,
                })
            })
            .transpose()
    }
}

impl Tx {
    /// Keeps the document of a provider, in place of the one before.
    pub async fn put_provider_document(
        &mut self,
        pool_id: &PoolId,
        provider_name: &str,
        document: &ProviderDocument,
    ) -> Result<()> {
        self.query(
            "INSERT INTO provider_documents (pool_id, provider_name, url, document, fetched_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (pool_id, provider_name) DO UPDATE
                SET url = excluded.url, document = excluded.document, fetched_at = excluded.fetched_at",
        )
        .bind(pool_id.as_str())
        .bind(provider_name)
        .bind(document.url.as_str())
        .bind(document.document.as_str())
        .bind(document.fetched_at)
        .execute()
        .await?;
        Ok(())
    }

    /// Keeps a pool's key, unless it has one: replicas that make one at once agree on the first.
    pub async fn insert_pool_certificate(
        &mut self,
        pool_id: &PoolId,
        made: &PoolCertificate,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let sealed = self.sealer().seal(&context(pool_id), &made.private_key);
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
