//! AdminUpdateUserAttributes: new values for attributes of a user. Changed addresses get a code, unless they are said to be verified.

use wire::{AdminUpdateUserAttributesRequest, AdminUpdateUserAttributesResponse};

use super::send_codes_for_changes;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_update_user_attributes(
    call: &Call,
    request: AdminUpdateUserAttributesRequest,
) -> Result<AdminUpdateUserAttributesResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let before = require_user(&mut tx, &pool, &request.username).await?;
    let user = before.clone().with_attributes_by_admin(&pool, &request.user_attributes, call.now())?;
    tx.save_user(&pool, &user).await??;
    send_codes_for_changes(call, &mut tx, &pool, &before, &user).await?;
    tx.commit().await?;

    Ok(AdminUpdateUserAttributesResponse {})
}
