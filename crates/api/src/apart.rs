//! Work that takes long, on threads that serve no requests: the arithmetic of passwords and signatures, and documents of others.
//!
//! It takes half a millisecond and more. A thread that serves requests has many of them; one may hold the only writer of
//! SQLite, and all others would wait while that one waits for the thread.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, LazyLock, Mutex, PoisonError};
use std::thread;

use tokio::sync::{MutexGuard, oneshot};

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
        if tell.is_closed() {
            return; // the caller went away while it waited
        }
        // Who has gone away meanwhile is not told. A panic is told by the channel that closes.
        let _ = catch_unwind(AssertUnwindSafe(|| tell.send(work())));
    }));
    told.await.map_err(ApiError::internal)
}

/// The turn to make a key, which takes a tenth of a second and more. There is one at a time, so that many who need their first key
/// at once leave the processor to the others.
pub(crate) struct SlowTurn(#[expect(dead_code, reason = "it is held")] MutexGuard<'static, ()>);

/// Waits for the turn.
pub(crate) async fn slow_turn() -> SlowTurn {
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    SlowTurn(TURN.lock().await)
}

impl SlowTurn {
    /// Does `work` on a thread that gives way to those which serve requests.
    ///
    /// # Errors
    /// An internal fault when it panics.
    pub(crate) async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let (tell, told) = oneshot::channel();
        let work = move || {
            give_way();
            let _ = tell.send(work()); // nobody waits any longer
        };
        thread::Builder::new().name("keys".to_owned()).spawn(work).map_err(ApiError::internal)?;
        told.await.map_err(ApiError::internal)
    }
}

/// This thread runs when others do not want to.
#[cfg(unix)]
pub(crate) fn give_way() {
    const NICE: i32 = 10;
    // On Linux, of the calling thread alone; elsewhere nothing is changed.
    if cfg!(target_os = "linux") {
        let _ = rustix::process::nice(NICE);
    }
}

/// This thread runs when others do not want to.
#[cfg(not(unix))]
pub(crate) fn give_way() {}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Barrier};

    use super::*;

    #[tokio::test]
    async fn work_that_nobody_waits_for_is_not_begun() {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let (begun, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Barrier::new(threads + 1)));
        // All threads wait at the gate, and so does what comes after.
        let waiting: Vec<_> = (0..threads)
            .map(|_| {
                let gate = gate.clone();
                tokio::spawn(apart(move || gate.wait().is_leader()))
            })
            .collect();
        let gone: Vec<_> = (0..200)
            .map(|_| {
                let begun = begun.clone();
                tokio::spawn(apart(move || begun.fetch_add(1, Ordering::SeqCst)))
            })
            .collect();
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        for caller in &gone {
            caller.abort();
        }
        for caller in gone {
            assert!(caller.await.unwrap_err().is_cancelled());
        }
        gate.wait();
        for caller in waiting {
            caller.await.unwrap().unwrap();
        }
        apart(|| ()).await.unwrap();
        assert_eq!(begun.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn slow_work_takes_turns() {
        let running = Arc::new(AtomicUsize::new(0));
        let callers: Vec<_> = (0..5)
            .map(|_| {
                let running = running.clone();
                tokio::spawn(async move {
                    let work = move || {
                        let others = running.fetch_add(1, Ordering::SeqCst);
                        thread::sleep(std::time::Duration::from_millis(5));
                        running.fetch_sub(1, Ordering::SeqCst);
                        others
                    };
                    slow_turn().await.run(work).await
                })
            })
            .collect();
        for caller in callers {
            assert_eq!(caller.await.unwrap().unwrap(), 0);
        }
        assert!(slow_turn().await.run(|| -> u8 { panic!("of a test") }).await.is_err());
        assert_eq!(slow_turn().await.run(|| 7).await.unwrap(), 7);
    }

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
