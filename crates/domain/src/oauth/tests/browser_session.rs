//! For how long, and to which clients, a browser is signed in.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::ids::{ClientId, PoolId};
use crate::oauth::{BrowserSession, MAX_VALIDITY};
use crate::random::tests::Counting;
use crate::testing::now;

/// A session that began now at a client with this setting.
fn session(minutes: Option<i32>) -> BrowserSession {
    BrowserSession {
        id: "sso0".to_owned(),
        pool_id: PoolId::from("us-east-1_AbCdEf123".to_owned()),
        user_id: Uuid::from_u128(7),
        client_id: ClientId::from("app".to_owned()),
        event_id: Uuid::from_u128(1),
        provider_name: None,
        auth_time: now(),
        expires_at: BrowserSession::end(minutes, now()),
    }
}

fn after(minutes: i64) -> DateTime<Utc> {
    now() + TimeDelta::minutes(minutes)
}

#[test]
fn a_client_takes_a_session_for_as_long_as_it_says() {
    // The setting where the session began, the setting of the client that is asked, minutes later, whether it counts.
    for (began_with, asked_with, minutes, counts) in [
        (None, None, 0, true),
        (None, None, 59, true),
        (None, None, 60, false),
        (None, Some(5), 4, true),
        (None, Some(5), 5, false),
        (None, Some(0), 0, false),
        // It is over for all when it is over.
        (None, Some(600), 59, true),
        (None, Some(600), 60, false),
        (Some(0), Some(0), 0, false),
        (Some(0), None, 59, true),
        (Some(600), Some(600), 599, true),
        (Some(600), Some(600), 600, false),
        (Some(600), None, 60, false),
        (Some(129_600), Some(129_600), 129_599, true),
        (Some(129_600), Some(129_600), 129_600, false),
    ] {
        let session = session(began_with);
        let found = session.counts_for(asked_with, after(minutes));
        assert_eq!(found, counts, "{began_with:?} {asked_with:?} {minutes}");
    }
}

#[test]
fn a_session_ends_no_earlier_than_the_default_and_no_later_than_the_most() {
    for (minutes, end) in [
        (None, after(60)),
        (Some(0), after(60)),
        (Some(59), after(60)),
        (Some(61), after(61)),
        (Some(129_600), now() + MAX_VALIDITY),
        (Some(i32::MAX), now() + MAX_VALIDITY),
    ] {
        assert_eq!(BrowserSession::end(minutes, now()), end, "{minutes:?}");
    }
}

#[test]
fn a_name_is_sso_and_25_letters_and_digits() {
    let id = BrowserSession::generate_id(&Counting(0.into()));
    let rest = id.strip_prefix("sso").unwrap();
    assert_eq!(rest.len(), 25);
    assert!(rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{id}");
}
