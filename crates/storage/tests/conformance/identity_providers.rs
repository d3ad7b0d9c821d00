//! Statements of `identity_providers` and their identifiers.

use domain::identity_providers::{IdentityProvider, secret_keys};
use storage::{Position, Store, StoreError};
use wire::IdentityProviderTypeType;

use crate::database::{TestDatabase, on_both};
use crate::samples::{assert_reference, at, insert_pool, pool, provider, texts};

on_both!(
    a_provider_is_read_as_it_was_written_and_saved,
    secrets_of_every_kind_come_back_among_the_details,
    a_provider_is_found_by_each_of_its_identifiers,
    an_identifier_belongs_to_one_provider_of_its_pool,
    a_provider_saved_by_somebody_else_is_not_overwritten,
    a_name_is_taken_once_in_its_pool,
    providers_are_listed_by_age_to_the_end,
    secrets_moved_to_another_provider_do_not_open,
    a_provider_of_a_missing_pool_is_refused,
);

fn with_identifiers(mut provider: IdentityProvider, identifiers: &[&str]) -> IdentityProvider {
    provider.identifiers = identifiers.iter().map(|&identifier| identifier.to_owned()).collect();
    provider
}

async fn insert(store: &Store, provider: &IdentityProvider) {
    let mut tx = store.begin().await.unwrap();
    assert!(tx.insert_identity_provider(provider).await.unwrap());
    tx.commit().await.unwrap();
}

async fn a_provider_is_read_as_it_was_written_and_saved(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    let mut provider = with_identifiers(provider(&pool, "Corp"), &["z.example", "a.example", "m.example"]);
    insert(&store, &provider).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.identity_provider(&pool.id, "Corp").await.unwrap().as_ref() == Some(&provider));
    assert!(tx.identity_provider(&other.id, "Corp").await.unwrap().is_none());

    provider.details =
        texts([("client_id", "app2"), ("client_secret", "another"), ("oidc_issuer", "https://idp2.example")]);
    provider.attribute_mapping = texts([]);
    provider.acr_mapping = Some(texts([("Level1", "urn:low")]));
    provider.modified_at = at(1);
    for identifiers in [&["m.example", "new.example"][..], &[][..], &["a.example"][..]] {
        provider = with_identifiers(provider, identifiers);
        assert!(tx.save_identity_provider(&provider).await.unwrap());
        provider.version += 1;
        assert!(tx.identity_provider(&pool.id, "Corp").await.unwrap().as_ref() == Some(&provider));
    }

    assert!(!tx.delete_identity_provider(&other.id, "Corp").await.unwrap());
    for deleted in [true, false] {
        assert_eq!(tx.delete_identity_provider(&pool.id, "Corp").await.unwrap(), deleted);
        assert!(tx.identity_provider(&pool.id, "Corp").await.unwrap().is_none());
        assert!(tx.identity_provider_by_identifier(&pool.id, "a.example").await.unwrap().is_none());
    }
    tx.commit().await.unwrap();
}

async fn secrets_of_every_kind_come_back_among_the_details(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    for kind in IdentityProviderTypeType::ALL {
        let mut provider = IdentityProvider { kind: *kind, ..provider(&pool, kind.as_str()) };
        for key in secret_keys(*kind) {
            provider.details.insert((*key).to_owned(), "-----BEGIN\nKEY-----".to_owned());
        }
        insert(&store, &provider).await;
        let read = store.read().await.unwrap().identity_provider(&pool.id, kind.as_str()).await.unwrap();
        assert!(read.as_ref() == Some(&provider), "{kind}");
    }
}

async fn a_provider_is_found_by_each_of_its_identifiers(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    let corp = with_identifiers(provider(&pool, "Corp"), &["corp.example", "corp.test"]);
    let shop = with_identifiers(provider(&pool, "Shop"), &["shop.example"]);
    let theirs = with_identifiers(provider(&other, "Theirs"), &["corp.example", "theirs.example"]);
    for provider in [&corp, &shop, &theirs] {
        insert(&store, provider).await;
    }
    let mut read = store.read().await.unwrap();
    for (pool, identifier, found) in [
        (&pool, "corp.example", Some(&corp)),
        (&pool, "corp.test", Some(&corp)),
        (&pool, "shop.example", Some(&shop)),
        (&pool, "theirs.example", None),
        (&pool, "Corp.example", None),
        (&other, "corp.example", Some(&theirs)),
    ] {
        let read = read.identity_provider_by_identifier(&pool.id, identifier).await.unwrap();
        assert!(read.as_ref() == found, "{identifier} in {}", pool.id);
    }
}

