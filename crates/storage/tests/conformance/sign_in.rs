//! What signing in leaves in the database: sign-ins, sessions, refresh tokens, locks, authenticator apps, keys, events,
//! devices, passkeys, deliveries. What can be used once is used once.

use chrono::{DateTime, Utc};
use domain::app_clients::AppClient;
use domain::messages::Channel;
use domain::sign_in::{Lockout, Lockouts};
use domain::tokens::TokenUse;
use domain::user_pools::UserPool;
use domain::users::User;
use storage::{PasskeyRegistration, Position, Store};
use uuid::Uuid;
use wire::EventResponseType;

use crate::database::{TestDatabase, on_both};
use crate::samples::{at, client, insert_pool, message, pool, user};
use crate::sign_in_samples::{
    auth_event, device, group, passkey, sign_in, signing_key, software_token, user_session,
};

on_both!(
    a_sign_in_is_used_once_and_told_from_none,
    a_session_is_found_by_its_tokens_until_it_is_revoked,
    a_refresh_token_is_replaced_once,
    failures_are_counted_and_forgotten,
    names_that_nobody_has_are_counted_as_users_are,
    names_that_nobody_has_do_not_lose_their_counts_to_others,
    a_name_that_takes_the_row_of_another_begins_from_zero,
    a_sign_in_is_over_after_so_many_wrong_answers,
    an_app_that_is_set_up_leaves_the_verified_one_alone,
    a_period_of_an_app_is_taken_once,
    the_first_keys_of_a_pool_stay,
    groups_of_a_user_come_by_precedence,
    an_event_is_replaced_by_what_came_of_it,
    a_device_is_confirmed_once,
    a_registration_is_completed_once,
    a_delivery_is_taken_by_one,
    pools_wait_beside_each_other_until_they_had_enough,
    old_passwords_beyond_the_last_are_forgotten,
    what_has_ended_is_deleted_and_the_rest_stays,
);

async fn bob(store: &Store) -> (UserPool, AppClient, User) {
    let pool = pool("A");
    insert_pool(store, &pool).await;
    let (client, bob) = (client(&pool, "client1"), user(&pool, 1, "bob"));
    let mut tx = store.begin().await.unwrap();
    tx.insert_app_client(&client).await.unwrap();
    tx.insert_user(&pool, &bob).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    (pool, client, bob)
}

async fn a_sign_in_is_used_once_and_told_from_none(database: &TestDatabase) {
    let store = database.store().await;
    let (_, client, bob) = bob(&store).await;
    let (somebody, nobody) = (sign_in(&client, Some(&bob)), sign_in(&client, None));
    let mut tx = store.begin().await.unwrap();
    tx.insert_sign_in("one", &somebody, at(180)).await.unwrap();
    tx.insert_sign_in("two", &nobody, at(180)).await.unwrap();
    assert!(tx.use_sign_in("one").await.unwrap());
    assert!(!tx.use_sign_in("one").await.unwrap());
    assert!(!tx.use_sign_in("three").await.unwrap());
    tx.commit().await.unwrap();
    let mut read = store.read().await.unwrap();
    let one = read.sign_in("one").await.unwrap().unwrap();
    assert!(one.sign_in == somebody && one.used && one.expires_at == at(180));
    assert!(!read.sign_in("two").await.unwrap().unwrap().used);
    assert!(read.sign_in("three").await.unwrap().is_none());
}

