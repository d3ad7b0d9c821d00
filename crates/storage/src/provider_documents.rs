//! Rows of `provider_documents`: the SAML metadata of providers as it was fetched last.

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
    /// When the provider was last asked, whether or not it answered with one that can be used.
    pub tried_at: DateTime<Utc>,
}

impl Reader {
    /// The document of a provider, if it was fetched before.
    pub async fn provider_document(
        &mut self,
        pool_id: &PoolId,
        provider_name: &str,
    ) -> Result<Option<ProviderDocument>> {
        self.query(
            "SELECT url, document, fetched_at, tried_at FROM provider_documents WHERE pool_id = $1 AND provider_name = $2",
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
                tried_at: row.get("tried_at")?,
            })
        })
        .transpose()
    }
}

impl Tx {
    /// Notes that a provider was asked in vain. Whatever document is kept by now stays.
    pub async fn try_provider_document(
        &mut self,
        pool_id: &PoolId,
        provider_name: &str,
        tried_at: DateTime<Utc>,
    ) -> Result<()> {
        self.query("UPDATE provider_documents SET tried_at = $3 WHERE pool_id = $1 AND provider_name = $2")
            .bind(pool_id.as_str())
            .bind(provider_name)
            .bind(tried_at)
            .execute()
            .await?;
        Ok(())
    }

    /// Keeps the document of a provider, in place of the one before.
    pub async fn put_provider_document(
        &mut self,
        pool_id: &PoolId,
        provider_name: &str,
        document: &ProviderDocument,
    ) -> Result<()> {
        self.query(
            "INSERT INTO provider_documents (pool_id, provider_name, url, document, fetched_at, tried_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (pool_id, provider_name) DO UPDATE
                SET url = excluded.url, document = excluded.document, fetched_at = excluded.fetched_at,
                    tried_at = excluded.tried_at",
        )
        .bind(pool_id.as_str())
        .bind(provider_name)
        .bind(document.url.as_str())
        .bind(document.document.as_str())
        .bind(document.fetched_at)
        .bind(document.tried_at)
        .execute()
        .await?;
        Ok(())
    }
}
