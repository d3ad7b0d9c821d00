//! Cookies of a domain: for its host and paths alone, never readable by scripts, and by TLS only where there is TLS.

use actix_web::cookie::{Cookie as HttpCookie, SameSite, time::Duration};

use super::Site;

/// A cookie to set.
#[derive(Clone, Debug)]
pub(crate) struct Cookie {
    name: String,
    value: String,
    /// Seconds that the browser keeps it. None: until it is closed.
    max_age: Option<i64>,
}

impl Cookie {
    /// A cookie that goes with the browser.
    pub(crate) fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), max_age: None }
    }

    /// A cookie that the browser keeps for so long.
    pub(crate) fn kept(name: impl Into<String>, value: impl Into<String>, seconds: i64) -> Self {
        Self { max_age: Some(seconds), ..Self::new(name, value) }
    }

    /// A cookie that is to go.
    pub(crate) fn removed(name: impl Into<String>) -> Self {
        Self::kept(name, "", 0)
    }

    /// The cookie for this site.
    pub(crate) fn at(&self, site: &Site) -> HttpCookie<'static> {
        let path = if site.base_path.is_empty() { "/" } else { &site.base_path };
        let mut cookie = HttpCookie::build(self.name.clone(), self.value.clone())
            .path(path.to_owned())
            .http_only(true)
            .secure(site.is_https())
            .same_site(SameSite::Lax);
        if let Some(seconds) = self.max_age {
            cookie = cookie.max_age(Duration::seconds(seconds));
        }
        cookie.finish()
    }
}
