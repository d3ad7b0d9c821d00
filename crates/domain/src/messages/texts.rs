//! What messages say: the pool's templates, or the service's own words.
//!
//! Source: developer guide, "Customizing email verification messages" and "Customizing user invitation messages".

use wire::{DefaultEmailOptionType, VerifiedAttributeType};

use super::MessageKind;
use crate::user_pools::{UserPool, link_marks};

/// Subject and text of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The subject, of e-mails.
    pub subject: Option<String>,
    /// The text; HTML in e-mails.
    pub body: String,
}

/// What a message is to carry.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    /// The user it is for.
    pub username: &'a str,
    /// The code, or the temporary password.
    pub code: &'a str,
    /// Confirms a sign-up by one click, for pools that send links in place of codes.
    pub link: &'a str,
}

/// The text of a message to this attribute.
pub fn text(
    pool: &UserPool,
    kind: MessageKind,
    attribute: VerifiedAttributeType,
    content: &Content<'_>,
) -> Text {
    match attribute {
        VerifiedAttributeType::PhoneNumber => {
            Text { subject: None, body: filled(&sms(pool, kind), content.username, content.code) }
        }
        VerifiedAttributeType::Email => {
            if let Some(text) = by_link(pool, kind, content.link) {
                return text;
            }
            let (subject, body) = email(pool, kind);
            // Names and passwords are the users', the text is HTML.
            let body = filled(&body, &escaped(content.username), &escaped(content.code));
            Text { subject: Some(subject), body }
        }
    }
}

/// The template of a text message.
fn sms(pool: &UserPool, kind: MessageKind) -> String {
    let settings = &pool.settings;
    let verification = settings.verification_message_template.clone().unwrap_or_default();
    let (template, default) = match kind {
        MessageKind::SignUp
        | MessageKind::ResendCode
        | MessageKind::UpdateUserAttribute
        | MessageKind::VerifyUserAttribute => {
            (verification.sms_message, "Your verification code is {####}. ")
        }
        MessageKind::ForgotPassword => (verification.sms_message, "Your password reset code is {####}. "),
        MessageKind::AdminCreateUser => (
            invitation(pool).and_then(|template| template.sms_message),
            "Your username is {username} and temporary password is {####}. ",
        ),
        MessageKind::Authentication => {
            let of_mfa = pool.mfa.sms.as_ref().and_then(|sms| sms.sms_authentication_message.clone());
            (of_mfa.or(settings.sms_authentication_message.clone()), "Your authentication code is {####}. ")
        }
    };
    template.unwrap_or_else(|| default.to_owned())
}

/// The templates of an e-mail: subject and text.
fn email(pool: &UserPool, kind: MessageKind) -> (String, String) {
    let verification = pool.settings.verification_message_template.clone().unwrap_or_default();
    let (subject, body, default_subject, default_body) = match kind {
        MessageKind::SignUp | MessageKind::ResendCode => (
            verification.email_subject,
            verification.email_message,
            "Your verification code",
            "Your confirmation code is {####}",
        ),
        MessageKind::UpdateUserAttribute | MessageKind::VerifyUserAttribute => (
            verification.email_subject,
            verification.email_message,
            "Your verification code",
            "Your verification code is {####}",
        ),
        MessageKind::ForgotPassword => (
            verification.email_subject,
            verification.email_message,
            "Your password reset code",
            "Your password reset code is {####}",
        ),
        MessageKind::AdminCreateUser => {
            let template = invitation(pool).unwrap_or_default();
            (
                template.email_subject,
                template.email_message,
                "Your temporary password",
                "Your username is {username} and temporary password is {####}.",
            )
        }
        MessageKind::Authentication => {
            let template = pool.mfa.email.clone().unwrap_or_default();
            (
                template.subject,
                template.message,
                "Your authentication code",
                "Your authentication code is {####}",
            )
        }
    };
    (subject.unwrap_or_else(|| default_subject.to_owned()), body.unwrap_or_else(|| default_body.to_owned()))
}

fn invitation(pool: &UserPool) -> Option<wire::MessageTemplateType> {
    pool.settings.admin_create_user_config.as_ref()?.invite_message_template.clone()
}

/// Whether a message of this kind to this attribute has a link in place of a code.
pub fn has_link(pool: &UserPool, kind: MessageKind, attribute: VerifiedAttributeType) -> bool {
    let template = pool.settings.verification_message_template.as_ref();
    let option = template.and_then(|template| template.default_email_option);
    matches!(kind, MessageKind::SignUp | MessageKind::ResendCode)
        && attribute == VerifiedAttributeType::Email
        && option == Some(DefaultEmailOptionType::ConfirmWithLink)
}

/// The e-mail that confirms a sign-up by a link, in pools that send links.
fn by_link(pool: &UserPool, kind: MessageKind, link: &str) -> Option<Text> {
    if !has_link(pool, kind, VerifiedAttributeType::Email) {
        return None;
    }
    let template = pool.settings.verification_message_template.clone().unwrap_or_default();
    let subject = template.email_subject_by_link.unwrap_or_else(|| "Your verification link".to_owned());
    let body = template.email_message_by_link.unwrap_or_else(|| {
        "Please click the link below to verify your email address. {##Verify Email##} ".to_owned()
    });
    Some(Text { subject: Some(subject), body: with_link(&body, link) })
}

fn filled(template: &str, username: &str, code: &str) -> String {
    template.replace("{username}", username).replace("{####}", code)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Puts the link where the template has `{##its words##}`.
fn with_link(template: &str, link: &str) -> String {
    match link_marks(template) {
        Some((before, words, after)) => {
            format!("{before}<a href=\"{link}\">{words}</a>{after}")
        }
        None => template.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_stands_where_the_template_says() {
        let text = with_link("Hello, {##Verify##}!", "https://x/?a=1");
        assert_eq!(text, "Hello, <a href=\"https://x/?a=1\">Verify</a>!");
        assert_eq!(with_link("no place", "https://x"), "no place");
    }
}
