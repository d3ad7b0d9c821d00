//! Domains: the hosts on which a pool serves its OAuth endpoints and pages, and the rules for their names.
//!
//! Not here: that a name is unique, which the database says, and how requests find the pool of a host.

use chrono::{DateTime, Utc};
use wire::{
    CreateUserPoolDomainRequest, CustomDomainConfigType, DomainDescriptionType, DomainStatusType,
    RoutingType, UpdateUserPoolDomainRequest,
};

use crate::ids::PoolId;
use crate::random::{self, Random};
use crate::scope::Scope;
use crate::user_pools::{Feature, UserPool, UserPoolError};

/// A domain of a user pool. A pool has at most one of each kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    /// The region, in which the name is unique.
    pub region: String,
    /// The prefix, or the whole name of a custom domain.
    pub domain: String,
    /// The pool that answers.
    pub pool_id: PoolId,
    /// Whose name it is.
    pub kind: DomainKind,
    /// 1 for the classic pages, 2 for managed login.
    pub managed_login_version: i32,
    /// The CloudFront name that DNS would point to; made once, since it is told to clients.
    pub cloudfront_distribution: String,
    /// Failover to another region.
    pub routing: Option<RoutingType>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub modified_at: DateTime<Utc>,
}

/// Whose name a domain is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainKind {
    /// A prefix to Cognito's own name.
    Prefix,
    /// A name of the pool's owner.
    Custom {
        /// The certificate in ACM.
        certificate_arn: String,
    },
}

/// Why a domain was refused. Texts are the service's where they are known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DomainError {
    /// A prefix is one label of lower-case letters, digits and hyphens.
    #[error(
        "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, \
         and hyphens. Please enter a different name that follows this format: \
         ^[a-z0-9](?:[a-z0-9\\-]{{0,61}}[a-z0-9])?$"
    )]
    InvalidCharacter,
    /// A prefix that would pass for the service's own.
    #[error("Domain cannot contain reserved word: {0}")]
    ReservedWord(&'static str),
    /// A custom domain is below a domain that is not a top-level domain.
    #[error(
        "Custom domain is not a valid subdomain: Was not able to resolve a DNS A record for the parent domain or \
         domain parent is a top-level domain."
    )]
    NotSubdomain,
    /// The certificate is not one of ACM in us-east-1.
    #[error(
        "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a \
         valid certificate chain."
    )]
    Certificate,
    /// Versions are 1 and 2.
    #[error("Invalid managed login version {0}. Valid versions are 1 and 2.")]
    ManagedLoginVersion(i32),
    /// The pool's tier lacks what is asked for: LITE has the classic pages only. FeatureUnavailableInTierException.
    #[error(transparent)]
    Tier(#[from] UserPoolError),
    /// The prefix is in use.
    #[error("Domain already associated with another user pool.")]
    PrefixTaken,
    /// The custom domain is in use.
    #[error("One or more of the CNAMEs that you provided are already associated with a different resource")]
    CustomTaken,
    /// The pool has a domain of this kind.
    #[error("User pool already has a domain configured.")]
    PoolHasDomain,
    /// An update of a custom domain without its certificate.
    #[error("Cannot convert custom domain to prefix domain.")]
    CustomToPrefix,
    /// An update of a prefix domain with a certificate.
    #[error("User pool should have a custom domain associated, failed to update the certificate.")]
    NoCustomDomain,
    /// No such domain, or it is another pool's.
    #[error("No such domain or user pool exists.")]
    Unknown,
}

/// Words that no segment of a prefix may be: prefixes with `awsome` are deployed.
const RESERVED_SEGMENTS: [&str; 2] = ["aws", "amazon"];
/// The word that no prefix may have anywhere: `newcognito` was refused.
const RESERVED_WORD: &str = "cognito";

impl Domain {
    /// A new domain of a pool. `random` draws the name of its distribution.
    ///
    /// # Errors
    /// [`DomainError`] for the first rule that the request breaks.
    pub fn new(
        request: &CreateUserPoolDomainRequest,
        pool: &UserPool,
        now: DateTime<Utc>,
        random: &dyn Random,
    ) -> Result<Self, DomainError> {
        let kind = match &request.custom_domain_config {
            None => check_prefix(&request.domain).map(|()| DomainKind::Prefix)?,
            Some(config) => check_subdomain(&request.domain).and_then(|()| custom(config))?,
        };
        Ok(Self {
            region: pool.scope.region.clone(),
            domain: request.domain.clone(),
            pool_id: pool.id.clone(),
            kind,
            managed_login_version: checked_version(request.managed_login_version.unwrap_or(1), pool)?,
            cloudfront_distribution: format!("d{}.cloudfront.net", random::lower_alphanumeric(random, 13)),
            routing: request.routing.clone(),
            created_at: now,
            modified_at: now,
        })
    }

