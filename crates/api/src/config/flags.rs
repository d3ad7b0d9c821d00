//! The flags of every command, each with its variable.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::{Issuer, LogFormat, Secret, TrustProxy};
use crate::federation::ProviderUrl;

/// The flags of every command, each with its variable.
#[derive(Args, Clone, Debug, Default, Serialize)]
pub struct Flags {
    /// Configuration file (TOML, the names of these flags with underscores)
    #[arg(long, value_name = "FILE", env = "POOLHOUSE_CONFIG", global = true)]
    #[serde(skip)]
    pub config: Option<PathBuf>,

    /// Address and port to listen on [default: 127.0.0.1:9229]
    #[arg(long, value_name = "ADDR:PORT", env = "POOLHOUSE_LISTEN", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) listen: Option<SocketAddr>,

    /// Address under which a container is published [default: that of --listen]
    #[arg(long, value_name = "ADDR", env = "POOLHOUSE_PUBLISHED_ADDRESS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) published_address: Option<String>,

    /// Serve HTTPS beside HTTP
    #[arg(
        long, value_name = "BOOL", env = "POOLHOUSE_TLS", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", global = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tls: Option<bool>,

    /// Address and port to listen on for HTTPS [default: 127.0.0.1:9443]
    #[arg(long, value_name = "ADDR:PORT", env = "POOLHOUSE_TLS_LISTEN", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tls_listen: Option<SocketAddr>,

    /// Certificate of the HTTPS server with its chain, PEM [default: issued by a local CA]
    #[arg(long, value_name = "FILE", env = "POOLHOUSE_TLS_CERT_FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tls_cert_file: Option<PathBuf>,

    /// Private key of that certificate, PEM
    #[arg(long, value_name = "FILE", env = "POOLHOUSE_TLS_KEY_FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tls_key_file: Option<PathBuf>,

    /// Let X-Forwarded-… headers of a proxy decide scheme, host and address of callers: of any, or of those at these addresses
    #[arg(
        long, value_name = "BOOL|ADDR,…", env = "POOLHOUSE_TRUST_PROXY", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", global = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trust_proxy: Option<TrustProxy>,

    /// Where state is kept: sqlite:PATH or postgres://… [default: sqlite:poolhouse.db]
    #[arg(long, value_name = "URL", env = "POOLHOUSE_DATABASE_URL", hide_env_values = true, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) database_url: Option<String>,

    /// Seconds that the database may take for a connection, a statement and a COMMIT [default: 10]
    #[arg(long, value_name = "SECONDS", env = "POOLHOUSE_DATABASE_TIMEOUT_SECONDS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) database_timeout_seconds: Option<u64>,

    /// Connections to the database for writers, and as many for readers [default: 10]
    #[arg(long, value_name = "COUNT", env = "POOLHOUSE_DATABASE_CONNECTIONS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) database_connections: Option<u32>,

    /// Whether PostgreSQL prepares statements by name; false for pgbouncer in transaction mode [default: true]
    #[arg(long, value_name = "BOOL", env = "POOLHOUSE_POSTGRES_NAMED_STATEMENTS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) postgres_named_statements: Option<bool>,

    /// URL under which callers reach this server [default: the one that each caller used]
    #[arg(long, value_name = "URL", env = "POOLHOUSE_PUBLIC_URL", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) public_url: Option<String>,

    /// What user pool domains end in: {prefix}.auth.{region}.{base-domain} [default: localhost]
    #[arg(long, value_name = "NAME", env = "POOLHOUSE_BASE_DOMAIN", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) base_domain: Option<String>,

