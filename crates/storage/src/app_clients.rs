//! Rows of `app_clients` and their secrets.

use chrono::{DateTime, Utc};
use domain::app_clients::AppClient;
use domain::domains::Domain;
use domain::ids::{ClientId, PoolId};
use domain::user_pools::UserPool;
use wire::ClientSSOSessionConfigType;

use crate::columns::{Position, from_json, from_optional_json, json};
use crate::domains::domain_of_pool;
use crate::error::{Result, StoreError};
use crate::sealing::Sealer;
use crate::sql::{Reader, Row, Tx};
use crate::user_pools;

/// A secret of a confidential client.
#[derive(Clone, PartialEq)]
pub struct ClientSecret {
    /// `{clientId}--{epoch milliseconds}`.
    pub id: String,
    /// The secret itself.
    pub value: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A client with its pool and secrets: what an unauthenticated call needs before anything else.
#[derive(Clone)]
pub struct ClientWithPool {
    /// The client.
    pub client: AppClient,
    /// The pool.
    pub pool: UserPool,
    /// Its active secrets; none for public clients.
    pub secrets: Vec<ClientSecret>,
}

fn app_client(row: &Row) -> Result<AppClient> {
    Ok(AppClient {
        id: ClientId::from(row.get::<String>("id")?),
        pool_id: PoolId::from(row.get::<String>("pool_id")?),
        name: row.get("name")?,
        settings: from_json(row, "settings")?,
        created_at: row.get("created_at")?,
        modified_at: row.get("modified_at")?,
        version: row.get("version")?,
    })
}

fn context(id: &str) -> String {
    format!("app_client_secrets/{id}")
}

fn opened(sealer: &Sealer, id: &str, sealed: &[u8]) -> Result<String> {
    String::from_utf8(sealer.open(&context(id), sealed)?).map_err(|_| StoreError::Sealed)
}

fn client_secret(row: &Row, sealer: &Sealer) -> Result<ClientSecret> {
    let id: String = row.get("id")?;
    let value = opened(sealer, &id, &row.get::<Vec<u8>>("sealed_value")?)?;
    Ok(ClientSecret { id, value, created_at: row.get("created_at")? })
}

/// The client of rows that join it with its pool and each of its secrets; a secret may come several times.
fn client_with_pool(id: &ClientId, rows: &[Row], sealer: &Sealer) -> Result<Option<ClientWithPool>> {
    let Some(row) = rows.first() else { return Ok(None) };
    let pool = user_pools::user_pool(row)?;
    let client = AppClient {
        id: id.clone(),
        pool_id: pool.id.clone(),
        name: row.get("client_name")?,
        settings: from_json(row, "client_settings")?,
        created_at: row.get("client_created_at")?,
        modified_at: row.get("client_modified_at")?,
        version: row.get("client_version")?,
    };
    let mut secrets: Vec<ClientSecret> = Vec::new();
    for row in rows {
        if let Some(id) = row.get::<Option<String>>("secret_id")?
            && secrets.iter().all(|known| known.id != id)
        {
            let value = opened(sealer, &id, &row.get::<Vec<u8>>("sealed_value")?)?;
            secrets.push(ClientSecret { id, value, created_at: row.get("secret_created_at")? });
        }
    }
    secrets.sort_by_key(|secret| secret.created_at); // at most two
    Ok(Some(ClientWithPool { client, pool, secrets }))
}

impl Reader {
    /// A client of this pool.
    pub async fn app_client(&mut self, pool_id: &PoolId, id: &ClientId) -> Result<Option<AppClient>> {
        self.query("SELECT * FROM app_clients WHERE id = $1 AND pool_id = $2")
            .bind(id.as_str())
            .bind(pool_id.as_str())
            .optional()
            .await?
            .map(|row| app_client(&row))
            .transpose()
    }

    /// The client of this id, whichever pool it belongs to, with that pool and its secrets.
    pub async fn client_with_pool(&mut self, id: &ClientId) -> Result<Option<ClientWithPool>> {
        let sealer = self.sealer();
        let rows = self
            .query(
                "SELECT pool.*, client.name AS client_name, client.settings AS client_settings,
                        client.created_at AS client_created_at, client.modified_at AS client_modified_at,
                        client.version AS client_version, secret.id AS secret_id, secret.sealed_value,
                        secret.created_at AS secret_created_at
                   FROM app_clients AS client
                   JOIN user_pools AS pool ON pool.id = client.pool_id
                   LEFT JOIN app_client_secrets AS secret ON secret.client_id = client.id
                  WHERE client.id = $1",
            )
            .bind(id.as_str())
            .all()
            .await?;
        client_with_pool(id, &rows, &sealer)
    }

    /// The same with the domains of the pool, at most two.
    pub async fn client_with_domains(
        &mut self,
        id: &ClientId,
    ) -> Result<Option<(ClientWithPool, Vec<Domain>)>> {
        let sealer = self.sealer();
        let rows = self
            .query(
                "SELECT pool.*, client.name AS client_name, client.settings AS client_settings,
                        client.created_at AS client_created_at, client.modified_at AS client_modified_at,
                        client.version AS client_version, secret.id AS secret_id, secret.sealed_value,
                        secret.created_at AS secret_created_at, domain.domain, domain.kind, domain.certificate_arn,
                        domain.managed_login_version, domain.cloudfront_distribution, domain.routing,
                        domain.created_at AS domain_created_at, domain.modified_at AS domain_modified_at
                   FROM app_clients AS client
                   JOIN user_pools AS pool ON pool.id = client.pool_id
                   LEFT JOIN app_client_secrets AS secret ON secret.client_id = client.id
                   LEFT JOIN domains AS domain ON domain.pool_id = pool.id
                  WHERE client.id = $1",
            )
            .bind(id.as_str())
            .all()
            .await?;
        let Some(client) = client_with_pool(id, &rows, &sealer)? else { return Ok(None) };
        let mut domains: Vec<Domain> = Vec::new();
        for row in &rows {
            if let Some(domain) = domain_of_pool(row, &client.pool)?
                && domains.iter().all(|known| known.domain != domain.domain)
            {
                domains.push(domain);
            }
        }
        Ok(Some((client, domains)))
    }

