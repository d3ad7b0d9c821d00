//! Floods without credentials, each beside an honest user who goes on working: every honest call succeeds, and its p99 is
//! printed beside that of a quiet server.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Effort;
use super::usage::{Usage, forget_peak, mebibytes};
use crate::Outcome;
use crate::server::{Recipe, Server};
use crate::test::Stage;
use crate::test::report::Report;

/// Connections that attack at once.
const ATTACKERS: usize = 8;
/// Between two rounds of the honest user.
const PACE: Duration = Duration::from_millis(20);
const PASSWORD: &str = "Correct-Horse-1";

/// A request that is sent over and over.
struct Flood {
    name: &'static str,
    /// The target of a call of the API; none for a form.
    operation: Option<&'static str>,
    path: &'static str,
    /// The body of the n-th request.
    body: fn(&Honest, usize) -> String,
}

const FLOODS: [Flood; 5] = [
    Flood {
        name: "lists of 80,000 members",
        operation: Some("SignUp"),
        path: "/",
        body: |honest, _| {
            let attributes = "{},".repeat(80_000);
            let client = &honest.client;
            format!(
                r#"{{"ClientId":"{client}","Username":"u","Password":"{PASSWORD}","UserAttributes":[{attributes}{{}}]}}"#
            )
        },
    },
    Flood {
        name: "sign-ins of unknown names",
        operation: Some("InitiateAuth"),
        path: "/",
        body: |honest, n| sign_in(&honest.client, &format!("nobody-{n}"), PASSWORD).to_string(),
    },
    Flood {
        name: "sign-ups",
        operation: Some("SignUp"),
        path: "/",
        body: |honest, n| {
            json!({ "ClientId": honest.client, "Username": format!("stranger-{n}"), "Password": PASSWORD })
                .to_string()
        },
    },
    Flood {
        name: "forgotten passwords of unknown names",
        operation: Some("ForgotPassword"),
        path: "/",
        body: |honest, n| json!({ "ClientId": honest.client, "Username": format!("nobody-{n}") }).to_string(),
    },
    Flood {
        name: "SAML responses of 100 kB",
        operation: None,
        path: "/saml2/idpresponse",
        body: |_, _| {
            // 'PGE+' is `<a>`: an element in an element, as deep as 100 kB go.
            format!("RelayState=none&SAMLResponse={}", "PGE%2B".repeat(25_000))
        },
    },
];

/// Whom nobody may disturb.
struct Honest {
    pool: String,
    client: String,
}

pub(super) fn run(stage: &Stage, report: &mut Report, effort: Effort) {
    let mut started = None;
    report.step("a server to attack", || {
        let recipe = Recipe::sqlite(&stage.folder, &stage.poolhouse(), "attacks-floods")?;
        let server = Server::start(&stage.folder, &recipe)?;
        let honest = Honest::settle(&server)?;
        started = Some((server, honest));
        Ok(String::new())
    });
    let Some((server, honest)) = started else { return };
    let mut quiet = Duration::ZERO;
    report.step("an honest user, undisturbed", || {
        let latencies = honest.work(&server, &until(effort.flood))?;
        quiet = p99(&latencies);
        Ok(format!("{} calls, p99 {:.1} ms", latencies.len(), milliseconds(quiet)))
    });
    for flood in &FLOODS {
        report.step(&format!("flood: {}", flood.name), || flooded(&server, &honest, flood, effort, quiet));
    }
    report.step("the attacked server logs no error", || server.check_log().map(|()| String::new()));
}

fn flooded(
    server: &Server,
    honest: &Honest,
    flood: &Flood,
    effort: Effort,
    quiet: Duration,
) -> Outcome<String> {
    forget_peak(server.pid())?;
    let before = Usage::of(server.pid())?;
    let over = AtomicBool::new(false);
    let (latencies, statuses) = thread::scope(|scope| {
        let attackers: Vec<_> = (0..ATTACKERS)
            .map(|attacker| {
                let over = &over;
                scope.spawn(move || attack(server, honest, flood, attacker, over))
            })
            .collect();
        let latencies = honest.work(server, &until(effort.flood));
        over.store(true, Ordering::Relaxed);
        let mut statuses = BTreeMap::new();
        for attacker in attackers {
            for (status, count) in attacker.join().unwrap_or_default() {
                *statuses.entry(status).or_insert(0_u64) += count;
            }
        }
        (latencies, statuses)
    });
    let latencies = latencies?;
    let after = Usage::of(server.pid())?;
    let under = p99(&latencies);
    let answered: Vec<String> =
        statuses.iter().map(|(status, count)| format!("{count} × {status}")).collect();
    if let Some((status, _)) = statuses.iter().find(|(status, _)| **status >= 500 && **status != 503) {
        return Err(format!("answered with {status}: {}", answered.join(", ")).into());
    }
    Ok(format!(
        "answers {}; {} more memory, {:.1} s of CPU; honest p99 {:.1} ms, {:.1} × quiet",
        answered.join(", "),
        mebibytes(after.peak.saturating_sub(before.memory)),
        (after.cpu - before.cpu).as_secs_f64(),
        milliseconds(under),
        under.as_secs_f64() / quiet.as_secs_f64().max(0.0001),
    ))
}

