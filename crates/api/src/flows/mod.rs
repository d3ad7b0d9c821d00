//! What more than one surface does: trusting an app client, sending a code, confirming by one.

mod confirm;
mod send_code;
mod trusted_client;

pub(crate) use confirm::{confirm_by_code, no_such_user_of_client};
pub(crate) use send_code::send_code;
pub(crate) use trusted_client::{client_of_link, trusted_client};
