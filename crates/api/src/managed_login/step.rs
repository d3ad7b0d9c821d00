//! What comes after a step: the page of the next challenge, or the application. Decided here alone.

use domain::sign_in::{Challenge, FirstFactor};
use domain::users::MfaFactor;

use super::page::Page;
use super::page_state::{PageState, Told};
use super::view::PasskeySignIn;
use crate::error::ApiError;
use crate::flows::sign_in::at_pages;
use crate::flows::sign_in::{Asked, Outcome, SignedInBrowser};
use crate::flows::{OwnerProof, associate_software_token};
use crate::oauth::{grant, session_cookie};
use crate::site::{Answer, Cookie, Failure};

/// The page that asks for this. The JSON API's challenges that no page has are answered elsewhere or never asked here.
pub(super) fn path_of(challenge: &Challenge) -> &'static str {
    match challenge {
        Challenge::NewPassword => "/changePassword",
        Challenge::MfaCode(..) | Challenge::SoftwareToken | Challenge::Code(..) => "/mfa",
        Challenge::SelectMfa(_) => "/selectMfa",
        Challenge::SetUpMfa(_) => "/mfaSetup/totp",
        Challenge::SelectFirstFactor(_) => "/selectChallenge",
        Challenge::Password => "/password",
        Challenge::WebAuthn(_) => "/passkeys/signin",
        Challenge::SrpA
        | Challenge::PasswordVerifier(_)
        | Challenge::SigningUp
        | Challenge::SignedUp
        | Challenge::DeviceSrpA
        | Challenge::DeviceVerifier(_) => "/login",
    }
}

/// Goes on after a step of a sign-in.
pub(super) async fn after(page: Page, outcome: Outcome<SignedInBrowser>) -> Result<Answer, Failure> {
    match outcome {
        Outcome::SignedIn(browser) => back_to_application(page, browser).await,
        Outcome::Asked(asked) => ask(page, asked).await,
    }
}

async fn back_to_application(page: Page, browser: SignedInBrowser) -> Result<Answer, Failure> {
    let event_id = browser.session.event_id;
    let location = grant(page.call(), &page.authorization, &browser.session, event_id).await?;
    let cookie = Cookie::new(session_cookie(&page.request.site, page.visit()), browser.cookie);
    Ok(page.leave(location).with_cookie(cookie).with_cookie(PageState::forgotten()))
}

async fn ask(page: Page, asked: Asked) -> Result<Answer, Failure> {
    let handle = asked.session.ok_or_else(|| ApiError::internal("a challenge of a page has a handle"))?;
    let (sign_in, _) = at_pages::waiting(page.call(), &page.visit().client, &handle).await?;
    let challenge = &sign_in.challenge;
    // Nothing to choose: SRP is for programs.
    if let Challenge::SelectFirstFactor(offered) = challenge
        && only_password(offered)
    {
        let answer = [("ANSWER".to_owned(), FirstFactor::Password.challenge_name().to_string())];
        let outcome = at_pages::answer(page.call(), &page.visit().client, &handle, answer.into()).await?;
        return Box::pin(after(page, outcome)).await;
    }
    // The options are told once, and with them this page.
    if let Challenge::WebAuthn(_) = challenge {
        let options = asked.parameters.get("CREDENTIAL_REQUEST_OPTIONS").cloned().unwrap_or_default();
        return Ok(ask_passkey(page, &handle, options));
    }
    if let Challenge::SetUpMfa(factors) = challenge {
        return if factors.contains(&MfaFactor::SoftwareToken) {
            set_up_software_token(page, &handle).await
        } else {
            // No page sets up another factor.
            Ok(page.go("/login", PageState::telling(Told::NoMfaMethod)))
        };
    }
    let state = page.waiting_under(handle);
    Ok(page.go(path_of(challenge), state))
}

fn only_password(offered: &[FirstFactor]) -> bool {
    offered.iter().all(|factor| matches!(factor, FirstFactor::Password | FirstFactor::PasswordSrp))
}

/// Makes the secret of an authenticator app, and goes to the page that shows it.
async fn set_up_software_token(page: Page, handle: &str) -> Result<Answer, Failure> {
    let proof = OwnerProof { access_token: None, session: Some(handle) };
    let (_, session) = associate_software_token(page.call(), proof).await?;
    let handle = session.ok_or_else(|| ApiError::internal("a sign-in goes on after its set-up"))?;
    let state = page.waiting_under(handle);
    Ok(page.go("/mfaSetup/totp", state))
}

/// Shows what the browser is to sign. The options are told once: a browser that comes back begins anew.
fn ask_passkey(page: Page, handle: &str, options: String) -> Answer {
    let cookie = page.waiting_under(handle.to_owned()).cookie(&page.request, page.visit());
    let frame = page.frame_at("/passkeys/signin");
    let sign_in = PasskeySignIn { options, other_href: Some(page.href("/login")), error: None, frame };
    page.show(&sign_in).with_cookie(cookie)
}
