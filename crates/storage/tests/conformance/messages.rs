//! Statements of `messages`.

use domain::messages::{Message, MessageKind};
use domain::user_pools::UserPool;
use storage::{MessageFilter, StoreError};
use uuid::Uuid;
use wire::DeliveryMediumType;

use crate::database::{TestDatabase, on_both};
use crate::samples::{assert_reference, at, insert_pool, message, pool, user};

on_both!(
    a_message_is_read_as_it_was_sent,
    every_filter_finds_its_messages_the_newest_first,
    a_message_moved_to_another_row_does_not_open,
    a_message_of_a_missing_pool_is_refused,
    a_text_with_the_character_zero_is_kept_without_it,
);

async fn a_message_is_read_as_it_was_sent(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let bob = user(&pool, 1, "bob");
    let email = message(&bob, 1, "482913");
    let text = Message {
        to: "+15550001".to_owned(),
        medium: DeliveryMediumType::Sms,
        kind: MessageKind::ResendCode,
        subject: None,
        body: "Größe \"x\"\n".to_owned(),
        code: None,
        sent_at: at(-1),
        ..message(&bob, 2, "")
    };
    let mut tx = store.begin().await.unwrap();
    tx.insert_message(&email).await.unwrap();
    tx.insert_message(&text).await.unwrap();
    assert!(tx.messages(&MessageFilter::default(), 10).await.unwrap() == [email.clone(), text]);
    assert!(matches!(tx.insert_message(&email).await, Err(StoreError::Conflict)));
}

async fn every_filter_finds_its_messages_the_newest_first(database: &TestDatabase) {
    let store = database.store().await;
    let pools = [pool("A"), pool("B")];
    let mut all = Vec::new();
    let mut tx = store.begin().await.unwrap();
    for pool in &pools {
        tx.insert_user_pool(pool).await.unwrap();
    }
    for number in 0..24u128 {
        let pool: &UserPool = &pools[usize::from(number % 2 == 0)];
        let user = user(pool, 1, if number % 3 == 0 { "bob" } else { "eve" });
        let to = if number % 5 == 0 { "one@example.com" } else { "two@example.com" }.to_owned();
        let sent_at = at(i64::try_from(number / 6).unwrap());
        let message = Message { to, sent_at, ..message(&user, number, "482913") };
        tx.insert_message(&message).await.unwrap();
        all.push(message);
    }
    tx.commit().await.unwrap();
    all.sort_by_key(|message| std::cmp::Reverse((message.sent_at, message.id)));

    let choices = |values: [&str; 3]| [None].into_iter().chain(values.map(|value| Some(value.to_owned())));
    for pool in choices(["us-east-1_A", "us-east-1_B", "us-east-1_C"]) {
        for user in choices(["bob", "eve", "Bob"]) {
            for to in choices(["one@example.com", "two@example.com", "%"]) {
                let filter =
                    MessageFilter { pool: pool.clone(), user: user.clone(), to: to.clone(), after: None };
                let expected: Vec<Uuid> = all
                    .iter()
                    .filter(|message| pool.as_ref().is_none_or(|pool| message.pool_id.as_str() == pool))
                    .filter(|message| user.as_ref().is_none_or(|user| message.username == *user))
                    .filter(|message| to.as_ref().is_none_or(|to| message.to == *to))
                    .map(|message| message.id)
                    .collect();
                for limit in [0, 2, 100] {
                    let found = store.read_latest().await.unwrap().messages(&filter, limit).await.unwrap();
                    let found: Vec<Uuid> = found.iter().map(|message| message.id).collect();
                    let most = expected.len().min(usize::try_from(limit).unwrap());
                    assert_eq!(found, expected[..most], "{filter:?}");
                }
            }
        }
    }
}

async fn a_message_moved_to_another_row_does_not_open(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let mut tx = store.begin().await.unwrap();
    tx.insert_message(&message(&user(&pool, 1, "bob"), 1, "482913")).await.unwrap();
    let moved = tx.query("UPDATE messages SET id = $1").bind(Uuid::from_u128(2)).execute().await.unwrap();
    assert_eq!(moved, 1);
    assert!(matches!(tx.messages(&MessageFilter::default(), 10).await, Err(StoreError::Sealed)));
}

async fn a_message_of_a_missing_pool_is_refused(database: &TestDatabase) {
    let store = database.store().await;
    let bob = user(&pool("A"), 1, "bob");
    let mut tx = store.begin().await.unwrap();
    assert_reference(&tx.insert_message(&message(&bob, 1, "482913")).await);
}

/// PostgreSQL cannot keep U+0000. Pages, tokens of providers and documents may hold it: it is no fault of ours.
async fn a_text_with_the_character_zero_is_kept_without_it(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let sent = Message { to: "a\0b".to_owned(), ..message(&user(&pool, 1, "bob"), 1, "1") };
    let mut tx = store.begin().await.unwrap();
    tx.insert_message(&sent).await.unwrap();
    let filter = |to: &str| MessageFilter { to: Some(to.to_owned()), ..MessageFilter::default() };
    let found = tx.messages(&filter("a\u{fffd}b"), 10).await.unwrap();
    assert_eq!(found[0].to, "a\u{fffd}b");
    assert!(tx.messages(&filter("a\0b"), 10).await.unwrap() == found);
    assert!(tx.messages(&filter("ab"), 10).await.unwrap().is_empty());
}
