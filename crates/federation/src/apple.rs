//! The client secret of Sign in with Apple: a token that we sign ourselves (Apple: "Creating a client secret"). Not the
//! exchange that it is used in.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

/// Whom the token is for.
const AUDIENCE: &str = "https://appleid.apple.com";
/// Long enough for one exchange; Apple allows six months.
const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// What Apple gave out for a services id. The private key is not printed.
#[derive(Clone, Copy)]
pub struct AppleKey<'a> {
    /// `team_id`: who answers for the application.
    pub team_id: &'a str,
    /// `key_id`: the name of the key.
    pub key_id: &'a str,
    /// `private_key`: PKCS #8 in PEM as in Apple's `.p8` file, or the base64 in it alone.
    pub private_key: &'a str,
}

impl fmt::Debug for AppleKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AppleKey({}, {}, ***)", self.team_id, self.key_id)
    }
}

/// The private key is no key of the curve P-256 in PKCS #8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Private key for Sign in with Apple cannot be used")]
pub struct AppleKeyError;

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    iat: i64,
    exp: i64,
    aud: &'static str,
    sub: &'a str,
}

/// The secret of this client at `now`: ES256, good for five minutes.
///
/// # Errors
/// [`AppleKeyError`] if the key cannot sign.
pub fn client_secret(
    key: &AppleKey<'_>,
    client_id: &str,
    now: DateTime<Utc>,
) -> Result<String, AppleKeyError> {
    let base64: String = key
        .private_key
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .flat_map(str::split_whitespace)
        .collect();
    let der = BASE64_STANDARD.decode(base64).map_err(|_| AppleKeyError)?;
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some(key.key_id.to_owned());
    let claims = Claims {
        iss: key.team_id,
        iat: now.timestamp(),
        exp: (now + LIFETIME).timestamp(),
        aud: AUDIENCE,
        sub: client_id,
    };
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ec_der(&der)).map_err(|_| AppleKeyError)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::id_token::{self, KeySet};

    fn pem(name: &str) -> String {
        std::fs::read_to_string(format!("{}/testdata/keys/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    fn key(private_key: &str) -> AppleKey<'_> {
        AppleKey { team_id: "TEAM123456", key_id: "e1", private_key }
    }

    #[test]
    fn the_secret_says_who_asks_for_which_client() {
        let now = "2027-01-01T00:00:00Z".parse().unwrap();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/id_tokens.json");
        let corpus: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let keys = KeySet::from_json(corpus["key_sets"]["curves"].to_string().as_bytes()).unwrap();
        let expected = id_token::Expected { issuer: "TEAM123456", client_id: AUDIENCE, nonce: None, now };

        let pem = pem("ec");
        let bare: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        for private_key in [&pem, &pem.replace('\n', "\r\n"), &bare, &format!("  {bare}\n")] {
            let secret = client_secret(&key(private_key), "com.example.app", now).unwrap();
            let claims = id_token::read(&secret, &keys, &expected).unwrap();
            assert_eq!(claims["sub"], "com.example.app");
            assert_eq!(claims["iat"], now.timestamp());
            assert_eq!(claims["exp"], now.timestamp() + 300);
        }
    }

    #[test]
    fn another_key_than_one_of_the_curve_is_refused() {
        let now = "2027-01-01T00:00:00Z".parse().unwrap();
        for private_key in ["", "EXAMPLE", "AAAA", &pem("idp"), &pem("ec384")] {
            assert_eq!(client_secret(&key(private_key), "com.example.app", now), Err(AppleKeyError));
        }
    }

    #[test]
    fn the_key_is_not_printed() {
        assert_eq!(format!("{:?}", key("secret")), "AppleKey(TEAM123456, e1, ***)");
    }
}
