//! `federated_sign_ins`, `saml_replays`, `provider_documents`, `pool_certificates`, and what a session keeps of a SAML provider:
//! each step once, whichever replica takes it.

use storage::{FederatedStage, KeptFederatedSignIn, ProviderDocument, Store, StoreError};
use tokio::task::JoinSet;

use crate::database::{TestDatabase, on_both};
use crate::federation_samples::{document, pool_certificate, saml_subject};
use crate::oauth_samples::browser_session;
use crate::samples::{at, client, insert_pool, pool, provider, user};

on_both!(
    what_a_browser_left_with_is_found_by_its_state,
    each_stage_is_reached_once,
    of_replicas_that_advance_at_once_one_succeeds,
    an_assertion_is_taken_once_in_a_pool,
    what_has_ended_is_deleted_a_few_at_a_time,
    the_last_document_stays_while_its_provider_does,
    the_first_certificate_stays,
    a_session_remembers_the_saml_provider,
);

async fn leave(store: &Store, state: &str, expires_second: i64) {
    let mut tx = store.begin().await.unwrap();
    tx.insert_federated_sign_in(&pool("A").id, state, &"left", at(expires_second)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn kept(store: &Store, state: &str) -> Option<KeptFederatedSignIn<String>> {
    store.read().await.unwrap().federated_sign_in(state).await.unwrap()
}

async fn advance(store: &Store, steps: (FederatedStage, FederatedStage), kept: &str) -> bool {
    let mut tx = store.begin().await.unwrap();
    let advanced = tx.advance_federated_sign_in("state", steps, &kept).await.unwrap();
    tx.commit().await.unwrap();
    advanced
}

async fn what_a_browser_left_with_is_found_by_its_state(database: &TestDatabase) {
    let store = database.store().await;
    insert_pool(&store, &pool("A")).await;
    leave(&store, "state", 300).await;
    let found = kept(&database.store().await, "state").await.unwrap();
    assert_eq!((found.state.as_str(), found.stage), ("left", FederatedStage::Left));
    assert_eq!((found.pool_id, found.expires_at), (pool("A").id, at(300)));
    assert!(kept(&store, "other").await.is_none());
    // What is sealed for one state does not open for another.
    leave(&store, "other", 300).await;
    let mut tx = store.begin().await.unwrap();
    tx.query(
        "UPDATE federated_sign_ins SET sealed_state = (SELECT sealed_state FROM federated_sign_ins ORDER BY state_hash LIMIT 1)",
    )
    .execute()
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let mut read = store.read_latest().await.unwrap();
    let opened =
        [read.federated_sign_in::<String>("state").await, read.federated_sign_in::<String>("other").await];
    assert_eq!(opened.iter().filter(|opened| matches!(opened, Err(StoreError::Sealed))).count(), 1);
}

async fn each_stage_is_reached_once(database: &TestDatabase) {
    use FederatedStage::{Judged, Left, Over};
    let store = database.store().await;
    insert_pool(&store, &pool("A")).await;
    leave(&store, "state", 300).await;
    assert!(!advance(&store, (Judged, Over), "early").await);
    assert!(advance(&store, (Left, Judged), "judged").await);
    assert!(!advance(&store, (Left, Judged), "twice").await);
    let found = kept(&store, "state").await.unwrap();
    assert_eq!((found.state.as_str(), found.stage), ("judged", Judged));
    assert!(advance(&store, (Judged, Over), "over").await);
    assert!(!advance(&store, (Left, Over), "again").await);
    assert_eq!(kept(&store, "state").await.unwrap().stage, Over);
}

async fn of_replicas_that_advance_at_once_one_succeeds(database: &TestDatabase) {
    let replicas = [database.store().await, database.store().await];
    insert_pool(&replicas[0], &pool("A")).await;
    leave(&replicas[0], "state", 300).await;
    let mut all = JoinSet::new();
    for number in 0..20 {
        let store = replicas[number % 2].clone();
        all.spawn(async move { advance(&store, (FederatedStage::Left, FederatedStage::Over), "over").await });
    }
    assert_eq!(all.join_all().await.into_iter().filter(|advanced| *advanced).count(), 1);
}

async fn an_assertion_is_taken_once_in_a_pool(database: &TestDatabase) {
    let store = database.store().await;
    for name in ["A", "B"] {
        insert_pool(&store, &pool(name)).await;
    }
    let mut tx = store.begin().await.unwrap();
    assert!(tx.take_assertion(&pool("A").id, "one", at(600)).await.unwrap());
    assert!(!tx.take_assertion(&pool("A").id, "one", at(900)).await.unwrap());
    assert!(tx.take_assertion(&pool("A").id, "two", at(600)).await.unwrap());
    assert!(tx.take_assertion(&pool("B").id, "one", at(600)).await.unwrap());
    tx.commit().await.unwrap();
}

async fn what_has_ended_is_deleted_a_few_at_a_time(database: &TestDatabase) {
    let store = database.store().await;
    insert_pool(&store, &pool("A")).await;
    for number in 1..=3 {
        leave(&store, &format!("state {number}"), number * 100).await;
    }
    let mut tx = store.begin().await.unwrap();
    for number in 1..=3 {
        assert!(tx.take_assertion(&pool("A").id, &format!("key {number}"), at(number * 100)).await.unwrap());
    }
    assert_eq!(tx.delete_ended_federated_sign_ins(at(200), 1).await.unwrap(), 1);
    assert_eq!(tx.delete_ended_federated_sign_ins(at(200), 9).await.unwrap(), 1);
    assert_eq!(tx.delete_ended_assertions(at(200), 1).await.unwrap(), 1);
    assert_eq!(tx.delete_ended_assertions(at(200), 9).await.unwrap(), 1);
    assert!(!tx.take_assertion(&pool("A").id, "key 3", at(900)).await.unwrap(), "it still counts");
    tx.commit().await.unwrap();
    assert!(kept(&store, "state 2").await.is_none() && kept(&store, "state 3").await.is_some());
}

async fn the_last_document_stays_while_its_provider_does(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.insert_identity_provider(&provider(&pool, "Corp")).await.unwrap());
    assert!(tx.provider_document(&pool.id, "Corp").await.unwrap().is_none());
    for (url, second) in [("https://idp/one", 1), ("https://idp/two", 2)] {
        tx.put_provider_document(&pool.id, "Corp", &document(url, second)).await.unwrap();
    }
    assert_eq!(tx.provider_document(&pool.id, "Corp").await.unwrap(), Some(document("https://idp/two", 2)));
    assert!(tx.provider_document(&pool.id, "corp").await.unwrap().is_none());
    tx.try_provider_document(&pool.id, "Corp", at(9)).await.unwrap();
    let tried = ProviderDocument { tried_at: at(9), ..document("https://idp/two", 2) };
    assert_eq!(tx.provider_document(&pool.id, "Corp").await.unwrap(), Some(tried));
    assert!(tx.delete_identity_provider(&pool.id, "Corp").await.unwrap());
    assert!(tx.provider_document(&pool.id, "Corp").await.unwrap().is_none());
    tx.commit().await.unwrap();
}

async fn the_first_certificate_stays(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    assert!(store.read_latest().await.unwrap().pool_certificate(&pool.id).await.unwrap().is_none());
    for number in [1, 2] {
        let mut tx = store.begin().await.unwrap();
        tx.insert_pool_certificate(&pool.id, &pool_certificate(number), at(0)).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut read = database.store().await.read_latest().await.unwrap();
    assert!(read.pool_certificate(&pool.id).await.unwrap() == Some(pool_certificate(1)));
    drop(read);
    // What is sealed for one pool does not open for another, nor beside another certificate.
    let other = super::samples::pool("B");
    insert_pool(&store, &other).await;
    let mut tx = store.begin().await.unwrap();
    tx.insert_pool_certificate(&other.id, &pool_certificate(1), at(0)).await.unwrap();
    tx.query(
        "UPDATE pool_certificates SET sealed_private_key = (SELECT one.sealed_private_key FROM pool_certificates AS one
          WHERE one.pool_id <> pool_certificates.pool_id) WHERE pool_id = $1",
    )
    .bind(other.id.as_str())
    .execute()
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let opened = store.read_latest().await.unwrap().pool_certificate(&other.id).await;
    assert!(matches!(opened, Err(StoreError::Sealed)));
    let mut tx = store.begin().await.unwrap();
    tx.query("UPDATE pool_certificates SET certificate = 'another'").execute().await.unwrap();
    tx.commit().await.unwrap();
    let opened = store.read_latest().await.unwrap().pool_certificate(&pool.id).await;
    assert!(matches!(opened, Err(StoreError::Sealed)));
}

async fn a_session_remembers_the_saml_provider(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let (client, bob) = (client(&pool, "1"), user(&pool, 1, "bob"));
    let mut tx = store.begin().await.unwrap();
    tx.insert_app_client(&client).await.unwrap();
    tx.insert_user(&pool, &bob).await.unwrap().unwrap();
    for (number, cookie) in [(2, "saml"), (4, "oidc")] {
        tx.insert_browser_session(cookie, &browser_session(&client, &bob, number)).await.unwrap();
    }
    tx.put_saml_subject("saml", &saml_subject("bob")).await.unwrap();
    assert_eq!(
        tx.saml_session(&pool.id, "saml").await.unwrap(),
        Some(("Corp2".to_owned(), saml_subject("bob")))
    );
    assert_eq!(tx.saml_session(&pool.id, "oidc").await.unwrap(), None);
    assert_eq!(tx.saml_session(&super::samples::pool("B").id, "saml").await.unwrap(), None, "of this pool");
    // What is sealed for one browser does not open for another.
    tx.query(
        "UPDATE browser_sessions SET sealed_saml_subject = (SELECT other.sealed_saml_subject FROM browser_sessions AS other
          WHERE other.sealed_saml_subject IS NOT NULL)",
    )
    .execute()
    .await
    .unwrap();
    assert!(tx.saml_session(&pool.id, "saml").await.unwrap().is_some());
    assert!(matches!(tx.saml_session(&pool.id, "oidc").await, Err(StoreError::Sealed)));
    tx.commit().await.unwrap();
}
