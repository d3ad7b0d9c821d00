//! Requests that do not end: they are given up after a while, hold little until then, and shut nobody out.

use std::time::{Duration, Instant};

use api::config::Config;
use serde_json::json;

use super::raw::{Raw, call_head, settled};
use crate::world::World;

/// A server that loses patience soon.
fn impatient() -> Config {
    Config {
        request_headers_timeout_seconds: 1,
        request_body_timeout_seconds: 1,
        mock_idp: true,
        ..Config::default()
    }
}

/// Every path that takes a form. AWS writes some in several ways.
const FORMS: [&str; 28] = [
    "/oauth2/idpresponse",
    "/saml2/idpresponse",
    "/saml2/logout",
    "/oauth2/token",
    "/oauth2/revoke",
    "/oauth2/userInfo",
    "/passkeys/signin",
    "/resendcode",
    "/login",
    "/signup",
    "/confirm",
    "/forgotPassword",
    "/confirmforgotPassword",
    "/changePassword",
    "/selectChallenge",
    "/password",
    "/selectMfa",
    "/mfa",
    "/mfaSetup/totp",
    "/passkeys/add",
    "/domains/acme/login",
    "/domains/acme/oauth2/token",
    "/domains/acme/saml2/idpresponse",
    "/_poolhouse/idp/saml/sso",
    "/_poolhouse/idp/saml/start",
    "/_poolhouse/idp/oidc/authorize",
    "/_poolhouse/idp/oidc/token",
    "/_poolhouse/idp/oidc/userinfo",
];

