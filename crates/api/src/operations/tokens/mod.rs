//! Tokens after a sign-in: refreshed, revoked, and all of a user's ended at once. And a client's own.

mod admin_user_global_sign_out;
mod get_client_token;
mod get_tokens_from_refresh_token;
mod global_sign_out;
mod revoke_token;

pub(super) use admin_user_global_sign_out::admin_user_global_sign_out;
pub(super) use get_client_token::get_client_token;
pub(super) use get_tokens_from_refresh_token::get_tokens_from_refresh_token;
pub(super) use global_sign_out::global_sign_out;
pub(super) use revoke_token::revoke_token;
