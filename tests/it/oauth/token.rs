//! `/oauth2/token`: who may ask, and tokens for a code. Refresh tokens are in `refresh`.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::browser::{Browser, encoded, parameter};
use super::{App, CALLBACK, CHALLENGE, VERIFIER, assert_headers_of_a_domain, assert_refused, at_hash};
use crate::tokens::claims;
use crate::world::{Answer, World, on_both};

on_both!(
    a_code_brings_three_tokens,
    a_code_lives_for_five_minutes,
    a_verifier_proves_who_asked,
    the_redirect_uri_is_the_same_again,
    requests_without_sense_are_refused,
    clients_prove_who_they_are,
    two_secrets_count_at_once,
    a_client_that_cannot_read_what_its_scopes_open_gets_nothing,
    users_who_are_gone_bring_no_tokens,
    a_pool_limits_the_sessions_of_a_user,
    scripts_of_other_origins_may_call_three_endpoints,
);

async fn a_code_brings_three_tokens(world: World) {
    let app = App::new(&world).await;
    let code = app.code(&world, &[("scope", "openid email"), ("nonce", "n-1")]).await;
    world.advance(TimeDelta::minutes(4));
    let answer = app.exchange(&world, &code).await;
    assert_headers_of_a_domain(&answer);
    assert_eq!(answer.headers["content-type"], "application/json;charset=UTF-8");
    let tokens = answer.ok();
    let members: Vec<&String> = tokens.as_object().unwrap().keys().collect();
    assert_eq!(members, ["access_token", "expires_in", "id_token", "refresh_token", "token_type"]);
    assert_eq!((&tokens["expires_in"], &tokens["token_type"]), (&json!(3600), &json!("Bearer")));
    assert_eq!(tokens["refresh_token"].as_str().unwrap().split('.').count(), 5);
    let (mut id, mut access) = (claims(&tokens["id_token"]), claims(&tokens["access_token"]));
    assert_eq!(id["at_hash"], at_hash(&tokens["access_token"]));
    assert_eq!(id["iat"].as_i64().unwrap() - id["auth_time"].as_i64().unwrap(), 240);
    for claims in [&mut id, &mut access] {
        assert_eq!(
            claims["iss"],
            json!(format!("{}/{}", world.url.replace("127.0.0.1", "localhost"), app.pool))
        );
        claims["iss"] = json!("issuer"); // with a port of its own
        claims.as_object_mut().unwrap().remove("at_hash");
    }
    insta::assert_json_snapshot!("oauth_id_token", id);
    insta::assert_json_snapshot!("oauth_access_token", access);
}

async fn a_code_lives_for_five_minutes(world: World) {
    let app = App::new(&world).await;
    let code = app.code(&world, &[]).await;
    world.advance(TimeDelta::minutes(5) - TimeDelta::milliseconds(1));
    assert_eq!(app.exchange(&world, &code).await.status, 200);
    let code = app.code(&world, &[]).await;
    world.advance(TimeDelta::minutes(5));
    assert_refused(&app.exchange(&world, &code).await, 400, "invalid_grant");
}

async fn a_verifier_proves_who_asked(world: World) {
    let app = App::new(&world).await;
    let with_challenge = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let other = "a".repeat(43);
    for (query, verifier, is_good) in [
        (&with_challenge[..], Some(VERIFIER), true),
        (&with_challenge, Some(other.as_str()), false),
        (&with_challenge, Some(CHALLENGE), false),
        (&with_challenge, Some("short"), false),
        (&with_challenge, Some(""), false),
        (&with_challenge, None, false),
        (&[], Some(VERIFIER), false),
        (&[], None, true),
    ] {
        let code = app.code(&world, query).await;
        let mut form =
            vec![("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", CALLBACK)];
        form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        let answer = app.token(&world, &form).await;
        if is_good {
            assert_eq!(answer.status, 200, "{verifier:?}");
        } else {
            assert_refused(&answer, 400, "invalid_grant");
        }
    }
}

#[track_caller]
fn assert_other_redirect_uri(answer: &Answer) {
    let body = json!({ "error": "unauthorized_client", "error_description": "invalid_redirect" });
    assert_eq!((answer.status, answer.text.as_str()), (400, body.to_string().as_str()));
}

