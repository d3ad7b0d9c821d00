//! The state machine as tables: what a user is, has and has proved, and what comes next.

use chrono::TimeDelta;
use serde_json::{Value, json};
use wire::{UserPoolMfaType, UserStatusType};

use super::*;
use crate::testing::{client, now, pool, user};
use crate::user_pools::MfaSettings;

const EMAIL: (&str, &str) = ("email", "jane@example.com");
const PHONE: (&str, &str) = ("phone_number", "+15555550100");

/// A pool with all three second factors, in this mode.
fn mfa_pool(mode: UserPoolMfaType, settings: &Value) -> UserPool {
    let mut pool = pool(settings);
    pool.settings.mfa_configuration = Some(mode);
    pool.mfa = MfaSettings {
        sms: Some(wire::SmsMfaConfigType::default()),
        software_token: Some(wire::SoftwareTokenMfaConfigType { enabled: Some(true) }),
        email: Some(wire::EmailMfaConfigType::default()),
        web_authn: None,
    };
    pool
}

fn account(pool: &UserPool, attributes: &[(&str, &str)]) -> Account {
    Account { user: user(pool, attributes), software_token: None, passkeys: 0, device: None }
}

fn app(verified: bool) -> SoftwareToken {
    SoftwareToken { secret: vec![1; 20], verified, friendly_name: None, last_step: 0 }
}

fn remembered_device(pool: &UserPool, account: &Account) -> Device {
    Device {
        key: "us-east-1_device".to_owned(),
        group_key: "-group".to_owned(),
        pool_id: pool.id.clone(),
        user_id: account.user.id,
        name: None,
        password: account.user.password.clone(),
        remembered: true,
        last_ip: String::new(),
        created_at: now(),
        modified_at: now(),
        last_authenticated_at: now(),
    }
}

fn next(pool: &UserPool, account: &Account, proof: Proof) -> Result<Step, SignInError> {
    let client = client(pool, &json!({}));
    after_first_factor(&Rules { pool, client: &client, now: now() }, account, proof)
}

#[test]
fn the_status_decides_first() {
    let pool = pool(&json!({}));
    for (status, with_password, with_code) in [
        (UserStatusType::Confirmed, Ok(Step::Tokens), Ok(Step::Tokens)),
        (UserStatusType::Unconfirmed, Err(SignInError::NotConfirmed), Ok(Step::Tokens)),
        (UserStatusType::ForceChangePassword, Ok(Step::NewPassword), Ok(Step::NewPassword)),
        (
            UserStatusType::ResetRequired,
            Err(SignInError::PasswordResetRequired),
            Err(SignInError::PasswordResetRequired),
        ),
        (UserStatusType::ExternalProvider, Err(SignInError::Incorrect), Err(SignInError::Incorrect)),
        (UserStatusType::Archived, Err(SignInError::Incorrect), Err(SignInError::Incorrect)),
    ] {
        let mut account = account(&pool, &[EMAIL]);
        account.user.status = status;
        assert_eq!(next(&pool, &account, Proof::Password), with_password, "{status:?}");
        assert_eq!(next(&pool, &account, Proof::Passwordless), with_code, "{status:?}");
    }
}

#[test]
fn a_temporary_password_ends_on_its_day() {
    let policy = json!({ "Policies": { "PasswordPolicy": { "MinimumLength": 8, "TemporaryPasswordValidityDays": 2 } } });
    let pool = pool(&policy);
    let mut account = account(&pool, &[]);
    account.user.status = UserStatusType::ForceChangePassword;
    let set = |ago: TimeDelta| Some(now() - ago);
    account.user.password_set_at = set(TimeDelta::days(2) - TimeDelta::seconds(1));
    assert_eq!(next(&pool, &account, Proof::Password), Ok(Step::NewPassword));
    account.user.password_set_at = set(TimeDelta::days(2));
    assert_eq!(next(&pool, &account, Proof::Password), Err(SignInError::TemporaryPasswordExpired));
}

/// A user's factors (their attributes, whether an app is verified, what is turned on, what is preferred), and what a pool
/// that leaves it to the user, and one that insists, asks for.
type FactorCase =
    (&'static [(&'static str, &'static str)], bool, &'static [MfaFactor], Option<MfaFactor>, Step, Step);