async fn a_session_is_found_by_its_tokens_until_it_is_revoked(database: &TestDatabase) {
    let store = database.store().await;
    let (_, client, bob) = bob(&store).await;
    let (one, two) = (user_session(&client, &bob, 1), user_session(&client, &bob, 2));
    let mut tx = store.begin().await.unwrap();
    for session in [&one, &two] {
        tx.insert_user_session(session).await.unwrap();
    }
    tx.insert_refresh_token(&one, "token", at(5)).await.unwrap();
    assert!(tx.touch_user_session(&one.event_id, "::1", at(60)).await.unwrap());
    let (found, owner) = tx.user_session(&one.event_id).await.unwrap().unwrap();
    assert!((found.last_active_at, found.ip.as_str()) == (at(60), "::1") && owner == bob);
    let kept = tx.refresh_token("token").await.unwrap().unwrap();
    assert!(kept.session == found && kept.user == bob && kept.issued_at == at(5));
    assert!(tx.refresh_token("other").await.unwrap().is_none());
    // The least recently used first.
    let sessions = tx.user_sessions(&bob.id, at(0)).await.unwrap();
    assert_eq!(
        sessions.iter().map(|session| session.event_id).collect::<Vec<_>>(),
        [two.event_id, one.event_id]
    );

    assert!(tx.revoke_user_session(&bob.id, &one.event_id, at(61)).await.unwrap());
    assert!(!tx.revoke_user_session(&bob.id, &one.event_id, at(62)).await.unwrap());
    assert!(!tx.touch_user_session(&one.event_id, "::1", at(63)).await.unwrap());
    assert_eq!(tx.user_session(&one.event_id).await.unwrap().unwrap().0.revoked_at, Some(at(61)));
    assert!(tx.revoke_user_session(&bob.id, &two.event_id, at(64)).await.unwrap());
    assert_eq!(tx.user_sessions(&bob.id, at(0)).await.unwrap().len(), 0);
    tx.commit().await.unwrap();
}

async fn a_refresh_token_is_replaced_once(database: &TestDatabase) {
    let store = database.store().await;
    let (_, client, bob) = bob(&store).await;
    let session = user_session(&client, &bob, 1);
    let mut tx = store.begin().await.unwrap();
    tx.insert_user_session(&session).await.unwrap();
    tx.insert_refresh_token(&session, "token", at(0)).await.unwrap();
    assert!(tx.replace_refresh_token("token", at(1)).await.unwrap());
    assert!(!tx.replace_refresh_token("token", at(2)).await.unwrap());
    assert_eq!(tx.refresh_token("token").await.unwrap().unwrap().replaced_at, Some(at(1)));
    tx.revoke_user_sessions(&bob.id, at(3)).await.unwrap();
    assert_eq!(tx.refresh_token("token").await.unwrap().unwrap().session.revoked_at, Some(at(3)));
    tx.commit().await.unwrap();
}

async fn failures_are_counted_and_forgotten(database: &TestDatabase) {
    use domain::sign_in::Factor::{Password, SoftwareToken};
    let store = database.store().await;
    let (_, _, bob) = bob(&store).await;
    let mut tx = store.begin().await.unwrap();
    for second in [0, 1] {
        assert!(tx.count_failure(&bob, Password, at(second)).await.unwrap());
    }
    assert!(tx.count_failure(&bob, SoftwareToken, at(5)).await.unwrap());
    let lockout = |failures, last: DateTime<Utc>| Lockout { failures, last_failed_at: Some(last) };
    let counts = |password, software_token| {
        let counts = [(Password, password), (SoftwareToken, software_token)];
        Lockouts(counts.into_iter().filter_map(|(factor, count)| Some((factor, count?))).collect())
    };
    let app = Some(lockout(1, at(5)));
    assert_eq!(tx.lockouts(&bob.id).await.unwrap(), counts(Some(lockout(2, at(1))), app));
    assert_eq!(tx.lockouts(&Uuid::from_u128(77)).await.unwrap(), Lockouts::default());
    // Failures of long ago count no longer.
    assert!(tx.count_failure(&bob, Password, at(2_000_000_000)).await.unwrap());
    assert_eq!(tx.lockouts(&bob.id).await.unwrap(), counts(Some(lockout(1, at(2_000_000_000))), app));
    // What is locked is not counted.
    for _ in 0..4 {
        assert!(tx.count_failure(&bob, Password, at(2_000_000_000)).await.unwrap());
    }
    assert!(!tx.count_failure(&bob, Password, at(2_000_000_000)).await.unwrap());
    let five = Some(lockout(5, at(2_000_000_000)));
    assert_eq!(tx.lockouts(&bob.id).await.unwrap(), counts(five, app));
    tx.clear_failures(&bob.id, Password).await.unwrap();
    assert_eq!(tx.lockouts(&bob.id).await.unwrap(), counts(None, app));
    tx.commit().await.unwrap();
}

