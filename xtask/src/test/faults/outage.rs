//! A fault under load: what callers are told meanwhile, what is lost (nothing), and how soon all are back.

use std::net::SocketAddr;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::load::{Load, check};
use crate::Outcome;
use crate::http::Connection;
use crate::server::Server;

/// Writers are at work for so long before the fault, and after it.
const QUIET: Duration = Duration::from_millis(500);
/// After the fault, all writers are back within this.
const BACK: Duration = Duration::from_secs(5);
/// `/ready` answers within its second.
const READY_WITHIN: Duration = Duration::from_millis(1500);

/// What is expected of a fault.
#[derive(Clone, Copy)]
pub(super) struct Expected {
    /// How long it lasts.
    pub(super) lasts: Duration,
    /// How long one request may wait at most.
    pub(super) limit: Duration,
    /// Whether the server is unready meanwhile.
    pub(super) is_unready: bool,
    /// Whether pages answer meanwhile: they only read.
    pub(super) do_pages_answer: bool,
}

/// Lets a fault begin and end under load. Gives the figures.
///
/// # Errors
/// When something is lost, somebody waits for too long, or is told what is not so.
pub(super) fn under_load(
    server: &Server,
    expected: Expected,
    begin: impl FnOnce() -> Outcome,
    end: impl FnOnce() -> Outcome,
) -> Outcome<String> {
    let address = server.address();
    let load = Load::start(address)?;
    sleep(QUIET);
    begin()?;
    let begun = Instant::now();
    let half = expected.lasts / 2;
    sleep(half);
    if expected.is_unready {
        is_unready(address)?;
    }
    if !expected.do_pages_answer {
        pages_are_unavailable(address)?;
    }
    sleep(expected.lasts.saturating_sub(begun.elapsed()));
    end()?;
    let back = load.recovery()?;
    sleep(QUIET);
    let (pool, written) = load.stop()?;
    check(address, &pool, &written)?;
    is_ready(address)?;
    let (answered, longest) = (written.answered.len(), written.longest);
    if back > BACK {
        return Err(format!("all writers were back after {back:.1?} only").into());
    }
    if longest > expected.limit {
        return Err(format!("a writer waited for {longest:.1?}").into());
    }
    Ok(format!(
        "{answered} answered, 0 lost, {} refused, {} cut off; longest {longest:.1?}, back after {back:.1?}",
        written.refused, written.cut_off
    ))
}

fn is_unready(address: SocketAddr) -> Outcome {
    let mut connection = Connection::open(address)?;
    let begun = Instant::now();
    let ready = connection.get("/ready")?;
    if ready.status != 503 || begun.elapsed() > READY_WITHIN {
        return Err(format!("/ready: {} {} after {:?}", ready.status, ready.body, begun.elapsed()).into());
    }
    let health = connection.get("/health")?;
    if health.status == 200 { Ok(()) } else { Err(format!("/health: {}", health.status).into()) }
}

/// A page and an OAuth endpoint say that they are for a moment.
fn pages_are_unavailable(address: SocketAddr) -> Outcome {
    let query = "client_id=1234567890abcdefghijklmnop&response_type=code&redirect_uri=https://app.test";
    for path in ["/login", "/oauth2/authorize"] {
        let answer = Connection::open(address)?.get(&format!("{path}?{query}"))?;
        if answer.status != 503 || answer.header("retry-after") != Some("1") {
            return Err(format!("{path}: {} {:?}", answer.status, answer.headers).into());
        }
    }
    Ok(())
}

fn is_ready(address: SocketAddr) -> Outcome {
    let ready = Connection::open(address)?.get("/ready")?;
    if ready.status == 200 { Ok(()) } else { Err(format!("/ready: {} {}", ready.status, ready.body).into()) }
}
