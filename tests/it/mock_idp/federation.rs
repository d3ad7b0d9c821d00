//! The provider before the crate that user pools verify with: it reads nothing but documents, answers and keys.

use ::federation::id_token::{self, KeySet};
use ::federation::saml::{
    Encryption, Expected, Initiation, LogoutRequest, PrivateKey, Provider, ServiceProvider, SignInRequest,
};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use chrono::{DateTime, Utc};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};

use super::visitor::{Visitor, encoded, field, parameter};
use super::{HOSTILE, PATH, authorize, provider};
use crate::world::{World, on_both};

on_both!(
    a_pool_believes_its_saml_responses_and_logs_out_of_them,
    a_pool_opens_what_is_encrypted_for_it,
    a_pool_believes_its_id_tokens,
);

const POOL: &str = "us-east-1_AbCdEf123";
const DOMAIN: &str = "http://localhost:9229/domains/team";
const RELAY_STATE: &str =
    "a relay state & more, of a length beyond eighty bytes, as the service has them in its requests";

fn now(server: &World) -> DateTime<Utc> {
    api::Clock::now(&*server.clock)
}

/// A key for signing and decrypting, with its certificate (DER in base64).
fn key() -> (PrivateKey, String) {
    let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let certificate = CertificateParams::default().self_signed(&pair).unwrap();
    (PrivateKey::from_pkcs8(pair.serialize_der()), BASE64_STANDARD.encode(certificate.der()))
}

/// The provider as the metadata of this query says.
async fn described(server: &World, query: &str) -> Provider {
    let metadata = server.get(&format!("{PATH}/saml/metadata?{query}")).await.text;
    Provider::from_metadata(&metadata, now(server)).unwrap()
}

/// A request by redirect, signed if there is a key.
fn request<'a>(server: &World, signing_key: Option<&'a PrivateKey>) -> SignInRequest<'a> {
    SignInRequest {
        id: "_request",
        issued_at: now(server),
        relay_state: RELAY_STATE,
        force_authn: true,
        signing_key,
    }
}

fn expected<'a>(server: &World, encryption: Encryption<'a>) -> Expected<'a> {
    let initiation = Initiation::ServiceProvider { request_id: "_request" };
    Expected { initiation, encryption, now: now(server) }
}

async fn a_pool_believes_its_saml_responses_and_logs_out_of_them(world: World) {
    let server = provider(&world).await;
    let ((key, _), idp) = (key(), described(&server, "").await);
    let pool = ServiceProvider::new(POOL, DOMAIN);
    let address = pool.authn_request(&idp, &request(&server, Some(&key))).unwrap();
    let mut visitor = Visitor::at(&server);
    let page = visitor.open(&address).await;
    let fields = [("subject", HOSTILE), ("email", "eve@example.com"), ("attributes", "groups=a\ngroups=b")];
    let page = visitor.submit(&page, &fields).await;
    assert_eq!(field(&page, "RelayState").as_deref(), Some(RELAY_STATE));
    let response = field(&page, "SAMLResponse").unwrap();
    let read =
        |pool: &ServiceProvider| pool.read_response(&idp, &response, &expected(&server, Encryption::Refused));
    let assertion = read(&pool).unwrap();
    assert_eq!(assertion.name_id.value, HOSTILE);
    let values = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let attributes =
        vec![("email".to_owned(), values(&["eve@example.com"])), ("groups".to_owned(), values(&["a", "b"]))];
    assert_eq!(assertion.attributes, attributes);
    assert!(read(&ServiceProvider::new("us-east-1_Other", DOMAIN)).is_err(), "for another pool");

    let logout = LogoutRequest {
        id: "_logout",
        issued_at: now(&server),
        relay_state: RELAY_STATE,
        name_id: &assertion.name_id,
        session_index: assertion.session_index.as_deref(),
        signing_key: &key,
    };
    let address = pool.logout_request(&idp, &logout).unwrap();
    let page = visitor.open(&address).await;
    assert_eq!(super::visitor::action(&page), format!("{DOMAIN}/saml2/logout"));
    assert_eq!(field(&page, "RelayState").as_deref(), Some(RELAY_STATE));
    let response = field(&page, "SAMLResponse").unwrap();
    pool.read_logout_response(&idp, &response, "_logout").unwrap();
    assert!(pool.read_logout_response(&idp, &response, "_other").is_err());

    // Whoever shows the session of another is told nothing that could be posted on.
    let other = ServiceProvider::new("us-east-1_Other", DOMAIN);
    let page = visitor.open(&other.logout_request(&idp, &logout).unwrap()).await;
    assert!(page.text.contains("You are signed out") && field(&page, "SAMLResponse").is_none());
}

async fn a_pool_opens_what_is_encrypted_for_it(world: World) {
    let server = provider(&world).await;
    let (key, certificate) = key();
    let idp = described(&server, &encoded(&[("encrypt_for", &certificate)])).await;
    let pool = ServiceProvider::new(POOL, DOMAIN);
    let address = pool.authn_request(&idp, &request(&server, None)).unwrap();
    let mut visitor = Visitor::at(&server);
    let page = visitor.open(&address).await;
    let page = visitor.submit(&page, &[("person", "jane")]).await;
    let response = field(&page, "SAMLResponse").unwrap();
    let keys = [key];
    let assertion =
        pool.read_response(&idp, &response, &expected(&server, Encryption::Required(&keys))).unwrap();
    assert_eq!(assertion.name_id.value, "jane");
    assert!(pool.read_response(&idp, &response, &expected(&server, Encryption::Refused)).is_err());
}

async fn a_pool_believes_its_id_tokens(world: World) {
    let server = provider(&world).await;
    let mut visitor = Visitor::at(&server);
    let page = visitor.open(&authorize(&[])).await;
    let code = parameter(&visitor.submit(&page, &[("person", "ali")]).await, "code").unwrap();
    let tokens = super::oidc::exchange(&server, &code, &[]).await.ok();
    let keys = KeySet::from_json(server.get(&format!("{PATH}/oidc/jwks")).await.text.as_bytes()).unwrap();
    let issuer = format!("{}{PATH}/oidc", server.url);
    let read = |issuer: &str, client_id, nonce| {
        let expected = id_token::Expected { issuer, client_id, nonce: Some(nonce), now: now(&server) };
        id_token::read(tokens["id_token"].as_str().unwrap(), &keys, &expected)
    };
    assert_eq!(read(&issuer, "app", "n-1").unwrap()["sub"], "ali");
    for (issuer, client_id, nonce) in
        [("http://other", "app", "n-1"), (&*issuer, "other", "n-1"), (&*issuer, "app", "n-2")]
    {
        assert!(read(issuer, client_id, nonce).is_err(), "{issuer} {client_id} {nonce}");
    }
}
