//! Statements of `resource_servers`.

use domain::resource_servers::ResourceServer;
use storage::Position;

use crate::database::{TestDatabase, on_both};
use crate::samples::{assert_reference, at, insert_pool, pool, resource_server};

on_both!(
    a_resource_server_is_read_as_it_was_written_and_saved,
    an_identifier_is_taken_once_in_its_pool,
    resource_servers_are_listed_by_age_to_the_end,
    a_resource_server_of_a_missing_pool_is_refused,
);

async fn a_resource_server_is_read_as_it_was_written_and_saved(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    let server = resource_server(&pool, "https://photos.example");
    let mut tx = store.begin().await.unwrap();
    assert!(tx.insert_resource_server(&server).await.unwrap());
    assert_eq!(tx.resource_server(&pool.id, &server.identifier).await.unwrap().as_ref(), Some(&server));

    let changed = ResourceServer { name: "pictures".to_owned(), scopes: Vec::new(), ..server };
    assert!(tx.save_resource_server(&changed).await.unwrap());
    assert_eq!(tx.resource_server(&pool.id, &changed.identifier).await.unwrap().as_ref(), Some(&changed));

    let theirs = ResourceServer { pool_id: other.id.clone(), ..changed.clone() };
    assert!(!tx.save_resource_server(&theirs).await.unwrap());
    assert!(!tx.delete_resource_server(&other.id, &changed.identifier).await.unwrap());
    assert!(tx.resource_server(&other.id, &changed.identifier).await.unwrap().is_none());
    for deleted in [true, false] {
        assert_eq!(tx.delete_resource_server(&pool.id, &changed.identifier).await.unwrap(), deleted);
        assert!(tx.resource_server(&pool.id, &changed.identifier).await.unwrap().is_none());
    }
    tx.commit().await.unwrap();
}

async fn an_identifier_is_taken_once_in_its_pool(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    let mut tx = store.begin().await.unwrap();
    let server = resource_server(&pool, "photos");
    assert!(tx.insert_resource_server(&server).await.unwrap());
    assert!(
        !tx.insert_resource_server(&ResourceServer { name: "another".to_owned(), ..server.clone() })
            .await
            .unwrap()
    );
    assert_eq!(tx.resource_server(&pool.id, "photos").await.unwrap(), Some(server));
    assert!(tx.insert_resource_server(&resource_server(&pool, "Photos")).await.unwrap(), "case counts");
    assert!(tx.insert_resource_server(&resource_server(&other, "photos")).await.unwrap());
}

async fn resource_servers_are_listed_by_age_to_the_end(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let mut expected = Vec::new();
    let mut tx = store.begin().await.unwrap();
    for number in 0..11 {
        let server = ResourceServer {
            created_at: at(number / 4),
            ..resource_server(&pool, &format!("{:02}", 50 - number))
        };
        assert!(tx.insert_resource_server(&server).await.unwrap());
        expected.push(server);
    }
    tx.commit().await.unwrap();
    expected.sort_by_key(|server| (server.created_at, server.identifier.clone()));
    let (mut after, mut listed) = (Position::start(), Vec::new());
    loop {
        let page = store.read_latest().await.unwrap().resource_servers(&pool.id, &after, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Position { created_at: last.created_at, id: last.identifier.clone() };
        listed.extend(page);
    }
    assert_eq!(listed, expected);
}

async fn a_resource_server_of_a_missing_pool_is_refused(database: &TestDatabase) {
    let store = database.store().await;
    let mut tx = store.begin().await.unwrap();
    assert_reference(&tx.insert_resource_server(&resource_server(&pool("A"), "photos")).await);
}
