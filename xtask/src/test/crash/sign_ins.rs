//! What was used up stays used up: no consumed code, rotated refresh token or signed-out session comes back.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::{Stop, check_integrity, text, until_killed};
use crate::Outcome;
use crate::http::Connection;
use crate::server::{Recipe, Server};
use crate::test::Stage;

const ROUNDS: u64 = 8;
/// Two of each kind of work.
const WORKERS: u64 = 6;
/// Milliseconds from the first request of a round to the kill. A sign-in takes some dozens in a debug build.
const LIFE: std::ops::Range<u64> = 300..1200;
const PASSWORD: &str = "Correct-Horse-1";

/// Something that may be done once, and was.
struct UsedUp {
    operation: &'static str,
    request: Value,
    /// What doing it again must be answered with.
    refusal: &'static str,
}

/// Where users sign in.
struct Place {
    address: SocketAddr,
    pool: String,
    client: String,
    /// Rotates refresh tokens, without a grace period.
    rotating: String,
}

/// Kills the server in rounds.
///
/// # Errors
/// When something that was used up counts again.
pub(super) fn crash(stage: &Stage, recipe: &Recipe) -> Outcome<String> {
    let mut server = Server::start(&stage.folder, recipe)?;
    let mut all = Vec::new();
    for round in 0..ROUNDS {
        let place = set_up(&server)?;
        let work = |number: u64, stop: &Stop| {
            let mut worker = Worker { place: &place, connection: Connection::open(place.address)?, stop };
            let name = format!("user-{round}-{number}");
            match number % 3 {
                0 => worker.use_codes(&name),
                1 => worker.rotate(&name),
                _ => worker.sign_out(&name),
            }
        };
        let (killed, used_up) = until_killed(server, WORKERS, LIFE, work)?;
        server = killed.start_again(&stage.folder)?;
        let used_up: Vec<UsedUp> = used_up.into_iter().flatten().collect();
        check(&server, &used_up)?;
        if let Some(file) = recipe.sqlite_file() {
            check_integrity(file)?;
        }
        all.extend(used_up);
    }
    // And outlives all later rounds.
    check(&server, &all)?;
    server.check_log()?;
    let count = |operation: &str| all.iter().filter(|used_up| used_up.operation == operation).count();
    Ok(format!(
        "{ROUNDS} rounds: {} codes, {} refresh tokens, {} sessions stay used up",
        count("ConfirmForgotPassword"),
        count("GetTokensFromRefreshToken"),
        count("GetUser"),
    ))
}

fn set_up(server: &Server) -> Outcome<Place> {
    let mut connection = server.connect()?;
    let pool = json!({ "PoolName": "crash", "AutoVerifiedAttributes": ["email"] });
    let pool = text(&connection.ok("CreateUserPool", &pool)?["UserPool"]["Id"])?;
    let mut client = |flows: &[&str], rotation: Value| {
        let request = json!({
            "UserPoolId": pool, "ClientName": "app", "ExplicitAuthFlows": flows, "RefreshTokenRotation": rotation,
        });
        text(&connection.ok("CreateUserPoolClient", &request)?["UserPoolClient"]["ClientId"])
    };
    let off = json!({ "Feature": "DISABLED" });
    let client_id = client(&["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"], off)?;
    let on = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 });
    let rotating = client(&["ALLOW_USER_PASSWORD_AUTH"], on)?;
    Ok(Place { address: server.address(), pool, client: client_id, rotating })
}

fn check(server: &Server, used_up: &[UsedUp]) -> Outcome {
    let mut connection = server.connect()?;
    for UsedUp { operation, request, refusal } in used_up {
        let answer = connection.call(operation, request)?;
        if answer.status != 400 || !answer.body.contains(refusal) {
            return Err(format!("{operation} {request} again: {} {}", answer.status, answer.body).into());
        }
    }
    Ok(())
}

/// Works over one connection until the server is killed.
struct Worker<'a> {
    place: &'a Place,
    connection: Connection,
    stop: &'a Stop,
}

