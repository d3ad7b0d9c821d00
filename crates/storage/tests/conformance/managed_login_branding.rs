//! Statements of `managed_login_brandings` and `managed_login_assets`.

use domain::app_clients::AppClient;
use domain::managed_login_branding::{Look, LookImage, ManagedLoginBranding};
use storage::Store;
use uuid::Uuid;
use wire::{AssetCategoryType, ColorSchemeModeType};

use crate::brand_samples::{asset, branding};
use crate::database::{TestDatabase, on_both};
use crate::samples::{assert_reference, at, client, insert_client, insert_pool, pool};

on_both!(
    a_style_is_read_as_it_was_written_and_saved,
    a_client_has_at_most_one_style,
    of_many_that_give_one_client_a_style_at_once_one_succeeds,
    a_style_saved_by_somebody_else_is_not_overwritten,
    a_style_of_another_pool_does_not_exist,
    a_look_has_what_pages_need_and_no_bytes,
    a_style_of_a_missing_pool_or_client_is_refused,
);

async fn store_with_client(database: &TestDatabase) -> (Store, AppClient) {
    let store = database.store().await;
    let pool = pool("A");
    let client = client(&pool, "1");
    insert_pool(&store, &pool).await;
    insert_client(&store, &client).await;
    (store, client)
}

async fn a_style_is_read_as_it_was_written_and_saved(database: &TestDatabase) {
    let (store, client) = store_with_client(database).await;
    let mut style = branding(&client, 1);
    let mut tx = store.begin().await.unwrap();
    assert!(!tx.has_managed_login_branding(&style.pool_id).await.unwrap());
    assert!(tx.insert_managed_login_branding(&style).await.unwrap());
    assert!(tx.has_managed_login_branding(&style.pool_id).await.unwrap());
    assert_eq!(tx.managed_login_branding(&style.pool_id, &style.id).await.unwrap().as_ref(), Some(&style));
    assert_eq!(tx.managed_login_branding_of_client(&client.id).await.unwrap().as_ref(), Some(&style));

    style.settings = None;
    style.use_cognito_provided_values = true;
    style.modified_at = at(1);
    let assets = std::mem::take(&mut style.assets);
    assert!(tx.save_managed_login_branding(&style).await.unwrap());
    style.version += 1;
    let kept = ManagedLoginBranding { assets, ..style.clone() };
    assert_eq!(tx.managed_login_branding(&style.pool_id, &style.id).await.unwrap(), Some(kept));

    for assets in
        [vec![asset(AssetCategoryType::PageBackground, ColorSchemeModeType::Dark, &[7; 100_000])], Vec::new()]
    {
        style.assets = assets;
        tx.save_managed_login_assets(&style).await.unwrap();
        let read = tx.managed_login_branding(&style.pool_id, &style.id).await.unwrap();
        assert_eq!(read.as_ref(), Some(&style));
        assert_eq!(tx.managed_login_branding_of_client(&client.id).await.unwrap().as_ref(), Some(&style));
    }

    for deleted in [true, false] {
        assert_eq!(tx.delete_managed_login_branding(&style.pool_id, &style.id).await.unwrap(), deleted);
        assert!(tx.managed_login_branding(&style.pool_id, &style.id).await.unwrap().is_none());
    }
    assert!(tx.managed_login_branding_of_client(&client.id).await.unwrap().is_none());
    assert!(!tx.save_managed_login_branding(&style).await.unwrap());
    tx.commit().await.unwrap();
}

async fn a_client_has_at_most_one_style(database: &TestDatabase) {
    let (store, client) = store_with_client(database).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.insert_managed_login_branding(&branding(&client, 1)).await.unwrap());
    assert!(!tx.insert_managed_login_branding(&branding(&client, 2)).await.unwrap());
    let read = tx.managed_login_branding_of_client(&client.id).await.unwrap().unwrap();
    assert_eq!(read, branding(&client, 1));
}

