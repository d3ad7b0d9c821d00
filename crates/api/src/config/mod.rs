//! The configuration: defaults, then a TOML file, then `POOLHOUSE_*` variables, then flags.
//!
//! Unknown keys are refused by name, in the file and in the environment, so that a misspelt one is not ignored.

mod flags;
mod hosts;
mod trust_proxy;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::ValueEnum;
use domain::messages::Channel;
use figment::Figment;
use figment::providers::{Format as _, Serialized, Toml};
use serde::{Deserialize, Serialize};
use wire::DeliveryMediumType;

use crate::federation::{ProviderUrl, may_be_asked};
pub use flags::Flags;
pub use trust_proxy::{TrustProxy, TrustProxyError};

/// The control token of `docker-compose.yml` where none is set: for callers on the same machine.
const PUBLIC_CONTROL_TOKEN: &str = "local-control-token";

/// What a server needs to know before it starts.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// The address under which a container is published, in place of the one that it listens on.
    pub published_address: Option<String>,
    /// Whether HTTPS is served beside HTTP.
    pub tls: bool,
    /// Address and port to listen on for HTTPS.
    pub tls_listen: SocketAddr,
    /// The certificate of the HTTPS server with its chain (PEM); by default it is issued by a local CA.
    pub tls_cert_file: Option<PathBuf>,
    /// The private key of that certificate (PEM).
    pub tls_key_file: Option<PathBuf>,
    /// Whose `X-Forwarded-…` headers count: nobody's, everybody's, or those of proxies at these addresses.
    pub trust_proxy: TrustProxy,
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// The URL under which callers reach this server; by default the one that each caller used, if its host proves itself.
    pub public_url: Option<String>,
    /// What user pool domains end in: `{prefix}.auth.{region}.{base_domain}`.
    pub base_domain: String,
    /// Hosts by which callers may ask this server beside those that it knows as its own. Links and certificates may hold them.
    pub allowed_hosts: Vec<String>,
    /// Origins whose pages may call operations that need credentials.
    pub allowed_origins: Vec<String>,
    /// What tokens name as their issuer.
    pub issuer: Issuer,
    /// Where the sealing key is kept; by default beside the SQLite file, or in the working directory.
    pub sealing_key_file: Option<PathBuf>,
    /// The sealing key itself, 32 bytes in base64, in place of a file.
    pub sealing_key: Option<Secret>,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// Bytes that the body of an operation may have that carries images, stylesheets or metadata. A managed login style may have
    /// 2 MiB.
    pub max_body_bytes: usize,
    /// Bytes that the body of any other operation may have.
    pub max_json_bytes: usize,
    /// How long the headers of a request may take to arrive.
    pub request_headers_timeout_seconds: u64,
    /// How long the body of a request may take to arrive, and how long a caller may take nothing of an answer.
    pub request_body_timeout_seconds: u64,
    /// Bytes that all unfinished requests may hold.
    pub max_unfinished_bytes: usize,
    /// Bytes that the unfinished requests of one address may hold.
    pub max_unfinished_bytes_per_address: usize,
    /// Unfinished requests that one address may have.
    pub max_unfinished_requests_per_address: usize,
    /// Connections at once; by default as many as there are file handles for, but for some.
    pub max_connections: Option<usize>,
    /// Members of a list that has no maximum in the API model.
    pub max_list_members: usize,
    /// Entries of a map that has no maximum in the API model.
    pub max_map_entries: usize,
    /// Values, at any depth, of a document that may be any JSON (the settings of a managed login style).
    pub max_document_values: usize,
    /// Violations that the message of a refused request lists.
    pub max_violations: usize,
    /// Characters of a refused value that its message repeats.
    pub max_echoed_characters: usize,
    /// Bytes of the message of an error.
    pub max_error_message_bytes: usize,
    /// Bytes of that message in the header `x-amzn-ErrorMessage`: Node refuses headers of 16 KiB, boto3 of 64 KiB.
    pub max_error_header_bytes: usize,
    /// Wrong passwords and codes that one address may send to the pages in a minute.
    pub wrong_guesses_per_minute: u32,
    /// How many sign-ups, codes and begun sign-ins a minute one address may ask for; 0 is no limit. By default none when the
    /// server listens on loopback only, 1,000 otherwise.
    pub unsigned_per_minute: Option<u32>,
    /// Threads that serve requests; by default one for each core.
    pub workers: Option<usize>,
    /// What callers of `/_poolhouse/` must show when the server does not listen on loopback.
    pub control_token: Option<Secret>,
    /// The mail server that e-mails are handed to: `smtp://HOST:PORT`, `smtps://USER:PASSWORD@HOST:PORT`.
    pub smtp_url: Option<Secret>,
    /// The sender of e-mails of pools that name none.
    pub email_from: String,
    /// Domains that the sender of a pool's own e-mails may be of.
    pub email_from_domains: Vec<String>,
    /// A URL that every message is posted to.
    pub webhook_url: Option<Secret>,
    /// Messages that are handed on at once, to the mail server and to the webhook each.
    pub delivery_concurrency: usize,
    /// How long handing on one message may take.
    pub delivery_timeout_seconds: u32,
    /// Messages of one pool that are handed on in a minute; more wait.
    pub messages_per_pool_per_minute: u32,
    /// Codes that a user is sent in an hour for signing in and for a changed address. The service's quotas hold for others.
    pub codes_per_user_per_hour: u32,
    /// How long messages stay in the outbox.
    pub message_retention_hours: u32,
    /// Whether the built-in identity provider answers, as anybody says who reaches it.
    pub mock_idp: bool,
    /// The only hosts of identity providers that this server may ask, each with or without a port; by default all.
    pub outbound_hosts: Option<Vec<String>>,
    /// What stands in for social providers.
    pub provider_urls: Vec<ProviderUrl>,
}

