//! Who wants to sign in: a user of the pool, or nobody, who costs as much.

use domain::sign_in::{Account, Lockout, SignIn, SignInError, pretended};
use domain::srp::Verifier;
use domain::users::User;
use storage::Reader;
use uuid::Uuid;
use wire::UserPoolMfaType;

use super::Attempt;
use crate::error::ApiError;

/// Who is meant by a name.
pub(super) struct Person {
    /// The user with all that decides over the next step. None: nobody has the name, and the client hides that.
    pub(super) account: Option<Account>,
    /// The name in challenges.
    pub(super) username: String,
    /// What the password is held against; for users without one that counts, a verifier that no password matches.
    pub(super) verifier: Verifier,
    /// Whose failed tries count.
    pub(super) who: String,
    /// The failed tries so far.
    pub(super) lockout: Lockout,
}

impl Person {
    /// Whether tries are refused unseen for a while.
    ///
    /// # Errors
    /// [`SignInError::Locked`].
    pub(super) fn check_lock(&self, attempt: &Attempt<'_>) -> Result<(), SignInError> {
        if self.lockout.is_locked(attempt.call.now()) { Err(SignInError::Locked) } else { Ok(()) }
    }

    pub(super) fn user_id(&self) -> Option<Uuid> {
        self.account.as_ref().map(|account| account.user.id)
    }
}

impl Attempt<'_> {
    /// Whom a name means.
    ///
    /// # Errors
    /// UserNotFoundException when it means nobody and the client may know, NotAuthorizedException for a disabled user.
    pub(super) async fn person(&self, name: &str, device_key: Option<&str>) -> Result<Person, ApiError> {
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
        self.person_of(&mut read, user, &sign_in.username, sign_in.device_key.as_deref()).await
    }

    async fn person_of(
        &self,
        read: &mut Reader,
        user: Option<User>,
        name: &str,
        device_key: Option<&str>,
    ) -> Result<Person, ApiError> {
        let pool = &self.client.pool;
        let (username, nobody) = self.pretended(name);
        let who = match &user {
            Some(user) => user.id.to_string(),
            None => format!("?{}", pool.name_key(name)),
        };
        let lockout = read.lockout(&pool.id, &who).await?;
        let Some(user) = user else {
            return Ok(Person { account: None, username, verifier: nobody, who, lockout });
        };
        if !user.enabled {
            return Err(SignInError::Disabled.into());
        }
        let account = self.account(read, user, device_key).await?;
        let username = account.user.username.clone();
        let verifier = account.user.usable_password().cloned().unwrap_or(nobody);
        Ok(Person { account: Some(account), username, verifier, who, lockout })
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

    fn pretended(&self, name: &str) -> (String, Verifier) {
        let pool = &self.client.pool;
        let seed = self.call.store.mac(&format!("nobody/{}", pool.id), &pool.name_key(name));
        pretended(pool, name, &seed)
    }

    /// What belongs to a user, as far as this pool's settings ask for it.
    async fn account(
        &self,
        read: &mut Reader,
        user: User,
        device_key: Option<&str>,
    ) -> Result<Account, ApiError> {
        let settings = &self.client.pool.settings;
        let has_mfa = settings.mfa_configuration.unwrap_or(UserPoolMfaType::Off) != UserPoolMfaType::Off;
        let software_token = if has_mfa { read.software_token(&user.id).await? } else { None };
        let passkeys = if settings.allows_first_factor(wire::AuthFactorType::WebAuthn) {
            read.passkey_count(&user.id).await?
        } else {
            0
        };
        let device = match device_key.filter(|_| settings.tracks_devices()) {
            Some(key) => read.device(&user.id, key).await?,
            None => None,
        };
        Ok(Account { user, software_token, passkeys, device })
    }
}
