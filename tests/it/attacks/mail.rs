//! A flood of messages, receivers that hang, and pools that would write in somebody else's name.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use api::config::Config;
use api::{Clock as _, Deliverer};
use chrono::TimeDelta;
use serde_json::{Value, json};
use storage::MessageFilter;

use crate::world::{ALL_FLOWS, PASSWORD, World};

/// Makes an SQLite and a PostgreSQL test, with settings of the test's own.
macro_rules! on_both_with {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test] async fn $name() {
                super::$name(async |config| Some(crate::world::World::on_sqlite_with(config).await)).await
            })*
        }
        mod postgres {
            $(#[tokio::test] async fn $name() { super::$name(crate::world::World::on_postgres_with).await })*
        }
    };
}
on_both_with!(
    a_receiver_that_hangs_for_one_pool_stops_no_other,
    a_mail_server_that_hangs_does_not_stop_the_webhook,
    several_messages_are_under_way_at_once,
    a_pool_has_so_many_messages_in_a_minute,
    a_user_is_sent_so_many_codes_in_an_hour,
    a_pool_writes_in_the_name_of_nobody_else,
);

const PATIENCE: Duration = Duration::from_secs(30);

/// A webhook that never answers to what holds the text in `hangs_for`, and hands over everything else.
struct Hook {
    url: String,
    posted: Receiver<Value>,
    hangs_for: Arc<Mutex<Option<String>>>,
    hanging: Arc<AtomicUsize>,
}

impl Hook {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (sender, posted) = channel();
        let hook = Self { url, posted, hangs_for: Arc::default(), hanging: Arc::default() };
        let (hangs_for, hanging) = (hook.hangs_for.clone(), hook.hanging.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (sender, hangs_for, hanging) = (sender.clone(), hangs_for.clone(), hanging.clone());
                // Who hangs up does not wait for an answer.
                std::thread::spawn(move || answer(stream?, &sender, &hangs_for, &hanging));
            }
        });
        hook
    }

    fn config(&self) -> Config {
        Config { webhook_url: Some(self.url.clone().into()), ..Config::default() }
    }

    /// The next message that was handed over.
    async fn next(&self) -> Value {
        let begun = Instant::now();
        loop {
            if let Ok(message) = self.posted.try_recv() {
                return message;
            }
            assert!(begun.elapsed() < PATIENCE, "no message");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn answer(
    stream: TcpStream,
    sender: &Sender<Value>,
    hangs_for: &Mutex<Option<String>>,
    hanging: &AtomicUsize,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    let body = String::from_utf8(body).unwrap();
    if hangs_for.lock().unwrap().as_ref().is_some_and(|text| body.contains(text)) {
        hanging.fetch_add(1, Ordering::SeqCst);
        return stream.read(&mut [0]).map(drop); // until the client hangs up
    }
    let _ = sender.send(serde_json::from_str(&body).unwrap()); // the test may be over
    stream.get_mut().write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
}

/// A mail server that hands over what it is given; one that does not greet hangs.
fn mail_server(greets: bool) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let (sender, mails) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            if !greets {
                std::thread::spawn(move || stream.read(&mut [0]));
                continue;
            }
            let mut say = |text: &str| stream.get_mut().write_all(text.as_bytes());
            say("220 here\r\n").unwrap();
            let mut mail = String::new();
            let mut is_text = false;
            loop {
                let mut line = String::new();
                if stream.read_line(&mut line).unwrap_or(0) == 0 {
                    break;
                }
                let mut say = |text: &str| stream.get_mut().write_all(text.as_bytes());
                if is_text {
                    if line == ".\r\n" {
                        is_text = false;
                        say("250 taken\r\n").unwrap();
                    } else {
                        mail.push_str(&line);
                    }
                    continue;
                }
                if line.starts_with("MAIL") {
                    mail.push_str(&line);
                }
                let said = match line.get(..4).unwrap_or_default() {
                    "DATA" => {
                        is_text = true;
                        "354 go on\r\n"
                    }
                    "QUIT" => "221 bye\r\n",
                    _ => "250 yes\r\n",
                };
                let _ = say(said); // the client may be gone after QUIT
            }
            let _ = sender.send(mail);
        }
    });
    (url, mails)
}

