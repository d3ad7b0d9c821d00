//! Fetching documents of identity providers: the only way out over HTTP, with a limit to everything.
//!
//! What a document says is not looked at here.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, StatusCode, Url};

/// Patience for a whole document, from the connection to the last byte. The service has five seconds as well.
const PATIENCE: Duration = Duration::from_secs(5);
/// Redirects that are followed for one document.
const MOST_REDIRECTS: usize = 3;
/// The largest document that is read: 1 MiB.
const MOST_BYTES: usize = 1024 * 1024;

/// Fetches documents. Clones share one client.
#[derive(Clone)]
pub struct Fetcher(Arc<OnceLock<Client>>);

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    /// Nobody answered in time, or not in HTTP, or with a redirect that is not followed.
    #[error("the document cannot be fetched")]
    Unreachable(#[source] reqwest::Error),
    /// An answer other than 200.
    #[error("the answer has the status {0}")]
    Status(u16),
    /// More than 1 MiB.
    #[error("the document is too large")]
    TooLarge,
    /// The document is not UTF-8.
    #[error("the document is not text")]
    NotText,
}

impl Fetcher {
    /// A fetcher that has done nothing yet: its client, with the certificates that the system trusts, is made when the
    /// first document is fetched, because most servers never fetch any.
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    /// The document at an http or https address.
    ///
    /// # Errors
    /// [`FetchError`], within five seconds.
    pub(crate) async fn text(&self, url: &str) -> Result<String, FetchError> {
        let request = self.client().get(url).send();
        let mut response = request.await.map_err(FetchError::Unreachable)?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status(response.status().as_u16()));
        }

        // A length may be missing or lie, so what arrives is counted too.
        let announced = response.content_length().unwrap_or(0);
        if usize::try_from(announced).map_or(true, |announced| announced > MOST_BYTES) {
            return Err(FetchError::TooLarge);
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(FetchError::Unreachable)? {
            if bytes.len() + chunk.len() > MOST_BYTES {
                return Err(FetchError::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        String::from_utf8(bytes).map_err(|_| FetchError::NotText)
    }

    fn client(&self) -> &Client {
        self.0.get_or_init(|| {
            // A machine without any certificates to trust can still ask a provider that runs beside it.
            guarded()
                .build()
                .or_else(|_| guarded().tls_certs_only([]).build())
                .expect("the settings are constant")
        })
    }
}

/// No proxy from the environment, no connection kept: requests are rare, and each goes where it says.
fn guarded() -> ClientBuilder {
    Client::builder()
        .timeout(PATIENCE)
        .connect_timeout(PATIENCE)
        .redirect(Policy::custom(|attempt| match refusal(attempt.previous(), attempt.url()) {
            Some(reason) => attempt.error(reason),
            None => attempt.follow(),
        }))
        .no_proxy()
        .pool_max_idle_per_host(0)
        .user_agent(concat!("poolhouse/", env!("CARGO_PKG_VERSION")))
}

/// Why a redirect is not followed, to `next` from the last of the addresses before.
fn refusal(previous: &[Url], next: &Url) -> Option<&'static str> {
    if previous.len() > MOST_REDIRECTS {
        return Some("too many redirects");
    }
    let was_secure = previous.last().is_some_and(|url| url.scheme() == "https");
    match next.scheme() {
        "https" => None,
        "http" if was_secure => Some("redirect from https to http"),
        "http" => None,
        _ => Some("redirect to a scheme other than http and https"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_few_redirects_are_followed_and_none_to_where_others_can_listen() {
        for (previous, next, followed) in [
            (&["http://a.example"][..], "http://b.example", true),
            (&["http://a.example"], "https://b.example", true),
            (&["https://a.example"], "https://b.example", true),
            (&["https://a.example"], "http://b.example", false),
            (&["http://a.example", "https://b.example"], "http://a.example", false),
            (&["http://a.example"], "ftp://a.example", false),
            (&["http://a.example"], "file:///etc/passwd", false),
            (&["http://a.example"; 3], "http://a.example", true),
            (&["http://a.example"; 4], "http://a.example", false),
        ] {
            let urls: Vec<Url> = previous.iter().map(|url| url.parse().unwrap()).collect();
            assert_eq!(refusal(&urls, &next.parse().unwrap()).is_none(), followed, "{previous:?} {next}");
        }
    }

    #[tokio::test]
    async fn a_fetcher_makes_its_client_when_it_is_first_asked() {
        let fetcher = Fetcher::new();
        assert!(fetcher.0.get().is_none());
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let refused = fetcher.text(&format!("http://{nobody}/")).await;
        assert!(matches!(refused, Err(FetchError::Unreachable(_))), "{refused:?}");
        assert!(fetcher.0.get().is_some());
    }

    #[test]
    fn a_client_can_be_built_without_any_certificate() {
        assert!(guarded().tls_certs_only([]).build().is_ok());
    }
}
