//! Statements of `terms`.

use domain::terms::Terms;
use storage::StoreError;

use crate::brand_samples::terms;
use crate::database::{TestDatabase, on_both};
use crate::samples::{assert_reference, at, client, insert_client, insert_pool, pool, texts};

on_both!(
    terms_are_read_as_they_were_written_and_saved,
    a_client_has_terms_of_one_name_once,
    terms_saved_by_somebody_else_are_not_overwritten,
    terms_are_listed_by_age_to_the_end,
    terms_of_a_missing_client_are_refused,
);

async fn terms_are_read_as_they_were_written_and_saved(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    let client = client(&pool, "1");
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    insert_client(&store, &client).await;
    let (use_of, privacy) = (terms(&client, 1, "terms-of-use"), terms(&client, 2, "privacy-policy"));
    let mut tx = store.begin().await.unwrap();
    assert!(tx.insert_terms(&use_of).await.unwrap());
    assert!(tx.insert_terms(&privacy).await.unwrap());
    assert_eq!(tx.terms(&pool.id, &use_of.id).await.unwrap().as_ref(), Some(&use_of));
    assert_eq!(tx.terms_of_client(&client.id).await.unwrap(), [privacy.clone(), use_of.clone()]);
    assert_eq!(tx.terms(&other.id, &use_of.id).await.unwrap(), None);
    assert!(!tx.delete_terms(&other.id, &use_of.id).await.unwrap());

    let links = texts([("cognito:french", "https://example.com/fr")]);
    let changed = Terms { links, modified_at: at(1), ..use_of };
    assert!(tx.save_terms(&changed).await.unwrap());
    let expected = Terms { version: 2, ..changed.clone() };
    assert_eq!(tx.terms(&pool.id, &changed.id).await.unwrap(), Some(expected));
    for deleted in [true, false] {
        assert_eq!(tx.delete_terms(&pool.id, &changed.id).await.unwrap(), deleted);
    }
    assert!(!tx.save_terms(&changed).await.unwrap());
    assert_eq!(tx.terms_of_client(&client.id).await.unwrap(), [privacy]);
    tx.commit().await.unwrap();
}

async fn a_client_has_terms_of_one_name_once(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    let (one, two) = (client(&pool, "1"), client(&pool, "2"));
    insert_pool(&store, &pool).await;
    for client in [&one, &two] {
        insert_client(&store, client).await;
    }
    let mut tx = store.begin().await.unwrap();
    assert!(tx.insert_terms(&terms(&one, 1, "terms-of-use")).await.unwrap());
    assert!(!tx.insert_terms(&terms(&one, 2, "terms-of-use")).await.unwrap());
    assert!(tx.insert_terms(&terms(&two, 3, "terms-of-use")).await.unwrap());
    let privacy = terms(&one, 4, "privacy-policy");
    assert!(tx.insert_terms(&privacy).await.unwrap());
    tx.commit().await.unwrap();

    let renamed = Terms { name: "terms-of-use".to_owned(), ..privacy };
    let mut tx = store.begin().await.unwrap();
    assert!(matches!(tx.save_terms(&renamed).await, Err(StoreError::Conflict)));
}

async fn terms_saved_by_somebody_else_are_not_overwritten(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    let client = client(&pool, "1");
    insert_pool(&store, &pool).await;
    insert_client(&store, &client).await;
    let mine = terms(&client, 1, "terms-of-use");
    let theirs = Terms { name: "privacy-policy".to_owned(), ..mine.clone() };
    let mut tx = store.begin().await.unwrap();
    assert!(tx.insert_terms(&mine).await.unwrap());
    assert!(tx.save_terms(&theirs).await.unwrap());
    assert!(!tx.save_terms(&mine).await.unwrap());
    let read = tx.terms(&pool.id, &mine.id).await.unwrap().unwrap();
    assert_eq!((read.name.as_str(), read.version), ("privacy-policy", 2));
}

async fn terms_are_listed_by_age_to_the_end(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let mut expected = Vec::new();
    for number in 0..11u8 {
        let client = client(&pool, &format!("{number}"));
        insert_client(&store, &client).await;
        // Ids that count down, and whose first byte is above 127 for some.
        let id = (u128::from(20 - number) << 123) + 1;
        let terms = Terms { created_at: at(i64::from(number / 4)), ..terms(&client, id, "terms-of-use") };
        let mut tx = store.begin().await.unwrap();
        assert!(tx.insert_terms(&terms).await.unwrap());
        tx.commit().await.unwrap();
        expected.push(terms);
    }
    expected.sort_by_key(|terms| (terms.created_at, terms.id));
    let (mut after, mut listed) = (None, Vec::new());
    loop {
        let page = store.read_latest().await.unwrap().terms_of_pool(&pool.id, after, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.created_at, last.id));
        listed.extend(page);
    }
    assert_eq!(listed, expected);
}

async fn terms_of_a_missing_client_are_refused(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let mut tx = store.begin().await.unwrap();
    assert_reference(&tx.insert_terms(&terms(&client(&pool, "1"), 1, "terms-of-use")).await);
}
