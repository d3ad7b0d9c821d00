//! What another site may try with a browser of ours: to send forms, and to show pages in a frame.

use super::App;
use super::browser::{csrf, detail};
use crate::world::{Answer, PASSWORD, World, on_both};

on_both!(a_form_of_another_site_is_refused, no_page_stands_in_a_frame_or_runs_foreign_scripts,);

async fn a_form_of_another_site_is_refused(world: World) {
    let app = App::new(&world).await;
    let origin = format!("http://{}", app.browser(&world).host);
    let fields = [("username", "jane"), ("password", PASSWORD)];
    let login = format!("/login?{}", app.query(&[]));
    // Headers, whether the form is taken.
    for (headers, is_taken) in [
        (vec![], true),
        (vec![("origin", origin.as_str())], true),
        (vec![("sec-fetch-site", "same-origin")], true),
        (vec![("origin", origin.as_str()), ("sec-fetch-site", "same-origin")], true),
        (vec![("origin", "https://evil.example")], false),
        (vec![("origin", "null")], false),
        (vec![("origin", "http://evil.auth.us-east-1.localhost")], false),
        (vec![("origin", "http://acme.auth.us-east-1.localhost.evil.example")], false),
        (vec![("sec-fetch-site", "cross-site")], false),
        (vec![("sec-fetch-site", "same-site")], false),
        (vec![("origin", origin.as_str()), ("sec-fetch-site", "cross-site")], false),
    ] {
        let mut browser = app.browser(&world);
        let page = browser.get(&login).await;
        browser.headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let answer = browser.submit(&page, &fields).await;
        let expected = if is_taken { 302 } else { 403 };
        assert_eq!((answer.status, browser.cookie("cognito").is_some()), (expected, is_taken), "{headers:?}");
    }

    let mut browser = app.browser(&world);
    let page = browser.get(&login).await;
    let token = csrf(&page);
    let stranger = csrf(&app.browser(&world).get(&login).await);
    assert_ne!(token, stranger);
    let forms: [(Option<&str>, Vec<&str>); 7] = [
        (None, vec![&token]),
        (Some(&token), vec![]),
        (Some(&token), vec![""]),
        (Some(&token), vec![&stranger]),
        (Some(&stranger), vec![&token]),
        (Some(""), vec![""]),
        (Some("short"), vec!["short"]),
    ];
    for (cookie, shown) in forms {
        browser.forget_cookie("XSRF-TOKEN");
        if let Some(cookie) = cookie {
            browser.set_cookie("XSRF-TOKEN", cookie);
        }
        let form: Vec<_> = shown.iter().map(|token| ("_csrf", *token)).chain(fields).collect();
        let answer = browser.post(&login, &form).await;
        assert_eq!((answer.status, detail(&answer).as_deref()), (403, Some("csrf")), "{cookie:?} {shown:?}");
        assert_eq!(browser.cookie("cognito"), None);
    }
    // In the address it does not count.
    browser.set_cookie("XSRF-TOKEN", &token);
    assert_eq!(browser.post(&format!("{login}&_csrf={token}"), &fields).await.status, 403);
    for path in FORMS {
        let answer = browser.post(&format!("{path}?{}", app.query(&[])), &[("_csrf", &stranger)]).await;
        assert_eq!(answer.status, 403, "{path}");
    }
}

/// The pages that take a form.
const FORMS: [&str; 13] = [
    "/login",
    "/signup",
    "/confirm",
    "/resendcode",
    "/forgotPassword",
    "/confirmforgotPassword",
    "/changePassword",
    "/selectChallenge",
    "/password",
    "/selectMfa",
    "/mfa",
    "/mfaSetup/totp",
    "/passkeys/add",
];

#[track_caller]
fn assert_locked_up(answer: &Answer, path: &str) {
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    for rule in ["default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(policy.split("; ").any(|found| found == rule), "{path} {policy}");
    }
    assert!(!policy.contains("unsafe"), "{path} {policy}");
    assert_eq!(answer.headers["x-frame-options"], "DENY", "{path}");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
    assert_eq!(answer.headers["referrer-policy"], "same-origin", "{path}");
}

async fn no_page_stands_in_a_frame_or_runs_foreign_scripts(world: World) {
    let app = App::new(&world).await;
    let mut browser = app.browser(&world);
    for version in [1, 2] {
        if version == 2 {
            app.use_managed_login(&world).await;
        }
        for path in
            ["/login", "/signup", "/forgotPassword", "/error", "/signedout", "/confirmUser", "/logout"]
        {
            let page = browser.get(&format!("{path}?{}", app.query(&[("redirect_uri", "")]))).await;
            assert!(page.text.starts_with("<!DOCTYPE html>"), "{path}");
            assert_locked_up(&page, path);
        }
        for path in FORMS {
            let page = browser.post(&format!("{path}?{}", app.query(&[])), &[]).await;
            assert_eq!(page.status, 403);
            assert_locked_up(&page, path);
        }
    }
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    assert_locked_up(&page, "/login");
    for (number, part) in page.text.split("<script").enumerate().skip(1) {
        assert!(part.starts_with(" src=\"/assets/") && part.contains("defer></script>"), "{number}: {part}");
    }
}
