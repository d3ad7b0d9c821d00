//! Two processes on one PostgreSQL database: any of them can answer any request, and no race has two winners.

use std::fs;
use std::sync::Barrier;
use std::thread;

use serde_json::{Value, json};

use super::Stage;
use super::report::Report;
use crate::http::{Answer, Connection};
use crate::server::{Recipe, Server};
use crate::{Outcome, repository};

/// Connections that want the same thing at once, half of them to each replica.
const RIVALS: usize = 50;
const PASSWORD: &str = "Correct-Horse-1";
/// How often each race is run.
const RACES: usize = 5;

/// Who comes after the winner finds a confirmed user; who comes with it finds the code gone, and counts as an attempt.
const CODE_IS_USED: [&str; 3] =
    ["Current status is CONFIRMED", "ExpiredCodeException", "LimitExceededException"];
const SESSION_IS_USED: [&str; 1] = ["Invalid session for the user"];
const DOMAIN_IS_TAKEN: [&str; 2] = ["Domain already associated", "User pool already has a domain"];

pub(super) fn run(stage: &Stage, report: &mut Report) {
    let mut replicas = None;
    report.step("two replicas start at once on an empty database", || {
        replicas = Some(start(stage)?);
        check_migrations(stage)
    });
    let Some(replicas) = replicas else { return };
    report.step("requests alternate between replicas", || alternate(&replicas));
    report.step("a code is used once on two replicas", || confirm_at_once(&replicas));
    report.step("a refresh token is rotated once on two replicas", || rotate_at_once(&replicas));
    report.step("a challenge is answered once on two replicas", || answer_at_once(&replicas));
    report.step("a domain is taken once on two replicas", || take_domain_at_once(&replicas));
    report.step("replicas log no error", || {
        replicas.iter().try_for_each(Server::check_log)?;
        Ok(String::new())
    });
}

fn start(stage: &Stage) -> Outcome<[Server; 2]> {
    let database = stage.postgres.create_database("replicas")?;
    let replica = |name| Recipe::postgres(&stage.folder, &stage.poolhouse(), name, &database);
    let (first, second) =
        (replica("replica-1")?.spawn(&stage.folder)?, replica("replica-2")?.spawn(&stage.folder)?);
    Ok([first.ready()?, second.ready()?])
}

/// Each migration of the folder is in the history, once.
fn check_migrations(stage: &Stage) -> Outcome<String> {
    let files = fs::read_dir(repository().join("migrations"))?;
    let mut wanted: Vec<u32> = files
        .flatten()
        .filter_map(|file| file.file_name().to_str()?.strip_prefix('V')?.split("__").next()?.parse().ok())
        .collect();
    wanted.sort_unstable();
    let applied =
        stage.postgres.query("replicas", "SELECT version FROM refinery_schema_history ORDER BY version")?;
    let applied = applied.lines().map(str::parse).collect::<Result<Vec<u32>, _>>()?;
    if applied == wanted && !applied.is_empty() {
        return Ok(format!("{} migrations applied", applied.len()));
    }
    Err(format!("migrations applied: {applied:?}, in the folder: {wanted:?}").into())
}