impl Worker<'_> {
    fn ok(&mut self, operation: &str, request: &Value) -> Outcome<Option<Value>> {
        self.stop.unless_killed(self.connection.ok(operation, request))
    }

    /// Resets passwords by code, each of a user of its own.
    fn use_codes(&mut self, name: &str) -> Outcome<Vec<UsedUp>> {
        let mut used_up = Vec::new();
        for count in 0.. {
            let name = format!("{name}-{count}");
            let Some(code) = self.forget_password(&name)? else { break };
            let request = json!({
                "ClientId": self.place.client, "Username": name, "ConfirmationCode": code, "Password": PASSWORD,
            });
            if self.ok("ConfirmForgotPassword", &request)?.is_none() {
                break;
            }
            used_up.push(UsedUp {
                operation: "ConfirmForgotPassword",
                request,
                refusal: "ExpiredCodeException",
            });
        }
        Ok(used_up)
    }

    fn forget_password(&mut self, name: &str) -> Outcome<Option<Value>> {
        if !self.create_user(name)? {
            return Ok(None);
        }
        let forgot = json!({ "ClientId": self.place.client, "Username": name });
        if self.ok("ForgotPassword", &forgot)?.is_none() {
            return Ok(None);
        }
        let path = format!("/_poolhouse/messages?pool={}&user={name}", self.place.pool);
        let Some(messages) = self.stop.unless_killed(self.connection.get(&path))? else { return Ok(None) };
        Ok(Some(messages.json()?["messages"][0]["code"].take()))
    }

    /// Makes a user with an address. False: the server was killed.
    fn create_user(&mut self, name: &str) -> Outcome<bool> {
        let address = format!("{name}@example.com");
        let create = json!({
            "UserPoolId": self.place.pool, "Username": name, "MessageAction": "SUPPRESS",
            "UserAttributes": [
                { "Name": "email", "Value": address }, { "Name": "email_verified", "Value": "true" },
            ],
        });
        let set = json!({ "UserPoolId": self.place.pool, "Username": name, "Password": PASSWORD, "Permanent": true });
        Ok(self.ok("AdminCreateUser", &create)?.is_some() && self.ok("AdminSetUserPassword", &set)?.is_some())
    }

    fn sign_in(&mut self, client: &str, name: &str) -> Outcome<Option<Value>> {
        let request = json!({
            "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": name, "PASSWORD": PASSWORD },
        });
        Ok(self.ok("InitiateAuth", &request)?.map(|mut answer| answer["AuthenticationResult"].take()))
    }

    /// Spends refresh token after refresh token of one family.
    fn rotate(&mut self, name: &str) -> Outcome<Vec<UsedUp>> {
        let mut used_up = Vec::new();
        let rotating = self.place.rotating.clone();
        if !self.create_user(name)? {
            return Ok(used_up);
        }
        let Some(mut tokens) = self.sign_in(&rotating, name)? else { return Ok(used_up) };
        loop {
            let request = json!({ "ClientId": rotating, "RefreshToken": tokens["RefreshToken"] });
            let Some(mut answer) = self.ok("GetTokensFromRefreshToken", &request)? else {
                return Ok(used_up);
            };
            tokens = answer["AuthenticationResult"].take();
            let refusal = "RefreshTokenReuseException";
            used_up.push(UsedUp { operation: "GetTokensFromRefreshToken", request, refusal });
        }
    }

    /// Signs in and out.
    fn sign_out(&mut self, name: &str) -> Outcome<Vec<UsedUp>> {
        let mut used_up = Vec::new();
        let client = self.place.client.clone();
        if !self.create_user(name)? {
            return Ok(used_up);
        }
        while let Some(tokens) = self.sign_in(&client, name)? {
            let request = json!({ "AccessToken": tokens["AccessToken"] });
            if self.ok("GlobalSignOut", &request)?.is_none() {
                break;
            }
            let refusal = "Access Token has been revoked";
            used_up.push(UsedUp { operation: "GetUser", request, refusal });
        }
        Ok(used_up)
    }
}
