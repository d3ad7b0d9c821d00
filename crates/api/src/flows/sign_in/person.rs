//! Who wants to sign in: a user of the pool, or nobody, who costs as much.

use chrono::{DateTime, Utc};
use domain::codes::LimitedAction;
use domain::devices::Device;
use domain::sign_in::{Account, Factor, Lockouts, PretendedUser, SignIn, SignInError, Surface};
use domain::software_tokens::SoftwareToken;
use domain::srp::Verifier;
use domain::users::User;
use storage::{Reader, Tx, UnknownName};
use uuid::Uuid;
use wire::{UserPoolMfaType, VerifiedAttributeType};

use super::Attempt;
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::unknown_names::{seed_of, unknown_name};

/// Characters of a name that nobody has as they are kept: no username has more.
const LONGEST_NAME: usize = 128;

/// Who is meant by a name.
pub(super) struct Person {
    /// The user with all that decides over the next step. None: nobody has the name, and the client hides that.
    pub(super) account: Option<Account>,
    /// The name as it was typed, as far as it is kept.
    pub(super) name: String,
    /// The name in challenges.
    pub(super) username: String,
    /// What the password is held against; for users without one that counts, a verifier that no password matches.
    pub(super) verifier: Verifier,
    /// The failed tries so far.
    lockouts: Lockouts,
    /// What counts the tries of nobody.
    unknown: UnknownName,
}

impl Person {
    /// Whether tries of a factor are refused unseen for a while.
    ///
    /// # Errors
    /// [`SignInError::Locked`].
    pub(super) fn check_lock(&self, attempt: &Attempt<'_>, factor: Factor) -> Result<(), SignInError> {
        if self.lockouts.are_locked(factor, attempt.call.now()) { Err(SignInError::Locked) } else { Ok(()) }
    }

    pub(super) fn user_id(&self) -> Option<Uuid> {
        self.account.as_ref().map(|account| account.user.id)
    }

    /// Whether a code can be sent to this attribute.
    pub(super) fn has_address(&self, attribute: VerifiedAttributeType) -> bool {
        let address = self.account.as_ref().and_then(|account| account.user.attribute(attribute.as_str()));
        address.is_some_and(|address| !address.is_empty())
    }

    /// Counts a wrong guess.
    ///
    /// # Errors
    /// [`SignInError::Locked`] when others at the same moment were too many already.
    pub(super) async fn count_failure(
        &self,
        tx: &mut Tx,
        factor: Factor,
        now: DateTime<Utc>,
    ) -> Result<(), ApiError> {
        let counts = match &self.account {
            Some(account) => tx.count_failure(&account.user, factor, now).await?,
            None => tx.count_failure_of_unknown(&self.unknown, factor, now).await?,
        };
        if counts { Ok(()) } else { Err(SignInError::Locked.into()) }
    }

    /// Counts a code that is about to be sent.
    ///
    /// # Errors
    /// [`SignInError::TooManyCodes`].
    pub(super) async fn count_code(&self, tx: &mut Tx, call: &Call) -> Result<(), ApiError> {
        let (action, limit) = (LimitedAction::SignInCode, call.config.codes_per_user_per_hour.into());
        let is_within_limit = match &self.account {
            Some(account) => tx.count_attempt_within(&account.user, action, call.now(), limit).await?,
            None => tx.count_attempt_of_unknown_within(&self.unknown, action, call.now(), limit).await?,
        };
        if is_within_limit { Ok(()) } else { Err(SignInError::TooManyCodes.into()) }
    }
}

/// What belongs to a user beside the user, as far as a sign-in asks for it.
struct Belongings {
    software_token: Option<SoftwareToken>,
    passkeys: i64,
    device: Option<Device>,
}

