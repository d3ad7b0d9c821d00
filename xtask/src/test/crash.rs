//! `kill -9` under load, again and again: everything that was answered is there after the restart.

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;

use serde_json::{Value, json};

use super::Stage;
use super::report::Report;
use crate::http::Connection;
use crate::process::output;
use crate::server::{Killed, Recipe, Server};
use crate::{Outcome, tools};

const ROUNDS: u64 = 20;
const WRITERS: u64 = 8;
/// Writers that sign up users, which takes the processor for a while; the others keep the database busy with clients.
const SIGNERS_UP: u64 = 2;
/// Kills of a server that has just been spawned on an empty database: some fall into its migrations.
const KILLS_WHILE_STARTING: u32 = 10;
/// Milliseconds from the first write of a round to the kill.
const LIFE: std::ops::Range<u64> = 50..600;
/// Milliseconds from the start of a process to the kill.
const CHILDHOOD: std::ops::Range<u64> = 0..60;
/// Most items on a page of a list.
const PAGE: usize = 60;

pub(super) fn run(stage: &Stage, report: &mut Report) {
    report.step("kill -9 under load on SQLite", || {
        crash(stage, &Recipe::sqlite(&stage.folder, &stage.poolhouse(), "crash-sqlite")?)
    });
    report.step("kill -9 under load on PostgreSQL", || {
        let database = stage.postgres.create_database("crash")?;
        crash(stage, &Recipe::postgres(&stage.folder, &stage.poolhouse(), "crash-postgres", &database)?)
    });
}

/// What was answered in a round, all in a pool of its own.
#[derive(Default)]
struct Acknowledged {
    pool: String,
    clients: BTreeSet<String>,
    users: BTreeSet<String>,
}

fn crash(stage: &Stage, recipe: &Recipe) -> Outcome<String> {
    for _ in 0..KILLS_WHILE_STARTING {
        let starting = recipe.spawn(&stage.folder)?;
        sleep(random(CHILDHOOD));
        drop(starting);
    }

    let mut server = Server::start(&stage.folder, recipe)?;
    let mut rounds: Vec<Acknowledged> = Vec::new();
    let (mut answered, mut unanswered) = (0, 0);
    for round in 0..ROUNDS {
        let (killed, acknowledged) = write_until_killed(server, round)?;
        server = killed.start_again(&stage.folder)?;
        answered += acknowledged.clients.len() + acknowledged.users.len();
        unanswered += check(&mut server.connect()?, &acknowledged)?;
        if let Some(file) = recipe.sqlite_file() {
            check_integrity(file)?;
        }
        rounds.push(acknowledged);
    }

    // What earlier rounds wrote has outlived all later ones.
    let mut connection = server.connect()?;
    for acknowledged in &rounds {
        check(&mut connection, acknowledged)?;
    }
    server.check_log()?;
    Ok(format!(
        "{ROUNDS} rounds: {answered} answered writes are there, and {unanswered} whose answer was cut off"
    ))
}

/// Writes on several connections, and kills the server at some moment. Gives what was answered.
fn write_until_killed(server: Server, round: u64) -> Outcome<(Killed, Acknowledged)> {
    let address = server.address();
    let created =
        Connection::open(address)?.ok("CreateUserPool", &json!({ "PoolName": format!("round {round}") }))?;
    let pool = text(&created["UserPool"]["Id"])?;
    let request = json!({ "UserPoolId": pool, "ClientName": "sign-up" });
    let created = Connection::open(address)?.ok("CreateUserPoolClient", &request)?;
    let client = text(&created["UserPoolClient"]["ClientId"])?;

    let is_killed = AtomicBool::new(false);
    let mut all = Acknowledged { pool, clients: [client.clone()].into(), users: BTreeSet::new() };
    let pool = &all.pool.clone();
    let (killed, written) = thread::scope(|scope| {
        let writer = |number| {
            let (is_killed, client) = (&is_killed, &client);
            scope.spawn(move || write(address, pool, client, number, is_killed))
        };
        let writers: Vec<_> = (0..WRITERS).map(writer).collect();
        sleep(random(LIFE));
        is_killed.store(true, Ordering::SeqCst);
        let killed = server.kill();
        let written = writers.into_iter().map(|writer| writer.join().map_err(|_| "a writer panicked")?);
        let written: Outcome<Vec<Acknowledged>> = written.collect();
        Outcome::Ok((killed, written?))
    })?;
    for mut one in written {
        all.clients.append(&mut one.clients);
        all.users.append(&mut one.users);
    }
    Ok((killed, all))
}

