//! What is measured: operations on a small pool, and looking up users in pools that grow.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Instant;

use serde_json::{Value, json};

use super::load::{Arithmetic, CONNECTIONS, Ceiling, Kind, measure};
use super::table::{self, Row};
use super::{Bench, sign_in};
use crate::Outcome;
use crate::server::Server;

/// Providers in the pool whose providers are listed.
const PROVIDERS: usize = 50;
/// The password of all users.
pub(super) const PASSWORD: &str = "Correct-Horse-1";
/// Connections that fill a pool with users.
const FILLERS: usize = 8;

/// Measures the operations on a pool that is small.
///
/// # Errors
/// When a call is refused.
pub(super) fn operations(bench: &Bench, server: &Server, ceiling: &Ceiling) -> Outcome {
    let (pool, client) = pool_with_client(server)?;
    let mut connection = server.connect()?;
    for number in 0..PROVIDERS {
        let issuer = format!("https://id-{number}.example.com");
        let (name, kind, details) = match number {
            0 => ("Google".to_owned(), "Google", json!({ "authorize_scopes": "email" })),
            _ => (
                format!("Provider{number}"),
                "OIDC",
                // All four endpoints, so that no discovery document is fetched.
                json!({
                    "oidc_issuer": issuer, "attributes_request_method": "GET", "authorize_scopes": "openid email",
                    "authorize_url": format!("{issuer}/authorize"), "token_url": format!("{issuer}/token"),
                    "attributes_url": format!("{issuer}/userinfo"), "jwks_uri": format!("{issuer}/keys"),
                }),
            ),
        };
        let mut request = json!({
            "UserPoolId": pool, "ProviderName": name, "ProviderType": kind, "ProviderDetails": details,
            "AttributeMapping": { "email": "email", "name": "name" },
        });
        request["ProviderDetails"]["client_id"] = json!("client");
        request["ProviderDetails"]["client_secret"] = json!("secret");
        connection.ok("CreateIdentityProvider", &request)?;
    }

    let mut kinds = vec![
        operation("DescribeUserPool", &json!({ "UserPoolId": pool })),
        operation("DescribeIdentityProvider", &json!({ "UserPoolId": pool, "ProviderName": "Google" })),
        operation("ListIdentityProviders", &json!({ "UserPoolId": pool, "MaxResults": PROVIDERS })),
        operation("CreateUserPoolClient", &json!({ "UserPoolId": pool, "ClientName": "app" })),
        operation(
            "SignUp",
            &json!({ "ClientId": client, "Username": "user-@run@-@next@", "Password": PASSWORD }),
        ),
    ];
    kinds.insert(0, Kind::get("GET /health, the static answer", "/health"));
    let keys = format!("/{}/.well-known/jwks.json", pool.as_str().unwrap_or_default());
    kinds.insert(1, Kind::get("GET jwks.json", &keys));
    let discovery = format!("/{}/.well-known/openid-configuration", pool.as_str().unwrap_or_default());
    kinds.insert(2, Kind::get("GET openid-configuration", &discovery));
    // Two inserts in one transaction, where the row above it has one.
    let with_secret = &json!({ "UserPoolId": pool, "ClientName": "app", "GenerateSecret": true });
    let name = "CreateUserPoolClient, with a secret";
    kinds.push(Kind { name, ..operation("CreateUserPoolClient", with_secret) });
    table::heading("Operations");
    measure_all(bench, server, |connections| ceiling.per_second(connections), &kinds)
}