async fn names_that_nobody_has_are_counted_as_users_are(database: &TestDatabase) {
    use domain::codes::{CodePurpose, LimitedAction};
    use domain::sign_in::Factor::Password;
    let store = database.store().await;
    let (pool, _, bob) = bob(&store).await;
    let who = store.unknown_name(&pool.id, "who");
    let mut tx = store.begin().await.unwrap();
    for second in
        [0, 1, 2, 2_000_000_000, 2_000_000_000, 2_000_000_001, 2_000_000_001, 2_000_000_001, 2_000_000_001]
    {
        let of_user = tx.count_failure(&bob, Password, at(second)).await.unwrap();
        assert_eq!(tx.count_failure_of_unknown(&who, Password, at(second)).await.unwrap(), of_user);
        let counts = tx.lockouts(&bob.id).await.unwrap();
        assert_eq!(tx.lockouts_of_unknown(&who).await.unwrap(), counts, "{second}");
        let action = LimitedAction::ForgotPassword;
        let of_user = tx.count_attempt(&bob, action, at(second)).await.unwrap();
        assert_eq!(tx.count_attempt_of_unknown(&who, action, at(second)).await.unwrap(), of_user, "{second}");
    }
    let purpose = CodePurpose::ForgotPassword;
    assert_eq!(tx.code_of_unknown(&who, purpose).await.unwrap(), None);
    tx.put_code_of_unknown(&who, purpose, at(0)).await.unwrap();
    assert_eq!(tx.code_of_unknown(&who, purpose).await.unwrap(), Some(at(0) + purpose.lifetime()));
    let other = store.unknown_name(&pool.id, "other");
    assert_eq!(tx.lockouts_of_unknown(&other).await.unwrap(), Lockouts::default());
    tx.commit().await.unwrap();
}

async fn names_that_nobody_has_do_not_lose_their_counts_to_others(database: &TestDatabase) {
    use domain::sign_in::Factor::Password;
    let store = database.store().await;
    let (pool, ..) = bob(&store).await;
    let names: Vec<_> = (0..600).map(|number| store.unknown_name(&pool.id, &format!("n{number}"))).collect();
    let first: std::collections::BTreeSet<_> = names.iter().map(|name| name.slots()[0]).collect();
    assert!(first.len() < names.len(), "some want the same row");
    let mut tx = store.begin().await.unwrap();
    for name in &names {
        assert!(tx.count_failure_of_unknown(name, Password, at(0)).await.unwrap());
    }
    for name in &names {
        let counted = tx.lockouts_of_unknown(name).await.unwrap().0[&Password];
        assert_eq!(counted, Lockout { failures: 1, last_failed_at: Some(at(0)) });
    }
    tx.commit().await.unwrap();
}

