//! Federated sign-ins, on both databases: who is signed in, what is kept, and sign-ins that meet.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::test::TestRequest;
use chrono::DateTime;
use domain::ids::{ClientId, PoolId};
use domain::scope::Scope;
use serde_json::{Value, json};
use storage::{Sealer, Store};
use tokio::task::JoinSet;
use wire::{IdentityProviderTypeType, Operation, UserStatusType};

use super::*;
use crate::config::Config;
use crate::{FixedClock, Poolhouse, SeededRandom, operations};

macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test] async fn $name() { super::$name(super::World::on_sqlite().await).await })*
        }
        mod postgres {
            $(#[tokio::test] async fn $name() {
                if let Some(world) = super::World::on_postgres().await { super::$name(world).await }
            })*
        }
    };
}

on_both!(
    the_first_sign_in_makes_a_user,
    later_sign_ins_bring_attributes_up_to_date,
    a_linked_identity_signs_in_as_who_it_is_linked_to,
    an_identity_linked_by_an_attribute_has_its_subject_from_then_on,
    an_unlinked_identity_gets_a_profile_of_its_own,
    disabled_users_and_taken_names_are_refused,
    of_twenty_first_sign_ins_at_once_all_get_one_user,
    a_browser_is_signed_in_and_an_event_kept,
);

/// A server's parts with one pool, its client and two providers.
struct World {
    poolhouse: Poolhouse,
    client: ClientWithPool,
    folder: Option<PathBuf>,
}

impl World {
    async fn on_sqlite() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name =
            format!("poolhouse-federate-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let store = store(&format!("sqlite:{}", folder.join("p.db").display())).await;
        Self::on(store, Some(folder)).await
    }

    /// A schema of the test's own in the cluster that `POOLHOUSE_TEST_POSTGRES_URL` names.
    async fn on_postgres() -> Option<Self> {
        let cluster = std::env::var("POOLHOUSE_TEST_POSTGRES_URL").ok()?;
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let schema = format!("federate_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut tx = store(&cluster).await.begin().await.unwrap();
        tx.script(&format!("CREATE SCHEMA {schema}")).await.unwrap();
        tx.commit().await.unwrap();
        Some(Self::on(store(&format!("{cluster}?options[search_path]={schema}")).await, None).await)
    }

    async fn on(store: Store, folder: Option<PathBuf>) -> Self {
        storage::migrate(&store).await.unwrap();
        let clock = FixedClock::new(DateTime::from_timestamp(1_767_323_045, 0).unwrap());
        let random = Arc::new(SeededRandom::new(42));
        let poolhouse = Poolhouse::new(store, Arc::new(clock), random, Config::default());
        let call = |operation, request| ok(&poolhouse, operation, request);
        let pool = json!({
            "PoolName": "team", "UsernameConfiguration": { "CaseSensitive": false },
            "UserPoolTier": "PLUS", "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" },
            "AliasAttributes": ["email"], "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
        });
        let pool = call("CreateUserPool", pool).await["UserPool"]["Id"].as_str().unwrap().to_owned();
        let details = json!({
            "client_id": "me", "authorize_scopes": "openid", "attributes_request_method": "GET",
            "oidc_issuer": "https://idp.example.com", "authorize_url": "https://idp.example.com/authorize",
            "token_url": "https://idp.example.com/token", "attributes_url": "https://idp.example.com/me",
            "jwks_uri": "https://idp.example.com/keys",
        });
        let corp = json!({
            "UserPoolId": pool, "ProviderName": "Corp", "ProviderType": "OIDC", "ProviderDetails": details,
            "AttributeMapping": { "email": "mail", "name": "name" },
        });
        call("CreateIdentityProvider", corp).await;
        let client = json!({ "UserPoolId": pool, "ClientName": "web" });
        let client = call("CreateUserPoolClient", client).await["UserPoolClient"]["ClientId"]
            .as_str()
            .unwrap()
            .to_owned();
        let mut read = poolhouse.store.read_latest().await.unwrap();
        let client = read.client_with_pool(&ClientId::from(client)).await.unwrap().unwrap();
        drop(read);
        Self { poolhouse, client, folder }
    }

    fn pool(&self) -> &str {
        self.client.pool.id.as_str()
    }

    /// Calls an operation that must succeed.
    async fn ok(&self, operation: &str, mut request: Value) -> Value {
        request["UserPoolId"] = json!(self.pool());
        ok(&self.poolhouse, operation, request).await
    }

    async fn provider(&self) -> IdentityProvider {
        let pool_id = PoolId::from(self.pool().to_owned());
        let mut read = self.poolhouse.store.read_latest().await.unwrap();
        read.identity_provider(&pool_id, "Corp").await.unwrap().unwrap()
    }

