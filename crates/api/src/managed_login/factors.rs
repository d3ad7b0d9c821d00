//! Factors: which one, a password by itself, and codes that were sent or that an app shows.

use std::collections::BTreeMap;
use std::rc::Rc;

use domain::messages;
use domain::sign_in::{Challenge, SignIn, required_attributes};
use domain::users::{MfaFactor, User};
use wire::VerifiedAttributeType;

use super::errors::page_error;
use super::page::{Page, is_over};
use super::view::{ChooseFactor, ChooseMfa, CodeKind, EnterCode, EnterPassword, PageError};
use super::{login, step};
use crate::flows::made_up_details;
use crate::flows::sign_in::at_pages;
use crate::site::{Answer, Failure, SiteRequest};

/// A page in the middle of a sign-in.
pub(super) struct Waiting {
    /// The page.
    pub(super) page: Page,
    /// What is waited for.
    pub(super) sign_in: SignIn,
    /// The user; none where nobody has the name.
    pub(super) user: Option<User>,
    /// The handle of the sign-in.
    pub(super) handle: String,
}

impl Waiting {
    /// The required attributes that the user has not.
    pub(super) fn missing_attributes(&self) -> Vec<String> {
        let pool = &self.page.visit().client.pool;
        let missing = self.user.as_ref().map(|user| required_attributes(pool, user)).unwrap_or_default();
        missing.iter().map(|name| name.trim_start_matches("userAttributes.").to_owned()).collect()
    }
}

/// The sign-in that a page is in the middle of. The inner error begins anew, or leads to where the sign-in really is.
pub(super) async fn waiting(
    page: Result<Page, Answer>,
    is_here: impl Fn(&Challenge) -> bool,
) -> Result<Result<Waiting, Answer>, Failure> {
    let page = match page {
        Ok(page) => page,
        Err(answer) => return Ok(Err(answer)),
    };
    let Some(handle) = page.handle().map(str::to_owned) else { return Ok(Err(page.begin_anew())) };
    match at_pages::waiting(page.call(), &page.visit().client, &handle).await {
        Ok((sign_in, user)) if is_here(&sign_in.challenge) => Ok(Ok(Waiting { page, sign_in, user, handle })),
        Ok((sign_in, _)) => {
            let location = page.href(step::path_of(&sign_in.challenge));
            Ok(Err(page.leave(location)))
        }
        Err(error) if is_over(&error) => Ok(Err(page.begin_anew())),
        Err(error) => Err(error.into()),
    }
}

/// Answers the challenge by the names that the API has. The inner error is told on the page that asked.
pub(super) async fn answer(
    waiting: Waiting,
    responses: &[(&str, &str)],
) -> Result<Result<Answer, (Waiting, PageError)>, Failure> {
    let responses: BTreeMap<String, String> =
        responses.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let client = &waiting.page.visit().client;
    match at_pages::answer(waiting.page.call(), client, &waiting.handle, responses).await {
        Ok(outcome) => step::after(waiting.page, outcome).await.map(Ok),
        Err(error) if is_over(&error) => Ok(Ok(waiting.page.begin_anew())),
        Err(error) => {
            let error = page_error(&waiting.page.request, error, &waiting.missing_attributes())?;
            Ok(Err((waiting, error)))
        }
    }
}

fn chooses_factor(challenge: &Challenge) -> bool {
    matches!(challenge, Challenge::SelectFirstFactor(_))
}

/// `GET /selectChallenge`.
pub(crate) async fn choose_factor(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    Ok(match waiting(Page::open(request).await?, chooses_factor).await? {
        Ok(waiting) => show_factors(waiting, None),
        Err(answer) => answer,
    })
}

fn show_factors(Waiting { page, sign_in, .. }: Waiting, error: Option<PageError>) -> Answer {
    let factors =
        if let Challenge::SelectFirstFactor(factors) = sign_in.challenge { factors } else { Vec::new() };
    let choose = ChooseFactor { username: page.typed_name(), factors, error, frame: page.frame() };
    page.show(&choose)
}

/// `POST /selectChallenge`.
pub(crate) async fn take_factor(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let waiting = match waiting(Page::of_form(request).await?, chooses_factor).await? {
        Ok(waiting) => waiting,
        Err(answer) => return Ok(answer),
    };
    let factor = waiting.page.form("factor").to_owned();
    Ok(match answer(waiting, &[("ANSWER", &factor)]).await? {
        Ok(answer) => answer,
        Err((waiting, error)) => show_factors(waiting, Some(error)),
    })
}

fn asks_password(challenge: &Challenge) -> bool {
    matches!(challenge, Challenge::Password)
}

/// `GET /password`.
pub(crate) async fn enter_password(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    Ok(match waiting(Page::open(request).await?, asks_password).await? {
        Ok(Waiting { page, .. }) => {
            let enter = EnterPassword {
                username: page.typed_name(),
                forgot_href: Some(page.href("/forgotPassword")),
                other_href: Some(page.href("/login")),
                error: None,
                frame: page.frame(),
            };
            page.show(&enter)
        }
        Err(answer) => answer,
    })
}