async fn a_name_that_takes_the_row_of_another_begins_from_zero(database: &TestDatabase) {
    use domain::sign_in::Factor::Password;
    let store = database.store().await;
    let (pool, ..) = bob(&store).await;
    let [one, two] = ["one", "two"].map(|name| store.unknown_name(&pool.id, name));
    let mut tx = store.begin().await.unwrap();
    for second in [0, 1, 2, 3, 4] {
        assert!(tx.count_failure_of_unknown(&one, Password, at(second)).await.unwrap());
    }
    assert!(tx.lockouts_of_unknown(&one).await.unwrap().are_locked(Password, at(4)));
    // As if all rows of the second name were the first one's.
    for slot in two.slots() {
        tx.query(
            "INSERT INTO unknown_name_failed_tries (slot, factor, subject, failures, last_failed_at)
             SELECT $1, factor, subject, failures, last_failed_at FROM unknown_name_failed_tries
              WHERE slot IN ($2, $3, $4, $5)",
        )
        .bind(slot)
        .bind(one.slots()[0])
        .bind(one.slots()[1])
        .bind(one.slots()[2])
        .bind(one.slots()[3])
        .execute()
        .await
        .unwrap();
    }
    // Nobody is locked by another's tries, and the table does not grow.
    let rows = "SELECT COUNT(*) AS n FROM unknown_name_failed_tries";
    let before = tx.query(rows).one().await.unwrap().get::<i64>("n").unwrap();
    assert!(tx.count_failure_of_unknown(&two, Password, at(4)).await.unwrap());
    assert_eq!(tx.lockouts_of_unknown(&two).await.unwrap().0[&Password].failures, 1);
    assert_eq!(tx.query(rows).one().await.unwrap().get::<i64>("n").unwrap(), before);
    tx.commit().await.unwrap();
}

async fn a_sign_in_is_over_after_so_many_wrong_answers(database: &TestDatabase) {
    let store = database.store().await;
    let (_, client, bob) = bob(&store).await;
    let mut tx = store.begin().await.unwrap();
    tx.insert_sign_in("handle", &sign_in(&client, Some(&bob)), at(180)).await.unwrap();
    for _ in 0..3 {
        assert!(!tx.sign_in("handle").await.unwrap().unwrap().used);
        assert!(tx.count_wrong_answer("handle", 3).await.unwrap());
    }
    assert!(tx.sign_in("handle").await.unwrap().unwrap().used);
    assert!(!tx.count_wrong_answer("handle", 3).await.unwrap());
    assert!(!tx.use_sign_in("handle").await.unwrap());
    tx.commit().await.unwrap();
}

async fn an_app_that_is_set_up_leaves_the_verified_one_alone(database: &TestDatabase) {
    let store = database.store().await;
    let (.., bob) = bob(&store).await;
    let mut tx = store.begin().await.unwrap();
    tx.put_software_token(&bob, &software_token(true)).await.unwrap();
    tx.put_software_token(&bob, &software_token(false)).await.unwrap();
    assert!(tx.software_token(&bob.id).await.unwrap().unwrap() == software_token(true));
    assert!(tx.unverified_software_token(&bob.id).await.unwrap().unwrap() == software_token(false));
    assert!(tx.delete_unverified_software_token(&bob.id).await.unwrap());
    assert!(!tx.delete_unverified_software_token(&bob.id).await.unwrap());
    assert!(tx.delete_software_token(&bob.id).await.unwrap());
    assert!(tx.software_token(&bob.id).await.unwrap().is_none());
    tx.commit().await.unwrap();
}

async fn a_period_of_an_app_is_taken_once(database: &TestDatabase) {
    let store = database.store().await;
    let (.., bob) = bob(&store).await;
    let mut tx = store.begin().await.unwrap();
    tx.put_software_token(&bob, &software_token(true)).await.unwrap();
    for (step, taken) in [(5, true), (5, false), (4, false), (6, true)] {
        assert_eq!(tx.take_software_token_step(&bob.id, step).await.unwrap(), taken, "{step}");
    }
    tx.commit().await.unwrap();
}

async fn the_first_keys_of_a_pool_stay(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, ..) = bob(&store).await;
    let first = signing_key(&pool.id, TokenUse::Id, 1);
    let mut tx = store.begin().await.unwrap();
    tx.insert_signing_key(&first, at(0)).await.unwrap();
    tx.insert_signing_key(&signing_key(&pool.id, TokenUse::Id, 2), at(1)).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = store.read().await.unwrap();
    assert!(read.signing_keys(&pool.id).await.unwrap() == [first.clone()]);
    assert!(read.signing_key("id1").await.unwrap().unwrap() == first);
    assert!(read.signing_key("id2").await.unwrap().is_none());
}

