//! User sessions: what a completed sign-in leaves behind, the family of its refresh, ID and access tokens.
//!
//! Ending one ends all its tokens. Refresh tokens themselves are opaque; only their hashes are kept.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::ids::{ClientId, PoolId};
use crate::oauth::has_scope;
use crate::random::{self, Random};

/// The scope of tokens that the API hands out: a user may change their own account.
pub const USER_ADMIN_SCOPE: &str = "aws.cognito.signin.user.admin";

/// A family of tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct UserSession {
    /// The sign-in that began it: claim `event_id`, kept over refreshes.
    pub event_id: Uuid,
    /// Its name in the API: `tkn` and 25 of `[a-z0-9]`.
    pub id: String,
    /// The pool.
    pub pool_id: PoolId,
    /// The user.
    pub user_id: Uuid,
    /// The app client, which alone may refresh.
    pub client_id: ClientId,
    /// Claim `origin_jti`, by which tokens are revoked.
    pub origin_jti: Uuid,
    /// Granted scopes, separated by spaces.
    pub scopes: String,
    /// Whether the domain's endpoints handed the tokens out, rather than the API. Their tokens say more, and only what the
    /// scopes open.
    pub is_oauth: bool,
    /// Claim `aud` of access tokens, where the application asked for one (RFC 8707).
    pub resource: Option<String>,
    /// The device that the user signed in from, where the pool tracks devices.
    pub device_key: Option<String>,
    /// The browser session that it came from, by its name in the API. None for sign-ins by the API.
    pub origin_session_id: Option<String>,
    /// The address that the last request came from.
    pub ip: String,
    /// The user agent of the sign-in.
    pub device_type: String,
    /// When the user proved who they are: claim `auth_time`.
    pub auth_time: DateTime<Utc>,
    /// When tokens were issued last.
    pub last_active_at: DateTime<Utc>,
    /// When the refresh token ends; rotation does not prolong it.
    pub expires_at: DateTime<Utc>,
    /// When it was ended: by revocation, sign-out, or an administrator.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl UserSession {
    /// A name for a new session.
    pub fn generate_id(random: &dyn Random) -> String {
        format!("tkn{}", random::lower_alphanumeric(random, 25))
    }

    /// Whether it has an ID token: sign-ins by the API do, at the domain it is asked for by `openid`.
    pub fn has_id_token(&self) -> bool {
        !self.is_oauth || has_scope(&self.scopes, "openid")
    }

    /// Whether its tokens still count.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    /// Whether [`UserSession::last_active_at`] is worth a write: it is kept to the second.
    pub fn was_idle(&self, now: DateTime<Utc>) -> bool {
        now - self.last_active_at >= TimeDelta::seconds(1)
    }
}