#[test]
fn second_factors_are_asked_for_as_pool_and_user_have_set() {
    use MfaFactor::{Email, Sms, SoftwareToken as App};
    let set_up = || Step::SetUpMfa(vec![Sms, App, Email]);
    let cases: [FactorCase; 9] = [
        // Nothing to ask by: an insisting pool has it set up.
        (&[], false, &[], None, Step::Tokens, set_up()),
        // What a user has, an insisting pool uses without being told.
        (&[EMAIL], false, &[], None, Step::Tokens, Step::Mfa(Email)),
        (&[EMAIL, PHONE], false, &[], None, Step::Tokens, Step::SelectMfa(vec![Sms, Email])),
        (&[], true, &[], None, Step::Tokens, Step::Mfa(App)),
        // What is turned on is asked for, the preferred one without a question.
        (&[PHONE], false, &[Sms], None, Step::Mfa(Sms), Step::Mfa(Sms)),
        (
            &[EMAIL],
            true,
            &[App, Email],
            None,
            Step::SelectMfa(vec![App, Email]),
            Step::SelectMfa(vec![App, Email]),
        ),
        (&[EMAIL], true, &[App, Email], Some(App), Step::Mfa(App), Step::Mfa(App)),
        // An app that never showed a code, or a number that is gone, cannot be asked.
        (&[], false, &[App], Some(App), Step::Tokens, set_up()),
        (&[EMAIL], false, &[Sms], Some(Sms), Step::Tokens, Step::Mfa(Email)),
    ];
    for (number, (attributes, has_app, turned_on, preferred, optional, required)) in
        cases.into_iter().enumerate()
    {
        let modes = [
            (UserPoolMfaType::Off, Step::Tokens),
            (UserPoolMfaType::Optional, optional),
            (UserPoolMfaType::On, required),
        ];
        for (mode, step) in modes {
            let pool = mfa_pool(mode, &json!({}));
            let mut account = account(&pool, attributes);
            account.software_token = Some(app(has_app));
            for factor in turned_on {
                account.user.mfa.turn(*factor, true, preferred == Some(*factor));
            }
            assert_eq!(next(&pool, &account, Proof::Password), Ok(step), "case {number}, {mode:?}");
            assert_eq!(
                next(&pool, &account, Proof::Passwordless),
                Ok(Step::Tokens),
                "case {number}, {mode:?}"
            );
        }
    }
}

#[test]
fn one_address_does_not_recover_a_password_and_stand_for_a_second_factor() {
    let recovery = json!({ "AccountRecoverySetting": {
        "RecoveryMechanisms": [{ "Name": "verified_email", "Priority": 1 }],
    } });
    let pool = mfa_pool(UserPoolMfaType::On, &recovery);
    let asked = next(&pool, &account(&pool, &[EMAIL]), Proof::Password);
    assert_eq!(asked, Ok(Step::SetUpMfa(vec![MfaFactor::Sms, MfaFactor::SoftwareToken])));
}

#[test]
fn a_user_who_cannot_set_up_what_the_pool_insists_on_is_refused() {
    let mut pool = mfa_pool(UserPoolMfaType::On, &json!({}));
    pool.mfa = MfaSettings { sms: pool.mfa.sms, ..MfaSettings::default() };
    assert_eq!(next(&pool, &account(&pool, &[EMAIL]), Proof::Password), Err(SignInError::NoMfaMethod));
    assert_eq!(next(&pool, &account(&pool, &[PHONE]), Proof::Password), Ok(Step::Mfa(MfaFactor::Sms)));
}

#[test]
fn a_remembered_device_stands_for_the_second_factor_where_the_pool_says_so() {
    let devices =
        |challenge: bool| json!({ "DeviceConfiguration": { "ChallengeRequiredOnNewDevice": challenge } });
    for (settings, remembered, step) in [
        (devices(true), true, Step::Device),
        (devices(true), false, Step::Mfa(MfaFactor::Email)),
        (devices(false), true, Step::Mfa(MfaFactor::Email)),
        (json!({}), true, Step::Mfa(MfaFactor::Email)),
    ] {
        let pool = mfa_pool(UserPoolMfaType::On, &settings);
        let mut account = account(&pool, &[EMAIL]);
        account.device = Some(Device { remembered, ..remembered_device(&pool, &account) });
        assert_eq!(next(&pool, &account, Proof::Password), Ok(step), "{settings} {remembered}");
    }
    // It is no way around setting one up.
    let pool = mfa_pool(UserPoolMfaType::On, &devices(true));
    let mut account = account(&pool, &[]);
    account.device = Some(remembered_device(&pool, &account));
    assert!(matches!(next(&pool, &account, Proof::Password), Ok(Step::SetUpMfa(_))));
}

