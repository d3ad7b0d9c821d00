//! HTTPS: a certificate for each name of the server, from one CA on all replicas, or that of the configuration.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use api::config::Config;
use api::{SeededRandom, SystemClock, Tls};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use reqwest::{Certificate, Client};
use serde_json::{Value, json};

use crate::world::{AUTHORIZATION, World, on_both};

on_both!(
    who_trusts_the_ca_is_served_under_each_name_of_the_server,
    a_restart_keeps_the_ca,
    a_custom_domain_has_a_certificate_soon_and_a_strange_name_none,
);

const CERTIFICATE_ARN: &str =
    "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";

fn with_tls() -> Config {
    Config { tls: true, ..Config::default() }
}

/// A client that trusts this certificate and no other, and finds these names on this machine.
fn trusting(certificate: &str, names: &[&str]) -> Client {
    let root = Certificate::from_pem(certificate.as_bytes()).unwrap();
    let mut client = Client::builder().no_proxy().tls_certs_only([root]);
    for name in names {
        client = client.resolve(name, "127.0.0.1:0".parse().unwrap());
    }
    client.build().unwrap()
}

async fn ca_certificate(server: &World) -> String {
    let answer = server.get("/_poolhouse/ca.pem").await;
    assert_eq!(
        (answer.status, &answer.headers["content-type"]),
        (200, &"application/x-pem-file".parse().unwrap())
    );
    answer.text
}

async fn issuer(client: &Client, origin: &str, pool: &str) -> String {
    let answer =
        client.get(format!("{origin}/{pool}/.well-known/openid-configuration")).send().await.unwrap();
    answer.json::<Value>().await.unwrap()["issuer"].as_str().unwrap().to_owned()
}

async fn who_trusts_the_ca_is_served_under_each_name_of_the_server(world: World) {
    let pool = world.pool(json!({})).await;
    let public_url = Some("http://cognito.example.com".to_owned());
    let server = world.replica(with_tls()).await;
    let port = server.https_port.unwrap();
    let prefix = "team.auth.us-east-1.localhost";
    let client = trusting(&ca_certificate(&server).await, &[prefix, "poolhouse"]);
    // Tokens do not name a domain of the pool, nor a name that leads elsewhere in other networks.
    for (host, plain) in [
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("poolhouse", "localhost"),
        (prefix, "localhost"),
    ] {
        let issuer = issuer(&client, &format!("https://{host}:{port}"), &pool).await;
        assert_eq!(issuer, format!("https://{plain}:{port}/{pool}"));
    }
    let listed = client
        .post(format!("https://localhost:{port}"))
        .header("x-amz-target", "AWSCognitoIdentityProviderService.ListUserPools")
        .header("authorization", AUTHORIZATION)
        .body(r#"{"MaxResults":1}"#);
    assert_eq!(listed.send().await.unwrap().status(), 200);
    // HTTP is as it was.
    assert_eq!(issuer(&client, &server.url, &pool).await, format!("{}/{pool}", server.url));

    let server = world.replica(Config { public_url, ..with_tls() }).await;
    let client = trusting(&ca_certificate(&server).await, &["cognito.example.com"]);
    let origin = format!("https://cognito.example.com:{}", server.https_port.unwrap());
    assert_eq!(client.get(format!("{origin}/health")).send().await.unwrap().status(), 200);

    let stranger = Client::builder().no_proxy().build().unwrap();
    assert!(stranger.get(format!("https://localhost:{port}/health")).send().await.is_err());
}

async fn a_restart_keeps_the_ca(world: World) {
    let (before, at_once) = tokio::join!(world.replica(with_tls()), world.replica(with_tls()));
    let certificate = ca_certificate(&before).await;
    assert_eq!(ca_certificate(&at_once).await, certificate);
    let client = trusting(&certificate, &[]);
    let after = world.replica(with_tls()).await;
    assert_eq!(ca_certificate(&after).await, certificate);
    let url = format!("https://localhost:{}/health", after.https_port.unwrap());
    assert_eq!(client.get(url).send().await.unwrap().status(), 200);
}

async fn a_custom_domain_has_a_certificate_soon_and_a_strange_name_none(world: World) {
    let server = world.replica(with_tls()).await;
    let (domain, stranger) = ("auth.team.example", "bank.example");
    let client = trusting(&ca_certificate(&server).await, &[domain, stranger]);
    let health =
        |name: &str| client.get(format!("https://{name}:{}/health", server.https_port.unwrap())).send();
    assert!(health(domain).await.is_err());

    // At another replica.
    let pool = world.pool(json!({})).await;
    let config = json!({ "CertificateArn": CERTIFICATE_ARN });
    let request = json!({ "UserPoolId": pool, "Domain": domain, "CustomDomainConfig": config });
    world.ok("CreateUserPoolDomain", request).await;
    let begun = Instant::now();
    while health(domain).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "no certificate for {domain}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(health(stranger).await.is_err());

    let restarted = world.replica(with_tls()).await;
    let url = format!("https://{domain}:{}/health", restarted.https_port.unwrap());
    assert_eq!(client.get(url).send().await.unwrap().status(), 200, "from the start");
}

/// A certificate in files of its own.
struct Files {
    certificate: PathBuf,
    key: PathBuf,
    pem: String,
}

impl Files {
    fn new(name: &str) -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["own.example".to_owned()]).unwrap();
        let file =
            |kind| std::env::temp_dir().join(format!("poolhouse-it-{}-{name}-{kind}", std::process::id()));
        let files = Self { certificate: file("cert.pem"), key: file("key.pem"), pem: cert.pem() };
        std::fs::write(&files.certificate, &files.pem).unwrap();
        std::fs::write(&files.key, signing_key.serialize_pem()).unwrap();
        files
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.certificate); // they are in the system's temporary folder
        let _ = std::fs::remove_file(&self.key);
    }
}

