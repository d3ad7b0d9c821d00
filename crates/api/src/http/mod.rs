//! The server: every route in one list, and what every request gets.

mod asked;
mod bodies;
mod brand;
mod cognito_idp;
mod connections;
mod control;
mod forwarded;
mod guard;
mod handles;
mod health;
mod last_resort;
mod listening;
mod local_ca;
mod mock_idp;
mod outages;
mod sigv4;
mod site;
mod unfinished;
mod watched;
mod well_known;
mod wrong_guesses;

pub(crate) use control::described as described_message;
pub(crate) use handles::raise_limit as raise_handle_limit;

use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::dev::Server;
use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpRequest, HttpResponse, web};
use domain::asked_host::OwnNames;
use domain::random::{self, Random};
use domain::scope::Scope;
use storage::Store;

use crate::call::{Call, Caller};
use crate::clock::Clock;
use crate::config::Config;
use crate::documents::Documents;
use crate::federation::Fetcher;
use crate::time_padding::TimePadding;
use crate::tls::Tls;
use crate::tokens::{KeyStock, SigningKeys};
use crate::unsigned_rate::UnsignedRate;
use asked::{Asked, Interfaces};
use health::Readiness;
use local_ca::CaCertificate;
use outages::Outages;
use unfinished::Unfinished;
use wrong_guesses::WrongGuesses;

/// All that a server shares between requests.
#[derive(Clone)]
pub struct Poolhouse {
    /// The database.
    pub store: Store,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Where ids, codes and secrets come from.
    pub random: Arc<dyn Random>,
    /// The configuration.
    pub config: Arc<Config>,
    /// Fetches documents of identity providers.
    pub fetcher: Fetcher,
    /// The keys that sign tokens.
    keys: SigningKeys,
    /// Documents that are kept in memory.
    documents: Documents,
    /// Whether the server listens on loopback.
    is_private: bool,
    /// The names of this server.
    own_names: OwnNames,
    /// The addresses of this machine.
    interfaces: Interfaces,
    /// Slows down who tries passwords and codes at the pages.
    wrong_guesses: WrongGuesses,
    /// What requests hold that have not all arrived.
    unfinished: Unfinished,
    /// What was said in the log and is not said again.
    said: Arc<Said>,
    /// Limits what needs no credentials.
    unsigned_rate: UnsignedRate,
    /// What the log tells of the database.
    outages: Outages,
    readiness: Readiness,
}

impl Poolhouse {
    /// A server's shared parts.
    pub fn new(store: Store, clock: Arc<dyn Clock>, random: Arc<dyn Random>, config: Config) -> Self {
        Self::with_keys(store, clock, random, config, KeyStock::made())
    }

    /// As [`Self::new`], with new keys from this stock.
    pub fn with_keys(
        store: Store,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        config: Config,
        stock: KeyStock,
    ) -> Self {
        let keys = SigningKeys::new(stock);
        let own_names = asked::own_names(&config, false);
        let unfinished = Unfinished::new(&config);
        let wrong_guesses = WrongGuesses::new(config.wrong_guesses_per_minute);
        Self {
            store,
            clock,
            random,
            fetcher: Fetcher::new(config.outbound_hosts.clone()),
            unsigned_rate: UnsignedRate::new(config.unsigned_per_minute, true),
            config: Arc::new(config),
            keys,
            documents: Documents::default(),
            is_private: false,
            own_names,
            interfaces: Interfaces::default(),
            wrong_guesses,
            unfinished,
            said: Arc::default(),
            outages: Outages::default(),
            readiness: Readiness::default(),
        }
    }

    /// What an operation may touch, for one request.
    pub(crate) fn call(&self, request: &HttpRequest, scope: Scope) -> Call {
        let asked = Asked::of(request, self);
        Call {
            store: self.store.clone(),
            scope,
            request_id: random::uuid(&*self.random),
            config: self.config.clone(),
            fetcher: self.fetcher.clone(),
            keys: self.keys.clone(),
            documents: self.documents.clone(),
            is_private: self.is_private,
            unsigned_rate: self.unsigned_rate.clone(),
            padding: TimePadding::default(),
            origin: asked.link_origin,
            reached: asked.origin,
            caller: caller(request, asked.caller),
            now: self.clock.now(),
            random: self.random.clone(),
        }
    }

