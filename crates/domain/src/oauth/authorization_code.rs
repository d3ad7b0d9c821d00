//! Authorization codes: what a sign-in at a page leaves for the application to fetch (RFC 6749 section 4.1).

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{OAuthError, pkce};
use crate::ids::{ClientId, PoolId};

/// A grant that waits for its application. The code itself is known to the application alone.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationCode {
    /// The pool.
    pub pool_id: PoolId,
    /// The client that asked, which alone may exchange it.
    pub client_id: ClientId,
    /// Who signed in.
    pub user_id: Uuid,
    /// The future `event_id` of the tokens.
    pub event_id: Uuid,
    /// The browser session that granted it, by its name in the API. None for codes from before it was kept.
    pub origin_session_id: Option<String>,
    /// Where the browser was sent.
    pub redirect_uri: String,
    /// Whether the request named that URL, so that the exchange must name it too (RFC 6749 section 4.1.3).
    pub redirect_uri_was_given: bool,
    /// Granted scopes, separated by spaces.
    pub scopes: String,
    /// Claim `nonce` of the ID token.
    pub nonce: Option<String>,
    /// The challenge of PKCE.
    pub code_challenge: Option<String>,
    /// Claim `aud` of the access token (RFC 8707).
    pub resource: Option<String>,
    /// When the user proved who they are.
    pub auth_time: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// Whether it was exchanged before.
    pub used: bool,
}

impl AuthorizationCode {
    /// How long a code lives.
    pub const LIFETIME: TimeDelta = TimeDelta::minutes(5);

    /// Whether the one who shows the code is the one who asked for it.
    ///
    /// # Errors
    /// `invalid_grant` for another client, a wrong, missing or needless verifier, and after its end; `unauthorized_client` for
    /// another URL, or none where the request named one.
    pub fn check(
        &self,
        client_id: &ClientId,
        redirect_uri: Option<&str>,
        code_verifier: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), OAuthError> {
        let is_same_uri = match redirect_uri {
            Some(shown) => shown == self.redirect_uri,
            None => !self.redirect_uri_was_given,
        };
        let is_proved = match (&self.code_challenge, code_verifier) {
            (None, None) => true,
            (Some(challenge), Some(verifier)) => pkce::verifies(challenge, verifier),
            (Some(_), None) | (None, Some(_)) => false,
        };
        if *client_id != self.client_id || now >= self.expires_at {
            Err(OAuthError::InvalidGrant)
        } else if !is_same_uri {
            Err(OAuthError::InvalidRedirect)
        } else if is_proved {
            Ok(())
        } else {
            Err(OAuthError::InvalidGrant)
        }
    }
}
