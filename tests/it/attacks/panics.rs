//! A panic anywhere in a request is one answer with 500: the next request, and everybody else, is served as before.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use api::config::Config;
use api::{Random, SeededRandom};
use serde_json::{Value, json};

use crate::world::{AUTHORIZATION, Answer, World, on_both};

on_both!(a_panic_is_one_answer_and_no_more);

/// Randomness that panics when it is asked for the n-th time: at another place of a request for each n, within transactions too.
struct Trap {
    random: SeededRandom,
    /// How often it is asked until it panics; negative: it does not.
    left: AtomicI32,
}

impl Random for Trap {
    fn fill(&self, bytes: &mut [u8]) {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            panic!("the trap of a test");
        }
        self.random.fill(bytes);
    }
}

async fn a_panic_is_one_answer_and_no_more(world: World) {
    let trap = Arc::new(Trap { random: SeededRandom::new(9), left: AtomicI32::new(-1) });
    let server = world.replica_with(Config::default(), trap.clone()).await;
    let pool = server.pool(json!({})).await;
    let client = server.client(&pool, json!({ "ExplicitAuthFlows": crate::world::ALL_FLOWS })).await;
    server.user(&pool, "jane", json!({})).await;

    let calls = [
        ("CreateUserPool", json!({ "PoolName": "another" })),
        ("AdminCreateUser", json!({ "UserPoolId": pool, "Username": "joe" })),
        ("SignUp", json!({ "ClientId": client, "Username": "jim", "Password": crate::world::PASSWORD })),
        (
            "InitiateAuth",
            json!({
                "ClientId": client,
                "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": "jane", "PASSWORD": crate::world::PASSWORD },
            }),
        ),
    ];
    let mut panics = 0;
    for (operation, request) in &calls {
        for nth in 1..=9 {
            trap.left.store(nth, Ordering::SeqCst);
            let answer = call(&server, operation, request).await;
            let sprang = trap.left.swap(-1, Ordering::SeqCst) <= 0;
            assert_eq!(answer.status == 500, sprang, "{operation} {nth}: {}", answer.text);
            if sprang {
                panics += 1;
                assert!(answer.headers.contains_key("x-amzn-requestid"), "{operation} {nth}");
                assert!(!answer.text.contains("trap"), "{}", answer.text);
            } else {
                break;
            }
            // Nobody waits for what the panic held.
            server.ok("DescribeUserPool", json!({ "UserPoolId": pool })).await;
            server
                .ok("CreateGroup", json!({ "UserPoolId": pool, "GroupName": format!("{operation}-{nth}") }))
                .await;
        }
    }
    for path in [
        "/login?client_id=x",
        "/oauth2/authorize?client_id=x",
        "/us-east-1_x/.well-known/openid-configuration",
    ] {
        trap.left.store(1, Ordering::SeqCst);
        let answer = server.get(path).await;
        trap.left.store(-1, Ordering::SeqCst);
        assert_eq!(answer.status, 500, "{path} {}", answer.text);
        panics += 1;
    }
    println!("{panics} panics, {panics} answers");
    assert!(panics > 10, "{panics}");
    let answer = call(&server, "InitiateAuth", &calls[3].1).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

async fn call(server: &World, operation: &str, request: &Value) -> Answer {
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    let headers = [("x-amz-target", target.as_str()), ("authorization", AUTHORIZATION)];
    server.post(&headers, request.to_string()).await
}
