//! What goes back from a domain, and why nothing does.

use domain::federation::FederationError;
use domain::oauth::{OAuthError, PageRefusal};
use serde_json::{Value, json};

use super::Cookie;
use crate::body_fault::BodyFault;
use crate::error::ApiError;

/// An answer of an endpoint or a page.
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: Body,
    /// Where the browser goes on.
    pub(crate) location: Option<String>,
    /// Cookies that change.
    pub(crate) cookies: Vec<Cookie>,
    /// More headers.
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// The body of an answer.
pub(crate) enum Body {
    /// Nothing.
    Empty,
    /// `application/json`.
    Json(Value),
    /// `text/plain`.
    Text(&'static str),
    /// A page.
    Html(String),
    /// SAML metadata.
    SamlMetadata(String),
}

impl Answer {
    fn new(status: u16, body: Body) -> Self {
        Self { status, body, location: None, cookies: Vec::new(), headers: Vec::new() }
    }

    /// 200 without a body.
    pub(crate) fn empty() -> Self {
        Self::new(200, Body::Empty)
    }

    /// 200 with a JSON document.
    pub(crate) fn json(document: Value) -> Self {
        Self::new(200, Body::Json(document))
    }

    /// A page.
    pub(crate) fn page(status: u16, html: String) -> Self {
        Self::new(status, Body::Html(html))
    }

    /// 200 with SAML metadata.
    pub(crate) fn saml_metadata(xml: String) -> Self {
        Self::new(200, Body::SamlMetadata(xml))
    }

    /// A text for whoever looks what this is.
    pub(crate) fn text(text: &'static str) -> Self {
        Self::new(200, Body::Text(text))
    }

    /// Goes on elsewhere by GET.
    pub(crate) fn redirect(location: impl Into<String>) -> Self {
        Self { location: Some(location.into()), ..Self::new(302, Body::Empty) }
    }

    /// An error of an OAuth endpoint (RFC 6749 section 5.2).
    pub(crate) fn oauth_error(status: u16, error: OAuthError) -> Self {
        let mut document = json!({ "error": error.code() });
        if let Some(description) = error.description() {
            document["error_description"] = json!(description);
        }
        Self::new(status, Body::Json(document))
    }

    /// The same with a cookie.
    pub(crate) fn with_cookie(mut self, cookie: Cookie) -> Self {
        self.cookies.push(cookie);
        self
    }

    /// The same with a header.
    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// Why an endpoint or page does not do what it was asked for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A page says so: nobody else can be told.
    Page(PageRefusal),
    /// No pool has the domain that the host names. These there are, as far as the caller may know.
    UnknownHost(Vec<String>),
    /// The path names a prefix that several domains have. These names of paths tell them apart.
    SeveralDomains(Vec<String>),
    /// The pool of the client has no domain, and without one no endpoints.
    NoDomain,
    /// An OAuth endpoint refuses, with this status.
    OAuth(u16, OAuthError),
    /// The form does not come from a page of ours.
    Csrf,
    /// Too many wrong passwords and codes from one address.
    TooManyGuesses,
    /// The form did not arrive.
    Body(BodyFault),
    /// A provider's answer that belongs to no application's request.
    Federation(FederationError),
    /// An endpoint was called by another HTTP method than its binding of SAML has.
    WrongBinding,
    /// What the JSON API would answer; a fault among others.
    Api(ApiError),
}

/// What tells domains apart that have one prefix.
pub(crate) fn several_domains(names: &[String]) -> String {
    let paths: Vec<String> = names.iter().map(|name| format!("/domains/{name}")).collect();
    format!("There are several such domains, in different regions: {}", paths.join(", "))
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<storage::StoreError> for Failure {
    fn from(error: storage::StoreError) -> Self {
        Self::Api(error.into())
    }
}

impl From<OAuthError> for Failure {
    fn from(error: OAuthError) -> Self {
        Self::OAuth(400, error)
    }
}

impl From<PageRefusal> for Failure {
    fn from(refusal: PageRefusal) -> Self {
        Self::Page(refusal)
    }
}