fn form_head(path: &str, length: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n{length}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_body_that_does_not_end_is_given_up_on_every_route() {
    let world =
        World::on_sqlite_with(Config { max_unfinished_requests_per_address: 1000, ..impatient() }).await;
    let mut begun = Vec::new();
    for path in FORMS {
        for (length, some) in [("content-length: 100", "a=b"), ("transfer-encoding: chunked", "3\r\na=b\r\n")]
        {
            begun.push((
                path,
                length,
                Raw::with(&world, &format!("{}{some}", form_head(path, length))).await,
            ));
        }
    }
    for operation in ["SignUp", "ListUserPools", "CreateIdentityProvider"] {
        let raw = Raw::with(&world, &format!("{}{{", call_head(operation, 100))).await;
        begun.push((operation, "content-length: 100", raw));
    }
    let chunked = call_head("SignUp", 0).replace("content-length: 0", "transfer-encoding: chunked");
    begun.push(("SignUp", "chunked", Raw::with(&world, &format!("{chunked}1\r\n{{\r\n")).await));

    let count = begun.len();
    let since = Instant::now();
    for (path, length, raw) in &mut begun {
        let told = raw.answer().await;
        assert_eq!(told.status, 408, "{path} {length} {}", told.text);
        assert!(
            told.text.to_ascii_lowercase().contains("connection: close"),
            "{path} {length} {}",
            told.text
        );
    }
    let answered = since.elapsed();
    for (path, length, raw) in &mut begun {
        assert!(raw.is_closed().await, "{path} {length}");
    }
    println!(
        "{count} endless bodies: all 408 after {answered:.1?}, all closed after {:.1?}",
        since.elapsed()
    );

    // Who is slow and comes to an end is served.
    let body = json!({ "MaxResults": 1 }).to_string();
    let mut raw = Raw::with(&world, &call_head("ListUserPools", body.len())).await;
    for byte in body.chars() {
        raw.send(&byte.to_string()).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(raw.answer().await.status, 200);
    // And again on the same connection.
    raw.send(&format!("{}{body}", call_head("ListUserPools", body.len()))).await;
    assert_eq!(raw.answer().await.status, 200);
}

#[tokio::test]
async fn headers_that_do_not_end_are_given_up() {
    let world = World::on_sqlite_with(impatient()).await;
    let since = Instant::now();
    let mut first = Raw::with(&world, "GET /health HTTP/1.1\r\nhost: loc").await;
    // The second request of a connection is no other.
    let mut second = Raw::with(&world, "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert_eq!(second.answer().await.status, 200);
    second.send("GET /health HTTP/1.1\r\nhost: loc").await;
    // Neither is one that goes on and on.
    let mut slow = Raw::with(&world, "GET /health HTTP/1.1\r\n").await;
    for _ in 0..8 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        slow.send("x: y\r\n").await;
    }
    for (which, raw) in [("first", &mut first), ("second", &mut second), ("slow", &mut slow)] {
        let told = raw.answer().await;
        assert_eq!(told.status, 408, "{which} {}", told.text);
        assert!(raw.is_closed().await, "{which}");
    }
    println!("3 endless heads: all 408 and closed after {:.1?}", since.elapsed());
    // A connection that waits between two requests is not unfinished.
    let mut idle = Raw::with(&world, "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert_eq!(idle.answer().await.status, 200);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    idle.send("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert_eq!(idle.answer().await.status, 200);
}

#[tokio::test]
async fn connections_are_kept_for_clients_that_pause() {
    const REQUEST: &str = "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let (usual, brief) = tokio::join!(
        World::on_sqlite(),
        World::on_sqlite_with(Config { keep_alive_seconds: 1, ..Config::default() })
    );
    // Longer than the five seconds after which clients found their connection closed, and than headers may take.
    let kept = async {
        let (mut used, mut fresh) = (Raw::with(&usual, REQUEST).await, Raw::open(&usual).await);
        assert_eq!(used.answer().await.status, 200);
        for pause in [5_500, 5_000] {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            used.send(REQUEST).await;
            assert_eq!(used.answer().await.status, 200, "after {pause} ms");
        }
        fresh.send(REQUEST).await;
        assert_eq!(fresh.answer().await.status, 200, "one that was opened ahead");
    };
    let closed = async {
        let since = Instant::now();
        let (mut used, mut fresh) = (Raw::with(&brief, REQUEST).await, Raw::open(&brief).await);
        assert_eq!(used.answer().await.status, 200);
        assert!(used.is_closed().await && fresh.is_closed().await);
        let closed = since.elapsed();
        assert!((900..4_000).contains(&closed.as_millis()), "{closed:?}");
    };
    tokio::join!(kept, closed);
}

#[tokio::test]
async fn what_needs_no_body_is_decided_before_it_comes() {
    let world = World::on_sqlite().await;
    let signed = call_head("ListUserPools", 100);
    let mut answered = 0;
    for (head, status, code) in [
        (call_head("Nonsense", 100), 400, "UnknownOperationException"),
        (signed.replace("authorization: ", "x: "), 400, "MissingAuthenticationTokenException"),
        (signed.replace("host: localhost", "host: evil.example"), 403, "ForbiddenException"),
        (signed.replace("host:", "origin: https://evil.example\r\nhost:"), 403, "ForbiddenException"),
        (call_head("SignUp", 256 * 1024 + 1), 413, "RequestEntityTooLargeException"),
        (call_head("CreateIdentityProvider", 4 * 1024 * 1024 + 1), 413, "RequestEntityTooLargeException"),
        (form_head("/login", "content-length: 65537"), 413, "request_too_large"),
        (form_head("/oauth2/token", "content-length: 65537"), 413, "invalid_request"),
        (form_head("/nothing", "content-length: 100"), 404, "Not found"),
    ] {
        let since = Instant::now();
        let told = Raw::with(&world, &head).await.answer().await;
        assert_eq!((told.status, told.text.contains(code)), (status, true), "{head} {}", told.text);
        assert!(since.elapsed() < Duration::from_secs(10), "{head}");
        answered += 1;
    }
    println!("{answered} of {answered} requests answered without a byte of their bodies");

    // Limits are what they are called: the last byte that is allowed is.
    let many =
        |operation: &str, length: usize| format!("{}{}", call_head(operation, length), " ".repeat(length));
    for (operation, length, status) in [
        ("SignUp", 256 * 1024, 400),
        ("SignUp", 256 * 1024 + 1, 413),
        ("ListUserPools", 1024 * 1024, 413),
        ("CreateIdentityProvider", 1024 * 1024, 400),
        ("UpdateIdentityProvider", 1024 * 1024, 400),
        ("SetUICustomization", 1024 * 1024, 400),
        ("CreateManagedLoginBranding", 1024 * 1024, 400),
        ("UpdateManagedLoginBranding", 1024 * 1024, 400),
    ] {
        let told = Raw::with(&world, &many(operation, length)).await.answer().await;
        assert_eq!(told.status, status, "{operation} {length} {}", told.text);
    }
    // The length is not believed: chunks are counted.
    let chunked = call_head("SignUp", 0).replace("content-length: 0", "transfer-encoding: chunked");
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let told = Raw::with(&world, &format!("{chunked}{}", chunk.repeat(5))).await.answer().await;
    assert_eq!(told.status, 413, "{}", told.text);
}

#[tokio::test]
async fn unfinished_requests_of_one_address_are_so_many() {
    let world =
        World::on_sqlite_with(Config { max_unfinished_requests_per_address: 8, ..Config::default() }).await;
    let head = call_head("ListUserPools", 100);
    let quiet = p99(&world).await;
    let mut begun = Vec::new();
    for _ in 0..20 {
        begun.push(Raw::with(&world, &format!("{head}{{")).await);
        begun.push(Raw::with(&world, &form_head("/login", "content-length: 100")).await);
        // Headers that do not end are as unfinished.
        begun.push(Raw::with(&world, "GET /health HTTP/1.1\r\nhost: loc").await);
    }
    // Those that began just now may be uploads whose bodies come apart from their headers. A second later they are a crowd.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    begun.push(Raw::with(&world, &format!("{head}{{")).await);
    let waiting = settled(&mut begun, 8).await;
    for raw in &mut begun {
        if raw.is_waiting().await {
            continue;
        }
        let told = raw.answer().await;
        assert_eq!(told.status, 503, "{}", told.text);
        assert!(told.text.contains("retry-after: 1"), "{}", told.text);
        assert!(raw.is_closed().await);
    }
    assert!(waiting > 0);
    // People and SDKs of the same address, whose requests arrive, are served beside them, as many as there are.
    let busy = p99(&world).await;
    println!(
        "of {} unfinished requests {waiting} wait; honest p99 {quiet:.1?} quiet, {busy:.1?} in the flood",
        begun.len()
    );
    // Also by those SDKs that send headers and body one after the other.
    let mut raw = Raw::with(&world, &head).await;
    assert!(raw.is_waiting().await);
    raw.send(&format!("{:>100}", r#"{"MaxResults":1}"#)).await;
    assert_eq!(raw.answer().await.status, 200);
}

/// 200 callers at once, behind one address. Returns what 99 of 100 wait at most.
async fn p99(world: &World) -> Duration {
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let request = world
            .http
            .post(&world.url)
            .header("x-amz-target", "AWSCognitoIdentityProviderService.ListUserPools")
            .header("authorization", crate::world::AUTHORIZATION)
            .body(r#"{"MaxResults":1}"#);
        calls.spawn(async move {
            let since = Instant::now();
            let status = request.send().await.unwrap().status();
            assert_eq!(status, 200);
            since.elapsed()
        });
    }
    let mut took = calls.join_all().await;
    took.sort();
    took[took.len() * 99 / 100]
}

#[tokio::test]
async fn unfinished_requests_hold_so_many_bytes() {
    const KIB: usize = 1024;
    let world = World::on_sqlite_with(Config {
        max_unfinished_bytes: 1024 * KIB,
        max_unfinished_bytes_per_address: 512 * KIB,
        trust_proxy: "127.0.0.1".parse().unwrap(),
        ..Config::default()
    })
    .await;
    let hold = |address: &'static str| {
        let world = &world;
        async move {
            let head = call_head("CreateIdentityProvider", 1024 * KIB)
                .replace("host:", &format!("x-forwarded-for: {address}\r\nhost:"));
            let mut raw = Raw::with(world, &head).await;
            assert!(raw.is_waiting().await); // so that the body comes later than the headers
            raw.send(&" ".repeat(100 * KIB)).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            raw
        }
    };
    let mut begun = Vec::new();
    for address in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        let mut of_address = Vec::new();
        for _ in 0..7 {
            of_address.push(hold(address).await);
        }
        begun.push(of_address);
    }
    settled(begun.iter_mut().flatten(), 10).await;
    let mut counts = Vec::new();
    for raw in &mut begun {
        let mut count = 0;
        for raw in raw {
            if raw.is_waiting().await {
                count += 1;
            } else {
                assert_eq!(raw.answer().await.status, 503);
            }
        }
        counts.push(count);
    }
    let all: usize = counts.iter().sum();
    println!(
        "of 7 unfinished bodies of 100 KiB of each of three addresses, {counts:?} wait: {} KiB in all",
        all * 100
    );
    assert!(all <= 10 && counts.iter().all(|count| (2..=5).contains(count)), "{counts:?}");
    world.ok("ListUserPools", json!({ "MaxResults": 1 })).await;
}

#[tokio::test]
async fn connections_that_do_nothing_make_room() {
    let world = World::on_sqlite_with(Config {
        max_connections: Some(16),
        request_headers_timeout_seconds: 60,
        request_body_timeout_seconds: 60,
        ..Config::default()
    })
    .await;
    let mut idle = Vec::new();
    for _ in 0..20 {
        let mut raw = Raw::with(&world, "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        assert_eq!(raw.answer().await.status, 200);
        idle.push(raw);
    }
    let mut heads = Vec::new();
    let mut bodies = Vec::new();
    for _ in 0..20 {
        heads.push(Raw::with(&world, "GET /health HTTP/1.1\r\nhost: loc").await);
        bodies.push(Raw::with(&world, &format!("{}{{", call_head("ListUserPools", 100))).await);
    }
    let closed = 60 - settled(idle.iter_mut().chain(&mut heads).chain(&mut bodies), 16).await;
    // Each of them is a connection of its own.
    let mut answered = 0;
    for _ in 0..10 {
        let mut raw =
            Raw::with(&world, "GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
        answered += usize::from(raw.answer().await.status == 200);
    }
    println!(
        "60 connections where there is room for 16: {closed} closed, {answered} of 10 honest callers answered"
    );
    assert_eq!(answered, 10);
}
