//! What the targets hold their inputs against: the parties and the moment of the corpora in `../testdata`.

use std::sync::LazyLock;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use federation::id_token::{self, KeySet};
use federation::saml::{Encryption, Expected, Initiation, PrivateKey, Provider, ServiceProvider};

/// The id of the request that the corpus answers.
pub const REQUEST_ID: &str = "_4fee3b04-6a3c-4a8f-9d3a-0c2f7c1d5e10";

/// The user pool.
pub static SERVICE_PROVIDER: LazyLock<ServiceProvider> =
    LazyLock::new(|| ServiceProvider::new("us-east-1_AbCdEf123", "https://auth.example.com"));
/// The provider.
pub static PROVIDER: LazyLock<Provider> = LazyLock::new(|| {
    Provider::from_metadata(include_str!("../../testdata/saml/provider_plain.xml"), now()).expect("metadata")
});
/// The key for encrypted assertions.
pub static DECRYPTION_KEY: LazyLock<[PrivateKey; 1]> =
    LazyLock::new(|| [PrivateKey::from_pkcs8(der(include_str!("../../testdata/keys/sp.pem")))]);

/// The keys of the OpenID Connect provider, one of each kind.
pub static KEYS: LazyLock<KeySet> = LazyLock::new(|| {
    let corpus: serde_json::Value =
        serde_json::from_str(include_str!("../../testdata/id_tokens.json")).expect("JSON");
    KeySet::from_json(corpus["key_sets"]["curves"].to_string().as_bytes()).expect("keys")
});

/// What a token is held against.
pub fn token_expected() -> id_token::Expected<'static> {
    id_token::Expected {
        issuer: "https://oidc.example.com",
        client_id: "client-1",
        nonce: Some("n-0S6_WzA2Mj"),
        now: now(),
    }
}

/// The moment at which everything is read.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_798_761_600, 0).expect("2027-01-01T00:00:00Z")
}

/// The bytes of a PEM.
pub fn der(pem: &str) -> Vec<u8> {
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    BASE64_STANDARD.decode(base64).expect("PEM")
}

/// Reads a message in every way there is.
pub fn read(xml: &[u8]) {
    let field = BASE64_STANDARD.encode(xml);
    let (asked, unasked) =
        (Initiation::ServiceProvider { request_id: REQUEST_ID }, Initiation::IdentityProvider);
    for (initiation, encryption) in [
        (asked, Encryption::Refused),
        (unasked, Encryption::Refused),
        (asked, Encryption::Required(&*DECRYPTION_KEY)),
    ] {
        let expected = Expected { initiation, encryption, now: now() };
        let _ = SERVICE_PROVIDER.read_response(&PROVIDER, &field, &expected);
    }
    let _ = SERVICE_PROVIDER.read_logout_response(&PROVIDER, &field, REQUEST_ID);
}
