//! Messages to users: where they go, what they say, and how an address is shown to somebody who may not know it.

mod texts;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::{CodeDeliveryDetailsType, DeliveryMediumType, VerifiedAttributeType};

use crate::ids::PoolId;
use crate::user_pools::UserPool;
use crate::users::User;

pub use texts::{Content, Text, has_link, text};

/// A link leads to the pool's domain, and the pool has none. InvalidParameterException; the text is the service's, letter by
/// letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Cannot perform specific action because there does not exist a valid use pool domain associated with the user pool"
)]
pub struct NoDomainForLink;

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
    /// A code to choose another password with.
    ForgotPassword,
    /// The temporary password of a user whom an administrator made.
    AdminCreateUser,
    /// A code to sign in with.
    Authentication,
    /// A code that verifies an address which the user changed.
    UpdateUserAttribute,
    /// A code that verifies an address, asked for by the user.
    VerifyUserAttribute,
}

impl MessageKind {
    /// The name, that of the CustomMessage trigger's source.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "SignUp",
            Self::ResendCode => "ResendCode",
            Self::ForgotPassword => "ForgotPassword",
            Self::AdminCreateUser => "AdminCreateUser",
            Self::Authentication => "Authentication",
            Self::UpdateUserAttribute => "UpdateUserAttribute",
            Self::VerifyUserAttribute => "VerifyUserAttribute",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::SignUp,
            Self::ResendCode,
            Self::ForgotPassword,
            Self::AdminCreateUser,
            Self::Authentication,
            Self::UpdateUserAttribute,
            Self::VerifyUserAttribute,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == name)
    }
}

/// How a message leaves the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// By e-mail.
    Smtp,
    /// To a URL of whoever runs the server.
    Webhook,
}

impl Channel {
    /// The name that is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Webhook => "webhook",
        }
    }

    /// The channel of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Smtp, Self::Webhook].into_iter().find(|channel| channel.as_str() == name)
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
}
