//! OpenID Connect providers that lie, fail or change: what a pool does not believe, and what it says of it.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::stand_in::{Key, StandIn};
use super::told;
use super::users::attribute;
use crate::oauth::App;
use crate::oauth::browser::{Browser, encoded, parameter};
use crate::world::{Answer, World, on_both};

on_both!(
    an_id_token_is_believed_when_every_check_holds,
    a_failing_provider_is_told_to_the_application,
    what_is_signed_goes_before_what_is_not,
    what_the_browser_says_is_no_claim,
    claims_become_texts,
    a_client_without_a_secret_sends_none,
    keys_may_change_between_two_sign_ins,
    secrets_and_tokens_follow_no_redirect,
    of_twenty_who_come_back_at_once_one_is_signed_in,
);

/// A pool with the provider `Evil`, all of which a test says.
struct Hostile {
    app: App,
    provider: StandIn,
    key: Key,
}

impl Hostile {
    async fn new(world: &World) -> Self {
        let app = App::without_jane(world, json!({}), json!({})).await;
        let (provider, key) = (StandIn::start(), Key::new("k1"));
        let request = json!({
            "UserPoolId": app.pool, "ProviderName": "Evil", "ProviderType": "OIDC",
            "ProviderDetails": {
                "client_id": "pool", "client_secret": "hush", "authorize_scopes": "openid",
                "attributes_request_method": "POST", "oidc_issuer": provider.url,
                "authorize_url": provider.at("/authorize"), "token_url": provider.at("/token"),
                "attributes_url": provider.at("/me"), "jwks_uri": provider.at("/keys"),
            },
            "AttributeMapping": { "email": "email", "name": "name" },
        });
        world.ok("CreateIdentityProvider", request).await;
        let app =
            App::of_pool(world, &app.pool, json!({ "SupportedIdentityProviders": ["COGNITO", "Evil"] }))
                .await;
        provider.answers("/keys", 200, key.jwks());
        provider.answers("/me", 200, json!({ "sub": "ann" }));
        Self { app, provider, key }
    }

    /// Claims that hold, for a request with this nonce.
    fn claims(&self, nonce: &str) -> Value {
        json!({ "iss": self.provider.url, "aud": "pool", "sub": "ann", "exp": 1_767_323_345, "iat": 1_767_323_045, "nonce": nonce })
    }

    /// A sign-in whose ID token `token` makes of the nonce.
    async fn sign_in(&self, world: &World, token: impl Fn(&str) -> String) -> Answer {
        let (mut browser, state, nonce) = self.leave(world).await;
        let tokens = json!({ "access_token": "at", "id_token": token(&nonce), "token_type": "Bearer" });
        self.provider.answers("/token", 200, tokens);
        browser.get(&format!("/oauth2/idpresponse?code=c%261&state={state}")).await
    }

    async fn leave(&self, world: &World) -> (Browser, String, String) {
        let mut browser = self.app.browser(world);
        let query = self.app.query(&[("identity_provider", "Evil"), ("state", "s&1"), ("scope", "openid")]);
        let sent = browser.get(&format!("/oauth2/authorize?{query}")).await;
        let of = |name| parameter(&sent, name).unwrap();
        let (state, nonce) = (of("state"), of("nonce"));
        (browser, state, nonce)
    }

    async fn refused(&self, world: &World, case: &str, description: &str, token: impl Fn(&str) -> String) {
        let answer = self.sign_in(world, token).await;
        assert_eq!(told(&answer), ("invalid_request".to_owned(), description.to_owned()), "{case}");
    }

    async fn has_no_users(&self, world: &World) {
        let users = world.ok("ListUsers", json!({ "UserPoolId": self.app.pool })).await;
        assert_eq!(users["Users"], json!([]));
    }
}

