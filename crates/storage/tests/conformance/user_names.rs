//! Which names find a user, and which names are taken.

use domain::user_pools::{PoolSettings, UserPool};
use domain::users::{Alias, User};
use storage::{NotWritten, Store};
use tokio::task::JoinSet;
use wire::{UserStatusType, UsernameAttributeType};

use crate::database::{TestDatabase, on_both};
use crate::samples::{insert_pool, insert_user, pool, texts, user};

on_both!(
    a_user_is_found_by_its_username_and_its_active_aliases,
    a_username_goes_before_an_alias,
    case_counts_only_where_the_pool_says_so,
    a_user_who_signs_in_by_an_attribute_is_found_by_it_and_by_sub,
    taken_names_are_told_apart,
    a_saved_user_is_found_by_its_new_aliases_only,
    of_many_users_that_want_one_alias_at_once_one_gets_it,
);

/// All three aliases, active.
fn with_aliases(user: User, name: &str, phone_number: &str) -> User {
    let email = format!("{name}@example.com");
    let attributes = texts([
        ("email", email.as_str()),
        ("email_verified", "true"),
        ("phone_number", phone_number),
        ("phone_number_verified", "true"),
        ("preferred_username", name),
    ]);
    User { attributes, ..user }
}

fn email(key: &str) -> Alias {
    Alias { attribute: "email", key: key.to_owned() }
}

async fn found(store: &Store, pool: &UserPool, name: &str) -> Option<String> {
    let mut read = store.read().await.unwrap();
    read.user(pool, name).await.unwrap().map(|user| user.username)
}

async fn a_user_is_found_by_its_username_and_its_active_aliases(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    let bob = with_aliases(user(&pool, 1, "bob"), "Bobby", "+15550001");
    let unverified = User { attributes: texts([("email", "eve@example.com")]), ..user(&pool, 2, "eve") };
    let unconfirmed = User {
        status: UserStatusType::Unconfirmed,
        ..with_aliases(user(&pool, 3, "amy"), "amelie", "+15550002")
    };
    for user in [&bob, &unverified, &unconfirmed] {
        insert_user(&store, &pool, user).await;
    }
    for (name, user) in [
        ("bob", Some("bob")),
        ("BOB", Some("bob")),
        ("bobby@example.com", Some("bob")),
        ("BOBBY@EXAMPLE.COM", Some("bob")),
        ("+15550001", Some("bob")),
        ("bobby", Some("bob")),
        ("bo", None),
        ("bob%", None),
        ("eve@example.com", None),
        ("amy", Some("amy")),
        ("amelie@example.com", None),
        ("+15550002", None),
        ("amelie", None),
    ] {
        assert_eq!(found(&store, &pool, name).await.as_deref(), user, "{name}");
        assert_eq!(found(&store, &other, name).await, None, "{name} in another pool");
    }
    let mut read = store.read().await.unwrap();
    let holder = read.user_by_alias(&pool.id, &email("bobby@example.com")).await.unwrap();
    assert!(holder == Some(bob));
    assert!(read.user_by_alias(&other.id, &email("bobby@example.com")).await.unwrap().is_none());
}

async fn a_username_goes_before_an_alias(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    insert_user(&store, &pool, &with_aliases(user(&pool, 1, "bob"), "eve", "+15550001")).await;
    assert_eq!(found(&store, &pool, "eve").await.as_deref(), Some("bob"));
    insert_user(&store, &pool, &user(&pool, 2, "eve")).await;
    assert_eq!(found(&store, &pool, "eve").await.as_deref(), Some("eve"));
}

async fn case_counts_only_where_the_pool_says_so(database: &TestDatabase) {
    let store = database.store().await;
    let folding = pool("A");
    let exact = UserPool {
        settings: PoolSettings { username_configuration: None, ..pool("B").settings },
        ..pool("B")
    };
    for (pool, second, name) in [(&folding, Err(NotWritten::UsernameTaken), "bob"), (&exact, Ok(()), "BOB")] {
        insert_pool(&store, pool).await;
        let number = u128::from(pool.is_case_sensitive()) * 10;
        insert_user(&store, pool, &user(pool, number, "bob")).await;
        let mut tx = store.begin().await.unwrap();
        let outcome = tx.insert_user(pool, &user(pool, number + 1, "BOB")).await.unwrap();
        assert_eq!(outcome, second);
        if outcome.is_ok() {
            tx.commit().await.unwrap();
        }
        assert_eq!(found(&store, pool, "BOB").await.as_deref(), Some(name));
        assert_eq!(found(&store, pool, "bob").await.as_deref(), Some("bob"));
    }
}

