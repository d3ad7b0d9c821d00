//! PostgreSQL that does not answer, hangs up, is locked or read-only: an error in time, and back by itself.

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use storage::{DatabaseSettings, Result, Store, StoreError};
use tokio::task::JoinSet;

use crate::database::{TestDatabase, sealer};
use crate::proxy::Proxy;
use crate::units::{insert, keep, names, store_with_units};

/// How long the stores of these tests wait.
const LIMIT: Duration = Duration::from_secs(1);
/// After which an error has come.
const IN_TIME: Duration = Duration::from_millis(2500);
/// After which the database is used again.
const BACK: Duration = Duration::from_secs(5);

async fn store(url: String, connections: u32) -> Store {
    let settings = DatabaseSettings { timeout: LIMIT, connections, ..DatabaseSettings::of(url) };
    Store::connect_with(&settings, sealer()).await.unwrap()
}

/// `…@host:port/name` of a URL.
fn parts(url: &str) -> (&str, &str, &str) {
    let (user, rest) = url.split_once('@').unwrap();
    let (host, name) = rest.split_once('/').unwrap();
    (user, host, name)
}

fn assert_outage(outcome: Result<()>, begun: Instant) {
    let error = outcome.unwrap_err();
    assert!(error.is_outage(), "{error:?}");
    assert!(begun.elapsed() < IN_TIME, "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_packets_do_not_reach_is_an_error_in_time() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let url = database.url();
    let (user, host, name) = parts(&url);
    let proxy = Proxy::to(host.to_owned()).await;
    store_with_units(&database).await.close().await;
    let store = store(format!("{user}@127.0.0.1:{}/{name}", proxy.port), 4).await;
    keep(&store, "before").await.unwrap();

    // In the middle of a transaction, before one, and with more callers than connections.
    let mut tx = store.begin().await.unwrap();
    insert(&mut tx, "in between").await.unwrap();
    proxy.swallow(true);
    let begun = Instant::now();
    assert_outage(tx.commit().await, begun);
    let mut callers = JoinSet::new();
    for number in 0..12 {
        let store = store.clone();
        callers.spawn(async move {
            let begun = Instant::now();
            assert_outage(keep(&store, &format!("lost {number}")).await, begun);
            let begun = Instant::now();
            assert_outage(store.read().await.map(drop), begun);
            let begun = Instant::now();
            assert_outage(store.can_write().await.map(drop), begun);
        });
    }
    while let Some(caller) = callers.join_next().await {
        caller.unwrap();
    }

    proxy.swallow(false);
    let begun = Instant::now();
    while keep(&store, "after").await.is_err() {}
    assert!(begun.elapsed() < BACK, "{:?}", begun.elapsed());
    // The COMMIT did not arrive, and was not said again.
    assert_eq!(names(&store).await, ["after", "before"]);
    let begun = Instant::now();
    store.close().await;
    assert!(begun.elapsed() < IN_TIME);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_begins_does_not_notice_that_all_connections_were_terminated() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let store = store_with_units(&database).await;
    let mut admin = PgConnection::connect(&database.url()).await.unwrap();
    for round in 0..5 {
        keep(&store, &format!("before {round}")).await.unwrap();
        let mut open = store.begin().await.unwrap();
        insert(&mut open, "ghost").await.unwrap();
        let terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                          WHERE datname = current_database() AND pid <> pg_backend_pid()";
        sqlx::raw_sql(terminate).execute(&mut admin).await.unwrap();
        keep(&store, &format!("after {round}")).await.unwrap();
        let error = open.commit().await.unwrap_err();
        assert!(error.is_outage(), "{error:?}");
    }
    assert_eq!(names(&store).await.len(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_for_a_locked_table_is_told_in_time() {
    let Some(database) = TestDatabase::postgres().await else { return };
    store_with_units(&database).await.close().await;
    let store = store(database.url(), 4).await;
    let mut other = PgConnection::connect(&database.url()).await.unwrap();
    let mut lock = other.begin().await.unwrap();
    sqlx::raw_sql("LOCK TABLE units").execute(&mut *lock).await.unwrap();
    let begun = Instant::now();
    assert_outage(keep(&store, "late").await, begun);
    assert!(store.can_write().await.unwrap(), "the others are served");
    lock.rollback().await.unwrap();
    keep(&store, "later").await.unwrap();
    assert_eq!(names(&store).await, ["later"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_became_read_only_says_so_and_is_back() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let store = store_with_units(&database).await;
    keep(&store, "before").await.unwrap();
    let url = database.url();
    let (_, _, name) = parts(&url);
    for (value, is_writable) in [("on", false), ("off", true)] {
        let mut admin = PgConnection::connect(&url).await.unwrap();
        let set = format!("ALTER DATABASE {name} SET default_transaction_read_only = {value}");
        let terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                          WHERE datname = current_database() AND pid <> pg_backend_pid()";
        for statement in ["SET default_transaction_read_only = off", &set, terminate] {
            sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut admin).await.unwrap();
        }
        let begun = Instant::now();
        match keep(&store, value).await {
            Ok(()) => assert!(is_writable),
            outcome => {
                assert!(!is_writable);
                assert_outage(outcome, begun);
            }
        }
        assert_eq!(store.can_write().await.unwrap(), is_writable);
        store.read().await.unwrap();
    }
    assert_eq!(names(&store).await, ["before", "off"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_hosts_the_one_that_can_write_is_used() {
    let Some(database) = TestDatabase::postgres().await else { return };
    store_with_units(&database).await.close().await;
    let url = database.url();
    let (user, host, name) = parts(&url);
    let (gone, silent) = (Proxy::to("127.0.0.1:1".to_owned()).await, Proxy::to(host.to_owned()).await);
    silent.swallow(true);
    let hosts = format!("{user}@127.0.0.1:{},127.0.0.1:{},{host}/{name}", silent.port, gone.port);
    let settings = DatabaseSettings { timeout: Duration::from_secs(5), ..DatabaseSettings::of(hosts) };
    let store = Store::connect_with(&settings, sealer()).await.unwrap();
    for number in 0..20 {
        keep(&store, &format!("{number:02}")).await.unwrap();
    }
    assert_eq!(names(&store).await.len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_may_take_longer_and_be_waited_for() {
    let Some(database) = TestDatabase::postgres().await else { return };
    store_with_units(&database).await.close().await;
    let (one, other) = (store(database.url(), 2).await, store(database.url(), 2).await);
    let mut migration = one.begin_exclusive().await.unwrap();
    let waiting = tokio::spawn(async move { other.begin_exclusive().await.unwrap().commit().await });
    migration
        .script("SELECT pg_sleep(2.5); INSERT INTO units (name, content) VALUES ('late', '')")
        .await
        .unwrap();
    migration.commit().await.unwrap();
    waiting.await.unwrap().unwrap();
    assert_eq!(names(&one).await, ["late"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_named_statements_nothing_is_prepared_by_name() {
    let Some(database) = TestDatabase::postgres().await else { return };
    store_with_units(&database).await.close().await;
    let settings =
        DatabaseSettings { named_statements: false, connections: 1, ..DatabaseSettings::of(database.url()) };
    let store = Store::connect_with(&settings, sealer()).await.unwrap();
    for name in ["a", "b"] {
        keep(&store, name).await.unwrap();
    }
    for is_snapshot in [true, false] {
        let mut read =
            if is_snapshot { store.read().await.unwrap() } else { store.read_latest().await.unwrap() };
        let row =
            read.query("SELECT COUNT(*) AS n FROM pg_prepared_statements WHERE name <> $1").bind("").one();
        assert_eq!(row.await.unwrap().get::<i64>("n").unwrap(), 0);
    }
    assert_eq!(names(&store).await, ["a", "b"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_and_a_database_that_is_not_there_are_told_at_once() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let begun = Instant::now();
    let error = Store::connect(&format!("{}_not", database.url()), sealer()).await.err().unwrap();
    assert!(matches!(error, StoreError::Database(_)), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(2));
}
