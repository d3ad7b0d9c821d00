//! Signed tokens: the keys of each pool, writing and checking. What tokens say is in `domain::tokens`.

mod access_token;
mod key_stock;
mod rs256;
mod signing_key;

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use chrono::{DateTime, Utc};
use domain::ids::PoolId;
use domain::tokens::TokenUse;
use storage::{KeptSigningKey, Reader, Store, StoreError};

pub use key_stock::{KeyStock, generate_key};
pub(crate) use rs256::{Jwk, Rs256, public_jwk, public_key};
pub(crate) use signing_key::SigningKey;

use crate::error::ApiError;

/// Keys that are kept parsed: parsing one costs more than half a signature. Beyond that many, all are read anew.
const MOST_KEYS: usize = 20_000;

/// The keys of all pools. What it holds in memory is a copy: every replica finds the same keys in the database.
#[derive(Clone)]
pub(crate) struct SigningKeys(Arc<Inner>);

struct Inner {
    stock: KeyStock,
    /// One pool after the other gets its keys: there is one stock.
    making: tokio::sync::Mutex<()>,
    by_kid: RwLock<HashMap<String, Arc<SigningKey>>>,
    by_pool: RwLock<HashMap<PoolId, PoolKeys>>,
}

/// The two keys of a pool.
#[derive(Clone)]
pub(crate) struct PoolKeys {
    /// Signs ID tokens.
    pub(crate) id: Arc<SigningKey>,
    /// Signs access tokens.
    pub(crate) access: Arc<SigningKey>,
}

impl SigningKeys {
    /// Keys that are drawn from this stock.
    pub(crate) fn new(stock: KeyStock) -> Self {
        Self(Arc::new(Inner {
            stock,
            making: tokio::sync::Mutex::default(),
            by_kid: RwLock::default(),
            by_pool: RwLock::default(),
        }))
    }

    /// The keys of a pool, made now if it never needed them. Hold no transaction: making a key takes a while.
    ///
    /// # Errors
    /// [`StoreError::Reference`] when the pool was deleted; an internal fault when a key cannot be read.
    pub(crate) async fn of_pool(
        &self,
        store: &Store,
        pool_id: &PoolId,
        now: DateTime<Utc>,
    ) -> Result<PoolKeys, ApiError> {
        if let Some(keys) = read(&self.0.by_pool).get(pool_id) {
            return Ok(keys.clone());
        }
        let mut kept = store.read_latest().await?.signing_keys(pool_id).await?;
        if kept.len() < 2 {
            // Whoever had the turn before may have made them.
            let _turn = self.0.making.lock().await;
            kept = store.read_latest().await?.signing_keys(pool_id).await?;
            if kept.len() < 2 {
                self.make(store, pool_id, now).await?;
            }
            kept = store.read_latest().await?.signing_keys(pool_id).await?;
        }
        let keys = self.parsed(kept)?;
        let mut by_pool = self.0.by_pool.write().expect("nobody panics with the keys");
        if by_pool.len() >= MOST_KEYS {
            by_pool.clear();
        }
        by_pool.insert(pool_id.clone(), keys.clone());
        Ok(keys)
    }

    /// A new private key (PKCS#8) for another purpose than a pool's. Hold no transaction: making a key takes a while.
    pub(crate) async fn new_private_key(&self) -> Vec<u8> {
        self.0.stock.draw().await
    }

    /// Makes keys. Whoever does so first, on whichever replica, decides.
    async fn make(&self, store: &Store, pool_id: &PoolId, now: DateTime<Utc>) -> Result<(), ApiError> {
        let mut made = Vec::new();
        for token_use in [TokenUse::Id, TokenUse::Access] {
            let private_key = self.0.stock.draw().await;
            made.push(signing_key::kept(pool_id, token_use, private_key)?);
        }
        let mut tx = store.begin().await?;
        for key in &made {
            tx.insert_signing_key(key, now).await?;
        }
        Ok(tx.commit().await?)
    }

    fn parsed(&self, kept: Vec<KeptSigningKey>) -> Result<PoolKeys, ApiError> {
        let mut keys: HashMap<TokenUse, Arc<SigningKey>> = HashMap::new();
        for key in kept {
            keys.insert(key.token_use, self.remembered(&key)?);
        }
        match (keys.remove(&TokenUse::Id), keys.remove(&TokenUse::Access)) {
            (Some(id), Some(access)) => Ok(PoolKeys { id, access }),
            _ => Err(StoreError::Reference.into()), // the pool is gone, and its keys with it
        }
    }

    fn remembered(&self, kept: &KeptSigningKey) -> Result<Arc<SigningKey>, ApiError> {
        let key = Arc::new(SigningKey::parse(kept)?);
        let mut by_kid = self.0.by_kid.write().expect("nobody panics with the keys");
        if by_kid.len() >= MOST_KEYS {
            by_kid.clear();
        }
        by_kid.insert(kept.kid.clone(), key.clone());
        Ok(key)
    }

    /// The key of this name, if it is ours.
    async fn by_kid(&self, reader: &mut Reader, kid: &str) -> Result<Option<Arc<SigningKey>>, ApiError> {
        if let Some(key) = read(&self.0.by_kid).get(kid) {
            return Ok(Some(key.clone()));
        }
        reader.signing_key(kid).await?.map(|kept| self.remembered(&kept)).transpose()
    }
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().expect("nobody panics with the keys")
}
