//! The configuration: defaults, then a TOML file, then `POOLHOUSE_*` variables, then flags.
//!
//! Unknown keys are refused by name, in the file and in the environment, so that a misspelt one is not ignored.

mod checks;
mod flags;
mod hosts;
#[cfg(test)]
mod tests;
mod trust_proxy;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use domain::messages::Channel;
use figment::Figment;
use figment::providers::{Format as _, Serialized, Toml};
use serde::{Deserialize, Serialize};
use storage::DatabaseSettings;
use wire::DeliveryMediumType;

use crate::federation::ProviderUrl;
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
    /// `sqlite:PATH` or `postgres://…`, with several hosts if need be.
    pub database_url: String,
    /// How long the database may take for a connection, for a statement and for a COMMIT.
    pub database_timeout_seconds: u64,
    /// Connections to the database that writers may have, and as many that readers may have.
    pub database_connections: u32,
    /// Whether PostgreSQL prepares statements by name. A pooler in transaction mode (pgbouncer) cannot have that.
    pub postgres_named_statements: bool,
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
    /// How long a connection is kept on which no request comes.
    pub keep_alive_seconds: u64,
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
    /// Wrong answers after which a code that was sent for a sign-in, or the set-up of an app, is over.
    pub tries_per_code: u32,
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
            database_timeout_seconds: 10,
            database_connections: 10,
            postgres_named_statements: true,
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
            keep_alive_seconds: 75,
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
            tries_per_code: 10,
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

    /// The database and its limits.
    pub fn database(&self) -> DatabaseSettings {
        DatabaseSettings {
            url: self.database_url.clone(),
            timeout: Duration::from_secs(self.database_timeout_seconds),
            connections: self.database_connections,
            named_statements: self.postgres_named_statements,
        }
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
