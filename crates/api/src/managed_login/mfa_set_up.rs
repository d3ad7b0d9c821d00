//! `/mfaSetup/totp`: an authenticator app is set up in the middle of a sign-in, because the pool insists on a second factor.

use std::rc::Rc;

use domain::sign_in::Challenge;
use domain::software_tokens::SoftwareToken;

use super::errors::page_error;
use super::factors::{Waiting, waiting};
use super::page::{Page, is_over};
use super::step;
use super::view::{PageError, SetUpTotp, qr_image};
use crate::error::ApiError;
use crate::flows::sign_in::at_pages;
use crate::flows::{OwnerProof, verify_software_token};
use crate::site::{Answer, Failure, SiteRequest};

fn sets_up(challenge: &Challenge) -> bool {
    matches!(challenge, Challenge::SetUpMfa(_))
}

/// `GET /mfaSetup/totp`.
pub(crate) async fn set_up_totp(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    match waiting(Page::open(request).await?, sets_up).await? {
        Ok(waiting) => show(waiting, None).await,
        Err(answer) => Ok(answer),
    }
}

/// `POST /mfaSetup/totp`: the app's first code.
pub(crate) async fn take_totp(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let waiting = match waiting(Page::of_form(request).await?, sets_up).await? {
        Ok(waiting) => waiting,
        Err(answer) => return Ok(answer),
    };
    let page = &waiting.page;
    let proof = OwnerProof { access_token: None, session: Some(&waiting.handle) };
    let handle = match verify_software_token(page.call(), proof, page.form("code").trim(), None).await {
        Ok(session) => session.ok_or_else(|| ApiError::internal("a sign-in goes on after its set-up"))?,
        Err(error) if is_over(&error) => return Ok(waiting.page.begin_anew()),
        Err(error) => {
            let error = page_error(&page.request, error, &[])?;
            return show(waiting, Some(error)).await;
        }
    };
    let outcome = at_pages::answer(page.call(), &page.visit().client, &handle, Default::default()).await?;
    step::after(waiting.page, outcome).await
}

/// Shows the secret that waits for its first code.
async fn show(waiting: Waiting, error: Option<PageError>) -> Result<Answer, Failure> {
    let Waiting { page, user, .. } = waiting;
    let Some(user) = user else { return Ok(page.begin_anew()) };
    let token = page.call().store.read_latest().await?.unverified_software_token(&user.id).await?;
    let Some(token) = token else { return Ok(page.begin_anew()) };
    let pool = &page.visit().client.pool;
    let account = user.attribute("email").unwrap_or(&user.username);
    let set_up = SetUpTotp {
        qr_image: qr_image(&otpauth_uri(&pool.name, account, &token)),
        secret: token.secret_code(),
        error,
        frame: page.frame(),
    };
    Ok(page.show(&set_up))
}

/// What apps read from a QR code ("Key URI Format" of Google Authenticator).
fn otpauth_uri(issuer: &str, account: &str, token: &SoftwareToken) -> String {
    let mut uri = url::Url::parse("otpauth://totp/").expect("a literal URL");
    uri.set_path(&format!("{issuer}:{account}"));
    uri.query_pairs_mut().append_pair("secret", &token.secret_code()).append_pair("issuer", issuer);
    uri.into()
}
