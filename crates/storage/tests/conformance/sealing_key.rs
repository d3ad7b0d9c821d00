//! `sealing_key_check`: a process with another key than the database's is found out before it writes.

use storage::{Sealer, Store, StoreError, check_sealing_key, has_sealing_key};

use crate::database::{TestDatabase, on_both};
use crate::samples::{client, insert_client, insert_pool, pool, secret};

on_both!(a_database_takes_the_first_key_and_refuses_another, secrets_of_another_key_do_not_open);

async fn with_key(database: &TestDatabase, byte: u8) -> Store {
    Store::connect(&database.url(), Sealer::new(&[byte; Sealer::KEY_BYTES]).unwrap()).await.unwrap()
}

async fn a_database_takes_the_first_key_and_refuses_another(database: &TestDatabase) {
    assert!(!has_sealing_key(&database.unmigrated_store().await).await.unwrap(), "there is no table");
    let first = database.store().await;
    assert!(!has_sealing_key(&first).await.unwrap());
    // Replicas that come at once with one key are all let in.
    let mut replicas = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let replica = database.unmigrated_store().await;
        replicas.spawn(async move { check_sealing_key(&replica).await });
    }
    for outcome in replicas.join_all().await {
        outcome.unwrap();
    }
    let other = with_key(database, 8).await;
    for _ in 0..2 {
        assert!(matches!(check_sealing_key(&other).await, Err(StoreError::Sealed)));
        check_sealing_key(&first).await.unwrap();
    }
    assert!(has_sealing_key(&first).await.unwrap());
    let mut read = first.read().await.unwrap();
    let rows = read.query("SELECT * FROM sealing_key_check").all().await.unwrap();
    assert_eq!(rows.len(), 1);
}

async fn secrets_of_another_key_do_not_open(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    let client = client(&pool, "1");
    insert_pool(&store, &pool).await;
    insert_client(&store, &client).await;
    let mut tx = store.begin().await.unwrap();
    tx.insert_client_secret(&client, &secret(&client, "hush", 0)).await.unwrap();
    tx.commit().await.unwrap();
    let other = with_key(database, 8).await;
    let opened = other.read().await.unwrap().client_secrets(&client.id).await;
    assert!(matches!(opened, Err(StoreError::Sealed)));
}
