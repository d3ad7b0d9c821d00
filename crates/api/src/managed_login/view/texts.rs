//! The texts of the pages, one set for each language. What a user typed, or the service was told, is never in here.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Language;

/// The texts in one language. A name in braces stands for a value; the methods below fill it in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Texts {
    // Every page.
    pub(crate) language: String,
    pub(crate) show: String,
    pub(crate) hide: String,
    pub(crate) show_password: String,
    pub(crate) hide_password: String,
    pub(crate) optional: String,
    pub(crate) or: String,
    pub(crate) continue_button: String,
    pub(crate) other_way: String,
    pub(crate) not_now: String,
    pub(crate) send_code_again: String,
    pub(crate) back_to_sign_in: String,

    // Names of users.
    pub(crate) username: String,
    pub(crate) email_address: String,
    pub(crate) phone_number: String,
    pub(crate) email_or_phone: String,
    pub(crate) username_or_email: String,
    pub(crate) username_or_phone: String,
    pub(crate) username_email_or_phone: String,
    pub(crate) phone_hint: String,

    // Signing in.
    pub(crate) sign_in: String,
    pub(crate) sign_in_with_account: String,
    pub(crate) password: String,
    pub(crate) forgot_password: String,
    pub(crate) new_user: String,
    pub(crate) create_account: String,
    pub(crate) continue_with: String,
    pub(crate) corporate_sign_in: String,
    pub(crate) corporate_email: String,

    // Choosing an account, a factor.
    pub(crate) choose_account_title: String,
    pub(crate) choose_account_text: String,
    pub(crate) continue_as: String,
    pub(crate) other_account: String,
    pub(crate) signing_in_as: String,
    pub(crate) enter_password_title: String,
    pub(crate) choose_factor_title: String,
    pub(crate) choose_mfa_text: String,
    pub(crate) by_password: String,
    pub(crate) by_passkey: String,
    pub(crate) by_email: String,
    pub(crate) by_sms: String,
    pub(crate) by_app: String,

    // Codes.
    pub(crate) code: String,
    pub(crate) code_sign_in_title: String,
    pub(crate) mfa_title: String,
    pub(crate) code_emailed_to: String,
    pub(crate) code_texted_to: String,
    pub(crate) code_emailed: String,
    pub(crate) code_texted: String,
    pub(crate) code_sent: String,
    pub(crate) code_in_app: String,

    // Setting up an authenticator app.
    pub(crate) totp_title: String,
    pub(crate) totp_scan: String,
    pub(crate) totp_qr_code: String,
    pub(crate) totp_key: String,
    pub(crate) totp_enter: String,

    // New passwords and their rules.
    pub(crate) new_password_title: String,
    pub(crate) new_password_text: String,
    pub(crate) new_password: String,
    pub(crate) confirm_password: String,
    pub(crate) save_password: String,
    pub(crate) policy_title: String,
    pub(crate) policy_length: String,
    pub(crate) policy_uppercase: String,
    pub(crate) policy_lowercase: String,
    pub(crate) policy_number: String,
    pub(crate) policy_symbol: String,
    pub(crate) policy_history: String,
    pub(crate) rule_kept: String,
    pub(crate) rule_broken: String,

    // Signing up.
    pub(crate) sign_up: String,
    pub(crate) have_account: String,
    pub(crate) terms: String,
    pub(crate) terms_of_use: String,
    pub(crate) privacy_policy: String,
    pub(crate) confirm_title: String,
    pub(crate) confirm_for: String,
    pub(crate) confirm_account: String,
    pub(crate) check_mail_title: String,
    pub(crate) check_mail_to: String,
    pub(crate) check_mail: String,
    pub(crate) confirmed_title: String,
    pub(crate) confirmed_text: String,

    // Forgotten passwords.
    pub(crate) forgot_title: String,
    pub(crate) forgot_text: String,
    pub(crate) send_code: String,

    // Passkeys.
    pub(crate) passkey_sign_in_title: String,
    pub(crate) passkey_sign_in_text: String,
    pub(crate) passkey_use: String,
    pub(crate) passkey_add_title: String,
    pub(crate) passkey_add_text: String,
    pub(crate) passkey_add: String,
    pub(crate) passkey_added_title: String,
    pub(crate) passkey_added_text: String,
    pub(crate) passkey_needs_script: String,
    pub(crate) passkey_unsupported: String,

    // Pages that only tell something.
    pub(crate) signed_out_title: String,
    pub(crate) signed_out_text: String,
    pub(crate) failure_title: String,
    pub(crate) failure_text: String,
    pub(crate) unavailable_title: String,
    pub(crate) unavailable_text: String,

    // Notices.
    pub(crate) notice_confirmed: String,
    pub(crate) notice_password_changed: String,
    pub(crate) notice_code_sent: String,
    pub(crate) notice_reset_required: String,

    // What `PageError` tells.
    pub(crate) error_incorrect: String,
    pub(crate) error_no_such_user: String,
    pub(crate) error_disabled: String,
    pub(crate) error_not_confirmed: String,
    pub(crate) error_attempts_exceeded: String,
    pub(crate) error_temporary_password_expired: String,
    pub(crate) error_code_mismatch: String,
    pub(crate) error_code_expired: String,
    pub(crate) error_too_many_codes: String,
    pub(crate) error_code_not_sent: String,
    pub(crate) error_passwords_differ: String,
    pub(crate) error_password_policy: String,
    pub(crate) error_password_used_before: String,
    pub(crate) error_username_taken: String,
    pub(crate) error_alias_taken: String,
    pub(crate) error_attribute: String,
    pub(crate) error_sign_up_not_allowed: String,
    pub(crate) error_no_contact: String,
    pub(crate) error_no_provider: String,
    pub(crate) error_session_expired: String,
    pub(crate) error_passkey: String,
    pub(crate) error_software_token_mismatch: String,
    pub(crate) error_software_token_used: String,
    pub(crate) error_no_mfa_method: String,
    pub(crate) error_something: String,

    // Standard attributes (OpenID Connect Core, section 5.1).
    pub(crate) attribute_address: String,
    pub(crate) attribute_birthdate: String,
    pub(crate) attribute_family_name: String,
    pub(crate) attribute_gender: String,
    pub(crate) attribute_given_name: String,
    pub(crate) attribute_locale: String,
    pub(crate) attribute_middle_name: String,
    pub(crate) attribute_name: String,
    pub(crate) attribute_nickname: String,
    pub(crate) attribute_picture: String,
    pub(crate) attribute_preferred_username: String,
    pub(crate) attribute_profile: String,
    pub(crate) attribute_website: String,
    pub(crate) attribute_zoneinfo: String,
}