fn with_files(certificate: &Path, key: &Path) -> Config {
    Config { tls_cert_file: Some(certificate.to_owned()), tls_key_file: Some(key.to_owned()), ..with_tls() }
}

#[tokio::test]
async fn a_certificate_of_ones_own_is_shown_in_place_of_the_cas() {
    let files = Files::new("own");
    let world = World::on_sqlite_with(with_files(&files.certificate, &files.key)).await;
    let client = trusting(&files.pem, &["own.example"]);
    let url = format!("https://own.example:{}/health", world.https_port.unwrap());
    assert_eq!(client.get(url).send().await.unwrap().status(), 200);
    let answer = world.get("/_poolhouse/ca.pem").await;
    assert_eq!(answer.status, 404);
    assert!(answer.text.contains("tls_cert_file"), "{}", answer.text);
    assert!(world.store.read().await.unwrap().local_ca().await.unwrap().is_none());
}

#[tokio::test]
async fn files_that_are_no_certificate_and_its_key_are_refused_by_name() {
    let (files, other) = (Files::new("one"), Files::new("other"));
    let world = World::on_sqlite().await;
    let missing = PathBuf::from("nowhere.pem");
    for (certificate, key, name) in [
        (&missing, &files.key, "tls_cert_file: nowhere.pem"),
        (&files.certificate, &missing, "tls_key_file: nowhere.pem"),
        (&files.key, &files.key, "tls_cert_file: "),
        (&files.certificate, &files.certificate, "tls_key_file: "),
        (&files.certificate, &other.key, "tls_cert_file and the key of tls_key_file"),
    ] {
        let clock = std::sync::Arc::new(SystemClock);
        let random = std::sync::Arc::new(SeededRandom::new(1));
        let tls = Tls::new(&world.store, &with_files(certificate, key), clock, random, None).await;
        let error = tls.map(drop).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
    }
}

#[tokio::test]
async fn the_ca_certificate_is_for_everybody_and_absent_without_tls() {
    let answer = World::on_sqlite().await.get("/_poolhouse/ca.pem").await;
    assert_eq!(answer.status, 404);
    assert!(answer.text.contains("--tls"), "{}", answer.text);

    let control_token = Some("let-me-in".to_owned().into());
    let world = World::on_sqlite_with(Config { control_token, ..with_tls() }).await;
    assert!(ca_certificate(&world).await.starts_with("-----BEGIN CERTIFICATE-----\n"));
    let url = format!("https://localhost:{}", world.https_port.unwrap());
    let client = trusting(&ca_certificate(&world).await, &[]);
    assert_eq!(client.get(format!("{url}/_poolhouse/messages")).send().await.unwrap().status(), 401);
    assert_eq!(client.get(format!("{url}/_poolhouse/ca.pem")).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_page_that_points_its_own_name_at_this_machine_reads_no_messages_over_https() {
    let world = World::on_sqlite_with(with_tls()).await;
    let client = trusting(&ca_certificate(&world).await, &[]);
    for (host, status) in [("localhost:9443", 200), ("evil.example", 403)] {
        let url = format!("https://localhost:{}/_poolhouse/messages", world.https_port.unwrap());
        assert_eq!(client.get(url).header("host", host).send().await.unwrap().status(), status, "{host}");
    }
}
