//! Many pools that are used for the first time at once, each of which needs keys: others go on signing in.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::scope;
use std::time::{Duration, Instant};

use serde_json::json;

use super::super::Stage;
use super::super::report::Report;
use crate::Outcome;
use crate::http::Connection;
use crate::server::{Recipe, Server};

/// Pools that are new.
const POOLS: usize = 40;
/// In the built server for tests, which computes several times as long as a released one.
const LONGEST: Duration = Duration::from_secs(2);
const PASSWORD: &str = "Correct-Horse-1";

pub(super) fn run(stage: &Stage, report: &mut Report) {
    report.step("first sign-ins and certificates of 40 pools at once", || at_once(stage));
}

/// A pool with a user who can sign in.
struct Pool {
    id: String,
    client: String,
}

fn pool(connection: &mut Connection, name: &str) -> Outcome<Pool> {
    let created = connection.ok("CreateUserPool", &json!({ "PoolName": name }))?;
    let id = created["UserPool"]["Id"].as_str().ok_or("a pool without an id")?.to_owned();
    let flows = json!(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    let request = json!({ "UserPoolId": id, "ClientName": name, "ExplicitAuthFlows": flows });
    let created = connection.ok("CreateUserPoolClient", &request)?;
    let client = created["UserPoolClient"]["ClientId"].as_str().ok_or("a client without an id")?.to_owned();
    connection.ok(
        "AdminCreateUser",
        &json!({ "UserPoolId": id, "Username": "ann", "MessageAction": "SUPPRESS" }),
    )?;
    let password = json!({ "UserPoolId": id, "Username": "ann", "Password": PASSWORD, "Permanent": true });
    connection.ok("AdminSetUserPassword", &password)?;
    Ok(Pool { id, client })
}

fn sign_in(connection: &mut Connection, pool: &Pool) -> Outcome {
    let parameters = json!({ "USERNAME": "ann", "PASSWORD": PASSWORD });
    let request =
        json!({ "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": pool.client, "AuthParameters": parameters });
    connection.ok("InitiateAuth", &request).map(drop)
}

/// How long each sign-in takes until something is over.
fn times(address: SocketAddr, pool: &Pool, is_over: &AtomicBool) -> Outcome<Vec<Duration>> {
    let (mut connection, mut times) = (Connection::open(address)?, Vec::new());
    while !is_over.load(Ordering::SeqCst) || times.is_empty() {
        let begun = Instant::now();
        sign_in(&mut connection, pool)?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok(times)
}

fn at_once(stage: &Stage) -> Outcome<String> {
    let recipe = Recipe::sqlite(&stage.folder, &stage.poolhouse(), "first-use")?;
    let server = Server::start(&stage.folder, &recipe)?;
    let address = server.address();
    let mut connection = server.connect()?;
    let old = pool(&mut connection, "old")?;
    sign_in(&mut connection, &old)?;
    let new = (0..POOLS)
        .map(|number| pool(&mut connection, &format!("new {number}")))
        .collect::<Outcome<Vec<_>>>()?;

    let (is_over, begun) = (AtomicBool::new(false), Instant::now());
    let (first, others) = scope(|scope| {
        let others = scope.spawn(|| times(address, &old, &is_over));
        let uses: Vec<_> = new
            .iter()
            .flat_map(|pool| {
                let signs_in = scope.spawn(move || sign_in(&mut Connection::open(address)?, pool));
                let certificate = json!({ "UserPoolId": pool.id });
                let asks = scope.spawn(move || {
                    Connection::open(address)?.ok("GetSigningCertificate", &certificate).map(drop)
                });
                [signs_in, asks]
            })
            .collect();
        let outcomes: Vec<Outcome> = uses
            .into_iter()
            .map(|one| one.join().unwrap_or_else(|_| Err("a caller panicked".into())))
            .collect();
        is_over.store(true, Ordering::SeqCst);
        let others = others.join().unwrap_or_else(|_| Err("the other caller panicked".into()));
        (outcomes.into_iter().collect::<Outcome<Vec<()>>>(), others)
    });
    let (took, others) = (begun.elapsed(), others?);
    first?;
    let (p99, longest) = (others[(others.len() - 1) * 99 / 100], others[others.len() - 1]);
    server.check_log()?;
    if longest > LONGEST {
        return Err(format!("a sign-in of another pool took {longest:.1?} of {took:.1?}").into());
    }
    Ok(format!(
        "all answered after {took:.1?}; meanwhile {} sign-ins of another pool, p99 {p99:.0?}, longest {longest:.0?}",
        others.len()
    ))
}
