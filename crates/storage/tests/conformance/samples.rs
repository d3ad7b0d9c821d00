//! Pools and what is in them, as the tests store them, and the few lines that store them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::app_clients::{AppClient, ClientSettings};
use domain::domains::{Domain, DomainKind};
use domain::identity_providers::IdentityProvider;
use domain::ids::{ClientId, PoolId};
use domain::messages::{Message, MessageKind};
use domain::resource_servers::ResourceServer;
use domain::scope::Scope;
use domain::srp::Verifier;
use domain::user_pools::{MfaSettings, PoolSettings, Schema, UserPool};
use domain::users::User;
use storage::{ClientSecret, Store, StoreError};
use uuid::Uuid;
use wire::{
    AliasAttributeType, DeliveryMediumType, ExplicitAuthFlowsType, IdentityProviderTypeType,
    ResourceServerScopeType, UserStatusType, UsernameConfigurationType,
};

/// So many microseconds behind the time when everything began.
pub(crate) fn at(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_800_000_000_000_000 + micros).unwrap()
}

pub(crate) fn texts<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Its users have all three kinds of alias; case does not count.
pub(crate) fn pool(name: &str) -> UserPool {
    let settings = PoolSettings {
        alias_attributes: Some(AliasAttributeType::ALL.to_vec()),
        username_configuration: Some(UsernameConfigurationType { case_sensitive: false }),
        ..PoolSettings::default()
    };
    UserPool {
        id: PoolId::from(format!("us-east-1_{name}")),
        scope: Scope::default(),
        name: name.to_owned(),
        settings,
        schema: Schema::new(Vec::new()).unwrap(),
        mfa: MfaSettings::default(),
        session_configuration: Default::default(),
        tags: texts([("team", "größe 'x' \"y\"")]),
        created_at: at(0),
        modified_at: at(0),
        version: 1,
    }
}

pub(crate) fn client(pool: &UserPool, id: &str) -> AppClient {
    let settings = ClientSettings {
        refresh_token_validity: Some(30),
        explicit_auth_flows: Some(vec![ExplicitAuthFlowsType::AllowUserSrpAuth]),
        ..ClientSettings::default()
    };
    AppClient {
        id: ClientId::from(id.to_owned()),
        pool_id: pool.id.clone(),
        name: "web".to_owned(),
        settings,
        created_at: at(0),
        modified_at: at(0),
        version: 1,
    }
}

pub(crate) fn secret(client: &AppClient, value: &str, micros: i64) -> ClientSecret {
    ClientSecret { id: format!("{}--{micros}", client.id), value: value.to_owned(), created_at: at(micros) }
}

pub(crate) fn prefix_domain(pool: &UserPool, name: &str) -> Domain {
    Domain {
        region: pool.scope.region.clone(),
        domain: name.to_owned(),
        pool_id: pool.id.clone(),
        kind: DomainKind::Prefix,
        managed_login_version: 2,
        cloudfront_distribution: "d111111abcdef8.cloudfront.net".to_owned(),
        routing: None,
        created_at: at(0),
        modified_at: at(0),
    }
}

pub(crate) fn provider(pool: &UserPool, name: &str) -> IdentityProvider {
    IdentityProvider {
        pool_id: pool.id.clone(),
        name: name.to_owned(),
        kind: IdentityProviderTypeType::Oidc,
        details: texts([
            ("client_id", "app"),
            ("client_secret", "s3cr3t"),
            ("oidc_issuer", "https://idp.example"),
        ]),
        attribute_mapping: texts([("email", "mail")]),
        identifiers: Vec::new(),
        acr_mapping: None,
        created_at: at(0),
        modified_at: at(0),
        version: 1,
    }
}

pub(crate) fn resource_server(pool: &UserPool, identifier: &str) -> ResourceServer {
    let scope = |name: &str| ResourceServerScopeType {
        scope_name: name.to_owned(),
        scope_description: format!("may {name}"),
    };
    ResourceServer {
        pool_id: pool.id.clone(),
        identifier: identifier.to_owned(),
        name: "photos".to_owned(),
        scopes: vec![scope("write"), scope("read")],
        created_at: at(0),
    }
}

/// A confirmed user; aliases count for those alone.
pub(crate) fn user(pool: &UserPool, number: u128, username: &str) -> User {
    User {
        id: Uuid::from_u128(number),
        pool_id: pool.id.clone(),
        username: username.to_owned(),
        status: UserStatusType::Confirmed,
        enabled: true,
        attributes: texts([("name", "Ännchen O'Neil")]),
        password: Some(Verifier { salt: [3; domain::srp::SALT_BYTES], value: vec![0, 1, 255] }),
        password_set_at: Some(at(0)),
        password_disabled: false,
        mfa: Default::default(),
        unverified: Default::default(),
        created_at: at(0),
        modified_at: at(0),
        version: 1,
    }
}

pub(crate) fn message(user: &User, number: u128, code: &str) -> Message {
    Message {
        id: Uuid::from_u128(number),
        pool_id: user.pool_id.clone(),
        username: user.username.clone(),
        to: "jane@example.com".to_owned(),
        medium: DeliveryMediumType::Email,
        kind: MessageKind::SignUp,
        subject: Some("Your code".to_owned()),
        body: format!("It is {code}"),
        code: Some(code.to_owned()),
        sent_at: at(0),
    }
}

pub(crate) async fn insert_pool(store: &Store, pool: &UserPool) {
    let mut tx = store.begin().await.unwrap();
    tx.insert_user_pool(pool).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) async fn insert_client(store: &Store, client: &AppClient) {
    let mut tx = store.begin().await.unwrap();
    tx.insert_app_client(client).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) async fn insert_user(store: &Store, pool: &UserPool, user: &User) {
    let mut tx = store.begin().await.unwrap();
    tx.insert_user(pool, user).await.unwrap().unwrap();
    tx.commit().await.unwrap();
}

/// What belongs to a pool cannot be written when the pool is gone.
pub(crate) fn assert_reference<T>(outcome: &storage::Result<T>) {
    assert!(matches!(outcome, Err(StoreError::Reference)));
}