async fn the_redirect_uri_is_the_same_again(world: World) {
    let app = App::new(&world).await;
    let code = app.code(&world, &[]).await;
    for uri in ["https://app.example.com/other", "https://app.example.com/cb/", "https://evil.example", ""] {
        let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", uri)];
        assert_other_redirect_uri(&app.token(&world, &form).await);
    }
    let left_out = [("grant_type", "authorization_code"), ("code", code.as_str())];
    assert_other_redirect_uri(&app.token(&world, &left_out).await);
    // Whose code it is comes first, and whether it is good.
    let other = App::of_pool(&world, &app.pool, json!({})).await;
    let elsewhere = [&left_out[..], &[("redirect_uri", "https://evil.example")]].concat();
    assert_refused(&other.token(&world, &elsewhere).await, 400, "invalid_grant");
    let unknown =
        [("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", "https://evil.example")];
    assert_refused(&app.token(&world, &unknown).await, 400, "invalid_grant");
    // None of these used it up.
    assert_eq!(app.exchange(&world, &code).await.status, 200);
}

async fn requests_without_sense_are_refused(world: World) {
    let app = App::new(&world).await;
    let implicit = App::of_pool(&world, &app.pool, json!({ "AllowedOAuthFlows": ["implicit"] })).await;
    let by_code = ("grant_type", "authorization_code");
    let code = ("code", "11111111-2222-3333-4444-555555555555");
    let uri = ("redirect_uri", CALLBACK);
    for (app, form, error) in [
        (&app, vec![], "invalid_request"),
        (&app, vec![code, uri], "invalid_request"),
        (&app, vec![("grant_type", ""), code, uri], "invalid_request"),
        (&app, vec![("grant_type", "password"), code, uri], "unsupported_grant_type"),
        (&app, vec![("grant_type", "implicit")], "unsupported_grant_type"),
        (
            &app,
            vec![("grant_type", "urn:ietf:params:oauth:grant-type:device_code")],
            "unsupported_grant_type",
        ),
        (&app, vec![by_code, uri], "invalid_request"),
        (&app, vec![by_code, code, code, uri], "invalid_request"),
        (&app, vec![by_code, by_code, code, uri], "invalid_request"),
        (&app, vec![by_code, code, uri], "invalid_grant"),
        (&app, vec![by_code, ("code", "x' OR '1'='1"), uri], "invalid_grant"),
        (&implicit, vec![by_code, code, uri], "unauthorized_client"),
        (&app, vec![("grant_type", "refresh_token")], "invalid_request"),
        (&app, vec![("grant_type", "client_credentials")], "unauthorized_client"),
    ] {
        let answer = app.token(&world, &form).await;
        assert_refused(&answer, 400, error);
        assert_headers_of_a_domain(&answer);
    }
    // Only a form is read, whatever is in it.
    let code = app.code(&world, &[]).await;
    let form = [by_code, ("code", &code), uri, ("client_id", &app.client)];
    let send = |content_type: &'static str, body: String| {
        let request = world.http.post(format!("{}/oauth2/token", world.url));
        request
            .header("host", app.browser(&world).host)
            .header("content-type", content_type)
            .body(body)
            .send()
    };
    let object: Value = form.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    for (content_type, body, status) in [
        ("application/json", object.to_string(), 400),
        ("text/plain", encoded(&form), 400),
        ("application/x-www-form-urlencoded; charset=utf-8", encoded(&form), 200),
    ] {
        assert_eq!(send(content_type, body).await.unwrap().status(), status, "{content_type}");
    }
    let mut browser = app.browser(&world);
    assert_eq!(browser.get(&format!("/oauth2/token?{}", encoded(&form))).await.status, 405);
}

/// Shows a new code, with this header and these fields more.
async fn shown(world: &World, app: &App, basic: Option<(&str, &str)>, fields: &[(&str, &str)]) -> Answer {
    let code = app.code(world, &[]).await;
    let mut browser = app.browser(world);
    if let Some((id, secret)) = basic {
        let credentials = BASE64_STANDARD.encode(format!("{id}:{secret}"));
        browser.headers.push(("authorization", format!("Basic {credentials}")));
    }
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", CALLBACK)];
    browser.post("/oauth2/token", &[&form[..], fields].concat()).await
}

