//! ListDevices: pages of a user's own devices.

use wire::{ListDevicesRequest, ListDevicesResponse};

use super::{check_tracked, page};
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn list_devices(
    call: &Call,
    request: ListDevicesRequest,
) -> Result<ListDevicesResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let me = signed_in(call, &mut read, &request.access_token).await?;
    check_tracked(&me.pool)?;
    let token = request.pagination_token.as_deref();
    let (devices, pagination_token) = page(call, &mut read, &me.user.id, request.limit, token).await?;

    Ok(ListDevicesResponse { devices: Some(devices), pagination_token })
}