/// `POST /password`. A wrong one ends the sign-in, as at the API: the person begins with their name again.
pub(crate) async fn take_password(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let waiting = match waiting(Page::of_form(request).await?, asks_password).await? {
        Ok(waiting) => waiting,
        Err(answer) => return Ok(answer),
    };
    let responses = [("PASSWORD".to_owned(), waiting.page.form("password").to_owned())];
    let client = &waiting.page.visit().client;
    let outcome = at_pages::answer(waiting.page.call(), client, &waiting.handle, responses.into()).await;
    match outcome {
        Ok(outcome) => step::after(waiting.page, outcome).await,
        Err(error) if is_over(&error) => Ok(waiting.page.begin_anew()),
        Err(error) => login::refused(waiting.page, error).await,
    }
}

fn asks_code(challenge: &Challenge) -> bool {
    matches!(challenge, Challenge::MfaCode(..) | Challenge::SoftwareToken | Challenge::Code(..))
}

/// `GET /mfa`.
pub(crate) async fn enter_code(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    Ok(match waiting(Page::open(request).await?, asks_code).await? {
        Ok(waiting) => show_code(waiting, None),
        Err(answer) => answer,
    })
}

/// `POST /mfa`.
pub(crate) async fn take_code(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let waiting = match waiting(Page::of_form(request).await?, asks_code).await? {
        Ok(waiting) => waiting,
        Err(answer) => return Ok(answer),
    };
    let code = waiting.page.form("code").trim().to_owned();
    if code.is_empty() {
        return Ok(show_code(waiting, Some(PageError::CodeMismatch)));
    }
    let name = match kind_of(&waiting.sign_in.challenge) {
        CodeKind::Sms => "SMS_MFA_CODE",
        CodeKind::Email | CodeKind::EmailOtp => "EMAIL_OTP_CODE",
        CodeKind::SoftwareToken => "SOFTWARE_TOKEN_MFA_CODE",
        CodeKind::SmsOtp => "SMS_OTP_CODE",
    };
    Ok(match answer(waiting, &[(name, &code)]).await? {
        Ok(answer) => answer,
        Err((waiting, error)) => show_code(waiting, Some(error)),
    })
}

/// What a code of the page is for. What is no code never comes here.
fn kind_of(challenge: &Challenge) -> CodeKind {
    if let Challenge::Code(attribute, _) = challenge {
        return match attribute {
            VerifiedAttributeType::Email => CodeKind::EmailOtp,
            VerifiedAttributeType::PhoneNumber => CodeKind::SmsOtp,
        };
    }
    if let Challenge::MfaCode(factor, _) = challenge {
        return match factor {
            MfaFactor::Sms => CodeKind::Sms,
            MfaFactor::Email => CodeKind::Email,
            MfaFactor::SoftwareToken => CodeKind::SoftwareToken,
        };
    }
    CodeKind::SoftwareToken
}

fn show_code(Waiting { page, sign_in, user, .. }: Waiting, error: Option<PageError>) -> Answer {
    let kind = kind_of(&sign_in.challenge);
    let attribute = match kind {
        CodeKind::Sms | CodeKind::SmsOtp => Some(VerifiedAttributeType::PhoneNumber),
        CodeKind::Email | CodeKind::EmailOtp => Some(VerifiedAttributeType::Email),
        CodeKind::SoftwareToken => None,
    };
    let destination = attribute.and_then(|attribute| {
        match user.as_ref().and_then(|user| user.attribute(attribute.as_str())) {
            Some(to) => messages::delivery_details(attribute, to),
            None => {
                let name = sign_in.unknown_name.as_ref().unwrap_or(&sign_in.username);
                made_up_details(page.call(), &page.visit().client.pool, attribute, name)
            }
        }
        .destination
    });
    let enter = EnterCode {
        kind,
        destination,
        resend: false,
        other_href: sign_in.is_choice_based.then(|| page.href("/login")),
        notice: page.state.notice(),
        error,
        frame: page.frame(),
    };
    page.show(&enter)
}

fn chooses_mfa(challenge: &Challenge) -> bool {
    matches!(challenge, Challenge::SelectMfa(_))
}

/// `GET /selectMfa`.
pub(crate) async fn choose_mfa(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    Ok(match waiting(Page::open(request).await?, chooses_mfa).await? {
        Ok(waiting) => show_mfa(waiting, None),
        Err(answer) => answer,
    })
}

fn show_mfa(Waiting { page, sign_in, .. }: Waiting, error: Option<PageError>) -> Answer {
    let factors = if let Challenge::SelectMfa(factors) = sign_in.challenge { factors } else { Vec::new() };
    let choose = ChooseMfa { factors, error, frame: page.frame() };
    page.show(&choose)
}

/// `POST /selectMfa`.
pub(crate) async fn take_mfa(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let waiting = match waiting(Page::of_form(request).await?, chooses_mfa).await? {
        Ok(waiting) => waiting,
        Err(answer) => return Ok(answer),
    };
    let factor = waiting.page.form("factor").to_owned();
    Ok(match answer(waiting, &[("ANSWER", &factor)]).await? {
        Ok(answer) => answer,
        Err((waiting, error)) => show_mfa(waiting, Some(error)),
    })
}
