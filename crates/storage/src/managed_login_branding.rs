//! Rows of `managed_login_brandings` and `managed_login_assets`.

use domain::ids::{ClientId, PoolId};
use domain::managed_login_branding::{Asset, Look, LookImage, ManagedLoginBranding};
use serde_json::Value;
use uuid::Uuid;

use crate::columns::{from_name, from_optional_json, json};
use crate::error::Result;
use crate::sql::{Reader, Row, Tx};

fn branding(row: &Row) -> Result<ManagedLoginBranding> {
    Ok(ManagedLoginBranding {
        id: row.get("id")?,
        pool_id: PoolId::from(row.get::<String>("pool_id")?),
        client_id: ClientId::from(row.get::<String>("client_id")?),
        use_cognito_provided_values: row.get("use_cognito_provided_values")?,
        settings: from_optional_json(row, "settings")?,
        assets: Vec::new(),
        created_at: row.get("created_at")?,
        modified_at: row.get("modified_at")?,
        version: row.get("version")?,
    })
}

fn asset(row: &Row) -> Result<Asset> {
    Ok(Asset {
        category: from_name(row, "category")?,
        color_mode: from_name(row, "color_mode")?,
        extension: from_name(row, "extension")?,
        resource_id: row.get("resource_id")?,
        bytes: row.get("bytes")?,
        digest: row.get("digest")?,
    })
}

/// Rows of a join with assets: one for each asset, or one without.
fn with_assets(rows: &[Row]) -> Result<Option<ManagedLoginBranding>> {
    let Some(first) = rows.first() else { return Ok(None) };
    let mut branding = branding(first)?;
    for row in rows {
        if row.get::<Option<String>>("category")?.is_some() {
            branding.assets.push(asset(row)?);
        }
    }
    Ok(Some(branding))
}

impl Reader {
    /// The style of this id in this pool.
    pub async fn managed_login_branding(
        &mut self,
        pool_id: &PoolId,
        id: &Uuid,
    ) -> Result<Option<ManagedLoginBranding>> {
        let rows = self
            .query(
                "SELECT branding.*, asset.category, asset.color_mode, asset.extension, asset.resource_id, asset.digest,
                        asset.bytes
                   FROM managed_login_brandings AS branding
                   LEFT JOIN managed_login_assets AS asset ON asset.branding_id = branding.id
                  WHERE branding.id = $1 AND branding.pool_id = $2
                  ORDER BY asset.position",
            )
            .bind(*id)
            .bind(pool_id.as_str())
            .all()
            .await?;
        with_assets(&rows)
    }

    /// Whether any client of a pool has a style.
    pub async fn has_managed_login_branding(&mut self, pool_id: &PoolId) -> Result<bool> {
        let row = self
            .query("SELECT 1 FROM managed_login_brandings WHERE pool_id = $1 LIMIT 1")
            .bind(pool_id.as_str())
            .optional()
            .await?;
        Ok(row.is_some())
    }

    /// The style of a client.
    pub async fn managed_login_branding_of_client(
        &mut self,
        client_id: &ClientId,
    ) -> Result<Option<ManagedLoginBranding>> {
        let rows = self
            .query(
                "SELECT branding.*, asset.category, asset.color_mode, asset.extension, asset.resource_id, asset.digest,
                        asset.bytes
                   FROM managed_login_brandings AS branding
                   LEFT JOIN managed_login_assets AS asset ON asset.branding_id = branding.id
                  WHERE branding.client_id = $1
                  ORDER BY asset.position",
            )
            .bind(client_id.as_str())
            .all()
            .await?;
        with_assets(&rows)
    }

    /// The look of a client's pages: its style without the bytes of images.
    pub async fn managed_login_look(&mut self, client_id: &ClientId) -> Result<Option<Look>> {
        let rows = self
            .query(
                "SELECT branding.settings, asset.category, asset.color_mode, asset.extension, asset.digest
                   FROM managed_login_brandings AS branding
                   LEFT JOIN managed_login_assets AS asset ON asset.branding_id = branding.id
                  WHERE branding.client_id = $1
                  ORDER BY asset.position",
            )
            .bind(client_id.as_str())
            .all()
            .await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let settings: Option<Value> = from_optional_json(first, "settings")?;
        let mut images = Vec::new();
        for row in &rows {
            if row.get::<Option<String>>("category")?.is_some() {
                images.push(LookImage {
                    category: from_name(row, "category")?,
                    color_mode: from_name(row, "color_mode")?,
                    extension: from_name(row, "extension")?,
                    digest: row.get("digest")?,
                });
            }
        }
        Ok(Some(Look::new(settings.as_ref(), images)))
    }

