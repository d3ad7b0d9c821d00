//! Where a client may send the browser: callback and logout URLs.
//!
//! Source: CreateUserPoolClient, `CallbackURLs`; RFC 6749 section 3.1.2 (absolute, no fragment).

use url::Url;

use super::{ClientError, ClientSettings};

impl ClientSettings {
    pub(super) fn check_redirect_urls(&self) -> Result<(), ClientError> {
        for url in self.callback_urls.iter().chain(&self.logout_urls).flatten() {
            check_url(url)?;
        }
        if let Some(default) = &self.default_redirect_uri
            && !self.callback_urls.iter().flatten().any(|url| url == default)
        {
            return Err(ClientError::Setting(format!(
                "The default redirect URI {default} is not in the callback URIs list."
            )));
        }
        Ok(())
    }
}

/// HTTPS, HTTP to the own machine, or a scheme of the application's own (`myapp://`).
fn check_url(text: &str) -> Result<(), ClientError> {
    let refused = |reason: &str| Err(ClientError::Setting(format!("{text} {reason}")));
    let Ok(url) = Url::parse(text) else { return refused("is not a valid URL.") };
    match url.scheme() {
        "http" if !is_loopback(&url) => return refused("cannot use the HTTP protocol."),
        // A browser would run these as part of the page that sends it there.
        "javascript" | "data" => return refused("is not a valid URL."),
        _ => {}
    }
    if url.fragment().is_some() { refused("cannot use fragment") } else { Ok(()) }
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| ["localhost", "127.0.0.1", "[::1]"].contains(&host))
}
