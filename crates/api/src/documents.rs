//! The documents of pools that verifiers of tokens fetch over and over, kept in memory for a second.
//!
//! A process that changes a pool or its domain forgets what it kept; others find out within that second.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use actix_web::web::Bytes;
use domain::ids::PoolId;

const LIFETIME: Duration = Duration::from_secs(1);
/// Beyond that many pools, all is read anew.
const MOST_POOLS: usize = 10_000;

/// The documents of all pools, each by a name.
#[derive(Clone, Default)]
pub(crate) struct Documents(Arc<Inner>);

/// The documents of a pool by name, each with when it was read.
type OfPool = HashMap<String, (Instant, Bytes)>;

#[derive(Default)]
struct Inner {
    kept: RwLock<HashMap<PoolId, OfPool>>,
    /// Counts changes of pools: what was read before one is not kept after it.
    changes: AtomicU64,
}

impl Documents {
    /// A document that was read a moment ago.
    pub(crate) fn get(&self, pool_id: &PoolId, name: &str) -> Option<Bytes> {
        let kept = self.0.kept.read().unwrap_or_else(PoisonError::into_inner);
        let (read_at, document) = kept.get(pool_id)?.get(name)?;
        (read_at.elapsed() < LIFETIME).then(|| document.clone())
    }

    /// How often pools have changed: asked before a document is read.
    pub(crate) fn changes(&self) -> u64 {
        self.0.changes.load(Ordering::Acquire)
    }

    /// Keeps a document that was read since `changes`.
    pub(crate) fn keep(&self, pool_id: &PoolId, name: &str, document: &Bytes, changes: u64) {
        let mut kept = self.0.kept.write().unwrap_or_else(PoisonError::into_inner);
        if self.changes() != changes {
            return;
        }
        if kept.len() >= MOST_POOLS {
            kept.clear();
        }
        let of_pool = kept.entry(pool_id.clone()).or_default();
        of_pool.retain(|_, (read_at, _)| read_at.elapsed() < LIFETIME);
        of_pool.insert(name.to_owned(), (Instant::now(), document.clone()));
    }

    /// Forgets the documents of a pool that has changed.
    pub(crate) fn forget(&self, pool_id: &PoolId) {
        let mut kept = self.0.kept.write().unwrap_or_else(PoisonError::into_inner);
        self.0.changes.fetch_add(1, Ordering::Release);
        kept.remove(pool_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let documents = Documents::default();
        let pool = PoolId::from("us-east-1_AbCdEf123".to_owned());
        let text = Bytes::from_static(b"{}");
        documents.keep(&pool, "keys", &text, documents.changes());
        assert_eq!(documents.get(&pool, "keys"), Some(text.clone()));
        let before = documents.changes();
        documents.forget(&pool);
        assert_eq!(documents.get(&pool, "keys"), None);
        documents.keep(&pool, "keys", &text, before);
        assert_eq!(documents.get(&pool, "keys"), None);
    }
}
