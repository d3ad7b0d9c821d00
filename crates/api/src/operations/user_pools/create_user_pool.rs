//! CreateUserPool: a new pool with defaults for all that the request leaves out.

use domain::ids::PoolId;
use domain::user_pools::{MfaSettings, PoolSettings, Schema, SessionConfiguration, UserPool};
use storage::DescribedPool;
use wire::{CreateUserPoolRequest, CreateUserPoolResponse};

use super::{check_tags, described};
use crate::call::Call;
use crate::error::ApiError;

pub(in crate::operations) async fn create_user_pool(
    call: &Call,
    request: CreateUserPoolRequest,
) -> Result<CreateUserPoolResponse, ApiError> {
    let settings = PoolSettings::of_new_pool(&request, &call.scope)?;
    let schema = Schema::new(request.schema.unwrap_or_default())?;
    let tags = request.user_pool_tags.unwrap_or_default();
    check_tags(&tags)?;
    let pool = UserPool {
        session_configuration: SessionConfiguration::default(),
        id: PoolId::generate(&call.scope, call.random()),
        scope: call.scope.clone(),
        name: request.pool_name,
        settings,
        schema,
        mfa: MfaSettings::default(),
        tags,
        created_at: call.now(),
        modified_at: call.now(),
        version: 1,
    };

    let mut tx = call.store.begin().await?;
    tx.insert_user_pool(&pool).await?;
    tx.commit().await?;

    let pool = DescribedPool { pool, prefix_domain: None, custom_domain: None, users: 0 };
    Ok(CreateUserPoolResponse { user_pool: Some(described(pool)) })
}
