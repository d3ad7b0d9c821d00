//! The key that a pool signs its SAML requests with. Made when it is first needed; whichever replica does so first decides.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use domain::ids::PoolId;
use storage::PoolCertificate;

use super::encryption_key::signing_key;
use crate::apart::slow_turn;
use crate::call::Call;
use crate::error::ApiError;

/// The key of a pool, with its certificate.
pub(crate) async fn pool_certificate(call: &Call, pool_id: &PoolId) -> Result<PoolCertificate, ApiError> {
    if let Some(kept) = call.store.read_latest().await?.pool_certificate(pool_id).await? {
        return Ok(kept);
    }
    // Whoever had the turn before may have made it.
    let turn = slow_turn().await;
    if let Some(kept) = call.store.read_latest().await?.pool_certificate(pool_id).await? {
        return Ok(kept);
    }
    let made = signing_key(turn, pool_id, call.now()).await.map_err(ApiError::internal)?;
    let private_key = BASE64_STANDARD.decode(&made.private_key).map_err(ApiError::internal)?;
    let made = PoolCertificate { certificate: made.certificate, private_key };
    let mut tx = call.store.begin().await?;
    tx.insert_pool_certificate(pool_id, &made, call.now()).await?;
    tx.commit().await?;
    let kept = call.store.read_latest().await?.pool_certificate(pool_id).await?;
    kept.ok_or_else(|| ApiError::no_user_pool(pool_id))
}
