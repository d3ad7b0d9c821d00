//! `cargo xtask bench timing`: whether the time of an answer tells who exists, for every operation and page that takes a user name.
//!
//! Each case is tried with names that users have and names that nobody has, in turns and each name once. Printed is the area
//! under the ROC curve (AUC): how often one of the two takes longer, 0.5 when the times tell nothing and 1 when they tell all.

mod cases;

use std::path::PathBuf;
use std::time::Instant;

use serde_json::{Value, json};

use super::cases::PASSWORD;
use crate::folder::Folder;
use crate::http::{Answer, Connection};
use crate::process::run as run_command;
use crate::server::{Recipe, Server};
use crate::{Outcome, cargo, target};

/// What is aimed at: the AUC of no case is higher.
const AIM: f64 = 0.6;
/// Tries of each case that only warm up.
const WARM_UP: usize = 20;
const WRONG: &str = "Wrong-Horse-1";
const DOMAIN: &str = "timing";
const CALLBACK: &str = "http://localhost:3000/callback";

/// What is measured.
pub(crate) struct Options {
    /// The server's binary; by default the release build, which is built.
    binary: Option<PathBuf>,
    /// Tries of each case with names of each kind.
    tries: usize,
}

impl Options {
    /// Reads the words after `bench timing`.
    ///
    /// # Errors
    /// When one of them means nothing.
    pub(crate) fn parse(words: &[&str]) -> Outcome<Self> {
        let mut options = Self { binary: None, tries: 300 };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match *word {
                "--binary" => options.binary = Some(value()?.into()),
                "--tries" => options.tries = value()?.parse()?,
                _ => return Err(format!("no option {word}").into()),
            }
        }
        Ok(options)
    }
}

/// Measures all cases.
///
/// # Errors
/// When a call is refused for another reason than it should, or a case tells more than is aimed at.
pub(crate) fn run(options: &Options) -> Outcome {
    let binary = match &options.binary {
        Some(binary) => binary.canonicalize()?,
        None => {
            run_command(cargo().args(["build", "--release", "-p", "api", "--bin", "poolhouse"]))?;
            target()?.join("release/poolhouse")
        }
    };
    let folder = Folder::new()?;
    // Each try has an address of its own, so that no limit of addresses is met.
    let recipe = Recipe::sqlite(&folder, &binary, "timing")?.with("POOLHOUSE_TRUST_PROXY", "true");
    let server = Server::start(&folder, &recipe)?;
    let stage = Stage::new(&server, options.tries + WARM_UP)?;
    println!("{} on SQLite, {} tries a row with names of each kind\n", binary.display(), options.tries);
    println!("| | of users, p50 ms | of nobody, p50 ms | AUC |\n|---|---:|---:|---:|");
    let mut tell = Vec::new();
    for case in cases::CASES {
        let auc = stage.measure(case, options.tries)?;
        if auc > AIM {
            tell.push(format!("{} ({auc:.2})", case.name));
        }
    }
    server.check_log()?;
    if tell.is_empty() {
        Ok(())
    } else {
        Err(format!("their time tells who exists: {}", tell.join(", ")).into())
    }
}

/// A kind of request.
struct Case {
    name: &'static str,
    /// Which names it is about.
    kind: Names,
    /// Makes the request ready that is measured.
    prepare: fn(&Stage, &mut Try<'_>) -> Outcome<Ready>,
    /// What every answer says.
    says: &'static str,
}

/// Names of users and of nobody, equally long.
#[derive(Clone, Copy)]
enum Names {
    /// Users who can sign in.
    Confirmed,
    /// Users whose sign-up waits for its code.
    Unconfirmed,
}

impl Names {
    fn of(self, exists: bool, number: usize) -> String {
        let word = match (self, exists) {
            (Self::Confirmed, true) => "user",
            (Self::Confirmed, false) => "none",
            (Self::Unconfirmed, true) => "anew",
            (Self::Unconfirmed, false) => "void",
        };
        format!("{word}-{number:05}")
    }
}

/// A request that only waits to be sent.
struct Ready {
    path: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// One try, with one name, from one address.
struct Try<'a> {
    connection: &'a mut Connection,
    name: String,
    address: String,
}

impl Try<'_> {
    fn send(&mut self, ready: &Ready, method: &str) -> Outcome<Answer> {
        let mut headers: Vec<(&str, &str)> = vec![("X-Forwarded-For", &self.address)];
        headers.extend(ready.headers.iter().map(|(name, value)| (*name, value.as_str())));
        self.connection.exchange(method, &ready.path, &headers, &ready.body)
    }

