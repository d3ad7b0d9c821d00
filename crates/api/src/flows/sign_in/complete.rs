//! The end of a sign-in: at the API a session, tokens, and what is remembered of the device; at the pages of a domain a
//! browser that is signed in.

use domain::auth_events::AuthEvent;
use domain::devices::Device;
use domain::oauth::BrowserSession;
use domain::random;
use domain::sign_in::{SignIn, SignInError, Surface};
use domain::user_pools::UserPool;
use domain::user_sessions::{USER_ADMIN_SCOPE, UserSession};
use domain::users::User;
use storage::{ClientWithPool, Tx};
use wire::{AuthenticationResultType, EventResponseType, NewDeviceMetadataType};

use super::answer::save_with_password;
use super::person::Person;
use super::{Answered, Attempt, Completed, SignedInBrowser};
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::sso_minutes;
use crate::flows::tokens::{self, Issued};

/// Characters of a browser's cookie: more than 256 random bits.
const COOKIE_LENGTH: usize = 48;

impl Attempt<'_> {
    /// Completes a sign-in where it takes place. `changed` is the user as the last step leaves them.
    pub(super) async fn complete(
        &self,
        person: Person,
        sign_in: SignIn,
        answered: Answered<'_>,
        changed: Option<User>,
    ) -> Result<Completed, ApiError> {
        match self.surface {
            Surface::Api | Surface::AdminApi => {
                self.hand_out_tokens(&person, &sign_in, answered, changed).await.map(Completed::Tokens)
            }
            Surface::ManagedLogin => {
                self.sign_browser_in(&person, &sign_in, answered, changed).await.map(Completed::Browser)
            }
        }
    }

    /// Keeps that the browser is signed in.
    async fn sign_browser_in(
        &self,
        person: &Person,
        sign_in: &SignIn,
        answered: Answered<'_>,
        changed: Option<User>,
    ) -> Result<SignedInBrowser, ApiError> {
        let account = person.account.as_ref().ok_or(SignInError::Incorrect)?;
        let mut tx = self.call.store.begin().await?;
        self.take_turn(&mut tx, person, answered).await?;
        if let Some(changed) = &changed {
            save_with_password(&mut tx, self, &account.user, changed).await?;
        }
        let event = self.event(sign_in, account.user.id, EventResponseType::Pass);
        let browser = keep_browser(self.call, &mut tx, self.client, &account.user, &event, None).await?;
        tx.commit().await?;

        Ok(browser)
    }

    async fn hand_out_tokens(
        &self,
        person: &Person,
        sign_in: &SignIn,
        answered: Answered<'_>,
        changed: Option<User>,
    ) -> Result<AuthenticationResultType, ApiError> {
        let account = person.account.as_ref().ok_or(SignInError::Incorrect)?;
        let user = changed.as_ref().unwrap_or(&account.user);
        let new_device = self.new_device(user, account.device.as_ref());
        let device_key = new_device.as_ref().or(account.device.as_ref()).map(|device| device.key.clone());
        let session = self.session(sign_in, user, device_key);
        let issued = tokens::issue(self.call, self.client, user, &session, None).await?;
        let refresh_token = tokens::new_refresh_token(self.call.random());

        let mut tx = self.call.store.begin().await?;
        self.take_turn(&mut tx, person, answered).await?;
        if let Some(changed) = &changed {
            save_with_password(&mut tx, self, &account.user, changed).await?;
        }
        match (&new_device, &account.device) {
            // The answer to a password in clear names a device, but nothing is kept that could be confirmed.
            (Some(_), _) if sign_in.has_plain_password => {}
            (Some(device), _) => tx.insert_device(device).await?,
            (None, Some(device)) => {
                tx.authenticated_device(device, self.call.now(), &self.call.caller.ip).await?
            }
            (None, None) => {}
        }
        tx.insert_user_session(&session).await?;
        tx.insert_refresh_token(&session, &refresh_token, self.call.now()).await?;
        end_surplus_sessions(self.call, &mut tx, &self.client.pool, &session).await?;
        tx.insert_auth_event(&self.event(sign_in, user.id, EventResponseType::Pass)).await?;
        tx.commit().await?;

        Ok(result(issued, refresh_token, new_device.as_ref()))
    }

    fn session(&self, sign_in: &SignIn, user: &User, device_key: Option<String>) -> UserSession {
        let now = self.call.now();
        let random = self.call.random();
        UserSession {
            event_id: sign_in.event_id,
            id: UserSession::generate_id(random),
            pool_id: user.pool_id.clone(),
            user_id: user.id,
            client_id: sign_in.client_id.clone(),
            origin_jti: random::uuid(random),
            scopes: USER_ADMIN_SCOPE.to_owned(),
            is_oauth: false,
            resource: None,
            device_key,
            origin_session_id: None,
            ip: self.call.caller.ip.clone(),
            device_type: self.call.caller.user_agent.clone(),
            auth_time: now,
            last_active_at: now,
            expires_at: now + self.client.client.settings.refresh_token_lifetime(),
            revoked_at: None,
        }
    }

    /// A device that the pool did not know, where it keeps track of them.
    fn new_device(&self, user: &User, known: Option<&Device>) -> Option<Device> {
        if known.is_some() || !self.client.pool.settings.tracks_devices() {
            return None;
        }
        let call = self.call;
        Some(Device::new(&self.client.pool, user, call.random(), call.now(), &call.caller.ip))
    }
}

/// Keeps that a browser is signed in, by an identity provider or by the pool itself, and the event of it.
pub(crate) async fn keep_browser(
    call: &Call,
    tx: &mut Tx,
    client: &ClientWithPool,
    user: &User,
    event: &AuthEvent,
    provider_name: Option<&str>,
) -> Result<SignedInBrowser, ApiError> {
    let cookie = random::alphanumeric(call.random(), COOKIE_LENGTH);
    let minutes = sso_minutes(tx, client).await?;
    let session = BrowserSession {
        id: BrowserSession::generate_id(call.random()),
        pool_id: user.pool_id.clone(),
        user_id: user.id,
        client_id: client.client.id.clone(),
        event_id: event.id,
        provider_name: provider_name.map(str::to_owned),
        auth_time: call.now(),
        expires_at: BrowserSession::end(minutes, call.now()),
    };
    tx.insert_browser_session(&cookie, &session).await?;
    tx.insert_auth_event(event).await?;
    Ok(SignedInBrowser { cookie, session })
}

/// Where the pool limits sessions, those that were not used for longest make room (SetUserPoolSessionConfiguration).
pub(crate) async fn end_surplus_sessions(
    call: &Call,
    tx: &mut Tx,
    pool: &UserPool,
    new: &UserSession,
) -> Result<(), ApiError> {
    let Some(most) = pool.session_configuration.limit() else { return Ok(()) };
    let live = tx.user_sessions(&new.user_id, call.now()).await?;
    let surplus = live.len().saturating_sub(most);
    for session in live.iter().filter(|session| session.event_id != new.event_id).take(surplus) {
        tx.revoke_user_session(&new.user_id, &session.event_id, call.now()).await?;
    }
    Ok(())
}

fn result(issued: Issued, refresh_token: String, new_device: Option<&Device>) -> AuthenticationResultType {
    AuthenticationResultType {
        refresh_token: Some(refresh_token),
        new_device_metadata: new_device.map(|device| NewDeviceMetadataType {
            device_key: Some(device.key.clone()),
            device_group_key: Some(device.group_key.clone()),
        }),
        ..issued.into_result()
    }
}