impl Attempt<'_> {
    /// Whom a name means, with which a sign-in begins.
    ///
    /// # Errors
    /// UserNotFoundException when it means nobody and the client may know, NotAuthorizedException for a disabled user,
    /// TooManyRequestsException when an address begins too many.
    pub(super) async fn person(&self, name: &str, device_key: Option<&str>) -> Result<Person, ApiError> {
        match self.surface {
            Surface::Api | Surface::ManagedLogin => self.call.count_unsigned()?,
            Surface::AdminApi => {}
        }
        let mut read = self.call.store.read_latest().await?;
        let user = read.user(&self.client.pool, name).await?;
        if user.is_none() && !self.client.client.settings.prevents_user_existence_errors() {
            return Err(SignInError::NoSuchUser.into());
        }
        self.person_of(&mut read, user, name, device_key).await
    }

    /// Who is in the middle of a sign-in.
    ///
    /// # Errors
    /// NotAuthorizedException when the user was deleted or disabled meanwhile.
    pub(super) async fn person_of_sign_in(&self, sign_in: &SignIn) -> Result<Person, ApiError> {
        let mut read = self.call.store.read_latest().await?;
        // Nobody is looked up as somebody is.
        let user = read.user_by_id(&sign_in.user_id.unwrap_or_default()).await?;
        if user.is_none() && sign_in.user_id.is_some() {
            return Err(SignInError::NoSession.into());
        }
        let name = sign_in.unknown_name.as_ref().unwrap_or(&sign_in.username);
        self.person_of(&mut read, user, name, sign_in.device_key.as_deref()).await
    }

    async fn person_of(
        &self,
        read: &mut Reader,
        user: Option<User>,
        name: &str,
        device_key: Option<&str>,
    ) -> Result<Person, ApiError> {
        let pool = &self.client.pool;
        let name: String = name.chars().take(LONGEST_NAME).collect();
        let nobody = self.pretended(&name);
        let unknown = unknown_name(self.call, pool, &name);
        let lockouts = match &user {
            Some(user) => read.lockouts(&user.id).await?,
            None => read.lockouts_of_unknown(&unknown).await?,
        };
        if user.as_ref().is_some_and(|user| !user.enabled) {
            return Err(SignInError::Disabled.into());
        }
        let user_id = user.as_ref().map(|user| user.id).unwrap_or_default();
        let belongings = self.belongings(read, &user_id, device_key).await?;
        let Some(user) = user else {
            let PretendedUser { username, verifier } = nobody;
            return Ok(Person { account: None, name, username, verifier, lockouts, unknown });
        };
        let Belongings { software_token, passkeys, device } = belongings;
        let account = Account { user, software_token, passkeys, device };
        let username = account.user.username.clone();
        let verifier = account.user.usable_password().cloned().unwrap_or(nobody.verifier);
        Ok(Person { account: Some(account), name, username, verifier, lockouts, unknown })
    }

    /// Refuses the key of a device that the user does not have, once the user has proved something: before, the refusal would
    /// tell that the user exists. What was answered stays open, since SDKs drop the key and answer the same again.
    ///
    /// # Errors
    /// [`SignInError::NoDevice`].
    pub(super) fn check_device(&self, person: &Person, sign_in: &SignIn) -> Result<(), SignInError> {
        let Some(account) = &person.account else { return Ok(()) };
        let is_known = sign_in.device_key.is_none() || account.device.is_some();
        if is_known || !self.client.pool.settings.tracks_devices() {
            Ok(())
        } else {
            Err(SignInError::NoDevice)
        }
    }

    /// What stands for a user with a name that nobody has.
    pub(super) fn pretended(&self, name: &str) -> PretendedUser {
        let pool = &self.client.pool;
        PretendedUser::new(pool, name, &seed_of(self.call, pool, name))
    }

    /// What belongs to a user, as far as this pool's settings ask for it.
    async fn belongings(
        &self,
        read: &mut Reader,
        user_id: &Uuid,
        device_key: Option<&str>,
    ) -> Result<Belongings, ApiError> {
        let settings = &self.client.pool.settings;
        let has_mfa = settings.mfa_configuration.unwrap_or(UserPoolMfaType::Off) != UserPoolMfaType::Off;
        let software_token = if has_mfa { read.software_token(user_id).await? } else { None };
        let passkeys = if settings.allows_first_factor(wire::AuthFactorType::WebAuthn) {
            read.passkey_count(user_id).await?
        } else {
            0
        };
        let device = match device_key.filter(|_| settings.tracks_devices()) {
            Some(key) => read.device(user_id, key).await?,
            None => None,
        };
        Ok(Belongings { software_token, passkeys, device })
    }
}
