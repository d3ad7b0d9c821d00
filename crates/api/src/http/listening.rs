//! The sockets of a server: connections are accepted, watched, and served by HTTP/1.1, with or without TLS.

use std::fmt::Debug;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, Protocol, Request, Response};
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt as _, fn_service, map_config,
};
use actix_tls::accept::rustls_0_23::{Acceptor, TlsStream};
use actix_tls::accept::{TlsError, max_concurrent_tls_connect};
use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, Server};
use actix_web::rt::net::TcpStream;
use tokio::io::{AsyncRead, AsyncWrite};

use super::connections::{Connections, Guard, Listener, Patience};
use super::unfinished::Unfinished;
use super::watched::Watched;
use super::{Listeners, handles};
use crate::config::Config;

/// Seconds that requests in flight have when the server stops.
const STOPPED_WITHIN: u64 = 10;
/// How long a caller may go on sending what is refused, so that it reads the answer.
const LINGERED_FOR: Duration = Duration::from_secs(1);
/// Of those connections that there can be, so many that others are given up for each that comes: 3 of 4.
const CROWDED: (usize, usize) = (3, 4);

/// Serves an application on these sockets until the server is stopped.
///
/// # Errors
/// When a socket cannot be used.
pub(super) fn run<F, I, S, B>(
    listeners: Listeners,
    config: &Config,
    unfinished: Unfinished,
    app: F,
) -> io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<Error> + 'static,
    S::InitError: Debug,
    S::Response: Into<Response<B>> + 'static,
    <S::Service as Service<Request>>::Future: 'static,
    S::Service: 'static,
    B: MessageBody + 'static,
{
    let patience = Patience {
        headers: Duration::from_secs(config.request_headers_timeout_seconds),
        body: Duration::from_secs(config.request_body_timeout_seconds),
        idle: Duration::from_secs(config.keep_alive_seconds),
    };
    let most = config.max_connections.unwrap_or_else(|| handles::connections(config));
    let workers =
        config.workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(2, usize::from));
    let crowded_at = (most * CROWDED.0 / CROWDED.1).max(1);
    let connections = Connections::new(crowded_at, patience, unfinished);
    // Otherwise those who begin TLS and do not go on would hold up everybody who wants to.
    max_concurrent_tls_connect(most);

    let mut server = Server::build()
        .workers(workers)
        .max_concurrent_connections(most.div_ceil(workers))
        .shutdown_timeout(STOPPED_WITHIN)
        .disable_signals();
    let stopping = server.graceful_shutdown_signal();
    let stopping = move || {
        let stopping = stopping.clone();
        async move { stopping.notified().await }
    };

    let Listeners { http, https } = listeners;
    let listener = listener(&http, false)?;
    server = server.listen("http", http, {
        let (connections, app, stopping) = (connections.clone(), app.clone(), stopping.clone());
        move || {
            let connections = connections.clone();
            let served = served::<Watched<TcpStream>, _, _, _, _, _>(app(), patience, stopping.clone());
            fn_service(move |stream: TcpStream| {
                let watched = watched(&connections, stream, listener);
                async move { Ok::<_, DispatchError>(watched) }
            })
            .and_then(fn_service(|stream: Watched<TcpStream>| async move {
                let peer = stream.guard().connection.peer;
                Ok((stream, Protocol::Http1, peer))
            }))
            .and_then(served)
        }
    })?;
    if let Some((https, tls)) = https {
        let listener = self::listener(&https, true)?;
        let mut tls = tls.into_config();
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        server = server.listen("https", https, move || {
            let connections = connections.clone();
            let served =
                served::<TlsStream<Watched<TcpStream>>, _, _, _, _, _>(app(), patience, stopping.clone());
            fn_service(move |stream: TcpStream| {
                let watched = watched(&connections, stream, listener);
                async move { Ok::<_, TlsError<io::Error, DispatchError>>(watched) }
            })
            .and_then(Acceptor::new(tls.clone()).map_err(TlsError::into_service_error))
            .and_then(fn_service(|stream: TlsStream<Watched<TcpStream>>| async move {
                stream.guard().connection.end_handshake();
                let peer = stream.guard().connection.peer;
                Ok((stream, Protocol::Http1, peer))
            }))
            .and_then(served.map_err(TlsError::Service))
        })?;
    }
    Ok(server.run())
}

fn listener(socket: &TcpListener, is_secure: bool) -> io::Result<Listener> {
    Ok(Listener { is_secure, address: socket.local_addr()? })
}

fn watched(connections: &Connections, stream: TcpStream, listener: Listener) -> Watched<TcpStream> {
    let guard = connections.open(stream.peer_addr().ok(), listener);
    Watched::new(stream, guard)
}

/// The stream of a connection, with or without TLS.
trait Stream: AsyncRead + AsyncWrite + Unpin + 'static {
    /// The connection that it is of.
    fn guard(&self) -> &Guard;
}

impl Stream for Watched<TcpStream> {
    fn guard(&self) -> &Guard {
        Watched::guard(self)
    }
}

impl Stream for TlsStream<Watched<TcpStream>> {
    fn guard(&self) -> &Guard {
        self.get_ref().0.guard()
    }
}

/// The application on streams of this type. Handlers find the connection among the request's data.
fn served<T, I, S, B, N, W>(
    app: I,
    patience: Patience,
    stopping: N,
) -> impl ServiceFactory<
    (T, Protocol, Option<SocketAddr>),
    Config = (),
    Response = (),
    Error = DispatchError,
    InitError = (),
>
where
    T: Stream,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<Error> + 'static,
    S::InitError: Debug,
    S::Response: Into<Response<B>> + 'static,
    <S::Service as Service<Request>>::Future: 'static,
    S::Service: 'static,
    B: MessageBody + 'static,
    N: Fn() -> W + 'static,
    W: Future<Output = ()> + 'static,
{
    let app = app.into_factory().map_err(|error| error.into().error_response());
    HttpService::build()
        .graceful_shutdown_signal(stopping)
        .keep_alive(patience.idle)
        // Who closes the connection waits for no answer: work that was not begun is not begun any more.
        .h1_allow_half_closed(false)
        .client_request_timeout(patience.idle) // once something has come, the watched stream looks at the clock
        .client_disconnect_timeout(LINGERED_FOR)
        .on_connect_ext(|stream: &T, data| {
            data.insert(stream.guard().connection.clone());
        })
        .finish(map_config(app, |()| AppConfig::default()))
}
