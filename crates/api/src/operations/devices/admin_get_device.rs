//! AdminGetDevice: a device of a user.

use wire::{AdminGetDeviceRequest, AdminGetDeviceResponse};

use super::{require_device, require_device_owner};
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool;

pub(in crate::operations) async fn admin_get_device(
    call: &Call,
    request: AdminGetDeviceRequest,
) -> Result<AdminGetDeviceResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool = require_pool(&mut read, call, request.user_pool_id).await?;
    let user = require_device_owner(&mut read, &pool, &request.username).await?;
    let device = require_device(&mut read, &pool, &user, &request.device_key).await?;

    Ok(AdminGetDeviceResponse { device: device.described() })
}
