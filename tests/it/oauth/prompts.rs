//! `prompt`: what an application wants the person to be asked. Managed login alone knows it.

use super::browser::{heading, location, parameter};
use super::{App, CALLBACK};
use crate::world::{World, on_both};

on_both!(
    no_prompt_means_no_page,
    a_login_is_asked_for_in_spite_of_a_session,
    an_account_is_chosen,
    words_that_mean_nothing_are_refused,
    the_classic_pages_do_not_know_prompts,
);

async fn managed(world: &World) -> App {
    let app = App::new(world).await;
    app.use_managed_login(world).await;
    app
}

async fn no_prompt_means_no_page(world: World) {
    let app = managed(&world).await;
    let mut browser = app.browser(&world);
    let silent = app.query(&[("prompt", "none"), ("state", "x")]);
    for path in ["/oauth2/authorize", "/login"] {
        let answer = browser.get(&format!("{path}?{silent}")).await;
        assert_eq!(location(&answer), format!("{CALLBACK}?error=login_required&state=x"), "{path}");
    }
    browser.sign_in(&app.query(&[]), "jane").await;
    for path in ["/oauth2/authorize", "/login"] {
        let answer = browser.get(&format!("{path}?{silent}")).await;
        assert!(location(&answer).starts_with(&format!("{CALLBACK}?code=")), "{path}");
    }
}

async fn a_login_is_asked_for_in_spite_of_a_session(world: World) {
    let app = managed(&world).await;
    let mut browser = app.browser(&world);
    browser.sign_in(&app.query(&[]), "jane").await;
    world.user(&app.pool, "joe", serde_json::json!({})).await;
    let query = app.query(&[("prompt", "login")]);
    let answer = browser.get(&format!("/oauth2/authorize?{query}")).await;
    assert_eq!(location(&answer), format!("/login?{query}"));
    let page = browser.follow(&answer).await;
    assert_eq!(heading(&page), "Sign in");
    let answer = browser.submit(&page, &[("username", "joe"), ("password", crate::world::PASSWORD)]).await;
    let tokens = app.exchange(&world, &parameter(&answer, "code").unwrap()).await.ok();
    assert_eq!(crate::tokens::claims(&tokens["access_token"])["username"], "joe");
    // From now on this browser is Joe's.
    let answer = browser.get(&format!("/oauth2/authorize?{}", app.query(&[]))).await;
    let tokens = app.exchange(&world, &parameter(&answer, "code").unwrap()).await.ok();
    assert_eq!(crate::tokens::claims(&tokens["access_token"])["username"], "joe");
}

async fn an_account_is_chosen(world: World) {
    let app = managed(&world).await;
    let mut browser = app.browser(&world);
    let query = app.query(&[("prompt", "select_account"), ("state", "x")]);
    let page = browser.get(&format!("/login?{query}")).await;
    assert_eq!(heading(&page), "Sign in", "there is none to choose from");
    browser.sign_in(&app.query(&[]), "jane").await;
    let answer = browser.get(&format!("/oauth2/authorize?{query}")).await;
    let page = browser.follow(&answer).await;
    assert_eq!(heading(&page), "Choose an account");
    assert!(page.text.contains("Continue as jane"));
    let links: Vec<String> = page
        .text
        .split("<a class=\"button ")
        .skip(1)
        .map(|link| link.split('"').nth(2).unwrap().replace("&#38;", "&"))
        .collect();
    let [go_on, other] = links.as_slice() else { panic!("{links:?}") };
    let answer = browser.get(go_on).await;
    assert!(location(&answer).starts_with(&format!("{CALLBACK}?code=")));
    assert_eq!(parameter(&answer, "state").as_deref(), Some("x"));
    let page = browser.get(other).await;
    assert_eq!(heading(&page), "Sign in");
}

async fn words_that_mean_nothing_are_refused(world: World) {
    let app = managed(&world).await;
    for prompt in ["none login", "now", "LOGIN"] {
        let query = app.query(&[("prompt", prompt)]);
        let answer = app.browser(&world).get(&format!("/oauth2/authorize?{query}")).await;
        assert_eq!(location(&answer), format!("{CALLBACK}?error=invalid_request"), "{prompt}");
    }
    let query = app.query(&[("prompt", "consent")]);
    let answer = app.browser(&world).get(&format!("/oauth2/authorize?{query}")).await;
    assert_eq!(location(&answer), format!("/login?{query}"));
}

async fn the_classic_pages_do_not_know_prompts(world: World) {
    let app = App::new(&world).await;
    let mut browser = app.browser(&world);
    let query = app.query(&[("prompt", "none")]);
    let answer = browser.get(&format!("/oauth2/authorize?{query}")).await;
    assert_eq!(location(&answer), format!("/login?{query}"));
    browser.sign_in(&app.query(&[]), "jane").await;
    for prompt in ["login", "select_account", "what"] {
        let query = app.query(&[("prompt", prompt)]);
        let answer = browser.get(&format!("/oauth2/authorize?{query}")).await;
        assert!(location(&answer).starts_with(&format!("{CALLBACK}?code=")), "{prompt}");
    }
}
