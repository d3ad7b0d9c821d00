//! Rows of `ui_customizations`.

use domain::ids::{ClientId, PoolId};
use domain::ui_customization::{ALL, Logo, UiCustomization};

use crate::error::Result;
use crate::sql::{Reader, Row, Tx};

fn ui_customization(row: &Row) -> Result<UiCustomization> {
    Ok(UiCustomization {
        pool_id: PoolId::from(row.get::<String>("pool_id")?),
        client_id: row.get::<Option<String>>("client_id")?.map(ClientId::from),
        css: row.get("css")?,
        image: row.get::<Option<Vec<u8>>>("image")?.map(Logo::from_bytes),
        created_at: row.get("created_at")?,
        modified_at: row.get("modified_at")?,
    })
}

/// Ids of clients are in lower case, so none is taken for all of them.
fn target(client_id: Option<&ClientId>) -> &str {
    client_id.map_or(ALL, ClientId::as_str)
}

impl Reader {
    /// What was set for a client, or for all of a pool.
    pub async fn ui_customization(
        &mut self,
        pool_id: &PoolId,
        client_id: Option<&ClientId>,
    ) -> Result<Option<UiCustomization>> {
        self.query("SELECT * FROM ui_customizations WHERE pool_id = $1 AND target = $2")
            .bind(pool_id.as_str())
            .bind(target(client_id))
            .optional()
            .await?
            .map(|row| ui_customization(&row))
            .transpose()
    }

    /// What holds for a client: what was set for it or, where nothing was, for all of its pool.
    pub async fn ui_customization_of_client(
        &mut self,
        pool_id: &PoolId,
        client_id: &ClientId,
    ) -> Result<Option<UiCustomization>> {
        let rows = self
            .query("SELECT * FROM ui_customizations WHERE pool_id = $1 AND target IN ($2, 'ALL')")
            .bind(pool_id.as_str())
            .bind(client_id.as_str())
            .all()
            .await?;
        let found: Vec<UiCustomization> = rows.iter().map(ui_customization).collect::<Result<_>>()?;
        Ok(found.into_iter().max_by_key(|customization| customization.client_id.is_some()))
    }
}

impl Tx {
    /// Keeps a customization in place of the one before, but for when that was created.
    pub async fn put_ui_customization(&mut self, customization: &UiCustomization) -> Result<()> {
        self.query(
            "INSERT INTO ui_customizations (pool_id, target, client_id, css, image, created_at, modified_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (pool_id, target) DO UPDATE
                SET css = excluded.css, image = excluded.image, modified_at = excluded.modified_at",
        )
        .bind(customization.pool_id.as_str())
        .bind(target(customization.client_id.as_ref()))
        .bind(customization.client_id.as_ref().map(ClientId::as_str))
        .bind(customization.css.as_deref())
        .bind(customization.image.as_ref().map(Logo::bytes))
        .bind(customization.created_at)
        .bind(customization.modified_at)
        .execute()
        .await?;
        Ok(())
    }

    /// Deletes what was set for a client, or for all of a pool.
    pub async fn delete_ui_customization(
        &mut self,
        pool_id: &PoolId,
        client_id: Option<&ClientId>,
    ) -> Result<()> {
        self.query("DELETE FROM ui_customizations WHERE pool_id = $1 AND target = $2")
            .bind(pool_id.as_str())
            .bind(target(client_id))
            .execute()
            .await?;
        Ok(())
    }
}
