//! A browser that is away at another provider, to sign in or to sign out: what is kept of it under its state.

use domain::ids::PoolId;
use serde::{Deserialize, Serialize};
use storage::{FederatedStage, KeptFederatedSignIn};

use super::left::{Left, PATIENCE};
use crate::call::Call;
use crate::error::ApiError;

/// Why a browser is away.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Away {
    /// To sign in.
    SignIn(Box<Left>),
    /// To sign out.
    SignOut(SigningOut),
}

/// What a browser that signs out left with.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SigningOut {
    /// The provider.
    pub(super) provider: String,
    /// What its answer must name.
    pub(super) request_id: String,
    /// Where the browser goes afterwards.
    pub(super) target: String,
}

impl Away {
    /// Keeps it, for as long as the browser may be away.
    pub(super) async fn keep(self, call: &Call, pool_id: &PoolId, state: &str) -> Result<(), ApiError> {
        let mut tx = call.store.begin().await?;
        tx.insert_federated_sign_in(pool_id, state, &self, call.now() + PATIENCE).await?;
        Ok(tx.commit().await?)
    }

    /// What the browser with this state left with, and its pool, if it is at this stage and may still come back.
    pub(super) async fn at(
        call: &Call,
        state: &str,
        stage: FederatedStage,
    ) -> Result<Option<(PoolId, Self)>, ApiError> {
        let kept: Option<KeptFederatedSignIn<Self>> =
            call.store.read_latest().await?.federated_sign_in(state).await?;
        let counts = kept.filter(|kept| kept.stage == stage && call.now() < kept.expires_at);
        Ok(counts.map(|kept| (kept.pool_id, kept.state)))
    }

    /// The same, of a browser that left to sign in.
    pub(super) async fn signing_in(
        call: &Call,
        state: &str,
        stage: FederatedStage,
    ) -> Result<Option<Left>, ApiError> {
        match Self::at(call, state, stage).await? {
            Some((_, Self::SignIn(left))) => Ok(Some(*left)),
            Some((_, Self::SignOut(_))) | None => Ok(None),
        }
    }
}
