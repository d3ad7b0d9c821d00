//! What a transaction promises when nothing else happens at the same time: values, conflicts, all or nothing.

use chrono::{DateTime, Utc};
use storage::{StoreError, Tx};
use uuid::Uuid;

use crate::database::{TestDatabase, on_both};
use crate::units::{insert, keep, names, store_with_units};

on_both!(
    values_come_back_as_they_were,
    rows_are_updated_upserted_and_deleted,
    a_taken_key_is_a_conflict_and_ends_the_transaction,
    a_missing_parent_and_a_needed_one_are_reference_errors,
    any_failed_statement_ends_its_transaction,
    a_dropped_transaction_leaves_nothing,
    a_panic_leaves_nothing,
    closing_serves_who_waits,
);

const TABLES: &str = "CREATE TABLE parents (id TEXT NOT NULL PRIMARY KEY);
    CREATE TABLE things (
        id         UUID NOT NULL PRIMARY KEY,
        parent     TEXT NOT NULL REFERENCES parents (id),
        name       TEXT NOT NULL UNIQUE,
        enabled    BOOLEAN NOT NULL,
        size       BIGINT NOT NULL,
        bytes      BYTEA,
        created_at TIMESTAMPTZ NOT NULL,
        deleted_at TIMESTAMPTZ
    );
    INSERT INTO parents (id) VALUES ('parent')";

struct Thing {
    id: Uuid,
    name: &'static str,
    enabled: bool,
    size: i64,
    bytes: Option<Vec<u8>>,
    created_at: DateTime<Utc>,
}

fn thing(number: u128, name: &'static str) -> Thing {
    let created_at = DateTime::from_timestamp_micros(1_700_000_000_000_000).unwrap();
    Thing { id: Uuid::from_u128(number), name, enabled: true, size: 0, bytes: None, created_at }
}

