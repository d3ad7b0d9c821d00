//! `/signup`, `/confirm` and `/resendcode`: an account of one's own, and the code that confirms it.

use std::rc::Rc;

use domain::oauth::PageRefusal;
use domain::sign_in::Surface;
use domain::user_pools::UserPool;
use wire::{AttributeType, CodeDeliveryDetailsType, DefaultEmailOptionType, UsernameAttributeType};

use super::brand::terms_links;
use super::errors::page_error;
use super::page::Page;
use super::page_state::{PageState, Step, Told};
use super::shapes;
use super::step;
use super::view::{CheckMail, ConfirmSignUp, Field, FieldKind, Medium, PageError, SignUp, TermsLinks};

use crate::flows;
use crate::flows::sign_in::at_pages;
use crate::site::{Answer, Failure, SiteRequest};

/// `GET /signup`.
pub(crate) async fn sign_up(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    match Page::open(request).await? {
        Ok(page) if page.is_native() => show(page, None).await,
        Ok(_) => Err(PageRefusal::NoProvider.into()),
        Err(answer) => Ok(answer),
    }
}

/// `POST /signup`.
pub(crate) async fn take_sign_up(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let page = match Page::of_form(request).await? {
        Ok(page) => page,
        Err(answer) => return Ok(answer),
    };
    if !page.is_native() {
        return Err(PageRefusal::NoProvider.into());
    }
    let (username, attributes) = filled_in(&page);
    let password = page.form("password");
    if password != page.form("confirm_password") {
        return show(page, Some(PageError::PasswordsDiffer)).await;
    }
    let credentials = (username.as_str(), Some(password).filter(|password| !password.is_empty()));
    let client = &page.visit().client;
    if let Err(error) = shapes::sign_up(&client.client.id, credentials.0, credentials.1, &attributes) {
        return show(page, Some(error)).await;
    }
    let signed_up =
        flows::sign_up(page.call(), client, Surface::ManagedLogin, credentials, &attributes).await;
    match signed_up {
        Ok(signed_up) => {
            let Some(details) = signed_up.code_delivery_details else {
                // The user exists, and nobody will ever confirm them but an administrator.
                return show(page, Some(PageError::CodeNotSent)).await;
            };
            let destination = Some(destination(&details));
            let step = Step::SignUp { username, destination, handle: signed_up.session };
            Ok(page.go("/confirm", PageState::at(step)))
        }
        Err(error) => {
            let error = page_error(&page.request, error, &attribute_names(&client.pool))?;
            show(page, Some(error)).await
        }
    }
}

/// Where a message went, with how: the page tells them apart by their looks.
fn destination(details: &CodeDeliveryDetailsType) -> String {
    details.destination.clone().unwrap_or_default()
}

/// A masked telephone number begins with a plus sign.
pub(super) fn medium_of(destination: &str) -> Medium {
    if destination.starts_with('+') { Medium::Phone } else { Medium::Email }
}

/// Goes to the page for the code of a sign-up that another browser may have begun.
pub(super) fn go_to_confirm(page: Page, username: String) -> Answer {
    let step = Step::SignUp { username, destination: None, handle: None };
    page.go("/confirm", PageState::at(step))
}

/// The attributes that somebody fills in: the required ones, beside the name where that is one.
fn attribute_names(pool: &UserPool) -> Vec<String> {
    let is_name = |name: &str| match name {
        "email" => pool.settings.has_username_attribute(UsernameAttributeType::Email),
        "phone_number" => pool.settings.has_username_attribute(UsernameAttributeType::PhoneNumber),
        _ => false,
    };
    // With both to choose from, one of them is the name, and which is not known before.
    pool.schema.required().filter(|name| *name != "sub" && !is_name(name)).map(str::to_owned).collect()
}

fn filled_in(page: &Page) -> (String, Vec<AttributeType>) {
    let pool = &page.visit().client.pool;
    let attributes = attribute_names(pool)
        .into_iter()
        .filter_map(|name| {
            let value = page.form(&name).trim().to_owned();
            (!value.is_empty()).then_some(AttributeType { name, value: Some(value) })
        })
        .collect();
    (page.form("username").trim().to_owned(), attributes)
}

