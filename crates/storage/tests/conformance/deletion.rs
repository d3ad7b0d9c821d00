//! A deleted pool or user leaves no row behind, and takes none of another with it.

use domain::app_clients::AppClient;
use domain::codes::{CodePurpose, LimitedAction};
use domain::federation::IdentityKey;
use domain::ids::ClientId;
use domain::messages::Channel;
use domain::tokens::TokenUse;
use domain::user_pools::UserPool;
use domain::users::User;
use storage::{PasskeyRegistration, Store, StoreError, Tx};
use tokio::task::JoinSet;

use crate::brand_samples::{branding, terms, ui_customization};
use crate::catalogue::{Table, tables, tables_bound_to_pools};
use crate::database::{TestDatabase, on_both};
use crate::federation_samples::{document, pool_certificate, saml_subject};
use crate::oauth_samples::{authorization_code, browser_session};
use crate::samples::{
    at, client, insert_pool, message, pool, prefix_domain, provider, resource_server, secret, texts, user,
};
use crate::sign_in_samples::{
    auth_event, device, group, passkey, sign_in, signing_key, software_token, user_session,
};

on_both!(
    a_deleted_pool_leaves_no_row_behind,
    a_deleted_user_leaves_no_row_behind,
    a_deleted_client_takes_its_branding_and_terms_along,
    users_who_come_while_their_pool_is_deleted_leave_nothing,
);

/// Tables that belong to no pool. Any other has a `pool_id`.
const OF_NO_POOL: [&str; 10] = [
    "user_pools",
    "sealing_key_check",
    "local_ca",
    "mock_idp_key",
    "mock_idp_codes",
    "unknown_name_attempts",
    "unknown_name_codes",
    "unknown_name_failed_tries",
    "stand_ins",
    "refinery_schema_history",
];

/// A row in every table. A new table wants a line here: the test fails without. Returns the user.
async fn fill(store: &Store, pool: &UserPool, number: u128) -> User {
    insert_pool(store, pool).await;
    let mut tx = store.begin().await.unwrap();
    let client = client(pool, &format!("client{number}"));
    tx.insert_app_client(&client).await.unwrap();
    tx.insert_client_secret(&client, &secret(&client, "hush", 0)).await.unwrap();
    assert!(tx.insert_domain(&prefix_domain(pool, &pool.name.to_lowercase())).await.unwrap());
    let mut provider = provider(pool, "Corp");
    provider.identifiers = vec!["corp.example".to_owned()];
    assert!(tx.insert_identity_provider(&provider).await.unwrap());
    assert!(tx.insert_resource_server(&resource_server(pool, "photos")).await.unwrap());
    let attributes = texts([("email", "bob@example.com"), ("email_verified", "true")]);
    let bob = User { attributes, ..user(pool, number, "bob") };
    tx.insert_user(pool, &bob).await.unwrap().unwrap();
    tx.put_code(&bob, CodePurpose::SignUp, "482913", at(0)).await.unwrap();
    assert!(tx.count_attempt(&bob, LimitedAction::ConfirmSignUp, at(0)).await.unwrap());
    tx.insert_message(&message(&bob, number, "482913")).await.unwrap();
    fill_security(&mut tx, &client, &bob, number).await;
    fill_federation(&mut tx, &bob, number).await;
    assert!(tx.insert_managed_login_branding(&branding(&client, number)).await.unwrap());
    tx.put_ui_customization(&ui_customization(pool, Some(&client))).await.unwrap();
    assert!(tx.insert_terms(&terms(&client, number, "terms-of-use")).await.unwrap());
    tx.commit().await.unwrap();
    bob
}

/// Rows of what a user has for signing in.
async fn fill_security(tx: &mut Tx, client: &AppClient, bob: &User, number: u128) {
    let message = message(bob, number + 50, "482913");
    tx.insert_message(&message).await.unwrap();
    tx.insert_delivery(&message, Channel::Smtp, at(0)).await.unwrap();
    tx.count_delivery(&bob.pool_id, at(0)).await.unwrap();
    tx.count_failure(bob, domain::sign_in::Factor::Password, at(0)).await.unwrap();
    tx.put_software_token(bob, &software_token(true)).await.unwrap();
    tx.insert_signing_key(&signing_key(&bob.pool_id, TokenUse::Id, number), at(0)).await.unwrap();
    tx.insert_sign_in(&format!("handle{number}"), &sign_in(client, Some(bob)), at(180)).await.unwrap();
    let session = user_session(client, bob, number);
    tx.insert_user_session(&session).await.unwrap();
    tx.insert_refresh_token(&session, &format!("token{number}"), at(0)).await.unwrap();
    tx.insert_authorization_code(&format!("code{number}"), &authorization_code(client, bob)).await.unwrap();
    let browser = browser_session(client, bob, u32::try_from(number).unwrap());
    tx.insert_browser_session(&format!("cookie{number}"), &browser).await.unwrap();
    tx.put_saml_subject(&format!("cookie{number}"), &saml_subject("bob")).await.unwrap();
    let group = group(&bob.pool_id, "admins", Some(1));
    assert!(tx.insert_group(&group).await.unwrap());
    tx.add_user_to_group(&group, &bob.id).await.unwrap();
    tx.insert_device(&device(bob, &format!("us-east-1_{number}"))).await.unwrap();
    assert!(tx.insert_passkey(&passkey(bob, &format!("credential{number}"))).await.unwrap());
    let registration =
        PasskeyRegistration { client_id: client.id.clone(), state: "{}".to_owned(), expires_at: at(60) };
    tx.put_passkey_registration(bob, &registration).await.unwrap();
    tx.insert_auth_event(&auth_event(bob, number)).await.unwrap();
    tx.insert_password_history(bob, bob.password.as_ref().unwrap(), 3, at(0)).await.unwrap();
}

