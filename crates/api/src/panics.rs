//! A panic is a fault of ours in one request: it is answered with 500 and logged with its place, and nothing else stops.

use std::any::Any;
use std::cell::RefCell;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::pin::pin;
use std::sync::Once;
use std::task::Poll;

thread_local! {
    /// Where this thread panicked last.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Characters of what a panic says that are logged.
const MESSAGE: usize = 200;

/// A request panicked.
#[derive(Debug, thiserror::Error)]
#[error("panicked at {place}: {message}")]
pub(crate) struct Panicked {
    /// File and line.
    pub(crate) place: String,
    /// What it said, as far as it is logged.
    pub(crate) message: String,
}

/// Has places of panics remembered from now on, beside what was done with panics before.
pub(crate) fn remember_places() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            PLACE.set(panic.location().map(ToString::to_string));
            before(panic);
        }));
    });
}

/// Does some work, and catches its panic. What the work held is dropped: an open transaction is rolled back.
///
/// # Errors
/// [`Panicked`].
pub(crate) async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut work = pin!(work);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => Poll::Ready(Err(Panicked::of(&*panic))),
    })
    .await
}

impl Panicked {
    fn of(panic: &(dyn Any + Send)) -> Self {
        let message = panic.downcast_ref::<&str>().copied();
        let message = message.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Self {
            place: PLACE.take().unwrap_or_else(|| "an unknown place".to_owned()),
            message: message.unwrap_or_default().chars().take(MESSAGE).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_with_its_place() {
        remember_places();
        let panicked = caught(async { panic!("of a test") }).await.unwrap_err();
        assert!(panicked.place.contains("panics.rs:"), "{panicked}");
        assert_eq!(panicked.message, "of a test");
        assert_eq!(caught(async { 7 }).await.unwrap(), 7);
    }
}