async fn an_id_token_is_believed_when_every_check_holds(world: World) {
    let hostile = Hostile::new(&world).await;
    let other = Key::new("k1");
    let none = |nonce: &str| {
        let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(json!({ "alg": "none", "kid": "k1" })), part(hostile.claims(nonce)))
    };
    let changed = |name: &'static str, value: Value| {
        let hostile = &hostile;
        move |nonce: &str| {
            let mut claims = hostile.claims(nonce);
            claims[name] = value.clone();
            hostile.key.sign(&claims)
        }
    };
    let of = |reason: &str| format!("Bad id_token issuer, audience or signature: {reason}");
    hostile.refused(&world, "none", &of("Algorithm of the ID token is not supported"), none).await;
    hostile
        .refused(&world, "other key", &of("Signature of the ID token is invalid"), |nonce| {
            other.sign(&hostile.claims(nonce))
        })
        .await;
    hostile
        .refused(&world, "unknown key", &of("Key of the ID token is not known"), |nonce| {
            Key::new("k2").sign(&hostile.claims(nonce))
        })
        .await;
    for (name, value, reason) in [
        ("iss", json!("https://other.example"), "Issuer of the ID token is not the identity provider"),
        ("aud", json!("another"), "Audience of the ID token is not the client"),
        ("exp", json!(1_767_322_985), "ID token is expired"),
        ("nonce", json!("another"), "Nonce of the ID token is not that of the request"),
        ("sub", json!(""), "ID token has no sub"),
    ] {
        hostile.refused(&world, name, &of(reason), changed(name, value)).await;
    }
    hostile.has_no_users(&world).await;
    let answer = hostile.sign_in(&world, |nonce| hostile.key.sign(&hostile.claims(nonce))).await;
    assert!(parameter(&answer, "code").is_some(), "with nothing wrong");
    let asked = hostile.provider.asked("/token");
    assert_eq!(
        (asked.method.as_str(), asked.authorization),
        ("POST", None),
        "the secret is in the body alone"
    );
    for part in [
        "grant_type=authorization_code",
        "code=c%261",
        "client_id=pool",
        "client_secret=hush",
        "redirect_uri=http",
    ] {
        assert!(asked.body.contains(part), "{part}: {}", asked.body);
    }
    let asked = hostile.provider.asked("/me");
    assert_eq!((asked.method.as_str(), asked.authorization.as_deref()), ("POST", Some("Bearer at")));
}

/// What is told of everything that is no answer of a token endpoint and of user info.
const TOKEN_ENDPOINT: &str = "Timeout occurred in calling IdP token endpoint";
const USER_INFO: &str = "Evil Error - error getting userInfo";

async fn a_failing_provider_is_told_to_the_application(world: World) {
    let hostile = Hostile::new(&world).await;
    for (path, status, body, description) in [
        ("/token", 400, "{\"error\":\"invalid_grant\"}", "Evil Error - 400 error getting token"),
        ("/token", 404, "not here", TOKEN_ENDPOINT),
        ("/token", 400, "<html>", TOKEN_ENDPOINT),
        ("/token", 200, "<html>", TOKEN_ENDPOINT),
        ("/token", 200, "{\"access_token\":\"at\"}", "Bad token response: no usable token in it"),
        ("/keys", 503, "", "Timeout in calling jwks uri"),
        ("/keys", 200, "<html>", "Timeout in calling jwks uri"),
        ("/me", 401, "", USER_INFO),
        ("/me", 401, "{\"sub\":\"ann\"}", USER_INFO),
        ("/me", 200, "<html>", USER_INFO),
        ("/me", 200, "{\"sub\":\"bob\"}", "userInfo is about another subject than the ID token"),
        ("/me", 200, "{\"email\":\"x@example.com\"}", "userInfo does not say whom it is about"),
    ] {
        hostile.provider.answers("/keys", 200, hostile.key.jwks());
        hostile.provider.answers("/me", 200, json!({ "sub": "ann" }));
        let (mut browser, state, nonce) = hostile.leave(&world).await;
        let token = hostile.key.sign(&hostile.claims(&nonce));
        hostile.provider.answers("/token", 200, json!({ "access_token": "at", "id_token": token }));
        hostile.provider.answers(path, status, body);
        let answer = browser.get(&format!("/oauth2/idpresponse?code=1&state={state}")).await;
        assert_eq!(
            told(&answer),
            ("invalid_request".to_owned(), description.to_owned()),
            "{path} {status} {body}"
        );
    }
    hostile.has_no_users(&world).await;
}

