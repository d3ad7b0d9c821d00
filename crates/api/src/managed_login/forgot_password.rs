//! `/forgotPassword` and `/confirmforgotPassword`: another password, for a code that was sent.

use std::rc::Rc;

use domain::oauth::PageRefusal;

use super::errors::page_error;
use super::login::name_kind;
use super::page::Page;
use super::page_state::{PageState, Step, Told};
use super::shapes;
use super::sign_up::medium_of;
use super::view::{ForgotPassword, PageError, ResetPassword};
use crate::flows;
use crate::site::{Answer, Failure, SiteRequest};

/// `GET /forgotPassword`.
pub(crate) async fn forgot_password(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    Ok(match Page::open(request).await? {
        Ok(page) if page.is_native() => show_forgot(page, String::new(), None),
        Ok(_) => return Err(PageRefusal::NoProvider.into()),
        Err(answer) => answer,
    })
}

fn show_forgot(page: Page, username: String, error: Option<PageError>) -> Answer {
    let forgot = ForgotPassword {
        username_label: name_kind(&page.visit().client.pool),
        username,
        sign_in_href: Some(page.href("/login")),
        error,
        frame: page.frame(),
    };
    page.show(&forgot)
}

/// `POST /forgotPassword`: sends the code.
pub(crate) async fn send_reset_code(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let page = match Page::of_form(request).await? {
        Ok(page) => page,
        Err(answer) => return Ok(answer),
    };
    if !page.is_native() {
        return Err(PageRefusal::NoProvider.into());
    }
    // The button for another code knows the name from the page before.
    let known = match &page.state.step {
        Some(Step::ResetPassword { username, .. }) => Some(username.clone()),
        Some(Step::SignIn { .. } | Step::SignUp { .. }) | None => None,
    };
    let is_first = page.request.form("username").is_some();
    let username = match (page.request.form("username"), known) {
        (Some(username), _) => username.trim().to_owned(),
        (None, Some(username)) => username,
        (None, None) => return Ok(page.begin_anew()),
    };
    match flows::forgot_password(page.call(), &page.visit().client, &username).await {
        Ok(details) => {
            let step = Step::ResetPassword { username, destination: details.destination };
            let state = PageState::at(step);
            let state = if is_first { state } else { state.and_telling(Told::CodeSent) };
            Ok(page.go("/confirmforgotPassword", state))
        }
        Err(error) => {
            let error = page_error(&page.request, error, &[])?;
            Ok(if is_first {
                show_forgot(page, username, Some(error))
            } else {
                show_reset(page, Some(error))
            })
        }
    }
}

/// `GET /confirmforgotPassword`.
pub(crate) async fn reset_password(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    Ok(match Page::open(request).await? {
        Ok(page) => show_reset(page, None),
        Err(answer) => answer,
    })
}

fn show_reset(page: Page, error: Option<PageError>) -> Answer {
    let Some(Step::ResetPassword { destination, .. }) = page.state.step.clone() else {
        return page.begin_anew();
    };
    let reset = ResetPassword {
        code: page.form("code").to_owned(),
        medium: destination.as_deref().map(medium_of),
        destination,
        policy: page.policy(&error),
        resend_action: Some(page.href("/forgotPassword")),
        notice: page.state.notice(),
        error,
        frame: page.frame_at("/confirmforgotPassword"),
    };
    page.show(&reset)
}

/// `POST /confirmforgotPassword`.
pub(crate) async fn take_reset(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let page = match Page::of_form(request).await? {
        Ok(page) => page,
        Err(answer) => return Ok(answer),
    };
    let Some(Step::ResetPassword { username, .. }) = page.state.step.clone() else {
        return Ok(page.begin_anew());
    };
    let password = page.form("password");
    if password != page.form("confirm_password") {
        return Ok(show_reset(page, Some(PageError::PasswordsDiffer)));
    }
    let code = page.form("code").trim();
    let client = &page.visit().client;
    if let Err(error) = shapes::reset(&client.client.id, &username, code, password) {
        return Ok(show_reset(page, Some(error)));
    }
    match flows::confirm_forgot_password(page.call(), client, &username, code, password).await {
        Ok(()) => Ok(page.go("/login", PageState::telling(Told::PasswordChanged))),
        Err(error) => {
            let error = page_error(&page.request, error, &[])?;
            Ok(show_reset(page, Some(error)))
        }
    }
}
