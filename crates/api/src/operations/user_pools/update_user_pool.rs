//! UpdateUserPool: replaces the settings of a pool; what the request omits goes back to its default. Tags stay, which
//! Terraform relies on.

use domain::user_pools::{Feature, UserPool};
use storage::{Position, Reader};
use wire::{UpdateUserPoolRequest, UpdateUserPoolResponse, UserPoolTierType};

use super::check_tags;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool;

pub(in crate::operations) async fn update_user_pool(
    call: &Call,
    request: UpdateUserPoolRequest,
) -> Result<UpdateUserPoolResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id.clone()).await?;
    let beside = match request.user_pool_tier {
        Some(tier) if tier != UserPoolTierType::Plus && Some(tier) != pool.settings.user_pool_tier => {
            features_beside_settings(&mut tx, &pool).await?
        }
        Some(_) | None => Vec::new(), // the same tier, or the one that has everything
    };
    let settings = pool.settings.replaced_by(&request, &call.scope, &pool.mfa, &beside)?;
    let tags = request.user_pool_tags.unwrap_or_else(|| pool.tags.clone());
    check_tags(&tags)?;
    let name = request.pool_name.unwrap_or_else(|| pool.name.clone());
    let pool = UserPool { settings, tags, name, modified_at: call.now(), ..pool };
    if !tx.save_user_pool(&pool).await? {
        return Err(ApiError::concurrent_modification());
    }
    tx.commit().await?;
    call.documents.forget(&pool.id);

    Ok(UpdateUserPoolResponse {})
}

/// Most app clients of a pool (quotas page).
const MOST_CLIENTS: i64 = 10_000;

/// What is in use that another tier may lack, and that this operation does not set.
async fn features_beside_settings(read: &mut Reader, pool: &UserPool) -> Result<Vec<Feature>, ApiError> {
    let domains = read.domains_of_pool(&pool.id).await?;
    let clients = read.app_clients(&pool.id, &Position::start(), MOST_CLIENTS).await?;
    let has_branding = read.has_managed_login_branding(&pool.id).await?;
    Ok(pool.features_beside_settings(&domains, &clients, has_branding))
}
