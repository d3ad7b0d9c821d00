//! What more than one surface does: trusting an app client, sending a code, confirming by one.

mod account_event;
mod arithmetic;
mod confirm;
pub(crate) mod passkeys;
mod password_history;
pub(crate) mod refresh;
mod send_code;
pub(crate) mod sign_in;
mod signed_in;
mod software_token_owner;
pub(crate) mod tokens;
mod trusted_client;

pub(crate) use account_event::account_event;
pub(crate) use arithmetic::{apart, is_password, new_verifier};
pub(crate) use confirm::{confirm_by_code, give_up_aliases, no_such_user_of_client};
pub(crate) use password_history::{check_password_history, keep_password_history};
pub(crate) use send_code::{send_code, send_code_to, send_message, send_sign_up_code};
pub(crate) use signed_in::signed_in;
pub(crate) use software_token_owner::software_token_owner;
pub(crate) use trusted_client::{client_of_link, client_with_secret, secret_is_right, trusted_client};
