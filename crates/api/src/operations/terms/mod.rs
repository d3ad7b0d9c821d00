//! Terms of use and privacy policies of app clients.

mod create_terms;
mod delete_terms;
mod describe_terms;
mod describe_terms_by_client;
mod list_terms;
mod update_terms;

pub(super) use create_terms::create_terms;
pub(super) use delete_terms::delete_terms;
pub(super) use describe_terms::describe_terms;
pub(super) use describe_terms_by_client::describe_terms_by_client;
pub(super) use list_terms::list_terms;
pub(super) use update_terms::update_terms;

use domain::ids::PoolId;
use domain::terms::{Terms, TermsError};
use storage::Reader;
use uuid::Uuid;

use crate::error::ApiError;

/// The terms of this id in this pool. The model has every id be a UUID.
async fn require_terms(read: &mut Reader, pool_id: &PoolId, id: &str) -> Result<Terms, ApiError> {
    let id = Uuid::parse_str(id).map_err(|_| TermsError::Unknown)?;
    Ok(read.terms(pool_id, &id).await?.ok_or(TermsError::Unknown)?)
}
