//! Work that takes long, on threads that serve no requests: the arithmetic of passwords and signatures, and documents of others.
//!
//! It takes half a millisecond and more. A thread that serves requests has many of them; one may hold the only writer of
//! SQLite, and all others would wait while that one waits for the thread.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, LazyLock, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

use crate::error::ApiError;

type Work = Box<dyn FnOnce() + Send>;

/// What waits for a thread, first come, first served. There are as many threads as cores: more would only slow each other. One
/// that is done takes the next piece of work by itself, and nobody has to be woken to hand it over.
#[derive(Default)]
struct Queue {
    waiting: Mutex<VecDeque<Work>>,
    came: Condvar,
}

static QUEUE: LazyLock<Queue> = LazyLock::new(|| {
    for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
        thread::Builder::new()
            .name("arithmetic".to_owned())
            .spawn(|| QUEUE.serve())
            .expect("a system that starts a server has a few threads for it");
    }
    Queue::default()
});

impl Queue {
    fn add(&self, work: Work) {
        // Work is done outside the lock, so that nothing panics in it.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push_back(work);
        self.came.notify_one();
    }

    fn serve(&self) {
        loop {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let work = loop {
                match waiting.pop_front() {
                    Some(work) => break work,
                    None => waiting = self.came.wait(waiting).unwrap_or_else(PoisonError::into_inner),
                }
            };
            drop(waiting);
            work();
        }
    }
}

/// Does `work` on another thread, when it is its turn.
///
/// # Errors
/// An internal fault when it panics.
pub(crate) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    let (tell, told) = oneshot::channel();
    QUEUE.add(Box::new(move || {
        // Who has gone away meanwhile is not told. A panic is told by the channel that closes.
        let _ = catch_unwind(AssertUnwindSafe(|| tell.send(work())));
    }));
    told.await.map_err(ApiError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_is_done_elsewhere_and_a_panic_stays_there() {
        let here = thread::current().id();
        assert_ne!(apart(move || thread::current().id()).await.unwrap(), here);
        // More than there are threads: each goes on with the next.
        for _ in 0..20 {
            let panicked = apart(|| -> u8 { panic!("of a test") }).await;
            assert_eq!(panicked.unwrap_err().status, 500);
        }
        assert_eq!(apart(|| 7).await.unwrap(), 7);
    }
}
