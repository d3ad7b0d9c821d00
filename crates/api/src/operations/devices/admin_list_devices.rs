//! AdminListDevices: pages of the devices of a user.

use wire::{AdminListDevicesRequest, AdminListDevicesResponse};

use super::{check_tracked, page, require_device_owner};
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool;

pub(in crate::operations) async fn admin_list_devices(
    call: &Call,
    request: AdminListDevicesRequest,
) -> Result<AdminListDevicesResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool = require_pool(&mut read, call, request.user_pool_id).await?;
    check_tracked(&pool)?;
    let user = require_device_owner(&mut read, &pool, &request.username).await?;
    let token = request.pagination_token.as_deref();
    let (devices, pagination_token) = page(call, &mut read, &user, request.limit, token).await?;

    Ok(AdminListDevicesResponse { devices: Some(devices), pagination_token })
}
