//! No password, secret, key or code stands in the database, however it is written.

use std::sync::atomic::{AtomicU8, Ordering};

use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use domain::codes::CodePurpose;
use domain::identity_providers::{IdentityProvider, secret_keys};
use domain::random::Random;
use domain::software_tokens::SoftwareToken;
use domain::srp::Verifier;
use domain::tokens::TokenUse;
use domain::users::User;
use storage::{KeptLocalCa, KeptMockIdpKey, KeptSigningKey, MockIdpCode, PoolCertificate, Store};
use wire::IdentityProviderTypeType;

use crate::catalogue::tables;
use crate::database::{TestDatabase, on_both};
use crate::federation_samples::{pool_certificate, saml_subject};
use crate::oauth_samples::{authorization_code, browser_session};
use crate::samples::{at, client, insert_pool, message, pool, provider, secret, user};
use crate::sign_in_samples::{sign_in, signing_key, software_token, user_session};

on_both!(no_secret_stands_in_the_database);

const CLIENT_SECRET: &str = "1q2w3e4r5t6z7u8i9o0p-client-secret";
const PROVIDER_SECRET: &str = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----";
const PASSWORD: &str = "Correct-horse-battery-staple-9";
const CODE: &str = "482913";
const REFRESH_TOKEN: &str = "eyJjdHkiOiJKV1QifQ.a-refresh-token.of-five.parts.here";
const HANDLE: &str = "a-handle-that-only-the-client-has";
const AUTHORIZATION_CODE: &str = "3f1c9d2e-7a45-4b68-9c01-5d2e8f7a6b34";
const COOKIE: &str = "a-cookie-of-a-browser-that-is-signed-in-at-a-domain";
const APP_SECRET: &str = "a-secret-of-an-app-20";
const SIGNING_KEY: &str = "a-private-key-that-signs-tokens";
const CA_KEY: &str = "a-private-key-that-signs-certificates";
const POOL_KEY: &str = "a-private-key-that-signs-requests";
const STATE: &str = "a-state-that-a-browser-brings-back";
const PROVIDER_TOKEN: &str = "a-token-of-a-provider";
const NAME_ID: &str = "what-a-provider-calls-somebody";
const IDP_KEY: &str = "a-private-key-of-the-built-in-provider";
const IDP_CODE: &str = "a-code-of-the-built-in-provider";
/// Not secret: found, or the search finds nothing at all.
const USERNAME: &str = "somebody-with-a-name";

struct Counting(AtomicU8);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill_with(|| self.0.fetch_add(1, Ordering::Relaxed));
    }
}

