//! `/oauth2/authorize`: from the application to the pages and back, with a code or with tokens.

use serde_json::{Value, json};

use super::browser::{alert, detail, heading, location, parameter};
use super::{App, CALLBACK, CHALLENGE, LOGOUT, assert_headers_of_a_domain, at_hash, is_uuid};
use crate::tokens::claims;
use crate::world::{World, on_both};

on_both!(
    a_browser_signs_in_and_the_application_gets_a_code,
    tokens_come_in_the_fragment_and_never_one_to_refresh_with,
    what_the_application_cannot_be_told_is_told_on_a_page,
    other_refusals_go_back_to_the_application_with_its_state,
    a_client_with_one_redirect_uri_need_not_name_it,
    a_query_of_the_redirect_uri_stays,
    scopes_decide_what_tokens_say,
    a_deleted_scope_is_passed_over,
    a_page_that_is_opened_directly_checks_as_much,
    a_client_that_is_not_enabled_has_no_page,
);

const NOT_ENABLED: &str = "Client is not enabled for OAuth2.0 flows.";

async fn a_browser_signs_in_and_the_application_gets_a_code(world: World) {
    let app = App::new(&world).await;
    let query = app.query(&[("state", "a b/c=d&é"), ("scope", "openid email"), ("lang", "en")]);
    for path in ["/oauth2/authorize", "/authorize"] {
        let mut browser = app.browser(&world);
        let answer = browser.get(&format!("{path}?{query}")).await;
        assert_eq!(location(&answer), format!("/login?{query}"));
        assert_headers_of_a_domain(&answer);
        let page = browser.follow(&answer).await;
        assert_eq!((page.status, heading(&page).as_str()), (200, "Sign in"));
        assert_eq!(page.headers["content-type"], "text/html;charset=UTF-8");
        assert_headers_of_a_domain(&page);

        let answer = browser.submit(&page, &[("username", "jane"), ("password", "Wr0ng-word")]).await;
        assert_eq!(
            (answer.status, alert(&answer)),
            (200, Some("Incorrect username or password.".to_owned()))
        );
        let fields = [("username", "jane"), ("password", crate::world::PASSWORD)];
        let answer = browser.submit(&answer, &fields).await;
        assert!(location(&answer).starts_with(&format!("{CALLBACK}?code=")), "{}", location(&answer));
        assert!(is_uuid(&parameter(&answer, "code").unwrap()));
        assert_eq!(parameter(&answer, "state").as_deref(), Some("a b/c=d&é"));
        let cookies: Vec<&str> =
            answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
        let value = browser.cookie("cognito").unwrap();
        assert_eq!(cookies[0], format!("cognito={value}; HttpOnly; SameSite=Lax; Path=/"));
        assert!(cookies[1].starts_with("page-data=; ") && cookies[1].contains("Max-Age=0"), "{cookies:?}");
    }
}

async fn tokens_come_in_the_fragment_and_never_one_to_refresh_with(world: World) {
    let app = App::new(&world).await;
    let query = app.query(&[
        ("response_type", "token"),
        ("scope", "openid email"),
        ("nonce", "n-1"),
        ("state", "x&y"),
        ("resource", "https://api.example.com"),
    ]);
    let answer = app.browser(&world).sign_in(&query, "jane").await;
    assert!(location(&answer).starts_with(&format!("{CALLBACK}#id_token=")), "{}", location(&answer));
    for (name, value) in [
        ("token_type", Some("Bearer")),
        ("expires_in", Some("3600")),
        ("state", Some("x&y")),
        ("refresh_token", None),
        ("code", None),
    ] {
        assert_eq!(parameter(&answer, name).as_deref(), value, "{name}");
    }
    let token = |name: &str| json!(parameter(&answer, name).unwrap());
    let (id, access) = (claims(&token("id_token")), claims(&token("access_token")));
    assert_eq!((&id["nonce"], &id["aud"]), (&json!("n-1"), &json!(app.client)));
    assert_eq!(id["at_hash"], at_hash(&token("access_token")));
    assert_eq!([&id["email"], &id["name"]], [&json!("jane@example.com"), &Value::Null]);
    assert_eq!(access["scope"], json!("openid email"));
    assert_eq!([&access["version"], &access["aud"]], [&json!(2), &json!("https://api.example.com")]);
    assert_eq!(app.user_info(&world, &token("access_token")).await.ok()["username"], json!("jane"));

    // Without openid there is nothing to say of the user.
    let query = app.query(&[("response_type", "token"), ("scope", "aws.cognito.signin.user.admin")]);
    let answer = app.browser(&world).sign_in(&query, "jane").await;
    assert_eq!(parameter(&answer, "id_token"), None);
    let access_token = parameter(&answer, "access_token").unwrap();
    let user = world.ok("GetUser", json!({ "AccessToken": access_token })).await;
    assert_eq!(user["Username"], json!("jane"));
}

