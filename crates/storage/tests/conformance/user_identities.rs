//! Statements of `user_identities`: whom an identity finds, and who gets one.

use domain::federation::IdentityKey;
use domain::users::User;
use storage::Store;
use tokio::task::JoinSet;

use crate::database::{TestDatabase, on_both};
use crate::samples::{at, insert_pool, insert_user, pool, user};

on_both!(
    an_identity_finds_its_user,
    an_identity_stands_for_one_user,
    an_identity_is_taken_from_who_has_it,
    the_attributes_of_a_providers_identities_are_listed_once,
    of_many_who_want_an_identity_at_once_one_gets_it,
);

fn key(provider: &str, name: &str, value: &str) -> IdentityKey {
    IdentityKey {
        provider_name: provider.to_owned(),
        attribute_name: name.to_owned(),
        value: value.to_owned(),
    }
}

fn subject(value: &str) -> IdentityKey {
    key("Corp", "Cognito_Subject", value)
}

async fn insert(store: &Store, user: &User, key: &IdentityKey, is_primary: bool) -> bool {
    let mut tx = store.begin().await.unwrap();
    let inserted = tx.insert_user_identity(user, key, is_primary, at(0)).await.unwrap();
    tx.commit().await.unwrap();
    inserted
}

async fn an_identity_finds_its_user(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    let (bob, eve) = (user(&pool, 1, "bob"), user(&pool, 2, "eve"));
    insert_user(&store, &pool, &bob).await;
    insert_user(&store, &pool, &eve).await;
    assert!(insert(&store, &bob, &subject("Äb|1"), true).await);
    assert!(insert(&store, &bob, &key("Google", "Cognito_Subject", "Äb|1"), false).await);
    assert!(insert(&store, &eve, &key("Corp", "email", "eve@example.com"), false).await);
    let mut read = store.read_latest().await.unwrap();
    for (key, found) in [
        (subject("Äb|1"), Some((&bob, true))),
        (key("Google", "Cognito_Subject", "Äb|1"), Some((&bob, false))),
        (key("Corp", "email", "eve@example.com"), Some((&eve, false))),
        (subject("äb|1"), None),
        (subject("eve@example.com"), None),
        (key("corp", "Cognito_Subject", "Äb|1"), None),
    ] {
        let identified = read.user_by_identity(&pool.id, &key).await.unwrap();
        let identified = identified.map(|found| (found.user, found.is_primary));
        assert!(identified == found.map(|(user, is_primary)| (user.clone(), is_primary)), "{key:?}");
    }
    assert!(read.user_by_identity(&other.id, &subject("Äb|1")).await.unwrap().is_none());
}

async fn an_identity_stands_for_one_user(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    let (bob, eve, elsewhere) = (user(&pool, 1, "bob"), user(&pool, 2, "eve"), user(&other, 3, "bob"));
    insert_user(&store, &pool, &bob).await;
    insert_user(&store, &pool, &eve).await;
    insert_user(&store, &other, &elsewhere).await;
    for (user, is_new) in [(&bob, true), (&bob, false), (&eve, false), (&elsewhere, true)] {
        assert_eq!(insert(&store, user, &subject("1"), true).await, is_new);
    }
    let found = store.read().await.unwrap().user_by_identity(&pool.id, &subject("1")).await.unwrap();
    assert!(found.unwrap().user == bob);
}

async fn an_identity_is_taken_from_who_has_it(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let (bob, eve) = (user(&pool, 1, "bob"), user(&pool, 2, "eve"));
    insert_user(&store, &pool, &bob).await;
    insert_user(&store, &pool, &eve).await;
    insert(&store, &bob, &subject("1"), false).await;
    insert(&store, &bob, &subject("2"), false).await;
    for (user, key, is_taken) in [
        (&eve, subject("1"), false),
        (&bob, key("Corp", "email", "1"), false),
        (&bob, subject("1"), true),
        (&bob, subject("1"), false),
    ] {
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.delete_user_identity(user, &key).await.unwrap(), is_taken, "{key:?}");
        tx.commit().await.unwrap();
    }
    let mut read = store.read().await.unwrap();
    assert!(read.user_by_identity(&pool.id, &subject("1")).await.unwrap().is_none());
    assert!(read.user_by_identity(&pool.id, &subject("2")).await.unwrap().is_some());
}

async fn the_attributes_of_a_providers_identities_are_listed_once(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let bob = user(&pool, 1, "bob");
    insert_user(&store, &pool, &bob).await;
    for (provider, name, value) in [
        ("Corp", "email", "1"),
        ("Corp", "email", "2"),
        ("Corp", "Cognito_Subject", "1"),
        ("Corp", "custom:größe", "1"),
        ("Google", "name", "1"),
    ] {
        insert(&store, &bob, &key(provider, name, value), false).await;
    }
    let mut read = store.read().await.unwrap();
    let expected = ["Cognito_Subject", "custom:größe", "email"];
    assert_eq!(read.identity_attribute_names(&pool.id, "Corp").await.unwrap(), expected);
    assert!(read.identity_attribute_names(&pool.id, "Other").await.unwrap().is_empty());
}

async fn of_many_who_want_an_identity_at_once_one_gets_it(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let mut callers = JoinSet::new();
    for number in 1..=20 {
        let (store, user) = (store.clone(), user(&pool, number, &format!("{number}")));
        insert_user(&store, &pool, &user).await;
        callers.spawn(async move { insert(&store, &user, &subject("1"), true).await });
    }
    let outcomes = callers.join_all().await;
    assert_eq!(outcomes.into_iter().filter(|is_new| *is_new).count(), 1);
}
