//! The connections of a server: what each is doing, and which one is closed when there are as many as there can be.
//!
//! A connection is closed by telling its own task that the caller has gone ([`super::watched`]): what is being answered is
//! answered first.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use actix_web::HttpRequest;

use super::unfinished::{Place, Unfinished};

/// How long what follows a refused request is thrown away, before the connection is closed.
const DRAINED_FOR: Duration = Duration::from_secs(1);

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing: it waits for a request.
    Idle,
    /// What is left of a request that was answered is thrown away.
    Draining,
    /// The headers of a request are arriving.
    Head,
    /// The body of a request is arriving.
    Body,
    /// A request is answered.
    Busy,
}

/// How long the parts of a request, and an answer that is not read, may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For the headers of a request.
    pub(super) headers: Duration,
    /// For its body, and for a caller to take some of an answer.
    pub(super) body: Duration,
    /// For the next request of a connection.
    pub(super) idle: Duration,
}

/// The listener that a connection came by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listener {
    /// Whether it speaks HTTPS.
    pub(super) is_secure: bool,
    /// Where it listens.
    pub(super) address: SocketAddr,
}

/// All connections of a server.
#[derive(Clone)]
pub(super) struct Connections(Arc<Inner>);

struct Inner {
    /// With so many, one is closed for each that comes.
    crowded_at: usize,
    patience: Patience,
    unfinished: Unfinished,
    next: AtomicU64,
    open: Mutex<HashMap<u64, Arc<Connection>>>,
}

impl Connections {
    pub(super) fn new(crowded_at: usize, patience: Patience, unfinished: Unfinished) -> Self {
        let next = AtomicU64::new(0);
        Self(Arc::new(Inner { crowded_at, patience, unfinished, next, open: Mutex::default() }))
    }

    /// Takes a connection that was accepted. If there are too many, one that is not being answered is given up.
    pub(super) fn open(&self, peer: Option<SocketAddr>, listener: Listener) -> Guard {
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        let connection = Arc::new(Connection {
            peer,
            listener,
            patience: self.0.patience,
            unfinished: self.0.unfinished.clone(),
            state: Mutex::new(State {
                phase: Phase::Idle,
                since: Instant::now(),
                is_closing: false,
                is_handshake: listener.is_secure,
                has_body: false,
                place: None,
                waker: None,
            }),
        });
        let mut open = self.lock();
        if open.len() >= self.0.crowded_at {
            give_one_up(&open);
        }
        open.insert(id, connection.clone());
        Guard { connections: self.clone(), id, connection }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Connection>>> {
        self.0.open.lock().expect("nobody panics with the connections")
    }
}

/// Closes the connection that has waited the longest, for a request or for the rest of one. One that was opened just now, and will
/// bring a request at once, is not it.
fn give_one_up(open: &HashMap<u64, Arc<Connection>>) {
    let candidates = open.values().filter_map(|connection| {
        let state = connection.lock();
        let may_go = !state.is_closing && state.phase != Phase::Busy;
        may_go.then_some((state.since, state.phase, connection))
    });
    if let Some((since, phase, connection)) = candidates.min_by_key(|(since, _, _)| *since) {
        tracing::debug!(?phase, waited = ?since.elapsed(), "a connection is closed to make room");
        connection.close();
    }
}

/// An open connection. It is forgotten when this value goes.
pub(super) struct Guard {
    connections: Connections,
    id: u64,
    /// What is known of it.
    pub(super) connection: Arc<Connection>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.connections.lock().remove(&self.id);
    }
}

/// What is known of one connection.
pub(super) struct Connection {
    /// Who is at the other end.
    pub(super) peer: Option<SocketAddr>,
    /// The listener that it came by.
    pub(super) listener: Listener,
    pub(super) patience: Patience,
    unfinished: Unfinished,
    state: Mutex<State>,
}

struct State {
    phase: Phase,
    since: Instant,
    is_closing: bool,
    /// Whether TLS is being agreed on, which has a time limit of its own.
    is_handshake: bool,
    /// Whether some of the body of the request has not arrived.
    has_body: bool,
    /// What the headers hold while they are unfinished.
    place: Option<Place>,
    /// Wakes the connection's task.
    waker: Option<Waker>,
}

impl State {
    fn go(&mut self, phase: Phase) {
        self.phase = phase;
        self.since = Instant::now();
        self.place = None;
    }
}

impl Connection {
    /// The connection that a request came by. Tests make requests without one.
    pub(super) fn of(request: &HttpRequest) -> Option<&Arc<Self>> {
        request.conn_data::<Arc<Self>>()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics with a connection")
    }

    /// What it is doing, and since when.
    pub(super) fn phase(&self) -> (Phase, Instant) {
        let state = self.lock();
        (state.phase, state.since)
    }

