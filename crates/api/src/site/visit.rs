//! A client at a domain of its pool: nothing happens at a domain for clients of other pools.

use domain::domains::{Domain, DomainKind};
use domain::ids::ClientId;
use domain::oauth::PageRefusal;
use storage::{ClientWithPool, Reader};

use super::{Failure, Named, Site, path_name};
use crate::call::Call;

/// A client, and the domain that it is visited at.
pub(crate) struct Visit {
    /// The client with its pool.
    pub(crate) client: ClientWithPool,
    /// The domain.
    pub(crate) domain: Domain,
}

impl Visit {
    /// The client of this id, if its pool has the domain.
    ///
    /// # Errors
    /// A page that says that there is no such client, or no such domain.
    pub(crate) async fn new(call: &Call, site: &Site, client_id: &str) -> Result<Self, Failure> {
        let mut read = call.store.read_latest().await?;
        let id = ClientId::from(client_id.to_owned());
        let Some((client, mut domains)) = read.client_with_domains(&id).await? else {
            check_exists(call, &mut read, site).await?;
            return Err(Failure::Page(PageRefusal::NoClient));
        };
        domains.retain(|domain| site.names(domain));
        // Where the request does not say which, a custom domain goes before a prefix, as in the discovery document.
        domains.sort_by_key(|domain| domain.kind == DomainKind::Prefix);
        match domains.into_iter().next() {
            Some(domain) => Ok(Self { client, domain }),
            None if site.named == Named::Plain => Err(Failure::NoDomain),
            None => {
                check_exists(call, &mut read, site).await?;
                Err(Failure::Page(PageRefusal::NoClient))
            }
        }
    }

    /// Whether the pages are managed login, and not the classic ones.
    pub(crate) fn has_managed_login(&self) -> bool {
        self.domain.managed_login_version == 2
    }
}

/// Whether the path names one domain: pools in several regions may have the same prefix.
///
/// # Errors
/// [`Failure::SeveralDomains`].
pub(crate) async fn check_unique(call: &Call, site: &Site) -> Result<(), Failure> {
    let Named::Path(name) = &site.named else { return Ok(()) };
    let domains = call.store.read_latest().await?.domains_by_name(name).await?;
    if domains.len() < 2 {
        return Ok(());
    }
    let mut names: Vec<String> = domains.iter().map(|domain| path_name(domain, false)).collect();
    names.sort();
    Err(Failure::SeveralDomains(names))
}

/// Most domains that somebody is told of who asked for another.
const MOST_TOLD: i64 = 20;

/// Whether some pool has the domain.
///
/// # Errors
/// [`Failure::UnknownHost`].
pub(crate) async fn check_exists(call: &Call, read: &mut Reader, site: &Site) -> Result<(), Failure> {
    let name = match &site.named {
        Named::Plain => return Ok(()),
        Named::Prefix { prefix, .. } => prefix,
        Named::Custom(name) | Named::Path(name) => name,
    };
    let domains = read.domains_by_name(name).await?;
    if domains.iter().any(|domain| site.names(domain)) {
        return Ok(());
    }
    let told = if call.is_private { read.first_domains(MOST_TOLD).await? } else { Vec::new() };
    Err(Failure::UnknownHost(told.into_iter().map(|domain| domain.domain).collect()))
}
