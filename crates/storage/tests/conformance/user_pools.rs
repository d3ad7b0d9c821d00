//! Statements of `user_pools`.

use domain::scope::Scope;
use domain::user_pools::UserPool;
use storage::{Position, StoreError};
use wire::{SoftwareTokenMfaConfigType, UserPoolMfaType};

use crate::database::{TestDatabase, on_both};
use crate::samples::{at, insert_pool, insert_user, pool, prefix_domain, texts, user};

on_both!(
    a_pool_is_read_as_it_was_written_and_saved,
    a_pool_of_another_account_or_region_does_not_exist,
    a_pool_saved_by_somebody_else_is_not_overwritten,
    a_pool_id_is_taken_once,
    pools_are_listed_by_age_to_the_end,
    a_described_pool_shows_its_domains_and_size,
    a_pool_with_a_domain_cannot_be_deleted,
);

async fn a_pool_is_read_as_it_was_written_and_saved(database: &TestDatabase) {
    let store = database.store().await;
    let mut pool = pool("A");
    insert_pool(&store, &pool).await;
    let mut read = store.read().await.unwrap();
    assert_eq!(read.user_pool(&pool.scope, &pool.id).await.unwrap().as_ref(), Some(&pool));
    drop(read);

    pool.name = "B".to_owned();
    pool.settings.mfa_configuration = Some(UserPoolMfaType::Optional);
    pool.schema = pool.schema.with_identities();
    pool.mfa.software_token = Some(SoftwareTokenMfaConfigType { enabled: Some(true) });
    pool.tags = texts([]);
    pool.modified_at = at(1);
    let mut tx = store.begin().await.unwrap();
    assert!(tx.save_user_pool(&pool).await.unwrap());
    tx.commit().await.unwrap();
    pool.version += 1;
    let mut read = store.read_latest().await.unwrap();
    assert_eq!(read.user_pool(&pool.scope, &pool.id).await.unwrap().as_ref(), Some(&pool));
    drop(read);

    for deleted in [true, false] {
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.delete_user_pool(&pool.id).await.unwrap(), deleted);
        assert!(tx.user_pool(&pool.scope, &pool.id).await.unwrap().is_none());
        tx.commit().await.unwrap();
    }
}

async fn a_pool_of_another_account_or_region_does_not_exist(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    for scope in [
        Scope { account: "123456789012".to_owned(), ..pool.scope.clone() },
        Scope { region: "eu-west-1".to_owned(), ..pool.scope.clone() },
    ] {
        let mut read = store.read().await.unwrap();
        assert!(read.user_pool(&scope, &pool.id).await.unwrap().is_none());
        assert!(read.described_user_pool(&scope, &pool.id).await.unwrap().is_none());
        assert!(read.user_pools(&scope, &Position::start(), 10).await.unwrap().is_empty());
    }
}

async fn a_pool_saved_by_somebody_else_is_not_overwritten(database: &TestDatabase) {
    let store = database.store().await;
    let mine = pool("A");
    let theirs = UserPool { name: "theirs".to_owned(), ..mine.clone() };
    insert_pool(&store, &mine).await;
    for (pool, saved) in [(&theirs, true), (&mine, false)] {
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.save_user_pool(pool).await.unwrap(), saved);
        tx.commit().await.unwrap();
    }
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.user_pool(&mine.scope, &mine.id).await.unwrap().unwrap().name, "theirs");
    assert!(!tx.save_user_pool(&pool("nobody")).await.unwrap());
}

async fn a_pool_id_is_taken_once(database: &TestDatabase) {
    let store = database.store().await;
    insert_pool(&store, &pool("A")).await;
    let mut tx = store.begin().await.unwrap();
    assert!(matches!(tx.insert_user_pool(&pool("A")).await, Err(StoreError::Conflict)));
}

async fn pools_are_listed_by_age_to_the_end(database: &TestDatabase) {
    let store = database.store().await;
    // Many of the same age, and ids that collations order differently than bytes.
    let mut expected = Vec::new();
    for (number, name) in ["b", "A", "a", "_", "B", "Z", "z", "0", "9", "ab", "aB"].iter().enumerate() {
        let pool = UserPool { created_at: at(i64::from(number % 4 == 3)), ..pool(name) };
        insert_pool(&store, &pool).await;
        expected.push(pool.id);
    }
    for limit in [1, 2, 3, 11, 20] {
        let (mut after, mut listed) = (Position::start(), Vec::<UserPool>::new());
        loop {
            let mut read = store.read_latest().await.unwrap();
            let page = read.user_pools(&Scope::default(), &after, limit).await.unwrap();
            assert!(i64::try_from(page.len()).unwrap() <= limit);
            let Some(last) = page.last() else { break };
            after = Position { created_at: last.created_at, id: last.id.to_string() };
            listed.extend(page);
        }
        assert!(listed.is_sorted_by_key(|pool| pool.created_at));
        let mut listed: Vec<_> = listed.into_iter().map(|pool| pool.id).collect();
        listed.sort();
        expected.sort();
        assert_eq!(listed, expected, "in pages of {limit}");
    }
}

async fn a_described_pool_shows_its_domains_and_size(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    insert_user(&store, &other, &user(&other, 1, "bob")).await;
    let describe = async || {
        let mut read = store.read().await.unwrap();
        let described = read.described_user_pool(&pool.scope, &pool.id).await.unwrap().unwrap();
        assert_eq!(described.pool, pool);
        (described.prefix_domain, described.custom_domain, described.users)
    };
    assert_eq!(describe().await, (None, None, 0));

    let mut tx = store.begin().await.unwrap();
    for domain in crate::domains::both_kinds(&pool) {
        assert!(tx.insert_domain(&domain).await.unwrap());
    }
    tx.commit().await.unwrap();
    // Ids that differ in their first byte are counted in different rows.
    for number in 0..40u128 {
        insert_user(&store, &pool, &user(&pool, number << 120, &format!("{number}"))).await;
    }
    let domains = (Some("shop".to_owned()), Some("auth.example.com".to_owned()));
    assert_eq!(describe().await, (domains.0.clone(), domains.1.clone(), 40));

    for number in 0..13u128 {
        let mut tx = store.begin().await.unwrap();
        let gone = user(&pool, number << 120, "");
        assert!(tx.delete_user(&gone).await.unwrap());
        assert!(!tx.delete_user(&gone).await.unwrap(), "and is not counted twice");
        tx.commit().await.unwrap();
    }
    assert_eq!(describe().await, (domains.0, domains.1, 27));
}

async fn a_pool_with_a_domain_cannot_be_deleted(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.insert_domain(&prefix_domain(&pool, "shop")).await.unwrap());
    tx.commit().await.unwrap();

    let mut tx = store.begin().await.unwrap();
    assert!(matches!(tx.delete_user_pool(&pool.id).await, Err(StoreError::Reference)));
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    assert!(tx.user_pool(&pool.scope, &pool.id).await.unwrap().is_some());
    assert!(tx.delete_domain(&pool.id, "shop").await.unwrap());
    assert!(tx.delete_user_pool(&pool.id).await.unwrap());
    tx.commit().await.unwrap();
}
