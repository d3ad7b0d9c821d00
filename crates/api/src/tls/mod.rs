//! HTTPS: what the listener shows of itself. That is the certificate of the configuration or, for each name that Poolhouse
//! serves, one of its local CA. Not the listening.

mod certificates;
mod local_ca;
mod served_names;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::random::Random;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use storage::{Store, StoreError};

use crate::clock::Clock;
use crate::config::Config;
use certificates::LocalCertificates;
use local_ca::LocalCa;
use served_names::ServedNames;

/// How often the names of custom domains are read.
const PERIOD: Duration = Duration::from_secs(2);

/// Why there is no HTTPS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file of the configuration is missing, or holds no such thing.
    #[error("{key}: {path} cannot be used")]
    File {
        /// The key of the configuration.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: pem::Error,
    },
    /// The certificate and the key of the configuration are no pair.
    #[error("the certificate of tls_cert_file and the key of tls_key_file cannot be used together")]
    Pair(#[source] rustls::Error),
    /// The provider of the cryptography lacks something.
    #[error("TLS cannot be set up")]
    Provider(#[source] rustls::Error),
    /// The local CA cannot be read or kept.
    #[error("the local CA cannot be read from the database")]
    Store(#[from] StoreError),
    /// No certificate could be made, or the kept one cannot be read.
    #[error("the local CA cannot be used")]
    LocalCa(#[from] rcgen::Error),
}

/// What an HTTPS listener shows of itself.
#[derive(Clone)]
pub struct Tls {
    config: ServerConfig,
    /// None when the certificate is that of the configuration.
    local: Option<Arc<LocalCertificates>>,
}

impl Tls {
    /// As the configuration says. A local CA is read from the database, or made now. `host_name` is that of this machine.
    ///
    /// # Errors
    /// [`TlsError`], which names the key of the configuration.
    pub async fn new(
        store: &Store,
        config: &Config,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        host_name: Option<&str>,
    ) -> Result<Self, TlsError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        if let (Some(certificate), Some(key)) = (&config.tls_cert_file, &config.tls_key_file) {
            return Ok(Self { config: of_files(provider, certificate, key)?, local: None });
        }
        let names = ServedNames::new(config, host_name);
        names.put_custom_domains(custom_domains(store).await?);
        let ca = LocalCa::of(store, clock.now(), &*random).await?;
        let local = Arc::new(LocalCertificates::new(ca, names, clock, random, provider.clone()));
        Ok(Self { config: builder(provider)?.with_cert_resolver(local.clone()), local: Some(local) })
    }

    /// Reads the names of custom domains again and again, forever: they come and go, on other replicas too.
    pub async fn follow_custom_domains(self, store: Store) {
        let Some(local) = self.local else { return };
        loop {
            tokio::time::sleep(PERIOD).await;
            match custom_domains(&store).await {
                Ok(names) => local.names().put_custom_domains(names),
                Err(error) => tracing::warn!(%error, "the names of custom domains cannot be read"),
            }
        }
    }

    /// For the listener.
    pub(crate) fn into_config(self) -> ServerConfig {
        self.config
    }

    /// The certificate of the local CA (PEM), for those who are to trust it.
    pub(crate) fn ca_certificate(&self) -> Option<&str> {
        self.local.as_ref().map(|local| local.ca_certificate())
    }
}

async fn custom_domains(store: &Store) -> Result<Vec<String>, StoreError> {
    store.read_latest().await?.custom_domain_names().await
}

type Builder = rustls::ConfigBuilder<ServerConfig, rustls::server::WantsServerCert>;

/// TLS 1.2 and 1.3. The provider is named, so that it is this one whatever else is linked.
fn builder(provider: Arc<CryptoProvider>) -> Result<Builder, TlsError> {
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(builder.map_err(TlsError::Provider)?.with_no_client_auth())
}

fn of_files(provider: Arc<CryptoProvider>, certificate: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
    let unusable = |key, path: &Path| {
        let path = path.to_owned();
        move |source| TlsError::File { key, path, source }
    };
    let chain = chain(certificate).map_err(unusable("tls_cert_file", certificate))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(unusable("tls_key_file", key))?;
    builder(provider)?.with_single_cert(chain, key).map_err(TlsError::Pair)
}

/// The certificates of a file, the server's own first.
fn chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, pem::Error> {
    let chain: Vec<_> = CertificateDer::pem_file_iter(file)?.collect::<Result<_, _>>()?;
    if chain.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(chain) }
}
