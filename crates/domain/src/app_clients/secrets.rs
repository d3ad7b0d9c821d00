//! The secrets of confidential clients: up to two at a time, so that one can be replaced while both are valid.
//!
//! Source: AddUserPoolClientSecret and DeleteUserPoolClientSecret. The values are kept elsewhere.

use chrono::{DateTime, Utc};

use crate::ids::ClientId;
use crate::random::{self, Random};

/// Most secrets of a client at a time.
const MOST: usize = 2;

/// Why a secret was not added or deleted. The reference gives the rules, not the texts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientSecretError {
    /// A client that was made without a secret stays public.
    #[error("User pool client {0} does not have a client secret.")]
    Public(ClientId),
    /// Both secrets are in use. LimitExceededException.
    #[error("User pool client {0} already has the maximum number of client secrets.")]
    TooMany(ClientId),
    /// The only secret cannot be deleted.
    #[error("The last client secret of user pool client {0} cannot be deleted.")]
    Last(ClientId),
    /// The client has no secret with this id. ResourceNotFoundException.
    #[error("Client secret {0} does not exist.")]
    Unknown(String),
}

/// Checks that a client with so many active secrets may have another.
///
/// # Errors
/// [`ClientSecretError::Public`] or [`ClientSecretError::TooMany`].
pub fn check_secret_can_be_added(client_id: &ClientId, active: usize) -> Result<(), ClientSecretError> {
    match active {
        0 => Err(ClientSecretError::Public(client_id.clone())),
        MOST.. => Err(ClientSecretError::TooMany(client_id.clone())),
        1 => Ok(()),
    }
}

/// Checks that the secret with this id, of a client with these active secrets, may be deleted.
///
/// # Errors
/// [`ClientSecretError::Public`], [`ClientSecretError::Unknown`] or [`ClientSecretError::Last`].
pub fn check_secret_can_be_deleted(
    client_id: &ClientId,
    active_ids: &[&str],
    id: &str,
) -> Result<(), ClientSecretError> {
    if active_ids.is_empty() {
        return Err(ClientSecretError::Public(client_id.clone()));
    }
    if !active_ids.contains(&id) {
        return Err(ClientSecretError::Unknown(id.to_owned()));
    }
    if active_ids.len() == 1 { Err(ClientSecretError::Last(client_id.clone())) } else { Ok(()) }
}

/// A new secret: 51 of `[a-z0-9]`.
pub fn generate_secret(random: &dyn Random) -> String {
    random::lower_alphanumeric(random, 51)
}

/// The id of a secret made at this moment: `{clientId}--{epoch}`, in milliseconds, so that two made one after the
/// other differ.
pub fn secret_id(client_id: &ClientId, at: DateTime<Utc>) -> String {
    format!("{client_id}--{}", at.timestamp_millis())
}
