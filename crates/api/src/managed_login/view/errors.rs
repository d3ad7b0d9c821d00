//! What a page can tell of the step before it. English texts are the service's where they are known.

use super::{Texts, attribute_label};

/// Why the last answer was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PageError {
    /// Another password, or nobody of that name.
    IncorrectUsernameOrPassword,
    /// Nobody of that name, and the client may know.
    NoSuchUser,
    /// An administrator has disabled the user.
    Disabled,
    /// The sign-up was not confirmed.
    NotConfirmed,
    /// Too many failed tries a moment ago.
    AttemptsExceeded,
    /// The temporary password was not used in time.
    TemporaryPasswordExpired,
    /// Another code than the one that was sent.
    CodeMismatch,
    /// The code came too late, or there is none.
    CodeExpired,
    /// Too many codes were asked for, or tried.
    TooManyCodes,
    /// The code did not get out, or there was nowhere to send it.
    CodeNotSent,
    /// The two passwords are not the same.
    PasswordsDiffer,
    /// The password breaks a rule.
    PasswordPolicy,
    /// The password is one of the last ones.
    PasswordUsedBefore,
    /// There is a user of that name.
    UsernameTaken,
    /// An attribute that identifies a user does so for somebody else.
    AliasTaken,
    /// This attribute is missing or has the wrong form.
    Attribute(String),
    /// Only administrators create users here.
    SignUpNotAllowed,
    /// The user has nothing that a code for a new password could be sent to.
    NoContact,
    /// No identity provider is responsible for that e-mail address.
    NoProvider,
    /// The state of the page is gone.
    SessionExpired,
    /// The ceremony of a passkey failed, or its user gave up.
    Passkey,
    /// Another code than the authenticator app shows.
    SoftwareTokenMismatch,
    /// A code of the authenticator app that was used before.
    SoftwareTokenUsed,
    /// The pool insists on a second factor, and the user can have none.
    NoMfaMethod,
    /// A fault of ours.
    SomethingWentWrong,
    /// The words of a trigger.
    Message(String),
}

impl PageError {
    /// The error in words.
    pub(crate) fn text(&self, texts: &Texts) -> String {
        let text = match self {
            Self::IncorrectUsernameOrPassword => &texts.error_incorrect,
            Self::NoSuchUser => &texts.error_no_such_user,
            Self::Disabled => &texts.error_disabled,
            Self::NotConfirmed => &texts.error_not_confirmed,
            Self::AttemptsExceeded => &texts.error_attempts_exceeded,
            Self::TemporaryPasswordExpired => &texts.error_temporary_password_expired,
            Self::CodeMismatch => &texts.error_code_mismatch,
            Self::CodeExpired => &texts.error_code_expired,
            Self::TooManyCodes => &texts.error_too_many_codes,
            Self::CodeNotSent => &texts.error_code_not_sent,
            Self::PasswordsDiffer => &texts.error_passwords_differ,
            Self::PasswordPolicy => &texts.error_password_policy,
            Self::PasswordUsedBefore => &texts.error_password_used_before,
            Self::UsernameTaken => &texts.error_username_taken,
            Self::AliasTaken => &texts.error_alias_taken,
            Self::Attribute(name) => return texts.error_attribute(&attribute_label(texts, name)),
            Self::SignUpNotAllowed => &texts.error_sign_up_not_allowed,
            Self::NoContact => &texts.error_no_contact,
            Self::NoProvider => &texts.error_no_provider,
            Self::SessionExpired => &texts.error_session_expired,
            Self::Passkey => &texts.error_passkey,
            Self::SoftwareTokenMismatch => &texts.error_software_token_mismatch,
            Self::SoftwareTokenUsed => &texts.error_software_token_used,
            Self::NoMfaMethod => &texts.error_no_mfa_method,
            Self::SomethingWentWrong => &texts.error_something,
            Self::Message(text) => text,
        };
        text.clone()
    }

    /// The form fields with what may be wrong, in the order of pages.
    fn fields(&self) -> Vec<&str> {
        match self {
            Self::IncorrectUsernameOrPassword => vec!["username", "password"],
            Self::NoSuchUser | Self::UsernameTaken => vec!["username"],
            Self::CodeMismatch
            | Self::CodeExpired
            | Self::SoftwareTokenMismatch
            | Self::SoftwareTokenUsed => {
                vec!["code"]
            }
            Self::PasswordPolicy | Self::PasswordUsedBefore => vec!["password"],
            Self::PasswordsDiffer => vec!["confirm_password"],
            Self::Attribute(name) => vec![name],
            Self::NoProvider => vec!["idp_search"],
            Self::Disabled
            | Self::NotConfirmed
            | Self::AttemptsExceeded
            | Self::TemporaryPasswordExpired
            | Self::TooManyCodes
            | Self::CodeNotSent
            | Self::AliasTaken
            | Self::SignUpNotAllowed
            | Self::NoContact
            | Self::SessionExpired
            | Self::Passkey
            | Self::NoMfaMethod
            | Self::SomethingWentWrong
            | Self::Message(_) => vec![],
        }
    }

    /// Whether this form field may be what is wrong.
    pub(super) fn is_about(&self, field: &str) -> bool {
        self.fields().contains(&field)
    }

    /// Whether no form field is what is wrong.
    pub(super) fn is_about_no_field(&self) -> bool {
        self.fields().is_empty()
    }
}

/// What went well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// The account is confirmed.
    Confirmed,
    /// The user has a new password.
    PasswordChanged,
    /// Another code was sent.
    CodeSent,
    /// An administrator has reset the password, and a code was sent.
    PasswordResetRequired,
}

impl Notice {
    /// The notice in words.
    pub(crate) fn text(self, texts: &Texts) -> &str {
        match self {
            Self::Confirmed => &texts.notice_confirmed,
            Self::PasswordChanged => &texts.notice_password_changed,
            Self::CodeSent => &texts.notice_code_sent,
            Self::PasswordResetRequired => &texts.notice_reset_required,
        }
    }
}