    /// The clients of a pool behind a position, the oldest first.
    pub async fn app_clients(
        &mut self,
        pool_id: &PoolId,
        after: &Position,
        limit: i64,
    ) -> Result<Vec<AppClient>> {
        self.query(
            "SELECT * FROM app_clients
              WHERE pool_id = $1 AND (created_at > $2 OR (created_at = $2 AND id > $3))
              ORDER BY created_at, id LIMIT $4",
        )
        .bind(pool_id.as_str())
        .bind(after.created_at)
        .bind(after.id.as_str())
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(app_client)
        .collect()
    }

    /// How long a browser session of a client may last, if somebody said.
    pub async fn sso_session(&mut self, id: &ClientId) -> Result<Option<ClientSSOSessionConfigType>> {
        let row = self
            .query("SELECT sso_session FROM app_clients WHERE id = $1")
            .bind(id.as_str())
            .optional()
            .await?;
        row.map_or(Ok(None), |row| from_optional_json(&row, "sso_session"))
    }

    /// The secrets of a client, the oldest first.
    pub async fn client_secrets(&mut self, client_id: &ClientId) -> Result<Vec<ClientSecret>> {
        let sealer = self.sealer();
        self.query("SELECT * FROM app_client_secrets WHERE client_id = $1 ORDER BY created_at, id")
            .bind(client_id.as_str())
            .all()
            .await?
            .iter()
            .map(|row| client_secret(row, &sealer))
            .collect()
    }
}

impl Tx {
    /// Adds a client.
    pub async fn insert_app_client(&mut self, client: &AppClient) -> Result<()> {
        self.query(
            "INSERT INTO app_clients (id, pool_id, name, settings, created_at, modified_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(client.id.as_str())
        .bind(client.pool_id.as_str())
        .bind(client.name.as_str())
        .bind(json(&client.settings))
        .bind(client.created_at)
        .bind(client.modified_at)
        .bind(client.version)
        .execute()
        .await?;
        Ok(())
    }

    /// Saves a client that was read before. False when it was saved or deleted by somebody else since.
    pub async fn save_app_client(&mut self, client: &AppClient) -> Result<bool> {
        let saved = self
            .query(
                "UPDATE app_clients SET name = $2, settings = $3, modified_at = $4, version = version + 1
                  WHERE id = $1 AND version = $5",
            )
            .bind(client.id.as_str())
            .bind(client.name.as_str())
            .bind(json(&client.settings))
            .bind(client.modified_at)
            .bind(client.version)
            .execute()
            .await?;
        Ok(saved == 1)
    }

    /// Keeps how long a browser session of a client may last.
    pub async fn save_sso_session(
        &mut self,
        id: &ClientId,
        configuration: &ClientSSOSessionConfigType,
    ) -> Result<()> {
        self.query("UPDATE app_clients SET sso_session = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(json(configuration))
            .execute()
            .await?;
        Ok(())
    }

    /// Counts a save of a client without changing it, so that two that change its secrets at once cannot both succeed.
    /// False when it was saved or deleted by somebody else since it was read.
    pub async fn touch_app_client(&mut self, client: &AppClient) -> Result<bool> {
        let touched = self
            .query("UPDATE app_clients SET version = version + 1 WHERE id = $1 AND version = $2")
            .bind(client.id.as_str())
            .bind(client.version)
            .execute()
            .await?;
        Ok(touched == 1)
    }

    /// Deletes a client of this pool. False when there is none.
    pub async fn delete_app_client(&mut self, pool_id: &PoolId, id: &ClientId) -> Result<bool> {
        let deleted = self
            .query("DELETE FROM app_clients WHERE id = $1 AND pool_id = $2")
            .bind(id.as_str())
            .bind(pool_id.as_str())
            .execute()
            .await?;
        Ok(deleted == 1)
    }

    /// Adds a secret, sealed.
    pub async fn insert_client_secret(&mut self, client: &AppClient, secret: &ClientSecret) -> Result<()> {
        let sealed = self.sealer().seal(&context(&secret.id), secret.value.as_bytes());
        self.query(
            "INSERT INTO app_client_secrets (id, pool_id, client_id, sealed_value, created_at)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(secret.id.as_str())
        .bind(client.pool_id.as_str())
        .bind(client.id.as_str())
        .bind(sealed)
        .bind(secret.created_at)
        .execute()
        .await?;
        Ok(())
    }

    /// Deletes a secret of this client. False when there is none.
    pub async fn delete_client_secret(&mut self, client_id: &ClientId, id: &str) -> Result<bool> {
        let deleted = self
            .query("DELETE FROM app_client_secrets WHERE id = $1 AND client_id = $2")
            .bind(id)
            .bind(client_id.as_str())
            .execute()
            .await?;
        Ok(deleted == 1)
    }
}
