//! Messages to users: where they go, what they say, and how an address is shown to somebody who may not know it.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::{CodeDeliveryDetailsType, DefaultEmailOptionType, DeliveryMediumType, VerifiedAttributeType};

use crate::ids::PoolId;
use crate::user_pools::UserPool;
use crate::users::User;

/// A message as it was sent.
#[derive(Clone, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: Uuid,
    /// The pool that sent it.
    pub pool_id: PoolId,
    /// The user it was sent to.
    pub username: String,
    /// The address or telephone number.
    pub to: String,
    /// E-mail or text message.
    pub medium: DeliveryMediumType,
    /// What it is about.
    pub kind: MessageKind,
    /// The subject, of e-mails.
    pub subject: Option<String>,
    /// The text; HTML in e-mails.
    pub body: String,
    /// The code in it.
    pub code: Option<String>,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
}

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// The code of a sign-up.
    SignUp,
    /// A new code for a sign-up.
    ResendCode,
}

impl MessageKind {
    /// The name, that of the CustomMessage trigger's source.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "SignUp",
            Self::ResendCode => "ResendCode",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::SignUp, Self::ResendCode].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Where a code for a user goes: an attribute that the pool verifies by itself and the user has. A telephone number goes
/// before an e-mail address (developer guide, "Verifying contact information at sign-up").
pub fn destination<'u>(pool: &UserPool, user: &'u User) -> Option<(VerifiedAttributeType, &'u str)> {
    [VerifiedAttributeType::PhoneNumber, VerifiedAttributeType::Email]
        .into_iter()
        .filter(|attribute| pool.settings.auto_verifies(*attribute))
        .find_map(|attribute| {
            Some((attribute, user.attribute(attribute.as_str()).filter(|to| !to.is_empty())?))
        })
}

/// What the caller is told of where a code went.
pub fn delivery_details(attribute: VerifiedAttributeType, to: &str) -> CodeDeliveryDetailsType {
    CodeDeliveryDetailsType {
        destination: Some(masked(attribute, to)),
        delivery_medium: Some(medium(attribute)),
        attribute_name: Some(attribute.as_str().to_owned()),
    }
}

/// How messages to this attribute travel.
pub fn medium(attribute: VerifiedAttributeType) -> DeliveryMediumType {
    match attribute {
        VerifiedAttributeType::Email => DeliveryMediumType::Email,
        VerifiedAttributeType::PhoneNumber => DeliveryMediumType::Sms,
    }
}

/// `j***@e***` or `+*******1234`.
fn masked(attribute: VerifiedAttributeType, to: &str) -> String {
    match attribute {
        VerifiedAttributeType::Email => {
            let (local, domain) = to.split_once('@').unwrap_or((to, ""));
            let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
            format!("{}***@{}***", first(local), first(domain))
        }
        VerifiedAttributeType::PhoneNumber => {
            let digits: Vec<char> = to.chars().skip(1).collect();
            let last: String = digits[digits.len().saturating_sub(4)..].iter().collect();
            format!("+*******{last}")
        }
    }
}

/// Subject and text of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The subject, of e-mails.
    pub subject: Option<String>,
    /// The text.
    pub body: String,
}

/// The text that verifies an address, from the pool's templates or the service's own. `link` confirms by one click, for
/// pools that send links in place of codes.
pub fn verification_text(pool: &UserPool, attribute: VerifiedAttributeType, code: &str, link: &str) -> Text {
    let template = pool.settings.verification_message_template.clone().unwrap_or_default();
    let by_link = template.default_email_option == Some(DefaultEmailOptionType::ConfirmWithLink);
    match attribute {
        VerifiedAttributeType::PhoneNumber => {
            let body =
                template.sms_message.unwrap_or_else(|| "Your verification code is {####}. ".to_owned());
            Text { subject: None, body: body.replace("{####}", code) }
        }
        VerifiedAttributeType::Email if by_link => {
            let subject =
                template.email_subject_by_link.unwrap_or_else(|| "Your verification link".to_owned());
            let body = template.email_message_by_link.unwrap_or_else(|| {
                "Please click the link below to verify your email address. {##Verify Email##} ".to_owned()
            });
            Text { subject: Some(subject), body: with_link(&body, link) }
        }
        VerifiedAttributeType::Email => {
            let subject = template.email_subject.unwrap_or_else(|| "Your verification code".to_owned());
            let body =
                template.email_message.unwrap_or_else(|| "Your confirmation code is {####}".to_owned());
            Text { subject: Some(subject), body: body.replace("{####}", code) }
        }
    }
}

/// Puts the link where the template has `{##its words##}`.
fn with_link(template: &str, link: &str) -> String {
    let parts = template
        .split_once("{##")
        .and_then(|(before, rest)| rest.split_once("##}").map(|(words, after)| (before, words, after)));
    match parts {
        Some((before, words, after)) => format!("{before}<a href=\"{link}\">{words}</a>{after}"),
        None => template.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_masked() {
        for (attribute, to, shown) in [
            (VerifiedAttributeType::Email, "jane@example.com", "j***@e***"),
            (VerifiedAttributeType::Email, "é@ö.example", "é***@ö***"),
            (VerifiedAttributeType::PhoneNumber, "+15555551234", "+*******1234"),
            (VerifiedAttributeType::PhoneNumber, "+12", "+*******12"),
        ] {
            assert_eq!(masked(attribute, to), shown);
        }
    }

    #[test]
    fn a_link_stands_where_the_template_says() {
        let text = with_link("Hello, {##Verify##}!", "https://x/?a=1");
        assert_eq!(text, "Hello, <a href=\"https://x/?a=1\">Verify</a>!");
        assert_eq!(with_link("no place", "https://x"), "no place");
    }
}