    async fn sign_in(&self, subject: &str, claims: Value) -> Result<User, String> {
        let call = call(&self.poolhouse);
        let identity = identity(subject, claims);
        federated_user(&call, &self.client, &self.provider().await, identity).await.map_err(|error| {
            match error {
                FederateError::Refused(error) => format!("{}: {error}", error.code()),
                FederateError::Fault(error) => panic!("{error:?}"),
            }
        })
    }

    async fn native(&self, username: &str) -> String {
        let created =
            self.ok("AdminCreateUser", json!({ "Username": username, "MessageAction": "SUPPRESS" })).await;
        created["User"]["Attributes"][0]["Value"].as_str().unwrap().to_owned()
    }

    async fn link(&self, username: &str, attribute: &str, value: &str) {
        let request = json!({
            "DestinationUser": { "ProviderName": "Cognito", "ProviderAttributeValue": username },
            "SourceUser": { "ProviderName": "Corp", "ProviderAttributeName": attribute, "ProviderAttributeValue": value },
        });
        self.ok("AdminLinkProviderForUser", request).await;
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder); // what is left behind is in the system's temporary folder
        }
    }
}

async fn store(url: &str) -> Store {
    Store::connect(url, Sealer::new(&[7; Sealer::KEY_BYTES]).unwrap()).await.unwrap()
}

fn call(poolhouse: &Poolhouse) -> Call {
    poolhouse.call(&TestRequest::default().to_http_request(), Scope::default())
}

async fn ok(poolhouse: &Poolhouse, operation: &str, request: Value) -> Value {
    let operation = Operation::from_name(operation).unwrap();
    let body = request.to_string();
    let answer = operations::dispatch(operation, &call(poolhouse), body.as_bytes()).await.unwrap();
    serde_json::from_slice(&answer).unwrap()
}

fn identity(subject: &str, claims: Value) -> ExternalIdentity {
    let claims: BTreeMap<String, String> = serde_json::from_value(claims).unwrap();
    ExternalIdentity {
        provider_name: "Corp".to_owned(),
        provider_type: IdentityProviderTypeType::Oidc,
        issuer: Some("https://idp.example.com".to_owned()),
        subject: subject.to_owned(),
        claims: claims.into_iter().map(|(name, value)| (name, vec![value])).collect(),
    }
}

fn identities(user: &User) -> Value {
    serde_json::from_str(user.attribute("identities").unwrap_or("[]")).unwrap()
}

async fn the_first_sign_in_makes_a_user(world: World) {
    let user = world.sign_in("Ab-1", json!({ "mail": "Jane@Example.com", "other": "x" })).await.unwrap();
    assert_eq!((user.username.as_str(), user.status), ("corp_ab-1", UserStatusType::ExternalProvider));
    assert!(user.enabled && user.password.is_none());
    let expected = json!([{
        "userId": "Ab-1", "providerName": "Corp", "providerType": "OIDC", "issuer": "https://idp.example.com",
        "primary": true, "dateCreated": 1_767_323_045_000_i64,
    }]);
    assert_eq!(identities(&user), expected);
    assert_eq!(user.attribute("email"), Some("jane@example.com"));
    assert_eq!(user.attribute("email_verified"), Some("false"));
    let groups = world.ok("AdminListGroupsForUser", json!({ "Username": "Corp_Ab-1" })).await;
    let group = &groups["Groups"][0];
    assert_eq!(group["GroupName"], format!("{}_Corp", world.pool()));
    assert_eq!(group["Description"], "Autogenerated group for users who sign in using Corp");
    // Another subject, though its username would be the same.
    let refused = world.sign_in("ab-1", json!({})).await.err().unwrap();
    assert_eq!(refused, "invalid_request: Already found an entry for username corp_ab-1");
}

async fn later_sign_ins_bring_attributes_up_to_date(world: World) {
    let first = world.sign_in("1", json!({ "mail": "a@example.com", "name": "A" })).await.unwrap();
    let same = world.sign_in("1", json!({ "mail": "a@example.com" })).await.unwrap();
    assert!(same == first);
    let changed = world.sign_in("1", json!({ "mail": "b@example.com", "name": "" })).await.unwrap();
    assert_eq!((changed.id, changed.attribute("email")), (first.id, Some("b@example.com")));
    assert_eq!((changed.attribute("name"), changed.version), (None, first.version + 1));
    let read = world.ok("AdminGetUser", json!({ "Username": "Corp_1" })).await;
    assert_eq!(read["UserAttributes"].as_array().unwrap().len(), 4);
    let again = world.sign_in("1", json!({ "mail": "c@example.com" })).await.unwrap();
    assert_eq!(again.version, changed.version + 1);
}

