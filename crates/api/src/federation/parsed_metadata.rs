//! SAML metadata that was read before. The same bytes always say the same, so what is kept is never stale; whether it is still
//! valid is asked of it at each use.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use federation::saml_metadata::{self, ParsedMetadata, SamlMetadataError};

use crate::apart::apart;
use crate::error::ApiError;

/// What a document says, or why it says nothing usable, whatever the time.
pub(super) type Parsed = Arc<Result<ParsedMetadata, SamlMetadataError>>;

/// Documents that are remembered. What is kept of one is at most its certificates, some 80 KB.
const MOST_DOCUMENTS: usize = 200;

static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

/// By the digest of the document; the oldest goes first.
#[derive(Default)]
struct Known {
    documents: HashMap<Vec<u8>, Parsed>,
    order: VecDeque<Vec<u8>>,
}

impl Known {
    fn get(&self, key: &[u8]) -> Option<Parsed> {
        self.documents.get(key).cloned()
    }

    fn put(&mut self, key: Vec<u8>, parsed: Parsed) {
        if self.documents.insert(key.clone(), parsed).is_none() {
            self.order.push_back(key);
        }
        if self.order.len() > MOST_DOCUMENTS
            && let Some(oldest) = self.order.pop_front()
        {
            self.documents.remove(&oldest);
        }
    }
}

fn known() -> std::sync::MutexGuard<'static, Known> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a document says: read before, or read now on a thread that serves no requests.
///
/// # Errors
/// Faults.
pub(super) async fn parsed(document: &str) -> Result<Parsed, ApiError> {
    let key = digest(&SHA256, document.as_bytes()).as_ref().to_vec();
    if let Some(parsed) = known().get(&key) {
        return Ok(parsed);
    }
    let document = document.to_owned();
    let parsed = Arc::new(apart(move || saml_metadata::parse(&document)).await?);
    known().put(key, parsed.clone());
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_document_is_read_once_and_few_are_kept() {
        let first = parsed("<a/>").await.unwrap();
        assert_eq!(*first, Err(SamlMetadataError::NotMetadata));
        assert!(Arc::ptr_eq(&first, &parsed("<a/>").await.unwrap()));
        let mut known = Known::default();
        for number in 0..=MOST_DOCUMENTS {
            for _ in 0..2 {
                known.put(number.to_be_bytes().to_vec(), first.clone());
            }
        }
        assert_eq!((known.documents.len(), known.order.len()), (MOST_DOCUMENTS, MOST_DOCUMENTS));
        assert!(known.get(&0usize.to_be_bytes()).is_none());
        assert!(known.get(&1usize.to_be_bytes()).is_some());
    }
}