async fn clients_prove_who_they_are(world: World) {
    let public = App::new(&world).await;
    let private = App::of_pool(&world, &public.pool, json!({ "GenerateSecret": true })).await;
    let (id, other) = (private.client.as_str(), public.client.as_str());
    let secret = private.secret.as_deref().unwrap();
    let upper = secret.to_uppercase();
    let refused = Some("invalid_client");
    for (app, basic, fields, error) in [
        (&private, Some((id, secret)), vec![], None),
        (&private, Some((id, secret)), vec![("client_id", id)], None),
        (&private, None, vec![("client_id", id), ("client_secret", secret)], None),
        (&private, None, vec![("client_id", id)], refused),
        (&private, None, vec![("client_id", id), ("client_secret", "")], refused),
        (&private, None, vec![("client_id", id), ("client_secret", "wrong")], refused),
        (&private, Some((id, "")), vec![], refused),
        (&private, Some((id, "wrong")), vec![], refused),
        (&private, Some((id, &upper)), vec![], refused),
        (&private, Some((other, secret)), vec![], refused),
        (&private, Some((id, secret)), vec![("client_id", other)], refused),
        (&private, Some(("unknown", secret)), vec![], refused),
        (&public, None, vec![("client_id", other)], None),
        (&public, None, vec![("client_id", other), ("client_secret", secret)], refused),
        (&public, Some((other, secret)), vec![], refused),
        (&public, None, vec![("client_id", "unknown")], refused),
        (&public, None, vec![], Some("invalid_request")),
    ] {
        let answer = shown(&world, app, basic, &fields).await;
        match error {
            None => assert_eq!(answer.status, 200, "{basic:?} {fields:?} {}", answer.text),
            Some(error) => assert_refused(&answer, 400, error),
        }
    }
    // Credentials that nobody can read.
    for header in ["Basic", "Basic !", "Basic bm9jb2xvbg==", "Basic //79", "Bearer x"] {
        let code = private.code(&world, &[]).await;
        let mut browser: Browser = private.browser(&world);
        browser.headers.push(("authorization", header.to_owned()));
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("client_id", id),
        ];
        assert_refused(&browser.post("/oauth2/token", &form).await, 400, "invalid_client");
    }
}

async fn two_secrets_count_at_once(world: World) {
    let public = App::new(&world).await;
    let app = App::of_pool(&world, &public.pool, json!({ "GenerateSecret": true })).await;
    let id = app.client.as_str();
    let first = app.secret.clone().unwrap();
    let named = json!({ "UserPoolId": app.pool, "ClientId": id });
    let listed = world.ok("ListUserPoolClientSecrets", named.clone()).await;
    let first_id = listed["ClientSecrets"][0]["ClientSecretId"].clone();
    let added = world.ok("AddUserPoolClientSecret", named.clone()).await;
    let second = added["ClientSecretDescriptor"]["ClientSecretValue"].as_str().unwrap();
    for secret in [first.as_str(), second] {
        assert_eq!(shown(&world, &app, Some((id, secret)), &[]).await.status, 200);
        assert_eq!(
            shown(&world, &app, None, &[("client_id", id), ("client_secret", secret)]).await.status,
            200
        );
    }
    let delete = json!({ "UserPoolId": app.pool, "ClientId": id, "ClientSecretId": first_id });
    world.ok("DeleteUserPoolClientSecret", delete).await;
    assert_refused(&shown(&world, &app, Some((id, &first)), &[]).await, 400, "invalid_client");
    assert_eq!(shown(&world, &app, Some((id, second)), &[]).await.status, 200);
}

