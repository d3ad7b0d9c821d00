//! Whether the claims of a signed token are meant for us, now.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{CLOCK_SKEW, Expected, IdTokenError};

pub(super) fn check(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), IdTokenError> {
    if string(claims, "iss")? != Some(expected.issuer) {
        return Err(IdTokenError::Issuer);
    }
    check_audience(claims, expected.client_id)?;
    check_times(claims, expected.now)?;
    if expected.nonce.is_some() && string(claims, "nonce")? != expected.nonce {
        return Err(IdTokenError::Nonce);
    }
    match string(claims, "sub")? {
        None | Some("") => Err(IdTokenError::NoSubject),
        Some(_) => Ok(()),
    }
}

/// The client is among the audiences; where there are several, and wherever it is named, it is the authorized party.
fn check_audience(claims: &Map<String, Value>, client_id: &str) -> Result<(), IdTokenError> {
    let audiences = match claims.get("aud") {
        Some(Value::String(only)) => vec![only.as_str()],
        Some(Value::Array(several)) => {
            let several: Option<Vec<_>> = several.iter().map(Value::as_str).collect();
            several.ok_or(IdTokenError::Unreadable)?
        }
        Some(_) | None => Vec::new(),
    };
    let authorized = match string(claims, "azp")? {
        None => audiences.len() == 1,
        Some(party) => party == client_id,
    };
    if audiences.contains(&client_id) && authorized { Ok(()) } else { Err(IdTokenError::Audience) }
}

fn check_times(claims: &Map<String, Value>, now: DateTime<Utc>) -> Result<(), IdTokenError> {
    // Seconds since 1970 that are no number a clock can show are not read as one.
    let time = |name| match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or(IdTokenError::Unreadable),
    };
    #[expect(clippy::cast_precision_loss, reason = "seconds of our time fit into the 53 bits")]
    let seconds = |time: DateTime<Utc>| time.timestamp() as f64;
    let expires = time("exp")?.ok_or(IdTokenError::Expired)?;
    let issued = time("iat")?.ok_or(IdTokenError::Unreadable)?;
    if expires <= seconds(now - CLOCK_SKEW) {
        return Err(IdTokenError::Expired);
    }
    let begins = time("nbf")?.unwrap_or(issued);
    if issued > seconds(now + CLOCK_SKEW) || begins > seconds(now + CLOCK_SKEW) {
        return Err(IdTokenError::NotYetValid);
    }
    Ok(())
}

fn string<'a>(claims: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, IdTokenError> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(IdTokenError::Unreadable),
    }
}
