//! The JSON API: a folder per resource, a file per operation, and the one place that knows them all.

mod auth;
mod auth_events;
mod branding;
mod clients;
mod devices;
mod domains;
mod groups;
mod identity_providers;
mod mfa;
mod paging;
mod passkeys;
mod passwords;
mod resource_servers;
mod sessions;
mod sign_up;
mod terms;
mod tokens;
mod user_pools;
mod users;

use domain::app_clients::AppClient;
use domain::ids::{ClientId, PoolId};
use domain::user_pools::UserPool;
use domain::users::User;
use serde::Serialize;
use serde::de::DeserializeOwned;
use storage::{ClientWithPool, Reader};
use uuid::Uuid;
use wire::{DecodeError, Operation};

use crate::call::Call;
use crate::error::ApiError;

/// Bytes that most answers fit in, so that they are written without being moved.
const USUAL_ANSWER: usize = 4096;

/// Runs an operation on the body of its request, and returns the body of its answer.
///
/// # Errors
/// [`ApiError`]: what the caller is told.
pub(crate) async fn dispatch(operation: Operation, call: &Call, body: &[u8]) -> Result<Vec<u8>, ApiError> {
    /// Boxed, so that the future of a request is as large as the operation it runs, not as the largest of all.
    macro_rules! answer {
        ($function:path) => {
            Box::pin(run(operation, call, body, $function)).await
        };
    }
    match operation {
        Operation::AddCustomAttributes => answer!(user_pools::add_custom_attributes),
        Operation::AddUserPoolClientSecret => answer!(clients::add_user_pool_client_secret),
        Operation::AdminAddUserToGroup => answer!(groups::admin_add_user_to_group),
        Operation::AdminConfirmSignUp => answer!(sign_up::admin_confirm_sign_up),
        Operation::AdminCreateUser => answer!(users::admin_create_user),
        Operation::AdminDeleteSoftwareToken => answer!(mfa::admin_delete_software_token),
        Operation::AdminDeleteUser => answer!(users::admin_delete_user),
        Operation::AdminDeleteUserAttributes => answer!(users::admin_delete_user_attributes),
        Operation::AdminDisableProviderForUser => {
            answer!(identity_providers::admin_disable_provider_for_user)
        }
        Operation::AdminDisableUser => answer!(users::admin_disable_user),
        Operation::AdminEnableUser => answer!(users::admin_enable_user),
        Operation::AdminForgetDevice => answer!(devices::admin_forget_device),
        Operation::AdminGetDevice => answer!(devices::admin_get_device),
        Operation::AdminGetUser => answer!(users::admin_get_user),
        Operation::AdminGetUserAuthFactors => answer!(mfa::admin_get_user_auth_factors),
        Operation::AdminInitiateAuth => answer!(auth::admin_initiate_auth),
        Operation::AdminLinkProviderForUser => answer!(identity_providers::admin_link_provider_for_user),
        Operation::AdminListDevices => answer!(devices::admin_list_devices),
        Operation::AdminListGroupsForUser => answer!(groups::admin_list_groups_for_user),
        Operation::AdminListUserAuthEvents => answer!(auth_events::admin_list_user_auth_events),
        Operation::AdminListUserSessions => answer!(sessions::admin_list_user_sessions),
        Operation::AdminRemoveUserFromGroup => answer!(groups::admin_remove_user_from_group),
        Operation::AdminResetUserPassword => answer!(passwords::admin_reset_user_password),
        Operation::AdminRespondToAuthChallenge => answer!(auth::admin_respond_to_auth_challenge),
        Operation::AdminRevokeUserSession => answer!(sessions::admin_revoke_user_session),
        Operation::AdminSetUserMFAPreference => answer!(mfa::admin_set_user_mfa_preference),
        Operation::AdminSetUserPassword => answer!(passwords::admin_set_user_password),
        Operation::AdminSetUserSettings => answer!(users::admin_set_user_settings),
        Operation::AdminUpdateAuthEventFeedback => answer!(auth_events::admin_update_auth_event_feedback),
        Operation::AdminUpdateDeviceStatus => answer!(devices::admin_update_device_status),
        Operation::AdminUpdateUserAttributes => answer!(users::admin_update_user_attributes),
        Operation::AdminUserGlobalSignOut => answer!(tokens::admin_user_global_sign_out),
        Operation::AssociateSoftwareToken => answer!(mfa::associate_software_token),
        Operation::ChangePassword => answer!(passwords::change_password),
        Operation::CompleteWebAuthnRegistration => answer!(passkeys::complete_web_authn_registration),
        Operation::ConfirmDevice => answer!(devices::confirm_device),
        Operation::ConfirmForgotPassword => answer!(passwords::confirm_forgot_password),
        Operation::ConfirmSignUp => answer!(sign_up::confirm_sign_up),
        Operation::CreateGroup => answer!(groups::create_group),
        Operation::CreateIdentityProvider => answer!(identity_providers::create_identity_provider),
        Operation::CreateManagedLoginBranding => answer!(branding::create_managed_login_branding),
        Operation::CreateResourceServer => answer!(resource_servers::create_resource_server),
        Operation::CreateTerms => answer!(terms::create_terms),
        Operation::CreateUserPool => answer!(user_pools::create_user_pool),
        Operation::CreateUserPoolClient => answer!(clients::create_user_pool_client),
        Operation::CreateUserPoolDomain => answer!(domains::create_user_pool_domain),
        Operation::DeleteGroup => answer!(groups::delete_group),
        Operation::DeleteIdentityProvider => answer!(identity_providers::delete_identity_provider),
        Operation::DeleteManagedLoginBranding => answer!(branding::delete_managed_login_branding),
        Operation::DeleteResourceServer => answer!(resource_servers::delete_resource_server),
        Operation::DeleteTerms => answer!(terms::delete_terms),
        Operation::DeleteUser => answer!(users::delete_user),
        Operation::DeleteUserAttributes => answer!(users::delete_user_attributes),
        Operation::DeleteUserPool => answer!(user_pools::delete_user_pool),
        Operation::DeleteUserPoolClient => answer!(clients::delete_user_pool_client),
        Operation::DeleteUserPoolClientSecret => answer!(clients::delete_user_pool_client_secret),
        Operation::DeleteUserPoolDomain => answer!(domains::delete_user_pool_domain),
        Operation::DeleteWebAuthnCredential => answer!(passkeys::delete_web_authn_credential),
        Operation::DescribeIdentityProvider => answer!(identity_providers::describe_identity_provider),
        Operation::DescribeManagedLoginBranding => answer!(branding::describe_managed_login_branding),
        Operation::DescribeManagedLoginBrandingByClient => {
            answer!(branding::describe_managed_login_branding_by_client)
        }
        Operation::DescribeResourceServer => answer!(resource_servers::describe_resource_server),
        Operation::DescribeTerms => answer!(terms::describe_terms),
        Operation::DescribeTermsByClient => answer!(terms::describe_terms_by_client),
        Operation::DescribeUserPool => answer!(user_pools::describe_user_pool),
        Operation::DescribeUserPoolClient => answer!(clients::describe_user_pool_client),
        Operation::DescribeUserPoolDomain => answer!(domains::describe_user_pool_domain),
        Operation::ForgetDevice => answer!(devices::forget_device),
        Operation::ForgotPassword => answer!(passwords::forgot_password),
        Operation::GetClientToken => answer!(tokens::get_client_token),
        Operation::GetDevice => answer!(devices::get_device),
        Operation::GetGroup => answer!(groups::get_group),
        Operation::GetIdentityProviderByIdentifier => {
            answer!(identity_providers::get_identity_provider_by_identifier)
        }
        Operation::GetSigningCertificate => answer!(user_pools::get_signing_certificate),
        Operation::GetTokensFromRefreshToken => answer!(tokens::get_tokens_from_refresh_token),
        Operation::GetUICustomization => answer!(branding::get_ui_customization),
        Operation::GetUser => answer!(users::get_user),
        Operation::GetUserAttributeVerificationCode => answer!(users::get_user_attribute_verification_code),
        Operation::GetUserAuthFactors => answer!(mfa::get_user_auth_factors),
        Operation::GetUserPoolClientSessionConfiguration => {
            answer!(sessions::get_user_pool_client_session_configuration)
        }
        Operation::GetUserPoolMfaConfig => answer!(user_pools::get_user_pool_mfa_config),
        Operation::GetUserPoolSessionConfiguration => answer!(sessions::get_user_pool_session_configuration),
        Operation::GlobalSignOut => answer!(tokens::global_sign_out),
        Operation::InitiateAuth => answer!(auth::initiate_auth),
        Operation::ListDevices => answer!(devices::list_devices),
        Operation::ListGroups => answer!(groups::list_groups),
        Operation::ListIdentityProviders => answer!(identity_providers::list_identity_providers),
        Operation::ListResourceServers => answer!(resource_servers::list_resource_servers),
        Operation::ListTagsForResource => answer!(user_pools::list_tags_for_resource),
        Operation::ListTerms => answer!(terms::list_terms),
        Operation::ListUserPoolClientSecrets => answer!(clients::list_user_pool_client_secrets),
        Operation::ListUserPoolClients => answer!(clients::list_user_pool_clients),
        Operation::ListUserPools => answer!(user_pools::list_user_pools),
        Operation::ListUserSessions => answer!(sessions::list_user_sessions),
        Operation::ListUsers => answer!(users::list_users),
        Operation::ListUsersInGroup => answer!(groups::list_users_in_group),
        Operation::ListWebAuthnCredentials => answer!(passkeys::list_web_authn_credentials),
        Operation::ResendConfirmationCode => answer!(sign_up::resend_confirmation_code),
        Operation::RespondToAuthChallenge => answer!(auth::respond_to_auth_challenge),
        Operation::RevokeToken => answer!(tokens::revoke_token),
        Operation::RevokeUserSession => answer!(sessions::revoke_user_session),
        Operation::SetUICustomization => answer!(branding::set_ui_customization),
        Operation::SetUserMFAPreference => answer!(mfa::set_user_mfa_preference),
        Operation::SetUserPoolClientSessionConfiguration => {
            answer!(sessions::set_user_pool_client_session_configuration)
        }
        Operation::SetUserPoolMfaConfig => answer!(user_pools::set_user_pool_mfa_config),
        Operation::SetUserPoolSessionConfiguration => answer!(sessions::set_user_pool_session_configuration),
        Operation::SetUserSettings => answer!(users::set_user_settings),
        Operation::SignUp => answer!(sign_up::sign_up),
        Operation::StartWebAuthnRegistration => answer!(passkeys::start_web_authn_registration),
        Operation::TagResource => answer!(user_pools::tag_resource),
        Operation::UntagResource => answer!(user_pools::untag_resource),
        Operation::UpdateAuthEventFeedback => answer!(auth_events::update_auth_event_feedback),
        Operation::UpdateDeviceStatus => answer!(devices::update_device_status),
        Operation::UpdateGroup => answer!(groups::update_group),
        Operation::UpdateIdentityProvider => answer!(identity_providers::update_identity_provider),
        Operation::UpdateManagedLoginBranding => answer!(branding::update_managed_login_branding),
        Operation::UpdateResourceServer => answer!(resource_servers::update_resource_server),
        Operation::UpdateTerms => answer!(terms::update_terms),
        Operation::UpdateUserAttributes => answer!(users::update_user_attributes),
        Operation::UpdateUserPool => answer!(user_pools::update_user_pool),
        Operation::UpdateUserPoolClient => answer!(clients::update_user_pool_client),
        Operation::UpdateUserPoolDomain => answer!(domains::update_user_pool_domain),
        Operation::VerifySoftwareToken => answer!(mfa::verify_software_token),
        Operation::VerifyUserAttribute => answer!(users::verify_user_attribute),
        Operation::CreateUserImportJob
        | Operation::CreateUserPoolReplica
        | Operation::DeleteUserPoolReplica
        | Operation::DescribeRiskConfiguration
        | Operation::DescribeUserImportJob
        | Operation::GetCSVHeader
        | Operation::GetDerivedToken
        | Operation::GetLogDeliveryConfiguration
        | Operation::GetProvisionedLimit
        | Operation::ListUserImportJobs
        | Operation::ListUserPoolReplicas
        | Operation::SetLogDeliveryConfiguration
        | Operation::SetRiskConfiguration
        | Operation::StartUserImportJob
        | Operation::StopUserImportJob
        | Operation::UpdateProvisionedLimit
        | Operation::UpdateUserPoolReplica => Err(not_implemented(operation)),
    }
}

