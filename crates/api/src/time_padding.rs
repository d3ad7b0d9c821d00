//! Time padding against timing side channels: an answer that must not tell who exists is held back until the next tick.
//!
//! Whether a name is somebody's decides which rows are written. That is as much work either way, and still differs by some
//! hundredths of a millisecond. What is left of such a difference disappears in the padding.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Answers leave at multiples of this: several times the work that is padded, on SQLite as on PostgreSQL.
const TICK: Duration = Duration::from_millis(4);

/// The padding of one call, if it has any.
#[derive(Debug, Default)]
pub(crate) struct TimePadding(OnceLock<Instant>);

impl TimePadding {
    /// Pads what the call does from here on. Begin where the work begins that must not tell: what comes before takes as long as the
    /// caller likes (a large request), who could otherwise move the work across a tick.
    pub(crate) fn begin(&self) {
        self.0.get_or_init(Instant::now);
    }

    /// Waits for the next tick, if padding was begun. A thread of its own sleeps: the runtime's timers count whole milliseconds from the
    /// moment that they are set, and the difference would come through.
    pub(crate) async fn wait(&self) {
        if let Some(begun) = self.0.get().copied() {
            // Fails only while the runtime stops.
            let _ =
                tokio::task::spawn_blocking(move || std::thread::sleep(until_tick(begun.elapsed()))).await;
        }
    }
}

/// What is missing to the next multiple of a tick.
fn until_tick(elapsed: Duration) -> Duration {
    let over = elapsed.as_nanos() % TICK.as_nanos();
    TICK - Duration::from_nanos(u64::try_from(over).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_leave_at_ticks() {
        for (elapsed, missing) in
            [(0, 4000), (1, 3999), (3999, 1), (4000, 4000), (4500, 3500), (13_000, 3000)]
        {
            let missing = Duration::from_micros(missing);
            assert_eq!(until_tick(Duration::from_micros(elapsed)), missing, "{elapsed}");
        }
    }

    #[tokio::test]
    async fn only_what_was_begun_is_padded() {
        let begun = Instant::now();
        let padding = TimePadding::default();
        padding.wait().await;
        assert!(begun.elapsed() < TICK);
        padding.begin();
        padding.begin();
        padding.wait().await;
        assert!(begun.elapsed() >= TICK);
    }
}
