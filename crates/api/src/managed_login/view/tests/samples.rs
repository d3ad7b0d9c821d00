//! Each page, with the same text wherever a text can stand.

use domain::sign_in::FirstFactor;
use domain::users::MfaFactor;
use wire::IdentityProviderTypeType;

use super::super::*;

/// A frame with this text in it.
pub(super) fn frame(text: &str, language: Language) -> Frame {
    Frame {
        texts: Texts::of(language),
        language,
        languages: Language::ALL.into_iter().map(|language| (language, text.to_owned())).collect(),
        csrf: text.to_owned(),
        action: text.to_owned(),
        base: text.to_owned(),
        brand: Brand {
            stylesheet: Some(text.to_owned()),
            logo: Some(text.to_owned()),
            favicon: Some(text.to_owned()),
        },
        is_classic: false,
    }
}

fn field(text: &str, kind: FieldKind) -> Field {
    Field {
        name: format!("{text}{kind:?}"),
        label: text.to_owned(),
        kind,
        value: text.to_owned(),
        required: kind != FieldKind::Url,
    }
}

fn provider(text: &str, kind: IdentityProviderTypeType) -> ProviderLink {
    ProviderLink { name: text.to_owned(), label: text.to_owned(), kind, href: text.to_owned() }
}

fn policy(text: &str) -> Vec<PolicyRule> {
    [None, Some(true), Some(false)].map(|kept| PolicyRule { text: text.to_owned(), kept }).to_vec()
}

/// All pages with everything that a page can have.
pub(super) fn pages(text: &str, language: Language) -> Vec<(&'static str, String)> {
    let frame = || frame(text, language);
    let text = || text.to_owned();
    let some = || Some(text());
    let error = || Some(PageError::Message(text()));
    let fields = || {
        [FieldKind::Text, FieldKind::Email, FieldKind::Tel, FieldKind::Date, FieldKind::Url]
            .map(|kind| field(&text(), kind))
            .to_vec()
    };
    let mfa = || vec![MfaFactor::Sms, MfaFactor::SoftwareToken, MfaFactor::Email];
    vec![
        (
            "SignIn",
            html(&SignIn {
                frame: frame(),
                native: true,
                username: text(),
                username_label: NameKind::UsernameOrEmail,
                asks_password: true,
                providers: IdentityProviderTypeType::ALL
                    .iter()
                    .map(|kind| provider(&text(), *kind))
                    .collect(),
                domain_search: true,
                forgot_href: some(),
                sign_up_href: some(),
                notice: Some(Notice::Confirmed),
                error: error(),
            }),
        ),
        (
            "AccountChoice",
            html(&AccountChoice {
                frame: frame(),
                username: text(),
                continue_href: text(),
                other_href: text(),
            }),
        ),
        (
            "EnterPassword",
            html(&EnterPassword {
                frame: frame(),
                username: text(),
                forgot_href: some(),
                other_href: some(),
                error: error(),
            }),
        ),
        (
            "ChooseFactor",
            html(&ChooseFactor {
                frame: frame(),
                username: text(),
                factors: vec![
                    FirstFactor::Password,
                    FirstFactor::PasswordSrp,
                    FirstFactor::EmailOtp,
                    FirstFactor::SmsOtp,
                    FirstFactor::WebAuthn,
                ],
                error: error(),
            }),
        ),
        ("ChooseMfa", html(&ChooseMfa { frame: frame(), factors: mfa(), error: error() })),
        (
            "EnterCode",
            html(&EnterCode {
                frame: frame(),
                kind: CodeKind::Email,
                destination: some(),
                resend: true,
                other_href: some(),
                notice: Some(Notice::CodeSent),
                error: error(),
            }),
        ),
        ("SetUpTotp", html(&SetUpTotp { frame: frame(), qr_image: some(), secret: text(), error: error() })),
        (
            "NewPassword",
            html(&NewPassword { frame: frame(), policy: policy(&text()), fields: fields(), error: error() }),
        ),
        (
            "ForgotPassword",
            html(&ForgotPassword {
                frame: frame(),
                username_label: NameKind::Phone,
                username: text(),
                sign_in_href: some(),
                error: error(),
            }),
        ),
        (
            "ResetPassword",
            html(&ResetPassword {
                code: text(),
                frame: frame(),
                destination: some(),
                medium: Some(Medium::Email),
                policy: policy(&text()),
                resend_action: some(),
                notice: Some(Notice::PasswordResetRequired),
                error: error(),
            }),
        ),
        (
            "SignUp",
            html(&SignUp {
                frame: frame(),
                username: Some(Field { name: "username".to_owned(), ..field(&text(), FieldKind::Text) }),
                fields: fields(),
                password_required: false,
                policy: policy(&text()),
                terms: Some(TermsLinks { terms_of_use: text(), privacy_policy: text() }),
                sign_in_href: text(),
                error: error(),
            }),
        ),
        (
            "ConfirmSignUp",
            html(&ConfirmSignUp {
                frame: frame(),
                username: text(),
                destination: some(),
                medium: Some(Medium::Phone),
                resend_action: text(),
                notice: Some(Notice::CodeSent),
                error: error(),
            }),
        ),
        ("CheckMail", html(&CheckMail { frame: frame(), destination: some() })),
        ("Confirmed", html(&Confirmed { frame: frame(), sign_in_href: some() })),
        (
            "PasskeySignIn",
            html(&PasskeySignIn { frame: frame(), options: text(), other_href: some(), error: error() }),
        ),
        (
            "PasskeyAdd",
            html(&PasskeyAdd { frame: frame(), options: text(), skip_href: some(), error: error() }),
        ),
        ("PasskeyAdded", html(&PasskeyAdded { frame: frame(), continue_href: some() })),
        ("SignedOut", html(&SignedOut { frame: frame() })),
        ("Failure", html(&Failure { frame: frame(), message: text(), detail: some() })),
        ("Unavailable", html(&Unavailable { frame: frame() })),
    ]
}