async fn what_the_application_cannot_be_told_is_told_on_a_page(world: World) {
    let app = App::new(&world).await;
    let of_api = world.open_client(&app.pool).await;
    let members = json!({ "SupportedIdentityProviders": [] });
    let of_no_provider = App::of_pool(&world, &app.pool, members).await;
    let mut browser = app.browser(&world);
    for (query, text) in [
        (app.query(&[("client_id", "")]), "Required String parameter 'client_id' is not present"),
        (app.query(&[("client_id", "1unknown")]), "Client does not exist."),
        (app.query(&[("client_id", &of_api)]), NOT_ENABLED),
        (of_no_provider.query(&[]), "unauthorized_client"),
        (app.query(&[("redirect_uri", "")]), "Required String parameter 'redirect_uri' is not present"),
        (format!("{0}&{0}", app.query(&[])), "invalid_request"),
    ] {
        for path in ["/oauth2/authorize", "/login"] {
            let page = browser.get(&format!("{path}?{query}")).await;
            assert_eq!((page.status, detail(&page).as_deref()), (400, Some(text)), "{path}?{query}");
            assert!(page.text.contains("An error was encountered with the requested page."));
            assert_headers_of_a_domain(&page);
        }
    }
    let query = app.query(&[("redirect_uri", "https://evil.example/cb"), ("state", "x")]);
    let answer = browser.get(&format!("/oauth2/authorize?{query}")).await;
    assert_eq!(location(&answer), format!("/error?error=redirect_mismatch&client_id={}", app.client));
    let page = browser.follow(&answer).await;
    assert_eq!((page.status, detail(&page).as_deref()), (400, Some("redirect_mismatch")));
}

async fn other_refusals_go_back_to_the_application_with_its_state(world: World) {
    let app = App::new(&world).await;
    let only_code = App::of_pool(&world, &app.pool, json!({ "AllowedOAuthFlows": ["code"] })).await;
    let no_profile =
        App::of_pool(&world, &app.pool, json!({ "AllowedOAuthScopes": ["openid", "email"] })).await;
    let mut browser = app.browser(&world);
    for (app, changes, error) in [
        (&app, vec![("response_type", "")], "invalid_request"),
        (&app, vec![("response_type", "id_token")], "invalid_request"),
        (&app, vec![("response_type", "code token")], "invalid_request"),
        (&only_code, vec![("response_type", "token")], "unauthorized_client"),
        (&app, vec![("code_challenge", CHALLENGE)], "invalid_request"),
        (&app, vec![("code_challenge", CHALLENGE), ("code_challenge_method", "plain")], "invalid_request"),
        (&app, vec![("scope", "openid what")], "invalid_scope"),
        (&no_profile, vec![("scope", "openid profile")], "invalid_scope"),
        (&app, vec![("scope", "email")], "invalid_scope"),
        (&app, vec![("resource", "no url")], "invalid_request"),
        (&app, vec![("nonce", "1"), ("nonce", "2")], "invalid_request"),
    ] {
        let query = app.query(&[&changes[..], &[("state", "x y")]].concat());
        for path in ["/oauth2/authorize", "/login"] {
            let answer = browser.get(&format!("{path}?{query}")).await;
            assert_eq!(location(&answer), format!("{CALLBACK}?error={error}&state=x+y"), "{changes:?}");
        }
        let answer = browser.get(&format!("/oauth2/authorize?{}", app.query(&changes))).await;
        assert_eq!(location(&answer), format!("{CALLBACK}?error={error}"), "{changes:?}");
    }
}