async fn a_client_that_cannot_read_what_its_scopes_open_gets_nothing(world: World) {
    let app = App::with(&world, json!({}), json!({ "ReadAttributes": ["email"] })).await;
    for (scope, status) in
        [("openid", 200), ("openid email", 400), ("openid phone", 400), ("openid profile", 400)]
    {
        let code = app.code(&world, &[("scope", scope)]).await;
        let answer = app.exchange(&world, &code).await;
        assert_eq!(answer.status, status, "{scope}");
        if status == 400 {
            assert_refused(&answer, 400, "invalid_grant");
        }
    }
}

async fn users_who_are_gone_bring_no_tokens(world: World) {
    let app = App::new(&world).await;
    let jane = json!({ "UserPoolId": app.pool, "Username": "jane" });
    let code = app.code(&world, &[]).await;
    world.ok("AdminDisableUser", jane.clone()).await;
    assert_refused(&app.exchange(&world, &code).await, 400, "invalid_grant");
    world.ok("AdminEnableUser", jane.clone()).await;
    let code = app.code(&world, &[]).await;
    world.ok("AdminDeleteUser", jane).await;
    assert_refused(&app.exchange(&world, &code).await, 400, "invalid_grant");
}

async fn a_pool_limits_the_sessions_of_a_user(world: World) {
    let app = App::new(&world).await;
    let limit = json!({ "UserPoolId": app.pool, "UserSessionTracking": "ENABLED", "TokenSession": { "MaxPerUser": 1 } });
    world.ok("SetUserPoolSessionConfiguration", limit).await;
    let first = app.tokens(&world, &[]).await;
    world.advance(TimeDelta::seconds(1));
    let second = app.tokens(&world, &[]).await;
    assert_eq!(app.user_info(&world, &first["access_token"]).await.status, 401);
    assert_eq!(app.user_info(&world, &second["access_token"]).await.status, 200);
    // Tokens in the fragment are a session as well.
    world.advance(TimeDelta::seconds(1));
    let answer = app.browser(&world).sign_in(&app.query(&[("response_type", "token")]), "jane").await;
    let third = json!(parameter(&answer, "access_token").unwrap());
    assert_eq!(app.user_info(&world, &second["access_token"]).await.status, 401);
    assert_eq!(app.user_info(&world, &third).await.status, 200);
}

async fn scripts_of_other_origins_may_call_three_endpoints(world: World) {
    let app = App::new(&world).await;
    let origin = "https://app.example.com";
    let open = ["/oauth2/token", "/oauth2/revoke", "/oauth2/userInfo", "/oauth2/userinfo"];
    let closed = ["/oauth2/authorize", "/login", "/logout", "/signup", "/error"];
    for path in open.iter().chain(&closed) {
        let request = world
            .http
            .request(reqwest::Method::OPTIONS, format!("{}{path}", world.url))
            .header("host", app.browser(&world).host)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type");
        let answer = request.send().await.unwrap();
        let allowed = answer.headers().get("access-control-allow-origin");
        if open.contains(path) {
            assert_eq!((answer.status().as_u16(), allowed.unwrap()), (200, &"*".parse().unwrap()), "{path}");
            assert_eq!(answer.headers()["access-control-allow-headers"], "authorization,content-type");
            assert_eq!(answer.headers()["access-control-allow-methods"], "GET, POST");
        } else {
            assert_eq!(allowed, None, "{path}");
        }
    }
    let mut browser = app.browser(&world);
    browser.headers.push(("origin", origin.to_owned()));
    for path in ["/oauth2/token", "/oauth2/revoke", "/oauth2/userInfo"] {
        let answer = browser.post(path, &[]).await;
        assert_eq!(answer.headers["access-control-allow-origin"], "*", "{path}");
    }
    let query = app.query(&[]);
    for path in closed {
        let answer = browser.get(&format!("{path}?{query}")).await;
        assert_eq!(answer.headers.get("access-control-allow-origin"), None, "{path}");
    }
    // The application's own secrets are no cookies of a browser.
    assert_eq!(
        browser.post("/oauth2/token", &[]).await.headers.get("access-control-allow-credentials"),
        None
    );
    let answer = browser.sign_in(&query, "jane").await;
    assert_eq!(answer.status, 403, "a form of another origin");
    browser.headers.clear();
    assert!(parameter(&browser.sign_in(&query, "jane").await, "code").is_some());
}
