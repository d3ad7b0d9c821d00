//! Pages without a step: what went wrong, nobody is signed in any more, and the link of a verification mail.

use std::rc::Rc;

use domain::oauth::PageRefusal;
use domain::sign_in::Surface;
use wire::ErrorCode;

use super::view::{self, Brand, Confirmed, Frame, Language, SignedOut, Texts, html};
use crate::body_fault::BodyFault;
use crate::error::ApiError;
use crate::flows::{client_of_link, confirm_by_code};
use crate::site::{Answer, Failure, Named, SiteRequest, check_exists, several_domains};

/// The frame of a page that is of no client.
fn frame(request: &SiteRequest) -> Frame {
    let accepted = request.headers.accept_language.as_deref();
    let language = Language::negotiate(request.query("lang"), request.cookie("lang"), accepted);
    Frame {
        texts: Texts::of(language),
        language,
        languages: Vec::new(),
        csrf: String::new(),
        action: request.here(),
        base: request.site.base_path.clone(),
        brand: Brand::default(),
        is_classic: false,
    }
}

fn failed(request: &SiteRequest, status: u16, detail: String) -> Answer {
    let frame = frame(request);
    let message = frame.texts.failure_text.clone();
    Answer::page(status, html(&view::Failure { message, detail: Some(detail), frame }))
}

/// What a browser sees of a failure.
pub(crate) fn told(request: &SiteRequest, failure: &Failure) -> Answer {
    match failure {
        // The service sends the browser to a page of its own for this one.
        Failure::Page(PageRefusal::RedirectMismatch) => {
            let client_id = request.query("client_id").unwrap_or_default();
            let parameters = [("error", "redirect_mismatch"), ("client_id", client_id)];
            let path = format!("{}/error", request.site.base_path);
            Answer::redirect(domain::oauth::with_query(&path, &parameters))
        }
        Failure::Page(refusal) => failed(request, 400, refusal.to_string()),
        Failure::OAuth(status, error) => failed(request, *status, error.code().to_owned()),
        Failure::Csrf => failed(request, 403, "csrf".to_owned()),
        Failure::TooManyGuesses => failed(request, 429, "too_many_requests".to_owned()),
        Failure::Body(fault) => no_form(request, *fault),
        Failure::UnknownHost(told) => failed(request, 404, no_such_domain(told)),
        Failure::SeveralDomains(names) => failed(request, 404, several_domains(names)),
        Failure::NoDomain => failed(request, 400, "The user pool has no domain.".to_owned()),
        Failure::WrongBinding => failed(request, 400, WRONG_BINDING.to_owned()),
        Failure::Federation(error) => failed(request, 400, error.to_string()),
        Failure::Api(error) if error.is_rate_exceeded() => {
            let seconds = request.call.unsigned_rate.retry_after_seconds();
            failed(request, 429, "too_many_requests".to_owned())
                .with_header("retry-after", seconds.to_string())
        }
        Failure::Api(ApiError { status: 500.., .. }) => failed(request, 500, "server_error".to_owned()),
        Failure::Api(error) => failed(request, 400, error.message.clone()),
    }
}

fn no_form(request: &SiteRequest, fault: BodyFault) -> Answer {
    let detail = match fault {
        BodyFault::TooLarge => "request_too_large",
        BodyFault::TimedOut => "request_timeout",
        BodyFault::Crowded => "temporarily_unavailable",
        BodyFault::Broken => "invalid_request",
    };
    let answer = failed(request, fault.status(), detail.to_owned());
    if fault == BodyFault::Crowded { answer.with_header("retry-after", "1") } else { answer }
}

const WRONG_BINDING: &str = "An error was encountered with the requested page.";

fn no_such_domain(told: &[String]) -> String {
    if told.is_empty() {
        "There is no such domain here.".to_owned()
    } else {
        format!("There is no such domain here. There is: {}", told.join(", "))
    }
}

/// `GET /`: what this is. At a domain there is nothing.
pub(crate) async fn root(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let mut read = request.call.store.read_latest().await?;
    check_exists(&request.call, &mut read, &request.site).await?;
    Ok(match request.site.named {
        Named::Plain => Answer::text(WELCOME),
        Named::Prefix { .. } | Named::Custom(_) | Named::Path(_) => {
            failed(&request, 404, "not_found".to_owned())
        }
    })
}

const WELCOME: &str = "Poolhouse: Amazon Cognito user pools.\n\
                       Point an AWS SDK's endpoint for cognito-idp at this URL.\n";

/// The address says it, and could say anything.
const LONGEST_DETAIL: usize = 100;

/// `GET /error`: what another endpoint has to tell.
pub(crate) async fn error_page(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let detail = request.query("error").unwrap_or("invalid_request").chars().take(LONGEST_DETAIL).collect();
    Ok(failed(&request, 400, detail))
}

/// `GET /signedout`: where applications without a page for it can send people.
pub(crate) async fn signed_out(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    Ok(Answer::page(200, html(&SignedOut { frame: frame(&request) })))
}

/// `GET /confirmUser`: the link of a verification e-mail, for pools that send links in place of codes.
pub(crate) async fn confirm_user(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let required = |name: &'static str| request.query(name).ok_or(PageRefusal::Missing(name));
    let client_id = required("client_id")?;
    let shown = (required("user_name")?, required("confirmation_code")?);
    let client = client_of_link(&request.call, client_id.to_owned()).await?;
    let confirmed = confirm_by_code(&request.call, &client, shown, false, Surface::ManagedLogin, None).await;
    if confirmed.as_ref().is_err_and(|error| error.code == ErrorCode::CodeMismatchException.as_str()) {
        request.guessed_wrong.set(true);
    }
    confirmed?;
    Ok(Answer::page(200, html(&Confirmed { sign_in_href: None, frame: frame(&request) })))
}
