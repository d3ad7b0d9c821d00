//! Rows of `signing_keys`. Private keys are sealed.

use chrono::{DateTime, Utc};
use domain::ids::PoolId;
use domain::tokens::TokenUse;

use crate::error::{Result, StoreError};
use crate::sealing::Sealer;
use crate::sql::{Reader, Row, Tx};

/// A key that signs the tokens of a pool.
#[derive(Clone, PartialEq)]
pub struct KeptSigningKey {
    /// Its name in token headers and in the pool's JWKS.
    pub kid: String,
    /// The pool.
    pub pool_id: PoolId,
    /// The tokens that it signs.
    pub token_use: TokenUse,
    /// PKCS#8.
    pub private_key: Vec<u8>,
    /// The public key as the JWKS shows it.
    pub public_jwk: String,
}

fn context(kid: &str) -> String {
    format!("signing_keys/{kid}")
}

fn signing_key(row: &Row, sealer: &Sealer) -> Result<KeptSigningKey> {
    let kid: String = row.get("kid")?;
    let token_use = TokenUse::from_name(&row.get::<String>("token_use")?);
    Ok(KeptSigningKey {
        pool_id: PoolId::from(row.get::<String>("pool_id")?),
        token_use: token_use.ok_or_else(|| StoreError::Unreadable("token_use".to_owned()))?,
        private_key: sealer.open(&context(&kid), &row.get::<Vec<u8>>("sealed_private_key")?)?,
        public_jwk: row.get("public_jwk")?,
        kid,
    })
}

impl Reader {
    /// The keys of a pool; none before it first needed them.
    pub async fn signing_keys(&mut self, pool_id: &PoolId) -> Result<Vec<KeptSigningKey>> {
        let sealer = self.sealer();
        self.query("SELECT * FROM signing_keys WHERE pool_id = $1")
            .bind(pool_id.as_str())
            .all()
            .await?
            .iter()
            .map(|row| signing_key(row, &sealer))
            .collect()
    }

    /// The key of this name, whichever pool it belongs to.
    pub async fn signing_key(&mut self, kid: &str) -> Result<Option<KeptSigningKey>> {
        let sealer = self.sealer();
        self.query("SELECT * FROM signing_keys WHERE kid = $1")
            .bind(kid)
            .optional()
            .await?
            .map(|row| signing_key(&row, &sealer))
            .transpose()
    }
}

impl Tx {
    /// Keeps a key, unless the pool has one for this use already.
    pub async fn insert_signing_key(&mut self, key: &KeptSigningKey, now: DateTime<Utc>) -> Result<()> {
        let sealed = self.sealer().seal(&context(&key.kid), &key.private_key);
        self.query(
            "INSERT INTO signing_keys (kid, pool_id, token_use, sealed_private_key, public_jwk, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (pool_id, token_use) DO NOTHING",
        )
        .bind(key.kid.as_str())
        .bind(key.pool_id.as_str())
        .bind(key.token_use.as_str())
        .bind(sealed)
        .bind(key.public_jwk.as_str())
        .bind(now)
        .execute()
        .await?;
        Ok(())
    }
}