async fn store_secrets(store: &Store) {
    let pool = pool("A");
    insert_pool(store, &pool).await;
    let password = Verifier::new(&pool.id, USERNAME, PASSWORD, &Counting(AtomicU8::new(0)));
    let mut somebody = User { password: Some(password), ..user(&pool, 1, USERNAME) };
    let client = client(&pool, "1");
    let mut tx = store.begin().await.unwrap();
    tx.insert_app_client(&client).await.unwrap();
    tx.insert_client_secret(&client, &secret(&client, CLIENT_SECRET, 0)).await.unwrap();
    for kind in IdentityProviderTypeType::ALL {
        let mut provider = IdentityProvider { kind: *kind, ..provider(&pool, kind.as_str()) };
        provider.details.remove("client_secret");
        for key in secret_keys(*kind) {
            provider.details.insert((*key).to_owned(), PROVIDER_SECRET.to_owned());
        }
        assert!(tx.insert_identity_provider(&provider).await.unwrap());
        assert!(tx.save_identity_provider(&provider).await.unwrap());
    }
    tx.insert_user(&pool, &somebody).await.unwrap().unwrap();
    tx.save_user(&pool, &somebody).await.unwrap().unwrap();
    somebody.version += 1;
    tx.put_code(&somebody, CodePurpose::SignUp, CODE, at(0)).await.unwrap();
    tx.insert_message(&message(&somebody, 1, CODE)).await.unwrap();
    let session = user_session(&client, &somebody, 1);
    tx.insert_user_session(&session).await.unwrap();
    tx.insert_refresh_token(&session, REFRESH_TOKEN, at(0)).await.unwrap();
    tx.insert_sign_in(HANDLE, &sign_in(&client, Some(&somebody)), at(180)).await.unwrap();
    let grant = authorization_code(&client, &somebody);
    tx.insert_authorization_code(AUTHORIZATION_CODE, &grant).await.unwrap();
    tx.insert_browser_session(COOKIE, &browser_session(&client, &somebody, 1)).await.unwrap();
    tx.put_saml_subject(COOKIE, &saml_subject(NAME_ID)).await.unwrap();
    tx.insert_federated_sign_in(&pool.id, STATE, &PROVIDER_TOKEN, at(300)).await.unwrap();
    let key = PoolCertificate { private_key: POOL_KEY.as_bytes().to_vec(), ..pool_certificate(1) };
    tx.insert_pool_certificate(&pool.id, &key, at(0)).await.unwrap();
    let app = SoftwareToken { secret: APP_SECRET.as_bytes().to_vec(), ..software_token(true) };
    tx.put_software_token(&somebody, &app).await.unwrap();
    let key = signing_key(&pool.id, TokenUse::Id, 1);
    let key = KeptSigningKey { private_key: SIGNING_KEY.as_bytes().to_vec(), ..key };
    tx.insert_signing_key(&key, at(0)).await.unwrap();
    let ca = KeptLocalCa { certificate: "public".to_owned(), private_key: CA_KEY.as_bytes().to_vec() };
    tx.insert_local_ca(&ca, at(0)).await.unwrap();
    let key = KeptMockIdpKey { certificate: "public".to_owned(), private_key: IDP_KEY.as_bytes().to_vec() };
    tx.insert_mock_idp_key(&key, at(0)).await.unwrap();
    let waiting = MockIdpCode {
        client_id: "client".to_owned(),
        redirect_uri: "http://localhost/".to_owned(),
        nonce: None,
        claims: serde_json::Map::new(),
        auth_time: at(0),
        expires_at: at(180),
    };
    tx.insert_mock_idp_code(IDP_CODE, &waiting).await.unwrap();
    tx.commit().await.unwrap();
}

/// The bytes of `text` themselves, in hexadecimal digits, as JSON, and in base64 at each of its three alignments.
fn writings(text: &str) -> Vec<Vec<u8>> {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let json = serde_json::to_string(text).unwrap();
    let mut writings = vec![text.to_owned(), hex.to_uppercase(), hex, json.trim_matches('"').to_owned()];
    for skipped in 0..3 {
        let bytes = &text.as_bytes()[skipped..];
        let whole = &bytes[..bytes.len() / 3 * 3];
        writings.extend([BASE64_STANDARD_NO_PAD.encode(whole), BASE64_URL_SAFE_NO_PAD.encode(whole)]);
    }
    writings.into_iter().map(String::into_bytes).collect()
}

fn stands_in(text: &str, places: &[Vec<u8>]) -> bool {
    let found = |writing: &Vec<u8>| {
        places.iter().any(|place| place.windows(writing.len()).any(|bytes| bytes == writing))
    };
    writings(text).iter().any(found)
}

/// Every value of every table, and of SQLite the files themselves.
async fn everything(database: &TestDatabase, store: &Store) -> Vec<Vec<u8>> {
    let mut places = Vec::new();
    for table in tables(database).await {
        places.extend(table.values(store).await);
    }
    if let TestDatabase::Sqlite { folder } = database {
        let mut files: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension != "db-shm"));
        assert!(files.iter().any(|file| file.extension().is_some_and(|extension| extension == "db-wal")));
        places.extend(files.iter().map(|file| std::fs::read(file).unwrap()));
    }
    places
}

async fn no_secret_stands_in_the_database(database: &TestDatabase) {
    let store = database.store().await;
    store_secrets(&store).await;
    let places = everything(database, &store).await;
    assert!(places.len() > 50 && stands_in(USERNAME, &places));
    let of_sign_ins =
        [REFRESH_TOKEN, HANDLE, AUTHORIZATION_CODE, COOKIE, APP_SECRET, SIGNING_KEY, IDP_KEY, IDP_CODE];
    let of_providers = [POOL_KEY, STATE, PROVIDER_TOKEN, NAME_ID];
    let others = [CLIENT_SECRET, PROVIDER_SECRET, PASSWORD, CODE, CA_KEY];
    for secret in others.into_iter().chain(of_sign_ins).chain(of_providers) {
        assert!(!stands_in(secret, &places), "{secret}");
    }
}