/// Sends until it is over. Returns how often each status came; 0 stands for a connection that was closed.
fn attack(
    server: &Server,
    honest: &Honest,
    flood: &Flood,
    attacker: usize,
    over: &AtomicBool,
) -> BTreeMap<u16, u64> {
    let host = server.address().to_string();
    let target = format!("AWSCognitoIdentityProviderService.{}", flood.operation.unwrap_or_default());
    let headers = match flood.operation {
        Some(_) => vec![("Host", host.as_str()), ("X-Amz-Target", target.as_str())],
        None => vec![("Host", host.as_str()), ("Content-Type", "application/x-www-form-urlencoded")],
    };
    let mut statuses = BTreeMap::new();
    let mut connection = None;
    for n in 0.. {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let body = (flood.body)(honest, n * ATTACKERS + attacker);
        let kept = connection.take().map_or_else(|| server.connect(), Ok);
        let Ok(mut open) = kept else { continue };
        let status = match open.exchange("POST", flood.path, &headers, &body) {
            Ok(answer) => {
                // A refusal before the body was read closes the connection.
                if answer.header("connection") != Some("close") {
                    connection = Some(open);
                }
                answer.status
            }
            Err(_) => 0,
        };
        *statuses.entry(status).or_insert(0) += 1;
    }
    statuses
}

fn sign_in(client: &str, username: &str, password: &str) -> Value {
    json!({
        "ClientId": client,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": username, "PASSWORD": password },
    })
}

impl Honest {
    /// A pool, a client that tells nobody who exists, and a user.
    fn settle(server: &Server) -> Outcome<Self> {
        let mut connection = server.connect()?;
        let pool = connection.ok("CreateUserPool", &json!({ "PoolName": "honest" }))?;
        let pool = pool["UserPool"]["Id"].as_str().ok_or("a pool has an id")?.to_owned();
        let client = connection.ok(
            "CreateUserPoolClient",
            &json!({
                "UserPoolId": pool,
                "ClientName": "app",
                "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                "PreventUserExistenceErrors": "ENABLED",
            }),
        )?;
        let client = client["UserPoolClient"]["ClientId"].as_str().ok_or("a client has an id")?.to_owned();
        connection.ok("AdminCreateUser", &json!({ "UserPoolId": pool, "Username": "jane" }))?;
        connection.ok(
            "AdminSetUserPassword",
            &json!({ "UserPoolId": pool, "Username": "jane", "Password": PASSWORD, "Permanent": true }),
        )?;
        Ok(Self { pool, client })
    }

    /// Signs in, looks at herself, and an administrator at the pool, until it is time. Every call must succeed. Returns how
    /// long each took.
    fn work(&self, server: &Server, until: &Instant) -> Outcome<Vec<Duration>> {
        let mut connection = server.connect()?;
        let mut latencies = Vec::new();
        let mut timed = |operation: &str, request: &Value| {
            let begun = Instant::now();
            let answer = connection.ok(operation, request);
            latencies.push(begun.elapsed());
            answer
        };
        while Instant::now() < *until {
            let tokens = timed("InitiateAuth", &sign_in(&self.client, "jane", PASSWORD))?;
            timed("GetUser", &json!({ "AccessToken": tokens["AuthenticationResult"]["AccessToken"] }))?;
            timed("DescribeUserPool", &json!({ "UserPoolId": self.pool }))?;
            thread::sleep(PACE);
        }
        Ok(latencies)
    }
}

fn until(duration: Duration) -> Instant {
    Instant::now() + duration
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn p99(latencies: &[Duration]) -> Duration {
    let mut sorted = latencies.to_vec();
    sorted.sort_unstable();
    sorted.get((sorted.len() * 99 / 100).min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}
