//! Callers that go away: in the middle of a statement, while they wait, while they commit. A unit is kept whole or not at all.

use std::collections::HashSet;
use std::time::Duration;

use storage::Store;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::database::{TestDatabase, on_both};
use crate::units::{count, insert, keep, names, store_with_units};

on_both!(
    a_cancelled_transaction_leaves_nothing,
    a_statement_cancelled_halfway_ends_its_transaction,
    waiting_callers_that_give_up_cost_nothing,
    a_cancelled_commit_keeps_all_or_nothing,
    a_storm_of_cancellations_keeps_every_answered_unit_and_no_half,
    a_cancelled_reader_does_not_hold_on_to_the_past,
);

async fn a_cancelled_transaction_leaves_nothing(database: &TestDatabase) {
    let store = store_with_units(database).await;
    let held = timeout(Duration::from_millis(50), async {
        let mut tx = store.begin().await.unwrap();
        insert(&mut tx, "ghost").await.unwrap();
        std::future::pending::<()>().await;
        tx.commit().await.unwrap();
    });
    let other = async {
        sleep(Duration::from_millis(10)).await;
        keep(&store, "bob").await
    };
    let (held, other) = tokio::join!(held, other);
    assert!(held.is_err());
    other.unwrap();
    assert_eq!(names(&store).await, ["bob"]);
}

/// Takes about a second on either database: it is cancelled long before.
const SLOW: &str =
    "WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 1000000)
    INSERT INTO units (name, content) SELECT 'slow', '' FROM numbers WHERE i = 1000000";

async fn a_statement_cancelled_halfway_ends_its_transaction(database: &TestDatabase) {
    let store = store_with_units(database).await;
    let patiences = [0, 1, 5, 20, 50];
    for patience in patiences {
        let unit = async {
            let mut tx = store.begin().await.unwrap();
            insert(&mut tx, "ghost").await.unwrap();
            tx.query(SLOW).execute().await.unwrap();
            std::future::pending::<()>().await;
        };
        assert!(timeout(Duration::from_millis(patience), unit).await.is_err());
        keep(&store, &format!("after {patience:02}")).await.unwrap();
    }
    assert_eq!(names(&store).await, patiences.map(|patience| format!("after {patience:02}")));

    // Only the statement is dropped, and the caller goes on as if nothing had been.
    let mut tx = store.begin().await.unwrap();
    assert!(timeout(Duration::from_millis(5), tx.query(SLOW).execute()).await.is_err());
    assert!(insert(&mut tx, "ghost").await.is_err());
    assert!(tx.commit().await.is_err());
    assert_eq!(names(&store).await.len(), patiences.len());
}

async fn waiting_callers_that_give_up_cost_nothing(database: &TestDatabase) {
    let store = store_with_units(database).await;
    let mut tx = store.begin().await.unwrap();
    insert(&mut tx, "bob").await.unwrap();
    let mut callers = JoinSet::new();
    for number in 0..200 {
        let store = store.clone();
        callers.spawn(async move {
            let unit = format!("{number}");
            timeout(Duration::from_millis(number % 20), keep(&store, &unit)).await.map(Result::unwrap).is_ok()
        });
    }
    sleep(Duration::from_millis(10)).await;
    tx.commit().await.unwrap();
    let answered = callers.join_all().await.into_iter().filter(|answered| *answered).count();
    let kept = names(&store).await.len();
    assert!(kept > answered, "{kept} rows, {answered} answered beside the first");
    keep(&store, "last").await.unwrap();
}

/// A unit that has written two rows that belong together.
async fn two_rows(store: &Store, number: u64) -> storage::Tx {
    let mut tx = store.begin().await.unwrap();
    insert(&mut tx, &format!("{number} a")).await.unwrap();
    tokio::task::yield_now().await;
    insert(&mut tx, &format!("{number} b")).await.unwrap();
    tx
}

/// No unit is there by half, and every answered one is there.
async fn assert_whole(store: &Store, numbers: u64, answered: &[u64]) {
    keep(store, "last").await.unwrap(); // what is under way comes first
    let names: HashSet<String> = names(store).await.into_iter().collect();
    for number in 0..numbers {
        let first = names.contains(&format!("{number} a"));
        assert_eq!(first, names.contains(&format!("{number} b")), "unit {number} is there by half");
        assert!(first || !answered.contains(&number), "unit {number} was answered and is gone");
    }
}

async fn a_cancelled_commit_keeps_all_or_nothing(database: &TestDatabase) {
    let store = store_with_units(database).await;
    let mut units = JoinSet::new();
    for number in 0..300 {
        let store = store.clone();
        units.spawn(async move {
            let tx = two_rows(&store, number).await;
            let committed = timeout(Duration::from_micros(number * 7), tx.commit()).await;
            committed.ok().map(|outcome| outcome.map(|()| number).unwrap())
        });
    }
    let answered: Vec<u64> = units.join_all().await.into_iter().flatten().collect();
    assert_whole(&store, 300, &answered).await;
}

async fn a_storm_of_cancellations_keeps_every_answered_unit_and_no_half(database: &TestDatabase) {
    let store = store_with_units(database).await;
    let mut units = JoinSet::new();
    for number in 0..1500 {
        let store = store.clone();
        units.spawn(async move {
            let unit = async { two_rows(&store, number).await.commit().await.unwrap() };
            let patience = Duration::from_micros(number * 7919 % 200_000);
            timeout(patience, unit).await.is_ok().then_some(number)
        });
    }
    let answered: Vec<u64> = units.join_all().await.into_iter().flatten().collect();
    assert_whole(&store, 1500, &answered).await;
}

async fn a_cancelled_reader_does_not_hold_on_to_the_past(database: &TestDatabase) {
    const SLOW: &str =
        "WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 300000)
        SELECT COUNT(*) AS n FROM numbers, (SELECT COUNT(*) FROM units) AS units";
    let store = store_with_units(database).await;
    for round in 0..30 {
        let patience = Duration::from_millis(round % 7);
        if round % 2 == 0 {
            let mut read = store.read().await.unwrap();
            let _ = timeout(patience, read.query(SLOW).one()).await;
        } else {
            let mut read = store.read_latest().await.unwrap();
            if timeout(patience, read.query(SLOW).one()).await.is_err() {
                assert!(read.query("SELECT * FROM units").all().await.is_err(), "what was cancelled is over");
            }
        }
        keep(&store, &format!("{round}")).await.unwrap();
        let expected = i64::try_from(round + 1).unwrap();
        assert_eq!(count(&mut store.read_latest().await.unwrap()).await, expected);
        assert_eq!(count(&mut store.read().await.unwrap()).await, expected);
    }
}
