//! Two accounts that chose one prefix in two regions: neither sees the other's pages, cookies or tokens below `/domains/`.

use serde_json::{Value, json};

use crate::oauth::App;
use crate::oauth::CALLBACK;
use crate::oauth::browser::{Browser, csrf, detail, heading, location, parameter};
use crate::world::{Answer, PASSWORD, World, on_both};

on_both!(equal_prefixes_share_no_path_and_no_cookie);

/// The domain that the discovery document tells, for callers who came by an address.
async fn told(world: &World, app: &App) -> String {
    let document = world.get(&format!("/{}/.well-known/openid-configuration", app.pool)).await.ok();
    let endpoint = document["authorization_endpoint"].as_str().unwrap();
    endpoint.strip_prefix(&world.url).unwrap().strip_suffix("/oauth2/authorize").unwrap().to_owned()
}

async fn is_signed_in(browser: &mut Browser, path: &str, app: &App) -> bool {
    let answer = browser.get(&format!("{path}/oauth2/authorize?{}", app.query(&[]))).await;
    !location(&answer).starts_with(&format!("{path}/login?"))
}

fn description(answer: &Answer) -> String {
    serde_json::from_str::<Value>(&answer.text).unwrap()["error_description"].as_str().unwrap().to_owned()
}

async fn equal_prefixes_share_no_path_and_no_cookie(mut world: World) {
    let app = App::new(&world).await;
    assert_eq!(told(&world, &app).await, "/domains/acme");
    world.as_caller("123456789012", "eu-west-1");
    let other = App::new(&world).await;
    world.advance(chrono::TimeDelta::seconds(5)); // documents are kept for a moment
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;

    // Each application is led to a path of its own.
    let (here, there) = ("/domains/acme.auth.us-east-1", "/domains/acme.auth.eu-west-1");
    assert_eq!((told(&world, &app).await.as_str(), told(&world, &other).await.as_str()), (here, there));
    // The short one is nobody's, and says where to go.
    let both = format!("There are several such domains, in different regions: {there}, {here}");
    let mut browser = Browser::at(&world, "127.0.0.1");
    let paths = ["/", "/login", "/signup", "/oauth2/authorize", "/logout", "/forgotPassword"];
    for path in paths {
        let page = browser.get(&format!("/domains/acme{path}?{}", app.query(&[]))).await;
        assert_eq!((page.status, detail(&page)), (404, Some(both.clone())), "{path}");
    }
    let form = [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", app.client.as_str())];
    let answer = browser.post("/domains/acme/oauth2/token", &form).await;
    assert_eq!((answer.status, description(&answer)), (404, both.clone()));

    // One browser is signed in at both, and signs out of one.
    for (app, path) in [(&app, here), (&other, there)] {
        assert!(!is_signed_in(&mut browser, path, app).await, "{path}");
        let page = browser.get(&format!("{path}/login?{}", app.query(&[]))).await;
        assert_eq!(heading(&page), "Sign in");
        let answer = browser.submit(&page, &[("username", "jane"), ("password", PASSWORD)]).await;
        let code = parameter(&answer, "code").unwrap();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("client_id", app.client.as_str()),
        ];
        browser.post(&format!("{path}/oauth2/token"), &form).await.ok();
    }
    assert!(is_signed_in(&mut browser, here, &app).await && is_signed_in(&mut browser, there, &other).await);
    let leave = format!("{here}/logout?client_id={}&logout_uri={}", app.client, crate::oauth::LOGOUT);
    assert_eq!(location(&browser.get(&leave).await), crate::oauth::LOGOUT);
    assert!(!is_signed_in(&mut browser, here, &app).await && is_signed_in(&mut browser, there, &other).await);
    // A client of one is none at the other.
    for (app, path) in [(&other, here), (&app, there)] {
        let page = browser.get(&format!("{path}/login?{}", app.query(&[]))).await;
        assert_eq!((page.status, detail(&page).as_deref()), (400, Some("Client does not exist.")), "{path}");
    }
    let page = browser.get(&format!("{here}/login?{}", app.query(&[]))).await;
    let forged = csrf(&page);
    let form = [("_csrf", forged.as_str()), ("username", "jane"), ("password", PASSWORD)];
    let answer =
        Browser::at(&world, "127.0.0.1").post(&format!("{there}/login?{}", other.query(&[])), &form).await;
    assert_eq!(answer.status, 403);
    println!("{} short addresses told both long ones", paths.len() + 1);

    // Alone again, the short path serves who is left, and the long one goes on.
    world.ok("DeleteUserPoolDomain", json!({ "UserPoolId": other.pool, "Domain": "acme" })).await;
    for path in ["/domains/acme", here] {
        let page = browser.get(&format!("{path}/login?{}", app.query(&[]))).await;
        assert_eq!(heading(&page), "Sign in", "{path}");
    }
}
