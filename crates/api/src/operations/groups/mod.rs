//! Groups of users.

mod admin_add_user_to_group;
mod admin_list_groups_for_user;
mod admin_remove_user_from_group;
mod create_group;
mod delete_group;
mod get_group;
mod list_groups;
mod list_users_in_group;
mod update_group;

pub(super) use admin_add_user_to_group::admin_add_user_to_group;
pub(super) use admin_list_groups_for_user::admin_list_groups_for_user;
pub(super) use admin_remove_user_from_group::admin_remove_user_from_group;
pub(super) use create_group::create_group;
pub(super) use delete_group::delete_group;
pub(super) use get_group::get_group;
pub(super) use list_groups::list_groups;
pub(super) use list_users_in_group::list_users_in_group;
pub(super) use update_group::update_group;

use domain::groups::Group;
use domain::ids::PoolId;
use storage::Reader;

use crate::error::ApiError;

/// The group of this name.
///
/// # Errors
/// ResourceNotFoundException with the service's text.
async fn require_group(read: &mut Reader, pool_id: &PoolId, name: &str) -> Result<Group, ApiError> {
    read.group(pool_id, name).await?.ok_or_else(|| ApiError::not_found("Group not found."))
}