    /// TLS is agreed on, and requests may come.
    pub(super) fn end_handshake(&self) {
        self.lock().is_handshake = false;
    }

    /// A request came whose headers are complete.
    pub(super) fn begin(&self, has_body: bool) {
        let mut state = self.lock();
        state.go(Phase::Busy);
        state.has_body = has_body;
    }

    /// The body of the request is waited for.
    pub(super) fn wait_for_body(&self) {
        self.lock().go(Phase::Body);
    }

    /// The body of the request is complete, or not wanted any more.
    pub(super) fn end_body(&self, is_complete: bool) {
        let mut state = self.lock();
        state.go(Phase::Busy);
        state.has_body = !is_complete;
    }

    /// The request is answered. False when its body is still arriving, so that the connection is not good for another one.
    pub(super) fn end(&self) -> bool {
        let mut state = self.lock();
        let is_complete = !state.has_body;
        state.go(if is_complete { Phase::Idle } else { Phase::Draining });
        if (state.is_closing || !is_complete)
            && let Some(waker) = &state.waker
        {
            waker.wake_by_ref(); // there is something to do, or another deadline
        }
        is_complete
    }

    /// Some bytes came. Whether they are the first ones of a request.
    pub(super) fn receive(&self) -> bool {
        let mut state = self.lock();
        let is_begin = state.phase == Phase::Idle && !state.is_handshake;
        if is_begin {
            state.go(Phase::Head);
        }
        is_begin
    }

    /// Makes or extends a place for the headers that have not all arrived. False when there is no room, or no longer.
    pub(super) fn hold_headers(&self, bytes: usize, context: &Context<'_>) -> bool {
        let mut state = self.lock();
        let peer = self.peer.map(|peer| peer.ip());
        let place = state.place.get_or_insert_with(|| self.unfinished.place(peer));
        place.hold(bytes) && place.poll_taken(context).is_pending()
    }

    /// When its patience with what it is doing ends, if it does.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let state = self.lock();
        match state.phase {
            Phase::Head => Some(state.since + self.patience.headers),
            Phase::Draining => Some(state.since + DRAINED_FOR),
            // Whoever reads the body looks at the clock; idle connections are closed by their keep-alive.
            Phase::Idle | Phase::Body | Phase::Busy => None,
        }
    }

    /// Whether it was given up.
    pub(super) fn is_closing(&self) -> bool {
        self.lock().is_closing
    }

    /// Gives it up, as soon as an answer that is under way is out.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.is_closing = true;
        if let Some(waker) = &state.waker {
            waker.wake_by_ref();
        }
    }

    /// Its task waits.
    pub(super) fn wait(&self, waker: &Waker) {
        let mut state = self.lock();
        match &mut state.waker {
            Some(known) => known.clone_from(waker),
            None => state.waker = Some(waker.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn connections(crowded_at: usize) -> Connections {
        let patience = Patience {
            headers: Duration::from_secs(10),
            body: Duration::from_secs(30),
            idle: Duration::from_secs(75),
        };
        Connections::new(crowded_at, patience, Unfinished::new(&Config::default()))
    }

    fn listener() -> Listener {
        Listener { is_secure: false, address: ([127, 0, 0, 1], 0).into() }
    }

    #[test]
    fn who_waits_the_longest_makes_room() {
        let connections = connections(5);
        let guards: Vec<Guard> = (0..5).map(|_| connections.open(None, listener())).collect();
        let is_closed = || guards.iter().map(|guard| guard.connection.is_closing()).collect::<Vec<_>>();
        let [busy, body, head, draining, idle] =
            [0, 1, 2, 3, 4].map(|index: usize| &guards[index].connection);
        let a_while = || std::thread::sleep(Duration::from_millis(2));
        busy.begin(false);
        draining.begin(true);
        assert!(!draining.end());
        a_while();
        head.receive();
        a_while();
        body.begin(true);
        body.wait_for_body();
        assert_eq!(
            [busy, body, head, draining, idle].map(|connection| connection.phase().0),
            [Phase::Busy, Phase::Body, Phase::Head, Phase::Draining, Phase::Idle]
        );
        let mut come = Vec::new();
        for expected in [
            [false, false, false, false, true],
            [false, false, false, true, true],
            [false, false, true, true, true],
            [false, true, true, true, true],
            [false, true, true, true, true],
        ] {
            let newcomer = connections.open(None, listener());
            newcomer.connection.begin(false);
            come.push(newcomer);
            assert_eq!(is_closed(), expected);
        }
        assert!(come.iter().all(|newcomer| !newcomer.connection.is_closing()), "answers are finished");
        drop(come);
        drop(guards);
        assert!(connections.lock().is_empty());
    }
}
