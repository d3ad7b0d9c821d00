//! Passwords: changed, forgotten, reset, set.

mod admin_reset_user_password;
mod admin_set_user_password;
mod change_password;
mod confirm_forgot_password;
mod forgot_password;

pub(super) use admin_reset_user_password::admin_reset_user_password;
pub(super) use admin_set_user_password::admin_set_user_password;
pub(super) use change_password::change_password;
pub(super) use confirm_forgot_password::confirm_forgot_password;
pub(super) use forgot_password::forgot_password;
