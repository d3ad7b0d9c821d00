//! ListTerms: the documents of all app clients of a pool, the oldest first.

use chrono::{DateTime, Utc};
use domain::terms::Terms;
use uuid::Uuid;
use wire::{ListTermsRequest, ListTermsResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{paging, require_pool_id};

pub(in crate::operations) async fn list_terms(
    call: &Call,
    request: ListTermsRequest,
) -> Result<ListTermsResponse, ApiError> {
    let list = format!("terms/{}", request.user_pool_id);
    let size = paging::size(request.max_results);
    let after: Option<(DateTime<Utc>, Uuid)> = paging::position(call, &list, request.next_token.as_deref())?;
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let terms = read.terms_of_pool(&pool_id, after, size + 1).await?;

    let (terms, next_token) = paging::cut(call, &list, terms, size, |terms| (terms.created_at, terms.id));
    Ok(ListTermsResponse { terms: terms.iter().map(Terms::summarize).collect(), next_token })
}
