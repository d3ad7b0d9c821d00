//! Second factors: authenticator apps, and which factors a user is asked for.

mod admin_delete_software_token;
mod admin_get_user_auth_factors;
mod admin_set_user_mfa_preference;
mod associate_software_token;
mod get_user_auth_factors;
mod set_user_mfa_preference;
mod verify_software_token;

pub(super) use admin_delete_software_token::admin_delete_software_token;
pub(super) use admin_get_user_auth_factors::admin_get_user_auth_factors;
pub(super) use admin_set_user_mfa_preference::admin_set_user_mfa_preference;
pub(super) use associate_software_token::associate_software_token;
pub(super) use get_user_auth_factors::get_user_auth_factors;
pub(super) use set_user_mfa_preference::set_user_mfa_preference;
pub(super) use verify_software_token::verify_software_token;

use domain::user_pools::UserPool;
use domain::users::{MfaChange, User};
use storage::Tx;
use wire::AuthFactorType;

use crate::call::Call;
use crate::error::ApiError;

/// Keeps what SetUserMFAPreference asks for.
async fn change_preference(
    call: &Call,
    tx: &mut Tx,
    pool: &UserPool,
    user: User,
    change: &MfaChange,
) -> Result<(), ApiError> {
    let token = tx.software_token(&user.id).await?;
    let mfa = change.applied(&user, token.as_ref())?;
    let user = User { mfa, modified_at: call.now(), ..user };
    tx.save_user(pool, &user).await??;
    Ok(())
}

/// The first factors that a user has set up (`ConfiguredUserAuthFactors`).
fn configured_factors(pool: &UserPool, user: &User, passkeys: i64) -> Vec<AuthFactorType> {
    let has = |attribute: &str| user.attribute(attribute).is_some_and(|value| !value.is_empty());
    let allows = |factor| pool.settings.allows_first_factor(factor);
    [
        (AuthFactorType::Password, user.password.is_some()),
        (AuthFactorType::EmailOtp, allows(AuthFactorType::EmailOtp) && has("email")),
        (AuthFactorType::SmsOtp, allows(AuthFactorType::SmsOtp) && has("phone_number")),
        (AuthFactorType::WebAuthn, passkeys > 0),
    ]
    .into_iter()
    .filter_map(|(factor, is_set_up)| is_set_up.then_some(factor))
    .collect()
}
