//! AdminForgetDevice: a device of a user is forgotten, and refreshes no tokens any more.

use domain::devices::DeviceError;
use wire::{AdminForgetDeviceRequest, AdminForgetDeviceResponse};

use super::check_tracked;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_forget_device(
    call: &Call,
    request: AdminForgetDeviceRequest,
) -> Result<AdminForgetDeviceResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    check_tracked(&pool)?;
    let user = require_user(&mut tx, &pool, &request.username).await?;
    if !tx.delete_device(&user.id, &request.device_key).await? {
        return Err(DeviceError::Unknown.into());
    }
    tx.commit().await?;

    Ok(AdminForgetDeviceResponse {})
}
