//! Languages: those of managed login, and the English of the classic pages.

use serde_json::json;

use super::{assert_alert, by_email, page_at};
use crate::oauth::App;
use crate::oauth::browser::{heading, location};
use crate::world::{World, on_both};

on_both!(
    managed_login_speaks_its_languages,
    a_language_is_chosen_by_the_address_then_by_the_cookie_then_by_the_browser,
    the_classic_pages_speak_english,
);

const LANGUAGES: [(&str, &str); 12] = [
    ("de", "Anmelden"),
    ("en", "Sign in"),
    ("es", "Iniciar sesión"),
    ("fr", "Se connecter"),
    ("id", "Masuk"),
    ("it", "Accedi"),
    ("ja", "サインイン"),
    ("ko", "로그인"),
    ("nl", "Inloggen"),
    ("pt-BR", "Entrar"),
    ("zh-CN", "登录"),
    ("zh-TW", "登入"),
];

async fn managed_login_speaks_its_languages(world: World) {
    let app = App::with(&world, by_email(), json!({})).await;
    app.use_managed_login(&world).await;
    let mut headings = Vec::new();
    for (code, title) in LANGUAGES {
        let mut browser = app.browser(&world);
        let query = app.query(&[("lang", code)]);
        let page = browser.get(&format!("/login?{query}")).await;
        assert!(page.text.contains(&format!("<html lang=\"{code}\">")), "{code}");
        assert_eq!(heading(&page), title, "{code}");
        let cookie =
            page.headers.get_all("set-cookie").iter().find(|cookie| cookie.as_bytes().starts_with(b"lang="));
        let cookie = cookie.unwrap().to_str().unwrap();
        assert!(
            cookie.contains(&format!("lang={code}; ")) && cookie.contains("Max-Age=31536000"),
            "{cookie}"
        );
        // Each language is offered, with the same request.
        for (other, _) in LANGUAGES {
            let link = format!("hreflang=\"{other}\"");
            assert!(page.text.contains(&link), "{code} {other}");
        }
        let mut of_pages = vec![heading(&page)];
        for path in ["/signup", "/forgotPassword"] {
            let page = browser.get(&format!("{path}?{}", app.query(&[]))).await;
            assert!(page.text.contains(&format!("<html lang=\"{code}\">")), "{path} {code}");
            of_pages.push(heading(&page));
        }
        let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
        let page = browser.submit(&page, &[("username", "jane"), ("password", "Wr0ng-word")]).await;
        of_pages.push(crate::oauth::browser::alert(&page).unwrap());
        headings.push(of_pages);
    }
    for (number, of_pages) in headings.iter().enumerate() {
        for other in &headings[..number] {
            assert!(of_pages.iter().zip(other).all(|(one, two)| one != two), "{of_pages:?} {other:?}");
        }
    }
}

async fn a_language_is_chosen_by_the_address_then_by_the_cookie_then_by_the_browser(world: World) {
    let app = App::new(&world).await;
    app.use_managed_login(&world).await;
    for (lang, cookie, accepted, expected) in [
        ("", None, None, "en"),
        ("", None, Some("fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5"), "fr"),
        ("", None, Some("en;q=0.2, ja;q=0.9"), "ja"),
        ("", None, Some("pt-PT"), "pt-BR"),
        ("", None, Some("zh-TW, zh;q=0.5"), "zh-TW"),
        ("", None, Some("sv, da;q=0.5"), "en"),
        ("", None, Some("de;q=x, ;;, x-"), "en"),
        ("", Some("it"), Some("fr"), "it"),
        ("", Some("xx"), Some("fr"), "fr"),
        ("ko", Some("it"), Some("fr"), "ko"),
        ("xx", Some("it"), Some("fr"), "it"),
    ] {
        let mut browser = app.browser(&world);
        if let Some(cookie) = cookie {
            browser.set_cookie("lang", cookie);
        }
        browser.headers.extend(accepted.map(|accepted| ("accept-language", accepted.to_owned())));
        let page = browser.get(&format!("/login?{}", app.query(&[("lang", lang)]))).await;
        let html = format!("<html lang=\"{expected}\">");
        assert!(page.text.contains(&html), "{lang} {cookie:?} {accepted:?} {}", &page.text[..60]);
        let kept = (lang == expected).then_some(expected).or(cookie);
        assert_eq!(browser.cookie("lang").as_deref(), kept, "{lang} {cookie:?} {accepted:?}");
    }
    // A page of failures speaks as well.
    let mut browser = app.browser(&world);
    browser.headers.push(("accept-language", "de".to_owned()));
    let page = browser.get("/error?error=x").await;
    assert!(page.text.contains("<html lang=\"de\">"));
}

async fn the_classic_pages_speak_english(world: World) {
    let app = App::with(&world, by_email(), json!({})).await;
    let mut browser = app.browser(&world);
    browser.headers.push(("accept-language", "de, fr;q=0.5".to_owned()));
    browser.set_cookie("lang", "fr");
    for lang in ["", "de"] {
        for (path, title) in [
            ("/login", "Sign in"),
            ("/signup", "Create an account"),
            ("/forgotPassword", "Reset your password"),
        ] {
            let page = browser.get(&format!("{path}?{}", app.query(&[("lang", lang)]))).await;
            assert!(page.text.contains("<html lang=\"en\"") && !page.text.contains("hreflang"), "{path}");
            assert_eq!(
                (
                    heading(&page).as_str(),
                    page.headers
                        .get("set-cookie")
                        .is_some_and(|cookie| cookie.as_bytes().starts_with(b"lang"))
                ),
                (title, false)
            );
        }
    }
    let page = browser.get(&format!("/login?{}", app.query(&[]))).await;
    let page = browser.submit(&page, &[("username", "jane"), ("password", "Wr0ng-word")]).await;
    assert_alert(&page, "Incorrect username or password.");
    let answer = browser.get(&format!("/mfa?{}", app.query(&[]))).await;
    assert!(location(&answer).starts_with("/login?"));
    let page = page_at(&mut browser, &app, &answer, "/login").await;
    assert_alert(&page, "Your session has expired. Please start again.");
}
