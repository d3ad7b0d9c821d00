//! Rows of `federated_sign_ins`: browsers that left for another provider, found by the state that they bring back.

use chrono::{DateTime, Utc};
use domain::ids::PoolId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::columns::json;
use crate::error::{Result, StoreError};
use crate::hashed::{hash, place};
use crate::sql::{Reader, Tx};

/// A browser that left, as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptFederatedSignIn<T> {
    /// The pool.
    pub pool_id: PoolId,
    /// What it left with, or came back with.
    pub state: T,
    /// How far it is.
    pub stage: FederatedStage,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// How far a federated sign-in is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FederatedStage {
    /// The browser is at the provider.
    Left,
    /// The provider's answer was judged, and the browser is on its way.
    Judged,
    /// It came to an end.
    Over,
}

impl FederatedStage {
    fn number(self) -> i64 {
        match self {
            Self::Left => 0,
            Self::Judged => 1,
            Self::Over => 2,
        }
    }

    fn of(number: i64) -> Result<Self> {
        [Self::Left, Self::Judged, Self::Over]
            .into_iter()
            .find(|stage| stage.number() == number)
            .ok_or_else(|| StoreError::Unreadable("stage".to_owned()))
    }
}

impl Reader {
    /// The browser that left with this state.
    pub async fn federated_sign_in<T: DeserializeOwned>(
        &mut self,
        state: &str,
    ) -> Result<Option<KeptFederatedSignIn<T>>> {
        let hash = hash(state);
        let sealer = self.sealer();
        let row = self
            .query("SELECT pool_id, sealed_state, stage, expires_at FROM federated_sign_ins WHERE state_hash = $1")
            .bind(hash.clone())
            .optional()
            .await?;
        let Some(row) = row else { return Ok(None) };
        let opened =
            sealer.open(&place("federated_sign_ins", &hash), &row.get::<Vec<u8>>("sealed_state")?)?;
        Ok(Some(KeptFederatedSignIn {
            pool_id: PoolId::from(row.get::<String>("pool_id")?),
            state: serde_json::from_slice(&opened).map_err(|_| StoreError::Sealed)?,
            stage: FederatedStage::of(row.get("stage")?)?,
            expires_at: row.get("expires_at")?,
        }))
    }
}

impl Tx {
    /// Keeps what a browser leaves with.
    pub async fn insert_federated_sign_in(
        &mut self,
        pool_id: &PoolId,
        state: &str,
        kept: &impl Serialize,
        expires_at: DateTime<Utc>,
    ) -> Result<()> {
        let hash = hash(state);
        let sealed = self.sealer().seal(&place("federated_sign_ins", &hash), json(kept).as_bytes());
        self.query(
            "INSERT INTO federated_sign_ins (state_hash, pool_id, sealed_state, stage, expires_at)
             VALUES ($1, $2, $3, 0, $4)",
        )
        .bind(hash)
        .bind(pool_id.as_str())
        .bind(sealed)
        .bind(expires_at)
        .execute()
        .await?;
        Ok(())
    }

    /// Goes on from one stage to a later one, with what is known by then. False when somebody else did so first.
    pub async fn advance_federated_sign_in(
        &mut self,
        state: &str,
        (from, to): (FederatedStage, FederatedStage),
        kept: &impl Serialize,
    ) -> Result<bool> {
        let hash = hash(state);
        let sealed = self.sealer().seal(&place("federated_sign_ins", &hash), json(kept).as_bytes());
        let advanced = self
            .query(
                "UPDATE federated_sign_ins SET sealed_state = $2, stage = $4 WHERE state_hash = $1 AND stage = $3",
            )
            .bind(hash)
            .bind(sealed)
            .bind(from.number())
            .bind(to.number())
            .execute()
            .await?;
        Ok(advanced == 1)
    }

    /// Deletes what has ended, at most so many.
    pub async fn delete_ended_federated_sign_ins(&mut self, now: DateTime<Utc>, limit: i64) -> Result<u64> {
        self.query(
            "DELETE FROM federated_sign_ins WHERE state_hash IN
                 (SELECT state_hash FROM federated_sign_ins WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        )
        .bind(now)
        .bind(limit)
        .execute()
        .await
    }
}