    /// Calls an operation that is not measured.
    fn ok(&mut self, stage: &Stage, operation: &str, request: &Value) -> Outcome<Value> {
        let answer = self.send(&stage.call(operation, request), "POST")?;
        match answer.status {
            200 => answer.json(),
            _ => Err(format!("{operation} {request}: {} {}", answer.status, answer.body).into()),
        }
    }
}

/// A pool that hides who exists, with its users and its domain.
struct Stage {
    address: std::net::SocketAddr,
    client: Value,
    web: String,
    host: String,
}

/// The cookies that an answer sets, as they are sent back.
fn cookies(answer: &Answer) -> Vec<String> {
    let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    set.filter_map(|(_, value)| value.split(';').next()).map(str::to_owned).collect()
}

impl Stage {
    fn new(server: &Server, users: usize) -> Outcome<Self> {
        let mut connection = server.connect()?;
        let factors = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] } });
        let request =
            json!({ "PoolName": "timing", "AutoVerifiedAttributes": ["email"], "Policies": factors });
        let pool = connection.ok("CreateUserPool", &request)?["UserPool"]["Id"].take();
        connection.ok("CreateUserPoolDomain", &json!({ "UserPoolId": pool, "Domain": DOMAIN }))?;
        let flows = [
            "ALLOW_USER_PASSWORD_AUTH",
            "ALLOW_USER_SRP_AUTH",
            "ALLOW_USER_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
        ];
        let mut client = |members: Value| -> Outcome<Value> {
            let mut request =
                json!({ "UserPoolId": pool, "ClientName": "app", "PreventUserExistenceErrors": "ENABLED" });
            for (name, value) in members.as_object().into_iter().flatten() {
                request[name] = value.clone();
            }
            Ok(connection.ok("CreateUserPoolClient", &request)?["UserPoolClient"]["ClientId"].take())
        };
        let api = client(json!({ "ExplicitAuthFlows": flows }))?;
        let web = client(json!({
            "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"],
            "CallbackURLs": [CALLBACK], "SupportedIdentityProviders": ["COGNITO"],
        }))?;
        for number in 0..users {
            let name = Names::Confirmed.of(true, number);
            let attributes = json!([
                { "Name": "email", "Value": format!("{name}@example.com") }, { "Name": "email_verified", "Value": "true" },
            ]);
            let create = json!({ "UserPoolId": pool, "Username": name, "UserAttributes": attributes, "MessageAction": "SUPPRESS" });
            connection.ok("AdminCreateUser", &create)?;
            let set =
                json!({ "UserPoolId": pool, "Username": name, "Password": PASSWORD, "Permanent": true });
            connection.ok("AdminSetUserPassword", &set)?;
            let name = Names::Unconfirmed.of(true, number);
            let attributes = json!([{ "Name": "email", "Value": format!("{name}@example.com") }]);
            // Each from an address of its own.
            let sign_up = json!({ "ClientId": api, "Username": name, "Password": PASSWORD, "UserAttributes": attributes });
            let mut at = Try { connection: &mut connection, name, address: address(number) };
            let stage = Self {
                address: server.address(),
                client: api.clone(),
                web: String::new(),
                host: String::new(),
            };
            at.ok(&stage, "SignUp", &sign_up)?;
        }
        let host = format!("{DOMAIN}.auth.us-east-1.localhost:{}", server.address().port());
        let web = web.as_str().ok_or("a client has an id")?.to_owned();
        Ok(Self { address: server.address(), client: api, web, host })
    }

    fn named(&self, at: &Try<'_>) -> Value {
        json!({ "ClientId": self.client, "Username": at.name })
    }

    fn begin(&self, at: &Try<'_>, flow: &str, parameter: &str, value: &str) -> Value {
        let parameters = json!({ "USERNAME": at.name, parameter: value });
        json!({ "ClientId": self.client, "AuthFlow": flow, "AuthParameters": parameters })
    }

    fn answer(&self, challenge: &Value, responses: &Value) -> Ready {
        let request = json!({
            "ClientId": self.client, "ChallengeName": challenge["ChallengeName"], "Session": challenge["Session"],
            "ChallengeResponses": responses,
        });
        self.call("RespondToAuthChallenge", &request)
    }

    fn call(&self, operation: &str, request: &Value) -> Ready {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let content = "application/x-amz-json-1.1".to_owned();
        let headers =
            vec![("Host", self.address.to_string()), ("X-Amz-Target", target), ("Content-Type", content)];
        Ready { path: "/".to_owned(), headers, body: request.to_string() }
    }

    /// The form of a page, with the name.
    fn form(&self, at: &mut Try<'_>, path: &str, fields: &str) -> Outcome<Ready> {
        let fields = format!("&username={}{fields}", at.name);
        self.form_with(at, path, &[], &fields)
    }

    fn form_with(&self, at: &mut Try<'_>, path: &str, held: &[String], fields: &str) -> Outcome<Ready> {
        let query =
            format!("client_id={}&redirect_uri={CALLBACK}&response_type=code&scope=openid&state=s", self.web);
        let path = format!("{path}?{query}");
        let mut headers = vec![("Host", self.host.clone())];
        if !held.is_empty() {
            headers.push(("Cookie", held.join("; ")));
        }
        let page =
            at.send(&Ready { path: path.clone(), headers: headers.clone(), body: String::new() }, "GET")?;
        let mut held = held.to_vec();
        held.extend(cookies(&page));
        let csrf = page.body.split("name=\"_csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let csrf = csrf.ok_or_else(|| format!("no form at {path}: {} {}", page.status, page.body))?;
        headers.retain(|(name, _)| *name != "Cookie");
        headers.push(("Cookie", held.join("; ")));
        headers.push(("Content-Type", "application/x-www-form-urlencoded".to_owned()));
        Ok(Ready { path, headers, body: format!("_csrf={csrf}{fields}") })
    }

    /// Prints a case. Returns its AUC.
    fn measure(&self, case: &Case, tries: usize) -> Outcome<f64> {
        let mut connection = Connection::open(self.address)?;
        let mut times = [Vec::new(), Vec::new()];
        for number in 0..tries + WARM_UP {
            // Whoever comes second finds everything warm: they take turns in that too.
            let order = if number % 2 == 0 { [true, false] } else { [false, true] };
            for exists in order {
                let name = case.kind.of(exists, number);
                let mut at = Try { connection: &mut connection, name, address: address(number) };
                let ready =
                    (case.prepare)(self, &mut at).map_err(|error| format!("{}: {error}", case.name))?;
                let started = Instant::now();
                let answer = at.send(&ready, "POST")?;
                let elapsed = started.elapsed();
                if !answer.body.contains(case.says) || answer.status == 429 || answer.status >= 500 {
                    // The answer itself tells.
                    let body: String = answer.body.chars().take(100).collect();
                    println!("| {} | | {} is answered {} {body} | 1.00 |", case.name, at.name, answer.status);
                    return Ok(1.0);
                }
                if number >= WARM_UP {
                    times[usize::from(!exists)].push(elapsed.as_secs_f64());
                }
            }
        }
        let auc = auc(&times[0], &times[1]);
        let [user, nobody] = times.map(median_ms);
        println!("| {} | {user:.2} | {nobody:.2} | {auc:.2} |", case.name);
        Ok(auc)
    }
}

