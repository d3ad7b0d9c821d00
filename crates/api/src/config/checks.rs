//! Values that no server can work with are refused by the name of their key.

use std::net::IpAddr;

use super::{Config, ConfigError, PUBLIC_CONTROL_TOKEN, Secret, hosts};
use crate::federation::may_be_asked;

impl Config {
    /// The configuration in the form in which it counts.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub(super) fn checked(mut self) -> Result<Self, ConfigError> {
        let refuse = |key, problem| Err(ConfigError::Value { key, problem });
        self.public_url = self.public_url.filter(|url| !url.is_empty());
        if let Some(public_url) = &mut self.public_url {
            let is_url = url::Url::parse(public_url)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            if !is_url {
                return refuse("public_url", "must be an http or https URL");
            }
            public_url.truncate(public_url.trim_end_matches('/').len());
        }
        // A variable that is set to nothing, as Docker Compose does, names nothing.
        self.allowed_hosts.retain(|host| !host.is_empty());
        self.allowed_origins.retain(|origin| !origin.is_empty());
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
            ("database_timeout_seconds", self.database_timeout_seconds == 0),
            ("database_connections", self.database_connections == 0),
            ("keep_alive_seconds", self.keep_alive_seconds == 0),
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
        if self.tries_per_code == 0 {
            return refuse("tries_per_code", "must be at least 1");
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

    /// Where callers find this server, as far as addresses say.
    pub(crate) fn published_ip(&self) -> Result<IpAddr, ConfigError> {
        let Some(address) = &self.published_address else { return Ok(self.listen.ip()) };
        // As Docker Compose writes addresses of IPv6 before a port.
        let address = address.trim_start_matches('[').trim_end_matches(']');
        let problem = "must be an IP address";
        address.parse().map_err(|_| ConfigError::Value { key: "published_address", problem })
    }
}