async fn groups_of_a_user_come_by_precedence(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, _, bob) = bob(&store).await;
    let mut tx = store.begin().await.unwrap();
    for (name, precedence) in [("b", None), ("a", None), ("late", Some(2)), ("early", Some(1))] {
        let group = group(&pool.id, name, precedence);
        assert!(tx.insert_group(&group).await.unwrap());
        assert!(!tx.insert_group(&group).await.unwrap());
        tx.add_user_to_group(&group, &bob.id).await.unwrap();
        tx.add_user_to_group(&group, &bob.id).await.unwrap();
    }
    let names = |groups: &[domain::groups::Group]| -> Vec<String> {
        groups.iter().map(|group| group.name.clone()).collect()
    };
    assert_eq!(names(&tx.groups_of_user(&bob.id).await.unwrap()), ["early", "late", "a", "b"]);
    assert_eq!(names(&tx.groups(&pool.id, "a", 2).await.unwrap()), ["b", "early"]);
    let late = group(&pool.id, "late", Some(0));
    assert!(tx.save_group(&late).await.unwrap());
    assert_eq!(tx.group(&pool.id, "late").await.unwrap(), Some(late.clone()));
    tx.remove_user_from_group(&late, &bob.id).await.unwrap();
    assert!(tx.delete_group(&pool.id, "a").await.unwrap());
    assert!(!tx.delete_group(&pool.id, "a").await.unwrap());
    assert_eq!(names(&tx.groups_of_user(&bob.id).await.unwrap()), ["early", "b"]);
    let members = tx.users_in_group(&pool.id, "early", &uuid::Uuid::nil(), 5).await.unwrap();
    assert!(members == [bob]);
    tx.commit().await.unwrap();
}

