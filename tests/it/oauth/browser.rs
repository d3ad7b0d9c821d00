//! A browser without scripts: it keeps cookies, sends forms as pages have them, and follows nothing by itself.

use std::collections::BTreeMap;

use reqwest::header::SET_COOKIE;
use reqwest::redirect::Policy;
use reqwest::{Method, Url};

use crate::world::{Answer, PASSWORD, World};

/// A cookie as a browser keeps it.
#[derive(Clone, Debug)]
struct Cookie {
    name: String,
    value: String,
    path: String,
}

/// A browser at one host.
#[derive(Clone)]
pub struct Browser {
    http: reqwest::Client,
    url: String,
    /// The host that it asks for, with the port.
    pub host: String,
    /// Headers that it sends beside its own.
    pub headers: Vec<(&'static str, String)>,
    jar: Vec<Cookie>,
}

impl Browser {
    /// A browser at a name of this server.
    pub fn at(world: &World, name: &str) -> Self {
        let port = world.url.rsplit_once(':').unwrap().1;
        let http = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        let (host, url) = (format!("{name}:{port}"), world.url.clone());
        Self { http, url, host, headers: Vec::new(), jar: Vec::new() }
    }

    /// From now on the host is at another server: replicas answer in turns.
    pub fn turn_to(&mut self, server: &World) {
        self.url.clone_from(&server.url);
    }

    /// Fetches a path, or an address at this host.
    pub async fn get(&mut self, address: &str) -> Answer {
        self.send(Method::GET, address, None).await
    }

    /// Goes where an answer leads.
    pub async fn follow(&mut self, answer: &Answer) -> Answer {
        self.get(location(answer)).await
    }

    /// Sends a form with these fields and no others.
    pub async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, address, Some(encoded(fields))).await
    }

    /// Fills in the first form of a page.
    pub async fn submit(&mut self, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let csrf = csrf(page);
        let fields = [&[("_csrf", csrf.as_str())], fields].concat();
        self.post(&action(page), &fields).await
    }

    /// Opens the page to sign in at, and does so.
    pub async fn sign_in(&mut self, query: &str, username: &str) -> Answer {
        let page = self.get(&format!("/login?{query}")).await;
        self.submit(&page, &[("username", username), ("password", PASSWORD)]).await
    }

    async fn send(&mut self, method: Method, address: &str, form: Option<String>) -> Answer {
        let origin = format!("http://{}", self.host);
        let path = address.strip_prefix(&origin).unwrap_or(address);
        assert!(path.starts_with('/'), "{address} is elsewhere");
        let mut request = self.http.request(method, format!("{}{path}", self.url)).header("host", &self.host);
        let cookies = self.cookies_for(path);
        if !cookies.is_empty() {
            request = request.header("cookie", cookies);
        }
        if let Some(form) = form {
            request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }

    /// The header for a path: longer paths first (RFC 6265 section 5.4).
    fn cookies_for(&self, path: &str) -> String {
        let path = path.split('?').next().unwrap();
        let is_for = |cookie: &&Cookie| {
            cookie.path == "/" || path == cookie.path || path.starts_with(&format!("{}/", cookie.path))
        };
        let mut cookies: Vec<&Cookie> = self.jar.iter().filter(is_for).collect();
        cookies.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> =
            cookies.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        pairs.join("; ")
    }

    fn keep(&mut self, header: &str) {
        let mut parts = header.split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let attributes: BTreeMap<&str, &str> =
            parts.map(|part| part.split_once('=').unwrap_or((part, ""))).collect();
        let path = attributes["Path"].to_owned();
        self.jar.retain(|cookie| cookie.name != name || cookie.path != path);
        if attributes.get("Max-Age") != Some(&"0") {
            self.jar.push(Cookie { name: name.to_owned(), value: value.to_owned(), path });
        }
    }

    /// A cookie of this name.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.iter().find(|cookie| cookie.name == name).map(|cookie| cookie.value.clone())
    }

    /// Puts a cookie for all paths in place of any of this name.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.forget_cookie(name);
        self.jar.push(Cookie { name: name.to_owned(), value: value.to_owned(), path: "/".to_owned() });
    }

    /// Drops the cookies of this name.
    pub fn forget_cookie(&mut self, name: &str) {
        self.jar.retain(|cookie| cookie.name != name);
    }
}

/// Pairs as a query or a form has them.
pub fn encoded(pairs: &[(&str, &str)]) -> String {
    Url::parse_with_params("http://localhost", pairs).unwrap().query().unwrap_or_default().to_owned()
}

/// Where a redirect leads.
#[track_caller]
pub fn location(answer: &Answer) -> &str {
    assert_eq!(answer.status, 302, "{}", answer.text);
    answer.headers["location"].to_str().unwrap()
}

/// A parameter of the query or the fragment that a redirect leads with.
#[track_caller]
pub fn parameter(answer: &Answer, name: &str) -> Option<String> {
    let location = location(answer);
    let separator = if location.contains('#') { '#' } else { '?' };
    let pairs = location.split_once(separator).map_or("", |(_, pairs)| pairs);
    let url = Url::parse(&format!("http://localhost/?{pairs}")).unwrap();
    url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// What stands between two texts of a page, as a person reads it.
fn between(page: &Answer, begin: &str, end: &str) -> Option<String> {
    let (_, rest) = page.text.split_once(begin)?;
    let (found, _) = rest.split_once(end)?;
    let entities = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    Some(entities.iter().fold(found.to_owned(), |text, (entity, character)| text.replace(entity, character)))
}

/// What a page proves its forms with.
#[track_caller]
pub fn csrf(page: &Answer) -> String {
    between(page, "name=\"_csrf\" value=\"", "\"").unwrap_or_else(|| panic!("no form in {}", page.text))
}

/// Where the first form of a page leads.
#[track_caller]
pub fn action(page: &Answer) -> String {
    between(page, "<form method=\"post\" action=\"", "\"").unwrap()
}

/// The heading of a page.
#[track_caller]
pub fn heading(page: &Answer) -> String {
    between(page, "<h1>", "</h1>").unwrap_or_else(|| panic!("no page: {} {}", page.status, page.text))
}

/// What a page says went wrong.
pub fn alert(page: &Answer) -> Option<String> {
    let (_, rest) = page.text.split_once("role=\"alert\"")?;
    let rest = Answer { text: rest.to_owned(), headers: page.headers.clone(), ..*page };
    between(&rest, ">", "</p>")
}

/// What a page says went well.
pub fn notice(page: &Answer) -> Option<String> {
    between(page, "role=\"status\">", "</p>")
}

/// What a page of failures gives as the reason.
pub fn detail(page: &Answer) -> Option<String> {
    between(page, "<code>", "</code>")
}
