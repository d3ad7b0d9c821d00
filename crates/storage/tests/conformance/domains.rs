//! Statements of `domains`.

use domain::domains::{Domain, DomainKind};
use domain::scope::Scope;
use domain::user_pools::UserPool;
use storage::Store;
use wire::{FailoverType, RoutingType};

use crate::database::{TestDatabase, on_both};
use crate::samples::{assert_reference, at, insert_pool, pool, prefix_domain};

on_both!(
    domains_are_read_as_they_were_written_and_saved,
    a_domain_is_taken_once_in_its_region_over_all_pools,
    a_pool_has_at_most_one_domain_of_each_kind,
    a_domain_is_found_by_everybody_but_shown_to_its_account,
    a_domain_that_went_to_another_pool_is_not_saved,
    of_many_pools_that_want_one_domain_at_once_one_gets_it,
    a_domain_of_a_missing_pool_is_refused,
    names_of_custom_domains_are_told_and_no_prefix,
);

/// A prefix and a custom domain of the pool, the older first.
pub(crate) fn both_kinds(pool: &UserPool) -> [Domain; 2] {
    let prefix = prefix_domain(pool, "shop");
    let certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1".to_owned();
    let routing = RoutingType {
        failover: Some(FailoverType {
            secondary_region: "us-west-2".to_owned(),
            primary_route53_health_check_id: "check".to_owned(),
        }),
    };
    let custom = Domain {
        domain: "auth.example.com".to_owned(),
        kind: DomainKind::Custom { certificate_arn },
        routing: Some(routing),
        created_at: at(1),
        ..prefix.clone()
    };
    [prefix, custom]
}

async fn insert(store: &Store, domain: &Domain) -> bool {
    let mut tx = store.begin().await.unwrap();
    let inserted = tx.insert_domain(domain).await.unwrap();
    tx.commit().await.unwrap();
    inserted
}

async fn domains_are_read_as_they_were_written_and_saved(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let [prefix, custom] = both_kinds(&pool);
    for domain in [&custom, &prefix] {
        assert!(insert(&store, domain).await);
        let read = store.read().await.unwrap().domain(&domain.region, &domain.domain).await.unwrap();
        assert_eq!(read.as_ref(), Some(domain));
    }
    let all = store.read().await.unwrap().domains_of_pool(&pool.id).await.unwrap();
    assert_eq!(all, [prefix.clone(), custom.clone()]);

    let kind =
        DomainKind::Custom { certificate_arn: "arn:aws:acm:us-east-1:123456789012:certificate/2".to_owned() };
    let changed = Domain { kind, managed_login_version: 1, routing: None, modified_at: at(2), ..custom };
    let mut tx = store.begin().await.unwrap();
    assert!(tx.save_domain(&changed).await.unwrap());
    assert_eq!(tx.domains_of_pool(&pool.id).await.unwrap(), [prefix, changed.clone()]);
    assert!(tx.delete_domain(&pool.id, &changed.domain).await.unwrap());
    assert!(!tx.delete_domain(&pool.id, &changed.domain).await.unwrap());
    assert!(!tx.save_domain(&changed).await.unwrap());
    assert!(tx.domain(&changed.region, &changed.domain).await.unwrap().is_none());
    tx.commit().await.unwrap();
}

async fn a_domain_is_taken_once_in_its_region_over_all_pools(database: &TestDatabase) {
    let store = database.store().await;
    let scope = Scope { account: "123456789012".to_owned(), region: "us-east-1".to_owned() };
    let (pool, other) = (pool("A"), UserPool { scope, ..pool("B") });
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    assert!(insert(&store, &prefix_domain(&pool, "shop")).await);
    assert!(!insert(&store, &prefix_domain(&other, "shop")).await);
    let elsewhere = Domain { region: "eu-west-1".to_owned(), ..prefix_domain(&other, "shop") };
    assert!(insert(&store, &elsewhere).await);
    let mut tx = store.begin().await.unwrap();
    assert!(!tx.delete_domain(&other.id, "nobodys").await.unwrap());
    assert!(tx.delete_domain(&other.id, "shop").await.unwrap());
    assert!(tx.domain("us-east-1", "shop").await.unwrap().is_some(), "of another pool");
}

async fn a_pool_has_at_most_one_domain_of_each_kind(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    for domain in both_kinds(&pool) {
        assert!(insert(&store, &domain).await);
        assert!(!insert(&store, &Domain { domain: "another".to_owned(), ..domain }).await);
    }
}

async fn a_domain_is_found_by_everybody_but_shown_to_its_account(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    insert(&store, &prefix_domain(&pool, "shop")).await;
    let mut read = store.read().await.unwrap();
    assert!(read.domain("us-east-1", "shop").await.unwrap().is_some());
    assert!(read.domain("eu-west-1", "shop").await.unwrap().is_none());
    assert!(read.domain_of_account(&pool.scope, "shop").await.unwrap().is_some());
    assert!(read.domain_of_account(&pool.scope, "shops").await.unwrap().is_none());
    let stranger = Scope { account: "123456789012".to_owned(), ..pool.scope };
    assert!(read.domain_of_account(&stranger, "shop").await.unwrap().is_none());
}

async fn a_domain_that_went_to_another_pool_is_not_saved(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    let read_before = prefix_domain(&pool, "shop");
    insert(&store, &read_before).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.delete_domain(&pool.id, "shop").await.unwrap());
    assert!(tx.insert_domain(&prefix_domain(&other, "shop")).await.unwrap());
    tx.commit().await.unwrap();

    let mut tx = store.begin().await.unwrap();
    assert!(!tx.save_domain(&Domain { managed_login_version: 1, ..read_before }).await.unwrap());
    let theirs = tx.domain("us-east-1", "shop").await.unwrap();
    assert_eq!(theirs, Some(prefix_domain(&other, "shop")));
}

async fn of_many_pools_that_want_one_domain_at_once_one_gets_it(database: &TestDatabase) {
    let store = database.store().await;
    let mut callers = tokio::task::JoinSet::new();
    for number in 0..20 {
        let store = store.clone();
        callers.spawn(async move {
            let pool = pool(&format!("{number}"));
            insert_pool(&store, &pool).await;
            insert(&store, &prefix_domain(&pool, "shop")).await
        });
    }
    assert_eq!(callers.join_all().await.into_iter().filter(|inserted| *inserted).count(), 1);
}

async fn a_domain_of_a_missing_pool_is_refused(database: &TestDatabase) {
    let store = database.store().await;
    let mut tx = store.begin().await.unwrap();
    assert_reference(&tx.insert_domain(&prefix_domain(&pool("A"), "shop")).await);
}

async fn names_of_custom_domains_are_told_and_no_prefix(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    assert!(store.read().await.unwrap().custom_domain_names().await.unwrap().is_empty());
    assert!(!store.read().await.unwrap().has_custom_domain("acme").await.unwrap());
    for domain in both_kinds(&pool) {
        assert!(insert(&store, &domain).await);
    }
    let names = store.read().await.unwrap().custom_domain_names().await.unwrap();
    assert_eq!(names, ["auth.example.com"]);
}
