//! A request to a domain, read once: where it was sent, its parameters, its cookies and its credentials.

use std::cell::Cell;
use std::collections::HashMap;

use domain::oauth::Parameters;

use super::Site;
use crate::call::Call;

/// A request to an endpoint or a page of a domain.
pub(crate) struct SiteRequest {
    /// What the endpoint may touch.
    pub(crate) call: Call,
    /// Where it was sent.
    pub(crate) site: Site,
    /// The parameters of the query.
    pub(crate) query: Parameters,
    /// The query as it came.
    pub(crate) raw_query: String,
    /// The parameters of the body; none where there is no form.
    pub(crate) form: Parameters,
    /// Whether the body is a form at all.
    pub(crate) has_form: bool,
    /// The whole path.
    pub(crate) path: String,
    /// Cookies by name.
    pub(crate) cookies: HashMap<String, String>,
    /// Headers that count here.
    pub(crate) headers: SiteHeaders,
    /// Whether a password or a code of the request was judged, and was wrong.
    pub(crate) guessed_wrong: Cell<bool>,
}

/// Headers that endpoints and pages look at.
#[derive(Clone, Debug, Default)]
pub(crate) struct SiteHeaders {
    /// `Authorization`.
    pub(crate) authorization: Option<String>,
    /// `Accept-Language`.
    pub(crate) accept_language: Option<String>,
    /// `Origin`.
    pub(crate) origin: Option<String>,
    /// `Sec-Fetch-Site`.
    pub(crate) fetch_site: Option<String>,
}

impl SiteRequest {
    /// A parameter of the query.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name)
    }

    /// A parameter of the form.
    pub(crate) fn form(&self, name: &str) -> Option<&str> {
        self.form.get(name)
    }

    /// A cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// The path of another endpoint here, with the same query.
    pub(crate) fn to(&self, path: &str) -> String {
        self.with_query(format!("{}{path}", self.site.base_path))
    }

    /// This path, with its query.
    pub(crate) fn here(&self) -> String {
        self.with_query(self.path.clone())
    }

    fn with_query(&self, path: String) -> String {
        if self.raw_query.is_empty() { path } else { format!("{path}?{}", self.raw_query) }
    }
}
