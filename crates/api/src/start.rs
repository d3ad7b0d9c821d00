//! The commands of the binary: everything between a configuration and a running server.

use std::error::Error as StdError;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use storage::Store;

use crate::clock::SystemClock;
use crate::config::Config;
use crate::delivery::Deliverer;
use crate::error::causes;
use crate::http::{Listeners, Poolhouse, raise_handle_limit, serve as serve_on};
use crate::jobs::Expiry;
use crate::log;
use crate::randomness::SystemRandom;
use crate::sealing_key::{self, Key};
use crate::tls::Tls;

/// The outcome of a command.
pub type Outcome = Result<(), Box<dyn StdError + Send + Sync>>;

/// Serves until SIGTERM or Ctrl-C, then finishes what is in flight and closes the database.
///
/// # Errors
/// When an address is taken, the database cannot be opened or migrated, the sealing key is not its key, or TLS cannot be set
/// up.
pub fn serve(config: Config) -> Outcome {
    let _log = log::begin(config.log_format);
    raise_handle_limit();
    actix_web::rt::System::new().block_on(async {
        let store = open(&config).await?;
        let listeners = Listeners { http: bind(config.listen)?, https: https(&store, &config).await? };
        let greeting = greeting(&config, &listeners)?;
        if !listeners.are_private()? {
            say_what_to_set(&config);
        }
        let poolhouse =
            Poolhouse::new(store.clone(), Arc::new(SystemClock), Arc::new(SystemRandom::new()), config);
        let deliverer = Deliverer::new(&store, &poolhouse.config)?;
        let expiry = Expiry::new(store.clone(), &poolhouse.config);
        if let Some((_, tls)) = &listeners.https {
            actix_web::rt::spawn(tls.clone().follow_custom_domains(store.clone()));
        }
        let server = serve_on(poolhouse, listeners)?;
        if let Some(deliverer) = deliverer {
            actix_web::rt::spawn(deliverer.run(Arc::new(SystemClock)));
        }
        actix_web::rt::spawn(expiry.run(Arc::new(SystemClock)));
        let handle = server.handle();
        print(&greeting);
        actix_web::rt::spawn(async move {
            stop_signal().await;
            tracing::info!("stopping: finishing requests in flight");
            handle.stop(true).await;
        });
        server.await?;
        store.close().await;
        tracing::info!("stopped");
        Ok(())
    })
}

/// Prints the configuration without its secrets.
///
/// # Errors
/// None: a configuration that could not be read never comes here.
pub fn check_config(config: &Config) -> Outcome {
    let shown = Config { database_url: shown_database_url(config), ..config.clone() };
    print(&format!("{shown:#?}\nThe configuration is valid.\n"));
    Ok(())
}

/// Brings the database to the newest schema.
///
/// # Errors
/// When the database cannot be opened or a migration fails.
pub fn migrate(config: &Config) -> Outcome {
    let _log = log::begin(config.log_format);
    actix_web::rt::System::new().block_on(async {
        let store = connect(config).await?;
        let applied = storage::migrate(&store).await?;
        storage::check_sealing_key(&store).await.map_err(|error| wrong_key(config, error))?;
        store.close().await;
        print(&format!("{applied} migrations applied.\n"));
        Ok(())
    })
}

/// Asks the server of this configuration whether it is ready.
///
/// # Errors
/// When it is not, or does not answer within five seconds.
pub fn healthcheck(config: &Config) -> Outcome {
    let mut address = config.listen;
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            [127, 0, 0, 1].into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    let patience = Duration::from_secs(5);
    let mut stream = TcpStream::connect_timeout(&address, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.write_all(
        format!("GET /ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes(),
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer.starts_with("HTTP/1.1 200 ") { Ok(()) } else { Err("the server is not ready".into()) }
}

/// Prints why a command failed.
pub fn failed(error: &(dyn StdError + Send + Sync)) -> ExitCode {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(&format!(": {error}"));
        cause = error.source();
    }
    let _ = writeln!(std::io::stderr(), "poolhouse: {line}"); // nobody may be there to read it
    ExitCode::FAILURE
}

fn bind(address: SocketAddr) -> Result<TcpListener, Box<dyn StdError + Send + Sync>> {
    TcpListener::bind(address).map_err(|error| format!("cannot listen on {address}: {error}").into())
}

/// The listener for HTTPS, if it is to be served.
async fn https(
    store: &Store,
    config: &Config,
) -> Result<Option<(TcpListener, Tls)>, Box<dyn StdError + Send + Sync>> {
    if !config.tls {
        return Ok(None);
    }
    // Containers have their name in it, by which others in their network call them.
    let host_name = std::env::var("HOSTNAME").ok();
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom::new()));
    let tls = Tls::new(store, config, clock, random, host_name.as_deref()).await?;
    Ok(Some((bind(config.tls_listen)?, tls)))
}

async fn open(config: &Config) -> Result<Store, Box<dyn StdError + Send + Sync>> {
    let store = connect(config).await?;
    storage::migrate(&store).await?;
    storage::check_sealing_key(&store).await.map_err(|error| wrong_key(config, error))?;
    Ok(store)
}

