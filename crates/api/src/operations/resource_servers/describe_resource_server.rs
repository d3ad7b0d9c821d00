//! DescribeResourceServer: name and scopes of a resource server.

use domain::resource_servers::ResourceServerError;
use wire::{DescribeResourceServerRequest, DescribeResourceServerResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn describe_resource_server(
    call: &Call,
    request: DescribeResourceServerRequest,
) -> Result<DescribeResourceServerResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let server = read.resource_server(&pool_id, &request.identifier).await?;
    let server = server.ok_or(ResourceServerError::Unknown(request.identifier))?;

    Ok(DescribeResourceServerResponse { resource_server: server.describe() })
}
