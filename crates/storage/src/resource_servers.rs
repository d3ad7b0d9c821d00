//! Rows of `resource_servers`.

use domain::ids::PoolId;
use domain::resource_servers::ResourceServer;

use crate::columns::{Position, from_json, json};
use crate::error::Result;
use crate::sql::{Reader, Row, Tx};

fn resource_server(row: &Row) -> Result<ResourceServer> {
    Ok(ResourceServer {
        pool_id: PoolId::from(row.get::<String>("pool_id")?),
        identifier: row.get("identifier")?,
        name: row.get("name")?,
        scopes: from_json(row, "scopes")?,
        created_at: row.get("created_at")?,
    })
}

impl Reader {
    /// A resource server of this pool.
    pub async fn resource_server(
        &mut self,
        pool_id: &PoolId,
        identifier: &str,
    ) -> Result<Option<ResourceServer>> {
        self.query("SELECT * FROM resource_servers WHERE pool_id = $1 AND identifier = $2")
            .bind(pool_id.as_str())
            .bind(identifier)
            .optional()
            .await?
            .map(|row| resource_server(&row))
            .transpose()
    }

    /// The scopes of all resource servers of a pool, as clients ask for them.
    pub async fn resource_scopes(&mut self, pool_id: &PoolId) -> Result<Vec<String>> {
        let rows = self
            .query("SELECT * FROM resource_servers WHERE pool_id = $1 ORDER BY created_at, identifier")
            .bind(pool_id.as_str())
            .all()
            .await?;
        let mut scopes = Vec::new();
        for row in &rows {
            scopes.extend(resource_server(row)?.scope_names());
        }
        Ok(scopes)
    }

    /// The resource servers of a pool behind a position, the oldest first.
    pub async fn resource_servers(
        &mut self,
        pool_id: &PoolId,
        after: &Position,
        limit: i64,
    ) -> Result<Vec<ResourceServer>> {
        self.query(
            "SELECT * FROM resource_servers
              WHERE pool_id = $1 AND (created_at > $2 OR (created_at = $2 AND identifier > $3))
              ORDER BY created_at, identifier LIMIT $4",
        )
        .bind(pool_id.as_str())
        .bind(after.created_at)
        .bind(after.id.as_str())
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(resource_server)
        .collect()
    }
}

impl Tx {
    /// Adds a resource server. False when the pool has one with this identifier.
    pub async fn insert_resource_server(&mut self, server: &ResourceServer) -> Result<bool> {
        let inserted = self
            .query(
                "INSERT INTO resource_servers (pool_id, identifier, name, scopes, created_at)
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            )
            .bind(server.pool_id.as_str())
            .bind(server.identifier.as_str())
            .bind(server.name.as_str())
            .bind(json(&server.scopes))
            .bind(server.created_at)
            .execute()
            .await?;
        Ok(inserted == 1)
    }

    /// Replaces name and scopes. False when there is no such resource server.
    pub async fn save_resource_server(&mut self, server: &ResourceServer) -> Result<bool> {
        let saved = self
            .query(
                "UPDATE resource_servers SET name = $3, scopes = $4 WHERE pool_id = $1 AND identifier = $2",
            )
            .bind(server.pool_id.as_str())
            .bind(server.identifier.as_str())
            .bind(server.name.as_str())
            .bind(json(&server.scopes))
            .execute()
            .await?;
        Ok(saved == 1)
    }

    /// Deletes a resource server of this pool. False when there is none.
    pub async fn delete_resource_server(&mut self, pool_id: &PoolId, identifier: &str) -> Result<bool> {
        let deleted = self
            .query("DELETE FROM resource_servers WHERE pool_id = $1 AND identifier = $2")
            .bind(pool_id.as_str())
            .bind(identifier)
            .execute()
            .await?;
        Ok(deleted == 1)
    }
}