    /// Hosts by which callers may ask this server beside its own names, with commas between
    #[arg(
        long,
        value_name = "HOST,…",
        env = "POOLHOUSE_ALLOWED_HOSTS",
        value_delimiter = ',',
        global = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) allowed_hosts: Option<Vec<String>>,

    /// Origins whose pages may call operations that need credentials, with commas between
    #[arg(
        long,
        value_name = "ORIGIN,…",
        env = "POOLHOUSE_ALLOWED_ORIGINS",
        value_delimiter = ',',
        global = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) allowed_origins: Option<Vec<String>>,

    /// What tokens name as their issuer [default: public]
    #[arg(long, env = "POOLHOUSE_ISSUER", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) issuer: Option<Issuer>,

    /// Where the key is kept that seals secrets; made when missing [default: beside the database]
    #[arg(long, value_name = "FILE", env = "POOLHOUSE_SEALING_KEY_FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sealing_key_file: Option<PathBuf>,

    /// The key that seals secrets, in place of a file: 32 bytes in base64
    #[arg(long, value_name = "KEY", env = "POOLHOUSE_SEALING_KEY", hide_env_values = true, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sealing_key: Option<Secret>,

    /// How log lines are written [default: text]
    #[arg(long, env = "POOLHOUSE_LOG_FORMAT", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) log_format: Option<LogFormat>,

    /// Bytes that the body of an operation may have that carries images, stylesheets or metadata [default: 4194304]
    #[arg(long, value_name = "BYTES", env = "POOLHOUSE_MAX_BODY_BYTES", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_body_bytes: Option<usize>,

    /// Bytes that the body of any other operation may have [default: 262144]
    #[arg(long, value_name = "BYTES", env = "POOLHOUSE_MAX_JSON_BYTES", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_json_bytes: Option<usize>,

    /// Seconds that the headers of a request may take [default: 10]
    #[arg(long, value_name = "SECONDS", env = "POOLHOUSE_REQUEST_HEADERS_TIMEOUT_SECONDS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_headers_timeout_seconds: Option<u64>,

    /// Seconds that the body of a request may take [default: 30]
    #[arg(long, value_name = "SECONDS", env = "POOLHOUSE_REQUEST_BODY_TIMEOUT_SECONDS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_body_timeout_seconds: Option<u64>,

    /// Seconds that a connection is kept on which no request comes [default: 75]
    #[arg(long, value_name = "SECONDS", env = "POOLHOUSE_KEEP_ALIVE_SECONDS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) keep_alive_seconds: Option<u64>,

    /// Bytes that all unfinished requests may hold [default: 67108864]
    #[arg(long, value_name = "BYTES", env = "POOLHOUSE_MAX_UNFINISHED_BYTES", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_unfinished_bytes: Option<usize>,

    /// Bytes that the unfinished requests of one address may hold [default: 16777216]
    #[arg(long, value_name = "BYTES", env = "POOLHOUSE_MAX_UNFINISHED_BYTES_PER_ADDRESS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_unfinished_bytes_per_address: Option<usize>,

    /// Unfinished requests that one address may have [default: 64]
    #[arg(long, value_name = "COUNT", env = "POOLHOUSE_MAX_UNFINISHED_REQUESTS_PER_ADDRESS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_unfinished_requests_per_address: Option<usize>,

    /// Connections at once [default: as many as there are file handles for, but for some]
    #[arg(long, value_name = "COUNT", env = "POOLHOUSE_MAX_CONNECTIONS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_connections: Option<usize>,

    /// Members of a list that has no maximum in the API model [default: 250]
    #[arg(long, value_name = "COUNT", env = "POOLHOUSE_MAX_LIST_MEMBERS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_list_members: Option<usize>,

    /// Entries of a map that has no maximum in the API model [default: 100]
    #[arg(long, value_name = "COUNT", env = "POOLHOUSE_MAX_MAP_ENTRIES", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_map_entries: Option<usize>,

    /// Values, at any depth, of a document that may be any JSON (the settings of a managed login style) [default: 50000]
    #[arg(long, value_name = "COUNT", env = "POOLHOUSE_MAX_DOCUMENT_VALUES", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_document_values: Option<usize>,

    /// Violations that the message of a refused request lists [default: 50]
    #[arg(long, value_name = "COUNT", env = "POOLHOUSE_MAX_VIOLATIONS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_violations: Option<usize>,

    /// Characters of a refused value that its message repeats [default: 256]
    #[arg(long, value_name = "COUNT", env = "POOLHOUSE_MAX_ECHOED_CHARACTERS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_echoed_characters: Option<usize>,

    /// Bytes that the message of an error may have [default: 65536]
    #[arg(long, value_name = "BYTES", env = "POOLHOUSE_MAX_ERROR_MESSAGE_BYTES", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_error_message_bytes: Option<usize>,

    /// Bytes of that message in the header x-amzn-ErrorMessage [default: 2048]
    #[arg(long, value_name = "BYTES", env = "POOLHOUSE_MAX_ERROR_HEADER_BYTES", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_error_header_bytes: Option<usize>,

    /// Wrong passwords and codes that one address may send to the pages in a minute [default: 120]
    #[arg(long, value_name = "COUNT", env = "POOLHOUSE_WRONG_GUESSES_PER_MINUTE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) wrong_guesses_per_minute: Option<u32>,

    /// Sign-ups, codes and begun sign-ins a minute of one address; 0: no limit [default: none on loopback, else 1000]
    #[arg(long, value_name = "COUNT", env = "POOLHOUSE_UNSIGNED_PER_MINUTE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unsigned_per_minute: Option<u32>,

    /// Threads that serve requests [default: one for each core]
    #[arg(long, value_name = "COUNT", env = "POOLHOUSE_WORKERS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) workers: Option<usize>,

    /// Token that /_poolhouse/ asks for when the server does not listen on loopback
    #[arg(
        long,
        value_name = "TOKEN",
        env = "POOLHOUSE_CONTROL_TOKEN",
        hide_env_values = true,
        global = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) control_token: Option<Secret>,

    /// Mail server that e-mails are handed to: smtp://HOST:PORT or smtps://USER:PASSWORD@HOST:PORT
    #[arg(long, value_name = "URL", env = "POOLHOUSE_SMTP_URL", hide_env_values = true, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) smtp_url: Option<Secret>,

    /// Sender of e-mails of pools that name none [default: no-reply@verificationemail.com]
    #[arg(long, value_name = "ADDRESS", env = "POOLHOUSE_EMAIL_FROM", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email_from: Option<String>,

    /// Domains that the sender of a pool's own e-mails may be of, with commas between [default: none]
    #[arg(
        long,
        value_name = "DOMAIN,…",
        env = "POOLHOUSE_EMAIL_FROM_DOMAINS",
        value_delimiter = ',',
        global = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email_from_domains: Option<Vec<String>>,

    /// URL that every message is posted to, as JSON
    #[arg(long, value_name = "URL", env = "POOLHOUSE_WEBHOOK_URL", hide_env_values = true, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) webhook_url: Option<Secret>,

    /// Messages that are handed on at once, to the mail server and to the webhook each [default: 8]
    #[arg(long, value_name = "COUNT", env = "POOLHOUSE_DELIVERY_CONCURRENCY", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) delivery_concurrency: Option<usize>,

    /// Seconds that handing on one message may take [default: 10]
    #[arg(long, value_name = "SECONDS", env = "POOLHOUSE_DELIVERY_TIMEOUT_SECONDS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) delivery_timeout_seconds: Option<u32>,

    /// Messages of one pool that are handed on in a minute; more wait [default: 3000]
    #[arg(long, value_name = "COUNT", env = "POOLHOUSE_MESSAGES_PER_POOL_PER_MINUTE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) messages_per_pool_per_minute: Option<u32>,

    /// Wrong answers after which a code for a sign-in is over [default: 10]
    #[arg(long, value_name = "COUNT", env = "POOLHOUSE_TRIES_PER_CODE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tries_per_code: Option<u32>,

    /// Codes that a user is sent in an hour for signing in and for a changed address [default: 60]
    #[arg(long, value_name = "COUNT", env = "POOLHOUSE_CODES_PER_USER_PER_HOUR", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) codes_per_user_per_hour: Option<u32>,

    /// Hours that messages stay in the outbox [default: 168]
    #[arg(long, value_name = "HOURS", env = "POOLHOUSE_MESSAGE_RETENTION_HOURS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message_retention_hours: Option<u32>,

    /// Offer a SAML and an OpenID Connect provider that sign in whoever you say, below /_poolhouse/idp/
    #[arg(
        long, value_name = "BOOL", env = "POOLHOUSE_MOCK_IDP", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", global = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mock_idp: Option<bool>,

    /// The only hosts of identity providers that this server may ask, with commas between [default: all]
    #[arg(
        long,
        value_name = "HOST,…",
        env = "POOLHOUSE_OUTBOUND_HOSTS",
        value_delimiter = ',',
        global = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outbound_hosts: Option<Vec<String>>,

    /// What stands in for a social provider, such as Google.token_url=http://localhost:9000/token, with commas between
    #[arg(long, value_name = "URL,…", env = "POOLHOUSE_PROVIDER_URLS", value_delimiter = ',', global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) provider_urls: Option<Vec<ProviderUrl>>,
}

