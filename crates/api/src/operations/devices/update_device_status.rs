//! UpdateDeviceStatus: a user says whether a device is remembered.

use domain::devices::DeviceError;
use wire::{UpdateDeviceStatusRequest, UpdateDeviceStatusResponse};

use super::require_device;
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn update_device_status(
    call: &Call,
    request: UpdateDeviceStatusRequest,
) -> Result<UpdateDeviceStatusResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &request.access_token).await?;
    let device = require_device(&mut tx, &me.pool, &me.user.id, &request.device_key).await?;
    if let Some(status) = request.device_remembered_status
        && !tx.save_device_status(&device.with_status(status, call.now())).await?
    {
        return Err(DeviceError::Unknown.into());
    }
    tx.commit().await?;

    Ok(UpdateDeviceStatusResponse {})
}
