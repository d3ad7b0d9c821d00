//! How messages leave: asked for and waited for, posted to a webhook, tried again, and by one server at a time.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use api::config::Config;
use api::{Clock as _, Deliverer};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{PASSWORD, World, on_both};

on_both!(somebody_waits_for_a_message, an_old_message_is_not_waited_for);

/// A webhook that answers with these statuses, one after the other, and hands over what was posted.
fn webhook(statuses: &'static [&'static str]) -> (Config, Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (sender, posted) = channel();
    std::thread::spawn(move || {
        for status in statuses {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            let mut length = 0;
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stream.get_mut().write_all(answer.as_bytes()).unwrap();
            sender.send(serde_json::from_slice(&body).unwrap()).unwrap();
        }
    });
    (Config { webhook_url: Some(url.into()), ..Config::default() }, posted)
}

async fn sign_up(world: &World, client: &str, name: &str) {
    let attributes = json!([{ "Name": "email", "Value": format!("{name}@example.com") }]);
    let request =
        json!({ "ClientId": client, "Username": name, "Password": PASSWORD, "UserAttributes": attributes });
    world.ok("SignUp", request).await;
}

async fn verifying_client(world: &World) -> String {
    let pool = world.pool(json!({ "AutoVerifiedAttributes": ["email"] })).await;
    world.client(&pool, json!({})).await
}

async fn somebody_waits_for_a_message(world: World) {
    let client = verifying_client(&world).await;
    let waiting = world.messages("to=jane@example.com&wait=20");
    let sending = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        sign_up(&world, &client, "jane").await;
    };
    let (messages, ()) = tokio::join!(waiting, sending);
    assert_eq!(messages.len(), 1);
    let code = messages[0]["code"].as_str().unwrap();
    assert_eq!(code.len(), 6);
    world
        .ok("ConfirmSignUp", json!({ "ClientId": client, "Username": "jane", "ConfirmationCode": code }))
        .await;
}

async fn an_old_message_is_not_waited_for(world: World) {
    let client = verifying_client(&world).await;
    sign_up(&world, &client, "jane").await;
    let old = world.messages("to=jane@example.com&wait=20").await.remove(0);
    let after = old["sent_at"].as_str().unwrap().replace('+', "%2B");
    assert_eq!(
        world.messages(&format!("to=jane@example.com&after={after}&wait=1")).await,
        Vec::<Value>::new()
    );
    world.advance(TimeDelta::minutes(1));
    world.ok("ResendConfirmationCode", json!({ "ClientId": client, "Username": "jane" })).await;
    let new = world.messages(&format!("to=jane@example.com&after={after}&wait=20")).await;
    assert_eq!(new.len(), 1);
    assert_ne!(new[0]["code"], old["code"]);
}

#[tokio::test]
async fn a_webhook_gets_each_message_on_sqlite() {
    let (config, posted) = webhook(&["500 Internal Server Error", "204 No Content"]);
    a_webhook_gets_each_message(World::on_sqlite_with(config.clone()).await, &config, &posted).await;
}

#[tokio::test]
async fn a_webhook_gets_each_message_on_postgres() {
    let (config, posted) = webhook(&["500 Internal Server Error", "204 No Content"]);
    if let Some(world) = World::on_postgres_with(config.clone()).await {
        a_webhook_gets_each_message(world, &config, &posted).await;
    }
}

/// The webhook fails once, so the message comes twice, some time apart. Two servers that look at the same moment hand it on
/// once.
async fn a_webhook_gets_each_message(world: World, config: &Config, posted: &Receiver<Value>) {
    let client = verifying_client(&world).await;
    sign_up(&world, &client, "jane").await;
    let deliverer = || Deliverer::new(&world.store, config).unwrap().unwrap();
    let (mut one, mut two) = (deliverer(), deliverer());
    let now = world.clock.now();
    let (first, second) = tokio::join!(one.run_once(now), two.run_once(now));
    assert_eq!(first.unwrap() + second.unwrap(), 0);
    let message = posted.recv().unwrap();
    assert_eq!(message["to"], "jane@example.com");
    assert_eq!(one.run_once(now).await.unwrap(), 0, "not before its time");

    let later = now + TimeDelta::minutes(1);
    let (first, second) = tokio::join!(one.run_once(later), two.run_once(later));
    assert_eq!(first.unwrap() + second.unwrap(), 1);
    assert_eq!(posted.recv().unwrap(), message);
    let confirm = json!({ "ClientId": client, "Username": "jane", "ConfirmationCode": message["code"] });
    world.ok("ConfirmSignUp", confirm).await;
    assert_eq!(one.run_once(later + TimeDelta::days(1)).await.unwrap(), 0);
}
