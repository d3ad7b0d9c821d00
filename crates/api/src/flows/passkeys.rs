//! The two ceremonies of a passkey, registration and assertion (Web Authentication, level 3), by a library; here is for which
//! domain, and what Cognito makes of the outcome.

use std::time::Duration;

use domain::passkeys::{MOST_PASSKEYS, Passkey};
use domain::user_pools::UserPool;
use domain::users::User;
use serde_json::Value;
use storage::{Position, Reader, Tx};
use url::Url;
use webauthn_rs_core::WebauthnCore;
use webauthn_rs_core::error::WebauthnError;
use webauthn_rs_core::proto::{
    AuthenticationState, COSEAlgorithm, Credential, PublicKeyCredential, RegisterPublicKeyCredential,
    RegistrationState, UserVerificationPolicy,
};
use wire::{ErrorCode, UserVerificationType};

use crate::call::Call;
use crate::error::ApiError;

/// How long a browser waits for its user.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Why a ceremony failed that the library refused to complete.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasskeyError {
    #[error("WebAuthn credential is not supported.")]
    NotSupported(#[source] Option<WebauthnError>),
    #[error("WebAuthn origin is not allowed.")]
    Origin,
    #[error("WebAuthn relying party does not match.")]
    RelyingParty,
    #[error("WebAuthn challenge was not found.")]
    Challenge,
    #[error("The number of passkeys exceeds the limit of {MOST_PASSKEYS}.")]
    TooMany,
}

impl From<WebauthnError> for PasskeyError {
    fn from(error: WebauthnError) -> Self {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the library has a hundred of them")]
        match error {
            WebauthnError::InvalidRPOrigin => Self::Origin,
            WebauthnError::InvalidRPIDHash => Self::RelyingParty,
            WebauthnError::MismatchedChallenge | WebauthnError::ChallengeNotFound => Self::Challenge,
            other => Self::NotSupported(Some(other)),
        }
    }
}

impl From<PasskeyError> for ApiError {
    fn from(error: PasskeyError) -> Self {
        let code = match error {
            PasskeyError::NotSupported(_) => ErrorCode::WebAuthnCredentialNotSupportedException,
            PasskeyError::Origin => ErrorCode::WebAuthnOriginNotAllowedException,
            PasskeyError::RelyingParty => ErrorCode::WebAuthnRelyingPartyMismatchException,
            PasskeyError::Challenge => ErrorCode::WebAuthnChallengeNotFoundException,
            PasskeyError::TooMany => ErrorCode::LimitExceededException,
        };
        let message = error.to_string();
        let source = match error {
            PasskeyError::NotSupported(Some(source)) => Some(source.into()),
            PasskeyError::NotSupported(None)
            | PasskeyError::Origin
            | PasskeyError::RelyingParty
            | PasskeyError::Challenge
            | PasskeyError::TooMany => None,
        };
        Self { source, ..Self::new(code, message) }
    }
}

/// The domain that passkeys of a pool are for: as configured, else the pool's custom domain, else its prefix domain.
///
/// # Errors
/// WebAuthnConfigurationMissingException when there is none of them.
pub(crate) async fn relying_party(
    call: &Call,
    read: &mut Reader,
    pool: &UserPool,
) -> Result<String, ApiError> {
    let configured = pool.mfa.web_authn.as_ref().and_then(|passkeys| passkeys.relying_party_id.clone());
    if let Some(configured) = configured {
        return Ok(configured);
    }
    let described = read.described_user_pool(&pool.scope, &pool.id).await?;
    let domains = described.map(|described| (described.custom_domain, described.prefix_domain));
    match domains {
        Some((Some(custom), _)) => Ok(custom),
        Some((None, Some(prefix))) => {
            Ok(format!("{prefix}.auth.{}.{}", pool.scope.region, call.config.base_domain))
        }
        Some((None, None)) | None => Err(ApiError::new(
            ErrorCode::WebAuthnConfigurationMissingException,
            "The user pool has no relying party ID and no domain.",
        )),
    }
}

/// Browsers of pages at the domain and below it; on names of this machine also without TLS, at any port.
fn ceremony(rp_id: &str) -> Result<WebauthnCore, ApiError> {
    let is_local = rp_id == "localhost" || rp_id.ends_with(".localhost");
    let schemes: &[&str] = if is_local { &["https", "http"] } else { &["https"] };
    let origins: Result<Vec<Url>, _> =
        schemes.iter().map(|scheme| Url::parse(&format!("{scheme}://{rp_id}"))).collect();
    let origins = origins.map_err(|_| {
        ApiError::new(
            ErrorCode::WebAuthnConfigurationMissingException,
            "The relying party ID is not a domain name.",
        )
    })?;
    Ok(WebauthnCore::new_unsafe_experts_only(rp_id, rp_id, origins, TIMEOUT, Some(true), Some(is_local)))
}

fn policy(pool: &UserPool) -> UserVerificationPolicy {
    let asked = pool.mfa.web_authn.as_ref().and_then(|passkeys| passkeys.user_verification);
    match asked {
        Some(UserVerificationType::Required) => UserVerificationPolicy::Required,
        Some(UserVerificationType::Preferred) | None => UserVerificationPolicy::Preferred,
    }
}

async fn passkeys(read: &mut Reader, user: &User) -> Result<Vec<Passkey>, ApiError> {
    let most = i64::try_from(MOST_PASSKEYS).expect("twenty is a small number");
    Ok(read.passkeys(&user.id, &Position::start(), most).await?)
}

fn credential(passkey: &Passkey) -> Result<Credential, ApiError> {
    serde_json::from_str(&passkey.credential).map_err(ApiError::internal)
}

