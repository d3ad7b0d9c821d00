//! Schemas: replicas that start at once, a second start, and a failed migration.

use storage::{MigrateError, Schema, Store, migrate, schema};
use tokio::task::JoinSet;

use crate::catalogue::tables;
use crate::database::{TestDatabase, on_both, sealer};

on_both!(
    replicas_that_start_at_once_migrate_once,
    a_store_knows_whether_it_is_migrated,
    a_history_that_is_not_this_one_is_refused,
    a_newer_schema_is_refused_by_name,
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
    assert_eq!(schema(&database.unmigrated_store().await).await.unwrap(), Schema::Current);
}

async fn a_store_knows_whether_it_is_migrated(database: &TestDatabase) {
    let store = database.unmigrated_store().await;
    assert_eq!(schema(&store).await.unwrap(), Schema::Older);
    let applied = migrate(&store).await.unwrap();
    assert!(applied >= 8);
    assert_eq!(schema(&store).await.unwrap(), Schema::Current);
    assert_eq!(migrate(&store).await.unwrap(), 0);

    let mut tx = store.begin().await.unwrap();
    let newest = "DELETE FROM refinery_schema_history
         WHERE version = (SELECT MAX(version) FROM refinery_schema_history)";
    assert_eq!(tx.query(newest).execute().await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(schema(&store).await.unwrap(), Schema::Older);
    let before = tables(database).await;
    assert!(migrate(&store).await.is_err(), "its tables exist");
    assert_eq!(schema(&store).await.unwrap(), Schema::Older);
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

async fn a_newer_schema_is_refused_by_name(database: &TestDatabase) {
    let store = database.store().await;
    let mut tx = store.begin().await.unwrap();
    let newer = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
                 SELECT version + 1, 'of_tomorrow', applied_on, checksum FROM refinery_schema_history
                  WHERE version = (SELECT MAX(version) FROM refinery_schema_history)";
    tx.query(newer).execute().await.unwrap();
    tx.commit().await.unwrap();
    let Schema::Newer { database, known } = schema(&store).await.unwrap() else { panic!("it is newer") };
    assert_eq!(database, known + 1);
    let error = migrate(&store).await.unwrap_err();
    assert!(matches!(error, MigrateError::Newer { .. }), "{error:?}");
    assert!(error.to_string().contains(&format!("schema {database}, which a newer version")), "{error}");
}
