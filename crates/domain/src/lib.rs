//! What is true of user pools, whoever asks and wherever it is kept: plain values and pure rules, with no
//! database, no HTTP, no clock and no randomness of their own.
//!
//! The words are Cognito's:
//!
//! - a *user pool* is a directory of users with its rules: password policy, attributes, sign-in, messages;
//! - an *app client* is an application that may act on a pool's users, with or without a secret;
//! - a *domain* is the host on which a pool serves its OAuth endpoints and pages;
//! - an *identity provider* is an outside party (SAML, OpenID Connect, social) whose word a pool takes;
//! - an *external identity* is who somebody is at such a provider: its *subject*, with claims;
//! - a *resource server* defines custom OAuth scopes;
//! - a *user* has a *username*, which never changes, *attributes*, perhaps *aliases* that also find the user,
//!   and a *sub*, the id that tokens carry.
//!
//! Settings are kept in the shapes of the API itself (`wire`): Cognito's model is their definition, and a second,
//! hand-written set would only drift from it.

pub mod app_clients;
pub mod asked_host;
pub mod auth_events;
pub mod clock_skew;
pub mod codes;
pub mod devices;
pub mod domains;
pub mod federation;
pub mod groups;
pub mod identity_providers;
pub mod ids;
pub mod images;
pub mod managed_login_branding;
pub mod messages;
pub mod oauth;
pub mod passkeys;
pub mod random;
pub mod resource_servers;
pub mod scope;
pub mod secret_hash;
pub mod sign_in;
pub mod software_tokens;
pub mod srp;
pub mod terms;
#[cfg(test)]
mod testing;
pub mod tokens;
pub mod ui_customization;
pub mod user_filter;
pub mod user_pools;
pub mod user_sessions;
pub mod users;
