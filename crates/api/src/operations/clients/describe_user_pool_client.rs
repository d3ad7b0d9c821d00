//! DescribeUserPoolClient: all settings of a client, with its secret.

use wire::{DescribeUserPoolClientRequest, DescribeUserPoolClientResponse};

use super::shown;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_client, require_pool_id};

pub(in crate::operations) async fn describe_user_pool_client(
    call: &Call,
    request: DescribeUserPoolClientRequest,
) -> Result<DescribeUserPoolClientResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let client = require_client(&mut read, &pool_id, request.client_id).await?;
    let secrets = read.client_secrets(&client.id).await?;

    Ok(DescribeUserPoolClientResponse { user_pool_client: Some(client.describe(shown(secrets))) })
}