#[test]
fn first_factors_are_what_the_pool_allows_and_the_user_has() {
    use FirstFactor::{EmailOtp, Password, PasswordSrp, SmsOtp, WebAuthn};
    let all = json!({ "Policies": {
        "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"] },
    } });
    let available_to = |pool: &UserPool, account: &Account| {
        let client = client(pool, &json!({}));
        available(&Rules { pool, client: &client, now: now() }, account)
    };
    let pool_with_all = pool(&all);
    let mut rich = account(&pool_with_all, &[EMAIL, PHONE]);
    rich.passkeys = 1;
    assert_eq!(available_to(&pool_with_all, &rich), [Password, PasswordSrp, EmailOtp, SmsOtp, WebAuthn]);
    assert_eq!(available_to(&pool(&json!({})), &rich), [Password, PasswordSrp]);
    assert_eq!(available_to(&mfa_pool(UserPoolMfaType::On, &all), &rich), [Password, PasswordSrp]);

    let invited = UserStatusType::ForceChangePassword;
    let invited = Account { user: User { status: invited, ..rich.user.clone() }, ..rich.clone() };
    assert_eq!(available_to(&pool_with_all, &invited), [Password, PasswordSrp]);
    let elsewhere = User { status: UserStatusType::ExternalProvider, password: None, ..rich.user.clone() };
    assert_eq!(
        available_to(&pool_with_all, &Account { user: elsewhere, ..rich.clone() }),
        [Password, PasswordSrp]
    );
    let without_password = Account { user: User { password: None, ..rich.user.clone() }, ..rich };
    assert_eq!(available_to(&pool_with_all, &without_password), [EmailOtp, SmsOtp, WebAuthn]);
    assert_eq!(available_to(&pool_with_all, &account(&pool_with_all, &[])), [Password, PasswordSrp]);
}

#[test]
fn a_user_whom_nobody_has_looks_the_same_each_time() {
    let by_name = pool(&json!({}));
    let nobody = |pool: &UserPool, name: &str, seed: &[u8]| PretendedUser::new(pool, name, seed);
    let PretendedUser { username, verifier } = nobody(&by_name, "nobody", b"seed");
    assert_eq!(username, "nobody");
    assert_eq!(nobody(&by_name, "nobody", b"seed").verifier.value, verifier.value);
    assert_ne!(nobody(&by_name, "nobody", b"other seed").verifier.value, verifier.value);
    let by_email = pool(&json!({ "UsernameAttributes": ["email"] }));
    let username = nobody(&by_email, "nobody@example.com", b"seed").username;
    assert!(Uuid::parse_str(&username).is_ok(), "{username}");
    assert!(!verifier.matches(&by_name.id, "nobody", ""));
}

#[test]
fn a_new_password_comes_with_the_attributes_that_are_missing() {
    let pool = pool(&json!({ "Schema": [{ "Name": "nickname", "Required": true, "Mutable": true }] }));
    let client = client(&pool, &json!({}));
    let rules = Rules { pool: &pool, client: &client, now: now() };
    let invited = || user(&pool, &[EMAIL]);
    assert_eq!(required_attributes(&pool, &invited()), ["userAttributes.nickname"]);
    let given = |name: &str, value: &str| {
        given_attributes(&[(format!("userAttributes.{name}"), value.to_owned())].into())
    };
    let set = |password: &str, given: &[wire::AttributeType]| {
        with_new_password(&rules, invited(), password, given)
            .map(|user| user.attribute("nickname").map(str::to_owned))
    };
    assert_eq!(set("An0ther-word", &given("nickname", "J")), Ok(Some("J".to_owned())));
    assert_eq!(set("An0ther-word", &[]), Err(SignInError::AttributeMissing("nickname".to_owned())));
    let changed = set("An0ther-word", &given("email", "eve@example.com"));
    assert_eq!(changed, Err(SignInError::AttributeProvided("email".to_owned())));
    assert!(matches!(set("short", &given("nickname", "J")), Err(SignInError::Password(_))));
}

#[test]
fn a_code_is_compared_whole() {
    assert_eq!(check_code("123456", "123456"), Ok(()));
    for shown in ["123457", "12345", "1234567", ""] {
        assert_eq!(check_code("123456", shown), Err(SignInError::CodeMismatch), "{shown}");
    }
}

#[test]
fn a_person_at_a_page_has_five_minutes_at_least() {
    let pool = pool(&json!({}));
    for (settings, minutes) in [
        (json!({}), [3, 3, 5]),
        (json!({ "AuthSessionValidity": 4 }), [4, 4, 5]),
        (json!({ "AuthSessionValidity": 15 }), [15, 15, 15]),
    ] {
        let client = client(&pool, &settings);
        let found = [Surface::Api, Surface::AdminApi, Surface::ManagedLogin]
            .map(|surface| surface.step_lifetime(&client).num_minutes());
        assert_eq!(found, minutes, "{settings}");
    }
}
