//! Users: their attributes and states.

mod admin_delete_user;
mod admin_get_user;
mod list_users;

pub(super) use admin_delete_user::admin_delete_user;
pub(super) use admin_get_user::admin_get_user;
pub(super) use list_users::list_users;

use domain::users::User;
use wire::UserType;

/// A user as lists show them.
pub(super) fn described_user(user: &User) -> UserType {
    UserType {
        username: Some(user.username.clone()),
        attributes: Some(user.listed_attributes()),
        user_create_date: Some(user.created_at.into()),
        user_last_modified_date: Some(user.modified_at.into()),
        enabled: Some(user.enabled),
        user_status: Some(user.status),
        mfa_options: Some(user.mfa.options.clone()).filter(|options| !options.is_empty()),
    }
}