/// Measures looking up users, in a pool that has as many as `sizes` say, one after the other.
///
/// # Errors
/// When a call is refused.
pub(super) fn users(
    bench: &Bench,
    server: &Server,
    ceiling: &Ceiling,
    arithmetic: Arithmetic,
    sizes: &[u32],
) -> Outcome {
    let (pool, client) = pool_with_client(server)?;
    let mut there = 0;
    for &size in sizes {
        let started = Instant::now();
        fill(server, (&pool, &client), there..size)?;
        let rate = f64::from(size - there) / started.elapsed().as_secs_f64();
        there = size;

        let found =
            json!({ "UserPoolId": pool, "Filter": format!("email = \"user-{}@example.com\"", size - 1) });
        let found = server.connect()?.ok("ListUsers", &found)?;
        if found["Users"].as_array().map(Vec::len) != Some(1) {
            return Err(format!("one user has this e-mail address, not {}", found["Users"]).into());
        }

        let filter = format!("email = \"user-@random:{size}@@example.com\"");
        let kinds = [
            operation("DescribeUserPool", &json!({ "UserPoolId": pool })),
            operation(
                "AdminGetUser",
                &json!({ "UserPoolId": pool, "Username": format!("user-@random:{size}@") }),
            ),
            Kind {
                name: "ListUsers by e-mail",
                ..operation("ListUsers", &json!({ "UserPoolId": pool, "Filter": filter }))
            },
            Kind {
                name: "ListUsers, a page of 60",
                ..operation("ListUsers", &json!({ "UserPoolId": pool }))
            },
        ];
        table::heading(&format!("{size} users in the pool (signed up and confirmed at {rate:.0}/s)"));
        measure_all(bench, server, |connections| ceiling.per_second(connections), &kinds)?;
        let by_password = sign_in::by_password(&client, &format!("user-@random:{size}@"));
        measure_all(bench, server, |_| sign_in::password_ceiling(arithmetic), &[by_password])?;
    }
    Ok(())
}

/// Measures kinds of requests, each with several numbers of connections, next to the ceiling at that number.
///
/// # Errors
/// When a call is refused.
pub(super) fn measure_all(
    bench: &Bench,
    server: &Server,
    ceiling: impl Fn(u32) -> f64,
    kinds: &[Kind<'_>],
) -> Outcome {
    for kind in kinds {
        for connections in CONNECTIONS {
            // wrk counts from 1 in each run, so a run needs a number of its own.
            let body = kind.body.replace("@run@", &connections.to_string());
            let kind = Kind { body, headers: kind.headers.clone(), lines: Vec::new(), ..*kind };
            let measured = measure(bench, &server.url(), server.pid(), &kind, connections)?;
            table::line(&Row { name: kind.name, connections, measured, ceiling: ceiling(connections) });
        }
    }
    Ok(())
}

/// A call of an operation.
pub(super) fn operation<'a>(name: &'a str, request: &Value) -> Kind<'a> {
    Kind { method: "POST", operation: name, body: request.to_string(), ..Kind::get(name, "/") }
}

/// A new pool and a client of it.
///
/// # Errors
/// When a call is refused.
pub(super) fn pool_with_client(server: &Server) -> Outcome<(Value, Value)> {
    let mut connection = server.connect()?;
    let pool = connection.ok("CreateUserPool", &json!({ "PoolName": "bench" }))?["UserPool"]["Id"].take();
    let flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    let request = json!({
        "UserPoolId": pool, "ClientName": "app", "ExplicitAuthFlows": flows, "PreventUserExistenceErrors": "ENABLED",
    });
    let client = connection.ok("CreateUserPoolClient", &request)?["UserPoolClient"]["ClientId"].take();
    Ok((pool, client))
}

/// Signs up and confirms users of these numbers, over several connections.
fn fill(server: &Server, (pool, client): (&Value, &Value), numbers: std::ops::Range<u32>) -> Outcome {
    let next = AtomicU32::new(numbers.start);
    let sign_up = || {
        let mut connection = server.connect()?;
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= numbers.end {
                return Outcome::Ok(());
            }
            connection.ok(
                "SignUp",
                &json!({
                    "ClientId": client, "Username": format!("user-{number}"), "Password": PASSWORD,
                    "UserAttributes": [{ "Name": "email", "Value": format!("user-{number}@example.com") }],
                }),
            )?;
            let named = json!({ "UserPoolId": pool, "Username": format!("user-{number}") });
            connection.ok("AdminConfirmSignUp", &named)?;
        }
    };
    thread::scope(|scope| {
        let fillers: Vec<_> = (0..FILLERS).map(|_| scope.spawn(sign_up)).collect();
        fillers.into_iter().try_for_each(|filler| filler.join().map_err(|_| "a connection panicked")?)
    })
}