async fn verifying_client(world: &World, members: Value) -> (String, String) {
    let mut all = json!({ "AutoVerifiedAttributes": ["email"] });
    all.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let pool = world.pool(all).await;
    let client = world.client(&pool, json!({})).await;
    (pool, client)
}

async fn sign_up(world: &World, client: &str, name: &str) {
    let attributes = json!([{ "Name": "email", "Value": format!("{name}@example.com") }]);
    let request =
        json!({ "ClientId": client, "Username": name, "Password": PASSWORD, "UserAttributes": attributes });
    world.ok("SignUp", request).await;
}

/// Puts as many copies of a pool's last message into the outbox.
async fn flood(world: &World, config: &Config, pool: &str, count: u32) {
    let filter = MessageFilter { pool: Some(pool.to_owned()), ..MessageFilter::default() };
    let mut message = world.store.read_latest().await.unwrap().messages(&filter, 1).await.unwrap().remove(0);
    let mut tx = world.store.begin().await.unwrap();
    for number in 0..count {
        message.id = format!("{number:032x}").parse().unwrap();
        tx.insert_message(&message).await.unwrap();
        for channel in config.channels(message.medium) {
            tx.insert_delivery(&message, channel, world.now()).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}

async fn a_receiver_that_hangs_for_one_pool_stops_no_other(world: impl AsyncFn(Config) -> Option<World>) {
    let hook = Hook::start();
    let config = Config { delivery_timeout_seconds: 300, ..hook.config() };
    let Some(mut world) = world(config.clone()).await else { return };
    let (flooded, client) = verifying_client(&world, json!({})).await;
    sign_up(&world, &client, "eve").await;
    flood(&world, &config, &flooded, 500).await;
    *hook.hangs_for.lock().unwrap() = Some(flooded.clone());
    let deliverer = Deliverer::new(world.store.clone(), &config).unwrap().unwrap();
    let running = tokio::spawn(deliverer.run(world.clock.clone()));
    while hook.hanging.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut waited = Vec::new();
    // Another pool of the same account, and one of another account.
    for (account, name) in [("000000000000", "jane"), ("111122223333", "ann")] {
        world.as_caller(account, "us-east-1");
        let (_, client) = verifying_client(&world, json!({})).await;
        let begun = Instant::now();
        sign_up(&world, &client, name).await;
        assert_eq!(hook.next().await["to"], format!("{name}@example.com"));
        waited.push(begun.elapsed().as_millis());
    }
    let hanging = hook.hanging.load(Ordering::SeqCst);
    println!(
        "501 messages of a pool whose receiver hangs hold {hanging} of 8 slots; others waited {waited:?} ms"
    );
    assert_eq!(hanging, 4);
    running.abort();
}

async fn a_mail_server_that_hangs_does_not_stop_the_webhook(world: impl AsyncFn(Config) -> Option<World>) {
    let hook = Hook::start();
    let (smtp, _) = mail_server(false);
    let config = Config {
        smtp_url: Some(smtp.into()),
        delivery_timeout_seconds: 300,
        delivery_concurrency: 2,
        ..hook.config()
    };
    let Some(world) = world(config.clone()).await else { return };
    let (_, client) = verifying_client(&world, json!({})).await;
    let deliverer = Deliverer::new(world.store.clone(), &config).unwrap().unwrap();
    let running = tokio::spawn(deliverer.run(world.clock.clone()));
    let begun = Instant::now();
    for name in ["eve", "ann", "jane", "joe"] {
        sign_up(&world, &client, name).await;
        assert_eq!(hook.next().await["to"], format!("{name}@example.com"));
    }
    println!(
        "four messages to the webhook beside a mail server that hangs: {} ms",
        begun.elapsed().as_millis()
    );
    running.abort();

    // What hangs is given up after its time, and tried again.
    let config = Config { delivery_timeout_seconds: 1, webhook_url: None, ..config };
    let mut deliverer = Deliverer::new(world.store.clone(), &config).unwrap().unwrap();
    let later = world.now() + TimeDelta::hours(1);
    let begun = Instant::now();
    assert_eq!(deliverer.run_once(later).await.unwrap(), 0);
    assert!(begun.elapsed() < PATIENCE);
    assert_eq!(deliverer.run_once(later).await.unwrap(), 0, "not before its time");
}

async fn several_messages_are_under_way_at_once(world: impl AsyncFn(Config) -> Option<World>) {
    let hook = Hook::start();
    let config = hook.config();
    let Some(world) = world(config.clone()).await else { return };
    for name in ["ann", "eve", "jane", "joe"] {
        let (_, client) = verifying_client(&world, json!({})).await;
        sign_up(&world, &client, name).await;
    }
    // All four hang until they are given up: one after the other they would take four seconds.
    *hook.hangs_for.lock().unwrap() = Some("example.com".to_owned());
    let config = Config { delivery_timeout_seconds: 1, ..config };
    let mut deliverer = Deliverer::new(world.store.clone(), &config).unwrap().unwrap();
    let begun = Instant::now();
    assert_eq!(deliverer.run_once(world.now()).await.unwrap(), 0);
    let (hanging, took) = (hook.hanging.load(Ordering::SeqCst), begun.elapsed());
    println!("{hanging} messages that hang for a second are given up within {took:?}");
    assert_eq!(hanging, 4);
    // They come later, all of them.
    *hook.hangs_for.lock().unwrap() = None;
    let begun = Instant::now();
    assert_eq!(deliverer.run_once(world.now() + TimeDelta::minutes(1)).await.unwrap(), 4);
    println!("then they go within {:?}", begun.elapsed());
}

async fn a_pool_has_so_many_messages_in_a_minute(world: impl AsyncFn(Config) -> Option<World>) {
    let hook = Hook::start();
    let config = Config { messages_per_pool_per_minute: 10, ..hook.config() };
    let Some(world) = world(config.clone()).await else { return };
    let (flooded, client) = verifying_client(&world, json!({})).await;
    sign_up(&world, &client, "eve").await;
    flood(&world, &config, &flooded, 30).await;
    let (_, other) = verifying_client(&world, json!({})).await;
    sign_up(&world, &other, "jane").await;
    // Two servers share what a pool has.
    let deliverer = || Deliverer::new(world.store.clone(), &config).unwrap().unwrap();
    let (mut one, mut two) = (deliverer(), deliverer());
    let mut went = Vec::new();
    for minute in 0..4 {
        let now = world.clock.now() + TimeDelta::minutes(minute);
        let (first, second) = tokio::join!(one.run_once(now), two.run_once(now));
        went.push(first.unwrap() + second.unwrap());
    }
    println!("31 messages of one pool and one of another, minute by minute: {went:?}");
    assert_eq!(went, [11, 10, 10, 1], "more wait, none is lost");
}

async fn a_user_is_sent_so_many_codes_in_an_hour(world: impl AsyncFn(Config) -> Option<World>) {
    let config = Config { codes_per_user_per_hour: 3, ..Config::default() };
    let Some(world) = world(config).await else { return };
    let policy = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] } });
    let pool = world.pool(json!({ "Policies": policy, "AutoVerifiedAttributes": ["email"] })).await;
    let client = world.open_client(&pool).await;
    for name in ["jane", "ann"] {
        world
            .user(&pool, name, json!({ "email": format!("{name}@example.com"), "email_verified": "true" }))
            .await;
    }
    let ask = |name: &str| {
        let parameters = json!({ "USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP" });
        let request = json!({ "ClientId": client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters });
        world.call("InitiateAuth", request)
    };
    let limited = (
        "TooManyRequestsException".to_owned(),
        "Attempt limit exceeded, please try after some time.".to_owned(),
    );
    let mut last = Value::Null;
    for _ in 0..3 {
        world.advance(TimeDelta::seconds(1)); // messages are listed by time
        last = ask("jane").await.ok();
    }
    let mut refused = 0;
    for _ in 0..20 {
        assert_eq!(ask("jane").await.error(), limited);
        refused += 1;
    }
    let sent = world.messages("to=jane@example.com").await;
    println!("23 codes asked for, {refused} refused, {} sent", sent.len());
    assert_eq!(sent.len(), 3);
    // Where existence is hidden the answer is that of every name, and nothing is sent.
    let members = json!({ "ExplicitAuthFlows": ALL_FLOWS, "PreventUserExistenceErrors": "ENABLED" });
    let hiding = world.client(&pool, members).await;
    let parameters = json!({ "USERNAME": "jane", "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    let request = json!({ "ClientId": hiding, "AuthFlow": "USER_AUTH", "AuthParameters": parameters });
    let challenge = world.ok("InitiateAuth", request).await;
    assert_eq!(challenge["ChallengeName"], "EMAIL_OTP");
    assert_eq!(challenge["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"], "j***@e***");
    assert_eq!(world.messages("to=jane@example.com").await.len(), 3);
    // The last code is good, the password too, and nobody else is held up.
    let answers = json!({ "USERNAME": "jane", "EMAIL_OTP_CODE": sent[0]["code"] });
    let tokens = world.respond(&client, &last, answers).await.ok()["AuthenticationResult"].clone();
    world.sign_in(&client, "jane").await;
    ask("ann").await.ok();
    // A signed-in user changes the address, to anybody's.
    let change = |number: u32| {
        let address = format!("victim{number}@example.com");
        let attributes = json!([{ "Name": "email", "Value": address }]);
        world.call(
            "UpdateUserAttributes",
            json!({ "AccessToken": tokens["AccessToken"], "UserAttributes": attributes }),
        )
    };
    assert_eq!(change(1).await.error(), limited);
    world.advance(TimeDelta::minutes(59));
    assert_eq!(change(2).await.error(), limited);
    world.advance(TimeDelta::minutes(1));
    ask("jane").await.ok();
}

async fn a_pool_writes_in_the_name_of_nobody_else(world: impl AsyncFn(Config) -> Option<World>) {
    let (smtp, mails) = mail_server(true);
    let config = Config {
        smtp_url: Some(smtp.into()),
        email_from: "Box <no-reply@box.example>".to_owned(),
        email_from_domains: vec!["team.example".to_owned()],
        ..Config::default()
    };
    let Some(world) = world(config.clone()).await else { return };
    let mut deliverer = Deliverer::new(world.store.clone(), &config).unwrap().unwrap();
    for (own, envelope, from, reply_to) in [
        (None, "no-reply@box.example", "Box <no-reply@box.example>", None),
        (
            Some("CEO <ceo@bank.example>"),
            "no-reply@box.example",
            "Box <no-reply@box.example>",
            Some("CEO <ceo@bank.example>"),
        ),
        (Some("Team <hello@team.example>"), "hello@team.example", "Team <hello@team.example>", None),
    ] {
        let mut members = json!({});
        if let Some(own) = own {
            let arn = "arn:aws:ses:us-east-1:000000000000:identity/bank.example";
            members["EmailConfiguration"] =
                json!({ "EmailSendingAccount": "DEVELOPER", "SourceArn": arn, "From": own });
        }
        let (_, client) = verifying_client(&world, members).await;
        sign_up(&world, &client, "jane").await;
        assert_eq!(deliverer.run_once(world.now()).await.unwrap(), 1);
        let mail = mails.recv_timeout(PATIENCE).unwrap();
        let header =
            |name: &str| mail.split("\r\n").find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        println!("a pool of {own:?}: From {:?}, Reply-To {:?}", header("From"), header("Reply-To"));
        assert_eq!(
            (header("From"), header("Reply-To"), header("To")),
            (Some(from), reply_to, Some("jane@example.com"))
        );
        assert!(mail.starts_with(&format!("MAIL FROM:<{envelope}>")), "{mail}");
    }
}
