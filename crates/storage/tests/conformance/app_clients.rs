//! Statements of `app_clients` and their secrets.

use domain::app_clients::AppClient;
use domain::ids::ClientId;
use storage::{ClientSecret, Position, Store, StoreError};

use crate::database::{TestDatabase, on_both};
use crate::samples::{assert_reference, at, client, insert_client, insert_pool, pool, secret};

on_both!(
    a_client_is_read_as_it_was_written_and_saved,
    a_client_is_found_with_its_pool_by_its_id_alone,
    a_client_saved_by_somebody_else_is_not_overwritten,
    of_many_that_change_the_secrets_of_one_client_at_once_one_succeeds,
    a_client_id_is_taken_once_over_all_pools,
    a_client_of_another_pool_does_not_exist,
    clients_are_listed_by_age_to_the_end,
    secrets_come_back_in_clear_and_in_order,
    a_secret_moved_to_another_row_does_not_open,
    what_belongs_to_a_missing_pool_or_client_is_refused,
);

async fn insert_secret(store: &Store, client: &AppClient, secret: &ClientSecret) {
    let mut tx = store.begin().await.unwrap();
    tx.insert_client_secret(client, secret).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_client_is_read_as_it_was_written_and_saved(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    let mut client = client(&pool, "1");
    insert_pool(&store, &pool).await;
    insert_client(&store, &client).await;
    let read = store.read().await.unwrap().app_client(&pool.id, &client.id).await.unwrap();
    assert_eq!(read.as_ref(), Some(&client));

    client.name = "mobile".to_owned();
    client.settings.callback_urls = Some(vec!["https://app.example/".to_owned()]);
    client.settings.explicit_auth_flows = None;
    client.modified_at = at(1);
    let mut tx = store.begin().await.unwrap();
    assert!(tx.save_app_client(&client).await.unwrap());
    tx.commit().await.unwrap();
    client.version += 1;
    let read = store.read().await.unwrap().app_client(&pool.id, &client.id).await.unwrap();
    assert_eq!(read.as_ref(), Some(&client));

    for deleted in [true, false] {
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.delete_app_client(&pool.id, &client.id).await.unwrap(), deleted);
        tx.commit().await.unwrap();
    }
    assert!(store.read().await.unwrap().app_client(&pool.id, &client.id).await.unwrap().is_none());
}

async fn a_client_is_found_with_its_pool_by_its_id_alone(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    let (confidential, public) = (client(&pool, "1"), client(&other, "2"));
    insert_client(&store, &confidential).await;
    insert_client(&store, &public).await;
    insert_secret(&store, &confidential, &secret(&confidential, "hush", 0)).await;

    let mut read = store.read().await.unwrap();
    let found = read.client_with_pool(&confidential.id).await.unwrap().unwrap();
    assert!(found.client == confidential && found.pool == pool);
    assert_eq!(found.secrets.iter().map(|secret| secret.value.as_str()).collect::<Vec<_>>(), ["hush"]);
    let found = read.client_with_pool(&public.id).await.unwrap().unwrap();
    assert!(found.client == public && found.pool == other && found.secrets.is_empty());
    assert!(read.client_with_pool(&ClientId::from("3".to_owned())).await.unwrap().is_none());
}

async fn a_client_saved_by_somebody_else_is_not_overwritten(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let mine = client(&pool, "1");
    let theirs = AppClient { name: "theirs".to_owned(), ..mine.clone() };
    insert_client(&store, &mine).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.save_app_client(&theirs).await.unwrap());
    assert!(!tx.save_app_client(&mine).await.unwrap());
    assert!(!tx.touch_app_client(&mine).await.unwrap());
    let read = tx.app_client(&pool.id, &mine.id).await.unwrap().unwrap();
    assert_eq!((read.name.as_str(), read.version), ("theirs", 2));
    assert!(tx.touch_app_client(&read).await.unwrap());
    let touched = tx.app_client(&pool.id, &mine.id).await.unwrap().unwrap();
    assert_eq!(touched, AppClient { version: 3, ..read });
    assert!(!tx.touch_app_client(&client(&pool, "2")).await.unwrap());
}