/// Rows of signing in by other providers.
async fn fill_federation(tx: &mut Tx, bob: &User, number: u128) {
    let corp = IdentityKey {
        provider_name: "Corp".to_owned(),
        attribute_name: "Cognito_Subject".to_owned(),
        value: number.to_string(),
    };
    assert!(tx.insert_user_identity(bob, &corp, true, at(0)).await.unwrap());
    let pool_id = &bob.pool_id;
    tx.insert_federated_sign_in(pool_id, &format!("state{number}"), &"kept", at(300)).await.unwrap();
    assert!(tx.take_assertion(pool_id, "assertion", at(600)).await.unwrap());
    tx.put_provider_document(pool_id, "Corp", &document("https://idp", 0)).await.unwrap();
    tx.insert_pool_certificate(pool_id, &pool_certificate(1), at(0)).await.unwrap();
}

async fn a_deleted_pool_leaves_no_row_behind(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    fill(&store, &pool, 1).await;
    fill(&store, &other, 2).await;

    let all = tables(database).await;
    assert!(OF_NO_POOL.iter().all(|name| all.iter().any(|table| table.name == *name)));
    let of_pools: Vec<&Table> =
        all.iter().filter(|table| !OF_NO_POOL.contains(&table.name.as_str())).collect();
    let bound = tables_bound_to_pools(&store, database).await;
    let mut rows_of_other = Vec::new();
    for table in &of_pools {
        assert!(table.has_column("pool_id"), "{} belongs to no pool", table.name);
        assert!(bound.contains(&table.name), "{}.pool_id refers to no pool", table.name);
        assert!(
            table.rows_of_pool(&store, pool.id.as_str()).await > 0,
            "{} is not filled by the test",
            table.name
        );
        rows_of_other.push(table.rows_of_pool(&store, other.id.as_str()).await);
    }

    let mut tx = store.begin().await.unwrap();
    assert!(tx.delete_domain(&pool.id, "a").await.unwrap());
    assert!(tx.delete_user_pool(&pool.id).await.unwrap());
    tx.commit().await.unwrap();
    for (table, rows) in of_pools.iter().zip(rows_of_other) {
        assert_eq!(table.rows_of_pool(&store, pool.id.as_str()).await, 0, "{}", table.name);
        assert_eq!(table.rows_of_pool(&store, other.id.as_str()).await, rows, "{}", table.name);
    }
}

async fn a_deleted_user_leaves_no_row_behind(database: &TestDatabase) {
    let store = database.store().await;
    let (gone, stays) = (fill(&store, &pool("A"), 1).await, fill(&store, &pool("B"), 2).await);
    let all = tables(database).await;
    let of_users: Vec<&Table> = all.iter().filter(|table| table.has_column("user_id")).collect();
    let mut rows_of_other = Vec::new();
    for table in &of_users {
        assert!(table.rows_of_user(&store, gone.id).await > 0, "{} is not filled by the test", table.name);
        rows_of_other.push(table.rows_of_user(&store, stays.id).await);
    }
    let mut tx = store.begin().await.unwrap();
    assert!(tx.delete_user(&gone).await.unwrap());
    tx.commit().await.unwrap();
    for (table, rows) in of_users.iter().zip(rows_of_other) {
        assert_eq!(table.rows_of_user(&store, gone.id).await, 0, "{}", table.name);
        assert_eq!(table.rows_of_user(&store, stays.id).await, rows, "{}", table.name);
    }
}

async fn a_deleted_client_takes_its_branding_and_terms_along(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    fill(&store, &pool, 1).await;
    fill(&store, &other, 2).await;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.delete_app_client(&pool.id, &ClientId::from("client1".to_owned())).await.unwrap());
    tx.commit().await.unwrap();
    let of_clients = ["managed_login_brandings", "managed_login_assets", "ui_customizations", "terms"];
    let all = tables(database).await;
    for table in all.iter().filter(|table| of_clients.contains(&table.name.as_str())) {
        assert_eq!(table.rows_of_pool(&store, pool.id.as_str()).await, 0, "{}", table.name);
        assert!(table.rows_of_pool(&store, other.id.as_str()).await > 0, "{}", table.name);
    }
}

async fn users_who_come_while_their_pool_is_deleted_leave_nothing(database: &TestDatabase) {
    let store = database.store().await;
    let pool = pool("A");
    insert_pool(&store, &pool).await;
    let mut callers = JoinSet::new();
    for number in 0..60 {
        let (store, pool) = (store.clone(), pool.clone());
        callers.spawn(async move {
            let mut tx = store.begin().await?;
            if number == 20 {
                assert!(tx.delete_user_pool(&pool.id).await?);
            } else {
                tx.insert_user(&pool, &user(&pool, number, &format!("{number}"))).await?.unwrap();
            }
            tx.commit().await
        });
    }
    let outcomes = callers.join_all().await;
    assert!(
        outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(StoreError::Reference))),
        "{outcomes:?}"
    );
    for table in tables(database).await.iter().filter(|table| table.has_column("pool_id")) {
        assert_eq!(table.rows_of_pool(&store, pool.id.as_str()).await, 0, "{}", table.name);
    }
}
