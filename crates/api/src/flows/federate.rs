//! The user behind a sign-in at an identity provider: found by their identity, made at the first time, kept up to date each time.
//!
//! Whether the provider's word is to be believed was checked before. No second factor is asked for.

use domain::federation::{
    ExternalIdentity, FederatedSignIn, FederationError, IdentityKey, SUBJECT, SamlSubject, provider_group,
};
use domain::identity_providers::IdentityProvider;
use domain::random;
use domain::users::User;
use storage::{ClientWithPool, NotWritten, StoreError};
use wire::EventType;

use super::account_event;
use super::sign_in::{SignedInBrowser, keep_browser};
use crate::call::Call;
use crate::error::ApiError;

/// How often somebody else may come first, with the same identity or the same user, before a sign-in gives up.
const TRIES: usize = 5;

/// Why nobody was signed in.
#[derive(Debug)]
pub(crate) enum FederateError {
    /// What the application is told.
    Refused(FederationError),
    /// A fault, or too many at once.
    Fault(ApiError),
}

impl From<FederationError> for FederateError {
    fn from(error: FederationError) -> Self {
        Self::Refused(error)
    }
}

impl From<ApiError> for FederateError {
    fn from(error: ApiError) -> Self {
        Self::Fault(error)
    }
}

impl From<StoreError> for FederateError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Somebody came first: the user has changed, or the identity has become somebody's.
struct Clash;

/// The user for whom an identity stands: who was linked to it or signed in with it before, or a new one. Their attributes are
/// then as the provider says. Of several first sign-ins at once, all get the one user that one of them makes.
///
/// # Errors
/// What the application is told when the provider's word does not make a user of the pool, or the user is disabled; faults.
pub(crate) async fn federated_user(
    call: &Call,
    client: &ClientWithPool,
    provider: &IdentityProvider,
    identity: ExternalIdentity,
) -> Result<User, FederateError> {
    let identity = &identity;
    let (pool, client) = (&client.pool, &client.client);
    let sign_in = FederatedSignIn { pool, client, provider, identity, now: call.now() };
    let subject = sign_in.subject_key()?;
    for _ in 0..TRIES {
        if let Ok(user) = user_of(call, &sign_in, &subject).await? {
            return Ok(user);
        }
        // Who came first may be of the batch that is being written. A commit after it waits for it; then a look finds them.
        call.store.begin().await?.commit().await?;
    }
    Err(ApiError::too_many_requests().into())
}

async fn user_of(
    call: &Call,
    sign_in: &FederatedSignIn<'_>,
    subject: &IdentityKey,
) -> Result<Result<User, Clash>, FederateError> {
    match known(call, sign_in, subject).await? {
        Some((user, key)) => match sign_in.refreshed(&user, &key)? {
            Some(user) => keep(call, sign_in, user, &key, subject).await,
            None => Ok(Ok(user)),
        },
        None => {
            let user = sign_in.new_user(random::uuid(call.random()))?;
            keep_new(call, sign_in, user, subject).await
        }
    }
}

/// The user of an identity, and what found them: its subject, or an attribute that it was linked by.
async fn known(
    call: &Call,
    sign_in: &FederatedSignIn<'_>,
    subject: &IdentityKey,
) -> Result<Option<(User, IdentityKey)>, StoreError> {
    let pool_id = &sign_in.pool.id;
    let mut read = call.store.read_latest().await?;
    if let Some(found) = read.user_by_identity(pool_id, subject).await? {
        return Ok(Some((found.user, subject.clone())));
    }
    let names = read.identity_attribute_names(pool_id, &subject.provider_name).await?;
    for key in names.iter().filter(|name| *name != SUBJECT).filter_map(|name| sign_in.key_by(name)) {
        if let Some(found) = read.user_by_identity(pool_id, &key).await? {
            return Ok(Some((found.user, key)));
        }
    }
    Ok(None)
}

/// Keeps a user with what the provider says now. An identity that was linked by another attribute has its subject from here on.
async fn keep(
    call: &Call,
    sign_in: &FederatedSignIn<'_>,
    user: User,
    key: &IdentityKey,
    subject: &IdentityKey,
) -> Result<Result<User, Clash>, FederateError> {
    let mut tx = call.store.begin().await?;
    match tx.save_user(sign_in.pool, &user).await? {
        Ok(()) => {}
        Err(NotWritten::AliasTaken(_)) => return Err(FederationError::AliasTaken.into()),
        Err(NotWritten::Changed | NotWritten::UsernameTaken) => return Ok(Err(Clash)),
    }
    let is_moved = key == subject
        || (tx.delete_user_identity(&user, key).await?
            && tx.insert_user_identity(&user, subject, false, call.now()).await?);
    if !is_moved {
        return Ok(Err(Clash));
    }
    tx.commit().await?;
    Ok(Ok(User { version: user.version + 1, ..user }))
}

/// Keeps a user who came for the first time, in the provider's group.
async fn keep_new(
    call: &Call,
    sign_in: &FederatedSignIn<'_>,
    user: User,
    subject: &IdentityKey,
) -> Result<Result<User, Clash>, FederateError> {
    let group = provider_group(&user.pool_id, &subject.provider_name, call.now());
    let mut tx = call.store.begin().await?;
    match tx.insert_user(sign_in.pool, &user).await? {
        Ok(()) => {}
        Err(NotWritten::UsernameTaken) if tx.user_by_identity(&user.pool_id, subject).await?.is_some() => {
            return Ok(Err(Clash));
        }
        Err(NotWritten::UsernameTaken) => {
            return Err(FederationError::UsernameTaken(sign_in.username()).into());
        }
        Err(NotWritten::Changed) => return Ok(Err(Clash)),
        Err(NotWritten::AliasTaken(_)) => return Err(FederationError::AliasTaken.into()),
    }
    if !tx.insert_user_identity(&user, subject, true, call.now()).await? {
        return Ok(Err(Clash));
    }
    tx.insert_group(&group).await?;
    tx.add_user_to_group(&group, &user.id).await?;
    tx.commit().await?;
    Ok(Ok(user))
}

/// Signs in the browser of somebody whose provider vouches for them.
///
/// # Errors
/// When the user was deleted meanwhile, and for faults.
pub(crate) async fn sign_browser_in_as(
    call: &Call,
    client: &ClientWithPool,
    user: &User,
    (provider_name, saml_subject): (&str, Option<&SamlSubject>),
) -> Result<SignedInBrowser, ApiError> {
    let client_id = &client.client.id;
    let event = account_event(call, user, Some(client_id), EventType::SignIn);
    let mut tx = call.store.begin().await?;
    let browser = keep_browser(call, &mut tx, client, user, &event, Some(provider_name)).await?;
    if let Some(subject) = saml_subject {
        tx.put_saml_subject(&browser.cookie, subject).await?;
    }
    tx.commit().await?;
    Ok(browser)
}

#[cfg(test)]
mod tests;
