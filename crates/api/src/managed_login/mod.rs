//! Managed login: the pages of a domain, on which people sign in, sign up and help themselves.
//!
//! A page is opened ([`page::Page`]), asks the same flows as the JSON API, and [`step`] alone says which page comes next.
//! What pages look like is in [`view`].

pub(crate) mod brand;
mod errors;
mod factors;
mod forgot_password;
mod login;
mod mfa_set_up;
mod new_password;
mod others;
mod page;
mod page_state;
mod passkeys;
mod shapes;
mod sign_up;
mod step;
mod view;

pub(crate) use factors::{choose_factor, choose_mfa, enter_code, enter_password, take_code, take_factor};
pub(crate) use factors::{take_mfa, take_password};
pub(crate) use forgot_password::{forgot_password, reset_password, send_reset_code, take_reset};
pub(crate) use login::{login, take_login};
pub(crate) use mfa_set_up::{set_up_totp, take_totp};
pub(crate) use new_password::{new_password, take_new_password};
pub(crate) use others::{confirm_user, error_page, root, signed_out, told};
pub(crate) use passkeys::{add_passkey, passkey_sign_in, take_new_passkey, take_passkey};
pub(crate) use sign_up::{confirm, resend_code, sign_up, take_confirmation, take_sign_up};
pub(crate) use view::{asset, stylesheet_path};
