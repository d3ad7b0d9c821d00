//! Black-box tests: the whole server on port 0, on both databases, spoken to over HTTP as clients do.
//!
//! A module for each topic; [`world`] gives a test a server of its own, with a clock that stands still and seeded
//! randomness, so that whole answers can be compared.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]
#![allow(clippy::needless_pass_by_value, reason = "bodies are built where they are passed")]

mod world;

mod app_clients;
mod attacks;
mod attributes;
mod auth_events;
mod blank;
mod brand;
mod branding;
mod choice;
mod clocks;
mod coverage;
mod delivery;
mod devices;
mod domains;
mod error_forms;
mod federation;
mod forwarded;
mod groups;
mod http;
mod identities;
mod identity_providers;
mod managed_login;
mod mfa;
mod mock_idp;
mod named_by_sub;
mod oauth;
mod passwords;
mod resource_servers;
mod settings;
mod sign_in;
mod sign_up;
mod srp;
mod tags;
mod terms;
mod terraform;
mod tls;
mod tokens;
mod ui_customization;
mod user_pools;
mod users;
mod verified;
mod walk;
