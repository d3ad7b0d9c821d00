//! GetDevice: one of a user's own devices.

use wire::{GetDeviceRequest, GetDeviceResponse};

use super::require_device;
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn get_device(
    call: &Call,
    request: GetDeviceRequest,
) -> Result<GetDeviceResponse, ApiError> {
    let token = request
        .access_token
        .ok_or_else(|| ApiError::invalid_parameter("Missing required parameter AccessToken"))?;
    let mut read = call.store.read_latest().await?;
    let me = signed_in(call, &mut read, &token).await?;
    let device = require_device(&mut read, &me.pool, &me.user.id, &request.device_key).await?;

    Ok(GetDeviceResponse { device: device.described() })
}
