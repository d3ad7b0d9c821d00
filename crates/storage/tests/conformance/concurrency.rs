//! Many writers at once: each unit is kept or given up by itself, nobody waits for ever, nothing is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use storage::StoreError;
use tokio::task::JoinSet;

use crate::database::{TestDatabase, on_both};
use crate::units::{insert, keep, names, store_with_units};

on_both!(
    of_500_concurrent_units_every_tenth_is_dropped,
    one_row_can_be_used_up_once,
    of_many_equal_names_one_is_taken,
    nobody_starves,
    conditional_updates_lose_nothing,
);

async fn of_500_concurrent_units_every_tenth_is_dropped(database: &TestDatabase) {
    let store = store_with_units(database).await;
    let mut units = JoinSet::new();
    for number in 0..500 {
        let store = store.clone();
        units.spawn(async move {
            let name = format!("{number:03}");
            let mut tx = store.begin().await.unwrap();
            insert(&mut tx, &name).await.unwrap();
            let update = tx.query("UPDATE units SET content = name WHERE name = $1").bind(name.as_str());
            assert_eq!(update.execute().await.unwrap(), 1);
            if number % 10 != 0 {
                tx.commit().await.unwrap();
            } else if number % 20 == 0 {
                assert!(matches!(insert(&mut tx, &name).await, Err(StoreError::Conflict)));
            }
        });
    }
    units.join_all().await;
    let kept: Vec<_> =
        (0..500).filter(|number| number % 10 != 0).map(|number| format!("{number:03}")).collect();
    assert_eq!(names(&store).await, kept);
}

async fn one_row_can_be_used_up_once(database: &TestDatabase) {
    let store = store_with_units(database).await;
    keep(&store, "once").await.unwrap();
    let mut users = JoinSet::new();
    for _ in 0..50 {
        let store = store.clone();
        users.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let used = tx
                .query("UPDATE units SET content = 'used' WHERE name = 'once' AND content = ''")
                .execute()
                .await
                .unwrap();
            tx.commit().await.unwrap();
            used
        });
    }
    assert_eq!(users.join_all().await.into_iter().sum::<u64>(), 1);
}

async fn of_many_equal_names_one_is_taken(database: &TestDatabase) {
    let store = store_with_units(database).await;
    let mut units = JoinSet::new();
    for _ in 0..50 {
        let store = store.clone();
        units.spawn(async move { keep(&store, "bob").await });
    }
    let outcomes = units.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let conflicts = outcomes.iter().filter(|outcome| matches!(outcome, Err(StoreError::Conflict))).count();
    assert_eq!(conflicts, 49);
}

async fn nobody_starves(database: &TestDatabase) {
    let store = store_with_units(database).await;
    let done = Arc::new(AtomicBool::new(false));
    let mut writers = JoinSet::new();
    for writer in 0..64 {
        let (store, done) = (store.clone(), done.clone());
        writers.spawn(async move {
            let mut units = 0;
            while !done.load(Ordering::Relaxed) {
                keep(&store, &format!("{writer} {units}")).await.unwrap();
                units += 1;
            }
            units
        });
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    done.store(true, Ordering::Relaxed);
    let units = writers.join_all().await;
    let (least, most) = (units.iter().min().unwrap(), units.iter().max().unwrap());
    assert!(
        *least > 0 && *most <= least * 3 + 10,
        "in a second 64 writers got through {least} to {most} units"
    );
}

async fn conditional_updates_lose_nothing(database: &TestDatabase) {
    let store = store_with_units(database).await;
    keep(&store, "dots").await.unwrap();
    let mut writers = JoinSet::new();
    for _ in 0..20 {
        let store = store.clone();
        writers.spawn(async move {
            loop {
                let mut tx = store.begin().await.unwrap();
                let row = tx.query("SELECT content FROM units WHERE name = 'dots'").one().await.unwrap();
                let old: String = row.get("content").unwrap();
                let saved = tx
                    .query("UPDATE units SET content = $1 WHERE name = 'dots' AND content = $2")
                    .bind(format!("{old}."))
                    .bind(old)
                    .execute()
                    .await
                    .unwrap();
                tx.commit().await.unwrap();
                if saved == 1 {
                    break;
                }
            }
        });
    }
    writers.join_all().await;
    let mut read = store.read().await.unwrap();
    let row = read.query("SELECT content FROM units").one().await.unwrap();
    assert_eq!(row.get::<String>("content").unwrap(), ".".repeat(20));
}
