//! Passkeys of users: WebAuthn credentials that sign in without a password.
//!
//! Source: developer guide, "Passkey sign-in". The ceremonies themselves are a library's.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::WebAuthnCredentialDescription;

use crate::ids::PoolId;

/// Most passkeys of a user (API reference, CompleteWebAuthnRegistration).
pub const MOST_PASSKEYS: usize = 20;

/// A passkey.
#[derive(Clone, PartialEq)]
pub struct Passkey {
    /// The credential's id, in base64url.
    pub credential_id: String,
    /// The pool.
    pub pool_id: PoolId,
    /// The user.
    pub user_id: Uuid,
    /// The domain that it is for.
    pub rp_id: String,
    /// What people call it.
    pub friendly_name: String,
    /// `platform` or `cross-platform`, if the browser said so.
    pub attachment: Option<String>,
    /// How the authenticator is reached, as the browser said.
    pub transports: Vec<String>,
    /// The public key and counter, as the library keeps them.
    pub credential: String,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

impl Passkey {
    /// The passkey as the API lists it.
    pub fn described(&self) -> WebAuthnCredentialDescription {
        WebAuthnCredentialDescription {
            credential_id: self.credential_id.clone(),
            friendly_credential_name: self.friendly_name.clone(),
            relying_party_id: self.rp_id.clone(),
            authenticator_attachment: self.attachment.clone(),
            authenticator_transports: self.transports.clone(),
            created_at: self.created_at.into(),
        }
    }
}
