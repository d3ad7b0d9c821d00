//! Statements of `ui_customizations`.

use domain::ui_customization::UiCustomization;

use crate::brand_samples::ui_customization;
use crate::database::{TestDatabase, on_both};
use crate::samples::{assert_reference, at, client, insert_client, insert_pool, pool};

on_both!(
    a_customization_is_read_as_it_was_put,
    a_client_without_its_own_has_that_of_all,
    a_customization_belongs_to_its_pool,
    a_customization_of_a_missing_client_is_refused,
);

async fn a_customization_is_read_as_it_was_put(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    let client = client(&pool, "1");
    insert_pool(&store, &pool).await;
    insert_client(&store, &client).await;
    let mut tx = store.begin().await.unwrap();
    for owner in [None, Some(&client)] {
        let id = owner.map(|client| &client.id);
        let first = ui_customization(&pool, owner);
        assert!(tx.ui_customization(&pool.id, id).await.unwrap().is_none());
        tx.put_ui_customization(&first).await.unwrap();
        assert_eq!(tx.ui_customization(&pool.id, id).await.unwrap().as_ref(), Some(&first));

        let later =
            UiCustomization { css: None, image: None, created_at: at(1), modified_at: at(1), ..first };
        tx.put_ui_customization(&later).await.unwrap();
        let expected = UiCustomization { created_at: at(0), ..later };
        assert_eq!(tx.ui_customization(&pool.id, id).await.unwrap(), Some(expected));
    }
    tx.delete_ui_customization(&pool.id, Some(&client.id)).await.unwrap();
    assert!(tx.ui_customization(&pool.id, Some(&client.id)).await.unwrap().is_none());
    assert!(tx.ui_customization(&pool.id, None).await.unwrap().is_some());
    tx.delete_ui_customization(&pool.id, None).await.unwrap();
    assert!(tx.ui_customization(&pool.id, None).await.unwrap().is_none());
    tx.commit().await.unwrap();
}

async fn a_client_without_its_own_has_that_of_all(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    let (with, without) = (client(&pool, "1"), client(&pool, "2"));
    insert_pool(&store, &pool).await;
    for client in [&with, &without] {
        insert_client(&store, client).await;
    }
    let (own, of_all) = (ui_customization(&pool, Some(&with)), ui_customization(&pool, None));
    let mut tx = store.begin().await.unwrap();
    tx.put_ui_customization(&own).await.unwrap();
    assert_eq!(tx.ui_customization_of_client(&pool.id, &without.id).await.unwrap(), None);
    tx.put_ui_customization(&of_all).await.unwrap();
    assert_eq!(tx.ui_customization_of_client(&pool.id, &with.id).await.unwrap(), Some(own));
    assert_eq!(tx.ui_customization_of_client(&pool.id, &without.id).await.unwrap(), Some(of_all));
}

async fn a_customization_belongs_to_its_pool(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    let mut tx = store.begin().await.unwrap();
    tx.put_ui_customization(&ui_customization(&pool, None)).await.unwrap();
    assert_eq!(tx.ui_customization(&other.id, None).await.unwrap(), None);
    tx.delete_ui_customization(&other.id, None).await.unwrap();
    assert!(tx.ui_customization(&pool.id, None).await.unwrap().is_some());
    tx.put_ui_customization(&ui_customization(&other, None)).await.unwrap();
}

async fn a_customization_of_a_missing_client_is_refused(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    assert_reference(
        &store.begin().await.unwrap().put_ui_customization(&ui_customization(&pool, None)).await,
    );
    insert_pool(&store, &pool).await;
    let missing = ui_customization(&pool, Some(&client(&pool, "1")));
    assert_reference(&store.begin().await.unwrap().put_ui_customization(&missing).await);
}
