//! Factors: which one, and the codes of those that have codes.

use askama::Template;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use domain::sign_in::FirstFactor;
use domain::users::MfaFactor;
use qrcode::QrCode;
use qrcode::render::svg::Color;

use super::super::{Frame, Notice, PageError, Texts};

/// Which first factor to sign in with. Posts `factor`, with a name of `AvailableChallenges`.
#[derive(Template)]
#[template(path = "managed_login/choose_factor.html")]
pub(crate) struct ChooseFactor {
    pub(crate) frame: Frame,
    /// Who signs in.
    pub(crate) username: String,
    /// The factors to choose from. The two kinds of password look alike: the first of them is shown.
    pub(crate) factors: Vec<FirstFactor>,
    /// What did not go well before.
    pub(crate) error: Option<PageError>,
}

impl ChooseFactor {
    fn title(&self) -> &str {
        &self.frame.texts.choose_factor_title
    }

    /// Names and labels, each label once.
    fn choices(&self) -> Vec<(&'static str, &str)> {
        let mut choices: Vec<(&'static str, &str)> = Vec::new();
        for factor in &self.factors {
            let label = first_factor(self.frame.texts, *factor);
            if choices.iter().all(|(_, known)| *known != label) {
                choices.push((factor.challenge_name().as_str(), label));
            }
        }
        choices
    }
}

fn first_factor(texts: &Texts, factor: FirstFactor) -> &str {
    match factor {
        FirstFactor::Password | FirstFactor::PasswordSrp => &texts.by_password,
        FirstFactor::EmailOtp => &texts.by_email,
        FirstFactor::SmsOtp => &texts.by_sms,
        FirstFactor::WebAuthn => &texts.by_passkey,
    }
}

/// Which second factor to use. Posts `factor`, with a name of `UserMFASettingList`.
#[derive(Template)]
#[template(path = "managed_login/choose_mfa.html")]
pub(crate) struct ChooseMfa {
    pub(crate) frame: Frame,
    /// The factors to choose from.
    pub(crate) factors: Vec<MfaFactor>,
    /// What did not go well before.
    pub(crate) error: Option<PageError>,
}

impl ChooseMfa {
    fn title(&self) -> &str {
        &self.frame.texts.mfa_title
    }

    fn label(&self, factor: &MfaFactor) -> &str {
        match factor {
            MfaFactor::Sms => &self.frame.texts.by_sms,
            MfaFactor::SoftwareToken => &self.frame.texts.by_app,
            MfaFactor::Email => &self.frame.texts.by_email,
        }
    }
}

/// What a code is for, and how it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeKind {
    /// `SMS_MFA`.
    Sms,
    /// `EMAIL_OTP` as second factor.
    Email,
    /// `SOFTWARE_TOKEN_MFA`.
    SoftwareToken,
    /// `SMS_OTP`, a first factor.
    SmsOtp,
    /// `EMAIL_OTP` as first factor.
    EmailOtp,
}

/// A code. Posts `code`; the button for another code posts `resend=true` beside it.
#[derive(Template)]
#[template(path = "managed_login/enter_code.html")]
pub(crate) struct EnterCode {
    pub(crate) frame: Frame,
    /// What the code is for.
    pub(crate) kind: CodeKind,
    /// Where it was sent, masked as the API does.
    pub(crate) destination: Option<String>,
    /// Whether another code can be asked for.
    pub(crate) resend: bool,
    /// Where another factor is chosen.
    pub(crate) other_href: Option<String>,
    /// What went well before.
    pub(crate) notice: Option<Notice>,
    /// What did not.
    pub(crate) error: Option<PageError>,
}

impl EnterCode {
    fn title(&self) -> &str {
        match self.kind {
            CodeKind::Sms | CodeKind::Email | CodeKind::SoftwareToken => &self.frame.texts.mfa_title,
            CodeKind::SmsOtp | CodeKind::EmailOtp => &self.frame.texts.code_sign_in_title,
        }
    }

    /// How the code came.
    fn told(&self) -> String {
        let destination = self.destination.as_deref();
        match self.kind {
            CodeKind::Sms | CodeKind::SmsOtp => self.frame.texts.code_texted(destination),
            CodeKind::Email | CodeKind::EmailOtp => self.frame.texts.code_emailed(destination),
            CodeKind::SoftwareToken => self.frame.texts.code_in_app.clone(),
        }
    }
}

/// The set-up of an authenticator app. Posts `code`.
#[derive(Template)]
#[template(path = "managed_login/set_up_totp.html")]
pub(crate) struct SetUpTotp {
    pub(crate) frame: Frame,
    /// The address of an image: what [`qr_image`] made.
    pub(crate) qr_image: Option<String>,
    /// The secret in Base32, as the API has it.
    pub(crate) secret: String,
    /// What did not go well before.
    pub(crate) error: Option<PageError>,
}

impl SetUpTotp {
    fn title(&self) -> &str {
        &self.frame.texts.totp_title
    }

    /// The secret in groups of four, for people who copy it. Apps take it with its spaces.
    fn grouped_secret(&self) -> String {
        let characters: Vec<char> = self.secret.chars().collect();
        let groups: Vec<String> = characters.chunks(4).map(|group| group.iter().collect()).collect();
        groups.join(" ")
    }
}

/// A QR code as the `data:` address of an image. None if the text is too long for one: then the secret must do.
pub(crate) fn qr_image(otpauth_uri: &str) -> Option<String> {
    let code = QrCode::new(otpauth_uri).ok()?;
    let svg = code.render::<Color<'_>>().module_dimensions(1, 1).build();
    Some(format!("data:image/svg+xml;base64,{}", BASE64_STANDARD.encode(svg)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_is_an_image_in_its_address() {
        let image = qr_image("otpauth://totp/a:b?secret=JBSWY3DPEHPK3PXP&issuer=a").unwrap();
        let svg = BASE64_STANDARD.decode(image.strip_prefix("data:image/svg+xml;base64,").unwrap()).unwrap();
        let svg = String::from_utf8(svg).unwrap();
        assert!(svg.contains("<svg ") && svg.ends_with("</svg>"), "{svg}");
        assert_eq!(qr_image(&"a".repeat(3000)), None);
    }
}