async fn show(page: Page, error: Option<PageError>) -> Result<Answer, Failure> {
    let client = &page.visit().client;
    let pool = &client.pool;
    let texts = page.texts();
    let language = page.language().terms_key();
    let terms = terms_links(page.call(), client, &[language]).await?;
    let filled = |field: Field| Field { value: page.form(&field.name).to_owned(), ..field };
    let sign_up = SignUp {
        username: Some(filled(username_field(&page))),
        fields: attribute_names(pool)
            .iter()
            .map(|name| filled(Field::of_attribute(texts, name, true)))
            .collect(),
        password_required: !pool.settings.signs_in_without_password(),
        policy: page.policy(&error),
        terms: terms.map(|(terms_of_use, privacy_policy)| TermsLinks { terms_of_use, privacy_policy }),
        sign_in_href: page.href("/login"),
        error,
        frame: page.frame(),
    };
    Ok(page.show(&sign_up))
}

/// The field for the name: a username, an e-mail address or a telephone number.
fn username_field(page: &Page) -> Field {
    let pool = &page.visit().client.pool;
    let by_email = pool.settings.has_username_attribute(UsernameAttributeType::Email);
    let by_phone = pool.settings.has_username_attribute(UsernameAttributeType::PhoneNumber);
    let (label, kind) = match (by_email, by_phone) {
        (true, true) => (page.texts().email_or_phone.clone(), FieldKind::Text),
        (true, false) => (page.texts().email_address.clone(), FieldKind::Email),
        (false, true) => (page.texts().phone_number.clone(), FieldKind::Tel),
        (false, false) => (page.texts().username.clone(), FieldKind::Text),
    };
    Field { name: "username".to_owned(), label, kind, value: String::new(), required: true }
}

/// `GET /confirm`.
pub(crate) async fn confirm(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    Ok(match Page::open(request).await? {
        Ok(page) => show_confirm(page, None),
        Err(answer) => answer,
    })
}

fn show_confirm(page: Page, error: Option<PageError>) -> Answer {
    let Some(Step::SignUp { username, destination, .. }) = page.state.step.clone() else {
        return page.begin_anew();
    };
    if confirms_by_link(&page.visit().client.pool, destination.as_deref()) {
        let check_mail = CheckMail { destination, frame: page.frame_at("/confirm") };
        return page.show(&check_mail);
    }
    let confirm = ConfirmSignUp {
        username,
        medium: destination.as_deref().map(medium_of),
        destination,
        resend_action: page.href("/resendcode"),
        notice: page.state.notice(),
        error,
        frame: page.frame_at("/confirm"),
    };
    page.show(&confirm)
}

/// Whether the message had a link and no code: e-mails alone can have one.
fn confirms_by_link(pool: &UserPool, destination: Option<&str>) -> bool {
    let template = pool.settings.verification_message_template.as_ref();
    let option = template.and_then(|template| template.default_email_option);
    option == Some(DefaultEmailOptionType::ConfirmWithLink)
        && destination.is_none_or(|destination| matches!(medium_of(destination), Medium::Email))
}

/// `POST /confirm`.
pub(crate) async fn take_confirmation(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let page = match Page::of_form(request).await? {
        Ok(page) => page,
        Err(answer) => return Ok(answer),
    };
    let Some(Step::SignUp { username, handle, .. }) = page.state.step.clone() else {
        return Ok(page.begin_anew());
    };
    let client = &page.visit().client;
    let shown = (username.as_str(), page.form("code").trim());
    let surface = Surface::ManagedLogin;
    let confirmed =
        flows::confirm_by_code(page.call(), client, shown, false, surface, handle.as_deref()).await;
    let session = match confirmed {
        Ok(session) => session,
        // The handle of the sign-up ended before the code did: it is confirmed without going on.
        Err(error) if super::page::is_over(&error) => {
            flows::confirm_by_code(page.call(), client, shown, false, surface, None).await?
        }
        Err(error) => {
            let error = page_error(&page.request, error, &[])?;
            return Ok(show_confirm(page, Some(error)));
        }
    };
    if session.is_none() {
        return Ok(page.go("/login", PageState::telling(Told::Confirmed)));
    }
    let outcome = at_pages::after_sign_up(page.call(), client, session.as_deref()).await?;
    step::after(page, outcome).await
}

/// `POST /resendcode`.
pub(crate) async fn resend_code(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let page = match Page::of_form(request).await? {
        Ok(page) => page,
        Err(answer) => return Ok(answer),
    };
    let Some(Step::SignUp { username, handle, .. }) = page.state.step.clone() else {
        return Ok(page.begin_anew());
    };
    match flows::resend_confirmation_code(page.call(), &page.visit().client, &username).await {
        Ok(details) => {
            let step = Step::SignUp { username, destination: Some(destination(&details)), handle };
            Ok(page.go("/confirm", PageState::at(step).and_telling(Told::CodeSent)))
        }
        Err(error) => {
            let error = page_error(&page.request, error, &[])?;
            Ok(show_confirm(page, Some(error)))
        }
    }
}