/// Every request goes to the other replica than the one before.
fn alternate(replicas: &[Server; 2]) -> Outcome<String> {
    let mut connections = [replicas[0].connect()?, replicas[1].connect()?];
    let mut calls = 0;
    let mut ok = |operation: &str, request: Value| {
        calls += 1;
        connections[calls % 2].ok(operation, &request)
    };
    // Nine calls, so that each goes to one replica in even rounds and to the other in odd ones.
    for round in 0..10 {
        let name = format!("alternating {round}");
        let pool = ok("CreateUserPool", json!({ "PoolName": name }))?["UserPool"]["Id"].take();
        let seen = ok("DescribeUserPool", json!({ "UserPoolId": pool }))?;
        expect("name of the pool", &seen["UserPool"]["Name"], &json!(name))?;
        let created = ok("CreateUserPoolClient", json!({ "UserPoolId": pool, "ClientName": "app" }))?;
        let client = &created["UserPoolClient"]["ClientId"];
        let seen = ok("DescribeUserPoolClient", json!({ "UserPoolId": pool, "ClientId": client }))?;
        expect("client", &seen, &created)?;
        ok("SignUp", json!({ "ClientId": client, "Username": "ada", "Password": PASSWORD }))?;
        ok("AdminConfirmSignUp", json!({ "UserPoolId": pool, "Username": "ada" }))?;
        let user = ok("AdminGetUser", json!({ "UserPoolId": pool, "Username": "ada" }))?;
        expect("status", &user["UserStatus"], &json!("CONFIRMED"))?;
        ok("AdminDeleteUser", json!({ "UserPoolId": pool, "Username": "ada" }))?;
        ok("DeleteUserPool", json!({ "UserPoolId": pool }))?;
    }
    Ok(format!("{calls} calls"))
}

fn confirm_at_once(replicas: &[Server; 2]) -> Outcome<String> {
    let mut connection = replicas[0].connect()?;
    let request = json!({ "PoolName": "race", "AutoVerifiedAttributes": ["email"] });
    let pool = connection.ok("CreateUserPool", &request)?["UserPool"]["Id"].take();
    let request = json!({ "UserPoolId": pool, "ClientName": "app" });
    let client = connection.ok("CreateUserPoolClient", &request)?["UserPoolClient"]["ClientId"].take();
    for race in 0..RACES {
        let mut connection = replicas[0].connect()?; // another: one that waits for the end of a race may be closed meanwhile
        let user = format!("user-{race}");
        connection.ok(
            "SignUp",
            &json!({
                "ClientId": client, "Username": user, "Password": PASSWORD,
                "UserAttributes": [{ "Name": "email", "Value": format!("{user}@example.com") }],
            }),
        )?;
        let path = format!("/_poolhouse/messages?pool={}&user={user}", pool.as_str().unwrap_or_default());
        let code = connection.get(&path)?.json()?["messages"][0]["code"].take();
        let request = json!({ "ClientId": client, "Username": user, "ConfirmationCode": code });
        check_one_won(&at_once(replicas, "ConfirmSignUp", |_| request.clone())?, &CODE_IS_USED)?;
    }
    Ok(format!("{RACES} races of {RIVALS}"))
}

/// A pool with a user, as an administrator makes one, and a client that rotates refresh tokens.
fn invited(connection: &mut Connection) -> Outcome<(Value, Value)> {
    let pool = connection.ok("CreateUserPool", &json!({ "PoolName": "race" }))?["UserPool"]["Id"].take();
    let rotation = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 });
    let request = json!({
        "UserPoolId": pool, "ClientName": "app", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
        "RefreshTokenRotation": rotation,
    });
    let client = connection.ok("CreateUserPoolClient", &request)?["UserPoolClient"]["ClientId"].take();
    let request = json!({
        "UserPoolId": pool, "Username": "ada", "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS",
    });
    connection.ok("AdminCreateUser", &request)?;
    Ok((pool, client))
}

fn sign_in(connection: &mut Connection, client: &Value) -> Outcome<Value> {
    let request = json!({
        "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "ada", "PASSWORD": PASSWORD },
    });
    connection.ok("InitiateAuth", &request)
}

fn rotate_at_once(replicas: &[Server; 2]) -> Outcome<String> {
    let mut connection = replicas[0].connect()?;
    let (pool, client) = invited(&mut connection)?;
    let request = json!({ "UserPoolId": pool, "Username": "ada", "Password": PASSWORD, "Permanent": true });
    connection.ok("AdminSetUserPassword", &request)?;
    for _ in 0..RACES {
        let mut connection = replicas[0].connect()?;
        let tokens = sign_in(&mut connection, &client)?["AuthenticationResult"].take();
        let request = json!({ "ClientId": client, "RefreshToken": tokens["RefreshToken"] });
        let answers = at_once(replicas, "GetTokensFromRefreshToken", |_| request.clone())?;
        check_one_won(&answers, &["RefreshTokenReuseException"])?;
    }
    Ok(format!("{RACES} races of {RIVALS}"))
}

