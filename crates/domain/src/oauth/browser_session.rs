//! Browser sessions: that a browser is signed in at a pool's domain, for all clients of the pool (single sign-on).

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::ids::{ClientId, PoolId};
use crate::random::{self, Random};

/// The longest time that any client reuses a session (`SSOSession.MaxValidityMinutes`, at most 129600).
pub const MAX_VALIDITY: TimeDelta = TimeDelta::minutes(129_600);

/// Minutes that a client reuses a session when nobody says (developer guide, `MaxValidityMinutes`).
pub const DEFAULT_MINUTES: i32 = 60;

/// A browser that is signed in. What stands in its cookie is known to the browser alone.
#[derive(Clone, Debug, PartialEq)]
pub struct BrowserSession {
    /// Its name in the API: `sso` and 25 of `[a-z0-9]`.
    pub id: String,
    /// The pool.
    pub pool_id: PoolId,
    /// The user.
    pub user_id: Uuid,
    /// The client that the user signed in to.
    pub client_id: ClientId,
    /// The sign-in.
    pub event_id: Uuid,
    /// The identity provider that named the user. None: the pool itself.
    pub provider_name: Option<String>,
    /// When the user proved who they are.
    pub auth_time: DateTime<Utc>,
    /// When no client takes it any more.
    pub expires_at: DateTime<Utc>,
}

impl BrowserSession {
    /// A name for a new session.
    pub fn generate_id(random: &dyn Random) -> String {
        format!("sso{}", random::lower_alphanumeric(random, 25))
    }

    /// Whether a client takes it in place of a sign-in: `minutes` after the user proved who they are, as the client's
    /// `MaxValidityMinutes` says, it no longer does. Zero is never.
    pub fn counts_for(&self, minutes: Option<i32>, now: DateTime<Utc>) -> bool {
        let lifetime = TimeDelta::minutes(minutes.unwrap_or(DEFAULT_MINUTES).into());
        now < self.expires_at && now < self.auth_time + lifetime
    }

    /// When a session ends that begins now, for a client with this setting: other clients may take it for as long as they
    /// like, up to the same moment, and never for less than the default.
    pub fn end(minutes: Option<i32>, now: DateTime<Utc>) -> DateTime<Utc> {
        let lifetime = TimeDelta::minutes(minutes.unwrap_or(0).max(DEFAULT_MINUTES).into());
        now + lifetime.min(MAX_VALIDITY)
    }
}
