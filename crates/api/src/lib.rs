//! What Poolhouse offers over HTTP: the cognito-idp API, and the OAuth endpoints and pages of domains.
//!
//! A request goes `http` → `operations` → `storage`, and calls the rules of `domain` on its way. `main.rs` only reads the
//! configuration and calls [`serve`], which tests call too, on port 0 with a fixed clock and seeded randomness.

mod apart;
mod body_fault;
mod call;
mod clock;
pub mod config;
mod delivery;
mod documents;
mod error;
mod federation;
mod flows;
mod http;
mod jobs;
mod log;
mod managed_login;
mod mock_idp;
mod network;
mod oauth;
pub mod operations;
mod panics;
mod randomness;
mod sealing_key;
mod site;
pub mod start;
mod time_padding;
mod tls;
mod tokens;
mod unsigned_rate;

pub use clock::{Clock, FixedClock, SystemClock};
pub use delivery::Deliverer;
pub use domain::random::Random;
pub use http::{Listeners, Poolhouse, serve};
pub use jobs::Expiry;
pub use randomness::{SeededRandom, SystemRandom};
pub use tls::{Tls, TlsError};
pub use tokens::{KeyStock, generate_key};
