//! Statements of `codes` and `attempts`.

use chrono::Duration;
use domain::codes::{CodePurpose, LimitedAction};
use domain::user_pools::UserPool;
use domain::users::User;
use storage::Store;
use tokio::task::JoinSet;

use crate::database::{TestDatabase, on_both};
use crate::samples::{assert_reference, at, insert_pool, insert_user, pool, user};

on_both!(
    a_code_is_known_only_by_itself_and_until_it_ends,
    a_new_code_replaces_the_one_before,
    a_code_cannot_be_used_twice,
    a_code_of_another_user_does_not_count,
    a_code_of_a_missing_user_is_refused,
    tries_are_counted_per_action_and_hour,
    tries_at_once_are_all_counted,
);

const SIGN_UP: CodePurpose = CodePurpose::SignUp;

async fn pool_with_user(store: &Store) -> (UserPool, User) {
    let pool = pool("A");
    insert_pool(store, &pool).await;
    let bob = user(&pool, 1, "bob");
    insert_user(store, &pool, &bob).await;
    (pool, bob)
}

async fn put(store: &Store, user: &User, code: &str, micros: i64) {
    let mut tx = store.begin().await.unwrap();
    tx.put_code(user, SIGN_UP, code, at(micros)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_code_is_known_only_by_itself_and_until_it_ends(database: &TestDatabase) {
    let store = database.store().await;
    let (_, bob) = pool_with_user(&store).await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.code(&bob, SIGN_UP, "482913").await.unwrap(), None);
    assert!(!tx.take_code(&bob, SIGN_UP, "482913").await.unwrap());
    tx.put_code(&bob, SIGN_UP, "482913", at(5)).await.unwrap();
    let ends = at(5) + SIGN_UP.lifetime();
    for (shown, is_it) in [("482913", true), ("482914", false), ("", false), ("0482913", false)] {
        assert_eq!(tx.code(&bob, SIGN_UP, shown).await.unwrap(), Some((ends, is_it)), "{shown}");
    }
    for taken in [true, false] {
        assert_eq!(tx.take_code(&bob, SIGN_UP, "482913").await.unwrap(), taken);
        assert_eq!(tx.code(&bob, SIGN_UP, "482913").await.unwrap(), None);
    }
}

async fn a_new_code_replaces_the_one_before(database: &TestDatabase) {
    let store = database.store().await;
    let (_, bob) = pool_with_user(&store).await;
    put(&store, &bob, "111111", 1).await;
    put(&store, &bob, "222222", 2).await;
    let mut tx = store.begin().await.unwrap();
    let ends = at(2) + SIGN_UP.lifetime();
    assert_eq!(tx.code(&bob, SIGN_UP, "111111").await.unwrap(), Some((ends, false)));
    assert_eq!(tx.code(&bob, SIGN_UP, "222222").await.unwrap(), Some((ends, true)));
}

async fn a_code_cannot_be_used_twice(database: &TestDatabase) {
    let store = database.store().await;
    let (_, bob) = pool_with_user(&store).await;
    put(&store, &bob, "482913", 0).await;
    let mut callers = JoinSet::new();
    for _ in 0..50 {
        let (store, bob) = (store.clone(), bob.clone());
        callers.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let is_it = tx.code(&bob, SIGN_UP, "482913").await.unwrap().is_some_and(|(_, is_it)| is_it);
            let taken = is_it && tx.take_code(&bob, SIGN_UP, "482913").await.unwrap();
            tx.commit().await.unwrap();
            taken
        });
    }
    assert_eq!(callers.join_all().await.into_iter().filter(|taken| *taken).count(), 1);
}

async fn a_code_of_another_user_does_not_count(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, bob) = pool_with_user(&store).await;
    let eve = user(&pool, 2, "eve");
    insert_user(&store, &pool, &eve).await;
    put(&store, &bob, "482913", 0).await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.code(&eve, SIGN_UP, "482913").await.unwrap(), None);
    assert!(!tx.take_code(&eve, SIGN_UP, "482913").await.unwrap());
    // Copied to another user's row, it is not that user's code.
    let copy = "INSERT INTO codes (pool_id, user_id, purpose, code_mac, expires_at)
         SELECT pool_id, $1, purpose, code_mac, expires_at FROM codes";
    assert_eq!(tx.query(copy).bind(eve.id).execute().await.unwrap(), 1);
    assert!(!tx.code(&eve, SIGN_UP, "482913").await.unwrap().unwrap().1);
    assert!(!tx.take_code(&eve, SIGN_UP, "482913").await.unwrap());
    assert!(tx.code(&bob, SIGN_UP, "482913").await.unwrap().unwrap().1);
}

async fn a_code_of_a_missing_user_is_refused(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let nobody = user(&pool, 1, "nobody");
    let mut tx = store.begin().await.unwrap();
    assert_reference(&tx.put_code(&nobody, SIGN_UP, "482913", at(0)).await);
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    assert_reference(&tx.count_attempt(&nobody, LimitedAction::ConfirmSignUp, at(0)).await);
}

async fn tries_are_counted_per_action_and_hour(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, bob) = pool_with_user(&store).await;
    let eve = user(&pool, 2, "eve");
    insert_user(&store, &pool, &eve).await;
    let hour = Duration::hours(1);
    let mut tx = store.begin().await.unwrap();
    for (begin, step) in [(at(0), Duration::minutes(1)), (at(0) + hour, Duration::zero())] {
        for action in [LimitedAction::ConfirmSignUp, LimitedAction::ResendConfirmationCode] {
            for number in 0..20 {
                let now = begin + step * number;
                let within = tx.count_attempt(&bob, action, now).await.unwrap();
                assert_eq!(within, i64::from(number) < action.limit(), "{action:?} {number} at {now}");
            }
        }
    }
    assert!(tx.count_attempt(&eve, LimitedAction::ConfirmSignUp, at(0)).await.unwrap());
}

async fn tries_at_once_are_all_counted(database: &TestDatabase) {
    let store = database.store().await;
    let (_, bob) = pool_with_user(&store).await;
    let action = LimitedAction::ConfirmSignUp;
    for hours in [0, 1] {
        let mut callers = JoinSet::new();
        for number in 0..60 {
            let (store, bob) = (store.clone(), bob.clone());
            callers.spawn(async move {
                let now = at(number) + Duration::hours(2 * hours);
                let mut tx = store.begin().await.unwrap();
                let within = tx.count_attempt(&bob, action, now).await.unwrap();
                tx.commit().await.unwrap();
                within
            });
        }
        let within = callers.join_all().await.into_iter().filter(|within| *within).count();
        assert_eq!(i64::try_from(within).unwrap(), action.limit(), "whoever came first");
    }
}
