//! Forms come from our own pages: a token in the page that only the browser with its cookie can send back, and no origin but
//! ours.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use domain::random;

use super::{Cookie, Failure, SiteRequest};

/// The cookie, and the form field that must be equal to it.
const COOKIE: &str = "XSRF-TOKEN";
const FIELD: &str = "_csrf";
const LENGTH: usize = 32;

/// The token of this browser: the one it has, or a new one with its cookie.
pub(crate) fn token(request: &SiteRequest) -> (String, Option<Cookie>) {
    match request.cookie(COOKIE).filter(|token| is_token(token)) {
        Some(token) => (token.to_owned(), None),
        None => {
            let token = random::alphanumeric(request.call.random(), LENGTH);
            (token.clone(), Some(Cookie::new(COOKIE, token)))
        }
    }
}

fn is_token(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether a form comes from a page of ours in the same browser.
///
/// # Errors
/// [`Failure::Csrf`].
pub(crate) fn check(request: &SiteRequest) -> Result<(), Failure> {
    let is_same = match (request.cookie(COOKIE), request.form(FIELD)) {
        (Some(cookie), Some(field)) => {
            is_token(cookie) && verify_slices_are_equal(cookie.as_bytes(), field.as_bytes()).is_ok()
        }
        (Some(_) | None, _) => false,
    };
    // A cookie can be set by a neighbour below the same name; what the browser says of the origin it cannot change.
    let is_foreign = match (&request.headers.fetch_site, &request.headers.origin) {
        (Some(site), _) => site != "same-origin",
        (None, Some(origin)) => authority(origin) != authority(&request.site.origin),
        (None, None) => false,
    };
    if is_same && !is_foreign { Ok(()) } else { Err(Failure::Csrf) }
}

/// The host of a URL. A proxy may have taken the TLS away, so the scheme tells nothing.
fn authority(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, authority)| authority)
}
