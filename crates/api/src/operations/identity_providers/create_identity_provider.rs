//! CreateIdentityProvider: a new provider, with what its own documents say of it.

use domain::identity_providers::{IdentityProvider, RequestedDetails};
use domain::user_pools::UserPool;
use storage::{Position, Tx};
use wire::{CreateIdentityProviderRequest, CreateIdentityProviderResponse, ErrorCode};

use super::{described, identifier_taken};
use crate::call::Call;
use crate::error::ApiError;
use crate::federation::completed;
use crate::operations::require_pool;

/// Providers of a pool (quotas page, before any increase).
const MOST_PROVIDERS: usize = 300;

pub(in crate::operations) async fn create_identity_provider(
    call: &Call,
    request: CreateIdentityProviderRequest,
) -> Result<CreateIdentityProviderResponse, ApiError> {
    let pool = {
        let mut read = call.store.read_latest().await?;
        require_pool(&mut read, call, request.user_pool_id.clone()).await?
    };
    let details = RequestedDetails::of_new(&request)?;
    let details = completed(call, &pool.id, details, None).await?;

    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id.clone()).await?;
    let provider = IdentityProvider::new(pool.id.clone(), &pool.schema, &request, details, call.now())?;
    refuse_too_many(&mut tx, &pool).await?;
    if !tx.insert_identity_provider(&provider).await.map_err(identifier_taken)? {
        let text = format!("{} already exists in user pool {}", provider.name, pool.id);
        return Err(ApiError::new(ErrorCode::DuplicateProviderException, text));
    }
    add_identities(call, &mut tx, pool).await?;
    tx.commit().await?;

    Ok(CreateIdentityProviderResponse { identity_provider: described(&provider) })
}

async fn refuse_too_many(tx: &mut Tx, pool: &UserPool) -> Result<(), ApiError> {
    let most = i64::try_from(MOST_PROVIDERS).unwrap_or(i64::MAX);
    if tx.provider_summaries(&pool.id, &Position::start(), most).await?.len() < MOST_PROVIDERS {
        return Ok(());
    }
    let text = format!("A user pool can have at most {MOST_PROVIDERS} identity providers.");
    Err(ApiError::new(ErrorCode::LimitExceededException, text))
}

/// Users of a pool with providers have `identities`, so its first provider adds that to the schema, for good.
async fn add_identities(call: &Call, tx: &mut Tx, pool: UserPool) -> Result<(), ApiError> {
    if pool.schema.attribute("identities").is_some() {
        return Ok(());
    }
    let pool = UserPool { schema: pool.schema.with_identities(), modified_at: call.now(), ..pool };
    if tx.save_user_pool(&pool).await? {
        return Ok(());
    }
    // The model does not list ConcurrentModificationException for this operation.
    Err(ApiError::too_many_requests())
}
