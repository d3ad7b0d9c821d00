//! Tables for settings that no single request of the black-box tests shows.

use serde_json::json;
use wire::PasswordPolicyType;

use super::*;

fn settings(members: &serde_json::Value, scope: &Scope) -> Result<PoolSettings, String> {
    let mut request = json!({ "PoolName": "team" });
    request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    PoolSettings::of_new_pool(&serde_json::from_value(request).unwrap(), scope)
        .map_err(|error| error.to_string())
}

#[test]
fn a_password_is_told_the_first_thing_it_lacks() {
    let all = PasswordPolicyType {
        minimum_length: Some(8),
        require_uppercase: Some(true),
        require_lowercase: Some(true),
        require_numbers: Some(true),
        require_symbols: Some(true),
        ..PasswordPolicyType::default()
    };
    let lengths_only = PasswordPolicyType { minimum_length: Some(6), ..PasswordPolicyType::default() };
    for (policy, password, lacks) in [
        (&all, "Passw0rd!", None),
        (&all, "Passw0rd with space", None),
        (&all, "", Some("Password not long enough")),
        (&all, "ÄÖÜäöü12!", Some("Password must have uppercase characters")),
        (&all, "Passw0rd€", Some("Password must have symbol characters")),
        (&lengths_only, "äöüäöü", None),
        (&lengths_only, "äöüäö", Some("Password not long enough")),
    ] {
        for (choice, begin) in [
            (PasswordChoice::SignUp, "Password did not conform with policy: "),
            (PasswordChoice::AdminCreateUser, "Password did not conform with password policy: "),
            (PasswordChoice::Later, "Password does not conform to policy: "),
        ] {
            let found = check_password(policy, choice, password).err().map(|error| error.to_string());
            assert_eq!(found, lacks.map(|lack| format!("{begin}{lack}")), "{password}");
        }
    }
}

#[test]
fn a_policy_that_is_given_asks_only_for_what_it_names() {
    let found = settings(
        &json!({ "Policies": { "PasswordPolicy": { "MinimumLength": 10, "TemporaryPasswordValidityDays": 0 } } }),
        &Scope::default(),
    );
    let policy = found.unwrap().password_policy();
    assert_eq!(policy.minimum_length, Some(10));
    assert_eq!(policy.require_symbols, Some(false));
    assert_eq!(policy.temporary_password_validity_days, Some(7));
}

#[test]
fn zero_unused_account_validity_days_are_none() {
    let with = |unused: i32| {
        json!({ "Policies": { "PasswordPolicy": { "TemporaryPasswordValidityDays": 3 } },
                "AdminCreateUserConfig": { "UnusedAccountValidityDays": unused } })
    };
    assert!(settings(&with(3), &Scope::default()).is_err());
    let found = settings(&with(0), &Scope::default()).unwrap();
    assert_eq!(found.admin_create_user_config.unwrap().unused_account_validity_days, Some(3));
}

#[test]
fn older_and_newer_members_show_the_same() {
    let found = settings(
        &json!({ "EmailVerificationMessage": "old {####}",
                "VerificationMessageTemplate": { "SmsMessage": "sms {####}", "EmailSubject": "subject" },
                "LambdaConfig": { "PreTokenGenerationConfig": {
                    "LambdaArn": "arn:aws:lambda:us-east-1:1:function:f", "LambdaVersion": "V2_0" } } }),
        &Scope::default(),
    )
    .unwrap();
    let template = found.verification_message_template.unwrap();
    assert_eq!(template.email_message.as_deref(), Some("old {####}"));
    assert_eq!(found.sms_verification_message.as_deref(), Some("sms {####}"));
    assert_eq!(found.email_verification_subject.as_deref(), Some("subject"));
    let triggers = found.lambda_config.unwrap();
    assert_eq!(triggers.pre_token_generation.as_deref(), Some("arn:aws:lambda:us-east-1:1:function:f"));
}

#[test]
fn only_a_caller_with_an_account_is_held_to_its_own_roles() {
    let sms = json!({ "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::123456789012:role/sms" } });
    assert!(settings(&sms, &Scope::default()).is_ok());
    assert!(settings(&sms, &Scope::of_credentials("123456789012", "us-east-1")).is_ok());
    let other = settings(&sms, &Scope::of_credentials("210987654321", "us-east-1"));
    assert_eq!(other.err().as_deref(), Some("Cross-account pass role is not allowed."));
}

#[test]
fn what_the_tier_lacks_is_told_in_one_text() {
    let members = |tier: &str| {
        json!({
            "UserPoolTier": tier,
            "UserPoolAddOns": {
                "AdvancedSecurityMode": "OFF", "AdvancedSecurityAdditionalFlows": { "CustomAuthMode": "AUDIT" } },
            "Policies": {
                "PasswordPolicy": { "PasswordHistorySize": 1 },
                "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP", "WEB_AUTHN"] } },
        })
    };
    let text = |tier: &str, features: &str| {
        format!(
            "The following features need to be disabled for the {tier} pricing tier configured: {features}"
        )
    };
    for (tier, features) in [
        ("LITE", Some("Threat Protection, Passwordless Sign-In, Password History")),
        ("ESSENTIALS", Some("Threat Protection")),
        ("PLUS", None),
    ] {
        let found = settings(&members(tier), &Scope::default()).err();
        assert_eq!(found, features.map(|features| text(tier, features)), "{tier}");
    }
    let mut default = members("PLUS");
    default.as_object_mut().unwrap().remove("UserPoolTier");
    assert_eq!(settings(&default, &Scope::default()).err(), Some(text("ESSENTIALS", "Threat Protection")));
}

#[test]
fn identities_stand_behind_the_picture_and_come_once() {
    let schema = Schema::new(Vec::new()).unwrap().with_identities().with_identities();
    let names: Vec<_> =
        schema.attributes().iter().filter_map(|attribute| attribute.name.as_deref()).collect();
    assert_eq!(names.len(), 21);
    assert_eq!(names[7..9], ["picture", "identities"]);
}

#[test]
fn a_pool_has_at_most_fifty_custom_attributes() {
    let named = |n: usize| SchemaAttributeType {
        name: Some(format!("a{n}")),
        attribute_data_type: Some(wire::AttributeDataType::String),
        ..SchemaAttributeType::default()
    };
    let schema = Schema::new((0..50).map(named).collect()).unwrap();
    assert_eq!(schema.with_custom_attributes(vec![named(50)]), Err(SchemaError::TooMany));
}

#[test]
fn a_schema_is_kept_short_and_comes_back_whole() {
    let requested = json!([{ "Name": "email", "Required": true },
                           { "Name": "team", "AttributeDataType": "Number" }]);
    let schema = Schema::new(serde_json::from_value(requested).unwrap()).unwrap().with_identities();
    let kept = serde_json::to_value(&schema).unwrap();
    let full: Vec<_> = kept.as_array().unwrap().iter().filter(|kept| kept.is_object()).collect();
    assert_eq!(
        full.len(),
        3,
        "email was changed, identities and custom:team are no standard attributes of a new pool"
    );
    assert_eq!(serde_json::from_value::<Schema>(kept.clone()).unwrap(), schema);
}
