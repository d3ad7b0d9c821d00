//! The arithmetic of passwords, on threads that serve no requests.

use domain::srp::Verifier;
use domain::user_pools::UserPool;

use crate::apart::apart;
use crate::call::Call;
use crate::error::ApiError;

/// What is kept of a new password.
///
/// # Errors
/// As [`apart`].
pub(crate) async fn new_verifier(
    call: &Call,
    pool: &UserPool,
    username: &str,
    password: &str,
) -> Result<Verifier, ApiError> {
    let (pool_id, username, password) = (pool.id.clone(), username.to_owned(), password.to_owned());
    let random = call.random.clone();
    apart(move || Verifier::new(&pool_id, &username, &password, &*random)).await
}

/// Whether a password is the one that a verifier was made of.
///
/// # Errors
/// As [`apart`].
pub(crate) async fn is_password(
    pool: &UserPool,
    username: &str,
    verifier: &Verifier,
    password: &str,
) -> Result<bool, ApiError> {
    let (pool_id, username, password) = (pool.id.clone(), username.to_owned(), password.to_owned());
    let verifier = verifier.clone();
    apart(move || verifier.matches(&pool_id, &username, &password)).await
}
