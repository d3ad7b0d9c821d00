//! The OAuth endpoints of a domain: from a browser that is signed in to tokens, and a client's own tokens.

use std::sync::Mutex;
use std::thread;

use serde_json::{Value, json};

use super::Bench;
use super::cases::{PASSWORD, measure_all};
use super::load::{Arithmetic, CONNECTIONS, Ceiling, Kind, measure};
use super::table::{self, Row};
use crate::Outcome;
use crate::server::Server;

const DOMAIN: &str = "bench";
const CALLBACK: &str = "http://localhost:3000/callback";
/// Codes of one load, more than can be exchanged in a second on two cores.
const CODES_PER_SECOND: u32 = 2_500;
/// Connections that fetch codes.
const FETCHERS: usize = 8;

/// A domain with a client that a browser is signed in to.
struct Stage {
    client: String,
    host: String,
    /// `Cookie` of the browser.
    cookie: String,
    /// Path and query of the authorization request.
    authorize: String,
}

/// Measures the endpoints.
///
/// # Errors
/// When a request is refused.
pub(super) fn endpoints(
    bench: &Bench,
    server: &Server,
    ceiling: &Ceiling,
    arithmetic: Arithmetic,
) -> Outcome {
    let mut connection = server.connect()?;
    let pool = connection.ok("CreateUserPool", &json!({ "PoolName": "bench" }))?["UserPool"]["Id"].take();
    connection.ok("CreateUserPoolDomain", &json!({ "UserPoolId": pool, "Domain": DOMAIN }))?;
    let stage = signed_in(server, &pool)?;
    let domain = format!("Host: {}", stage.host);
    let form = format!("{domain}\nContent-Type: application/x-www-form-urlencoded");

    table::heading("OAuth endpoints that keep or read rows; the ceiling is the echo server");
    let authorize = Kind {
        headers: format!("{domain}\nCookie: {}", stage.cookie),
        ..Kind::get("authorize to code, a live session", &stage.authorize)
    };
    let echo = |connections| ceiling.per_second(connections);
    measure_all(bench, server, echo, &[authorize])?;
    let tokens = exchanged(server, &stage, &codes(server, &stage, 1)?[0])?;
    let user_info = Kind {
        headers: format!(
            "{domain}\nAuthorization: Bearer {}",
            tokens["access_token"].as_str().unwrap_or_default()
        ),
        ..Kind::get("userInfo", "/oauth2/userInfo")
    };
    measure_all(bench, server, echo, &[user_info])?;

    table::heading("OAuth endpoints that sign; the ceiling is the signatures of the request");
    let credentials = Kind {
        method: "POST",
        headers: form.clone(),
        body: client_credentials(server, &pool)?,
        ..Kind::get("client_credentials", "/oauth2/token")
    };
    measure_all(bench, server, |_| arithmetic.ceiling(1, 0), &[credentials])?;
    for connections in CONNECTIONS {
        let kind = Kind {
            method: "POST",
            headers: form.clone(),
            body: exchange(&stage, "@line@"),
            lines: codes(server, &stage, CODES_PER_SECOND * bench.seconds)?,
            ..Kind::get("code to tokens", "/oauth2/token")
        };
        let measured = measure(bench, &server.url(), server.pid(), &kind, connections)?;
        table::line(&Row { name: kind.name, connections, measured, ceiling: arithmetic.ceiling(2, 0) });
    }
    Ok(())
}

