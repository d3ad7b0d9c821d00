//! OpenID Connect providers: what they are asked, and what becomes of their answers.

use chrono::TimeDelta;
use serde_json::json;

use super::{Stage, post_saml, told};
use crate::oauth::CALLBACK;
use crate::oauth::browser::{detail, location, parameter};
use crate::world::{Answer, World, on_both};

on_both!(
    from_the_first_redirect_to_tokens,
    a_refusal_goes_to_the_application,
    an_answer_counts_once,
    an_answer_counts_in_the_browser_that_left,
    two_tabs_do_not_meet,
    an_answer_comes_within_five_minutes,
    an_answer_by_form_comes_again_by_itself,
    steps_may_be_at_different_replicas,
    a_nonce_of_the_application_stays,
    a_client_may_lose_its_provider_meanwhile,
);

pub const NO_STATE: &str = "Invalid relayState from identity provider";
pub const JANE: [(&str, &str); 1] = [("person", "jane")];

#[track_caller]
pub fn assert_stranger(page: &Answer) {
    assert_eq!((page.status, detail(page).as_deref()), (400, Some(NO_STATE)), "{:?}", page.headers);
}

async fn from_the_first_redirect_to_tokens(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Sso", &[("login_hint", "ann@x")])).await;
    let domain = format!("http://{}", browser.host);
    let of = |name| parameter(&sent, name);
    assert!(location(&sent).starts_with(&format!("{}/_poolhouse/idp/oidc/authorize?", stage.idp.url)));
    assert_eq!(of("client_id").as_deref(), Some("pool"));
    assert_eq!(of("redirect_uri"), Some(format!("{domain}/oauth2/idpresponse")));
    assert_eq!(of("scope").as_deref(), Some("openid email profile"));
    assert_eq!(of("response_type").as_deref(), Some("code"));
    assert_eq!(of("login_hint").as_deref(), Some("ann@x"));
    assert!(of("state").unwrap().len() >= 43 && of("nonce").unwrap().len() >= 43);
    let cookie = sent.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("csrf-state="), "{cookie}");
    for attribute in ["; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=300"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }

    let fields = [("subject", "Ann-1"), ("email", "ann@example.com"), ("attributes", "team=a\nteam=b c")];
    let back = stage.at_provider(&sent, &fields).await;
    let answer = browser.follow(&back).await;
    assert!(location(&answer).starts_with(&format!("{CALLBACK}?code=")));
    assert_eq!(parameter(&answer, "state").as_deref(), Some("s&1"));
    let claims = stage.claims(&world, &answer).await;
    assert_eq!(claims["cognito:username"], "Sso_Ann-1");
    assert_eq!(claims["cognito:groups"], json!([format!("{}_Sso", stage.app.pool)]));
    assert_eq!(claims["email"], "ann@example.com");
    assert_eq!(claims["email_verified"], false);
    assert_eq!(claims["custom:team"], "[a,b+c]");
    assert!(claims["nonce"].as_str().unwrap().len() >= 43, "there is one, though nobody asked");
    let identity = &claims["identities"][0];
    assert_eq!(identity["userId"], "Ann-1");
    assert_eq!(identity["providerName"], "Sso");
    assert_eq!(identity["providerType"], "OIDC");
    assert_eq!(identity["primary"], "true");
    let user = stage.user(&world, "Sso_Ann-1").await;
    assert_eq!((&user["UserStatus"], &user["Enabled"]), (&json!("EXTERNAL_PROVIDER"), &json!(true)));
}

async fn a_refusal_goes_to_the_application(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let answer = stage.sign_in(&mut browser, "Sso", &[("refuse", "true")]).await;
    assert_eq!(told(&answer).0, "access_denied");
    // A provider's words stay a parameter.
    let sent = browser.get(&stage.authorize("Sso", &[])).await;
    let state = parameter(&sent, "state").unwrap();
    let hostile = "error=a%26code%3D1&error_description=b%0d%0aSet-Cookie:%20c%23%26code%3D2";
    let answer = browser.get(&format!("/oauth2/idpresponse?state={state}&{hostile}")).await;
    assert_eq!(told(&answer), ("a&code=1".to_owned(), "b\r\nSet-Cookie: c#&code=2".to_owned()));
    assert!(location(&answer).ends_with("&state=s%261"));
    // Neither an error nor a code.
    let sent = browser.get(&stage.authorize("Sso", &[])).await;
    let state = parameter(&sent, "state").unwrap();
    let answer = browser.get(&format!("/oauth2/idpresponse?state={state}")).await;
    assert_eq!(told(&answer), ("invalid_request".to_owned(), "The provider sent no code".to_owned()));
}

async fn an_answer_counts_once(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Sso", &[])).await;
    let back = stage.at_provider(&sent, &JANE).await;
    assert!(parameter(&browser.follow(&back).await, "code").is_some());
    assert_stranger(&browser.follow(&back).await);
    assert_stranger(&browser.get("/oauth2/idpresponse?code=1&state=2").await);
    assert_stranger(&browser.get("/oauth2/idpresponse?code=1").await);
}

