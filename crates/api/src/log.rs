//! The log on standard error, written by a thread of its own: whoever reads it slowly, or not at all, holds up no request.
//!
//! Lines wait in a queue of bounded length. What finds it full, or cannot be written (a closed pipe, a full disk), is dropped and
//! counted, and a line says how many that were as soon as writing works again.

use std::io::{self, IsTerminal as _, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tracing::Dispatch;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::LogFormat;

/// Lines that wait, at most.
const QUEUE: usize = 8192;
/// How long the last lines may take when the process ends.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Writes what waits when it goes.
#[must_use = "the last lines are written when it is dropped"]
pub(crate) struct LogGuard(Lines);

impl Drop for LogGuard {
    fn drop(&mut self) {
        let (done, written) = sync_channel(1);
        let _ = self.0.queue.try_send(Entry::Flush(done)); // a full queue is not waited for
        let _ = written.recv_timeout(LAST_LINES);
    }
}

/// Begins the log of this process. Every panic is a line of it.
pub(crate) fn begin(format: LogFormat) -> LogGuard {
    let lines = Lines::to(io::stderr(), report(format));
    // Fails only when a log was begun before, by a test: then that one serves.
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,actix_server=warn,refinery_core=warn"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .log_internal_errors(false)
        .with_writer(lines.clone());
    let _ = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
    // In a request, the answer of a panic is logged as well, with the id of the request.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, message = panic.payload_as_str().unwrap_or_default(), "panicked");
    }));
    LogGuard(lines)
}

enum Entry {
    Line(Vec<u8>),
    Flush(SyncSender<()>),
}

/// The lines on their way to the log.
#[derive(Clone)]
struct Lines {
    queue: SyncSender<Entry>,
    dropped: Arc<AtomicU64>,
}

impl Lines {
    /// Lines that a thread writes to `log`. `report` makes the line about dropped ones.
    fn to(log: impl Write + Send + 'static, report: impl Fn(u64) -> Vec<u8> + Send + 'static) -> Self {
        let (queue, entries) = sync_channel(QUEUE);
        let dropped = Arc::new(AtomicU64::new(0));
        let counted = dropped.clone();
        let write = move || write_all(&entries, log, &counted, report);
        // Without a thread nothing is logged, and everything is counted.
        let _ = std::thread::Builder::new().name("log".to_owned()).spawn(write);
        Self { queue, dropped }
    }
}

fn write_all(
    entries: &Receiver<Entry>,
    mut log: impl Write,
    dropped: &AtomicU64,
    report: impl Fn(u64) -> Vec<u8>,
) {
    while let Ok(entry) = entries.recv() {
        match entry {
            Entry::Line(line) => {
                if log.write_all(&line).is_err() {
                    dropped.fetch_add(1, Ordering::Relaxed);
                    continue;
                }
                let count = dropped.swap(0, Ordering::Relaxed);
                if count > 0 && log.write_all(&report(count)).is_err() {
                    dropped.fetch_add(count, Ordering::Relaxed);
                }
            }
            Entry::Flush(done) => {
                let _ = log.flush();
                let _ = done.send(()); // nobody waits any longer
            }
        }
    }
}

impl Write for Lines {
    /// Takes a whole line, as the formatter writes it. Never fails and never waits.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.queue.try_send(Entry::Line(line.to_owned())).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// A buffer that a formatter writes to.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What makes the line about so many dropped ones, in the format of the log.
fn report(format: LogFormat) -> impl Fn(u64) -> Vec<u8> {
    let buffer = Buffer::default();
    let writer = buffer.clone();
    let log = tracing_subscriber::fmt()
        .with_ansi(false)
        .log_internal_errors(false)
        .with_writer(move || writer.clone());
    let dispatch = match format {
        LogFormat::Text => Dispatch::new(log.finish()),
        LogFormat::Json => Dispatch::new(log.json().finish()),
    };
    move |dropped| {
        tracing::dispatcher::with_default(&dispatch, || {
            tracing::warn!(dropped, "lines of the log were dropped: standard error could not be written to");
        });
        buffer.take()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// A log that fails, blocks or takes what it is given, as is set.
    #[derive(Clone, Default)]
    struct Log {
        taken: Buffer,
        fails: Arc<AtomicU64>,
        gate: Arc<Mutex<()>>,
    }

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _open = self.gate.lock().unwrap();
            if self.fails.load(Ordering::SeqCst) > 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.taken.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn say(lines: &Lines, text: &str) {
        lines.make_writer().write_all(format!("{text}\n").as_bytes()).unwrap();
    }

    fn flush(lines: &Lines) {
        drop(LogGuard(lines.clone()));
    }

    #[test]
    fn what_cannot_be_written_is_counted_and_told_when_it_can() {
        let log = Log::default();
        let lines = Lines::to(log.clone(), |count| format!("{count} dropped\n").into_bytes());
        say(&lines, "first");
        flush(&lines);
        log.fails.store(1, Ordering::SeqCst);
        for _ in 0..3 {
            say(&lines, "lost");
        }
        flush(&lines);
        log.fails.store(0, Ordering::SeqCst);
        say(&lines, "again");
        say(&lines, "last");
        flush(&lines);
        assert_eq!(String::from_utf8(log.taken.take()).unwrap(), "first\nagain\n3 dropped\nlast\n");
    }

    #[test]
    fn who_does_not_read_holds_nobody_up() {
        let log = Log::default();
        let lines = Lines::to(log.clone(), |count| format!("{count} dropped\n").into_bytes());
        let closed = log.gate.lock().unwrap();
        let begun = Instant::now();
        for _ in 0..QUEUE + 10 {
            say(&lines, "x");
        }
        assert!(begun.elapsed() < Duration::from_secs(5));
        flush(&lines);
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "the end does not wait for a log that nobody reads"
        );
        drop(closed);
        std::thread::sleep(Duration::from_millis(50));
        say(&lines, "y");
        flush(&lines);
        let taken = String::from_utf8(log.taken.take()).unwrap();
        let written = taken.lines().filter(|line| *line == "x").count();
        let dropped: usize =
            taken.lines().find_map(|line| line.strip_suffix(" dropped")?.parse().ok()).unwrap();
        assert_eq!(written + dropped, QUEUE + 10);
    }

    #[test]
    fn the_line_about_dropped_ones_is_in_the_format_of_the_log() {
        let text = String::from_utf8(report(LogFormat::Text)(7)).unwrap();
        assert!(text.contains(" WARN ") && text.contains("dropped=7") && text.ends_with('\n'), "{text}");
        let json = report(LogFormat::Json)(7);
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!((json["level"].as_str(), json["fields"]["dropped"].as_u64()), (Some("WARN"), Some(7)));
    }
}