async fn what_is_signed_goes_before_what_is_not(world: World) {
    let hostile = Hostile::new(&world).await;
    hostile.provider.answers(
        "/me",
        200,
        json!({ "sub": "ann", "email": "unsigned@example.com", "name": "Ann" }),
    );
    let answer = hostile
        .sign_in(&world, |nonce| {
            let mut claims = hostile.claims(nonce);
            claims["email"] = json!("signed@example.com");
            hostile.key.sign(&claims)
        })
        .await;
    assert!(parameter(&answer, "code").is_some());
    let user =
        world.ok("AdminGetUser", json!({ "UserPoolId": hostile.app.pool, "Username": "Evil_ann" })).await;
    let text = user.to_string();
    assert!(
        text.contains("signed@example.com") && !text.contains("unsigned") && text.contains("Ann"),
        "{text}"
    );
}

async fn what_the_browser_says_is_no_claim(world: World) {
    let hostile = Hostile::new(&world).await;
    let mapping = json!({ "given_name": "firstName", "family_name": "lastName" });
    let request =
        json!({ "UserPoolId": hostile.app.pool, "ProviderName": "Evil", "AttributeMapping": mapping });
    world.ok("UpdateIdentityProvider", request).await;
    let (mut browser, state, nonce) = hostile.leave(&world).await;
    let mut claims = hostile.claims(&nonce);
    claims["firstName"] = json!("Ann");
    let tokens = json!({ "access_token": "at", "id_token": hostile.key.sign(&claims) });
    hostile.provider.answers("/token", 200, tokens);
    // Apple alone tells the name beside the code.
    let user = json!({ "name": { "firstName": "Root", "lastName": "Root" } }).to_string();
    let query = encoded(&[("code", "1"), ("state", &state), ("user", &user)]);
    let answer = browser.get(&format!("/oauth2/idpresponse?{query}")).await;
    assert!(parameter(&answer, "code").is_some());
    let user =
        world.ok("AdminGetUser", json!({ "UserPoolId": hostile.app.pool, "Username": "Evil_ann" })).await;
    let text = user.to_string();
    assert!(text.contains("\"Ann\"") && !text.contains("Root"), "{text}");
}

async fn a_client_without_a_secret_sends_none(world: World) {
    let hostile = Hostile::new(&world).await;
    let mut request = json!({ "UserPoolId": hostile.app.pool, "ProviderName": "Evil" });
    let described = world.ok("DescribeIdentityProvider", request.clone()).await;
    let mut details = described["IdentityProvider"]["ProviderDetails"].clone();
    details.as_object_mut().unwrap().remove("client_secret");
    request["ProviderDetails"] = details;
    world.ok("UpdateIdentityProvider", request).await;
    let answer = hostile.sign_in(&world, |nonce| hostile.key.sign(&hostile.claims(nonce))).await;
    assert!(parameter(&answer, "code").is_some());
    let body = hostile.provider.asked("/token").body;
    assert!(body.contains("client_id=pool") && !body.contains("client_secret"), "{body}");
}

