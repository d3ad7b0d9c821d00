//! ListUsers: every filter finds what it should, and pages lose and repeat nobody.

use domain::user_filter::{FilterAttribute, UserFilter};
use domain::user_pools::UserPool;
use domain::users::User;
use storage::{Store, UserPosition};
use uuid::Uuid;
use wire::UserStatusType;

use crate::database::{TestDatabase, on_both};
use crate::samples::{at, insert_pool, pool, texts, user};

on_both!(
    every_filter_finds_its_users_in_pages_of_every_size,
    a_list_goes_on_although_users_come_and_go,
    a_changed_user_is_found_by_what_it_is_now,
);

const FILTERS: [&str; 40] = [
    "",
    r#"username = "user05""#,
    r#"username = "USER05""#,
    r#"username = "user0""#,
    r#"username ^= "user0""#,
    r#"username ^= "user_""#,
    r#"username ^= "%""#,
    r#"username ^= """#,
    r#"username = """#,
    r#"username ^= "ü""#,
    r#"email = "u3@example.com""#,
    r#"email = "U3@Example.com""#,
    r#"email ^= "u1""#,
    r#"email ^= "U""#,
    r#"email ^= """#,
    r#"email = """#,
    r#"phone_number ^= "+1555""#,
    r#"phone_number = "+15550002""#,
    r#"name = "same name""#,
    r#"name ^= "SAME""#,
    "name ^= \"\u{10ffff}\"",
    r#"given_name = "größe""#,
    r#"given_name ^= "GRÖ""#,
    r#"given_name ^= "gr""#,
    r#"given_name = """#,
    r#"family_name = "nobody""#,
    r#"preferred_username ^= "p""#,
    r#"sub ^= """#,
    r#"sub ^= "0000""#,
    r#"sub ^= "F""#,
    r#"sub ^= "00000000-0000-0000-0000-00000000000""#,
    r#"sub = "00000000-0000-0000-0000-000000000003""#,
    r#"sub = "3""#,
    r#"sub ^= "xyz""#,
    r#"status = "Enabled""#,
    r#"status = "Disabled""#,
    r#"status ^= "D""#,
    r#"status ^= """#,
    r#"cognito:user_status = "confirmed""#,
    r#"cognito:user_status ^= "UNC""#,
];

/// What the filter means, in the plainest way.
fn matches(filter: Option<&UserFilter>, user: &User) -> bool {
    let Some(filter) = filter else { return true };
    let compare = |value: &str, wanted: &str| {
        if filter.is_prefix { value.starts_with(wanted) } else { value == wanted }
    };
    let folded = filter.value.to_lowercase();
    match filter.attribute {
        FilterAttribute::Username => compare(&user.username, &filter.value),
        FilterAttribute::Sub => compare(&user.id.to_string(), &folded),
        FilterAttribute::Status => compare(if user.enabled { "Enabled" } else { "Disabled" }, &filter.value),
        FilterAttribute::UserStatus => compare(&user.status.as_str().to_lowercase(), &folded),
        FilterAttribute::Attribute(name) => {
            user.attribute(name).is_some_and(|value| compare(&value.to_lowercase(), &folded))
        }
    }
}

/// Many of one age, one name, one state; the last ids are high.
fn people(pool: &UserPool) -> Vec<User> {
    (0..33u8)
        .map(|number| {
            let id = u128::from(number) + 1;
            let id = if number < 22 { id } else { u128::MAX - id };
            let username = if number == 30 { "ünal".to_owned() } else { format!("user{number:02}") };
            let email = format!("u{}@Example.com", number % 20);
            let mut attributes = texts([("email", email.as_str()), ("name", "Same Name")]);
            if number % 3 == 0 {
                attributes.extend(texts([("phone_number", "+15550002"), ("given_name", "Größe")]));
            }
            if number % 7 == 0 {
                attributes.extend(texts([("given_name", ""), ("preferred_username", "%_'")]));
            }
            if number == 31 {
                attributes.clear();
            }
            let status = UserStatusType::ALL[usize::from(number) % 3];
            let enabled = number % 4 != 0;
            let created_at = at(i64::from(number / 12));
            User { attributes, status, enabled, created_at, ..user(pool, id, &username) }
        })
        .collect()
}

/// Users with e-mail addresses in common: unlike aliases, searched values are not unique.
async fn pool_with_people(store: &Store, name: &str) -> (UserPool, Vec<User>) {
    let mut pool = pool(name);
    pool.settings.alias_attributes = None;
    insert_pool(store, &pool).await;
    let people = people(&pool);
    let mut tx = store.begin().await.unwrap();
    for user in &people {
        tx.insert_user(&pool, user).await.unwrap().unwrap();
    }
    tx.commit().await.unwrap();
    (pool, people)
}

