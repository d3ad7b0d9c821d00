//! Many wrong passwords from one address, at the pages: the guesser waits, and nobody whose forms were not judged does.

use api::config::Config;

use crate::oauth::App;
use crate::oauth::browser::{Browser, csrf, detail, parameter};
use crate::world::{PASSWORD, World, on_both};

on_both!(who_guesses_passwords_waits_and_nobody_else_does);

const AT_MOST: u32 = 5;

/// Every request of this browser comes from there, as a proxy tells.
fn from(world: &World, address: &str) -> Browser {
    let mut browser = Browser::at(world, "localhost");
    browser.headers.push(("x-forwarded-for", address.to_owned()));
    browser
}

async fn who_guesses_passwords_waits_and_nobody_else_does(world: World) {
    let app = App::new(&world).await;
    let world = world
        .replica(Config {
            trust_proxy: "127.0.0.1".parse().unwrap(),
            wrong_guesses_per_minute: AT_MOST,
            ..Config::default()
        })
        .await;
    let login = format!("/login?{}", app.query(&[]));
    let (office, guesser) = ("192.0.2.1", "2001:db8::1");

    // Forms that are refused before anybody looks at a password: no page of ours, another client, nothing filled in.
    let mut refused = 0;
    for _ in 0..10 * AT_MOST {
        let mut browser = from(&world, office);
        let answer = browser.post(&login, &[("_csrf", "x"), ("username", "jane"), ("password", "x")]).await;
        assert_eq!((answer.status, detail(&answer).as_deref()), (403, Some("csrf")));
        let answer = browser.post("/login?client_id=nobody", &[("_csrf", "x")]).await;
        assert!([400, 403].contains(&answer.status), "{}", answer.status);
        refused += 2;
    }
    // Right ones: everybody in the office comes in the morning.
    let mut signed_in = 0;
    for _ in 0..2 * AT_MOST {
        let mut browser = from(&world, office);
        let page = browser.get(&login).await;
        let answer = browser.submit(&page, &[("username", "jane"), ("password", PASSWORD)]).await;
        assert!(parameter(&answer, "code").is_some(), "{} {}", answer.status, answer.text);
        signed_in += 1;
    }

    let mut judged = 0;
    let mut slowed = 0;
    for guess in 0..4 * AT_MOST {
        // Another address of the same network each time, and another user, so that no lockout answers.
        let mut browser = from(&world, &format!("2001:db8::{guess:x}"));
        let page = browser.get(&login).await;
        let username = format!("user-{guess}");
        let answer = browser.submit(&page, &[("username", &username), ("password", "Wrong-1-word")]).await;
        match answer.status {
            200 => judged += 1,
            429 => slowed += 1,
            status => panic!("{status} {}", answer.text),
        }
    }
    println!(
        "{refused} refused forms and {signed_in} right ones not counted; of {} wrong guesses {judged} judged, {slowed} refused",
        4 * AT_MOST
    );
    assert!((AT_MOST..AT_MOST + 3).contains(&judged), "{judged}");

    // Who guesses is slowed down at every page with a form, also with a right password, and reads pages as before.
    let mut browser = from(&world, guesser);
    let page = browser.get(&login).await;
    assert_eq!(page.status, 200);
    assert!(!csrf(&page).is_empty());
    let answer = browser.submit(&page, &[("username", "jane"), ("password", PASSWORD)]).await;
    assert_eq!((answer.status, detail(&answer).as_deref()), (429, Some("too_many_requests")));
    // Somebody elsewhere is not.
    let mut browser = from(&world, "192.0.2.2");
    let page = browser.get(&login).await;
    let answer = browser.submit(&page, &[("username", "jane"), ("password", PASSWORD)]).await;
    assert!(parameter(&answer, "code").is_some());
}
