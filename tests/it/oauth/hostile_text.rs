//! Text from outside that would like to be markup, a script, or a header.

use serde_json::json;

use super::browser::{detail, heading, location, parameter};
use super::{App, CALLBACK};
use crate::world::{Answer, PASSWORD, World, on_both};

on_both!(
    no_text_becomes_markup,
    no_name_becomes_markup,
    no_text_becomes_a_header,
    long_and_broken_text_breaks_nothing,
);

/// Each would run where it is not escaped: in a text, in an attribute, in an address.
const SCRIPTS: [&str; 4] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onfocus='alert(1)' autofocus x='",
    "javascript:alert(1)",
];

/// Asserts that a page has the elements and the attributes that it has without hostile text, in the same order.
#[track_caller]
fn assert_same_shape(page: &Answer, usual: &Answer, what: &str) {
    assert_eq!(page.status, usual.status, "{what}");
    assert_eq!(shape(&page.text), shape(&usual.text), "{what}: {}", page.text);
    for script in ["<script>alert", "<img src=x", "' onfocus='", "href=\"javascript:"] {
        assert!(!page.text.contains(script), "{what}: {}", page.text);
    }
}

/// The tags of a page with the names of their attributes.
fn shape(html: &str) -> Vec<String> {
    let tags = html.split('<').skip(1).map(|part| part.split('>').next().unwrap());
    tags.map(|tag| tag.split('"').step_by(2).collect()).collect()
}

async fn no_text_becomes_markup(world: World) {
    let app = App::new(&world).await;
    for version in [1, 2] {
        if version == 2 {
            app.use_managed_login(&world).await;
        }
        let mut browser = app.browser(&world);
        for name in ["state", "login_hint", "lang", "nonce", "ui_locales", "username", "error"] {
            for path in ["/login", "/signup", "/forgotPassword"] {
                let usual = browser.get(&format!("{path}?{}", app.query(&[(name, "x")]))).await;
                assert_eq!(usual.status, 200, "{path} {name}");
                for script in SCRIPTS {
                    let page = browser.get(&format!("{path}?{}", app.query(&[(name, script)]))).await;
                    assert_same_shape(&page, &usual, &format!("{path} {name}={script}"));
                }
            }
        }
        for (name, path) in [
            ("error", "/error"),
            ("error_description", "/error"),
            ("client_id", "/error"),
            ("client_id", "/login"),
            ("client_id", "/logout"),
            ("identity_provider", "/oauth2/authorize"),
            ("idp_identifier", "/oauth2/authorize"),
            ("user_name", "/confirmUser"),
            ("confirmation_code", "/confirmUser"),
        ] {
            let confirming = [("user_name", "jane"), ("confirmation_code", "1")];
            let with = |value| {
                let mut changes = confirming.to_vec();
                changes.retain(|(changed, _)| *changed != name);
                changes.push((name, value));
                format!("{path}?{}", app.query(&changes))
            };
            let usual = browser.get(&with("x")).await;
            for script in SCRIPTS {
                assert_same_shape(
                    &browser.get(&with(script)).await,
                    &usual,
                    &format!("{path} {name}={script}"),
                );
            }
        }
        // An address that was not registered is not shown, nor is a link to it.
        for script in SCRIPTS {
            let answer = browser.get(&format!("/login?{}", app.query(&[("redirect_uri", script)]))).await;
            let page = browser.follow(&answer).await;
            assert_eq!(detail(&page).as_deref(), Some("redirect_mismatch"), "{script}");
            assert!(!page.text.contains("alert(1)"), "{script}");
        }
    }
}

