//! Signing in, and what signed-in users do, next to the arithmetic that none of it can do without.

use serde_json::{Value, json};

use super::Bench;
use super::cases::{PASSWORD, measure_all, operation, pool_with_client};
use super::load::{Arithmetic, Ceiling, Kind};
use super::table;
use crate::Outcome;
use crate::server::Server;

/// An ID token and an access token.
const TOKENS: u32 = 2;

/// Measures signing in to a pool with one user.
///
/// # Errors
/// When a call is refused.
pub(super) fn operations(
    bench: &Bench,
    server: &Server,
    ceiling: &Ceiling,
    arithmetic: Arithmetic,
) -> Outcome {
    let (pool, client) = pool_with_client(server)?;
    let mut connection = server.connect()?;
    let jane = json!({ "UserPoolId": pool, "Username": "jane", "MessageAction": "SUPPRESS" });
    connection.ok("AdminCreateUser", &jane)?;
    let password = json!({ "UserPoolId": pool, "Username": "jane", "Password": PASSWORD, "Permanent": true });
    connection.ok("AdminSetUserPassword", &password)?;
    let sign_in = by_password(&client, "jane");
    let signed_in = connection.ok("InitiateAuth", &serde_json::from_str(&sign_in.body)?)?;
    let tokens = &signed_in["AuthenticationResult"];

    table::heading("Signing in; the ceiling is the arithmetic of the request");
    measure_all(bench, server, |_| password_ceiling(arithmetic), &[sign_in])?;
    // Any number of the group does for the client's half; the server's half is a power.
    let begin = json!({
        "ClientId": client, "AuthFlow": "USER_SRP_AUTH",
        "AuthParameters": { "USERNAME": "jane", "SRP_A": "2".repeat(768) },
    });
    let begin = Kind { name: "InitiateAuth by SRP", ..operation("InitiateAuth", &begin) };
    measure_all(bench, server, |_| arithmetic.ceiling(0, 1), &[begin])?;
    let refresh = json!({
        "ClientId": client, "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": { "REFRESH_TOKEN": tokens["RefreshToken"] },
    });
    let refresh = Kind { name: "InitiateAuth by refresh token", ..operation("InitiateAuth", &refresh) };
    measure_all(bench, server, |_| arithmetic.ceiling(TOKENS, 0), &[refresh])?;
    let create = json!({
        "UserPoolId": pool, "Username": "made-@run@-@next@", "MessageAction": "SUPPRESS",
        "TemporaryPassword": PASSWORD,
    });
    let create = Kind { name: "AdminCreateUser, durable", ..operation("AdminCreateUser", &create) };
    measure_all(bench, server, |_| arithmetic.ceiling(0, 1), &[create])?;

    table::heading("Signed in; the ceiling is the echo server");
    let get = operation("GetUser", &json!({ "AccessToken": tokens["AccessToken"] }));
    measure_all(bench, server, |connections| ceiling.per_second(connections), &[get])
}

/// Signs in with the password that all users have.
pub(super) fn by_password(client: &Value, username: &str) -> Kind<'static> {
    let request = json!({
        "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": username, "PASSWORD": PASSWORD },
    });
    Kind { name: "InitiateAuth by password", ..operation("InitiateAuth", &request) }
}

/// What a sign-in by password takes: the verifier of the password shown, and the signatures.
pub(super) fn password_ceiling(arithmetic: Arithmetic) -> f64 {
    arithmetic.ceiling(TOKENS, 1)
}
