//! What more than one surface does: trusting an app client, sending a code, confirming by one.

mod account_event;
mod arithmetic;
mod confirm;
mod federate;
mod forgot_password;
mod passkey_registration;
pub(crate) mod passkeys;
mod password_history;
pub(crate) mod refresh;
mod send_code;
mod sessions;
pub(crate) mod sign_in;
mod sign_up;
mod signed_in;
mod software_tokens;
pub(crate) mod tokens;
mod trusted_client;
mod unknown_names;

pub(crate) use account_event::account_event;
pub(crate) use arithmetic::{apart, is_password, new_verifier};
pub(crate) use confirm::{confirm_by_code, give_up_aliases, no_such_user_of_client};
pub(crate) use federate::{FederateError, federated_user, sign_browser_in_as};
pub(crate) use forgot_password::{confirm_forgot_password, forgot_password};
pub(crate) use passkey_registration::{complete_passkey_registration, start_passkey_registration};
pub(crate) use password_history::{check_password_history, keep_password_history};
pub(crate) use send_code::{send_code, send_code_to, send_message, send_sign_up_code};
pub(crate) use sessions::{end_linked_sessions, sso_minutes};
pub(crate) use sign_up::{resend_confirmation_code, sign_up};
pub(crate) use signed_in::{SignedIn, signed_in, signed_in_with};
pub(crate) use software_tokens::{OwnerProof, associate_software_token, verify_software_token};
pub(crate) use tokens::{client_token, is_signed_token};
pub(crate) use trusted_client::{client_of_link, client_with_secret, secret_is_right, trusted_client};
pub(crate) use unknown_names::made_up_details;
