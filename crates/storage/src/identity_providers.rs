//! Rows of `identity_providers` and their identifiers.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::identity_providers::{IdentityProvider, secret_keys};
use domain::ids::PoolId;
use wire::IdentityProviderTypeType;

use crate::columns::{Position, from_json, from_optional_json, json};
use crate::error::{Result, StoreError};
use crate::sealing::Sealer;
use crate::sql::{Reader, Row, Tx};

/// What a list shows of a provider.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderSummary {
    /// Its name.
    pub name: String,
    /// Its protocol or brand.
    pub kind: IdentityProviderTypeType,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub modified_at: DateTime<Utc>,
}

fn kind(row: &Row) -> Result<IdentityProviderTypeType> {
    let kind = row.get::<String>("kind")?;
    serde_json::from_value(kind.into()).map_err(|_| StoreError::Unreadable("kind".to_owned()))
}

fn context(pool_id: &PoolId, name: &str) -> String {
    format!("identity_providers/{pool_id}/{name}")
}

/// Secrets are kept apart from the other details and come back among them.
fn identity_provider(row: &Row, sealer: &Sealer) -> Result<IdentityProvider> {
    let pool_id = PoolId::from(row.get::<String>("pool_id")?);
    let name: String = row.get("name")?;
    let mut details: BTreeMap<String, String> = from_json(row, "details")?;
    let secrets = sealer.open(&context(&pool_id, &name), &row.get::<Vec<u8>>("sealed_secrets")?)?;
    details.extend(
        serde_json::from_slice::<BTreeMap<String, String>>(&secrets).map_err(|_| StoreError::Sealed)?,
    );
    Ok(IdentityProvider {
        kind: kind(row)?,
        details,
        attribute_mapping: from_json(row, "attribute_mapping")?,
        identifiers: Vec::new(),
        acr_mapping: from_optional_json(row, "acr_mapping")?,
        created_at: row.get("created_at")?,
        modified_at: row.get("modified_at")?,
        version: row.get("version")?,
        pool_id,
        name,
    })
}

/// Rows of a join with identifiers: one for each identifier, or one without.
fn with_identifiers(rows: &[Row], sealer: &Sealer) -> Result<Option<IdentityProvider>> {
    let Some(first) = rows.first() else { return Ok(None) };
    let mut provider = identity_provider(first, sealer)?;
    for row in rows {
        provider.identifiers.extend(row.get::<Option<String>>("identifier")?);
    }
    Ok(Some(provider))
}

/// Details as they may be kept in clear, and the sealed rest.
fn split(provider: &IdentityProvider, sealer: &Sealer) -> (String, Vec<u8>) {
    let keys = secret_keys(provider.kind);
    let (secrets, open): (BTreeMap<&String, &String>, BTreeMap<_, _>) =
        provider.details.iter().partition(|(key, _)| keys.contains(&key.as_str()));
    let sealed = sealer.seal(&context(&provider.pool_id, &provider.name), json(&secrets).as_bytes());
    (json(&open), sealed)
}

impl Reader {
    /// A provider of this pool.
    pub async fn identity_provider(
        &mut self,
        pool_id: &PoolId,
        name: &str,
    ) -> Result<Option<IdentityProvider>> {
        let sealer = self.sealer();
        let rows = self
            .query(
                "SELECT provider.*, known.identifier
                   FROM identity_providers AS provider
                   LEFT JOIN identity_provider_identifiers AS known
                     ON known.pool_id = provider.pool_id AND known.provider_name = provider.name
                  WHERE provider.pool_id = $1 AND provider.name = $2
                  ORDER BY known.position",
            )
            .bind(pool_id.as_str())
            .bind(name)
            .all()
            .await?;
        with_identifiers(&rows, &sealer)
    }

    /// The provider of this pool that has the identifier.
    pub async fn identity_provider_by_identifier(
        &mut self,
        pool_id: &PoolId,
        identifier: &str,
    ) -> Result<Option<IdentityProvider>> {
        let sealer = self.sealer();
        let rows = self
            .query(
                "SELECT provider.*, known.identifier
                   FROM identity_provider_identifiers AS asked
                   JOIN identity_providers AS provider
                     ON provider.pool_id = asked.pool_id AND provider.name = asked.provider_name
                   JOIN identity_provider_identifiers AS known
                     ON known.pool_id = provider.pool_id AND known.provider_name = provider.name
                  WHERE asked.pool_id = $1 AND asked.identifier = $2
                  ORDER BY known.position",
            )
            .bind(pool_id.as_str())
            .bind(identifier)
            .all()
            .await?;
        with_identifiers(&rows, &sealer)
    }

