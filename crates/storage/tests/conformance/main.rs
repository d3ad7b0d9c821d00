//! The conformance suite of the storage crate: every statement, and everything that transactions promise, on SQLite and on
//! PostgreSQL alike.
//!
//! The PostgreSQL half needs a cluster, named by `POOLHOUSE_TEST_POSTGRES_URL` (see `database.rs`).

#![allow(clippy::unwrap_used, reason = "in a test an error is a failure")]

mod brand_samples;
mod catalogue;
mod database;
mod federation_samples;
mod oauth_samples;
mod proxy;
mod samples;
mod sign_in;
mod sign_in_samples;
mod units;

mod app_clients;
mod cancellation;
mod codes;
mod concurrency;
mod deletion;
mod domains;
mod federated_sign_ins;
mod identity_providers;
mod local_ca;
mod managed_login_branding;
mod messages;
mod migrations;
mod mock_idp;
mod oauth;
mod outages;
mod page_tokens;
mod query_plans;
mod readers;
mod resource_servers;
mod sealing_key;
mod secrecy;
mod sqlite_files;
mod sqlite_writer;
mod terms;
mod transactions;
mod ui_customizations;
mod user_identities;
mod user_lists;
mod user_names;
mod user_pools;
mod users;