async fn run<I: DeserializeOwned, O: Serialize>(
    operation: Operation,
    call: &Call,
    body: &[u8],
    function: impl AsyncFnOnce(&Call, I) -> Result<O, ApiError>,
) -> Result<Vec<u8>, ApiError> {
    let limits = call.config.request_limits();
    let request = wire::decode(operation, body, &limits).map_err(|error| match error {
        DecodeError::Serialization(text) => ApiError::protocol(400, "SerializationException", text),
        DecodeError::Validation(text) => ApiError::invalid_parameter(text),
    })?;
    let response = function(call, request).await?;
    let mut body = Vec::with_capacity(USUAL_ANSWER);
    serde_json::to_writer(&mut body, &response).expect("responses have text keys and finite numbers");
    Ok(body)
}

/// An operation that is not built says so. `tests/coverage/not-implemented.txt` lists these, and may only shrink.
fn not_implemented(operation: Operation) -> ApiError {
    ApiError::protocol(
        501,
        "NotImplementedException",
        format!("{operation} is not implemented by Poolhouse yet."),
    )
}

/// The pool of this id, if it is the caller's.
///
/// # Errors
/// ResourceNotFoundException with the service's text.
async fn require_pool(read: &mut Reader, call: &Call, id: String) -> Result<UserPool, ApiError> {
    let id = PoolId::from(id);
    read.user_pool(&call.scope, &id).await?.ok_or_else(|| ApiError::no_user_pool(&id))
}