/// In the order of [`Language::ALL`].
static TEXTS: LazyLock<[Texts; Language::ALL.len()]> = LazyLock::new(|| {
    Language::ALL.map(|language| {
        serde_json::from_str(file(language))
            .expect("a test reads every file, and they are part of the program")
    })
});

pub(super) fn file(language: Language) -> &'static str {
    match language {
        Language::German => include_str!("languages/de.json"),
        Language::English => include_str!("languages/en.json"),
        Language::Spanish => include_str!("languages/es.json"),
        Language::French => include_str!("languages/fr.json"),
        Language::Indonesian => include_str!("languages/id.json"),
        Language::Italian => include_str!("languages/it.json"),
        Language::Japanese => include_str!("languages/ja.json"),
        Language::Korean => include_str!("languages/ko.json"),
        Language::Dutch => include_str!("languages/nl.json"),
        Language::PortugueseBrazil => include_str!("languages/pt-BR.json"),
        Language::ChineseSimplified => include_str!("languages/zh-CN.json"),
        Language::ChineseTraditional => include_str!("languages/zh-TW.json"),
    }
}

impl Texts {
    /// The texts in this language.
    pub(crate) fn of(language: Language) -> &'static Self {
        &TEXTS[language as usize]
    }

    pub(crate) fn continue_with(&self, provider: &str) -> String {
        filled(&self.continue_with, "{provider}", provider)
    }

    pub(crate) fn continue_as(&self, username: &str) -> String {
        filled(&self.continue_as, "{username}", username)
    }

    pub(crate) fn signing_in_as(&self, username: &str) -> String {
        filled(&self.signing_in_as, "{username}", username)
    }

    pub(crate) fn confirm_for(&self, username: &str) -> String {
        filled(&self.confirm_for, "{username}", username)
    }

    pub(crate) fn check_mail(&self, destination: Option<&str>) -> String {
        match destination {
            Some(destination) => filled(&self.check_mail_to, "{destination}", destination),
            None => self.check_mail.clone(),
        }
    }

    pub(crate) fn code_emailed(&self, destination: Option<&str>) -> String {
        match destination {
            Some(destination) => filled(&self.code_emailed_to, "{destination}", destination),
            None => self.code_emailed.clone(),
        }
    }

    pub(crate) fn code_texted(&self, destination: Option<&str>) -> String {
        match destination {
            Some(destination) => filled(&self.code_texted_to, "{destination}", destination),
            None => self.code_texted.clone(),
        }
    }

    pub(crate) fn policy_length(&self, length: i32) -> String {
        filled(&self.policy_length, "{length}", &length.to_string())
    }

    pub(crate) fn error_attribute(&self, attribute: &str) -> String {
        filled(&self.error_attribute, "{attribute}", attribute)
    }
}

fn filled(text: &str, placeholder: &str, value: &str) -> String {
    text.replacen(placeholder, value, 1)
}
