//! `mock_idp_key` and `mock_idp_codes`: one provider for all replicas, and codes that are used once.

use serde_json::json;
use storage::{KeptMockIdpKey, MockIdpCode, Store, StoreError};
use tokio::task::JoinSet;

use crate::database::{TestDatabase, on_both};
use crate::samples::at;

on_both!(
    the_first_key_stays,
    a_key_opens_beside_its_certificate,
    a_code_brings_what_was_kept_and_is_used_once,
    of_replicas_that_use_a_code_at_once_one_succeeds,
    an_ended_code_is_not_used_and_then_deleted,
);

fn key(number: usize) -> KeptMockIdpKey {
    KeptMockIdpKey {
        certificate: format!("certificate {number}"),
        private_key: format!("key {number}").into_bytes(),
    }
}

fn code(nonce: Option<&str>) -> MockIdpCode {
    MockIdpCode {
        client_id: "client".to_owned(),
        redirect_uri: "http://localhost/callback?a=b".to_owned(),
        nonce: nonce.map(str::to_owned),
        claims: json!({ "sub": "jane", "groups": ["a", "ü"], "email_verified": true })
            .as_object()
            .unwrap()
            .clone(),
        auth_time: at(1),
        expires_at: at(300_000_000),
    }
}

async fn insert_key(store: &Store, key: &KeptMockIdpKey) {
    let mut tx = store.begin().await.unwrap();
    tx.insert_mock_idp_key(key, at(0)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn insert_code(store: &Store, text: &str, code: &MockIdpCode) {
    let mut tx = store.begin().await.unwrap();
    tx.insert_mock_idp_code(text, code).await.unwrap();
    tx.commit().await.unwrap();
}

async fn the_first_key_stays(database: &TestDatabase) {
    let store = database.store().await;
    assert!(store.read().await.unwrap().mock_idp_key().await.unwrap().is_none());
    insert_key(&store, &key(1)).await;
    insert_key(&store, &key(2)).await;
    let restarted = database.store().await;
    assert!(restarted.read().await.unwrap().mock_idp_key().await.unwrap() == Some(key(1)));
}

async fn a_key_opens_beside_its_certificate(database: &TestDatabase) {
    let store = database.store().await;
    insert_key(&store, &key(1)).await;
    let mut tx = store.begin().await.unwrap();
    tx.query("UPDATE mock_idp_key SET certificate = 'another'").execute().await.unwrap();
    tx.commit().await.unwrap();
    let opened = store.read().await.unwrap().mock_idp_key().await;
    assert!(matches!(opened, Err(StoreError::Sealed)));
}

async fn a_code_brings_what_was_kept_and_is_used_once(database: &TestDatabase) {
    let store = database.store().await;
    insert_code(&store, "one", &code(Some("n-1"))).await;
    insert_code(&store, "two", &code(None)).await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.mock_idp_code("one").await.unwrap().unwrap(), code(Some("n-1")));
    assert!(tx.use_mock_idp_code("one", at(2)).await.unwrap());
    assert!(!tx.use_mock_idp_code("one", at(2)).await.unwrap());
    assert!(!tx.use_mock_idp_code("three", at(2)).await.unwrap());
    assert_eq!(tx.mock_idp_code("two").await.unwrap().unwrap(), code(None));
    assert!(tx.mock_idp_code("three").await.unwrap().is_none());
    tx.commit().await.unwrap();
}

async fn of_replicas_that_use_a_code_at_once_one_succeeds(database: &TestDatabase) {
    insert_code(&database.store().await, "one", &code(None)).await;
    let mut replicas = JoinSet::new();
    for _ in 0..4 {
        let store = database.unmigrated_store().await;
        replicas.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let used = tx.use_mock_idp_code("one", at(2)).await.unwrap();
            tx.commit().await.unwrap();
            used
        });
    }
    let used = replicas.join_all().await;
    assert_eq!(used.iter().filter(|used| **used).count(), 1);
}

async fn an_ended_code_is_not_used_and_then_deleted(database: &TestDatabase) {
    let store = database.store().await;
    insert_code(&store, "old", &code(None)).await;
    insert_code(&store, "new", &MockIdpCode { expires_at: at(900_000_000), ..code(None) }).await;
    let mut tx = store.begin().await.unwrap();
    assert!(!tx.use_mock_idp_code("old", at(300_000_000)).await.unwrap());
    assert_eq!(tx.delete_ended_mock_idp_codes(at(300_000_000), 10).await.unwrap(), 1);
    assert!(tx.mock_idp_code("old").await.unwrap().is_none());
    assert!(tx.use_mock_idp_code("new", at(300_000_000)).await.unwrap());
    tx.commit().await.unwrap();
}
