//! What is kept: pools, clients, domains, providers and users in SQL, the same statements on SQLite and PostgreSQL.
//!
//! A file per aggregate holds its statements, as methods of [`Reader`] (they read) and [`Tx`] (they write), next to the
//! row mapping they fill. Rules are not here: what is written was decided by `domain`.

mod app_clients;
mod clerk;
mod codes;
mod columns;
mod domains;
mod error;
mod identity_providers;
mod messages;
mod migrate;
mod page_token;
mod resource_servers;
mod sealing;
mod sealing_key_check;
mod sql;
mod user_pools;
mod users;

pub use app_clients::{ClientSecret, ClientWithPool};
pub use columns::Position;
pub use error::{Result, StoreError};
pub use identity_providers::ProviderSummary;
pub use messages::MessageFilter;
pub use migrate::{MigrateError, is_migrated, migrate};
pub use sealing::{Sealer, SealingKeyError};
pub use sealing_key_check::check_sealing_key;
pub use sql::{Reader, Row, Store, Tx};
pub use user_pools::DescribedPool;
pub use users::{NotWritten, UserPosition};
