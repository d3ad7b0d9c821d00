//! The built-in identity provider (`--mock-idp`): one for SAML and one for OpenID Connect, which sign in whoever a page is told.
//!
//! Pools use it by its URLs, as any other provider, and nothing else in this crate knows it: it looks at no pool, and whoever
//! verifies what it signs finds nothing of it but its documents (see decision 0021).

mod keys;
pub(crate) mod oidc;
mod page;
mod person;
pub(crate) mod saml;
mod saml_document;
mod saml_request;
mod xml_signature;

use std::rc::Rc;

pub(crate) use page::SUBMIT_SCRIPT;

use crate::call::Call;
use crate::site::{Answer, Failure, SiteRequest};

/// Where it is, below the URL of the server.
pub(crate) const PATH: &str = "/_poolhouse/idp";

/// Where it is for this caller, and for everybody who reads its documents.
fn base(call: &Call) -> String {
    format!("{}{PATH}", call.public_url())
}

/// `GET /_poolhouse/idp/`: what to give to a pool.
pub(crate) async fn overview(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    Ok(page::overview(&base(&request.call)))
}

/// Whether XML 1.0 has all characters, the database keeps them, and they fit on one line.
fn is_sayable(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

/// Whether a browser can be sent there.
fn is_web_url(text: &str) -> bool {
    is_sayable(text)
        && url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
