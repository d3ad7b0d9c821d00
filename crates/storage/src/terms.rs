//! Rows of `terms`.

use chrono::{DateTime, Utc};
use domain::ids::{ClientId, PoolId};
use domain::terms::Terms;
use uuid::Uuid;

use crate::columns::{from_json, from_name, json};
use crate::error::Result;
use crate::sql::{Reader, Row, Tx};

fn terms(row: &Row) -> Result<Terms> {
    Ok(Terms {
        id: row.get("id")?,
        pool_id: PoolId::from(row.get::<String>("pool_id")?),
        client_id: ClientId::from(row.get::<String>("client_id")?),
        name: row.get("name")?,
        source: from_name(row, "source")?,
        enforcement: from_name(row, "enforcement")?,
        links: from_json(row, "links")?,
        created_at: row.get("created_at")?,
        modified_at: row.get("modified_at")?,
        version: row.get("version")?,
    })
}

impl Reader {
    /// The terms of this id in this pool.
    pub async fn terms(&mut self, pool_id: &PoolId, id: &Uuid) -> Result<Option<Terms>> {
        self.query("SELECT * FROM terms WHERE id = $1 AND pool_id = $2")
            .bind(*id)
            .bind(pool_id.as_str())
            .optional()
            .await?
            .map(|row| terms(&row))
            .transpose()
    }

    /// The terms of a client: at most one of each name.
    pub async fn terms_of_client(&mut self, client_id: &ClientId) -> Result<Vec<Terms>> {
        self.query("SELECT * FROM terms WHERE client_id = $1 ORDER BY name")
            .bind(client_id.as_str())
            .all()
            .await?
            .iter()
            .map(terms)
            .collect()
    }

    /// The terms of a pool behind a moment and id, the oldest first.
    pub async fn terms_of_pool(
        &mut self,
        pool_id: &PoolId,
        after: Option<(DateTime<Utc>, Uuid)>,
        limit: i64,
    ) -> Result<Vec<Terms>> {
        let (created_at, id) = after.unwrap_or((DateTime::UNIX_EPOCH, Uuid::nil()));
        self.query(
            "SELECT * FROM terms WHERE pool_id = $1 AND (created_at, id) > ($2, $3)
              ORDER BY created_at, id LIMIT $4",
        )
        .bind(pool_id.as_str())
        .bind(created_at)
        .bind(id)
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(terms)
        .collect()
    }
}

impl Tx {
    /// Adds terms. False when the client has some of this name.
    pub async fn insert_terms(&mut self, terms: &Terms) -> Result<bool> {
        let inserted = self
            .query(
                "INSERT INTO terms (id, pool_id, client_id, name, source, enforcement, links, created_at, modified_at,
                                    version)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 ON CONFLICT DO NOTHING",
            )
            .bind(terms.id)
            .bind(terms.pool_id.as_str())
            .bind(terms.client_id.as_str())
            .bind(terms.name.as_str())
            .bind(terms.source.as_str())
            .bind(terms.enforcement.as_str())
            .bind(json(&terms.links))
            .bind(terms.created_at)
            .bind(terms.modified_at)
            .bind(terms.version)
            .execute()
            .await?;
        Ok(inserted == 1)
    }

    /// Saves terms that were read before. False when they were saved or deleted by somebody else since.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] when the client has other terms of this name.
    pub async fn save_terms(&mut self, terms: &Terms) -> Result<bool> {
        let saved = self
            .query(
                "UPDATE terms
                    SET name = $2, source = $3, enforcement = $4, links = $5, modified_at = $6, version = version + 1
                  WHERE id = $1 AND version = $7",
            )
            .bind(terms.id)
            .bind(terms.name.as_str())
            .bind(terms.source.as_str())
            .bind(terms.enforcement.as_str())
            .bind(json(&terms.links))
            .bind(terms.modified_at)
            .bind(terms.version)
            .execute()
            .await?;
        Ok(saved == 1)
    }

    /// Deletes terms of this pool. False when there are none.
    pub async fn delete_terms(&mut self, pool_id: &PoolId, id: &Uuid) -> Result<bool> {
        let deleted = self
            .query("DELETE FROM terms WHERE id = $1 AND pool_id = $2")
            .bind(*id)
            .bind(pool_id.as_str())
            .execute()
            .await?;
        Ok(deleted == 1)
    }
}
