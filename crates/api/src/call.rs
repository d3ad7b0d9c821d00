//! What an operation may touch: the only bundle of arguments.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::random::Random;
use domain::scope::Scope;
use storage::Store;
use uuid::Uuid;

use crate::config::Config;
use crate::federation::Fetcher;

/// One call of one operation.
pub struct Call {
    /// The database.
    pub store: Store,
    /// Whose resources a signed call sees.
    pub scope: Scope,
    /// Names this call in answers and logs.
    pub request_id: Uuid,
    /// The server's configuration.
    pub config: Arc<Config>,
    /// Fetches documents of identity providers.
    pub fetcher: Fetcher,
    /// The URL that the caller used, up to the host, for links back here.
    pub origin: String,
    pub(crate) now: DateTime<Utc>,
    pub(crate) random: Arc<dyn Random>,
}

impl Call {
    /// When the call came in: one instant for all that it does.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Where ids, codes and secrets come from.
    pub fn random(&self) -> &dyn Random {
        &*self.random
    }

    /// Where callers reach this server: the configured public URL, or the one that the caller used.
    pub fn public_url(&self) -> &str {
        self.config.public_url.as_deref().unwrap_or(&self.origin)
    }
}
