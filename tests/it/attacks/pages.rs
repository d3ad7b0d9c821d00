//! Web pages of strangers in a developer's browser: what they may call on a server of that machine.

use api::config::Config;
use serde_json::{Value, json};

use crate::world::{AUTHORIZATION, Answer, World, on_both};

on_both!(a_page_of_a_stranger_has_no_admin_api, a_name_that_was_pointed_at_this_machine_has_no_admin_api);

const EVIL: &str = "https://evil.example";
const CONSOLE: &str = "https://console.example";

fn target(operation: &str) -> String {
    format!("AWSCognitoIdentityProviderService.{operation}")
}

/// Calls with the headers that a browser adds for a page, and made-up credentials.
async fn from_page(world: &World, host: Option<&str>, origin: &str, operation: &str, body: Value) -> Answer {
    let target = target(operation);
    let mut headers =
        vec![("x-amz-target", target.as_str()), ("authorization", AUTHORIZATION), ("origin", origin)];
    headers.extend(host.map(|host| ("host", host)));
    world.post(&headers, body.to_string()).await
}

async fn preflight(world: &World, path: &str, host: Option<&str>, origin: &str, asked: &str) -> Answer {
    let mut request = world.http.request(reqwest::Method::OPTIONS, format!("{}{path}", world.url));
    if let Some(host) = host {
        request = request.header("host", host);
    }
    let request = request
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", asked);
    let response = request.send().await.unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        text: response.text().await.unwrap(),
    }
}

/// A refusal that tells which setting would help.
#[track_caller]
fn assert_forbidden(answer: &Answer, setting: &str) {
    assert_eq!(answer.status, 403, "{}", answer.text);
    let body: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(body["__type"], json!("ForbiddenException"));
    assert!(body["message"].as_str().unwrap().contains(setting), "{}", answer.text);
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
}

fn allowed(answer: &Answer) -> &str {
    answer.headers.get("access-control-allow-origin").map_or("", |value| value.to_str().unwrap())
}

async fn a_page_of_a_stranger_has_no_admin_api(world: World) {
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({})).await;
    let world =
        world.replica(Config { allowed_origins: vec![CONSOLE.to_owned()], ..Config::default() }).await;
    let own = world.url.clone();
    let signed = [
        ("ListUserPools", json!({ "MaxResults": 1 })),
        ("DeleteUserPool", json!({ "UserPoolId": pool })),
        ("AdminCreateUser", json!({ "UserPoolId": pool, "Username": "mallory" })),
    ];
    let mut refused = 0;
    for (operation, body) in &signed {
        for origin in [
            EVIL,
            "null",
            "http://localhost:3000",
            "http://127.0.0.1",
            "https://console.example.evil.example",
        ] {
            let answer = from_page(&world, None, origin, operation, body.clone()).await;
            assert_forbidden(&answer, "allowed_origins");
            refused += 1;
        }
    }
    for asked in ["authorization,x-amz-target", "content-type, Authorization"] {
        assert_forbidden(&preflight(&world, "/", None, EVIL, asked).await, "allowed_origins");
        refused += 1;
    }
    println!("{refused} of {refused} calls by pages of strangers refused");

    // Pages of the server itself and of allowed origins, and they alone read the answer.
    for origin in [CONSOLE, own.as_str()] {
        let answer = from_page(&world, None, origin, "ListUserPools", json!({ "MaxResults": 1 })).await;
        assert_eq!((answer.status, allowed(&answer)), (200, origin), "{}", answer.text);
        assert_eq!(answer.headers["vary"], "Origin");
        let answer = preflight(&world, "/", None, origin, "authorization,x-amz-target").await;
        assert_eq!((answer.status, allowed(&answer)), (200, origin));
        assert_eq!(answer.headers["access-control-allow-headers"], "authorization,x-amz-target");
    }
    // Applications on any page sign people up and in.
    let answer = preflight(&world, "/", None, EVIL, "content-type,x-amz-target,x-amz-user-agent").await;
    assert_eq!((answer.status, allowed(&answer)), (200, "*"));
    let body = json!({ "ClientId": client, "Username": "ada", "Password": crate::world::PASSWORD });
    let target = target("SignUp");
    let headers = [("x-amz-target", target.as_str()), ("origin", EVIL)];
    let answer = world.post(&headers, body.to_string()).await;
    assert_eq!((answer.status, allowed(&answer)), (200, "*"), "{}", answer.text);
    // A user's own token is no signature.
    let headers = [("x-amz-target", "AWSCognitoIdentityProviderService.GetUser"), ("origin", EVIL)];
    let answer = world.post(&headers, json!({ "AccessToken": "x" }).to_string()).await;
    assert_eq!((answer.status, allowed(&answer)), (400, "*"), "{}", answer.text);
    // SDKs outside of browsers tell no origin.
    world.ok("ListUserPools", json!({ "MaxResults": 1 })).await;
}