const MIB: usize = 1024 * 1024;

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 9229)),
            published_address: None,
            tls: false,
            tls_listen: SocketAddr::from(([127, 0, 0, 1], 9443)),
            tls_cert_file: None,
            tls_key_file: None,
            trust_proxy: TrustProxy::Nobody,
            database_url: "sqlite:poolhouse.db".to_owned(),
            public_url: None,
            base_domain: "localhost".to_owned(),
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            issuer: Issuer::Public,
            sealing_key_file: None,
            sealing_key: None,
            log_format: LogFormat::Text,
            max_body_bytes: 4 * MIB,
            max_json_bytes: 256 * 1024,
            request_headers_timeout_seconds: 10,
            request_body_timeout_seconds: 30,
            max_unfinished_bytes: 64 * MIB,
            max_unfinished_bytes_per_address: 16 * MIB,
            max_unfinished_requests_per_address: 64,
            max_connections: None,
            max_list_members: 250,
            max_map_entries: 100,
            max_document_values: 50_000,
            max_violations: 50,
            max_echoed_characters: 256,
            max_error_message_bytes: 64 * 1024,
            max_error_header_bytes: 2 * 1024,
            wrong_guesses_per_minute: 120,
            unsigned_per_minute: None,
            workers: None,
            control_token: None,
            smtp_url: None,
            email_from: "no-reply@verificationemail.com".to_owned(),
            email_from_domains: Vec::new(),
            webhook_url: None,
            delivery_concurrency: 8,
            delivery_timeout_seconds: 10,
            messages_per_pool_per_minute: 3000,
            codes_per_user_per_hour: 60,
            message_retention_hours: 168,
            mock_idp: false,
            outbound_hosts: None,
            provider_urls: Vec::new(),
        }
    }
}