/// Connects with the sealing key. One is made for a database that was not begun with any.
async fn connect(config: &Config) -> Result<Store, Box<dyn StdError + Send + Sync>> {
    let settings = config.database();
    let cannot = |error: storage::StoreError| cannot_open(config, error);
    match sealing_key::read(config)? {
        Key::Known(sealer) => Store::connect_with(&settings, *sealer).await.map_err(cannot),
        Key::Missing(path) => {
            let looking = Store::connect_with(&settings, sealing_key::of_nothing()).await.map_err(cannot)?;
            let has_key = storage::has_sealing_key(&looking).await;
            looking.close().await;
            if !has_key? {
                return Store::connect_with(&settings, sealing_key::make(&path)?).await.map_err(cannot);
            }
            // Another process may have begun in this moment, and made the file.
            match sealing_key::read(config)? {
                Key::Known(sealer) => Store::connect_with(&settings, *sealer).await.map_err(cannot),
                Key::Missing(path) => Err(format!(
                    "the sealing key file {} is missing, and the database was begun with it: put it back, or name the right one \
                     with --sealing-key-file",
                    path.display()
                )
                .into()),
            }
        }
    }
}

/// What is wrong, with the place.
fn cannot_open(config: &Config, error: storage::StoreError) -> Box<dyn StdError + Send + Sync> {
    if matches!(error, storage::StoreError::Database(_)) {
        return format!("cannot use the database {}: {}", shown_database_url(config), causes(&error)).into();
    }
    error.into()
}

fn wrong_key(config: &Config, error: storage::StoreError) -> Box<dyn StdError + Send + Sync> {
    if matches!(error, storage::StoreError::Sealed) {
        return "the database was begun with another sealing key; give that one with --sealing-key-file"
            .into();
    }
    cannot_open(config, error)
}

fn greeting(config: &Config, listeners: &Listeners) -> std::io::Result<String> {
    let address = listeners.http.local_addr()?;
    let http = url_of("http", address);
    let mut greeting = format!(
        "Poolhouse {} listens on http://{address}, state in {}\n",
        env!("CARGO_PKG_VERSION"),
        shown_database_url(config),
    );
    if let Some((https, tls)) = &listeners.https {
        greeting.push_str(&format!("HTTPS is on {}", url_of("https", https.local_addr()?)));
        if tls.ca_certificate().is_some() {
            greeting.push_str(&format!(", its CA certificate at {http}/_poolhouse/ca.pem"));
        }
        greeting.push('\n');
    }
    if config.mock_idp {
        let url = config.public_url.as_ref().unwrap_or(&http);
        greeting.push_str(&format!("The mock identity provider is on {url}/_poolhouse/idp/\n"));
    }
    greeting.push_str(&format!(
        "Try: AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test aws --region us-east-1 --endpoint-url {} \
         cognito-idp create-user-pool --pool-name first\n",
        config.public_url.as_ref().unwrap_or(&http),
    ));
    Ok(greeting)
}

/// What a server that others reach cannot know by itself.
fn say_what_to_set(config: &Config) {
    if config.public_url.is_none() {
        tracing::warn!(
            "the server listens beyond loopback without public_url: links in messages and issuers of tokens hold the name that \
             was asked if it is localhost, base_domain or one of allowed_hosts, and http://{}:{} otherwise",
            config.base_domain,
            config.listen.port(),
        );
    }
    if !config.trust_proxy.is_on() {
        tracing::info!(
            "callers are told apart by the addresses of their connections: behind a proxy, set trust_proxy to its address"
        );
    }
}

/// A URL of this machine that leads to an address that it listens on.
fn url_of(scheme: &str, address: SocketAddr) -> String {
    if address.ip().is_loopback() || address.ip().is_unspecified() {
        format!("{scheme}://localhost:{}", address.port())
    } else {
        format!("{scheme}://{address}")
    }
}

/// The database URL without its password. It may have several hosts, and is then no URL for a parser.
fn shown_database_url(config: &Config) -> String {
    let url = &config.database_url;
    let Some(begin) = url.find("://").map(|scheme| scheme + 3) else { return url.clone() };
    let end = url[begin..].find(['/', '?']).map_or(url.len(), |end| begin + end);
    let password = url[begin..end].rfind('@').and_then(|at| {
        let colon = url[begin..begin + at].find(':')?;
        Some(begin + colon + 1..begin + at)
    });
    let mut shown = url.clone();
    // From the end, so that the places before stay what they are.
    if let Some(parameter) = url[end..].find("password=").map(|parameter| end + parameter + "password=".len())
    {
        let rest = url[parameter..].find('&').map_or(url.len(), |rest| parameter + rest);
        shown.replace_range(parameter..rest, "***");
    }
    if let Some(password) = password {
        shown.replace_range(password, "***");
    }
    shown
}

fn print(text: &str) {
    let mut stdout = std::io::stdout();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()); // a closed standard output is no reason to stop
}

async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).expect("the runtime handles signals");
        let mut interrupt = signal(SignalKind::interrupt()).expect("the runtime handles signals");
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.expect("the runtime handles signals");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_url_is_shown_without_its_password() {
        for (url, shown) in [
            ("sqlite:poolhouse.db", "sqlite:poolhouse.db"),
            ("postgres://host/db", "postgres://host/db"),
            ("postgres://user@host:5432/db", "postgres://user@host:5432/db"),
            ("postgres://user:p:w@host/db", "postgres://user:***@host/db"),
            ("postgres://user:p@w@host", "postgres://user:***@host"),
            (
                "postgres://user:pw@a:5432,b:5433/db?sslmode=require",
                "postgres://user:***@a:5432,b:5433/db?sslmode=require",
            ),
            (
                "postgres://host/db?password=pw&sslmode=require",
                "postgres://host/db?password=***&sslmode=require",
            ),
            ("postgres://user:pw@host/db?password=pw", "postgres://user:***@host/db?password=***"),
        ] {
            let config = Config { database_url: url.to_owned(), ..Config::default() };
            assert_eq!(shown_database_url(&config), shown);
        }
    }
}