async fn an_event_is_replaced_by_what_came_of_it(database: &TestDatabase) {
    let store = database.store().await;
    let (.., bob) = bob(&store).await;
    let begun = auth_event(&bob, 1);
    let mut passed = begun.clone();
    passed.response = EventResponseType::Pass;
    let mut later = auth_event(&bob, 2);
    later.created_at = at(1);
    let mut tx = store.begin().await.unwrap();
    for event in [&begun, &passed, &later] {
        tx.insert_auth_event(event).await.unwrap();
    }
    let feedback = domain::auth_events::Feedback {
        value: wire::FeedbackValueType::Invalid,
        provider: "Admin".to_owned(),
        at: at(9),
    };
    assert!(tx.save_feedback(&bob.id, &later.id, &feedback).await.unwrap());
    assert!(!tx.save_feedback(&bob.id, &bob.id, &feedback).await.unwrap());
    later.feedback = Some(feedback);
    assert_eq!(tx.auth_events(&bob.id, None, 5).await.unwrap(), [later.clone(), passed.clone()]);
    let before = Some((later.created_at, later.id));
    assert_eq!(tx.auth_events(&bob.id, before, 5).await.unwrap(), [passed]);
    assert_eq!(tx.delete_auth_events_before(at(1), 5).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

async fn a_device_is_confirmed_once(database: &TestDatabase) {
    let store = database.store().await;
    let (.., bob) = bob(&store).await;
    let mut device = device(&bob, "us-east-1_1");
    let mut tx = store.begin().await.unwrap();
    tx.insert_device(&device).await.unwrap();
    device.password = bob.password.clone();
    device.remembered = true;
    assert!(tx.confirm_device(&device).await.unwrap());
    assert!(!tx.confirm_device(&device).await.unwrap());
    assert!(tx.device(&bob.id, &device.key).await.unwrap().unwrap() == device);
    device.remembered = false;
    assert!(tx.save_device_status(&device).await.unwrap());
    tx.authenticated_device(&device, at(5), "::1").await.unwrap();
    let listed = tx.devices(&bob.id, &Position::start(), 5).await.unwrap();
    assert!(!listed[0].remembered && listed[0].last_authenticated_at == at(5) && listed[0].last_ip == "::1");
    assert!(tx.device(&uuid::Uuid::nil(), &device.key).await.unwrap().is_none());
    assert!(tx.delete_device(&bob.id, &device.key).await.unwrap());
    assert!(!tx.delete_device(&bob.id, &device.key).await.unwrap());
    tx.commit().await.unwrap();
}

async fn a_registration_is_completed_once(database: &TestDatabase) {
    let store = database.store().await;
    let (_, client, bob) = bob(&store).await;
    let registration = |state: &str| PasskeyRegistration {
        client_id: client.id.clone(),
        state: state.to_owned(),
        expires_at: at(60),
    };
    let mut tx = store.begin().await.unwrap();
    for state in ["one", "two"] {
        tx.put_passkey_registration(&bob, &registration(state)).await.unwrap();
    }
    assert!(tx.take_passkey_registration(&bob.id).await.unwrap() == Some(registration("two")));
    assert!(tx.take_passkey_registration(&bob.id).await.unwrap().is_none());

    let mut key = passkey(&bob, "credential");
    assert!(tx.insert_passkey(&key).await.unwrap());
    assert!(!tx.insert_passkey(&key).await.unwrap());
    key.credential = "{\"counter\":1}".to_owned();
    assert!(tx.save_passkey(&key).await.unwrap());
    assert_eq!(tx.passkey_count(&bob.id).await.unwrap(), 1);
    assert!(tx.passkeys(&bob.id, &Position::start(), 5).await.unwrap() == [key]);
    assert!(tx.delete_passkey(&bob.id, "credential").await.unwrap());
    assert!(!tx.delete_passkey(&bob.id, "credential").await.unwrap());
    tx.commit().await.unwrap();
}

async fn a_delivery_is_taken_by_one(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, _, bob) = bob(&store).await;
    let sent = message(&bob, 1, "482913");
    let mut tx = store.begin().await.unwrap();
    tx.insert_message(&sent).await.unwrap();
    tx.insert_delivery(&sent, Channel::Webhook, at(0)).await.unwrap();
    let hook = Channel::Webhook;
    assert_eq!(tx.due_deliveries(hook, &pool.id, at(-1), 5).await.unwrap().len(), 0);
    assert_eq!(tx.due_deliveries(Channel::Smtp, &pool.id, at(0), 5).await.unwrap().len(), 0);
    let due = tx.due_deliveries(hook, &pool.id, at(0), 5).await.unwrap();
    assert!(tx.take_delivery(&due[0], at(60)).await.unwrap());
    assert!(!tx.take_delivery(&due[0], at(60)).await.unwrap());
    let again = tx.due_deliveries(hook, &pool.id, at(60), 5).await.unwrap();
    assert_eq!((again[0].attempts, again[0].channel), (1, Channel::Webhook));
    assert!(tx.message(&again[0].message_id).await.unwrap().unwrap() == sent);
    tx.delete_delivery(&again[0]).await.unwrap();
    assert_eq!(tx.due_deliveries(hook, &pool.id, at(60), 5).await.unwrap().len(), 0);
    tx.commit().await.unwrap();
}

async fn pools_wait_beside_each_other_until_they_had_enough(database: &TestDatabase) {
    let store = database.store().await;
    let pools = ["A", "B", "C", "b"].map(pool);
    let mut tx = store.begin().await.unwrap();
    for (pool, (first, count)) in pools.iter().zip([(0u128, 3u128), (10, 1), (20, 0), (30, 2)]) {
        tx.insert_user_pool(pool).await.unwrap();
        for number in first..first + count {
            let sent = message(&user(pool, 1, "bob"), number, "482913");
            tx.insert_message(&sent).await.unwrap();
            tx.insert_delivery(&sent, Channel::Smtp, at(i64::try_from(number).unwrap())).await.unwrap();
        }
    }
    let mut found = Vec::new();
    let all = (at(0), 10);
    for pool in tx.due_pools(Channel::Smtp, at(20), all).await.unwrap() {
        found.push((pool.pool_id.as_str().to_owned(), pool.account, pool.due_at));
    }
    found.sort();
    let account = &pools[0].scope.account;
    let waits = |pool: &UserPool, due_at| (pool.id.as_str().to_owned(), account.to_string(), due_at);
    assert_eq!(found, [waits(&pools[0], at(0)), waits(&pools[1], at(10))]);
    assert_eq!(tx.due_pools(Channel::Webhook, at(99), all).await.unwrap(), []);
    assert_eq!(tx.due_pools(Channel::Smtp, at(99), all).await.unwrap().len(), 3);

    // What is begun counts for its minute, also by a server whose clock is behind.
    let id = &pools[0].id;
    for (window_start, begun) in [(at(0), 1), (at(0), 2), (at(-60), 3), (at(60), 1), (at(60), 2)] {
        assert_eq!(tx.count_delivery(id, window_start).await.unwrap(), begun);
    }
    for (begun, count) in [((at(60), 2), 2), ((at(60), 3), 3), ((at(120), 1), 3)] {
        assert_eq!(tx.due_pools(Channel::Smtp, at(99), begun).await.unwrap().len(), count, "{begun:?}");
    }
    tx.commit().await.unwrap();
}

async fn old_passwords_beyond_the_last_are_forgotten(database: &TestDatabase) {
    let store = database.store().await;
    let (.., bob) = bob(&store).await;
    let password = |number: u8| domain::srp::Verifier { salt: [number; 16], value: vec![number] };
    let mut tx = store.begin().await.unwrap();
    for number in 1..=4 {
        tx.insert_password_history(&bob, &password(number), 2, at(number.into())).await.unwrap();
    }
    assert!(tx.password_history(&bob.id, 9).await.unwrap() == [password(4), password(3)]);
    assert!(tx.password_history(&bob.id, 1).await.unwrap() == [password(4)]);
    tx.commit().await.unwrap();
}

async fn what_has_ended_is_deleted_and_the_rest_stays(database: &TestDatabase) {
    use domain::codes::{CodePurpose, LimitedAction};
    let store = database.store().await;
    let (_, client, bob) = bob(&store).await;
    let mut tx = store.begin().await.unwrap();
    tx.insert_sign_in("old", &sign_in(&client, None), at(10)).await.unwrap();
    tx.insert_sign_in("new", &sign_in(&client, None), at(100_000_000_000)).await.unwrap();
    let mut session = user_session(&client, &bob, 1);
    tx.insert_user_session(&session).await.unwrap();
    session = user_session(&client, &bob, 2);
    session.expires_at = at(100_000_000_000);
    tx.insert_user_session(&session).await.unwrap();
    tx.put_code(&bob, CodePurpose::ForgotPassword, "1", at(0)).await.unwrap();
    tx.put_code(&bob, CodePurpose::SignUp, "2", at(0)).await.unwrap();
    tx.count_attempt(&bob, LimitedAction::ForgotPassword, at(0)).await.unwrap();
    tx.count_failure(&bob, domain::sign_in::Factor::Password, at(0)).await.unwrap();
    tx.insert_message(&message(&bob, 1, "1")).await.unwrap();
    let now = at(7_200_000_000);
    assert_eq!(tx.delete_ended_sign_ins(now, 10).await.unwrap(), 1);
    assert_eq!(tx.delete_ended_sessions(now, 10).await.unwrap(), 1);
    assert_eq!(tx.delete_expired_codes(now, 10).await.unwrap(), 1);
    assert_eq!(tx.delete_old_attempts(now, 10).await.unwrap(), 1);
    assert_eq!(tx.delete_old_failures(now, 10).await.unwrap(), 1);
    assert_eq!(tx.delete_messages_before(now, 10).await.unwrap(), 1);
    assert!(tx.sign_in("new").await.unwrap().is_some());
    assert!(tx.user_session(&session.event_id).await.unwrap().is_some());
    assert!(tx.code(&bob, CodePurpose::SignUp, "2").await.unwrap().is_some());
    tx.commit().await.unwrap();
}