async fn a_name_that_was_pointed_at_this_machine_has_no_admin_api(world: World) {
    let pool = world.pool(json!({})).await;
    let config = json!({ "CertificateArn": CERTIFICATE });
    let domain = json!({ "UserPoolId": pool, "Domain": "login.team.example", "CustomDomainConfig": config });
    let world = world
        .replica(Config {
            allowed_hosts: vec!["box.lan".to_owned()],
            public_url: Some("https://cognito.example.com/base".to_owned()),
            base_domain: "pools.example.com".to_owned(),
            ..Config::default()
        })
        .await;
    let body = json!({ "MaxResults": 1 });
    let messages = |host: &str, path: &str| {
        let request = world.http.get(format!("{}{path}", world.url)).header("host", host);
        async move {
            let response = request.send().await.unwrap();
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            Answer { status, headers, text: response.text().await.unwrap() }
        }
    };
    let mut refused = 0;
    for host in [
        "evil.example",
        "evil.example:9229",
        "login.team.example", // not a domain of ours yet
        "poolhouse",
        "192.0.2.7",
        "0.0.0.0",
        "localhost.evil.example",
        "xbox.lan",
        "a.box.lan",
        // Names that browsers ask for and no host may have.
        "a!b.evil.example",
        "a*b.evil.example",
        "evil.example, localhost",
        "user@evil.example",
        "evil.example:99999",
        "",
    ] {
        // The page and the API have one origin then.
        let origin = format!("http://{host}");
        for origin in [origin.as_str(), CONSOLE] {
            let answer = from_page(&world, Some(host), origin, "ListUserPools", body.clone()).await;
            assert_forbidden(&answer, "allowed_hosts");
        }
        assert_forbidden(
            &preflight(&world, "/", Some(host), &origin, "authorization").await,
            "allowed_hosts",
        );
        for path in
            ["/_poolhouse/messages", "/_poolhouse/ca.pem", "/%5fpoolhouse/messages", "/_poolhouse/none"]
        {
            assert_forbidden(&messages(host, path).await, "allowed_hosts");
        }
        let path = "/_poolhouse/messages";
        assert_forbidden(&preflight(&world, path, Some(host), &origin, "x").await, "allowed_hosts");
        refused += 8;
    }
    println!("{refused} of {refused} requests by names of strangers refused");

    world.ok("CreateUserPoolDomain", domain).await;
    for host in [
        "localhost:9229",
        "127.0.0.1:1",
        "[::1]:9229",
        "acme.auth.us-east-1.localhost",
        "host.docker.internal:9229",
        "pools.example.com",
        "acme.auth.us-east-1.pools.example.com",
        "cognito.example.com",
        "login.team.example",
        "Box.LAN:80",
    ] {
        let origin = format!("http://{}", host.to_ascii_lowercase());
        let answer = from_page(&world, Some(host), &origin, "ListUserPools", body.clone()).await;
        assert_eq!((answer.status, allowed(&answer)), (200, origin.as_str()), "{host} {}", answer.text);
        assert_eq!(messages(host, "/_poolhouse/messages").await.status, 200, "{host}");
    }
    // What needs no credentials is for everybody, whatever they call this server.
    let headers = [("x-amz-target", "AWSCognitoIdentityProviderService.GetUser"), ("host", "evil.example")];
    assert_eq!(world.post(&headers, json!({ "AccessToken": "x" }).to_string()).await.status, 400);
    assert_eq!(messages("evil.example", "/health").await.status, 200);
}

const CERTIFICATE: &str =
    "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";

#[tokio::test]
async fn a_server_that_others_reach_is_asked_by_its_addresses_and_by_names_of_containers() {
    let world = World::in_the_open(Some("let-me-in")).await;
    let target = target("ListUserPools");
    let body = json!({ "MaxResults": 1 }).to_string();
    let status = |host: String| {
        let (world, target, body) = (&world, &target, body.clone());
        async move {
            let headers =
                [("x-amz-target", target.as_str()), ("authorization", AUTHORIZATION), ("host", &host)];
            world.post(&headers, body).await.status
        }
    };
    for address in local_addresses() {
        assert_eq!(status(format!("{address}:9229")).await, 200, "{address}");
    }
    for (host, expected) in
        [("poolhouse:9229", 200), ("192.0.2.7:9229", 403), ("evil.example", 403), ("0.0.0.0:9229", 200)]
    {
        assert_eq!(status(host.to_owned()).await, expected, "{host}");
    }
    // The token does not make a stranger's name ours.
    let request = world.http.get(format!("{}/_poolhouse/messages", world.url)).bearer_auth("let-me-in");
    assert_eq!(request.header("host", "evil.example").send().await.unwrap().status(), 403);
}

/// The address that this machine has towards others, if it has one.
fn local_addresses() -> Vec<std::net::IpAddr> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    // Nothing is sent: the system only chooses the interface.
    let address = socket.connect("192.0.2.1:9").and_then(|()| socket.local_addr());
    address.map(|address| address.ip()).into_iter().filter(|ip| !ip.is_unspecified()).collect()
}

#[tokio::test]
async fn behind_a_proxy_the_forwarded_host_counts() {
    let behind =
        |trust_proxy: &str| Config { trust_proxy: trust_proxy.parse().unwrap(), ..Config::default() };
    let target = target("ListUserPools");
    for (trust_proxy, forwarded, host, expected) in [
        ("true", "localhost", "upstream", 200),
        ("true", "evil.example", "localhost", 403),
        ("true", "x, localhost", "localhost", 200),
        ("true", "a!b.evil.example", "localhost", 403),
        ("127.0.0.1", "localhost", "upstream", 200),
        ("127.0.0.0/8", "evil.example", "localhost", 403),
        ("10.0.0.1", "localhost", "evil.example", 403),
        ("10.0.0.1", "evil.example", "localhost", 200),
        ("false", "localhost", "evil.example", 403),
    ] {
        let world = World::on_sqlite_with(behind(trust_proxy)).await;
        let headers = [
            ("x-amz-target", target.as_str()),
            ("authorization", AUTHORIZATION),
            ("host", host),
            ("x-forwarded-host", forwarded),
        ];
        let answer = world.post(&headers, json!({ "MaxResults": 1 }).to_string()).await;
        assert_eq!(answer.status, expected, "{trust_proxy} {forwarded} {host} {}", answer.text);
    }
}
