//! AdminUpdateDeviceStatus: whether a device of a user is remembered.

use domain::devices::DeviceError;
use wire::{AdminUpdateDeviceStatusRequest, AdminUpdateDeviceStatusResponse};

use super::require_device;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool;
use crate::operations::require_user;

pub(in crate::operations) async fn admin_update_device_status(
    call: &Call,
    request: AdminUpdateDeviceStatusRequest,
) -> Result<AdminUpdateDeviceStatusResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let user = require_user(&mut tx, &pool, &request.username).await?;
    let device = require_device(&mut tx, &pool, &user.id, &request.device_key).await?;
    if let Some(status) = request.device_remembered_status
        && !tx.save_device_status(&device.with_status(status, call.now())).await?
    {
        return Err(DeviceError::Unknown.into());
    }
    tx.commit().await?;

    Ok(AdminUpdateDeviceStatusResponse {})
}
