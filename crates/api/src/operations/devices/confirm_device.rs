//! ConfirmDevice: a device that was new at sign-in gives the verifier of its secret.

use domain::devices::{DeviceError, asks_user};
use wire::{ConfirmDeviceRequest, ConfirmDeviceResponse};

use super::check_tracked;
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn confirm_device(
    call: &Call,
    request: ConfirmDeviceRequest,
) -> Result<ConfirmDeviceResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &request.access_token).await?;
    check_tracked(&me.pool)?;
    let device = tx.device(&me.user.id, &request.device_key).await?.ok_or(DeviceError::NotOffered)?;
    let secret = request.device_secret_verifier_config.as_ref();
    let device = device.confirmed(&me.pool, secret, request.device_name, call.now())?;
    if !tx.confirm_device(&device).await? {
        return Err(DeviceError::Confirmed.into());
    }
    tx.commit().await?;

    Ok(ConfirmDeviceResponse { user_confirmation_necessary: Some(asks_user(&me.pool)) })
}