async fn an_answer_counts_in_the_browser_that_left(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Sso", &[])).await;
    let back = stage.at_provider(&sent, &JANE).await;
    // Somebody sends the address of their own sign-in to others, who would work in their account.
    let mut victim = stage.app.browser(&world);
    assert_stranger(&victim.follow(&back).await);
    let elsewhere = victim.get(&stage.authorize("Sso", &[])).await;
    assert_stranger(&victim.follow(&back).await);
    // That was nobody's turn: the browser that left may still come back.
    assert!(parameter(&browser.follow(&back).await, "code").is_some());
    let own = stage.at_provider(&elsewhere, &JANE).await;
    assert!(parameter(&victim.follow(&own).await, "code").is_some());
}

async fn two_tabs_do_not_meet(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let one = browser.get(&stage.authorize("Sso", &[("prompt", "login")])).await;
    let two = browser.get(&stage.authorize("Sso", &[])).await;
    for (sent, person) in [(&one, "jane"), (&two, "ali")] {
        let back = stage.at_provider(sent, &[("person", person)]).await;
        let answer = browser.follow(&back).await;
        assert_eq!(stage.claims(&world, &answer).await["cognito:username"], format!("Sso_{person}"));
    }
    // What cannot be a cookie of ours is not taken up.
    browser.set_cookie("csrf-state", "short");
    browser.get(&stage.authorize("Corp", &[])).await;
    assert_ne!(browser.cookie("csrf-state").unwrap(), "short");
}

async fn an_answer_comes_within_five_minutes(world: World) {
    let stage = Stage::new(&world).await;
    for (seconds, counts) in [(299, true), (300, false)] {
        let mut browser = stage.app.browser(&world);
        let sent = browser.get(&stage.authorize("Sso", &[])).await;
        for server in [&world, &stage.idp] {
            server.advance(TimeDelta::seconds(seconds));
        }
        let back = stage.at_provider(&sent, &JANE).await;
        let answer = browser.follow(&back).await;
        if counts {
            assert!(parameter(&answer, "code").is_some(), "{seconds}");
        } else {
            assert_stranger(&answer);
        }
    }
}

async fn an_answer_by_form_comes_again_by_itself(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Sso", &[])).await;
    let back = stage.at_provider(&sent, &JANE).await;
    let (code, state) = (parameter(&back, "code").unwrap(), parameter(&back, "state").unwrap());
    // Cookies do not come along from a form of another site.
    let mut without_cookies = stage.app.browser(&world);
    let form = [("code", code.as_str()), ("state", state.as_str()), ("other", "dropped")];
    let again = without_cookies.post("/oauth2/idpresponse", &form).await;
    assert!(
        location(&again).starts_with("/oauth2/idpresponse?code=") && !location(&again).contains("dropped")
    );
    assert!(parameter(&browser.follow(&again).await, "code").is_some());
    // A refusal too.
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Sso", &[])).await;
    let state = parameter(&sent, "state").unwrap();
    let form = [("state", state.as_str()), ("error", "user_cancelled_authorize")];
    let again = without_cookies.post("/oauth2/idpresponse", &form).await;
    assert_eq!(told(&browser.follow(&again).await).0, "user_cancelled_authorize");
}

async fn steps_may_be_at_different_replicas(world: World) {
    let stage = Stage::new(&world).await;
    let other = world.replica(api::config::Config::default()).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Sso", &[])).await;
    let redirect_uri = parameter(&sent, "redirect_uri").unwrap();
    let back = stage.at_provider(&sent, &JANE).await;
    assert!(location(&back).starts_with(&redirect_uri));
    // The same host, which is now at the other server.
    browser.turn_to(&other);
    let answer = browser.follow(&back).await;
    assert_eq!(stage.claims(&world, &answer).await["cognito:username"], "Sso_jane");
}

async fn a_nonce_of_the_application_stays(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Sso", &[("nonce", "n-1")])).await;
    assert_ne!(parameter(&sent, "nonce").as_deref(), Some("n-1"), "the provider has one of ours");
    let back = stage.at_provider(&sent, &JANE).await;
    let answer = browser.follow(&back).await;
    assert_eq!(stage.claims(&world, &answer).await["nonce"], "n-1");
}

async fn a_client_may_lose_its_provider_meanwhile(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let oidc = browser.get(&stage.authorize("Sso", &[])).await;
    let oidc = stage.at_provider(&oidc, &JANE).await;
    let judged = browser.get(&stage.authorize("Corp", &[])).await;
    let judged = post_saml(&mut browser, &stage.at_provider(&judged, &JANE).await).await;
    let posted = browser.get(&stage.authorize("Corp", &[])).await;
    let posted = stage.at_provider(&posted, &JANE).await;
    let request = json!({ "UserPoolId": stage.app.pool, "ClientId": stage.app.client });
    let mut client = world.ok("DescribeUserPoolClient", request).await["UserPoolClient"].clone();
    client["SupportedIdentityProviders"] = json!(["COGNITO"]);
    for told in ["ClientName", "CreationDate", "LastModifiedDate", "ClientSecret"] {
        client.as_object_mut().unwrap().remove(told);
    }
    world.ok("UpdateUserPoolClient", client).await;
    let answers =
        [browser.follow(&oidc).await, browser.follow(&judged).await, post_saml(&mut browser, &posted).await];
    for page in answers {
        assert_eq!((page.status, detail(&page).as_deref()), (400, Some("Identity provider not found")));
    }
    let users = world.ok("ListUsers", json!({ "UserPoolId": stage.app.pool })).await;
    assert_eq!(users["Users"], json!([]));
}
