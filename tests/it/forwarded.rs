//! A proxy before the server: what it says of callers counts when it is trusted, and for nothing otherwise.

use api::config::{Config, TrustProxy};
use serde_json::{Value, json};

use crate::world::{AUTHORIZATION, PASSWORD, World, on_both};

on_both!(a_trusted_proxy_tells_where_callers_are, the_headers_of_callers_count_for_nothing);

const HEADERS: [(&str, &str); 4] = [
    ("x-forwarded-proto", "https"),
    ("x-forwarded-host", "Login.example.com"),
    ("x-forwarded-port", "8443"),
    ("x-forwarded-for", "10.0.0.1, 192.0.2.7"),
];

fn behind_a_proxy() -> Config {
    Config {
        trust_proxy: TrustProxy::Everybody,
        base_domain: "login.example.com".to_owned(),
        ..Config::default()
    }
}

async fn issuer(server: &World, pool: &str) -> Value {
    let mut request = server.http.get(format!("{}/{pool}/.well-known/openid-configuration", server.url));
    for (name, value) in HEADERS {
        request = request.header(name, value);
    }
    request.send().await.unwrap().json::<Value>().await.unwrap()["issuer"].clone()
}

/// Signs Jane in with these headers. Returns the address of the event.
async fn address_of_a_sign_in(server: &World, pool: &str) -> Value {
    let client = server.open_client(pool).await;
    let request = json!({
        "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "jane", "PASSWORD": PASSWORD },
    });
    let target = ("x-amz-target", "AWSCognitoIdentityProviderService.InitiateAuth");
    let headers = [&[target, ("authorization", AUTHORIZATION)], &HEADERS[..]].concat();
    server.post(&headers, request.to_string()).await.ok();
    let request = json!({ "UserPoolId": pool, "Username": "jane", "MaxResults": 1 });
    let events = server.ok("AdminListUserAuthEvents", request).await;
    events["AuthEvents"][0]["EventContextData"]["IpAddress"].clone()
}

/// A pool that records sign-ins, with Jane.
async fn pool_of_jane(world: &World) -> String {
    let pool = world
        .pool(json!({ "UserPoolTier": "PLUS", "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" } }))
        .await;
    world.user(&pool, "jane", json!({})).await;
    pool
}

async fn a_trusted_proxy_tells_where_callers_are(world: World) {
    let pool = pool_of_jane(&world).await;
    let server = world.replica(behind_a_proxy()).await;
    assert_eq!(issuer(&server, &pool).await, json!(format!("https://login.example.com:8443/{pool}")));
    assert_eq!(address_of_a_sign_in(&server, &pool).await, json!("192.0.2.7"));
}

async fn the_headers_of_callers_count_for_nothing(world: World) {
    let pool = pool_of_jane(&world).await;
    assert_eq!(issuer(&world, &pool).await, json!(format!("{}/{pool}", world.url)));
    assert_eq!(address_of_a_sign_in(&world, &pool).await, json!("127.0.0.1"));
}

#[tokio::test]
async fn behind_a_proxy_messages_are_for_who_shows_the_token() {
    let path = "/_poolhouse/messages";
    let world = World::on_sqlite_with(behind_a_proxy()).await;
    assert_eq!(world.get(path).await.status, 404, "callers from outside look like this machine");

    let control_token = Some("let-me-in".to_owned().into());
    let world = World::on_sqlite_with(Config { control_token, ..behind_a_proxy() }).await;
    assert_eq!(world.get(path).await.status, 401);
    let request = world.http.get(format!("{}{path}", world.url)).bearer_auth("let-me-in");
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_forwarded_host_does_not_open_messages_to_a_page_of_another_name() {
    let world = World::on_sqlite().await;
    let request = world.http.get(format!("{}/_poolhouse/messages", world.url));
    let request = request.header("host", "evil.example").header("x-forwarded-host", "localhost");
    assert_eq!(request.send().await.unwrap().status(), 403);
}
