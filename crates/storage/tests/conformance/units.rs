//! A table of the tests' own, for what transactions promise whatever is in them.

use storage::{Reader, Result, Store, Tx};

use crate::database::TestDatabase;

/// A store with an empty table of units.
pub(crate) async fn store_with_units(database: &TestDatabase) -> Store {
    let store = database.unmigrated_store().await;
    let mut tx = store.begin().await.unwrap();
    tx.script("CREATE TABLE units (name TEXT NOT NULL PRIMARY KEY, content TEXT NOT NULL)").await.unwrap();
    tx.commit().await.unwrap();
    store
}

pub(crate) async fn insert(tx: &mut Tx, name: &str) -> Result<u64> {
    tx.query("INSERT INTO units (name, content) VALUES ($1, '')").bind(name).execute().await
}

/// A unit of work by itself.
pub(crate) async fn keep(store: &Store, name: &str) -> Result<()> {
    let mut tx = store.begin().await?;
    insert(&mut tx, name).await?;
    tx.commit().await
}

/// What is there, in order.
pub(crate) async fn names(store: &Store) -> Vec<String> {
    let mut read = store.read().await.unwrap();
    let rows = read.query("SELECT name FROM units").all().await.unwrap();
    let mut names: Vec<String> = rows.iter().map(|row| row.get("name").unwrap()).collect();
    names.sort();
    names
}

pub(crate) async fn count(reader: &mut Reader) -> i64 {
    reader.query("SELECT COUNT(*) AS n FROM units").one().await.unwrap().get("n").unwrap()
}
