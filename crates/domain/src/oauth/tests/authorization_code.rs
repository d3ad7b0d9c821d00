//! A code is good for whoever asked for it, and for nobody else.

use chrono::TimeDelta;
use uuid::Uuid;

use crate::ids::{ClientId, PoolId};
use crate::oauth::{AuthorizationCode, OAuthError};
use crate::testing::now;

const URI: &str = "https://app.example.com/cb";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn client_id(id: &str) -> ClientId {
    ClientId::from(id.to_owned())
}

/// A code that was asked for with the URL and, as `challenge` says, with PKCE.
fn code(challenge: Option<&str>) -> AuthorizationCode {
    AuthorizationCode {
        pool_id: PoolId::from("us-east-1_AbCdEf123".to_owned()),
        client_id: client_id("app"),
        user_id: Uuid::from_u128(7),
        event_id: Uuid::from_u128(1),
        origin_session_id: None,
        redirect_uri: URI.to_owned(),
        redirect_uri_was_given: true,
        scopes: "openid".to_owned(),
        nonce: None,
        code_challenge: challenge.map(str::to_owned),
        resource: None,
        auth_time: now(),
        expires_at: now() + AuthorizationCode::LIFETIME,
        used: false,
    }
}

#[test]
fn a_code_is_for_one_client_and_one_url() {
    let given = code(None);
    let left_out = AuthorizationCode { redirect_uri_was_given: false, ..code(None) };
    let other = "https://app.example.com/other";
    let with_slash = "https://app.example.com/cb/";
    let (redirect, grant) = (Err(OAuthError::InvalidRedirect), Err(OAuthError::InvalidGrant));
    for (code, client, uri, expected) in [
        (&given, "app", Some(URI), Ok(())),
        (&given, "app", None, redirect),
        (&given, "app", Some(""), redirect),
        (&given, "app", Some(other), redirect),
        (&given, "app", Some(with_slash), redirect),
        (&given, "App", Some(URI), grant),
        (&given, "another", Some(URI), grant),
        (&given, "another", Some(other), grant),
        (&left_out, "app", None, Ok(())),
        (&left_out, "app", Some(URI), Ok(())),
        (&left_out, "app", Some(other), redirect),
        (&left_out, "another", None, grant),
    ] {
        let given = code.redirect_uri_was_given;
        assert_eq!(code.check(&client_id(client), uri, None, now()), expected, "{given} {client} {uri:?}");
    }
}

#[test]
fn a_verifier_proves_what_a_challenge_asks_for() {
    let long = "a".repeat(129);
    let longest = "a".repeat(128);
    let shortest = "b".repeat(43);
    let challenge_of = |verifier: &str| {
        use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(hash)
    };
    let cases: [(Option<String>, Option<&str>, bool); 14] = [
        (None, None, true),
        (None, Some(VERIFIER), false),
        (Some(CHALLENGE.to_owned()), Some(VERIFIER), true),
        (Some(CHALLENGE.to_owned()), None, false),
        (Some(CHALLENGE.to_owned()), Some(""), false),
        (Some(CHALLENGE.to_owned()), Some(CHALLENGE), false),
        (Some(CHALLENGE.to_owned()), Some(&VERIFIER[1..]), false),
        (Some(challenge_of(&longest)), Some(&longest), true),
        (Some(challenge_of(&shortest)), Some(&shortest), true),
        (
            Some(challenge_of("a.b-c_d~".repeat(6).as_str())),
            Some("a.b-c_d~a.b-c_d~a.b-c_d~a.b-c_d~a.b-c_d~a.b-c_d~"),
            true,
        ),
        // Verifiers without the form of RFC 7636 section 4.1, each with its own challenge.
        (Some(challenge_of(&long)), Some(&long), false),
        (Some(challenge_of("short")), Some("short"), false),
        (
            Some(challenge_of(&"a b".repeat(20))),
            Some("a ba ba ba ba ba ba ba ba ba ba ba ba ba ba ba ba ba ba ba b"),
            false,
        ),
        (Some(challenge_of(&"é".repeat(43))), Some("ééééééééééééééééééééééééééééééééééééééééééé"), false),
    ];
    for (challenge, verifier, is_good) in cases {
        let expected = if is_good { Ok(()) } else { Err(OAuthError::InvalidGrant) };
        let told = code(challenge.as_deref()).check(&client_id("app"), Some(URI), verifier, now());
        assert_eq!(told, expected, "{challenge:?} {verifier:?}");
    }
}

#[test]
fn a_code_lives_for_five_minutes() {
    for (age, is_good) in [
        (TimeDelta::zero(), true),
        (TimeDelta::seconds(299), true),
        (TimeDelta::minutes(5), false),
        (TimeDelta::days(1), false),
    ] {
        let told = code(None).check(&client_id("app"), Some(URI), None, now() + age);
        assert_eq!(told.is_ok(), is_good, "{age}");
    }
}