async fn insert_thing(tx: &mut Tx, parent: &str, thing: &Thing) -> storage::Result<u64> {
    tx.query(
        "INSERT INTO things (id, parent, name, enabled, size, bytes, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(thing.id)
    .bind(parent)
    .bind(String::from(thing.name))
    .bind(thing.enabled)
    .bind(thing.size)
    .bind(thing.bytes.clone())
    .bind(thing.created_at)
    .execute()
    .await
}

async fn values_come_back_as_they_were(database: &TestDatabase) {
    let store = database.unmigrated_store().await;
    let micros = |micros| DateTime::from_timestamp_micros(micros).unwrap();
    let things = [
        thing(1, "bob_%\u{1F600}"),
        Thing { enabled: false, size: i64::MIN, bytes: Some(vec![0, 255]), ..thing(u128::MAX, "") },
        Thing { size: i64::MAX, bytes: Some(Vec::new()), created_at: micros(0), ..thing(0, "Bob") },
        Thing { created_at: micros(1_700_000_000_123_456), ..thing(2, "bob' --\n\t\"") },
        Thing { created_at: micros(4_102_444_799_999_999), ..thing(3, "true") },
        Thing { created_at: micros(1_700_000_000_120_000), ..thing(4, "007") },
    ];
    let mut tx = store.begin().await.unwrap();
    tx.script(TABLES).await.unwrap();
    for thing in &things {
        assert_eq!(insert_thing(&mut tx, "parent", thing).await.unwrap(), 1);
    }
    tx.commit().await.unwrap();

    let mut read = store.read().await.unwrap();
    for thing in &things {
        let found = read
            .query("SELECT * FROM things WHERE id = $1 AND created_at = $2 AND name = $3")
            .bind(thing.id)
            .bind(thing.created_at)
            .bind(thing.name)
            .one()
            .await
            .unwrap();
        assert_eq!(found.get::<Uuid>("id").unwrap(), thing.id);
        assert_eq!(found.get::<String>("name").unwrap(), thing.name);
        assert_eq!(found.get::<bool>("enabled").unwrap(), thing.enabled);
        assert_eq!(found.get::<i64>("size").unwrap(), thing.size);
        assert_eq!(found.get::<Option<Vec<u8>>>("bytes").unwrap(), thing.bytes);
        assert_eq!(found.get::<DateTime<Utc>>("created_at").unwrap(), thing.created_at);
        assert_eq!(found.get::<Option<DateTime<Utc>>>("deleted_at").unwrap(), None);
        assert!(found.get::<DateTime<Utc>>("deleted_at").is_err(), "NULL is not a time");
        assert!(found.get::<String>("no_such_column").is_err());
    }

    let mut in_order = things.iter().map(|thing| (thing.created_at, thing.id)).collect::<Vec<_>>();
    in_order.sort();
    let rows = read.query("SELECT created_at, id FROM things ORDER BY created_at, id").all().await.unwrap();
    let listed: Vec<_> =
        rows.iter().map(|row| (row.get("created_at").unwrap(), row.get("id").unwrap())).collect();
    assert_eq!(listed, in_order, "times and ids are ordered by the database as they are here");
}

async fn rows_are_updated_upserted_and_deleted(database: &TestDatabase) {
    let store = store_with_units(database).await;
    let mut tx = store.begin().await.unwrap();
    insert(&mut tx, "bob").await.unwrap();
    let upserted = tx
        .query(
            "INSERT INTO units (name, content) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET content = excluded.content RETURNING content",
        )
        .bind("bob")
        .bind("new")
        .one()
        .await
        .unwrap();
    assert_eq!(upserted.get::<String>("content").unwrap(), "new");
    let nothing =
        tx.query("INSERT INTO units (name, content) VALUES ('bob', 'newer') ON CONFLICT (name) DO NOTHING");
    assert_eq!(nothing.execute().await.unwrap(), 0);
    for (name, changed) in [("nobody", 0), ("bob", 1)] {
        let update = tx.query("UPDATE units SET content = $1 WHERE name = $2").bind("newest").bind(name);
        assert_eq!(update.execute().await.unwrap(), changed);
    }
    for left in [1, 0] {
        let delete = tx.query("DELETE FROM units WHERE content = $1").bind("newest");
        assert_eq!(delete.execute().await.unwrap(), left);
    }
    assert!(tx.query("SELECT * FROM units").optional().await.unwrap().is_none());
    tx.commit().await.unwrap();
}

async fn a_taken_key_is_a_conflict_and_ends_the_transaction(database: &TestDatabase) {
    let store = database.unmigrated_store().await;
    let mut tx = store.begin().await.unwrap();
    tx.script(TABLES).await.unwrap();
    insert_thing(&mut tx, "parent", &thing(1, "bob")).await.unwrap();
    tx.commit().await.unwrap();

    for taken in [thing(2, "bob"), thing(1, "eve")] {
        let mut tx = store.begin().await.unwrap();
        insert_thing(&mut tx, "parent", &thing(3, "amy")).await.unwrap();
        assert!(matches!(insert_thing(&mut tx, "parent", &taken).await, Err(StoreError::Conflict)));
        let next = insert_thing(&mut tx, "parent", &thing(4, "dan")).await;
        assert!(matches!(next, Err(StoreError::Database(_))));
        assert!(tx.commit().await.is_err());
    }
    let rows = store.read().await.unwrap().query("SELECT * FROM things").all().await.unwrap();
    assert_eq!(rows.len(), 1);
}

async fn a_missing_parent_and_a_needed_one_are_reference_errors(database: &TestDatabase) {
    let store = database.unmigrated_store().await;
    let mut tx = store.begin().await.unwrap();
    tx.script(TABLES).await.unwrap();
    insert_thing(&mut tx, "parent", &thing(1, "bob")).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = store.begin().await.unwrap();
    let orphan = insert_thing(&mut tx, "nobody", &thing(2, "amy")).await;
    assert!(matches!(orphan, Err(StoreError::Reference)));
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    let needed = tx.query("DELETE FROM parents").execute().await;
    assert!(matches!(needed, Err(StoreError::Reference)));
}

async fn any_failed_statement_ends_its_transaction(database: &TestDatabase) {
    let store = store_with_units(database).await;
    for wrong in ["SELECT * FROM no_such_table", "INSERT INTO units (name) VALUES ('no content')", "no SQL"] {
        let mut tx = store.begin().await.unwrap();
        insert(&mut tx, "ghost").await.unwrap();
        assert!(matches!(tx.query(wrong).execute().await, Err(StoreError::Database(_))), "{wrong}");
        assert!(tx.query("SELECT * FROM units").all().await.is_err(), "{wrong}");
        assert!(tx.script("DELETE FROM units").await.is_err(), "{wrong}");
        assert!(tx.commit().await.is_err(), "{wrong}");
    }
    let mut tx = store.begin().await.unwrap();
    insert(&mut tx, "ghost").await.unwrap();
    assert!(tx.query("SELECT * FROM units WHERE name = 'nobody'").one().await.is_err());
    tx.commit().await.unwrap();
    assert_eq!(
        names(&store).await,
        ["ghost"],
        "that a row was expected is the caller's error, not a statement's"
    );
}

async fn a_dropped_transaction_leaves_nothing(database: &TestDatabase) {
    let store = store_with_units(database).await;
    for number in 0..20 {
        let mut tx = store.begin().await.unwrap();
        insert(&mut tx, "ghost").await.unwrap();
        drop(tx);
        keep(&store, &format!("{number:02}")).await.unwrap();
    }
    let kept: Vec<String> = (0..20).map(|number| format!("{number:02}")).collect();
    assert_eq!(names(&store).await, kept);
}

async fn a_panic_leaves_nothing(database: &TestDatabase) {
    let store = store_with_units(database).await;
    let theirs = store.clone();
    let task = tokio::spawn(async move {
        let mut tx = theirs.begin().await.unwrap();
        insert(&mut tx, "ghost").await.unwrap();
        if crate::units::count(&mut tx).await == 1 {
            panic!("as the test wants");
        }
        tx.commit().await.unwrap();
    });
    assert!(task.await.unwrap_err().is_panic());
    keep(&store, "bob").await.unwrap();
    assert_eq!(names(&store).await, ["bob"]);
}

async fn closing_serves_who_waits(database: &TestDatabase) {
    let store = store_with_units(database).await;
    let mut tx = store.begin().await.unwrap();
    insert(&mut tx, "bob").await.unwrap();
    let closing = store.clone();
    let closed = tokio::spawn(async move { closing.close().await });
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(!closed.is_finished());
    tx.commit().await.unwrap();
    closed.await.unwrap();
    assert!(
        store.begin().await.is_err() && store.read().await.is_err() && store.read_latest().await.is_err()
    );

    let reopened = database.unmigrated_store().await;
    assert_eq!(names(&reopened).await, ["bob"]);
}
