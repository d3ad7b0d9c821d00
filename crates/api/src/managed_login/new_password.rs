//! `/changePassword`: a password of the user's own in place of a temporary one, and required attributes that are missing.

use std::rc::Rc;

use domain::sign_in::Challenge;

use super::factors::{Waiting, answer, waiting};
use super::page::Page;
use super::view::{Field, NewPassword, PageError};
use crate::site::{Answer, Failure, SiteRequest};

fn asks_new_password(challenge: &Challenge) -> bool {
    matches!(challenge, Challenge::NewPassword)
}

/// `GET /changePassword`.
pub(crate) async fn new_password(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    Ok(match waiting(Page::open(request).await?, asks_new_password).await? {
        Ok(waiting) => show(waiting, None),
        Err(answer) => answer,
    })
}

/// `POST /changePassword`.
pub(crate) async fn take_new_password(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let waiting = match waiting(Page::of_form(request).await?, asks_new_password).await? {
        Ok(waiting) => waiting,
        Err(answer) => return Ok(answer),
    };
    let password = waiting.page.form("password").to_owned();
    if password != waiting.page.form("confirm_password") {
        return Ok(show(waiting, Some(PageError::PasswordsDiffer)));
    }
    if password.is_empty() {
        return Ok(show(waiting, Some(PageError::PasswordPolicy)));
    }
    let attributes: Vec<(String, String)> = waiting
        .missing_attributes()
        .into_iter()
        .map(|name| (format!("userAttributes.{name}"), waiting.page.form(&name).to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let mut responses = vec![("NEW_PASSWORD", password.as_str())];
    responses.extend(attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    Ok(match answer(waiting, &responses).await? {
        Ok(answer) => answer,
        Err((waiting, error)) => show(waiting, Some(error)),
    })
}

fn show(waiting: Waiting, error: Option<PageError>) -> Answer {
    let names = waiting.missing_attributes();
    let page = waiting.page;
    let field = |name: &String| Field {
        value: page.form(name).to_owned(),
        ..Field::of_attribute(page.texts(), name, true)
    };
    let new_password = NewPassword {
        policy: page.policy(&error),
        fields: names.iter().map(field).collect(),
        error,
        frame: page.frame(),
    };
    page.show(&new_password)
}
