//! The server: every route in one list, and what every request gets.

mod brand;
mod cognito_idp;
mod control;
mod cors;
mod form_rate;
mod forwarded;
mod health;
mod local_ca;
mod mock_idp;
mod sigv4;
mod site;
mod unsigned_rate;
mod well_known;

pub(crate) use control::described as described_message;
pub(crate) use unsigned_rate::UnsignedRate;

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use domain::random::{self, Random};
use domain::scope::Scope;
use storage::Store;

use crate::call::{Call, Caller};
use crate::clock::Clock;
use crate::config::Config;
use crate::documents::Documents;
use crate::federation::Fetcher;
use crate::site::plain_origin;
use crate::tls::Tls;
use crate::tokens::{KeyStock, SigningKeys};
use form_rate::FormRate;
use forwarded::Socket;
use local_ca::CaCertificate;

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
    /// Slows down who sends forms too fast.
    form_rate: FormRate,
    /// Limits what needs no credentials.
    unsigned_rate: UnsignedRate,
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
            form_rate: FormRate::new(),
        }
    }

    /// What an operation may touch, for one request.
    pub(crate) fn call(&self, request: &HttpRequest, scope: Scope) -> Call {
        let socket = Socket::of(request);
        let reached = forwarded::reached(request.headers(), &socket, self.config.trust_proxy);
        let origin = reached.origin();
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
            origin: plain_origin(&self.config, &origin),
            reached: origin,
            caller: caller(request, reached.caller_ip),
            now: self.clock.now(),
            random: self.random.clone(),
        }
    }
}

/// Most characters of a user agent that are kept.
const USER_AGENT: usize = 256;

fn caller(request: &HttpRequest, ip: String) -> Caller {
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    Caller { ip, user_agent: agent.unwrap_or_default().chars().take(USER_AGENT).collect() }
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
    fn are_private(&self) -> std::io::Result<bool> {
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
    let workers = poolhouse.config.workers;
    let has_mock_idp = poolhouse.config.mock_idp;
    // A proxy that is on this machine brings callers who are not.
    let is_private = listeners.are_private()? && !poolhouse.config.trust_proxy;
    let access = control::Access::new(is_private, poolhouse.config.control_token.clone());
    let Listeners { http, https } = listeners;
    let ca_certificate = CaCertificate::of(https.as_ref().map(|(_, tls)| tls));
    let unsigned_rate = UnsignedRate::new(poolhouse.config.unsigned_per_minute, is_private);
    let state = web::Data::new(Poolhouse { is_private, unsigned_rate, ..poolhouse });
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .app_data(web::Data::new(access.clone()))
            .app_data(web::Data::new(ca_certificate.clone()))
            .wrap(from_fn(cors::allow_browsers))
            .configure(|app| {
                if has_mock_idp {
                    mock_idp::routes(app)
                }
            })
            .configure(routes)
    })
    .shutdown_timeout(10)
    .disable_signals();
    if let Some(workers) = workers {
        server = server.workers(workers);
    }
    server = server.listen(http)?;
    if let Some((listener, tls)) = https {
        server = server.listen_rustls_0_23(listener, tls.into_config())?;
    }
    Ok(server.run())
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
