//! ListIdentityProviders: names and types of a pool's providers, the oldest first.

use storage::Position;
use wire::{ListIdentityProvidersRequest, ListIdentityProvidersResponse, ProviderDescription};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{paging, require_pool_id};

pub(in crate::operations) async fn list_identity_providers(
    call: &Call,
    request: ListIdentityProvidersRequest,
) -> Result<ListIdentityProvidersResponse, ApiError> {
    let list = format!("identity_providers/{}", request.user_pool_id);
    let size = paging::size(request.max_results);
    let after = paging::position(call, &list, request.next_token.as_deref())?.unwrap_or(Position::start());
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let providers = read.provider_summaries(&pool_id, &after, size + 1).await?;

    let (providers, next_token) = paging::cut(call, &list, providers, size, |provider| Position {
        created_at: provider.created_at,
        id: provider.name.clone(),
    });
    let providers = providers.into_iter().map(|provider| ProviderDescription {
        provider_name: Some(provider.name),
        provider_type: Some(provider.kind),
        last_modified_date: Some(provider.modified_at.into()),
        creation_date: Some(provider.created_at.into()),
    });
    Ok(ListIdentityProvidersResponse { providers: providers.collect(), next_token })
}