async fn claims_become_texts(world: World) {
    let hostile = Hostile::new(&world).await;
    let names = ["nothing", "list", "number", "object", "access_token", "id_token", "refresh_token"];
    let custom = names.map(|name| json!({ "Name": name, "AttributeDataType": "String", "Mutable": true }));
    let request = json!({ "UserPoolId": hostile.app.pool, "CustomAttributes": custom });
    world.ok("AddCustomAttributes", request).await;
    let mut mapping = json!({ "email": "email", "email_verified": "email_verified" });
    for name in names {
        mapping[format!("custom:{name}")] = json!(name);
    }
    let request =
        json!({ "UserPoolId": hostile.app.pool, "ProviderName": "Evil", "AttributeMapping": mapping });
    world.ok("UpdateIdentityProvider", request).await;
    // What only looks like a token of the provider is none.
    let told = json!({
        "sub": "ann", "email": "ann@example.com", "email_verified": true, "nothing": null, "list": ["a", 1, null, ["b"]],
        "number": 7, "object": { "a": [1] }, "access_token": "made up",
    });
    hostile.provider.answers("/me", 200, told);
    let (mut browser, state, nonce) = hostile.leave(&world).await;
    let id_token = hostile.key.sign(&hostile.claims(&nonce));
    let tokens = json!({ "access_token": "at", "id_token": id_token, "refresh_token": "rt" });
    hostile.provider.answers("/token", 200, tokens);
    let answer = browser.get(&format!("/oauth2/idpresponse?code=1&state={state}")).await;
    assert!(parameter(&answer, "code").is_some(), "{}", answer.text);
    let user =
        world.ok("AdminGetUser", json!({ "UserPoolId": hostile.app.pool, "Username": "Evil_ann" })).await;
    for (name, value) in [
        ("email_verified", Some("true")),
        ("custom:nothing", None),
        ("custom:list", Some("[a,1,b]")),
        ("custom:number", Some("7")),
        ("custom:object", Some("{\"a\":[1]}")),
        ("custom:access_token", Some("at")),
        ("custom:id_token", Some(id_token.as_str())),
        ("custom:refresh_token", Some("rt")),
    ] {
        assert_eq!(attribute(&user, name).as_deref(), value, "{name}");
    }
}

async fn keys_may_change_between_two_sign_ins(world: World) {
    let hostile = Hostile::new(&world).await;
    let answer = hostile.sign_in(&world, |nonce| hostile.key.sign(&hostile.claims(nonce))).await;
    assert!(parameter(&answer, "code").is_some());
    let next = Key::new("k2");
    hostile.provider.answers("/keys", 200, next.jwks());
    let answer = hostile.sign_in(&world, |nonce| next.sign(&hostile.claims(nonce))).await;
    assert!(parameter(&answer, "code").is_some(), "the new key counts");
    let answer = hostile.sign_in(&world, |nonce| hostile.key.sign(&hostile.claims(nonce))).await;
    assert_eq!(parameter(&answer, "code"), None, "the old key does not");
}

async fn secrets_and_tokens_follow_no_redirect(world: World) {
    let hostile = Hostile::new(&world).await;
    let elsewhere = StandIn::start();
    for (path, description) in [("/token", TOKEN_ENDPOINT), ("/me", USER_INFO)] {
        let (mut browser, state, nonce) = hostile.leave(&world).await;
        let token = hostile.key.sign(&hostile.claims(&nonce));
        hostile.provider.answers("/token", 200, json!({ "access_token": "at", "id_token": token }));
        hostile.provider.answers(path, 307, elsewhere.at("/"));
        let answer = browser.get(&format!("/oauth2/idpresponse?code=1&state={state}")).await;
        assert_eq!(told(&answer).1, description);
    }
    assert_eq!(elsewhere.count(), 0);
}

async fn of_twenty_who_come_back_at_once_one_is_signed_in(world: World) {
    let hostile = Hostile::new(&world).await;
    let other = world.replica(api::config::Config::default()).await;
    let (browser, state, nonce) = hostile.leave(&world).await;
    // A provider that gives tokens for a code as often as it is asked.
    let token = hostile.key.sign(&hostile.claims(&nonce));
    hostile.provider.answers("/token", 200, json!({ "access_token": "at", "id_token": token }));
    let mut all = JoinSet::new();
    for number in 0..20 {
        let (mut browser, state) = (browser.clone(), state.clone());
        browser.turn_to(if number % 2 == 0 { &world } else { &other });
        all.spawn(
            async move { browser.get(&format!("/oauth2/idpresponse?code=1&state={state}")).await.status },
        );
    }
    let statuses = all.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 302).count(), 1, "{statuses:?}");
}
