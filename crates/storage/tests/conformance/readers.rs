//! What readers see: one state each, or the latest; and never a way to write.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use storage::StoreError;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::database::{TestDatabase, on_both};
use crate::units::{count, insert, keep, names, store_with_units};

on_both!(
    readers_see_one_state_while_writers_go_on,
    a_reader_of_the_latest_sees_every_commit,
    a_reader_cannot_write,
    tasks_that_hold_a_reader_and_then_a_writer_do_not_deadlock,
    a_reader_beside_a_writer_does_not_see_its_work,
    more_readers_than_connections_take_turns,
);

async fn readers_see_one_state_while_writers_go_on(database: &TestDatabase) {
    let store = store_with_units(database).await;
    let done = Arc::new(AtomicBool::new(false));
    let mut tasks = JoinSet::new();
    for writer in 0..8 {
        let (store, done) = (store.clone(), done.clone());
        tasks.spawn(async move {
            for unit in 0..40 {
                let mut tx = store.begin().await.unwrap();
                insert(&mut tx, &format!("{writer} {unit} a")).await.unwrap();
                tokio::task::yield_now().await;
                let second = format!("{writer} {unit} b");
                insert(&mut tx, &second).await.unwrap();
                tx.commit().await.unwrap();

                let mut read = store.read().await.unwrap();
                let found =
                    read.query("SELECT name FROM units WHERE name = $1").bind(second).optional().await;
                assert!(found.unwrap().is_some(), "what was answered is seen at once");
            }
            done.store(true, Ordering::Relaxed);
        });
    }
    for _ in 0..4 {
        let (store, done) = (store.clone(), done.clone());
        tasks.spawn(async move {
            while !done.load(Ordering::Relaxed) {
                let mut read = store.read().await.unwrap();
                let seen = count(&mut read).await;
                assert_eq!(seen % 2, 0, "units write two rows");
                sleep(Duration::from_millis(5)).await;
                assert_eq!(count(&mut read).await, seen);
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(names(&store).await.len(), 640);
}

async fn a_reader_of_the_latest_sees_every_commit(database: &TestDatabase) {
    let store = store_with_units(database).await;
    let mut latest = store.read_latest().await.unwrap();
    let mut snapshot = store.read().await.unwrap();
    assert_eq!(count(&mut snapshot).await, 0);
    for number in 1..=20 {
        let mut tx = store.begin().await.unwrap();
        insert(&mut tx, &format!("{number}")).await.unwrap();
        assert_eq!(count(&mut latest).await, number - 1, "not yet committed");
        tx.commit().await.unwrap();
        assert_eq!(count(&mut latest).await, number);
        assert_eq!(count(&mut store.read_latest().await.unwrap()).await, number);
    }
    assert_eq!(count(&mut snapshot).await, 0);
}

async fn a_reader_cannot_write(database: &TestDatabase) {
    let store = store_with_units(database).await;
    keep(&store, "bob").await.unwrap();
    for statement in ["DELETE FROM units", "UPDATE units SET content = 'x'", "CREATE TABLE more (id BIGINT)"]
    {
        let mut snapshot = store.read().await.unwrap();
        let refused = snapshot.query(statement).execute().await;
        assert!(matches!(refused, Err(StoreError::Database(_))), "{statement}");
        let mut latest = store.read_latest().await.unwrap();
        let refused = latest.query(statement).execute().await;
        assert!(matches!(refused, Err(StoreError::Database(_))), "{statement}, without a transaction");
    }
    assert_eq!(names(&store).await, ["bob"]);
}

async fn tasks_that_hold_a_reader_and_then_a_writer_do_not_deadlock(database: &TestDatabase) {
    let store = store_with_units(database).await;
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..100 {
        let store = store.clone();
        tasks.spawn(async move {
            let mut read = store.read().await.unwrap();
            count(&mut read).await;
            keep(&store, &format!("{number}")).await.unwrap();
            count(&mut read).await;
        });
    }
    tasks.join_all().await;
    assert_eq!(names(&store).await.len(), 100);
    assert!(begun.elapsed() < Duration::from_secs(5), "nobody waited until patience ended");
}

async fn a_reader_beside_a_writer_does_not_see_its_work(database: &TestDatabase) {
    let store = store_with_units(database).await;
    let mut tx = store.begin().await.unwrap();
    insert(&mut tx, "bob").await.unwrap();
    let mut read = store.read().await.unwrap();
    assert_eq!((count(&mut read).await, count(&mut tx).await), (0, 1));
    tx.commit().await.unwrap();
    assert_eq!(count(&mut read).await, 0);
    drop(read);
    assert_eq!(names(&store).await, ["bob"]);
}

async fn more_readers_than_connections_take_turns(database: &TestDatabase) {
    let store = store_with_units(database).await;
    keep(&store, "bob").await.unwrap();
    let mut tasks = JoinSet::new();
    for number in 0..100 {
        let store = store.clone();
        tasks.spawn(async move {
            let mut read = if number % 2 == 0 {
                store.read().await.unwrap()
            } else {
                store.read_latest().await.unwrap()
            };
            sleep(Duration::from_millis(5)).await;
            count(&mut read).await
        });
    }
    assert_eq!(tasks.join_all().await, vec![1; 100]);
}
