//! Identity providers, and who came by them.

mod admin_disable_provider_for_user;
mod admin_link_provider_for_user;
mod create_identity_provider;
mod delete_identity_provider;
mod describe_identity_provider;
mod get_identity_provider_by_identifier;
mod list_identity_providers;
mod update_identity_provider;

use domain::identity_providers::IdentityProvider;
use domain::ids::PoolId;
use storage::{Reader, StoreError};
use wire::IdentityProviderType;

use crate::error::ApiError;

pub(super) use admin_disable_provider_for_user::admin_disable_provider_for_user;
pub(super) use admin_link_provider_for_user::admin_link_provider_for_user;
pub(super) use create_identity_provider::create_identity_provider;
pub(super) use delete_identity_provider::delete_identity_provider;
pub(super) use describe_identity_provider::describe_identity_provider;
pub(super) use get_identity_provider_by_identifier::get_identity_provider_by_identifier;
pub(super) use list_identity_providers::list_identity_providers;
pub(super) use update_identity_provider::update_identity_provider;

/// A provider as the API shows it.
fn described(provider: &IdentityProvider) -> IdentityProviderType {
    IdentityProviderType {
        user_pool_id: Some(provider.pool_id.as_str().to_owned()),
        provider_name: Some(provider.name.clone()),
        provider_type: Some(provider.kind),
        provider_details: Some(provider.shown_details()),
        attribute_mapping: Some(provider.attribute_mapping.clone()),
        idp_identifiers: Some(provider.identifiers.clone()),
        acr_mapping: provider.acr_mapping.clone(),
        last_modified_date: Some(provider.modified_at.into()),
        creation_date: Some(provider.created_at.into()),
    }
}

/// The provider of this name in this pool.
///
/// # Errors
/// ResourceNotFoundException with the service's text.
async fn require_provider(
    read: &mut Reader,
    pool_id: &PoolId,
    name: &str,
) -> Result<IdentityProvider, ApiError> {
    read.identity_provider(pool_id, name).await?.ok_or_else(|| ApiError::no_identity_provider(name))
}

/// The only conflict that writing a provider meets: names that are taken are told apart from it.
fn identifier_taken(error: StoreError) -> ApiError {
    match error {
        StoreError::Conflict => ApiError::invalid_parameter(
            "One of the IdpIdentifiers belongs to another identity provider of the user pool.",
        ),
        error @ (StoreError::Reference
        | StoreError::Unreadable(_)
        | StoreError::Sealed
        | StoreError::Pooler
        | StoreError::FileLost(_)
        | StoreError::Damaged(_)
        | StoreError::Database(_)) => error.into(),
    }
}
