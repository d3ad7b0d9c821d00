//! Rows of `domains`.

use domain::domains::{Domain, DomainKind};
use domain::ids::PoolId;
use domain::user_pools::UserPool;

use crate::columns::{from_optional_json, json};
use crate::error::{Result, StoreError};
use crate::sql::{Reader, Row, Tx};

fn kind_name(kind: &DomainKind) -> &'static str {
    match kind {
        DomainKind::Prefix => "prefix",
        DomainKind::Custom { .. } => "custom",
    }
}

fn kind(row: &Row, name: &str) -> Result<DomainKind> {
    let unreadable = |column: &str| StoreError::Unreadable(column.to_owned());
    match name {
        "prefix" => Ok(DomainKind::Prefix),
        "custom" => Ok(DomainKind::Custom {
            certificate_arn: row
                .get::<Option<String>>("certificate_arn")?
                .ok_or_else(|| unreadable("certificate_arn"))?,
        }),
        _ => Err(unreadable("kind")),
    }
}

fn managed_login_version(row: &Row) -> Result<i32> {
    i32::try_from(row.get::<i64>("managed_login_version")?)
        .map_err(|_| StoreError::Unreadable("managed_login_version".to_owned()))
}

fn domain(row: &Row) -> Result<Domain> {
    Ok(Domain {
        region: row.get("region")?,
        domain: row.get("domain")?,
        pool_id: PoolId::from(row.get::<String>("pool_id")?),
        kind: kind(row, &row.get::<String>("kind")?)?,
        managed_login_version: managed_login_version(row)?,
        cloudfront_distribution: row.get("cloudfront_distribution")?,
        routing: from_optional_json(row, "routing")?,
        created_at: row.get("created_at")?,
        modified_at: row.get("modified_at")?,
    })
}

/// The domain in a row that joins it to its pool, if the pool has one. A domain is in the region of its pool.
pub(crate) fn domain_of_pool(row: &Row, pool: &UserPool) -> Result<Option<Domain>> {
    let Some(name) = row.get::<Option<String>>("kind")? else { return Ok(None) };
    Ok(Some(Domain {
        region: pool.scope.region.clone(),
        domain: row.get("domain")?,
        pool_id: pool.id.clone(),
        kind: kind(row, &name)?,
        managed_login_version: managed_login_version(row)?,
        cloudfront_distribution: row.get("cloudfront_distribution")?,
        routing: from_optional_json(row, "routing")?,
        created_at: row.get("domain_created_at")?,
        modified_at: row.get("domain_modified_at")?,
    }))
}

impl Reader {
    /// The domain of this name in a region, whichever pool it belongs to.
    pub async fn domain(&mut self, region: &str, name: &str) -> Result<Option<Domain>> {
        self.query("SELECT * FROM domains WHERE region = $1 AND domain = $2")
            .bind(region)
            .bind(name)
            .optional()
            .await?
            .map(|row| domain(&row))
            .transpose()
    }

    /// The domain of this name in a region, if a pool of this account has it.
    pub async fn domain_of_account(
        &mut self,
        scope: &domain::scope::Scope,
        name: &str,
    ) -> Result<Option<Domain>> {
        self.query(
            "SELECT domains.* FROM domains JOIN user_pools AS pool ON pool.id = domains.pool_id
              WHERE domains.region = $1 AND domains.domain = $2 AND pool.account = $3",
        )
        .bind(scope.region.as_str())
        .bind(name)
        .bind(scope.account.as_str())
        .optional()
        .await?
        .map(|row| domain(&row))
        .transpose()
    }

    /// The domains of this name in all regions, the oldest first.
    pub async fn domains_by_name(&mut self, name: &str) -> Result<Vec<Domain>> {
        self.query("SELECT * FROM domains WHERE domain = $1 ORDER BY created_at, region")
            .bind(name)
            .all()
            .await?
            .iter()
            .map(domain)
            .collect()
    }