    /// The domain after an update; what the request omits stays.
    ///
    /// # Errors
    /// [`DomainError`] for the first rule that the request breaks.
    pub fn updated(
        &self,
        request: &UpdateUserPoolDomainRequest,
        pool: &UserPool,
        now: DateTime<Utc>,
    ) -> Result<Self, DomainError> {
        let kind = match (&self.kind, &request.custom_domain_config) {
            (DomainKind::Prefix, None) => DomainKind::Prefix,
            (DomainKind::Custom { .. }, Some(config)) => custom(config)?,
            (DomainKind::Prefix, Some(_)) => return Err(DomainError::NoCustomDomain),
            (DomainKind::Custom { .. }, None) => return Err(DomainError::CustomToPrefix),
        };
        let version = request.managed_login_version.unwrap_or(self.managed_login_version);
        Ok(Self {
            kind,
            managed_login_version: checked_version(version, pool)?,
            routing: request.routing.clone().or_else(|| self.routing.clone()),
            modified_at: now,
            ..self.clone()
        })
    }

    /// What to say when the name of this domain is in use.
    pub fn taken(&self) -> DomainError {
        match self.kind {
            DomainKind::Prefix => DomainError::PrefixTaken,
            DomainKind::Custom { .. } => DomainError::CustomTaken,
        }
    }

    /// What creating and updating tell of the distribution: its name, for a custom domain's DNS record.
    pub fn cloud_front_domain(&self) -> Option<&str> {
        match self.kind {
            DomainKind::Prefix => None,
            DomainKind::Custom { .. } => Some(&self.cloudfront_distribution),
        }
    }

    /// The domain as the API describes it, to a caller of this scope.
    pub fn describe(&self, scope: &Scope) -> DomainDescriptionType {
        let custom_domain_config = match &self.kind {
            DomainKind::Prefix => None,
            DomainKind::Custom { certificate_arn } => Some(CustomDomainConfigType {
                certificate_arn: certificate_arn.clone(),
                ..CustomDomainConfigType::default()
            }),
        };
        DomainDescriptionType {
            user_pool_id: Some(self.pool_id.to_string()),
            aws_account_id: Some(scope.account.clone()),
            domain: Some(self.domain.clone()),
            s3_bucket: Some(format!("aws-cognito-prod-{}-assets", self.region)),
            cloud_front_distribution: Some(self.cloudfront_distribution.clone()),
            version: Some(self.modified_at.format("%Y%m%d%H%M%S").to_string()),
            status: Some(DomainStatusType::Active),
            custom_domain_config,
            managed_login_version: Some(self.managed_login_version),
            routing: self.routing.clone(),
        }
    }
}

fn check_prefix(prefix: &str) -> Result<(), DomainError> {
    if !is_label(prefix) {
        return Err(DomainError::InvalidCharacter);
    }
    let segment =
        RESERVED_SEGMENTS.into_iter().find(|word| prefix.split('-').any(|segment| segment == *word));
    match segment.or_else(|| prefix.contains(RESERVED_WORD).then_some(RESERVED_WORD)) {
        Some(word) => Err(DomainError::ReservedWord(word)),
        None => Ok(()),
    }
}

/// At least three labels: the parent is not a top-level domain. That it resolves is not asked of anybody.
fn check_subdomain(name: &str) -> Result<(), DomainError> {
    let labels = name.split('.');
    if labels.clone().count() >= 3 && labels.clone().all(is_label) {
        Ok(())
    } else {
        Err(DomainError::NotSubdomain)
    }
}

fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// `arn:{partition}:acm:us-east-1:{account}:certificate/{id}`, since CloudFront looks nowhere else.
fn custom(config: &CustomDomainConfigType) -> Result<DomainKind, DomainError> {
    let parts: Vec<&str> = config.certificate_arn.splitn(6, ':').collect();
    match parts[..] {
        ["arn", _, "acm", "us-east-1", _, resource] if resource.starts_with("certificate/") => {
            Ok(DomainKind::Custom { certificate_arn: config.certificate_arn.clone() })
        }
        _ => Err(DomainError::Certificate),
    }
}

fn checked_version(version: i32, pool: &UserPool) -> Result<i32, DomainError> {
    match version {
        1 => Ok(1),
        2 => {
            pool.settings.check_available(Feature::ManagedLogin)?;
            Ok(2)
        }
        other => Err(DomainError::ManagedLoginVersion(other)),
    }
}

#[cfg(test)]
mod tests;