async fn a_user_who_signs_in_by_an_attribute_is_found_by_it_and_by_sub(database: &TestDatabase) {
    let store = database.store().await;
    let settings = PoolSettings {
        alias_attributes: None,
        username_attributes: Some(vec![UsernameAttributeType::Email]),
        ..pool("A").settings
    };
    let pool = UserPool { settings, ..pool("A") };
    insert_pool(&store, &pool).await;
    let unconfirmed = User { status: UserStatusType::Unconfirmed, ..user(&pool, 0xab, "") };
    let sub = unconfirmed.id.to_string();
    let attributes = texts([("email", "bob@example.com")]);
    insert_user(&store, &pool, &User { username: sub.clone(), attributes, ..unconfirmed }).await;
    for name in ["bob@example.com", "Bob@Example.com", &sub, &sub.to_uppercase()] {
        assert_eq!(found(&store, &pool, name).await.as_ref(), Some(&sub), "{name}");
    }
    let mut tx = store.begin().await.unwrap();
    let another = User { attributes: texts([("email", "BOB@example.com")]), ..user(&pool, 2, "another sub") };
    let outcome = tx.insert_user(&pool, &another).await.unwrap();
    assert_eq!(outcome, Err(NotWritten::AliasTaken(email("bob@example.com"))));
}

async fn taken_names_are_told_apart(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    insert_user(&store, &pool, &with_aliases(user(&pool, 1, "bob"), "bobby", "+15550001")).await;
    let eve = with_aliases(user(&pool, 2, "eve"), "evie", "+15550002");
    insert_user(&store, &pool, &eve).await;
    let alias = |attribute, key: &str| Err(NotWritten::AliasTaken(Alias { attribute, key: key.to_owned() }));
    for (name, value, outcome) in [
        ("email", "Bobby@example.com", alias("email", "bobby@example.com")),
        ("phone_number", "+15550001", alias("phone_number", "+15550001")),
        ("preferred_username", "BOBBY", alias("preferred_username", "bobby")),
    ] {
        let mut saved = eve.clone();
        saved.attributes.insert(name.to_owned(), value.to_owned());
        let mut inserted = with_aliases(user(&pool, 3, "amy"), "amelie", "+15550003");
        inserted.attributes.insert(name.to_owned(), value.to_owned());
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.save_user(&pool, &saved).await.unwrap(), outcome);
        drop(tx);
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.insert_user(&pool, &inserted).await.unwrap(), outcome);
    }
    let mut tx = store.begin().await.unwrap();
    let outcome = tx.insert_user(&pool, &user(&pool, 4, "Bob")).await.unwrap();
    assert_eq!(outcome, Err(NotWritten::UsernameTaken));
    drop(tx);
    assert!(store.read().await.unwrap().user(&pool, "eve").await.unwrap() == Some(eve));
    assert_eq!(found(&store, &pool, "amy").await, None);
}

async fn a_saved_user_is_found_by_its_new_aliases_only(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let bob = with_aliases(user(&pool, 1, "bob"), "bobby", "+15550001");
    insert_user(&store, &pool, &bob).await;
    let mut tx = store.begin().await.unwrap();
    let changed = with_aliases(bob, "robert", "+15550001").without_verified("phone_number");
    tx.save_user(&pool, &changed).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    for (name, user) in [
        ("robert", Some("bob")),
        ("robert@example.com", Some("bob")),
        ("bob", Some("bob")),
        ("bobby", None),
        ("bobby@example.com", None),
        ("+15550001", None),
    ] {
        assert_eq!(found(&store, &pool, name).await.as_deref(), user, "{name}");
    }
}

async fn of_many_users_that_want_one_alias_at_once_one_gets_it(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let mut callers = JoinSet::new();
    for number in 1..=30u128 {
        let (store, pool) = (store.clone(), pool.clone());
        callers.spawn(async move {
            let attributes = texts([("email", "team@example.com"), ("email_verified", "true")]);
            let user = User { attributes, ..user(&pool, number, &format!("{number}")) };
            let mut tx = store.begin().await.unwrap();
            let outcome = tx.insert_user(&pool, &user).await.unwrap();
            if outcome.is_ok() {
                tx.commit().await.unwrap();
            }
            outcome
        });
    }
    let outcomes = callers.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let taken = Err(NotWritten::AliasTaken(email("team@example.com")));
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == taken).count(), 29);
}
