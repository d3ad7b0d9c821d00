//! SQLite's one writer: its shared COMMIT, other processes on the same file, and how the file is set up.

use std::time::{Duration, Instant};

use sqlx::{Connection as _, SqliteConnection};
use storage::{Store, StoreError};
use tokio::task::JoinSet;

use crate::database::TestDatabase;
use crate::samples::{at, insert_pool, pool};
use crate::units::{insert, keep, names, store_with_units};

#[tokio::test]
async fn a_commit_that_fails_fails_every_unit_of_its_batch_and_no_other() {
    let database = TestDatabase::sqlite();
    let store = store_with_units(&database).await;
    let mut tx = store.begin().await.unwrap();
    tx.script(
        "CREATE TABLE parents (id BIGINT PRIMARY KEY);
         CREATE TABLE late (id BIGINT REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)",
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();

    // The queue fills while a first unit holds the turn, so that the others share a batch.
    let first = store.begin().await.unwrap();
    let mut units = JoinSet::new();
    for number in 0..10 {
        let store = store.clone();
        units.spawn(async move {
            let mut tx = store.begin().await?;
            insert(&mut tx, &format!("{number}")).await?;
            if number == 5 {
                tx.query("INSERT INTO late (id) VALUES (7)").execute().await?;
            }
            tx.commit().await
        });
    }
    tokio::time::sleep(Duration::from_millis(2)).await;
    drop(first);
    let outcomes = units.join_all().await;
    let failed = outcomes.iter().filter(|outcome| matches!(outcome, Err(StoreError::Reference))).count();
    let kept = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert!(failed >= 1 && failed + kept == 10, "{outcomes:?}");
    assert_eq!(names(&store).await.len(), kept);

    keep(&store, "after").await.unwrap();
    assert_eq!(names(&store).await.len(), kept + 1);
}

#[tokio::test]
async fn a_writer_locked_out_by_another_process_recovers() {
    let database = TestDatabase::sqlite();
    let store = store_with_units(&database).await;
    let mut other = SqliteConnection::connect(&database.url()).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    assert!(matches!(store.begin().await, Err(StoreError::Database(_))), "after its patience");
    assert!(names(&store).await.is_empty(), "readers go on");
    sqlx::query("COMMIT").execute(&mut other).await.unwrap();
    keep(&store, "after").await.unwrap();
}

#[tokio::test]
async fn a_second_begin_in_the_same_task_fails_instead_of_hanging() {
    let database = TestDatabase::sqlite();
    let store = store_with_units(&database).await;
    let mut tx = store.begin().await.unwrap();
    insert(&mut tx, "bob").await.unwrap();
    assert!(store.begin().await.is_err());
    tx.commit().await.unwrap();
    assert_eq!(names(&store).await, ["bob"]);
}

#[tokio::test]
async fn a_writer_that_wants_a_reader_while_readers_wait_for_it_ends_with_an_error_not_a_hang() {
    let database = TestDatabase::sqlite();
    let store = store_with_units(&database).await;
    let tx = store.begin().await.unwrap();
    let mut tasks = JoinSet::new();
    for number in 0..10 {
        let store = store.clone();
        tasks.spawn(async move {
            let _read = store.read().await.unwrap();
            keep(&store, &format!("{number}")).await.is_ok()
        });
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    drop(store.read().await);
    assert!(begun.elapsed() < Duration::from_secs(10));
    drop(tx);
    tasks.join_all().await;
    keep(&store, "after").await.unwrap();
}

#[tokio::test]
async fn closing_folds_the_log_into_the_file() {
    let database = TestDatabase::sqlite();
    let store = store_with_units(&database).await;
    keep(&store, "bob").await.unwrap();
    drop(store.read().await.unwrap());
    let log = format!("{}-wal", database.url().trim_start_matches("sqlite:"));
    assert!(std::fs::metadata(&log).unwrap().len() > 0);
    store.close().await;
    assert!(std::fs::metadata(&log).is_err());
}

#[tokio::test]
async fn the_file_is_durable_and_the_bundled_sqlite_has_no_known_wal_bug() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    let mut tx = store.begin().await.unwrap();
    let row = tx.query("SELECT sqlite_version() AS version").one().await.unwrap();
    let version: String = row.get("version").unwrap();
    let parts: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
    assert!(parts >= vec![3, 51, 3], "{version} (https://sqlite.org/wal.html#walresetbug)");

    let synchronous = tx.query("PRAGMA synchronous").one().await.unwrap();
    assert_eq!(
        synchronous.get::<i64>("synchronous").unwrap(),
        2,
        "FULL: an answered commit survives power loss"
    );
    let journal_mode = tx.query("PRAGMA journal_mode").one().await.unwrap();
    assert_eq!(journal_mode.get::<String>("journal_mode").unwrap(), "wal");
    let foreign_keys = tx.query("PRAGMA foreign_keys").one().await.unwrap();
    assert_eq!(foreign_keys.get::<i64>("foreign_keys").unwrap(), 1);
}

/// Rows that come and go do not make the file grow: their pages are used again.
#[tokio::test]
async fn a_file_that_was_filled_and_emptied_takes_as_much_again() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    insert_pool(&store, &pool("A")).await;
    let pool_id = pool("A").id;
    let text = "x".repeat(2_000);
    let mut sizes = Vec::new();
    for round in 0..4 {
        for batch in 0..10 {
            let mut tx = store.begin().await.unwrap();
            for number in 0..100 {
                let state = format!("{round} {batch} {number}");
                tx.insert_federated_sign_in(&pool_id, &state, &text, at(0)).await.unwrap();
            }
            tx.commit().await.unwrap();
        }
        let full = pages(&store).await;
        let mut deleted = 0;
        loop {
            let mut tx = store.begin().await.unwrap();
            let now = tx.delete_ended_federated_sign_ins(at(1), 100).await.unwrap();
            tx.commit().await.unwrap();
            deleted += now;
            if now < 100 {
                break;
            }
        }
        assert_eq!(deleted, 1_000);
        sizes.push(full);
    }
    println!("pages of the file, filled with 1,000 rows of 2 kB and emptied four times: {sizes:?}");
    assert!(sizes[1..].iter().all(|size| *size <= sizes[0] + sizes[0] / 50), "{sizes:?}");
}

async fn pages(store: &Store) -> i64 {
    store.read().await.unwrap().query("PRAGMA page_count").one().await.unwrap().get("page_count").unwrap()
}
