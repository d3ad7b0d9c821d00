//! The arithmetic of passwords and signatures, on threads that serve no requests.
//!
//! It takes half a millisecond and more. A thread that serves requests has many of them; one may hold the only writer of
//! SQLite, and all others would wait while that one waits for the thread.

use std::sync::LazyLock;
use std::thread::available_parallelism;

use domain::srp::Verifier;
use domain::user_pools::UserPool;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::call::Call;
use crate::error::ApiError;

/// As many at once as there are cores: more would only slow each other.
static TURNS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, usize::from)));

/// Does `work` on another thread, when it is its turn.
///
/// # Errors
/// An internal fault when it panics.
pub(crate) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    let turn = TURNS.acquire().await.expect("nobody closes it");
    let work = move || {
        let outcome = work();
        drop(turn); // the next one begins before this thread's caller hears of it
        outcome
    };
    spawn_blocking(work).await.map_err(ApiError::internal)
}

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
