//! `/passkeys/signin` and `/passkeys/add`: the browser's passkey in place of a password, and a new one for who is signed in.

use std::rc::Rc;

use domain::sign_in::Challenge;
use serde_json::Value;

use super::errors::page_error;
use super::factors::{answer, waiting};
use super::login;
use super::page::Page;
use super::view::{PageError, PasskeyAdd, PasskeyAdded};
use crate::flows::{complete_passkey_registration, start_passkey_registration};
use crate::oauth::{LiveSession, live_session};
use crate::site::{Answer, Failure, SiteRequest};

fn asks_passkey(challenge: &Challenge) -> bool {
    matches!(challenge, Challenge::WebAuthn(_))
}

/// `GET /passkeys/signin`: a reload.
pub(crate) async fn passkey_sign_in(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    Ok(match Page::open(request).await? {
        Ok(page) => page.begin_anew(),
        Err(answer) => answer,
    })
}

/// `POST /passkeys/signin`: the assertion. One that is not right ends the sign-in.
pub(crate) async fn take_passkey(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let waiting = match waiting(Page::of_form(request).await?, asks_passkey).await? {
        Ok(waiting) => waiting,
        Err(answer) => return Ok(answer),
    };
    let credential = waiting.page.form("credential").to_owned();
    match answer(waiting, &[("CREDENTIAL", &credential)]).await? {
        Ok(answer) => Ok(answer),
        Err((waiting, _)) => {
            let username = waiting.page.typed_name();
            login::show_error(waiting.page, username, PageError::Passkey).await
        }
    }
}

/// `GET /passkeys/add`, for who is signed in here. Managed login only.
pub(crate) async fn add_passkey(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let page = match Page::open(request).await? {
        Ok(page) => page,
        Err(answer) => return Ok(answer),
    };
    match live_session(&page.request, page.visit()).await? {
        Some(live) => ask_for_passkey(page, &live, None).await,
        None => Ok(sign_in_first(page)),
    }
}

/// The page to sign in at, which leads to the application; the person comes here again from there.
fn sign_in_first(page: Page) -> Answer {
    let location = page.href("/login");
    page.leave(location)
}

async fn ask_for_passkey(
    page: Page,
    LiveSession { user, .. }: &LiveSession,
    error: Option<PageError>,
) -> Result<Answer, Failure> {
    let client = &page.visit().client;
    let mut tx = page.call().store.begin().await?;
    let options =
        start_passkey_registration(page.call(), &mut tx, &client.pool, &client.client.id, user).await?;
    tx.commit().await?;
    let add = PasskeyAdd {
        options: options.to_string(),
        skip_href: Some(page.authorization.asked.redirect_uri.clone()),
        error,
        frame: page.frame(),
    };
    Ok(page.show(&add))
}

/// `POST /passkeys/add`: the passkey that the browser made.
pub(crate) async fn take_new_passkey(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let page = match Page::of_form(request).await? {
        Ok(page) => page,
        Err(answer) => return Ok(answer),
    };
    let Some(live) = live_session(&page.request, page.visit()).await? else {
        return Ok(sign_in_first(page));
    };
    let made: Value = serde_json::from_str(page.form("credential")).unwrap_or_default();
    let client = &page.visit().client;
    let (pool, client_id) = (&client.pool, &client.client.id);
    let mut tx = page.call().store.begin().await?;
    let kept = complete_passkey_registration(page.call(), &mut tx, pool, client_id, &live.user, made).await;
    match kept {
        Ok(()) => {
            tx.commit().await?;
            let continue_href = Some(page.authorization.asked.redirect_uri.clone());
            let added = PasskeyAdded { continue_href, frame: page.frame() };
            Ok(page.show(&added))
        }
        Err(error) => {
            drop(tx);
            let error = page_error(&page.request, error, &[])?;
            ask_for_passkey(page, &live, Some(error)).await
        }
    }
}