async fn no_name_becomes_markup(world: World) {
    let schema = json!([{ "Name": "name", "Required": true, "Mutable": true }]);
    let pool = json!({ "AutoVerifiedAttributes": ["email"], "Schema": schema });
    let app = App::without_jane(&world, pool, json!({})).await;
    let login = format!("/login?{}", app.query(&[]));
    let sign_up = format!("/signup?{}", app.query(&[]));
    let mut browser = app.browser(&world);
    let login = browser.get(&login).await;
    let sign_up = browser.get(&sign_up).await;
    let forgot = browser.get(&format!("/forgotPassword?{}", app.query(&[]))).await;
    // The page, its form with a field for hostile text.
    let new_user = |name: &'static str, value: &'static str| {
        let mut fields =
            vec![("username", "joe"), ("name", "Joe"), ("password", "weak"), ("confirm_password", "weak")];
        fields.retain(|(field, _)| *field != name);
        fields.push((name, value));
        fields
    };
    for name in ["username", "name", "password", "unknown"] {
        let usual = browser.submit(&sign_up, &new_user(name, "x")).await;
        for script in SCRIPTS {
            let page = browser.submit(&sign_up, &new_user(name, script)).await;
            assert_eq!(heading(&page), "Create an account");
            if name == "name" || name == "unknown" {
                assert_same_shape(&page, &usual, &format!("{name}={script}"));
            }
            assert!(!page.text.contains("<script>alert") && !page.text.contains("<img src=x"));
            assert!(!page.text.contains("weak"), "a password is not shown");
        }
    }
    for (page, field) in [(&login, "username"), (&login, "idp_search"), (&forgot, "username")] {
        let usual = browser.submit(page, &[(field, "x"), ("password", PASSWORD)]).await;
        for script in SCRIPTS {
            let answer = browser.submit(page, &[(field, script), ("password", PASSWORD)]).await;
            if usual.status == 200 {
                assert_same_shape(&answer, &usual, &format!("{field}={script}"));
            } else {
                assert_eq!(answer.status, usual.status, "{field}={script} {}", answer.text);
            }
        }
    }
    // A user of such a name, on the pages that show it.
    app.use_managed_login(&world).await;
    for script in ["<script>alert(1)</script>", "x\"><img/src=x/onerror=alert(1)>"] {
        let create = json!({ "UserPoolId": app.pool, "Username": script, "MessageAction": "SUPPRESS" });
        world.ok("AdminCreateUser", create).await;
        let set =
            json!({ "UserPoolId": app.pool, "Username": script, "Password": PASSWORD, "Permanent": true });
        world.ok("AdminSetUserPassword", set).await;
        let mut browser = app.browser(&world);
        browser.sign_in(&app.query(&[]), script).await;
        let page = browser.get(&format!("/login?{}", app.query(&[("prompt", "select_account")]))).await;
        assert_eq!(heading(&page), "Choose an account");
        assert!(!page.text.contains("<script>alert") && !page.text.contains("<img/src"), "{}", page.text);
    }
}

async fn no_text_becomes_a_header(world: World) {
    let app = App::new(&world).await;
    let state = "x\r\nSet-Cookie: cognito=evil\r\n\r\n<html>";
    let mut browser = app.browser(&world);
    let answer = browser
        .get(&format!("/oauth2/authorize?{}", app.query(&[("state", state), ("scope", "what")])))
        .await;
    assert_eq!(parameter(&answer, "state").as_deref(), Some(state));
    assert_eq!(answer.headers.get("set-cookie"), None);
    let answer = browser.get(&format!("/oauth2/authorize?{}", app.query(&[("state", state)]))).await;
    assert!(location(&answer).starts_with("/login?") && answer.headers.get("set-cookie").is_none());
    let answer = browser.sign_in(&app.query(&[("state", state)]), "jane").await;
    assert!(location(&answer).starts_with(&format!("{CALLBACK}?code=")));
    assert_eq!(parameter(&answer, "state").as_deref(), Some(state));
    assert_ne!(browser.cookie("cognito").as_deref(), Some("evil"));
    let answer = browser.get(&format!("/logout?{}", app.query(&[("state", state)]))).await;
    assert_eq!(parameter(&answer, "state").as_deref(), Some(state));
    let injected = format!("{CALLBACK}\r\nSet-Cookie: cognito=evil");
    for path in ["/oauth2/authorize", "/login", "/logout"] {
        let answer = browser.get(&format!("{path}?{}", app.query(&[("redirect_uri", &injected)]))).await;
        assert!(location(&answer).starts_with("/error?error=redirect_mismatch&client_id="), "{path}");
        assert_ne!(browser.cookie("cognito").as_deref(), Some("evil"));
    }
    let query = app.query(&[("lang", "de\r\nSet-Cookie: cognito=evil")]);
    let page = browser.get(&format!("/login?{query}")).await;
    assert_eq!(page.status, 200);
    assert_ne!(browser.cookie("cognito").as_deref(), Some("evil"));
}

async fn long_and_broken_text_breaks_nothing(world: World) {
    let app = App::new(&world).await;
    let mut browser = app.browser(&world);
    let long = "x".repeat(8000);
    let answer = browser.sign_in(&app.query(&[("state", &long)]), "jane").await;
    assert_eq!(parameter(&answer, "state"), Some(long.clone()));
    for broken in ["%", "%ff%fe", "%00", "&&&=", "a=%zz", "=", "%F0%9F%92%A9"] {
        let answer = browser.get(&format!("/login?{}&{broken}", app.query(&[]))).await;
        assert!([200, 302].contains(&answer.status), "{broken} {}", answer.status);
    }
    let mut browser = app.browser(&world);
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    for username in ["", " ", "\u{0}", "jane\u{0}", &long, "🦀", "a\r\nb"] {
        let answer = browser.submit(&page, &[("username", username), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 200, "{username} {}", answer.text);
        let answer = browser.submit(&page, &[("username", "jane"), ("password", username)]).await;
        assert_eq!(answer.status, 200, "{username} {}", answer.text);
    }
    let huge = "x".repeat(100_000);
    let answer = browser.submit(&page, &[("username", "jane"), ("password", &huge)]).await;
    assert_eq!((answer.status, detail(&answer).as_deref()), (413, Some("request_too_large")));
}
