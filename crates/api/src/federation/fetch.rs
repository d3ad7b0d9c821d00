//! Fetching documents of identity providers: the only way out over HTTP, with a limit to everything.
//!
//! What a document says is not looked at here.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Method, RequestBuilder, Url};

use super::addresses::{self, GuardedResolver, NeverAsked};

/// Patience for a whole document, from the connection to the last byte. The service has five seconds as well.
const PATIENCE: Duration = Duration::from_secs(5);
/// Redirects that are followed for one document.
const MOST_REDIRECTS: usize = 3;
/// The largest document that is read: 1 MiB.
const MOST_BYTES: usize = 1024 * 1024;

/// Asks identity providers. Clones share two HTTP clients.
#[derive(Clone)]
pub struct Fetcher(Arc<Inner>);

struct Inner {
    /// Follows a few redirects: for documents, which everybody may read.
    documents: OnceLock<Client>,
    /// Follows none: whoever a provider names must not get a secret or a token.
    direct: OnceLock<Client>,
    /// Hosts that may be asked, with or without a port. None: all.
    hosts: Option<Vec<String>>,
}

/// What was answered, whatever its status.
#[derive(Debug)]
pub(crate) struct Fetched {
    /// HTTP status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) text: String,
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    /// Nobody answered in time, or not in HTTP, or with a redirect that is not followed.
    #[error("the document cannot be fetched")]
    Unreachable(#[source] reqwest::Error),
    /// The configuration does not allow this host.
    #[error("the host is not among those that may be asked")]
    Forbidden,
    /// The address is one that is never asked.
    #[error(transparent)]
    Never(#[from] NeverAsked),
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
    /// A fetcher that has done nothing yet: its clients, with the certificates that the system trusts, are made when they
    /// are first needed, because most servers never ask anybody. `hosts` are those that may be asked; none: all.
    pub(crate) fn new(hosts: Option<Vec<String>>) -> Self {
        Self(Arc::new(Inner { documents: OnceLock::new(), direct: OnceLock::new(), hosts }))
    }

    /// The document at an http or https address.
    ///
    /// # Errors
    /// [`FetchError`], within five seconds.
    pub(crate) async fn text(&self, url: &str) -> Result<String, FetchError> {
        let client = self.documents();
        let fetched = self.send(client, client.get(url)).await?;
        if fetched.status == 200 { Ok(fetched.text) } else { Err(FetchError::Status(fetched.status)) }
    }

    /// What is answered to a GET.
    ///
    /// # Errors
    /// [`FetchError`], within five seconds; not for a status.
    pub(crate) async fn get(&self, url: &str) -> Result<Fetched, FetchError> {
        let client = self.direct();
        self.send(client, client.get(url)).await
    }

    /// What is answered to a form.
    ///
    /// # Errors
    /// [`FetchError`], within five seconds; not for a status.
    pub(crate) async fn post_form(&self, url: &str, form: &[(&str, &str)]) -> Result<Fetched, FetchError> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let client = self.direct();
        let request = client.post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(client, request.header(ACCEPT, "application/json").body(body)).await
    }

    /// What is answered to the bearer of a token.
    ///
    /// # Errors
    /// [`FetchError`], within five seconds; not for a status.
    pub(crate) async fn with_bearer(
        &self,
        method: Method,
        url: &str,
        token: &str,
    ) -> Result<Fetched, FetchError> {
        let client = self.direct();
        let request = client.request(method, url).bearer_auth(token);
        self.send(client, request.header(ACCEPT, "application/json")).await
    }

    async fn send(&self, client: &Client, request: RequestBuilder) -> Result<Fetched, FetchError> {
        let request = request.build().map_err(unreachable)?;
        if !addresses::may_be_asked(request.url()) {
            return Err(NeverAsked.into());
        }
        if !may_ask(self.0.hosts.as_deref(), request.url()) {
            return Err(FetchError::Forbidden);
        }
        let mut response = client.execute(request).await.map_err(unreachable)?;

        // A length may be missing or lie, so what arrives is counted too.
        let announced = response.content_length().unwrap_or(0);
        if usize::try_from(announced).map_or(true, |announced| announced > MOST_BYTES) {
            return Err(FetchError::TooLarge);
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if bytes.len() + chunk.len() > MOST_BYTES {
                return Err(FetchError::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        let status = response.status().as_u16();
        String::from_utf8(bytes).map(|text| Fetched { status, text }).map_err(|_| FetchError::NotText)
    }

    fn documents(&self) -> &Client {
        let redirects = || {
            let hosts = self.0.hosts.clone();
            Policy::custom(move |attempt| {
                match refusal(hosts.as_deref(), attempt.previous(), attempt.url()) {
                    Some(reason) => attempt.error(reason),
                    None => attempt.follow(),
                }
            })
        };
        self.0.documents.get_or_init(|| client(redirects))
    }

    fn direct(&self) -> &Client {
        self.0.direct.get_or_init(|| client(Policy::none))
    }
}

/// Addresses may hold a code or a secret, and errors are logged.
fn unreachable(error: reqwest::Error) -> FetchError {
    FetchError::Unreachable(error.without_url())
}

/// Whether an address is one of the hosts that may be asked. A host without a port stands for all of its ports.
fn may_ask(hosts: Option<&[String]>, url: &Url) -> bool {
    let Some(hosts) = hosts else { return true };
    let name = url.host_str().unwrap_or_default();
    let with_port = url.port_or_known_default().map(|port| format!("{name}:{port}"));
    let is_named = |host: &String| {
        host.eq_ignore_ascii_case(name) || with_port.as_ref().is_some_and(|it| host.eq_ignore_ascii_case(it))
    };
    hosts.iter().any(is_named)
}

fn client(redirects: impl Fn() -> Policy) -> Client {
    // A machine without any certificates to trust can still ask a provider that runs beside it.
    guarded(redirects())
        .build()
        .or_else(|_| guarded(redirects()).tls_certs_only([]).build())
        .expect("the settings are constant")
}

/// No proxy from the environment, no connection kept: requests are rare, and each goes where it says.
fn guarded(redirects: Policy) -> ClientBuilder {
    Client::builder()
        .timeout(PATIENCE)
        .connect_timeout(PATIENCE)
        .redirect(redirects)
        .no_proxy()
        .dns_resolver(GuardedResolver::shared())
        .pool_max_idle_per_host(0)
        .user_agent(concat!("poolhouse/", env!("CARGO_PKG_VERSION")))
}

/// Why a redirect is not followed, to `next` from the last of the addresses before.
fn refusal(hosts: Option<&[String]>, previous: &[Url], next: &Url) -> Option<&'static str> {
    if !addresses::may_be_asked(next) {
        return Some("redirect to an address that is never asked");
    }
    if !may_ask(hosts, next) {
        return Some("redirect to a host that may not be asked");
    }
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
            (&["http://a.example"], "http://2852039166/latest/meta-data", false),
            (&["http://a.example"], "http://127.0.0.1:8080/", true),
            (&["http://a.example"; 3], "http://a.example", true),
            (&["http://a.example"; 4], "http://a.example", false),
        ] {
            let urls: Vec<Url> = previous.iter().map(|url| url.parse().unwrap()).collect();
            assert_eq!(
                refusal(None, &urls, &next.parse().unwrap()).is_none(),
                followed,
                "{previous:?} {next}"
            );
        }
    }

    #[tokio::test]
    async fn a_fetcher_makes_its_client_when_it_is_first_asked() {
        let fetcher = Fetcher::new(None);
        assert!(fetcher.0.documents.get().is_none());
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let refused = fetcher.text(&format!("http://{nobody}/")).await;
        assert!(matches!(refused, Err(FetchError::Unreachable(_))), "{refused:?}");
        assert!(fetcher.0.documents.get().is_some());
    }

    #[test]
    fn hosts_that_may_be_asked_are_named_with_or_without_a_port() {
        let hosts = ["idp.example".to_owned(), "LocalHost:8080".to_owned()];
        for (url, allowed) in [
            ("https://idp.example/keys", true),
            ("http://IDP.example:8443/keys", true),
            ("http://localhost:8080/", true),
            ("http://localhost/", false),
            ("http://169.254.169.254/latest", false),
            ("https://idp.example.evil/", false),
        ] {
            let url = url.parse().unwrap();
            assert_eq!(may_ask(Some(&hosts), &url), allowed, "{url}");
            assert!(may_ask(None, &url));
            assert_eq!(refusal(Some(&hosts), &[], &url).is_none(), allowed, "{url}");
        }
    }

    #[tokio::test]
    async fn an_error_does_not_tell_the_address() {
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let refused = Fetcher::new(None).get(&format!("http://{nobody}/?client_secret=hush")).await;
        let error = refused.unwrap_err();
        let told = format!("{error:?} {}", crate::error::causes(&error));
        assert!(!told.contains("hush"), "{told}");
    }

    #[test]
    fn a_client_can_be_built_without_any_certificate() {
        assert!(guarded(Policy::none()).tls_certs_only([]).build().is_ok());
    }
}
