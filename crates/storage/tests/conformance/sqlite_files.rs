//! A SQLite file that is deleted, replaced, damaged or full: what was answered is kept, and what cannot be kept is not answered.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use storage::{Store, StoreError};
use tokio::time::sleep;

use crate::database::{TestDatabase, sealer};
use crate::units::{keep, names, store_with_units};

/// The database file of a test.
fn file(database: &TestDatabase) -> PathBuf {
    PathBuf::from(database.url().strip_prefix("sqlite:").unwrap())
}

fn with(path: &std::path::Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

async fn assert_lost(store: &Store) {
    for error in [
        keep(store, "lost").await.unwrap_err(),
        store.read().await.err().unwrap(),
        store.read_latest().await.err().unwrap(),
        store.can_write().await.unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::FileLost(_)) && error.is_outage(), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_was_deleted_or_replaced_is_noticed_and_one_that_comes_back_as_well() {
    for suffix in ["", "-wal", "-shm"] {
        for is_replaced in [false, true] {
            let database = TestDatabase::sqlite();
            let store = store_with_units(&database).await;
            keep(&store, "before").await.unwrap();
            let path = with(&file(&database), suffix);
            let aside = with(&path, ".aside");
            fs::rename(&path, &aside).unwrap();
            if is_replaced {
                fs::copy(&aside, &path).unwrap();
            }
            assert_lost(&store).await;
            assert_lost(&store).await;
            assert_eq!(path.exists(), is_replaced, "no file is made");
            fs::rename(&aside, &path).unwrap();
            keep(&store, "after").await.unwrap();
            assert_eq!(names(&store).await, ["after", "before"], "{path:?} {is_replaced}");
            store.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_commit_is_answered_into_a_file_that_is_gone() {
    let database = TestDatabase::sqlite();
    let store = store_with_units(&database).await;
    let mut tx = store.begin().await.unwrap();
    crate::units::insert(&mut tx, "ghost").await.unwrap();
    fs::remove_file(file(&database)).unwrap();
    let error = tx.commit().await.unwrap_err();
    assert!(matches!(error, StoreError::FileLost(_)), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_file_refuses_writes_goes_on_reading_and_is_back() {
    let database = TestDatabase::sqlite();
    let store = store_with_units(&database).await;
    keep(&store, "before").await.unwrap();
    let limit = async |pages: &'static str| {
        let mut tx = store.begin().await.unwrap();
        tx.query(pages).all().await.unwrap();
        tx.commit().await.unwrap();
    };
    limit("PRAGMA max_page_count = 1").await; // as many as there are
    let mut outcome = Ok(());
    for number in 0..1000 {
        outcome = keep(&store, &format!("{number:0>200}")).await;
        if outcome.is_err() {
            break;
        }
    }
    let error = outcome.unwrap_err();
    assert!(error.is_outage(), "{error:?}");
    let kept = names(&store).await;
    assert!(kept.contains(&"before".to_owned()));
    // The failed COMMIT closed the writer, and with it the limit.
    keep(&store, "after").await.unwrap();
    assert_eq!(names(&store).await.len(), kept.len() + 1);
}

/// Overwrites the middle of a file: pages, and not the header.
fn damage(path: &std::path::Path) {
    let mut bytes = fs::read(path).unwrap();
    let (from, to) = (8192, bytes.len());
    bytes[from..to].fill(0xA5);
    fs::write(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_is_found_at_the_start_after_an_unclean_end() {
    let database = TestDatabase::sqlite();
    let store = store_with_units(&database).await;
    for number in 0..200 {
        keep(&store, &format!("{number:0>200}")).await.unwrap();
    }
    store.close().await;
    let store = database.unmigrated_store().await;
    keep(&store, "later").await.unwrap();
    // As a process leaves it that is killed.
    let leave = |killed: &TestDatabase| {
        for suffix in ["", "-wal"] {
            fs::copy(with(&file(&database), suffix), with(&file(killed), suffix)).unwrap();
        }
    };
    let sound = TestDatabase::sqlite();
    leave(&sound);
    assert_eq!(names(&sound.unmigrated_store().await).await.len(), 201, "sound as it is");
    let killed = TestDatabase::sqlite();
    leave(&killed);
    damage(&file(&killed));
    // However often it is tried: the look changes nothing.
    let log = fs::read(with(&file(&killed), "-wal")).unwrap();
    for _ in 0..20 {
        let error = Store::connect(&killed.url(), sealer()).await.err().unwrap();
        assert!(matches!(&error, StoreError::Damaged(_)), "{error:?}");
        assert!(error.to_string().contains(".recover"));
        assert!(fs::read(with(&file(&killed), "-wal")).unwrap() == log);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_that_is_met_stops_reads_and_writes() {
    let database = TestDatabase::sqlite();
    let store = store_with_units(&database).await;
    for number in 0..200 {
        keep(&store, &format!("{number:0>200}")).await.unwrap();
    }
    store.close().await;
    damage(&file(&database));
    let store = database.unmigrated_store().await; // it was closed well: nobody looks
    let mut read = store.read().await.unwrap();
    let error = read.query("SELECT name FROM units ORDER BY content").all().await.err().unwrap();
    assert!(error.is_outage(), "{error:?}");
    drop(read);
    let begun = Instant::now();
    sleep(Duration::from_millis(200)).await;
    let error = keep(&store, "after").await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged(_)), "{error:?}");
    assert!(matches!(store.read().await.err().unwrap(), StoreError::Damaged(_)));
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_told_so() {
    let database = TestDatabase::sqlite();
    fs::write(file(&database), "a text that somebody left here".repeat(100)).unwrap();
    let error = Store::connect(&database.url(), sealer()).await.err().unwrap();
    assert!(matches!(&error, StoreError::Damaged(cause) if cause.contains("not a database")), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clean_end_leaves_no_log_behind() {
    let database = TestDatabase::sqlite();
    store_with_units(&database).await.close().await;
    for round in 0..30 {
        let store = database.unmigrated_store().await;
        keep(&store, &format!("{round}")).await.unwrap();
        let readers: Vec<_> = (0..8)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { while store.read().await.is_ok() {} })
            })
            .collect();
        sleep(Duration::from_millis(5)).await;
        store.close().await;
        assert!(!with(&file(&database), "-wal").exists(), "round {round}");
        for reader in readers {
            reader.await.unwrap();
        }
    }
}
