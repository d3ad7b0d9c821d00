//! Writers who go on whatever happens, and remember what they were answered.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Outcome;
use crate::http::Connection;

/// Connections, each of which writes.
const WRITERS: usize = 8;
/// After a refusal, a client waits.
const PAUSE: Duration = Duration::from_millis(20);
/// How long it may take until all writers succeed again.
const PATIENCE: Duration = Duration::from_secs(60);
/// Items on a page.
const PAGE: usize = 60;

/// Writers at work.
pub(super) struct Load {
    pool: String,
    is_over: Arc<AtomicBool>,
    writers: Vec<JoinHandle<Outcome<Written>>>,
    last_success: Vec<Arc<Mutex<Instant>>>,
}

/// What writers were told.
#[derive(Default)]
pub(super) struct Written {
    /// App clients whose creation was answered.
    pub(super) answered: HashSet<String>,
    /// Writes that were answered with an internal error: `InternalErrorException`, HTTP 500.
    pub(super) refused: usize,
    /// Writes without an answer.
    pub(super) cut_off: usize,
    /// The longest that one waited for an answer.
    pub(super) longest: Duration,
}

impl Load {
    /// Begins to write, into a pool of its own.
    ///
    /// # Errors
    /// When the pool cannot be made.
    pub(super) fn start(address: SocketAddr) -> Outcome<Self> {
        let request = json!({ "PoolName": "written" });
        let created = Connection::open(address)?.ok("CreateUserPool", &request)?;
        let pool = created["UserPool"]["Id"].as_str().ok_or("a pool without an id")?.to_owned();
        let is_over = Arc::new(AtomicBool::new(false));
        let last_success: Vec<_> = (0..WRITERS).map(|_| Arc::new(Mutex::new(Instant::now()))).collect();
        let writers = last_success
            .iter()
            .map(|last_success| {
                let (pool, is_over, last_success) = (pool.clone(), is_over.clone(), last_success.clone());
                spawn(move || write(address, &pool, &is_over, &last_success))
            })
            .collect();
        Ok(Self { pool, is_over, writers, last_success })
    }

    /// How long it takes from now on until each writer has succeeded.
    ///
    /// # Errors
    /// When it takes too long.
    pub(super) fn recovery(&self) -> Outcome<Duration> {
        let over = Instant::now();
        while over.elapsed() < PATIENCE {
            let is_back = |last: &Arc<Mutex<Instant>>| last.lock().is_ok_and(|last| *last > over);
            if self.last_success.iter().all(is_back) {
                return Ok(over.elapsed());
            }
            sleep(Duration::from_millis(5));
        }
        Err(format!("not all writers are back after {PATIENCE:?}").into())
    }

    /// Stops writing.
    ///
    /// # Errors
    /// When a writer was told what it should not be.
    pub(super) fn stop(self) -> Outcome<(String, Written)> {
        self.is_over.store(true, Ordering::SeqCst);
        let mut all = Written::default();
        for writer in self.writers {
            let one = writer.join().map_err(|_| "a writer panicked")??;
            all.answered.extend(one.answered);
            all.refused += one.refused;
            all.cut_off += one.cut_off;
            all.longest = all.longest.max(one.longest);
        }
        Ok((self.pool, all))
    }

    /// When the last write was answered.
    ///
    /// # Errors
    /// When a writer panicked.
    pub(super) fn last_success(&self) -> Outcome<Instant> {
        let mut last = None;
        for one in &self.last_success {
            last = last.max(Some(*one.lock().map_err(|_| "a writer panicked")?));
        }
        last.ok_or_else(|| "nobody writes".into())
    }
}

fn write(
    address: SocketAddr,
    pool: &str,
    is_over: &AtomicBool,
    last_success: &Mutex<Instant>,
) -> Outcome<Written> {
    let mut written = Written::default();
    let mut connection = None;
    let request = json!({ "UserPoolId": pool, "ClientName": "written" });
    while !is_over.load(Ordering::SeqCst) {
        let begun = Instant::now();
        let opened = match connection.take() {
            Some(opened) => Ok(opened),
            None => Connection::open(address),
        };
        let outcome = opened.and_then(|mut opened| {
            let answer = opened.call("CreateUserPoolClient", &request)?;
            Ok((answer, opened))
        });
        written.longest = written.longest.max(begun.elapsed());
        match outcome {
            Err(_) => {
                written.cut_off += 1;
                sleep(PAUSE);
            }
            Ok((answer, opened)) => {
                connection = Some(opened);
                match answer.status {
                    200 => {
                        written.answered.insert(client_id(&answer.json()?)?);
                        *last_success.lock().map_err(|_| "poisoned")? = Instant::now();
                    }
                    500 if answer.body.contains("InternalErrorException") => {
                        written.refused += 1;
                        sleep(PAUSE);
                    }
                    status => return Err(format!("a writer was told {status} {}", answer.body).into()),
                }
            }
        }
    }
    Ok(written)
}

fn client_id(created: &Value) -> Outcome<String> {
    Ok(created["UserPoolClient"]["ClientId"].as_str().ok_or("a client without an id")?.to_owned())
}

/// What was answered is there.
///
/// # Errors
/// What is not.
pub(super) fn check(address: SocketAddr, pool: &str, written: &Written) -> Outcome {
    let mut connection = Connection::open(address)?;
    let mut request = json!({ "UserPoolId": pool, "MaxResults": PAGE });
    let mut there = HashSet::new();
    loop {
        let mut page = connection.ok("ListUserPoolClients", &request)?;
        for client in page["UserPoolClients"].as_array().ok_or("a list without clients")? {
            there.insert(client["ClientId"].as_str().unwrap_or_default().to_owned());
        }
        if page["NextToken"].is_null() {
            break;
        }
        request["NextToken"] = page["NextToken"].take();
    }
    let lost = written.answered.difference(&there).count();
    if lost == 0 {
        Ok(())
    } else {
        Err(format!("{lost} of {} answered writes are lost", written.answered.len()).into())
    }
}
