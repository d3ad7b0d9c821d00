//! Signing up, and confirming a sign-up.

mod admin_confirm_sign_up;
mod confirm_sign_up;
mod resend_confirmation_code;
#[expect(clippy::module_inception, reason = "files are named as AWS names the operation")]
mod sign_up;

pub(super) use admin_confirm_sign_up::admin_confirm_sign_up;
pub(super) use confirm_sign_up::confirm_sign_up;
pub(super) use resend_confirmation_code::resend_confirmation_code;
pub(super) use sign_up::sign_up;
