//! Page tokens: opened by every replica, and by nothing but their own list.

use storage::{Position, Sealer, Store, UserPosition};
use uuid::Uuid;

use crate::database::{TestDatabase, on_both};
use crate::samples::at;

on_both!(a_token_opens_on_every_replica, a_token_that_is_not_of_this_list_or_was_changed_is_none);

async fn a_token_opens_on_every_replica(database: &TestDatabase) {
    let (one, other) = (database.unmigrated_store().await, database.unmigrated_store().await);
    for position in [Position::start(), Position { created_at: at(123_456), id: "größe\"".to_owned() }] {
        let token = one.page_token("pools", &position);
        assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{token}");
        assert_eq!(other.page_position("pools", &token), Some(position));
    }
    for position in
        [UserPosition::Age(at(1), Uuid::from_u128(2)), UserPosition::Key(vec![0, 255], Uuid::nil())]
    {
        let token = one.page_token("users", &position);
        assert_eq!(other.page_position("users", &token), Some(position));
    }
}

async fn a_token_that_is_not_of_this_list_or_was_changed_is_none(database: &TestDatabase) {
    let store = database.unmigrated_store().await;
    let position = Position { created_at: at(1), id: "secret-name".to_owned() };
    let token = store.page_token("pools/1", &position);
    assert_eq!(store.page_position::<Position>("pools/2", &token), None);
    assert_eq!(store.page_position::<UserPosition>("pools/1", &token), None);
    for index in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(store.page_position::<Position>("pools/1", &changed), None, "character {index}");
    }
    for text in ["", "x", "!", "größe", &token[1..], &token[..token.len() - 1], &format!("{token}AA")] {
        assert_eq!(store.page_position::<Position>("pools/1", text), None, "{text}");
    }
    let stranger =
        Store::connect(&database.url(), Sealer::new(&[8; Sealer::KEY_BYTES]).unwrap()).await.unwrap();
    assert_eq!(stranger.page_position::<Position>("pools/1", &token), None);
    assert_ne!(store.page_token("pools/1", &position), token, "equal positions look different");
}
