//! What an operation may touch: the only bundle of arguments.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::random::Random;
use domain::scope::Scope;
use domain::tokens::{aws_issuer, public_issuer};
use domain::user_pools::UserPool;
use storage::Store;
use uuid::Uuid;

use crate::config::Config;
use crate::config::Issuer;
use crate::documents::Documents;
use crate::error::ApiError;
use crate::federation::Fetcher;
use crate::time_padding::TimePadding;
use crate::tokens::SigningKeys;
use crate::unsigned_rate::UnsignedRate;

/// Where a call came from, as the connection and its headers say, or the proxy before this server.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The caller's address; empty when nobody knows.
    pub ip: String,
    /// The same, for limits.
    pub address: Option<IpAddr>,
    /// `User-Agent`, cut to a length that fits a list.
    pub user_agent: String,
}

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
    /// The keys that sign tokens.
    pub(crate) keys: SigningKeys,
    /// Documents that are kept in memory; whoever changes a pool or its domain forgets its own.
    pub(crate) documents: Documents,
    /// The URL that the caller used, up to the host.
    pub reached: String,
    /// The same by a name of this server that proves itself and is no domain's, for issuers and links back here.
    pub origin: String,
    /// Whether only callers on this machine reach the server, who may know what there is.
    pub(crate) is_private: bool,
    /// How often callers may do what needs no credentials.
    pub(crate) unsigned_rate: UnsignedRate,
    /// Hides how long the call took, where that would tell who exists.
    pub(crate) padding: TimePadding,
    /// Where the call came from.
    pub caller: Caller,
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

    /// Counts something that keeps rows and needs no credentials: a sign-up, a code, a sign-in that begins.
    ///
    /// # Errors
    /// TooManyRequestsException when this address does so too often.
    pub(crate) fn count_unsigned(&self) -> Result<(), ApiError> {
        if self.unsigned_rate.allows(self.caller.address) { Ok(()) } else { Err(ApiError::rate_exceeded()) }
    }

    /// What the tokens of a pool name as their issuer.
    pub fn issuer(&self, pool: &UserPool) -> String {
        match self.config.issuer {
            Issuer::Public => public_issuer(self.public_url(), pool),
            Issuer::Aws => aws_issuer(pool),
        }
    }

    /// Where callers reach this server: the configured public URL, or the one that the caller used if that is this server's
    /// wherever it is asked.
    pub fn public_url(&self) -> &str {
        self.config.public_url.as_deref().unwrap_or(&self.origin)
    }
}