/// Signs a browser in at the page.
fn signed_in(server: &Server, pool: &Value) -> Outcome<Stage> {
    let mut connection = server.connect()?;
    let request = json!({
        "UserPoolId": pool, "ClientName": "web", "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid", "email"], "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["COGNITO"],
    });
    let client = connection.ok("CreateUserPoolClient", &request)?["UserPoolClient"]["ClientId"].take();
    let client = client.as_str().ok_or("a client has an id")?.to_owned();
    connection.ok(
        "AdminCreateUser",
        &json!({ "UserPoolId": pool, "Username": "jane", "MessageAction": "SUPPRESS" }),
    )?;
    let password = json!({ "UserPoolId": pool, "Username": "jane", "Password": PASSWORD, "Permanent": true });
    connection.ok("AdminSetUserPassword", &password)?;

    let host = format!("{DOMAIN}.auth.us-east-1.localhost:{}", server.address().port());
    let query =
        format!("client_id={client}&redirect_uri={CALLBACK}&response_type=code&scope=openid+email&state=s");
    let login = format!("/login?{query}");
    let page = connection.exchange("GET", &login, &[("Host", &host)], "")?;
    let token =
        page.header("set-cookie").and_then(|cookie| cookie.split(';').next()).ok_or("no CSRF cookie")?;
    let (_, csrf) = token.split_once('=').ok_or("no CSRF token")?;
    let headers =
        [("Host", host.as_str()), ("Cookie", token), ("Content-Type", "application/x-www-form-urlencoded")];
    let form = format!("_csrf={csrf}&username=jane&password={PASSWORD}");
    let answer = connection.exchange("POST", &login, &headers, &form)?;
    let cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value);
    let cookie =
        cookies.filter_map(|cookie| cookie.split(';').next()).find(|cookie| cookie.starts_with("cognito="));
    let cookie =
        cookie.ok_or_else(|| format!("not signed in: {} {}", answer.status, answer.body))?.to_owned();
    Ok(Stage { client, host, cookie, authorize: format!("/oauth2/authorize?{query}") })
}

/// Fetches so many codes, over several connections.
fn codes(server: &Server, stage: &Stage, count: u32) -> Outcome<Vec<String>> {
    let codes = Mutex::new(Vec::new());
    let share = (count as usize).div_ceil(FETCHERS);
    let fetch = || {
        let mut connection = server.connect()?;
        let headers = [("Host", stage.host.as_str()), ("Cookie", stage.cookie.as_str())];
        for _ in 0..share {
            let answer = connection.exchange("GET", &stage.authorize, &headers, "")?;
            let location = answer.header("location").unwrap_or_default();
            let code = location.split(['?', '&']).find_map(|part| part.strip_prefix("code="));
            let code = code.ok_or_else(|| format!("no code: {} {location}", answer.status))?;
            codes.lock().map_err(|_| "a connection panicked")?.push(code.to_owned());
        }
        Outcome::Ok(())
    };
    thread::scope(|scope| {
        let fetchers: Vec<_> = (0..FETCHERS).map(|_| scope.spawn(fetch)).collect();
        fetchers.into_iter().try_for_each(|fetcher| fetcher.join().map_err(|_| "a connection panicked")?)
    })?;
    Ok(codes.into_inner().map_err(|_| "a connection panicked")?)
}

fn exchange(stage: &Stage, code: &str) -> String {
    format!("grant_type=authorization_code&client_id={}&redirect_uri={CALLBACK}&code={code}", stage.client)
}

fn exchanged(server: &Server, stage: &Stage, code: &str) -> Outcome<Value> {
    let headers = [("Host", stage.host.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
    server.connect()?.exchange("POST", "/oauth2/token", &headers, &exchange(stage, code))?.json()
}

/// The form of a client that asks for its own token.
fn client_credentials(server: &Server, pool: &Value) -> Outcome<String> {
    let mut connection = server.connect()?;
    let api = json!({
        "UserPoolId": pool, "Identifier": "orders", "Name": "orders",
        "Scopes": [{ "ScopeName": "read", "ScopeDescription": "read" }],
    });
    connection.ok("CreateResourceServer", &api)?;
    let request = json!({
        "UserPoolId": pool, "ClientName": "machine", "GenerateSecret": true, "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["orders/read"],
    });
    let client = connection.ok("CreateUserPoolClient", &request)?["UserPoolClient"].take();
    let text = |name: &str| client[name].as_str().unwrap_or_default().to_owned();
    let (id, secret) = (text("ClientId"), text("ClientSecret"));
    Ok(format!("grant_type=client_credentials&client_id={id}&client_secret={secret}&scope=orders%2Fread"))
}