/// What tokens name as their issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Issuer {
    /// `{public_url}/{poolId}`, where verifiers find the keys.
    Public,
    /// The exact string of the real service, for verifiers that have it built in.
    Aws,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is missing, is no TOML, or has an unknown key or a value of another type.
    #[error("{0}")]
    Invalid(Box<figment::Error>),
    /// A variable that begins with `POOLHOUSE_` means nothing.
    #[error("unknown environment variable {0}")]
    UnknownVariable(String),
    /// A value that no server can work with.
    #[error("{key}: {problem}")]
    Value {
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl Config {
    /// Puts the configuration together. `variables` are the names of all environment variables.
    ///
    /// # Errors
    /// [`ConfigError`], which names the key.
    pub fn load(flags: &Flags, variables: impl Iterator<Item = String>) -> Result<Self, ConfigError> {
        if let Some(unknown) =
            variables.filter(|name| name.starts_with("POOLHOUSE_")).find(|name| !flags::is_known(name))
        {
            return Err(ConfigError::UnknownVariable(unknown));
        }
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = &flags.config {
            figment = figment.merge(Toml::file_exact(file));
        }
        let config: Self = figment
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(|error| ConfigError::Invalid(Box::new(error)))?;
        config.checked()
    }

    fn checked(mut self) -> Result<Self, ConfigError> {
        let refuse = |key, problem| Err(ConfigError::Value { key, problem });
        if let Some(public_url) = &mut self.public_url {
            let is_url = url::Url::parse(public_url)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            if !is_url {
                return refuse("public_url", "must be an http or https URL");
            }
            public_url.truncate(public_url.trim_end_matches('/').len());
        }
        for host in &mut self.allowed_hosts {
            match hosts::host(host) {
                Some(read) => *host = read,
                None => {
                    return refuse("allowed_hosts", "must be names or addresses, without scheme and port");
                }
            }
        }
        for origin in &mut self.allowed_origins {
            match hosts::origin(origin) {
                Some(read) => *origin = read,
                None => {
                    return refuse(
                        "allowed_origins",
                        "must be origins such as https://console.example.com:8443",
                    );
                }
            }
        }
        for (key, is_zero) in [
            ("wrong_guesses_per_minute", self.wrong_guesses_per_minute == 0),
            ("request_headers_timeout_seconds", self.request_headers_timeout_seconds == 0),
            ("request_body_timeout_seconds", self.request_body_timeout_seconds == 0),
            ("max_unfinished_requests_per_address", self.max_unfinished_requests_per_address == 0),
            ("max_connections", self.max_connections == Some(0)),
        ] {
            if is_zero {
                return refuse(key, "must be at least 1");
            }
        }
        if !self.database_url.starts_with("sqlite:")
            && !self.database_url.starts_with("postgres://")
            && !self.database_url.starts_with("postgresql://")
        {
            return refuse("database_url", "must begin with sqlite: or postgres://");
        }
        if self.tls_cert_file.is_some() && self.tls_key_file.is_none() {
            return refuse("tls_key_file", "must be given beside tls_cert_file");
        }
        if self.tls_key_file.is_some() && self.tls_cert_file.is_none() {
            return refuse("tls_cert_file", "must be given beside tls_key_file");
        }
        if self.max_violations == 0 {
            return refuse("max_violations", "must be at least 1");
        }
        if self.workers == Some(0) {
            return refuse("workers", "must be at least 1");
        }
        if self.delivery_concurrency == 0 {
            return refuse("delivery_concurrency", "must be at least 1");
        }
        if !(1..=300).contains(&self.delivery_timeout_seconds) {
            return refuse("delivery_timeout_seconds", "must be from 1 to 300");
        }
        if self.messages_per_pool_per_minute == 0 {
            return refuse("messages_per_pool_per_minute", "must be at least 1");
        }
        if self.codes_per_user_per_hour == 0 {
            return refuse("codes_per_user_per_hour", "must be at least 1");
        }
        if self.control_token.as_ref().is_some_and(|token| token.reveal().is_empty()) {
            return refuse("control_token", "must not be empty");
        }
        let is_public_token = |token: &Secret| token.reveal() == PUBLIC_CONTROL_TOKEN;
        if self.control_token.as_ref().is_some_and(is_public_token) && !self.published_ip()?.is_loopback() {
            return refuse("control_token", "is the one that everybody knows: set another beyond loopback");
        }
        let is_web = |url: &Secret| {
            url::Url::parse(url.reveal()).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        };
        if self.webhook_url.as_ref().is_some_and(|url| !is_web(url)) {
            return refuse("webhook_url", "must be an http or https URL");
        }
        let is_never_asked = |url: &str| url::Url::parse(url).is_ok_and(|url| !may_be_asked(&url));
        if self.webhook_url.as_ref().is_some_and(|url| is_never_asked(url.reveal())) {
            return refuse("webhook_url", "must not be link-local or the address of cloud metadata");
        }
        if self.provider_urls.iter().any(|named| is_never_asked(named.url())) {
            return refuse("provider_urls", "must not be link-local or the address of cloud metadata");
        }
        Ok(self)
    }

    /// Bounds of requests where the API model has none.
    pub fn request_limits(&self) -> wire::Limits {
        wire::Limits {
            list_members: self.max_list_members,
            map_entries: self.max_map_entries,
            document_values: self.max_document_values,
            violations: self.max_violations,
            echoed_characters: self.max_echoed_characters,
        }
    }

    /// Where callers find this server, as far as addresses say.
    fn published_ip(&self) -> Result<IpAddr, ConfigError> {
        let Some(address) = &self.published_address else { return Ok(self.listen.ip()) };
        // As Docker Compose writes addresses of IPv6 before a port.
        let address = address.trim_start_matches('[').trim_end_matches(']');
        let problem = "must be an IP address";
        address.parse().map_err(|_| ConfigError::Value { key: "published_address", problem })
    }

    /// How messages of this kind leave the outbox.
    pub fn channels(&self, medium: DeliveryMediumType) -> Vec<Channel> {
        let by_smtp = self.smtp_url.is_some() && medium == DeliveryMediumType::Email;
        [(Channel::Smtp, by_smtp), (Channel::Webhook, self.webhook_url.is_some())]
            .into_iter()
            .filter_map(|(channel, is_on)| is_on.then_some(channel))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use clap::Args as _;

    use super::*;

    fn with_file(text: &str) -> Result<Config, ConfigError> {
        let file = std::env::temp_dir().join(format!("poolhouse-config-{}.toml", text.len()));
        std::fs::write(&file, text).unwrap();
        Config::load(&Flags { config: Some(file), ..Flags::default() }, std::iter::empty())
    }

    #[test]
    fn without_anything_the_defaults_hold() {
        let config = Config::load(&Flags::default(), std::iter::empty()).unwrap();
        assert_eq!(config.listen.port(), 9229);
        assert_eq!(config.database_url, "sqlite:poolhouse.db");
    }

    #[test]
    fn a_flag_goes_before_the_file_and_the_file_before_defaults() {
        let file = std::env::temp_dir().join("poolhouse-config-order.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\nbase_domain = \"from-file\"").unwrap();
        let flags = Flags {
            config: Some(file),
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 2))),
            ..Flags::default()
        };
        let config = Config::load(&flags, std::iter::empty()).unwrap();
        assert_eq!((config.listen.port(), config.base_domain.as_str()), (2, "from-file"));
    }

    #[test]
    fn what_is_misspelt_is_refused_by_name() {
        let error = with_file("lisen = \"127.0.0.1:1\"").unwrap_err();
        assert!(error.to_string().contains("lisen"), "{error}");
        let error = Config::load(&Flags::default(), ["POOLHOUSE_LISEN".to_owned()].into_iter()).unwrap_err();
        assert!(error.to_string().contains("POOLHOUSE_LISEN"), "{error}");
        assert!(Config::load(&Flags::default(), ["POOLHOUSE_LISTEN".to_owned()].into_iter()).is_ok());
    }

    #[test]
    fn values_that_no_server_can_work_with_are_refused() {
        for text in [
            "database_url = \"mysql://x\"",
            "public_url = \"localhost\"",
            "workers = 0",
            "max_violations = 0",
            "issuer = \"mine\"",
            "delivery_concurrency = 0",
            "delivery_timeout_seconds = 0",
            "delivery_timeout_seconds = 301",
            "messages_per_pool_per_minute = 0",
            "codes_per_user_per_hour = 0",
            "control_token = \"\"",
            "tls = 1",
            "webhook_url = \"http://169.254.169.254/latest\"",
            "webhook_url = \"http://[::ffff:a9fe:a9fe]/\"",
            "provider_urls = [\"Google.token_url=http://2852039166/\"]",
            "tls_cert_file = \"cert.pem\"",
            "tls_key_file = \"key.pem\"",
            "trust_proxy = \"proxy.example\"",
            "trust_proxy = [\"10.0.0.0/40\"]",
            "allowed_hosts = [\"http://box.lan\"]",
            "allowed_hosts = [\"box.lan:9229\"]",
            "allowed_hosts = [\"*\"]",
            "allowed_origins = [\"*\"]",
            "allowed_origins = [\"null\"]",
            "allowed_origins = [\"box.lan\"]",
            "allowed_origins = [\"https://box.lan/path\"]",
            "allowed_origins = [\"file:///index.html\"]",
            "wrong_guesses_per_minute = 0",
            "request_headers_timeout_seconds = 0",
            "request_body_timeout_seconds = 0",
            "max_unfinished_requests_per_address = 0",
            "max_connections = 0",
        ] {
            assert!(with_file(text).is_err(), "{text}");
        }
        let config = with_file("public_url = \"https://cognito.test/\"").unwrap();
        assert_eq!(config.public_url.as_deref(), Some("https://cognito.test"));
        let hosts = "allowed_hosts = [\"Box.LAN\", \"[2001:DB8::1]\", \"192.0.2.1\"]";
        let config =
            with_file(&format!("{hosts}\nallowed_origins = [\"HTTPS://Console.example:443/\"]")).unwrap();
        assert_eq!(config.allowed_hosts, ["box.lan", "[2001:db8::1]", "192.0.2.1"]);
        assert_eq!(config.allowed_origins, ["https://console.example"]);
        let proxies = TrustProxy::At(vec!["10.0.0.1/32".parse().unwrap(), "10.1.0.0/16".parse().unwrap()]);
        assert_eq!(with_file("trust_proxy = [\"10.0.0.1\", \"10.1.0.0/16\"]").unwrap().trust_proxy, proxies);
        assert_eq!(with_file("trust_proxy = \"10.0.0.1,10.1.0.0/16\"").unwrap().trust_proxy, proxies);
        assert_eq!(with_file("trust_proxy = true").unwrap().trust_proxy, TrustProxy::Everybody);
    }

    #[test]
    fn a_token_that_everybody_knows_is_for_the_machine_itself() {
        let everywhere = SocketAddr::from(([0, 0, 0, 0], 9229));
        let loopback = SocketAddr::from(([127, 0, 0, 1], 9229));
        for (listen, published, token, is_accepted) in [
            (loopback, None, "local-control-token", true),
            (everywhere, None, "local-control-token", false),
            (everywhere, Some("127.0.0.1"), "local-control-token", true),
            (everywhere, Some("[::1]"), "local-control-token", true),
            (everywhere, Some("0.0.0.0"), "local-control-token", false),
            (everywhere, Some("[::]"), "local-control-token", false),
            (everywhere, Some("192.168.1.7"), "local-control-token", false),
            (loopback, Some("0.0.0.0"), "local-control-token", false),
            (everywhere, Some("0.0.0.0"), "of our own", true),
            (everywhere, None, "of our own", true),
            (everywhere, Some("here"), "local-control-token", false),
        ] {
            let config = Config {
                listen,
                published_address: published.map(str::to_owned),
                control_token: Some(Secret(token.to_owned())),
                ..Config::default()
            };
            assert_eq!(config.checked().is_ok(), is_accepted, "{listen} {published:?} {token}");
        }
    }

    #[test]
    fn a_switch_is_a_flag_alone_or_has_a_value() {
        let read = |arguments: &[&str]| {
            let command = Flags::augment_args(clap::Command::new("poolhouse"));
            let matches = command.try_get_matches_from([&["poolhouse"], arguments].concat()).unwrap();
            let flags = <Flags as clap::FromArgMatches>::from_arg_matches(&matches).unwrap();
            Config::load(&flags, std::iter::empty()).unwrap()
        };
        for (arguments, tls, trust_proxy, mock_idp) in [
            (&[][..], false, TrustProxy::Nobody, false),
            (&["--tls"], true, TrustProxy::Nobody, false),
            (&["--tls=false", "--trust-proxy"], false, TrustProxy::Everybody, false),
            (&["--trust-proxy=false"], false, TrustProxy::Nobody, false),
            (&["--trust-proxy=10.0.0.1"], false, "10.0.0.1".parse().unwrap(), false),
            (&["--trust-proxy=::1,10.0.0.0/8"], false, "::1,10.0.0.0/8".parse().unwrap(), false),
            (&["--mock-idp"], false, TrustProxy::Nobody, true),
        ] {
            let config = read(arguments);
            let found = (config.tls, config.trust_proxy, config.mock_idp);
            assert_eq!(found, (tls, trust_proxy, mock_idp), "{arguments:?}");
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        let config = Config { control_token: Some(Secret("hush".to_owned())), ..Config::default() };
        assert!(!format!("{config:?}").contains("hush"));
    }
}