async fn of_many_that_change_the_secrets_of_one_client_at_once_one_succeeds(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    let client = client(&pool, "1");
    insert_pool(&store, &pool).await;
    insert_client(&store, &client).await;
    let mut callers = tokio::task::JoinSet::new();
    for number in 0..20 {
        let (store, client) = (store.clone(), client.clone());
        callers.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            if tx.touch_app_client(&client).await.unwrap() {
                tx.insert_client_secret(&client, &secret(&client, "hush", number)).await.unwrap();
            }
            tx.commit().await.unwrap();
        });
    }
    callers.join_all().await;
    assert_eq!(store.read().await.unwrap().client_secrets(&client.id).await.unwrap().len(), 1);
}

async fn a_client_id_is_taken_once_over_all_pools(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    insert_client(&store, &client(&pool, "1")).await;
    let mut tx = store.begin().await.unwrap();
    assert!(matches!(tx.insert_app_client(&client(&other, "1")).await, Err(StoreError::Conflict)));
}

async fn a_client_of_another_pool_does_not_exist(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    let client = client(&pool, "1");
    insert_client(&store, &client).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.app_client(&other.id, &client.id).await.unwrap().is_none());
    assert!(tx.app_clients(&other.id, &Position::start(), 10).await.unwrap().is_empty());
    assert!(!tx.delete_app_client(&other.id, &client.id).await.unwrap());
    assert!(tx.app_client(&pool.id, &client.id).await.unwrap().is_some());
}

async fn clients_are_listed_by_age_to_the_end(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let mut expected = Vec::new();
    for number in 0..13 {
        let client =
            AppClient { created_at: at(number / 5), ..client(&pool, &format!("{:02}", 99 - number)) };
        insert_client(&store, &client).await;
        expected.push(client);
    }
    expected.sort_by_key(|client| (client.created_at, client.id.clone()));
    let (mut after, mut listed) = (Position::start(), Vec::new());
    loop {
        let page = store.read_latest().await.unwrap().app_clients(&pool.id, &after, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Position { created_at: last.created_at, id: last.id.to_string() };
        listed.extend(page);
    }
    assert_eq!(listed, expected);
}

async fn secrets_come_back_in_clear_and_in_order(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    let (client, other) = (client(&pool, "1"), client(&pool, "2"));
    insert_pool(&store, &pool).await;
    insert_client(&store, &client).await;
    insert_client(&store, &other).await;
    let (old, new, theirs) = (secret(&client, "old", 1), secret(&client, "new", 2), secret(&other, "new", 2));
    for (owner, secret) in [(&client, &new), (&client, &old), (&other, &theirs)] {
        insert_secret(&store, owner, secret).await;
    }
    let mut tx = store.begin().await.unwrap();
    assert!(tx.client_secrets(&client.id).await.unwrap() == [old.clone(), new.clone()]);
    assert!(!tx.delete_client_secret(&client.id, &theirs.id).await.unwrap(), "of another client");
    assert!(tx.delete_client_secret(&client.id, &old.id).await.unwrap());
    assert!(!tx.delete_client_secret(&client.id, &old.id).await.unwrap());
    assert!(tx.client_secrets(&client.id).await.unwrap() == [new.clone()]);
    assert!(tx.client_secrets(&other.id).await.unwrap() == [theirs]);
    assert!(matches!(tx.insert_client_secret(&client, &new).await, Err(StoreError::Conflict)));
}

async fn a_secret_moved_to_another_row_does_not_open(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    let client = client(&pool, "1");
    insert_pool(&store, &pool).await;
    insert_client(&store, &client).await;
    insert_secret(&store, &client, &secret(&client, "old", 1)).await;
    insert_secret(&store, &client, &secret(&client, "new", 2)).await;
    let mut tx = store.begin().await.unwrap();
    let swap = "UPDATE app_client_secrets SET sealed_value =
         (SELECT other.sealed_value FROM app_client_secrets AS other WHERE other.id <> app_client_secrets.id)";
    assert_eq!(tx.query(swap).execute().await.unwrap(), 2);
    assert!(matches!(tx.client_secrets(&client.id).await, Err(StoreError::Sealed)));
}

async fn what_belongs_to_a_missing_pool_or_client_is_refused(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    let client = client(&pool, "1");
    assert_reference(&store.begin().await.unwrap().insert_app_client(&client).await);
    insert_pool(&store, &pool).await;
    let mut tx = store.begin().await.unwrap();
    assert_reference(&tx.insert_client_secret(&client, &secret(&client, "hush", 0)).await);
}
