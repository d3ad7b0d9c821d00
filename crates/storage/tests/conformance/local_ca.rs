//! `local_ca`: one for all replicas, and as it was for the next start.

use storage::{KeptLocalCa, Store, StoreError};
use tokio::task::JoinSet;

use crate::database::{TestDatabase, on_both};
use crate::samples::at;

on_both!(the_first_ca_stays, of_replicas_that_make_a_ca_at_once_one_wins, a_key_opens_beside_its_certificate);

fn ca(number: usize) -> KeptLocalCa {
    KeptLocalCa {
        certificate: format!("certificate {number}"),
        private_key: format!("key {number}").into_bytes(),
    }
}

async fn insert(store: &Store, ca: &KeptLocalCa) {
    let mut tx = store.begin().await.unwrap();
    tx.insert_local_ca(ca, at(0)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn the_first_ca_stays(database: &TestDatabase) {
    let store = database.store().await;
    assert!(store.read().await.unwrap().local_ca().await.unwrap().is_none());
    insert(&store, &ca(1)).await;
    insert(&store, &ca(2)).await;
    let restarted = database.store().await;
    assert!(restarted.read().await.unwrap().local_ca().await.unwrap() == Some(ca(1)));
}

async fn of_replicas_that_make_a_ca_at_once_one_wins(database: &TestDatabase) {
    database.store().await;
    let mut replicas = JoinSet::new();
    for number in 0..4 {
        let store = database.unmigrated_store().await;
        replicas.spawn(async move {
            insert(&store, &ca(number)).await;
            store.read_latest().await.unwrap().local_ca().await.unwrap().unwrap()
        });
    }
    let found = replicas.join_all().await;
    assert!(found.iter().all(|ca| *ca == found[0]));
}

async fn a_key_opens_beside_its_certificate(database: &TestDatabase) {
    let store = database.store().await;
    insert(&store, &ca(1)).await;
    let mut tx = store.begin().await.unwrap();
    tx.query("UPDATE local_ca SET certificate = 'another'").execute().await.unwrap();
    tx.commit().await.unwrap();
    let opened = store.read().await.unwrap().local_ca().await;
    assert!(matches!(opened, Err(StoreError::Sealed)));
}
