//! Schemas: replicas that start at once, a second start, and a failed migration.

use storage::{Store, StoreError, is_migrated, migrate};
use tokio::task::JoinSet;

use crate::catalogue::tables;
use crate::database::{TestDatabase, on_both, sealer};

on_both!(
    replicas_that_start_at_once_migrate_once,
    a_store_knows_whether_it_is_migrated,
    a_history_that_is_not_this_one_is_refused,
    an_exclusive_transaction_runs_beside_no_other,
);

async fn replicas_that_start_at_once_migrate_once(database: &TestDatabase) {
    let mut replicas = JoinSet::new();
    for _ in 0..4 {
        let url = database.url();
        replicas.spawn(async move {
            let store = Store::connect(&url, sealer()).await.unwrap();
            migrate(&store).await.unwrap()
        });
    }
    let mut applied = replicas.join_all().await;
    applied.sort_unstable();
    assert!(applied[3] > 0 && applied[..3] == [0, 0, 0], "{applied:?}");
    assert!(is_migrated(&database.unmigrated_store().await).await.unwrap());
}

async fn a_store_knows_whether_it_is_migrated(database: &TestDatabase) {
    let store = database.unmigrated_store().await;
    assert!(matches!(is_migrated(&store).await, Err(StoreError::Database(_))));
    let applied = migrate(&store).await.unwrap();
    assert!(applied >= 8);
    assert!(is_migrated(&store).await.unwrap());
    assert_eq!(migrate(&store).await.unwrap(), 0);

    let mut tx = store.begin().await.unwrap();
    let newest = "DELETE FROM refinery_schema_history
         WHERE version = (SELECT MAX(version) FROM refinery_schema_history)";
    assert_eq!(tx.query(newest).execute().await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(!is_migrated(&store).await.unwrap());
    let before = tables(database).await;
    assert!(migrate(&store).await.is_err(), "its tables exist");
    assert!(!is_migrated(&store).await.unwrap());
    assert_eq!(tables(database).await, before);
}

async fn a_history_that_is_not_this_one_is_refused(database: &TestDatabase) {
    let store = database.store().await;
    let mut tx = store.begin().await.unwrap();
    tx.query("UPDATE refinery_schema_history SET checksum = '1' WHERE version = 1").execute().await.unwrap();
    tx.commit().await.unwrap();
    assert!(migrate(&store).await.is_err());
    let mut tx = store.begin().await.unwrap();
    tx.query("DELETE FROM sealing_key_check").execute().await.unwrap();
    tx.commit().await.unwrap();
}

async fn an_exclusive_transaction_runs_beside_no_other(database: &TestDatabase) {
    let (one, other) = (database.store().await, database.store().await);
    let held = one.begin_exclusive().await.unwrap();
    let waiting = tokio::spawn(async move {
        let tx = other.begin_exclusive().await.unwrap();
        tx.commit().await.unwrap();
    });
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(!waiting.is_finished());
    held.commit().await.unwrap();
    waiting.await.unwrap();
}