/// Writes over one connection until it breaks, which it may only once the server is killed.
fn write(
    address: SocketAddr,
    pool: &str,
    client: &str,
    number: u64,
    is_killed: &AtomicBool,
) -> Outcome<Acknowledged> {
    let mut acknowledged = Acknowledged::default();
    let mut connection = Connection::open(address)?;
    for count in 0.. {
        let user = format!("user-{number}-{count}");
        let (operation, request) = if number >= SIGNERS_UP {
            (
                "CreateUserPoolClient",
                json!({ "UserPoolId": pool, "ClientName": user, "GenerateSecret": true }),
            )
        } else {
            ("SignUp", json!({ "ClientId": client, "Username": user, "Password": "Correct-Horse-1" }))
        };
        let answer = match connection.call(operation, &request) {
            Ok(answer) => answer,
            Err(_) if is_killed.load(Ordering::SeqCst) => break,
            Err(problem) => return Err(problem),
        };
        if answer.status != 200 {
            return Err(format!("{operation} {request}: {} {}", answer.status, answer.body).into());
        }
        match operation {
            "SignUp" => acknowledged.users.insert(user),
            _ => acknowledged.clients.insert(text(&answer.json()?["UserPoolClient"]["ClientId"])?),
        };
    }
    Ok(acknowledged)
}

/// Everything acknowledged is there. Gives how much more is there: writes whose answer did not arrive.
fn check(connection: &mut Connection, acknowledged: &Acknowledged) -> Outcome<usize> {
    let pool = &acknowledged.pool;
    let clients = listed(
        connection,
        pool,
        ("ListUserPoolClients", "UserPoolClients", "ClientId"),
        ("MaxResults", "NextToken"),
    )?;
    let users = listed(connection, pool, ("ListUsers", "Users", "Username"), ("Limit", "PaginationToken"))?;
    for (what, there, wanted) in
        [("clients", &clients, &acknowledged.clients), ("users", &users, &acknowledged.users)]
    {
        let lost: Vec<_> = wanted.iter().filter(|name| !there.contains(*name)).collect();
        if !lost.is_empty() {
            return Err(
                format!("{} of {} acknowledged {what} are lost: {lost:?}", lost.len(), wanted.len()).into()
            );
        }
    }
    Ok(clients.len() + users.len() - acknowledged.clients.len() - acknowledged.users.len())
}

/// All names that a list operation gives, page after page.
fn listed(
    connection: &mut Connection,
    pool: &str,
    (operation, items, name): (&str, &str, &str),
    (limit, token): (&str, &str),
) -> Outcome<HashSet<String>> {
    let mut names = HashSet::new();
    let mut request = json!({ "UserPoolId": pool, limit: PAGE });
    loop {
        let mut page = connection.ok(operation, &request)?;
        let listed = page[items].as_array().ok_or_else(|| format!("{operation} without {items}"))?;
        for item in listed {
            names.insert(text(&item[name])?);
        }
        if page[token].is_null() {
            return Ok(names);
        }
        request[token] = page[token].take();
    }
}

/// SQLite's own check of the file, while the server has it open.
fn check_integrity(file: &Path) -> Outcome {
    const CHECK: &str = "
import sqlite3, sys
database = sqlite3.connect(f'file:{sys.argv[1]}?mode=ro', uri=True)
print([*database.execute('PRAGMA integrity_check'), *database.execute('PRAGMA foreign_key_check')])
";
    let found = output(Command::new(tools::python()?).args(["-c", CHECK]).arg(file))?;
    if found.trim() == "[('ok',)]" { Ok(()) } else { Err(format!("SQLite finds: {found}").into()) }
}

fn text(value: &Value) -> Outcome<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("not a string: {value}").into())
}

/// A time in a range of milliseconds. The standard library has no other source of randomness than its hash keys.
fn random(range: std::ops::Range<u64>) -> Duration {
    Duration::from_millis(range.start + RandomState::new().hash_one(()) % (range.end - range.start))
}