    /// Whether some pool has this custom domain.
    pub async fn has_custom_domain(&mut self, name: &str) -> Result<bool> {
        let found = self
            .query("SELECT kind FROM domains WHERE domain = $1 AND kind = 'custom' LIMIT 1")
            .bind(name)
            .optional()
            .await?;
        Ok(found.is_some())
    }

    /// The domains of all pools in the order of their names, at most so many.
    pub async fn first_domains(&mut self, limit: i64) -> Result<Vec<Domain>> {
        self.query("SELECT * FROM domains WHERE domain > '' ORDER BY domain LIMIT $1")
            .bind(limit)
            .all()
            .await?
            .iter()
            .map(domain)
            .collect()
    }

    /// The domains of a pool: at most a prefix and a custom one.
    pub async fn domains_of_pool(&mut self, pool_id: &PoolId) -> Result<Vec<Domain>> {
        self.query("SELECT * FROM domains WHERE pool_id = $1 ORDER BY created_at")
            .bind(pool_id.as_str())
            .all()
            .await?
            .iter()
            .map(domain)
            .collect()
    }

    /// The names of all custom domains, whichever pools they belong to.
    pub async fn custom_domain_names(&mut self) -> Result<Vec<String>> {
        self.query("SELECT domain FROM domains WHERE kind = 'custom'")
            .all()
            .await?
            .iter()
            .map(|row| row.get("domain"))
            .collect()
    }
}

impl Tx {
    /// Adds a domain. False when its name is taken, or the pool has one of its kind.
    pub async fn insert_domain(&mut self, domain: &Domain) -> Result<bool> {
        let certificate_arn = match &domain.kind {
            DomainKind::Prefix => None,
            DomainKind::Custom { certificate_arn } => Some(certificate_arn.as_str()),
        };
        let inserted = self
            .query(
                "INSERT INTO domains (region, domain, pool_id, kind, certificate_arn, managed_login_version,
                                      cloudfront_distribution, routing, created_at, modified_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 ON CONFLICT DO NOTHING",
            )
            .bind(domain.region.as_str())
            .bind(domain.domain.as_str())
            .bind(domain.pool_id.as_str())
            .bind(kind_name(&domain.kind))
            .bind(certificate_arn)
            .bind(i64::from(domain.managed_login_version))
            .bind(domain.cloudfront_distribution.as_str())
            .bind(domain.routing.as_ref().map(json))
            .bind(domain.created_at)
            .bind(domain.modified_at)
            .execute()
            .await?;
        Ok(inserted == 1)
    }

    /// Saves a domain. False when it is gone, or another pool has it now.
    pub async fn save_domain(&mut self, domain: &Domain) -> Result<bool> {
        let certificate_arn = match &domain.kind {
            DomainKind::Prefix => None,
            DomainKind::Custom { certificate_arn } => Some(certificate_arn.as_str()),
        };
        let saved = self
            .query(
                "UPDATE domains SET certificate_arn = $3, managed_login_version = $4, routing = $5, modified_at = $6
                  WHERE region = $1 AND domain = $2 AND pool_id = $7",
            )
            .bind(domain.region.as_str())
            .bind(domain.domain.as_str())
            .bind(certificate_arn)
            .bind(i64::from(domain.managed_login_version))
            .bind(domain.routing.as_ref().map(json))
            .bind(domain.modified_at)
            .bind(domain.pool_id.as_str())
            .execute()
            .await?;
        Ok(saved == 1)
    }

    /// Deletes a domain of this pool. False when there is none.
    pub async fn delete_domain(&mut self, pool_id: &PoolId, name: &str) -> Result<bool> {
        let deleted = self
            .query("DELETE FROM domains WHERE pool_id = $1 AND domain = $2")
            .bind(pool_id.as_str())
            .bind(name)
            .execute()
            .await?;
        Ok(deleted == 1)
    }
}
