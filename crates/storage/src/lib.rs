//! What is kept: pools, clients, domains, providers and users in SQL, the same statements on SQLite and PostgreSQL.
//!
//! A file per aggregate holds its statements, as methods of [`Reader`] (they read) and [`Tx`] (they write), next to the
//! row mapping they fill. Rules are not here: what is written was decided by `domain`.

mod app_clients;
mod auth_events;
mod authorization_codes;
mod bindable;
mod browser_sessions;
mod clerk;
mod codes;
mod columns;
mod deliveries;
mod devices;
mod domains;
mod error;
mod federated_sign_ins;
mod groups;
mod hashed;
mod identity_providers;
mod local_ca;
mod lockouts;
mod managed_login_branding;
mod messages;
mod migrate;
mod mock_idp;
mod passkeys;
mod password_history;
mod pool_certificates;
mod provider_documents;
mod resource_servers;
mod saml_replays;
mod sealed_text;
mod sealing;
mod sealing_key_check;
mod sign_ins;
mod signing_keys;
mod software_tokens;
mod sql;
mod terms;
mod ui_customizations;
mod user_identities;
mod user_pools;
mod user_sessions;
mod users;

pub use app_clients::{ClientSecret, ClientWithPool};
pub use columns::Position;
pub use deliveries::{Delivery, DuePool};
pub use error::{Result, StoreError};
pub use federated_sign_ins::{FederatedStage, KeptFederatedSignIn};
pub use identity_providers::ProviderSummary;
pub use local_ca::KeptLocalCa;
pub use messages::MessageFilter;
pub use migrate::{MigrateError, is_migrated, migrate};
pub use mock_idp::{KeptMockIdpKey, MockIdpCode};
pub use passkeys::PasskeyRegistration;
pub use pool_certificates::PoolCertificate;
pub use provider_documents::ProviderDocument;
pub use sealing::{Sealer, SealingKeyError};
pub use sealing_key_check::check_sealing_key;
pub use sign_ins::KeptSignIn;
pub use signing_keys::KeptSigningKey;
pub use sql::{Reader, Row, Store, Tx};
pub use user_identities::IdentifiedUser;
pub use user_pools::DescribedPool;
pub use user_sessions::KeptRefreshToken;
pub use users::{NotWritten, UserPosition};