/// The id of this pool, if it is the caller's: for operations that need none of its settings.
///
/// # Errors
/// ResourceNotFoundException with the service's text.
async fn require_pool_id(read: &mut Reader, call: &Call, id: String) -> Result<PoolId, ApiError> {
    let id = PoolId::from(id);
    if read.has_user_pool(&call.scope, &id).await? { Ok(id) } else { Err(ApiError::no_user_pool(&id)) }
}

/// The client of this id in this pool.
///
/// # Errors
/// ResourceNotFoundException with the service's text.
async fn require_client(read: &mut Reader, pool_id: &PoolId, id: String) -> Result<AppClient, ApiError> {
    let id = ClientId::from(id);
    read.app_client(pool_id, &id).await?.ok_or_else(|| ApiError::no_app_client(&id))
}

/// A client of the caller's pool, with that pool and its secrets.
///
/// # Errors
/// ResourceNotFoundException with the service's text.
async fn require_client_with_pool(
    call: &Call,
    pool_id: String,
    client_id: String,
) -> Result<ClientWithPool, ApiError> {
    let mut read = call.store.read_latest().await?;
    let client_id = ClientId::from(client_id);
    let found = read.client_with_pool(&client_id).await?;
    match found.filter(|found| found.pool.id.as_str() == pool_id && found.pool.scope == call.scope) {
        Some(found) => Ok(found),
        None => {
            require_pool_id(&mut read, call, pool_id).await?;
            Err(ApiError::no_app_client(&client_id))
        }
    }
}

/// The user that an administrator's `Username` finds in this pool, as [`find_user`] does.
///
/// # Errors
/// UserNotFoundException with the service's text.
async fn require_user(read: &mut Reader, pool: &UserPool, name: &str) -> Result<User, ApiError> {
    find_user(read, pool, name).await?.ok_or_else(ApiError::no_user)
}

/// The user that an administrator's `Username` finds in this pool: by username, by an alias, or by the `sub` of a local user
/// (API reference, parameter `Username` of AdminGetUser and the other operations of administrators). A sign-in takes no `sub`.
async fn find_user(read: &mut Reader, pool: &UserPool, name: &str) -> Result<Option<User>, ApiError> {
    if let Some(user) = read.user(pool, name).await? {
        return Ok(Some(user));
    }
    // A `sub` is written with hyphens alone.
    let sub = Uuid::parse_str(name).ok().filter(|sub| sub.to_string().eq_ignore_ascii_case(name));
    let Some(sub) = sub else { return Ok(None) };
    let user = read.user_by_id(&sub).await?;
    Ok(user.filter(|user| user.pool_id == pool.id && user.is_local()))
}