fn answer_at_once(replicas: &[Server; 2]) -> Outcome<String> {
    for _ in 0..RACES {
        let mut connection = replicas[0].connect()?;
        let (_, client) = invited(&mut connection)?;
        let challenge = sign_in(&mut connection, &client)?;
        expect("challenge", &challenge["ChallengeName"], &json!("NEW_PASSWORD_REQUIRED"))?;
        let request = |rival: usize| {
            json!({
                "ClientId": client, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": challenge["Session"],
                "ChallengeResponses": { "USERNAME": "ada", "NEW_PASSWORD": format!("{PASSWORD}{rival}") },
            })
        };
        check_one_won(&at_once(replicas, "RespondToAuthChallenge", request)?, &SESSION_IS_USED)?;
    }
    Ok(format!("{RACES} races of {RIVALS}"))
}

fn take_domain_at_once(replicas: &[Server; 2]) -> Outcome<String> {
    for race in 0..RACES {
        let mut connection = replicas[0].connect()?;
        let mut pool = || connection.ok("CreateUserPool", &json!({ "PoolName": "race" }));
        let pools = [pool()?["UserPool"]["Id"].take(), pool()?["UserPool"]["Id"].take()];
        let domain = format!("race-{race}");
        // Rivals 0 and 2 talk to one replica, 1 and 3 to the other; 0 and 1 want the domain for one pool, 2 and 3 for the other.
        let request = |rival: usize| json!({ "UserPoolId": pools[rival / 2 % 2], "Domain": domain });
        check_one_won(&at_once(replicas, "CreateUserPoolDomain", request)?, &DOMAIN_IS_TAKEN)?;
        let described = replicas[1].connect()?.ok("DescribeUserPoolDomain", &json!({ "Domain": domain }))?;
        let owner = &described["DomainDescription"]["UserPoolId"];
        if !pools.contains(owner) {
            return Err(format!("the domain belongs to {owner}").into());
        }
    }
    Ok(format!("{RACES} races of {RIVALS}"))
}

/// Calls an operation over many connections at once. Gives all answers.
fn at_once(
    replicas: &[Server; 2],
    operation: &str,
    request: impl Fn(usize) -> Value + Sync,
) -> Outcome<Vec<Answer>> {
    let connections: Outcome<Vec<Connection>> =
        (0..RIVALS).map(|rival| replicas[rival % 2].connect()).collect();
    let start = Barrier::new(RIVALS);
    thread::scope(|scope| {
        let rivals = connections?.into_iter().enumerate().map(|(rival, mut connection)| {
            let (start, request) = (&start, &request);
            scope.spawn(move || {
                start.wait();
                connection.call(operation, &request(rival))
            })
        });
        let rivals: Vec<_> = rivals.collect();
        rivals.into_iter().map(|rival| rival.join().map_err(|_| "a rival panicked")?).collect()
    })
}

/// One call succeeded, and all the others were refused because it did.
fn check_one_won(answers: &[Answer], refusals: &[&str]) -> Outcome {
    let (won, lost): (Vec<&Answer>, Vec<&Answer>) = answers.iter().partition(|answer| answer.status == 200);
    if won.len() != 1 {
        return Err(format!("{} of {} calls succeeded", won.len(), answers.len()).into());
    }
    match lost
        .into_iter()
        .find(|answer| answer.status != 400 || !refusals.iter().any(|text| answer.body.contains(text)))
    {
        Some(answer) => Err(format!("{} {}", answer.status, answer.body).into()),
        None => Ok(()),
    }
}

fn expect(what: &str, seen: &Value, wanted: &Value) -> Outcome {
    if seen == wanted { Ok(()) } else { Err(format!("{what}: {seen}, not {wanted}").into()) }
}
