//! Statements of `users`: what is kept of one, and writers that meet.

use domain::users::User;
use storage::{NotWritten, StoreError};
use tokio::task::JoinSet;
use uuid::Uuid;
use wire::UserStatusType;

use crate::database::{TestDatabase, on_both};
use crate::samples::{assert_reference, at, insert_pool, insert_user, pool, texts, user};

on_both!(
    a_user_is_read_as_it_was_written_and_saved,
    every_status_comes_back,
    a_user_saved_by_somebody_else_is_not_overwritten,
    of_many_saves_at_once_none_is_lost,
    of_many_sign_ups_with_one_name_one_gets_it,
    a_sub_is_taken_once,
    a_sub_is_no_other_user_s_name,
    a_deleted_user_leaves_its_names_free,
    a_user_of_a_missing_pool_is_refused,
);

async fn a_user_is_read_as_it_was_written_and_saved(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let mut bob = user(&pool, 1, "bob");
    insert_user(&store, &pool, &bob).await;
    let read = store.read().await.unwrap().user(&pool, "bob").await.unwrap();
    assert!(read.as_ref() == Some(&bob));

    bob.status = UserStatusType::ResetRequired;
    bob.enabled = false;
    bob.attributes = texts([("email", "bob@example.com"), ("custom:größe", "\"x\"\\\n"), ("name", "")]);
    bob.password = None;
    bob.password_disabled = true;
    bob.modified_at = at(1);
    let mut tx = store.begin().await.unwrap();
    tx.save_user(&pool, &bob).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    bob.version += 1;
    let read = store.read_latest().await.unwrap().user(&pool, "bob").await.unwrap();
    assert!(read.as_ref() == Some(&bob));
    assert!(store.read().await.unwrap().user(&pool, "nobody").await.unwrap().is_none());
}

async fn every_status_comes_back(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    for (number, status) in (1..).zip(UserStatusType::ALL) {
        let user = User { status: *status, ..user(&pool, number, status.as_str()) };
        let user = User { username: user.username.to_lowercase(), ..user };
        insert_user(&store, &pool, &user).await;
        let read = store.read().await.unwrap().user(&pool, &user.username).await.unwrap();
        assert!(read.as_ref() == Some(&user), "{status}");
    }
}

async fn a_user_saved_by_somebody_else_is_not_overwritten(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let mine = user(&pool, 1, "bob");
    let theirs = User { enabled: false, ..mine.clone() };
    insert_user(&store, &pool, &mine).await;
    for (user, written) in [
        (&theirs, Ok(())),
        (&mine, Err(NotWritten::Changed)),
        (&user(&pool, 2, "eve"), Err(NotWritten::Changed)),
    ] {
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.save_user(&pool, user).await.unwrap(), written);
        tx.commit().await.unwrap();
    }
    let read = store.read().await.unwrap().user(&pool, "bob").await.unwrap().unwrap();
    assert!(read == User { version: 2, ..theirs });
}

async fn of_many_saves_at_once_none_is_lost(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    insert_user(&store, &pool, &user(&pool, 1, "bob")).await;
    let mut writers = JoinSet::new();
    for writer in 0..20 {
        let (store, pool) = (store.clone(), pool.clone());
        writers.spawn(async move {
            loop {
                let mut tx = store.begin().await.unwrap();
                let mut user = tx.user(&pool, "bob").await.unwrap().unwrap();
                user.attributes.insert(format!("custom:{writer}"), "x".to_owned());
                if tx.save_user(&pool, &user).await.unwrap().is_ok() {
                    break tx.commit().await.unwrap();
                }
            }
        });
    }
    writers.join_all().await;
    let bob = store.read().await.unwrap().user(&pool, "bob").await.unwrap().unwrap();
    let custom = bob.attributes.keys().filter(|name| name.starts_with("custom:")).count();
    assert_eq!((custom, bob.version), (20, 21));
}

async fn of_many_sign_ups_with_one_name_one_gets_it(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let mut callers = JoinSet::new();
    for number in 1..=50 {
        let (store, pool) = (store.clone(), pool.clone());
        callers.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let outcome = tx.insert_user(&pool, &user(&pool, number, "bob")).await.unwrap();
            if outcome.is_ok() {
                tx.commit().await.unwrap();
            }
            outcome
        });
    }
    let outcomes = callers.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Err(NotWritten::UsernameTaken)).count(), 49);
    let described = store.read().await.unwrap().described_user_pool(&pool.scope, &pool.id).await.unwrap();
    assert_eq!(described.unwrap().users, 1);
}

async fn a_sub_is_no_other_user_s_name(database: &TestDatabase) {
    let store = database.store().await;
    let (one, other) = (pool("A"), pool("B"));
    insert_pool(&store, &one).await;
    insert_pool(&store, &other).await;
    let bob = user(&one, 1, "bob");
    insert_user(&store, &one, &bob).await;
    for name in [bob.id.to_string(), bob.id.to_string().to_uppercase(), bob.id.simple().to_string()] {
        let mut tx = store.begin().await.unwrap();
        let taken = tx.insert_user(&one, &user(&one, 2, &name)).await.unwrap();
        assert_eq!(taken, Err(NotWritten::UsernameTaken), "{name}");
    }
    let mut tx = store.begin().await.unwrap();
    let sub = bob.id.to_string();
    assert_eq!(tx.insert_user(&other, &user(&other, 3, &sub)).await.unwrap(), Ok(()));
    // Its own sub is a user's name where users sign in by an attribute.
    let own = user(&one, 4, "");
    let own = domain::users::User { username: own.id.to_string(), ..own };
    assert_eq!(tx.insert_user(&one, &own).await.unwrap(), Ok(()));
    tx.commit().await.unwrap();
}

async fn a_sub_is_taken_once(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    insert_user(&store, &pool, &user(&pool, 1, "bob")).await;
    let mut tx = store.begin().await.unwrap();
    let again = tx.insert_user(&pool, &user(&pool, 1, "eve")).await;
    assert!(matches!(again, Err(StoreError::Conflict)));
}

async fn a_deleted_user_leaves_its_names_free(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let attributes =
        texts([("email", "bob@example.com"), ("email_verified", "true"), ("preferred_username", "bobby")]);
    let bob = User { attributes, ..user(&pool, 1, "bob") };
    insert_user(&store, &pool, &bob).await;
    for deleted in [true, false] {
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.delete_user(&bob).await.unwrap(), deleted);
        tx.commit().await.unwrap();
    }
    let mut read = store.read().await.unwrap();
    for name in ["bob", "bob@example.com", "bobby"] {
        assert!(read.user(&pool, name).await.unwrap().is_none(), "{name}");
    }
    drop(read);
    insert_user(&store, &pool, &User { id: Uuid::from_u128(2), ..bob }).await;
}

async fn a_user_of_a_missing_pool_is_refused(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    let mut tx = store.begin().await.unwrap();
    assert_reference(&tx.insert_user(&pool, &user(&pool, 1, "bob")).await);
}
