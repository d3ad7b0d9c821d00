//! Signing in at the pages of a domain: the same steps as at the API, with a browser that is signed in at the end.
//!
//! No secret hash and no `ExplicitAuthFlows` here: the page is the pool's own, and the person types into it. The choice of a
//! first factor alone asks for `ALLOW_USER_AUTH` (developer guide, "Managed login").

use std::collections::BTreeMap;

use domain::sign_in::{SignIn, SignInError, Surface};
use domain::users::User;
use storage::ClientWithPool;
use wire::ExplicitAuthFlowsType;

use super::{Attempt, Outcome, Parameters, SignedInBrowser};
use crate::call::Call;
use crate::error::ApiError;

/// What a person at a page may do: sign in to this client.
fn attempt<'a>(call: &'a Call, client: &'a ClientWithPool) -> Attempt<'a> {
    Attempt { call, client, surface: Surface::ManagedLogin }
}

/// Whether people choose how they sign in.
pub(crate) fn offers_choice(client: &ClientWithPool) -> bool {
    client.client.settings.allows_auth_flow(ExplicitAuthFlowsType::AllowUserAuth)
}

/// Takes a name and a password.
///
/// # Errors
/// Whatever stops the sign-in.
pub(crate) async fn with_password(
    call: &Call,
    client: &ClientWithPool,
    username: &str,
    password: &str,
) -> Result<Outcome<SignedInBrowser>, ApiError> {
    attempt(call, client).with_password(username, password, None).await?.with_browser()
}

/// Takes a name, and says which first factors there are.
///
/// # Errors
/// Whatever stops the sign-in.
pub(crate) async fn with_choice(
    call: &Call,
    client: &ClientWithPool,
    username: &str,
) -> Result<Outcome<SignedInBrowser>, ApiError> {
    let nothing_preferred = Parameters::new(None);
    attempt(call, client).with_choice(username, &nothing_preferred).await?.with_browser()
}

/// What a sign-in waits for, with its user.
///
/// # Errors
/// NotAuthorizedException when it waits no longer.
pub(crate) async fn waiting(
    call: &Call,
    client: &ClientWithPool,
    handle: &str,
) -> Result<(SignIn, Option<User>), ApiError> {
    let attempt = attempt(call, client);
    let sign_in = attempt.sign_in(handle).await?;
    let person = attempt.person_of_sign_in(&sign_in).await?;
    Ok((sign_in, person.account.map(|account| account.user)))
}

/// Takes an answer, by the names that the API has for it.
///
/// # Errors
/// Whatever stops the sign-in.
pub(crate) async fn answer(
    call: &Call,
    client: &ClientWithPool,
    handle: &str,
    responses: BTreeMap<String, String>,
) -> Result<Outcome<SignedInBrowser>, ApiError> {
    let attempt = attempt(call, client);
    let sign_in = attempt.sign_in(handle).await?;
    let person = attempt.person_of_sign_in(&sign_in).await?;
    let responses = Parameters::new(Some(responses));
    attempt.answer(person, sign_in, handle, &responses).await?.with_browser()
}

/// Signs in whoever has just confirmed a sign-up in this browser.
///
/// # Errors
/// NotAuthorizedException when too much time has passed.
pub(crate) async fn after_sign_up(
    call: &Call,
    client: &ClientWithPool,
    handle: Option<&str>,
) -> Result<Outcome<SignedInBrowser>, ApiError> {
    let handle = handle.ok_or(SignInError::NoSession)?;
    attempt(call, client).after_sign_up(handle).await?.with_browser()
}
