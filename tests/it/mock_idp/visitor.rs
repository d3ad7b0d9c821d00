//! Somebody with a browser at the provider's pages: it keeps the cookie, and sends forms as pages have them.

use reqwest::header::{ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;

use crate::world::{Answer, World};

#[derive(Clone)]
pub struct Visitor {
    http: reqwest::Client,
    url: String,
    cookie: Option<String>,
    /// What the browser says of where its forms come from.
    pub origin: Option<String>,
}

impl Visitor {
    pub fn at(server: &World) -> Self {
        let http = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        Self { http, url: server.url.clone(), cookie: None, origin: None }
    }

    /// Opens a page by its path, or its address at this server.
    pub async fn open(&mut self, address: &str) -> Answer {
        let path = address.strip_prefix(&self.url).unwrap_or(address);
        self.send(self.http.get(format!("{}{path}", self.url))).await
    }

    /// Sends a form of a page, with the token that is in it.
    pub async fn submit(&mut self, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let csrf = field(page, "_csrf").unwrap();
        let fields = [&[("_csrf", csrf.as_str())], fields].concat();
        self.post(&action(page), &fields).await
    }

    /// Sends a form with these fields and no others.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.http.post(format!("{}{path}", self.url)).body(encoded(fields));
        let mut request = request.header("content-type", "application/x-www-form-urlencoded");
        if let Some(origin) = &self.origin {
            request = request.header(ORIGIN, origin);
        }
        self.send(request).await
    }

    async fn send(&mut self, mut request: reqwest::RequestBuilder) -> Answer {
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let response = request.send().await.unwrap();
        if let Some(set) = response.headers().get(SET_COOKIE) {
            let cookie = set.to_str().unwrap();
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }
}

/// Where the first form of a page is sent.
pub fn action(page: &Answer) -> String {
    attribute(page.text.split_once("<form ").unwrap().1, "action")
}

/// The value of a hidden field.
pub fn field(page: &Answer, name: &str) -> Option<String> {
    let (_, rest) = page.text.split_once(&format!("<input type=\"hidden\" name=\"{name}\" "))?;
    Some(attribute(rest, "value"))
}

/// A parameter of the address that an answer leads to.
pub fn parameter(answer: &Answer, name: &str) -> Option<String> {
    assert_eq!(answer.status, 302, "{}", answer.text);
    let url = reqwest::Url::parse(answer.headers["location"].to_str().unwrap()).unwrap();
    url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// Parameters as forms and queries have them.
pub fn encoded(parameters: &[(&str, &str)]) -> String {
    let mut url = reqwest::Url::parse("http://localhost").unwrap();
    url.query_pairs_mut().extend_pairs(parameters);
    url.query().unwrap_or_default().to_owned()
}

/// The first attribute of this name, with what the template escaped as it was.
fn attribute(html: &str, name: &str) -> String {
    let (_, rest) = html.split_once(&format!("{name}=\"")).unwrap();
    let mut value = rest.split('"').next().unwrap().to_owned();
    for (escaped, plain) in [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")]
    {
        value = value.replace(escaped, plain);
    }
    value
}