/// All pages of a list, each position sent through a page token as a caller would send it.
async fn listed(store: &Store, pool: &UserPool, filter: Option<&UserFilter>, limit: i64) -> Vec<User> {
    let mut users = Vec::new();
    let mut after: Option<UserPosition> = None;
    loop {
        let mut read = store.read_latest().await.unwrap();
        let page = read.users(&pool.id, filter, after.as_ref(), limit).await.unwrap();
        assert!(i64::try_from(page.len()).unwrap() <= limit);
        let Some(last) = page.last() else { return users };
        let token = store.page_token("users", &UserPosition::behind(pool, filter, last));
        after = Some(store.page_position("users", &token).unwrap());
        users.extend(page);
        assert!(users.len() <= 40, "{filter:?} in pages of {limit} has no end");
    }
}

async fn every_filter_finds_its_users_in_pages_of_every_size(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, people) = pool_with_people(&store, "A").await;
    // Ids are unique over all pools.
    let mut others = crate::samples::pool("B");
    others.settings.alias_attributes = None;
    insert_pool(&store, &others).await;
    let mut tx = store.begin().await.unwrap();
    for (number, user) in (1000..).zip(&people) {
        let theirs = User { id: Uuid::from_u128(number), pool_id: others.id.clone(), ..user.clone() };
        tx.insert_user(&others, &theirs).await.unwrap().unwrap();
    }
    tx.commit().await.unwrap();

    for text in FILTERS {
        let filter = UserFilter::parse(text).unwrap();
        let mut expected: Vec<Uuid> =
            people.iter().filter(|user| matches(filter.as_ref(), user)).map(|user| user.id).collect();
        expected.sort();
        for limit in [1, 4, 7, 60] {
            let users = listed(&store, &pool, filter.as_ref(), limit).await;
            assert!(users.iter().all(|user| people.contains(user)), "{text}: as they were written");
            let mut found: Vec<Uuid> = users.iter().map(|user| user.id).collect();
            found.sort();
            assert_eq!(found, expected, "{text} in pages of {limit}");
        }
    }
    let by_age = listed(&store, &pool, None, 5).await;
    assert!(by_age.is_sorted_by_key(|user| (user.created_at, user.id)));
}

async fn a_list_goes_on_although_users_come_and_go(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, people) = pool_with_people(&store, "A").await;
    for text in ["", r#"username ^= "user""#, r#"name = "same name""#, r#"sub ^= """#, r#"status ^= """#] {
        let filter = UserFilter::parse(text).unwrap();
        let mut read = store.read().await.unwrap();
        let page = read.users(&pool.id, filter.as_ref(), None, 3).await.unwrap();
        drop(read);
        let after = UserPosition::behind(&pool, filter.as_ref(), &page[2]);
        // The one behind whom the list goes on is deleted in between.
        let mut tx = store.begin().await.unwrap();
        assert!(tx.delete_user(&page[2]).await.unwrap());
        let rest = tx.users(&pool.id, filter.as_ref(), Some(&after), 60).await.unwrap();
        drop(tx);
        let expected = people.iter().filter(|user| matches(filter.as_ref(), user)).count() - 3;
        assert_eq!(rest.len(), expected, "{text}");
        assert!(rest.iter().all(|user| !page.contains(user)), "{text}");
    }
}

async fn a_changed_user_is_found_by_what_it_is_now(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let attributes = texts([("name", "Old"), ("family_name", "Kept")]);
    let before = User { attributes, ..user(&pool, 1, "bob") };
    let after = User {
        attributes: texts([("name", "New"), ("family_name", "Kept"), ("given_name", "Added")]),
        enabled: false,
        status: UserStatusType::ForceChangePassword,
        ..before.clone()
    };
    let mut tx = store.begin().await.unwrap();
    tx.insert_user(&pool, &before).await.unwrap().unwrap();
    tx.save_user(&pool, &after).await.unwrap().unwrap();
    for (text, found) in [
        (r#"name = "old""#, 0),
        (r#"name = "new""#, 1),
        (r#"family_name = "kept""#, 1),
        (r#"given_name = "added""#, 1),
        (r#"status = "Enabled""#, 0),
        (r#"status = "Disabled""#, 1),
        (r#"cognito:user_status = "CONFIRMED""#, 0),
        (r#"cognito:user_status = "FORCE_CHANGE_PASSWORD""#, 1),
    ] {
        let filter = UserFilter::parse(text).unwrap();
        assert_eq!(tx.users(&pool.id, filter.as_ref(), None, 10).await.unwrap().len(), found, "{text}");
    }
}
