//! The protocol: what every request gets, whatever the operation.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{AUTHORIZATION, World, on_both};

on_both!(health_and_readiness_are_told_without_credentials);

const TARGET: &str = "AWSCognitoIdentityProviderService.ListUserPools";

async fn health_and_readiness_are_told_without_credentials(world: World) {
    assert_eq!(world.get("/health").await.ok(), json!({ "status": "ok" }));
    assert_eq!(world.get("/ready").await.ok(), json!({ "status": "ready" }));
    assert_eq!(world.get("/nothing").await.status, 404);
    assert_eq!(world.get("/").await.status, 200);
}

#[tokio::test]
async fn answers_look_like_the_services() {
    let world = World::on_sqlite().await;
    let answer = world.call("ListUserPools", json!({ "MaxResults": 1 })).await;
    assert_eq!(answer.headers["content-type"], "application/x-amz-json-1.1");
    assert_eq!(answer.headers["x-amzn-requestid"].len(), 36);

    let answer = world.call("DescribeUserPool", json!({ "UserPoolId": "us-east-1_x" })).await;
    assert_eq!(answer.headers["x-amzn-errortype"], "ResourceNotFoundException:");
    assert_eq!(answer.headers["x-amzn-errormessage"], "User pool us-east-1_x does not exist.");
    let body = r#"{"__type":"ResourceNotFoundException","message":"User pool us-east-1_x does not exist."}"#;
    assert_eq!(answer.text, body);
}

#[tokio::test]
async fn what_is_no_request_is_refused_and_never_a_fault() {
    let world = World::on_sqlite().await;
    let signed = ("authorization", AUTHORIZATION);
    let target = ("x-amz-target", TARGET);
    let deep = "[".repeat(100_000);
    let create = ("x-amz-target", "AWSCognitoIdentityProviderService.CreateUserPool");
    type Headers = Vec<(&'static str, &'static str)>;
    let cases: Vec<(Headers, Vec<u8>, u16, &str)> = vec![
        (vec![signed], b"{}".to_vec(), 400, "UnknownOperationException"),
        (vec![signed, ("x-amz-target", "Nonsense")], b"{}".to_vec(), 400, "UnknownOperationException"),
        (
            vec![signed, ("x-amz-target", "AWSCognitoIdentityProviderService.Nope")],
            b"{}".to_vec(),
            400,
            "UnknownOperationException",
        ),
        (vec![target], b"{}".to_vec(), 400, "MissingAuthenticationTokenException"),
        (vec![target, ("authorization", "Bearer x")], b"{}".to_vec(), 400, "IncompleteSignatureException"),
        (vec![signed, target], b"{".to_vec(), 400, "SerializationException"),
        (vec![signed, target], b"[]".to_vec(), 400, "SerializationException"),
        (vec![signed, target], b"\xff\xfe".to_vec(), 400, "SerializationException"),
        (vec![signed, target], br#"{"MaxResults":"1"}"#.to_vec(), 400, "SerializationException"),
        (vec![signed, create], br#"{"PoolName":"a\u0000b"}"#.to_vec(), 400, "SerializationException"),
        (vec![signed, target], deep.into_bytes(), 400, "SerializationException"),
        (vec![signed, target], vec![b' '; 4 * 1024 * 1024 + 1], 413, "RequestEntityTooLargeException"),
        (vec![signed, target], Vec::new(), 400, "InvalidParameterException"),
    ];
    for (headers, body, status, code) in cases {
        let start = String::from_utf8_lossy(&body[..body.len().min(20)]).into_owned();
        let answer = world.post(&headers, body).await;
        let found: Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!((answer.status, &found["__type"]), (status, &json!(code)), "{headers:?} {start}");
    }
    assert_eq!(world.ok("ListUserPools", json!({ "MaxResults": 1 })).await, json!({ "UserPools": [] }));
}

#[tokio::test]
async fn all_violations_stand_in_one_message_and_secrets_in_none() {
    let world = World::on_sqlite().await;
    world
        .refused(
            "SignUp",
            json!({ "ClientId": "not valid", "Username": "u", "Password": " secret" }),
            "InvalidParameterException",
            "2 validation errors detected: Value 'not valid' at 'clientId' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [\\w+]+; Value at 'password' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: ^[\\S]+.*[\\S]+$",
        )
        .await;
}

#[tokio::test]
async fn browsers_may_call_what_needs_no_credentials_from_any_page_but_not_read_messages() {
    let world = World::on_sqlite().await;
    let preflight = world
        .http
        .request(reqwest::Method::OPTIONS, &world.url)
        .header("origin", "https://app.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "x-amz-target,content-type")
        .send()
        .await
        .unwrap();
    assert_eq!(preflight.status(), 200);
    assert_eq!(preflight.headers()["access-control-allow-origin"], "*");
    assert_eq!(preflight.headers()["access-control-allow-headers"], "x-amz-target,content-type");

    let target = "AWSCognitoIdentityProviderService.GetUser";
    let headers = [("x-amz-target", target), ("origin", "https://app.example")];
    let answer = world.post(&headers, r#"{"AccessToken":"x"}"#).await;
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert!(answer.headers["access-control-expose-headers"].to_str().unwrap().contains("x-amzn-ErrorType"));

    let messages =
        world.http.get(format!("{}/_poolhouse/messages", world.url)).header("origin", "https://app.example");
    assert!(!messages.send().await.unwrap().headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn a_list_goes_on_only_with_its_own_token() {
    let world = World::on_sqlite().await;
    let (one, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    for pool in [&one, &other] {
        world.client(pool, json!({})).await;
        world.client(pool, json!({})).await;
    }
    let first = world.ok("ListUserPoolClients", json!({ "UserPoolId": one, "MaxResults": 1 })).await;
    world.advance(TimeDelta::hours(2));
    let next = json!({ "UserPoolId": one, "MaxResults": 1, "NextToken": first["NextToken"] });
    assert_eq!(world.ok("ListUserPoolClients", next).await["UserPoolClients"].as_array().unwrap().len(), 1);
    let foreign = json!({ "UserPoolId": other, "MaxResults": 1, "NextToken": first["NextToken"] });
    world
        .refused("ListUserPoolClients", foreign, "InvalidParameterException", "Invalid pagination token")
        .await;
}

#[tokio::test]
async fn messages_are_for_this_machine_or_for_who_shows_the_token() {
    let path = "/_poolhouse/messages";
    assert_eq!(World::on_sqlite().await.get(path).await.status, 200);
    assert_eq!(World::in_the_open(None).await.get(path).await.status, 404);

    let world = World::in_the_open(Some("let-me-in")).await;
    assert_eq!(world.get(path).await.status, 401);
    for (token, status) in [("let-me-in", 200), ("let-me-out", 401), ("", 401)] {
        let request = world.http.get(format!("{}{path}", world.url)).bearer_auth(token);
        assert_eq!(request.send().await.unwrap().status(), status, "{token}");
    }
}

#[tokio::test]
async fn a_page_that_points_its_own_name_at_this_machine_reads_no_messages() {
    let world = World::on_sqlite().await;
    for (host, status) in
        [("localhost:9229", 200), ("[::1]", 200), ("team.localhost", 200), ("evil.example", 403)]
    {
        let request = world.http.get(format!("{}/_poolhouse/messages", world.url)).header("host", host);
        assert_eq!(request.send().await.unwrap().status(), status, "{host}");
    }
}
