//! What was written is there: pools, app clients, users.

use std::collections::{BTreeSet, HashSet};
use std::net::SocketAddr;
use std::thread::sleep;

use serde_json::json;

use super::{Stop, check_integrity, random, text, until_killed};
use crate::Outcome;
use crate::http::Connection;
use crate::server::{Killed, Recipe, Server};
use crate::test::Stage;

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

/// What was answered in a round, all in a pool of its own.
#[derive(Default)]
struct Acknowledged {
    pool: String,
    clients: BTreeSet<String>,
    users: BTreeSet<String>,
}

/// Kills the server in rounds.
///
/// # Errors
/// When something that was answered is lost.
pub(super) fn crash(stage: &Stage, recipe: &Recipe) -> Outcome<String> {
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

    let mut all = Acknowledged { pool, clients: [client.clone()].into(), users: BTreeSet::new() };
    let writer = |number: u64, stop: &Stop| write(address, &all.pool, &client, number, stop);
    let (killed, written) = until_killed(server, WRITERS, LIFE, writer)?;
    for mut one in written {
        all.clients.append(&mut one.clients);
        all.users.append(&mut one.users);
    }
    Ok((killed, all))
}

/// Writes over one connection until it breaks, which it may only once the server is killed.
fn write(address: SocketAddr, pool: &str, client: &str, number: u64, stop: &Stop) -> Outcome<Acknowledged> {
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
        let Some(created) = stop.unless_killed(connection.ok(operation, &request))? else { break };
        match operation {
            "SignUp" => acknowledged.users.insert(user),
            _ => acknowledged.clients.insert(text(&created["UserPoolClient"]["ClientId"])?),
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