async fn a_client_with_one_redirect_uri_need_not_name_it(world: World) {
    let app = App::with(&world, json!({}), json!({ "CallbackURLs": [CALLBACK] })).await;
    let code = app.code(&world, &[("redirect_uri", "")]).await;
    let grant = [("grant_type", "authorization_code"), ("code", code.as_str())];
    assert_eq!(app.token(&world, &grant).await.status, 200);
    let code = app.code(&world, &[("redirect_uri", "")]).await;
    assert_eq!(app.exchange(&world, &code).await.status, 200, "it may be named all the same");

    let members = json!({ "CallbackURLs": [LOGOUT, CALLBACK], "DefaultRedirectURI": CALLBACK });
    let app = App::of_pool(&world, &app.pool, members).await;
    let answer = app.browser(&world).sign_in(&app.query(&[("redirect_uri", "")]), "jane").await;
    assert!(location(&answer).starts_with(&format!("{CALLBACK}?code=")));
}

async fn a_query_of_the_redirect_uri_stays(world: World) {
    let uri = "https://app.example.com/cb?tenant=7&x=%2F";
    let app = App::with(&world, json!({}), json!({ "CallbackURLs": [uri, "myapp://größe"] })).await;
    let answer = app.browser(&world).sign_in(&app.query(&[("redirect_uri", uri)]), "jane").await;
    assert!(location(&answer).starts_with(&format!("{uri}&code=")), "{}", location(&answer));
    let query = app.query(&[("redirect_uri", uri), ("response_type", "token")]);
    let answer = app.browser(&world).sign_in(&query, "jane").await;
    assert!(location(&answer).starts_with(&format!("{uri}#id_token=")), "{}", location(&answer));
    // A header has ASCII alone.
    let answer = app.browser(&world).sign_in(&app.query(&[("redirect_uri", "myapp://größe")]), "jane").await;
    assert!(location(&answer).starts_with("myapp://gr%C3%B6%C3%9Fe?code="), "{}", location(&answer));
}

async fn scopes_decide_what_tokens_say(world: World) {
    let app = App::new(&world).await;
    for (scope, granted, email, phone, name) in [
        ("", "openid email phone profile aws.cognito.signin.user.admin", true, true, true),
        ("openid", "openid", true, true, true),
        ("openid email", "openid email", true, false, false),
        ("phone openid", "phone openid", false, true, false),
        ("openid profile", "openid profile", false, false, true),
    ] {
        let tokens = app.tokens(&world, &[("scope", scope), ("nonce", "n-1")]).await;
        let (id, access) = (claims(&tokens["id_token"]), claims(&tokens["access_token"]));
        assert_eq!(access["scope"], json!(granted));
        let shown = |name: &str| id.get(name).is_some();
        assert_eq!((shown("email"), shown("email_verified")), (email, email), "{scope}");
        assert_eq!((shown("phone_number"), shown("name")), (phone, name), "{scope}");
        assert_eq!(id["at_hash"], at_hash(&tokens["access_token"]));
        assert_eq!((&id["nonce"], &id["event_id"]), (&json!("n-1"), &access["event_id"]));
    }
    let tokens = app.tokens(&world, &[("scope", "aws.cognito.signin.user.admin")]).await;
    assert_eq!(tokens.get("id_token"), None);
}

