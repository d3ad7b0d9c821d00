//! `SECRET_HASH`: how an app client with a secret proves that it has it.
//!
//! Rule: Base64(HMAC-SHA256(client secret, username + client id)), from the AWS developer guide, "Computing secret
//! hash values".

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::prelude::{BASE64_STANDARD, Engine as _};

use crate::ids::ClientId;

/// Why a secret hash was refused. The texts are the service's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretHashError {
    /// The client has a secret, and the call carried no hash.
    #[error("Client {0} is configured with secret but SECRET_HASH was not received")]
    Missing(ClientId),
    /// The hash is of another secret, username or client; or the client has no secret.
    #[error("Unable to verify secret hash for client {0}")]
    Wrong(ClientId),
}

/// Checks the hash that came with `username` against the client's active secrets; any of them will do.
///
/// # Errors
/// [`SecretHashError`] when the client has secrets and none of them made this hash, or has none and got a hash.
pub fn verify(
    client_id: &ClientId,
    secrets: &[String],
    username: &str,
    secret_hash: Option<&str>,
) -> Result<(), SecretHashError> {
    let Some(secret_hash) = secret_hash else {
        return if secrets.is_empty() { Ok(()) } else { Err(SecretHashError::Missing(client_id.clone())) };
    };
    let wrong = || SecretHashError::Wrong(client_id.clone());
    let received = BASE64_STANDARD.decode(secret_hash).map_err(|_| wrong())?;
    let message = format!("{username}{client_id}");
    let matches = |secret: &String| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        hmac::verify(&key, message.as_bytes(), &received).is_ok() // in constant time
    };
    if secrets.iter().any(matches) { Ok(()) } else { Err(wrong()) }
}

/// Whether `shown` is one of a client's secrets, compared in constant time.
pub fn is_one_of(secrets: &[String], shown: &str) -> bool {
    let hash = |text: &str| digest(&SHA256, text.as_bytes()); // so that not even the length can be timed
    let shown = hash(shown);
    secrets.iter().any(|secret| verify_slices_are_equal(hash(secret).as_ref(), shown.as_ref()).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "QE5mymYnBCShObw61Gp9coi+YL5DhImwZF/zJ+n0EoY=";

    fn client() -> ClientId {
        ClientId::from("1example23456789".to_owned())
    }

    #[test]
    fn any_of_the_secrets_verifies_the_published_vector() {
        let secrets = ["another".to_owned(), "client-secret-abc123".to_owned()];
        assert_eq!(verify(&client(), &secrets, "alice", Some(HASH)), Ok(()));
        assert_eq!(verify(&client(), &[], "alice", None), Ok(()));
    }

    #[test]
    fn everything_else_is_refused() {
        let secrets = ["client-secret-abc123".to_owned()];
        for (secrets, username, hash, error) in [
            (&secrets[..], "alice", None, SecretHashError::Missing(client())),
            (&secrets[..], "bob", Some(HASH), SecretHashError::Wrong(client())),
            (&secrets[..], "alice", Some("not base64"), SecretHashError::Wrong(client())),
            (&[], "alice", Some(HASH), SecretHashError::Wrong(client())),
        ] {
            assert_eq!(verify(&client(), secrets, username, hash), Err(error));
        }
    }
}