    /// Says once that a proxy may stand before the server that is not trusted.
    fn say_of_untrusted_proxy(&self, peer: Option<IpAddr>) {
        let Some(peer) = peer else { return };
        if !self.said.untrusted_proxy.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "X-Forwarded-For was sent by {peer}, whom trust_proxy does not name, and counts for nothing: if that is your \
                 proxy, set trust_proxy to its address, or all of its callers are one address to limits and events"
            );
        }
    }

    /// Says once what a page was refused: browsers do not show it.
    fn say_of_refusal(&self, refusal: &str) {
        if !self.said.refusal.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a request was refused, and others like it will be without being told here: {refusal}"
            );
        }
    }
}

/// What the log tells once, however often it happens.
#[derive(Default)]
struct Said {
    untrusted_proxy: AtomicBool,
    refusal: AtomicBool,
}

/// Most characters of a user agent that are kept.
const USER_AGENT: usize = 256;

fn caller(request: &HttpRequest, ip: Option<IpAddr>) -> Caller {
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    Caller {
        ip: ip.map(|ip| ip.to_string()).unwrap_or_default(),
        address: ip,
        user_agent: agent.unwrap_or_default().chars().take(USER_AGENT).collect(),
    }
}

/// What a server listens on.
pub struct Listeners {
    /// For HTTP.
    pub http: TcpListener,
    /// For HTTPS, with what it shows of itself.
    pub https: Option<(TcpListener, Tls)>,
}

impl Listeners {
    /// Whether only this machine reaches all of them.
    pub(crate) fn are_private(&self) -> std::io::Result<bool> {
        let http = self.http.local_addr()?;
        let https = self.https.as_ref().map_or(Ok(http), |(listener, _)| listener.local_addr())?;
        Ok(http.ip().is_loopback() && https.ip().is_loopback())
    }
}

/// Serves until the returned server is stopped; requests in flight are finished first.
///
/// # Errors
/// When a listener cannot be used.
pub fn serve(poolhouse: Poolhouse, listeners: Listeners) -> std::io::Result<Server> {
    crate::panics::remember_places();
    let has_mock_idp = poolhouse.config.mock_idp;
    // A proxy that is on this machine brings callers who are not.
    let are_private = listeners.are_private()?;
    let is_private = are_private && !poolhouse.config.trust_proxy.is_on();
    let own_names = asked::own_names(&poolhouse.config, !are_private);
    let access = control::Access::new(is_private, poolhouse.config.control_token.clone());
    let ca_certificate = CaCertificate::of(listeners.https.as_ref().map(|(_, tls)| tls));
    let (config, unfinished) = (poolhouse.config.clone(), poolhouse.unfinished.clone());
    // A container listens for all, and is published on loopback.
    let is_published_here = poolhouse.config.published_ip().is_ok_and(|address| address.is_loopback());
    let is_of_one_machine = (are_private || is_published_here) && !poolhouse.config.trust_proxy.is_on();
    let unsigned_rate = UnsignedRate::new(poolhouse.config.unsigned_per_minute, is_of_one_machine);
    let state = web::Data::new(Poolhouse { is_private, own_names, unsigned_rate, ..poolhouse });
    listening::run(listeners, &config, unfinished, move || {
        App::new()
            .app_data(state.clone())
            .app_data(web::Data::new(access.clone()))
            .app_data(web::Data::new(ca_certificate.clone()))
            .wrap(from_fn(guard::guard))
            .wrap(from_fn(last_resort::answered))
            .configure(|app| {
                if has_mock_idp {
                    mock_idp::routes(app)
                }
            })
            .configure(routes)
    })
}

fn routes(app: &mut web::ServiceConfig) {
    app.configure(site::routes)
        .route("/", web::post().to(cognito_idp::post))
        .route("/health", web::get().to(health::health))
        .route("/ready", web::get().to(health::ready))
        .route("/_poolhouse/messages", web::get().to(control::messages))
        .route("/_poolhouse/ca.pem", web::get().to(local_ca::get))
        .route("/{pool}/.well-known/jwks.json", web::get().to(well_known::jwks))
        .route("/{pool}/.well-known/openid-configuration", web::get().to(well_known::openid_configuration))
        .default_service(web::route().to(not_found));
}

async fn not_found() -> HttpResponse {
    HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body("Not found\n")
}
