//! The provider's pages: who is to be signed in, the form that carries a SAML document on, and what there is to tell. They have
//! the stylesheet of managed login, English texts, and no need of JavaScript.

use askama::Template;

use super::PATH;
use super::person::{PersonError, READY, ReadyPerson};
use crate::managed_login::stylesheet_path;
use crate::site::{Answer, SiteRequest, csrf};

/// Sends the only form of a page.
pub(crate) const SUBMIT_SCRIPT: &str = include_str!("../../assets/mock_idp/submit.js");

/// Asks who is to be signed in. Its forms are posted to where it stands, with the same query.
#[derive(Template)]
#[template(path = "mock_idp/who.html")]
struct Who<'a> {
    stylesheet: String,
    csrf: String,
    action: String,
    asker: &'a str,
    /// Whether somebody waits who can be told of a refusal.
    can_refuse: bool,
    ready: &'static [ReadyPerson],
    error: Option<String>,
    subject: &'a str,
    email: &'a str,
    email_verified: &'a str,
    given_name: &'a str,
    family_name: &'a str,
    attributes: &'a str,
}

impl Who<'_> {
    fn says_verified(&self, value: &str) -> bool {
        self.email_verified == value
    }
}

/// Posts a document to a service provider.
#[derive(Template)]
#[template(path = "mock_idp/post.html")]
struct Post<'a> {
    stylesheet: String,
    script: String,
    destination: &'a str,
    document: String,
    relay_state: Option<&'a str>,
}

/// Asks where the response of a sign-in goes that nobody asked for.
#[derive(Template)]
#[template(path = "mock_idp/start.html")]
struct Start<'a> {
    stylesheet: String,
    action: String,
    error: Option<&'a str>,
    acs: &'a str,
    audience: &'a str,
    relay_state: &'a str,
}

/// Tells something, and leads nowhere.
#[derive(Template)]
#[template(path = "mock_idp/told.html")]
struct Told<'a> {
    stylesheet: String,
    title: &'a str,
    text: &'a str,
}

/// Tells what to give to a pool.
#[derive(Template)]
#[template(path = "mock_idp/overview.html")]
struct Overview<'a> {
    stylesheet: String,
    base: &'a str,
}

fn html(page: &impl Template) -> String {
    page.render().expect("templates only write into a string, and use no filter that fails")
}

/// The page on which somebody says who they are to be. What was typed stays.
pub(super) fn who(
    request: &SiteRequest,
    asker: &str,
    can_refuse: bool,
    error: Option<&PersonError>,
) -> Answer {
    let (csrf, cookie) = csrf::token(request);
    let typed = |name| request.form(name).unwrap_or_default();
    let page = Who {
        stylesheet: stylesheet_path(),
        csrf,
        action: request.here(),
        asker,
        can_refuse,
        ready: &READY,
        error: error.map(ToString::to_string),
        // Those who ask may say whom they expect (OpenID Connect Core 1.0, section 3.1.2.1).
        subject: request.form("subject").or_else(|| request.query("login_hint")).unwrap_or_default(),
        email: typed("email"),
        email_verified: typed("email_verified"),
        given_name: typed("given_name"),
        family_name: typed("family_name"),
        attributes: typed("attributes"),
    };
    let answer = Answer::page(200, html(&page));
    match cookie {
        Some(cookie) => answer.with_cookie(cookie),
        None => answer,
    }
}

/// The page that posts a document (base64) on: by itself where there is JavaScript, by its button otherwise.
pub(super) fn post(destination: &str, document: String, relay_state: Option<&str>) -> Answer {
    let script = format!("{PATH}/submit.js");
    Answer::page(
        200,
        html(&Post { stylesheet: stylesheet_path(), script, destination, document, relay_state }),
    )
}

/// The page that begins a sign-in which nobody asked for.
pub(super) fn start(request: &SiteRequest, error: Option<&str>) -> Answer {
    let given = |name| request.query(name).unwrap_or_default();
    let page = Start {
        stylesheet: stylesheet_path(),
        action: request.path.clone(),
        error,
        acs: given("acs"),
        audience: given("audience"),
        relay_state: given("relay_state"),
    };
    Answer::page(200, html(&page))
}

/// The page that tells why a request is not answered.
pub(super) fn refused(why: &str) -> Answer {
    let page = Told { stylesheet: stylesheet_path(), title: "This request is not answered", text: why };
    Answer::page(400, html(&page))
}

/// The page that tells something else.
pub(super) fn told(title: &str, text: &str) -> Answer {
    Answer::page(200, html(&Told { stylesheet: stylesheet_path(), title, text }))
}

/// The page with the addresses of the provider.
pub(super) fn overview(base: &str) -> Answer {
    Answer::page(200, html(&Overview { stylesheet: stylesheet_path(), base }))
}