async fn a_deleted_scope_is_passed_over(world: World) {
    let pool = world.pool(json!({})).await;
    for identifier in ["photos", "mail"] {
        let scopes = json!([{ "ScopeName": "read", "ScopeDescription": "Reads" }]);
        let server =
            json!({ "UserPoolId": pool, "Identifier": identifier, "Name": identifier, "Scopes": scopes });
        world.ok("CreateResourceServer", server).await;
    }
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "acme" })).await;
    let scopes = json!({ "AllowedOAuthScopes": ["openid", "photos/read", "mail/read"] });
    let app = App::of_pool(&world, &pool, scopes).await;
    world.user(&pool, "jane", json!({})).await;
    let scope_of = |tokens: Value| claims(&tokens["access_token"])["scope"].clone();
    let both = [("scope", "mail/read photos/read")];
    assert_eq!(scope_of(app.tokens(&world, &both).await), json!("mail/read photos/read"));
    world.ok("DeleteResourceServer", json!({ "UserPoolId": pool, "Identifier": "mail" })).await;
    assert_eq!(scope_of(app.tokens(&world, &both).await), json!("photos/read"));
    assert_eq!(scope_of(app.tokens(&world, &[]).await), json!("openid photos/read"));
    let query = app.query(&[("scope", "mail/read")]);
    let answer = app.browser(&world).get(&format!("/oauth2/authorize?{query}")).await;
    assert_eq!(parameter(&answer, "error").as_deref(), Some("invalid_scope"));
}

async fn a_page_that_is_opened_directly_checks_as_much(world: World) {
    let app = App::new(&world).await;
    let mut browser = app.browser(&world);
    let good = app.query(&[("scope", "openid")]);
    let bad = app.query(&[("scope", "what")]);
    for path in ["/login", "/signup", "/forgotPassword", "/forgotpassword"] {
        let page = browser.get(&format!("{path}?{good}")).await;
        assert_eq!(page.status, 200, "{path}");
        let answer = browser.get(&format!("{path}?{bad}")).await;
        assert_eq!(parameter(&answer, "error").as_deref(), Some("invalid_scope"), "{path}");
        // Nothing is signed up or sent for an application that may not ask.
        let answer = browser.post(&format!("{path}?{bad}"), &[("username", "jane")]).await;
        assert_eq!(answer.status, 403, "{path}");
    }
    // Pages in the middle of something begin anew without it.
    for path in [
        "/confirm",
        "/confirmforgotPassword",
        "/changePassword",
        "/selectChallenge",
        "/password",
        "/selectMfa",
        "/mfa",
        "/mfaSetup/totp",
        "/passkeys/signin",
    ] {
        let answer = browser.get(&format!("{path}?{good}")).await;
        assert_eq!(location(&answer), format!("/login?{good}"), "{path}");
        let page = browser.follow(&answer).await;
        let text = Some("Your session has expired. Please start again.");
        assert_eq!(alert(&page).as_deref(), text, "{path}");
    }
}

/// AllowedOAuthFlowsUserPoolClient is off, with all the rest in place.
async fn a_client_that_is_not_enabled_has_no_page(world: World) {
    let app = App::with(&world, json!({}), json!({ "AllowedOAuthFlowsUserPoolClient": false })).await;
    let mut browser = app.browser(&world);
    for query in [
        app.query(&[]),
        app.query(&[("redirect_uri", "https://evil.example"), ("state", "x")]),
        app.query(&[("redirect_uri", "")]),
        app.query(&[("response_type", ""), ("scope", "what")]),
    ] {
        for path in [
            "/oauth2/authorize",
            "/authorize",
            "/login",
            "/signup",
            "/forgotPassword",
            "/confirm",
            "/confirmforgotPassword",
            "/changePassword",
            "/selectMfa",
            "/mfa",
            "/passkeys/add",
            "/passkeys/signin",
        ] {
            let page = browser.get(&format!("{path}?{query}")).await;
            assert_eq!((page.status, detail(&page).as_deref()), (400, Some(NOT_ENABLED)), "{path}?{query}");
            assert_eq!(page.headers.get("location"), None);
        }
    }
    // Nobody is kept signed in.
    let path = format!("/logout?client_id={}&logout_uri={LOGOUT}", app.client);
    assert_eq!(location(&browser.get(&path).await), LOGOUT);
}