/// The variables of the flags, in the one place that knows them.
pub(super) fn is_known(name: &str) -> bool {
    let command = Flags::augment_args(clap::Command::new("poolhouse"));
    command.get_arguments().any(|argument| argument.get_env().is_some_and(|variable| variable == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every setting is written down: its flag, its variable and its key have a row in docs/configuration.md, and its key stands
    /// in poolhouse.example.toml.
    #[test]
    fn every_setting_is_documented() {
        let table = include_str!("../../../../docs/configuration.md");
        let example = include_str!("../../../../poolhouse.example.toml");
        for argument in Flags::augment_args(clap::Command::new("poolhouse")).get_arguments() {
            let (Some(flag), Some(variable)) = (argument.get_long(), argument.get_env()) else { continue };
            let variable = variable.to_string_lossy();
            let row = format!("| `--{flag}` | `{variable}` |");
            assert!(table.contains(&row), "docs/configuration.md lacks {row}");
            let key = flag.replace('-', "_");
            if key != "config" {
                assert!(
                    table.contains(&format!("{row} `{key}` |")),
                    "docs/configuration.md lacks the key of {row}"
                );
                assert!(
                    example.contains(&format!("\n{key} = ")) || example.contains(&format!("\n# {key} = ")),
                    "{key}"
                );
            }
        }
    }
}