    /// What lists show of the providers of a pool behind a position, the oldest first. No secret is opened for it.
    pub async fn provider_summaries(
        &mut self,
        pool_id: &PoolId,
        after: &Position,
        limit: i64,
    ) -> Result<Vec<ProviderSummary>> {
        self.query(
            "SELECT name, kind, created_at, modified_at FROM identity_providers
              WHERE pool_id = $1 AND (created_at > $2 OR (created_at = $2 AND name > $3))
              ORDER BY created_at, name LIMIT $4",
        )
        .bind(pool_id.as_str())
        .bind(after.created_at)
        .bind(after.id.as_str())
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(|row| {
            Ok(ProviderSummary {
                name: row.get("name")?,
                kind: kind(row)?,
                created_at: row.get("created_at")?,
                modified_at: row.get("modified_at")?,
            })
        })
        .collect()
    }

    /// The providers of a pool behind a position, the oldest first, without their identifiers.
    pub async fn identity_providers(
        &mut self,
        pool_id: &PoolId,
        after: &Position,
        limit: i64,
    ) -> Result<Vec<IdentityProvider>> {
        let sealer = self.sealer();
        self.query(
            "SELECT * FROM identity_providers
              WHERE pool_id = $1 AND (created_at > $2 OR (created_at = $2 AND name > $3))
              ORDER BY created_at, name LIMIT $4",
        )
        .bind(pool_id.as_str())
        .bind(after.created_at)
        .bind(after.id.as_str())
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(|row| identity_provider(row, &sealer))
        .collect()
    }
}

impl Tx {
    /// Adds a provider. False when the pool has one of this name.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one of its identifiers belongs to another provider.
    pub async fn insert_identity_provider(&mut self, provider: &IdentityProvider) -> Result<bool> {
        let (details, sealed_secrets) = split(provider, &self.sealer());
        let inserted = self
            .query(
                "INSERT INTO identity_providers (pool_id, name, kind, details, sealed_secrets, attribute_mapping,
                                                 acr_mapping, created_at, modified_at, version)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 ON CONFLICT DO NOTHING",
            )
            .bind(provider.pool_id.as_str())
            .bind(provider.name.as_str())
            .bind(provider.kind.as_str())
            .bind(details)
            .bind(sealed_secrets)
            .bind(json(&provider.attribute_mapping))
            .bind(provider.acr_mapping.as_ref().map(json))
            .bind(provider.created_at)
            .bind(provider.modified_at)
            .bind(provider.version)
            .execute()
            .await?;
        if inserted == 1 {
            self.insert_identifiers(provider).await?;
        }
        Ok(inserted == 1)
    }

    /// Saves a provider that was read before. False when it was saved or deleted by somebody else since.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one of its identifiers belongs to another provider.
    pub async fn save_identity_provider(&mut self, provider: &IdentityProvider) -> Result<bool> {
        let (details, sealed_secrets) = split(provider, &self.sealer());
        let saved = self
            .query(
                "UPDATE identity_providers
                    SET details = $3, sealed_secrets = $4, attribute_mapping = $5, acr_mapping = $6,
                        modified_at = $7, version = version + 1
                  WHERE pool_id = $1 AND name = $2 AND version = $8",
            )
            .bind(provider.pool_id.as_str())
            .bind(provider.name.as_str())
            .bind(details)
            .bind(sealed_secrets)
            .bind(json(&provider.attribute_mapping))
            .bind(provider.acr_mapping.as_ref().map(json))
            .bind(provider.modified_at)
            .bind(provider.version)
            .execute()
            .await?;
        if saved == 1 {
            self.query("DELETE FROM identity_provider_identifiers WHERE pool_id = $1 AND provider_name = $2")
                .bind(provider.pool_id.as_str())
                .bind(provider.name.as_str())
                .execute()
                .await?;
            self.insert_identifiers(provider).await?;
        }
        Ok(saved == 1)
    }

    /// Deletes a provider of this pool. False when there is none.
    pub async fn delete_identity_provider(&mut self, pool_id: &PoolId, name: &str) -> Result<bool> {
        let deleted = self
            .query("DELETE FROM identity_providers WHERE pool_id = $1 AND name = $2")
            .bind(pool_id.as_str())
            .bind(name)
            .execute()
            .await?;
        Ok(deleted == 1)
    }

    async fn insert_identifiers(&mut self, provider: &IdentityProvider) -> Result<()> {
        for (position, identifier) in (0i64..).zip(&provider.identifiers) {
            self.query(
                "INSERT INTO identity_provider_identifiers (pool_id, identifier, provider_name, position)
                 VALUES ($1, $2, $3, $4)",
            )
            .bind(provider.pool_id.as_str())
            .bind(identifier.as_str())
            .bind(provider.name.as_str())
            .bind(position)
            .execute()
            .await?;
        }
        Ok(())
    }
}