async fn a_linked_identity_signs_in_as_who_it_is_linked_to(world: World) {
    let sub = world.native("jane").await;
    world.link("jane", "Cognito_Subject", "77").await;
    let user = world.sign_in("77", json!({ "mail": "jane@example.com" })).await.unwrap();
    assert_eq!((user.id.to_string(), user.username.as_str()), (sub, "jane"));
    assert_eq!(user.status, UserStatusType::ForceChangePassword);
    assert_eq!(user.attribute("email"), Some("jane@example.com"));
    assert_eq!(identities(&user)[0]["primary"], false);
    let groups = world.ok("AdminListGroupsForUser", json!({ "Username": "jane" })).await;
    assert_eq!(groups["Groups"], json!([]));
}

async fn an_identity_linked_by_an_attribute_has_its_subject_from_then_on(world: World) {
    let sub = world.native("jane").await;
    world.link("jane", "email", "Jane@Example.com").await;
    let user = world.sign_in("77", json!({ "mail": "jane@example.com" })).await.unwrap();
    assert_eq!(user.id.to_string(), sub);
    assert_eq!(identities(&user)[0]["userId"], "77");
    let again = world.sign_in("77", json!({ "mail": "other@example.com" })).await.unwrap();
    assert_eq!(again.id, user.id);
    // The address led to her once. Whoever has it later is somebody else.
    let other = world.sign_in("78", json!({ "mail": "jane@example.com" })).await.unwrap();
    assert_eq!(other.username, "corp_78");
}

async fn an_unlinked_identity_gets_a_profile_of_its_own(world: World) {
    world.native("jane").await;
    world.link("jane", "email", "jane@example.com").await;
    let jane = world.sign_in("77", json!({ "mail": "jane@example.com" })).await.unwrap();
    let by_subject = json!({ "ProviderName": "Corp", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "77" });
    world.ok("AdminDisableProviderForUser", json!({ "User": by_subject })).await;
    let user = world.sign_in("77", json!({ "mail": "jane@example.com" })).await.unwrap();
    assert_eq!(user.username, "corp_77");
    assert!(user.id != jane.id);
    let read = world.ok("AdminGetUser", json!({ "Username": "jane" })).await;
    assert!(!read.to_string().contains("identities"), "{read}");
}

async fn disabled_users_and_taken_names_are_refused(world: World) {
    world.sign_in("1", json!({})).await.unwrap();
    world.ok("AdminDisableUser", json!({ "Username": "Corp_1" })).await;
    let refused = world.sign_in("1", json!({ "name": "new" })).await.err().unwrap();
    assert_eq!(refused, "invalid_request: User is not enabled");
    let read = world.ok("AdminGetUser", json!({ "Username": "Corp_1" })).await;
    assert!(!read.to_string().contains("new"));
    world.native("corp_2").await;
    let refused = world.sign_in("2", json!({})).await.err().unwrap();
    assert_eq!(refused, "invalid_request: Already found an entry for username corp_2");
    // Two people with an alias: the provider's word does not take it from the other.
    let taken =
        json!([{ "Name": "email", "Value": "x@example.com" }, { "Name": "email_verified", "Value": "true" }]);
    world
        .ok(
            "AdminCreateUser",
            json!({ "Username": "eve", "UserAttributes": taken, "MessageAction": "SUPPRESS" }),
        )
        .await;
    world.sign_in("3", json!({ "mail": "x@example.com" })).await.unwrap();
}

async fn of_twenty_first_sign_ins_at_once_all_get_one_user(world: World) {
    let world = Arc::new(world);
    let mut all = JoinSet::new();
    for _ in 0..20 {
        let world = world.clone();
        all.spawn(async move { world.sign_in("1", json!({ "mail": "a@example.com" })).await.unwrap().id });
    }
    let mut ids = all.join_all().await;
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let users = world.ok("ListUsers", json!({})).await;
    assert_eq!(users["Users"].as_array().unwrap().len(), 1);
}

async fn a_browser_is_signed_in_and_an_event_kept(world: World) {
    let user = world.sign_in("1", json!({})).await.unwrap();
    let browser =
        sign_browser_in_as(&call(&world.poolhouse), &world.client, &user, ("Corp", None)).await.unwrap();
    let mut read = world.poolhouse.store.read_latest().await.unwrap();
    let (kept, whose) = read.browser_session(&browser.cookie).await.unwrap().unwrap();
    assert!(kept == browser.session && whose == user);
    drop(read);
    let events = world.ok("AdminListUserAuthEvents", json!({ "Username": "Corp_1" })).await;
    let event = &events["AuthEvents"][0];
    assert_eq!(event["EventId"], kept.event_id.to_string());
    assert_eq!((&event["EventType"], &event["EventResponse"]), (&json!("SignIn"), &json!("Pass")));
    assert_eq!(event["ChallengeResponses"], json!([]));
}