async fn of_many_that_give_one_client_a_style_at_once_one_succeeds(database: &TestDatabase) {
    let (store, client) = store_with_client(database).await;
    let mut callers = tokio::task::JoinSet::new();
    for number in 0..20 {
        let (store, client) = (store.clone(), client.clone());
        callers.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let inserted = tx.insert_managed_login_branding(&branding(&client, number)).await.unwrap();
            tx.commit().await.unwrap();
            inserted
        });
    }
    assert_eq!(callers.join_all().await.into_iter().filter(|inserted| *inserted).count(), 1);
    let read = store.read().await.unwrap().managed_login_branding_of_client(&client.id).await.unwrap();
    assert_eq!(read.unwrap().assets.len(), 2);
}

async fn a_style_saved_by_somebody_else_is_not_overwritten(database: &TestDatabase) {
    let (store, client) = store_with_client(database).await;
    let mine = branding(&client, 1);
    let theirs = ManagedLoginBranding { settings: None, ..mine.clone() };
    let mut tx = store.begin().await.unwrap();
    assert!(tx.insert_managed_login_branding(&mine).await.unwrap());
    assert!(tx.save_managed_login_branding(&theirs).await.unwrap());
    assert!(!tx.save_managed_login_branding(&mine).await.unwrap());
    let read = tx.managed_login_branding(&mine.pool_id, &mine.id).await.unwrap().unwrap();
    assert_eq!((read.settings, read.version), (None, 2));
}

async fn a_style_of_another_pool_does_not_exist(database: &TestDatabase) {
    let (store, client) = store_with_client(database).await;
    let other = pool("B");
    insert_pool(&store, &other).await;
    let style = branding(&client, 1);
    let mut tx = store.begin().await.unwrap();
    assert!(tx.insert_managed_login_branding(&style).await.unwrap());
    assert!(tx.managed_login_branding(&other.id, &style.id).await.unwrap().is_none());
    assert!(!tx.delete_managed_login_branding(&other.id, &style.id).await.unwrap());
    assert!(tx.managed_login_branding(&client.pool_id, &Uuid::from_u128(9)).await.unwrap().is_none());
    assert!(tx.managed_login_branding(&client.pool_id, &style.id).await.unwrap().is_some());
}

async fn a_look_has_what_pages_need_and_no_bytes(database: &TestDatabase) {
    let (store, first) = store_with_client(database).await;
    let second = client(&pool("A"), "2");
    insert_client(&store, &second).await;
    let style = branding(&first, 1);
    let plain = ManagedLoginBranding { settings: None, assets: Vec::new(), ..branding(&second, 2) };
    let mut tx = store.begin().await.unwrap();
    assert!(tx.managed_login_look(&first.id).await.unwrap().is_none());
    assert!(tx.insert_managed_login_branding(&style).await.unwrap());
    assert!(tx.insert_managed_login_branding(&plain).await.unwrap());

    let images: Vec<LookImage> = style
        .assets
        .iter()
        .map(|asset| LookImage {
            category: asset.category,
            color_mode: asset.color_mode,
            extension: asset.extension,
            digest: asset.digest.clone(),
        })
        .collect();
    let look = tx.managed_login_look(&first.id).await.unwrap();
    assert_eq!(look, Some(Look::new(style.settings.as_ref(), images.clone())));
    assert_eq!(tx.managed_login_look(&second.id).await.unwrap(), Some(Look::new(None, Vec::new())));

    for (image, asset) in images.iter().zip(&style.assets) {
        let bytes = tx.managed_login_image(&first.id, image).await.unwrap();
        assert_eq!(bytes.as_ref(), Some(&asset.bytes));
        assert_eq!(tx.managed_login_image(&second.id, image).await.unwrap(), None);
    }
    let before = LookImage { digest: "another".to_owned(), ..images[0].clone() };
    assert_eq!(tx.managed_login_image(&first.id, &before).await.unwrap(), None);
}

async fn a_style_of_a_missing_pool_or_client_is_refused(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    let style = branding(&client(&pool, "1"), 1);
    assert_reference(&store.begin().await.unwrap().insert_managed_login_branding(&style).await);
    insert_pool(&store, &pool).await;
    assert_reference(&store.begin().await.unwrap().insert_managed_login_branding(&style).await);
}
