//! Passkeys of users.

mod complete_web_authn_registration;
mod delete_web_authn_credential;
mod list_web_authn_credentials;
mod start_web_authn_registration;

pub(super) use complete_web_authn_registration::complete_web_authn_registration;
pub(super) use delete_web_authn_credential::delete_web_authn_credential;
pub(super) use list_web_authn_credentials::list_web_authn_credentials;
pub(super) use start_web_authn_registration::start_web_authn_registration;
