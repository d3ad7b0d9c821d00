//! Users, as administrators see them.

mod admin_delete_user;
mod admin_get_user;
mod list_users;

pub(super) use admin_delete_user::admin_delete_user;
pub(super) use admin_get_user::admin_get_user;
pub(super) use list_users::list_users;
