//! What a request asked for, by the connection and its headers: which host that is to this server, and which name of it links and
//! issuers hold. Found out once for each request, before anything else is done.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use actix_web::HttpMessage as _;
use actix_web::dev::ServiceRequest;
use actix_web::{HttpRequest, web};
use domain::asked_host::{AskedHost, OwnNames};

use super::Poolhouse;
use super::connections::Connection;
use super::forwarded::{self, Reached, Socket};
use crate::config::Config;

/// The names of a server with this configuration.
pub(super) fn own_names(config: &Config, is_reachable: bool) -> OwnNames {
    let public = config.public_url.as_deref().and_then(|url| url::Url::parse(url).ok());
    OwnNames {
        base_domain: config.base_domain.to_ascii_lowercase(),
        public_host: public.and_then(|url| url.host_str().map(str::to_owned)),
        allowed_hosts: config.allowed_hosts.clone(),
        is_reachable,
    }
}

/// What a request asked for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// Where the caller is; none when nobody knows.
    pub(super) caller: Option<IpAddr>,
    /// The host, without a port.
    pub(super) name: String,
    /// Scheme and host.
    pub(super) origin: String,
    /// Whether the host is a name of this server, and so nobody else's.
    pub(super) is_ours: bool,
    /// Scheme and host of this server for links and issuers.
    pub(super) link_origin: String,
}

impl Asked {
    /// What this request asked for. The database is asked about names that may be custom domains.
    pub(super) async fn by(request: &ServiceRequest, poolhouse: &Poolhouse) -> Self {
        let reached = reached(request.request(), poolhouse);
        if reached.is_told_by_stranger {
            poolhouse.say_of_untrusted_proxy(reached.caller);
        }
        let host = poolhouse.own_names.classify(reached.name());
        // Whether the process lives does not depend on the database.
        let is_asked = host == AskedHost::Other && request.path() != "/health";
        let is_custom = is_asked && is_custom_domain(poolhouse, reached.name()).await;
        let is_ours = match host {
            AskedHost::Own | AskedHost::Below | AskedHost::Near => true,
            AskedHost::Address(address) => {
                let is_published = || poolhouse.config.published_ip().is_ok_and(|own| own == address);
                // The unspecified address leads to the machine itself.
                let is_here = || address.is_unspecified() || poolhouse.interfaces.have(address);
                poolhouse.own_names.is_reachable && (is_published() || is_here())
            }
            AskedHost::Other => is_custom,
        };
        Self::new(request.request(), poolhouse, &reached, host, is_ours, is_custom)
    }

    fn new(
        request: &HttpRequest,
        poolhouse: &Poolhouse,
        reached: &Reached,
        host: AskedHost,
        is_ours: bool,
        is_custom: bool,
    ) -> Self {
        let base = &poolhouse.own_names.base_domain;
        let origin = reached.origin();
        let link_origin = match host {
            AskedHost::Own => origin.clone(),
            // The name of a domain is none of the server: issuers are the same at all domains.
            AskedHost::Below => format!("{}://{base}{}", reached.scheme, reached.port()),
            AskedHost::Other if is_custom => format!("{}://{base}{}", reached.scheme, reached.port()),
            AskedHost::Near | AskedHost::Address(_) | AskedHost::Other => {
                let listener = Connection::of(request).map(|connection| connection.listener);
                let (is_secure, port) = listener
                    .map(|listener| (listener.is_secure, listener.address.port()))
                    .unwrap_or_default();
                let scheme = if is_secure { "https" } else { "http" };
                format!("{scheme}://{base}:{port}")
            }
        };
        Self { caller: reached.caller, name: reached.name().to_owned(), origin, is_ours, link_origin }
    }

    /// What was found out of this request when it came in.
    pub(super) fn of(request: &HttpRequest, poolhouse: &Poolhouse) -> Self {
        let known = request.extensions().get::<Self>().cloned();
        known.unwrap_or_else(|| {
            let reached = reached(request, poolhouse);
            let host = poolhouse.own_names.classify(reached.name());
            Self::new(request, poolhouse, &reached, host, false, false)
        })
    }
}

fn reached(request: &HttpRequest, poolhouse: &Poolhouse) -> Reached {
    forwarded::reached(request.headers(), &Socket::of(request), &poolhouse.config.trust_proxy)
}

/// A name that no pool has, and any name while the database does not answer, is none of ours.
async fn is_custom_domain(poolhouse: &Poolhouse, name: &str) -> bool {
    let found = async { poolhouse.store.read_latest().await?.has_custom_domain(name).await };
    found.await.unwrap_or_else(|error: storage::StoreError| {
        tracing::warn!(cause = %crate::error::causes(&error), "custom domains cannot be read");
        false
    })
}

/// How long the addresses of this machine are believed: they come and go with networks.
const BELIEVED_FOR: Duration = Duration::from_secs(5);

/// The addresses of this machine's interfaces, as they were a moment ago.
#[derive(Clone, Default)]
pub(super) struct Interfaces(Arc<Mutex<Option<Known>>>);

/// Addresses, and since when they are known.
type Known = (Instant, Vec<IpAddr>);

impl Interfaces {
    /// Whether an address is one of this machine.
    fn have(&self, address: IpAddr) -> bool {
        let mut known = self.0.lock().expect("nobody panics with the addresses");
        if known.as_ref().is_none_or(|(since, _)| since.elapsed() > BELIEVED_FOR) {
            let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
            let addresses = interfaces.iter().map(|interface| interface.ip().to_canonical()).collect();
            *known = Some((Instant::now(), addresses));
        }
        known.as_ref().is_some_and(|(_, addresses)| addresses.contains(&address))
    }
}

/// The shared parts of the server that a request came to.
pub(super) fn poolhouse(request: &ServiceRequest) -> web::Data<Poolhouse> {
    request.app_data::<web::Data<Poolhouse>>().cloned().expect("every server has its shared parts")
}