async fn an_identifier_belongs_to_one_provider_of_its_pool(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    insert(&store, &with_identifiers(provider(&pool, "Corp"), &["corp.example"])).await;
    insert(&store, &provider(&pool, "Shop")).await;
    let mut tx = store.begin().await.unwrap();
    let another = with_identifiers(provider(&pool, "Another"), &["free.example", "corp.example"]);
    assert!(matches!(tx.insert_identity_provider(&another).await, Err(StoreError::Conflict)));
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    let shop = with_identifiers(provider(&pool, "Shop"), &["corp.example"]);
    assert!(matches!(tx.save_identity_provider(&shop).await, Err(StoreError::Conflict)));
    drop(tx);
    let mut read = store.read().await.unwrap();
    assert!(read.identity_provider(&pool.id, "Another").await.unwrap().is_none());
    assert!(read.identity_provider(&pool.id, "Shop").await.unwrap() == Some(provider(&pool, "Shop")));
}

async fn a_provider_saved_by_somebody_else_is_not_overwritten(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let mine = with_identifiers(provider(&pool, "Corp"), &["mine.example"]);
    let theirs = with_identifiers(mine.clone(), &["theirs.example"]);
    insert(&store, &mine).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.save_identity_provider(&theirs).await.unwrap());
    assert!(!tx.save_identity_provider(&mine).await.unwrap());
    let read = tx.identity_provider(&pool.id, "Corp").await.unwrap().unwrap();
    assert!(read == IdentityProvider { version: 2, ..theirs });
    assert!(!tx.save_identity_provider(&provider(&pool, "Nobody")).await.unwrap());
}

async fn a_name_is_taken_once_in_its_pool(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    let first = with_identifiers(provider(&pool, "Corp"), &["first.example"]);
    insert(&store, &first).await;
    let mut tx = store.begin().await.unwrap();
    let second = with_identifiers(provider(&pool, "Corp"), &["second.example"]);
    assert!(!tx.insert_identity_provider(&second).await.unwrap());
    assert!(tx.identity_provider(&pool.id, "Corp").await.unwrap() == Some(first));
    assert!(tx.insert_identity_provider(&provider(&pool, "corp")).await.unwrap(), "case counts");
    assert!(tx.insert_identity_provider(&provider(&other, "Corp")).await.unwrap());
}

async fn providers_are_listed_by_age_to_the_end(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let mut expected = Vec::new();
    for number in 0..11 {
        let name = format!("{:02}", 50 - number);
        let provider = IdentityProvider { created_at: at(number / 4), ..provider(&pool, &name) };
        insert(&store, &with_identifiers(provider.clone(), &[&name, &format!("{name}.example")])).await;
        expected.push(provider);
    }
    expected.sort_by_key(|provider| (provider.created_at, provider.name.clone()));
    let (mut after, mut listed) = (Position::start(), Vec::new());
    loop {
        let page = store.read_latest().await.unwrap().identity_providers(&pool.id, &after, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Position { created_at: last.created_at, id: last.name.clone() };
        listed.extend(page);
    }
    assert!(listed == expected, "each once, without its identifiers");
}

async fn secrets_moved_to_another_provider_do_not_open(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    insert(&store, &provider(&pool, "Corp")).await;
    insert(&store, &provider(&pool, "Shop")).await;
    let mut tx = store.begin().await.unwrap();
    let copy = "UPDATE identity_providers SET sealed_secrets =
         (SELECT other.sealed_secrets FROM identity_providers AS other WHERE other.name = 'Corp')";
    assert_eq!(tx.query(copy).execute().await.unwrap(), 2);
    assert!(tx.identity_provider(&pool.id, "Corp").await.unwrap().is_some());
    assert!(matches!(tx.identity_provider(&pool.id, "Shop").await, Err(StoreError::Sealed)));
}

async fn a_provider_of_a_missing_pool_is_refused(database: &TestDatabase) {
    let store = database.store().await;
    let mut tx = store.begin().await.unwrap();
    assert_reference(&tx.insert_identity_provider(&provider(&pool("A"), "Corp")).await);
}