/// An address for a try.
fn address(number: usize) -> String {
    format!("10.1.{}.{}", number / 250, number % 250 + 1)
}

fn median_ms(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2] * 1e3
}

/// The area under the ROC curve of the better one of the two guesses "who takes longer exists" and "who takes longer does not"
/// (Mann and Whitney's U over all pairs).
fn auc(one: &[f64], other: &[f64]) -> f64 {
    let pairs = one.iter().flat_map(|a| other.iter().map(move |b| (a, b)));
    let longer: f64 = pairs
        .map(|(a, b)| {
            if a > b {
                1.0
            } else if a < b {
                0.0
            } else {
                0.5
            }
        })
        .sum();
    let area = longer / (one.len() * other.len()) as f64;
    area.max(1.0 - area)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_is_a_half_for_equal_times_and_one_for_times_apart() {
        for (one, other, area) in [
            (&[1.0, 2.0, 3.0][..], &[1.0, 2.0, 3.0][..], 0.5),
            (&[1.0, 2.0], &[3.0, 4.0], 1.0),
            (&[3.0, 4.0], &[1.0, 2.0], 1.0),
            (&[1.0, 3.0], &[2.0, 4.0], 0.75),
        ] {
            assert!((auc(one, other) - area).abs() < 1e-9, "{one:?} {other:?}");
        }
    }
}
