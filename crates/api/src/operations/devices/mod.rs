//! Devices that users sign in from, in pools that keep track of them.

mod admin_forget_device;
mod admin_get_device;
mod admin_list_devices;
mod admin_update_device_status;
mod confirm_device;
mod forget_device;
mod get_device;
mod list_devices;
mod update_device_status;

pub(super) use admin_forget_device::admin_forget_device;
pub(super) use admin_get_device::admin_get_device;
pub(super) use admin_list_devices::admin_list_devices;
pub(super) use admin_update_device_status::admin_update_device_status;
pub(super) use confirm_device::confirm_device;
pub(super) use forget_device::forget_device;
pub(super) use get_device::get_device;
pub(super) use list_devices::list_devices;
pub(super) use update_device_status::update_device_status;

use domain::devices::{Device, DeviceError};
use domain::user_pools::UserPool;
use storage::{Position, Reader};
use uuid::Uuid;
use wire::DeviceType;

use super::{find_user, paging};
use crate::call::Call;
use crate::error::ApiError;

/// The device of this key of a user.
///
/// # Errors
/// InvalidUserPoolConfigurationException in pools that keep track of none; ResourceNotFoundException.
async fn require_device(
    read: &mut Reader,
    pool: &UserPool,
    user_id: &Uuid,
    key: &str,
) -> Result<Device, ApiError> {
    check_tracked(pool)?;
    Ok(read.device(user_id, key).await?.ok_or(DeviceError::Unknown)?)
}

fn check_tracked(pool: &UserPool) -> Result<(), DeviceError> {
    if pool.settings.tracks_devices() { Ok(()) } else { Err(DeviceError::NotTracked) }
}

/// A page of a user's devices, and the token for the next.
async fn page(
    call: &Call,
    read: &mut Reader,
    user_id: &Uuid,
    limit: Option<i32>,
    token: Option<&str>,
) -> Result<(Vec<DeviceType>, Option<String>), ApiError> {
    let size = paging::size(limit);
    let list = format!("devices/{user_id}");
    let after = paging::position(call, &list, token)?.unwrap_or_else(Position::start);
    let devices = read.devices(user_id, &after, size + 1).await?;
    let position = |device: &Device| Position { created_at: device.created_at, id: device.key.clone() };
    let (devices, token) = paging::cut(call, &list, devices, size, position);
    Ok((devices.iter().map(Device::described).collect(), token))
}

/// Whose devices an administrator asks for. AdminGetDevice and AdminListDevices know no UserNotFoundException: nobody's
/// device does not exist.
///
/// # Errors
/// ResourceNotFoundException.
async fn require_device_owner(read: &mut Reader, pool: &UserPool, name: &str) -> Result<Uuid, ApiError> {
    let user = find_user(read, pool, name).await?;
    user.map(|user| user.id).ok_or_else(|| ApiError::not_found("User does not exist."))
}
