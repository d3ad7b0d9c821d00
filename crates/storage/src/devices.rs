//! Rows of `devices`.

use chrono::{DateTime, Utc};
use domain::devices::Device;
use domain::ids::PoolId;
use domain::srp::Verifier;
use uuid::Uuid;

use crate::columns::Position;
use crate::error::{Result, StoreError};
use crate::sql::{Reader, Row, Tx};

fn device(row: &Row) -> Result<Device> {
    let salt: Option<Vec<u8>> = row.get("srp_salt")?;
    let value: Option<Vec<u8>> = row.get("srp_verifier")?;
    let password = match (salt, value) {
        (Some(salt), Some(value)) => {
            let salt = salt.try_into().map_err(|_| StoreError::Unreadable("srp_salt".to_owned()))?;
            Some(Verifier { salt, value })
        }
        _ => None,
    };
    Ok(Device {
        key: row.get("device_key")?,
        group_key: row.get("group_key")?,
        pool_id: PoolId::from(row.get::<String>("pool_id")?),
        user_id: row.get("user_id")?,
        name: row.get("name")?,
        password,
        remembered: row.get("remembered")?,
        last_ip: row.get("last_ip")?,
        created_at: row.get("created_at")?,
        modified_at: row.get("modified_at")?,
        last_authenticated_at: row.get("last_authenticated_at")?,
    })
}

impl Reader {
    /// A device of a user.
    pub async fn device(&mut self, user_id: &Uuid, key: &str) -> Result<Option<Device>> {
        self.query("SELECT * FROM devices WHERE device_key = $1 AND user_id = $2")
            .bind(key)
            .bind(*user_id)
            .optional()
            .await?
            .map(|row| device(&row))
            .transpose()
    }

    /// The devices of a user behind a position, the oldest first.
    pub async fn devices(&mut self, user_id: &Uuid, after: &Position, limit: i64) -> Result<Vec<Device>> {
        self.query(
            "SELECT * FROM devices
              WHERE user_id = $1 AND (created_at > $2 OR (created_at = $2 AND device_key > $3))
              ORDER BY created_at, device_key LIMIT $4",
        )
        .bind(*user_id)
        .bind(after.created_at)
        .bind(after.id.as_str())
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(device)
        .collect()
    }
}

impl Tx {
    /// Adds a device.
    pub async fn insert_device(&mut self, device: &Device) -> Result<()> {
        self.query(
            "INSERT INTO devices (device_key, pool_id, user_id, group_key, name, srp_salt, srp_verifier, remembered,
                                  last_ip, created_at, modified_at, last_authenticated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(device.key.as_str())
        .bind(device.pool_id.as_str())
        .bind(device.user_id)
        .bind(device.group_key.as_str())
        .bind(device.name.clone())
        .bind(device.password.as_ref().map(|password| password.salt.to_vec()))
        .bind(device.password.as_ref().map(|password| password.value.clone()))
        .bind(device.remembered)
        .bind(device.last_ip.as_str())
        .bind(device.created_at)
        .bind(device.modified_at)
        .bind(device.last_authenticated_at)
        .execute()
        .await?;
        Ok(())
    }

    /// Keeps what ConfirmDevice brought. False when the device was confirmed or forgotten meanwhile.
    pub async fn confirm_device(&mut self, device: &Device) -> Result<bool> {
        let saved = self
            .query(
                "UPDATE devices
                    SET name = $2, srp_salt = $3, srp_verifier = $4, remembered = $5, modified_at = $6
                  WHERE device_key = $1 AND srp_verifier IS NULL",
            )
            .bind(device.key.as_str())
            .bind(device.name.clone())
            .bind(device.password.as_ref().map(|password| password.salt.to_vec()))
            .bind(device.password.as_ref().map(|password| password.value.clone()))
            .bind(device.remembered)
            .bind(device.modified_at)
            .execute()
            .await?;
        Ok(saved == 1)
    }

    /// Keeps whether a device is remembered. False when it was forgotten meanwhile.
    pub async fn save_device_status(&mut self, device: &Device) -> Result<bool> {
        let saved = self
            .query("UPDATE devices SET remembered = $2, modified_at = $3 WHERE device_key = $1")
            .bind(device.key.as_str())
            .bind(device.remembered)
            .bind(device.modified_at)
            .execute()
            .await?;
        Ok(saved == 1)
    }

    /// Notes that a device signed in.
    pub async fn authenticated_device(
        &mut self,
        device: &Device,
        now: DateTime<Utc>,
        ip: &str,
    ) -> Result<()> {
        self.query("UPDATE devices SET last_authenticated_at = $2, last_ip = $3 WHERE device_key = $1")
            .bind(device.key.as_str())
            .bind(now)
            .bind(ip)
            .execute()
            .await?;
        Ok(())
    }

    /// Forgets a device of a user. False when there is none.
    pub async fn delete_device(&mut self, user_id: &Uuid, key: &str) -> Result<bool> {
        let deleted = self
            .query("DELETE FROM devices WHERE device_key = $1 AND user_id = $2")
            .bind(key)
            .bind(*user_id)
            .execute()
            .await?;
        Ok(deleted == 1)
    }
}