/// Begins a registration: what the browser is asked, and the state of the ceremony.
pub(crate) async fn begin_registration(
    call: &Call,
    read: &mut Reader,
    pool: &UserPool,
    user: &User,
) -> Result<(Value, String), ApiError> {
    let rp_id = relying_party(call, read, pool).await?;
    let passkeys = passkeys(read, user).await?;
    if passkeys.len() >= MOST_PASSKEYS {
        return Err(PasskeyError::TooMany.into());
    }
    let known: Vec<_> =
        passkeys.iter().map(|passkey| Ok(credential(passkey)?.cred_id)).collect::<Result<_, ApiError>>()?;
    let ceremony = ceremony(&rp_id)?;
    let display_name = user.attribute("name").or(user.attribute("email")).unwrap_or(&user.username);
    let builder = ceremony
        .new_challenge_register_builder(user.id.as_bytes(), &user.username, display_name)
        .map_err(ApiError::internal)?
        .credential_algorithms(vec![COSEAlgorithm::ES256, COSEAlgorithm::RS256])
        .user_verification_policy(policy(pool))
        .require_resident_key(true)
        .exclude_credentials(Some(known));
    let (options, state) = ceremony.generate_challenge_register(builder).map_err(ApiError::internal)?;
    let options = serde_json::to_value(options.public_key).map_err(ApiError::internal)?;
    Ok((options, serde_json::to_string(&state).map_err(ApiError::internal)?))
}

/// Completes a registration: the passkey that the browser made.
pub(crate) async fn finish_registration(
    call: &Call,
    read: &mut Reader,
    pool: &UserPool,
    user: &User,
    state: &str,
    made: Value,
) -> Result<Passkey, ApiError> {
    let rp_id = relying_party(call, read, pool).await?;
    let state: RegistrationState = serde_json::from_str(state).map_err(ApiError::internal)?;
    let attachment = made.get("authenticatorAttachment").and_then(Value::as_str).map(str::to_owned);
    let transports = made.pointer("/response/transports").cloned().unwrap_or_default();
    let response: RegisterPublicKeyCredential =
        serde_json::from_value(made).map_err(|_| PasskeyError::NotSupported(None))?;
    let credential =
        ceremony(&rp_id)?.register_credential(&response, &state, None).map_err(PasskeyError::from)?;
    let passkeys = passkeys(read, user).await?;
    if passkeys.len() >= MOST_PASSKEYS {
        return Err(PasskeyError::TooMany.into());
    }
    Ok(Passkey {
        credential_id: base64url(credential.cred_id.as_ref()),
        pool_id: pool.id.clone(),
        user_id: user.id,
        rp_id,
        friendly_name: format!("Passkey {}", passkeys.len() + 1),
        attachment,
        transports: serde_json::from_value(transports).unwrap_or_default(),
        credential: serde_json::to_string(&credential).map_err(ApiError::internal)?,
        created_at: call.now(),
    })
}

/// Begins an assertion: `CREDENTIAL_REQUEST_OPTIONS`, and the state of the ceremony.
pub(crate) async fn begin_assertion(
    call: &Call,
    read: &mut Reader,
    pool: &UserPool,
    user: &User,
) -> Result<(String, String), ApiError> {
    let rp_id = relying_party(call, read, pool).await?;
    let credentials: Vec<Credential> =
        passkeys(read, user).await?.iter().map(credential).collect::<Result<_, _>>()?;
    let ceremony = ceremony(&rp_id)?;
    let builder = ceremony
        .new_challenge_authenticate_builder(credentials, Some(policy(pool)))
        .map_err(ApiError::internal)?;
    let (options, state) = ceremony.generate_challenge_authenticate(builder).map_err(ApiError::internal)?;
    Ok((
        serde_json::to_string(&options.public_key).map_err(ApiError::internal)?,
        serde_json::to_string(&state).map_err(ApiError::internal)?,
    ))
}

/// Judges an assertion, and keeps the counter of the passkey that made it. False for one that is not right.
pub(crate) async fn finish_assertion(
    call: &Call,
    tx: &mut Tx,
    pool: &UserPool,
    user: &User,
    state: &str,
    shown: &str,
) -> Result<bool, ApiError> {
    let rp_id = relying_party(call, tx, pool).await?;
    let state: AuthenticationState = serde_json::from_str(state).map_err(ApiError::internal)?;
    let Ok(shown) = serde_json::from_str::<PublicKeyCredential>(shown) else { return Ok(false) };
    let outcome = match ceremony(&rp_id)?.authenticate_credential(&shown, &state) {
        Ok(outcome) => outcome,
        Err(cause) => {
            tracing::debug!(request_id = %call.request_id, %cause, "passkey refused");
            return Ok(false);
        }
    };
    let id = base64url(outcome.cred_id().as_ref());
    let Some(passkey) = passkeys(tx, user).await?.into_iter().find(|passkey| passkey.credential_id == id)
    else {
        return Ok(false);
    };
    let mut credential = credential(&passkey)?;
    // A counter that does not move tells of a copy; authenticators that do not count always show zero.
    let is_copy = outcome.counter() > 0 && outcome.counter() <= credential.counter;
    if is_copy {
        return Ok(false);
    }
    credential.counter = outcome.counter();
    credential.backup_state = outcome.backup_state();
    let credential = serde_json::to_string(&credential).map_err(ApiError::internal)?;
    Ok(tx.save_passkey(&Passkey { credential, ..passkey }).await?)
}

fn base64url(bytes: &[u8]) -> String {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
