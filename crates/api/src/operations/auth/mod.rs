//! Signing in through the API: the first step, and the answers to challenges.

mod admin_initiate_auth;
mod admin_respond_to_auth_challenge;
mod initiate_auth;
mod respond_to_auth_challenge;

pub(super) use admin_initiate_auth::admin_initiate_auth;
pub(super) use admin_respond_to_auth_challenge::admin_respond_to_auth_challenge;
pub(super) use initiate_auth::initiate_auth;
pub(super) use respond_to_auth_challenge::respond_to_auth_challenge;