    /// The bytes of an image of a client's style.
    pub async fn managed_login_image(
        &mut self,
        client_id: &ClientId,
        image: &LookImage,
    ) -> Result<Option<Vec<u8>>> {
        let rows = self
            .query(
                "SELECT asset.bytes
                   FROM managed_login_brandings AS branding
                   JOIN managed_login_assets AS asset ON asset.branding_id = branding.id
                  WHERE branding.client_id = $1 AND asset.category = $2 AND asset.color_mode = $3 AND asset.digest = $4
                  ORDER BY asset.position LIMIT 1",
            )
            .bind(client_id.as_str())
            .bind(image.category.as_str())
            .bind(image.color_mode.as_str())
            .bind(image.digest.as_str())
            .all()
            .await?;
        rows.first().map(|row| row.get("bytes")).transpose()
    }
}

impl Tx {
    /// Adds a style with its images. False when its client has one.
    pub async fn insert_managed_login_branding(&mut self, branding: &ManagedLoginBranding) -> Result<bool> {
        let inserted = self
            .query(
                "INSERT INTO managed_login_brandings (id, pool_id, client_id, use_cognito_provided_values, settings,
                                                      created_at, modified_at, version)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT DO NOTHING",
            )
            .bind(branding.id)
            .bind(branding.pool_id.as_str())
            .bind(branding.client_id.as_str())
            .bind(branding.use_cognito_provided_values)
            .bind(branding.settings.as_ref().map(json))
            .bind(branding.created_at)
            .bind(branding.modified_at)
            .bind(branding.version)
            .execute()
            .await?;
        if inserted == 1 {
            self.insert_assets(branding).await?;
        }
        Ok(inserted == 1)
    }

    /// Saves a style that was read before, but not its images. False when it was saved or deleted by somebody else since.
    pub async fn save_managed_login_branding(&mut self, branding: &ManagedLoginBranding) -> Result<bool> {
        let saved = self
            .query(
                "UPDATE managed_login_brandings
                    SET use_cognito_provided_values = $2, settings = $3, modified_at = $4, version = version + 1
                  WHERE id = $1 AND version = $5",
            )
            .bind(branding.id)
            .bind(branding.use_cognito_provided_values)
            .bind(branding.settings.as_ref().map(json))
            .bind(branding.modified_at)
            .bind(branding.version)
            .execute()
            .await?;
        Ok(saved == 1)
    }

    /// Puts the images of a style in place of those that were kept. Only after it was saved: that keeps others out.
    pub async fn save_managed_login_assets(&mut self, branding: &ManagedLoginBranding) -> Result<()> {
        self.query("DELETE FROM managed_login_assets WHERE branding_id = $1")
            .bind(branding.id)
            .execute()
            .await?;
        self.insert_assets(branding).await
    }

    /// Deletes a style of this pool with its images. False when there is none.
    pub async fn delete_managed_login_branding(&mut self, pool_id: &PoolId, id: &Uuid) -> Result<bool> {
        let deleted = self
            .query("DELETE FROM managed_login_brandings WHERE id = $1 AND pool_id = $2")
            .bind(*id)
            .bind(pool_id.as_str())
            .execute()
            .await?;
        Ok(deleted == 1)
    }

    async fn insert_assets(&mut self, branding: &ManagedLoginBranding) -> Result<()> {
        for (position, asset) in (0i64..).zip(&branding.assets) {
            self.query(
                "INSERT INTO managed_login_assets (branding_id, position, pool_id, category, color_mode, extension,
                                                   resource_id, digest, bytes)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            )
            .bind(branding.id)
            .bind(position)
            .bind(branding.pool_id.as_str())
            .bind(asset.category.as_str())
            .bind(asset.color_mode.as_str())
            .bind(asset.extension.as_str())
            .bind(asset.resource_id.as_deref())
            .bind(asset.digest.as_str())
            .bind(asset.bytes.as_slice())
            .execute()
            .await?;
        }
        Ok(())
    }
}
