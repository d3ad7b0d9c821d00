//! ForgetDevice: a user forgets one of their devices, which refreshes no tokens any more.

use domain::devices::DeviceError;
use wire::{ForgetDeviceRequest, ForgetDeviceResponse};

use super::check_tracked;
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn forget_device(
    call: &Call,
    request: ForgetDeviceRequest,
) -> Result<ForgetDeviceResponse, ApiError> {
    let token = request
        .access_token
        .ok_or_else(|| ApiError::invalid_parameter("Missing required parameter AccessToken"))?;
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &token).await?;
    check_tracked(&me.pool)?;
    if !tx.delete_device(&me.user.id, &request.device_key).await? {
        return Err(DeviceError::Unknown.into());
    }
    tx.commit().await?;

    Ok(ForgetDeviceResponse {})
}
