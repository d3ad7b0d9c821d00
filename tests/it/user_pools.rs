//! User pools: what comes back, what an update keeps, and what is refused.

use serde_json::{Value, json};

use crate::world::{World, on_both};

on_both!(
    a_pool_with_only_a_name_has_the_services_defaults,
    settings_come_back_as_they_were_sent,
    an_update_replaces_what_it_omits_by_defaults,
    custom_attributes_are_added_and_never_changed,
    broken_rules_are_refused_with_the_services_texts,
    second_factors_are_configured_as_a_set,
    a_protected_pool_is_not_deleted,
    a_deleted_pool_is_gone,
    pools_are_listed_in_pages,
    pools_of_other_accounts_and_regions_do_not_exist,
);

async fn a_pool_with_only_a_name_has_the_services_defaults(world: World) {
    let created = world.ok("CreateUserPool", json!({ "PoolName": "team" })).await;
    insta::assert_json_snapshot!("user_pool_defaults", created);
    let id = &created["UserPool"]["Id"];
    assert_eq!(world.ok("DescribeUserPool", json!({ "UserPoolId": id })).await, created);
}

async fn settings_come_back_as_they_were_sent(world: World) {
    let request = json!({
        "PoolName": "full",
        "Policies": {
            "PasswordPolicy": { "MinimumLength": 12, "RequireNumbers": true, "TemporaryPasswordValidityDays": 3 },
            "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] },
        },
        "DeletionProtection": "ACTIVE",
        "LambdaConfig": { "PreTokenGeneration": "arn:aws:lambda:us-east-1:123456789012:function:pre-token" },
        "AutoVerifiedAttributes": ["email"],
        "UsernameAttributes": ["email"],
        "UsernameConfiguration": { "CaseSensitive": false },
        "VerificationMessageTemplate": { "EmailMessage": "Code {####}", "EmailSubject": "Your code" },
        "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] },
        "DeviceConfiguration": { "ChallengeRequiredOnNewDevice": true },
        "EmailConfiguration": {
            "EmailSendingAccount": "DEVELOPER",
            "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@example.com",
            "From": "Team <a@example.com>",
        },
        "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
        "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Priority": 1, "Name": "verified_email" }] },
        "UserPoolTier": "PLUS",
        "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" },
        "UserPoolTags": { "team": "red" },
        "Schema": [
            { "Name": "email", "Required": true, "Mutable": true },
            { "Name": "team", "AttributeDataType": "String", "Mutable": false },
            { "Name": "age", "AttributeDataType": "Number", "NumberAttributeConstraints": { "MaxValue": "150" } },
            { "Name": "inner", "AttributeDataType": "Boolean", "DeveloperOnlyAttribute": true },
        ],
    });
    let created = world.ok("CreateUserPool", request).await;
    insta::assert_json_snapshot!("user_pool_full", created);
}

async fn an_update_replaces_what_it_omits_by_defaults(world: World) {
    let defaults = world.ok("CreateUserPool", json!({ "PoolName": "same" })).await;
    let id = world
        .pool(json!({
            "AutoVerifiedAttributes": ["email"], "AliasAttributes": ["email"], "DeletionProtection": "ACTIVE",
            "UserPoolTier": "PLUS", "UserPoolTags": { "a": "b" }, "EmailVerificationMessage": "x {####}",
            "Policies": { "PasswordPolicy": { "MinimumLength": 20 } },
        }))
        .await;
    world.advance(chrono::TimeDelta::seconds(1));
    assert_eq!(world.ok("UpdateUserPool", json!({ "UserPoolId": id, "PoolName": "same" })).await, json!({}));

    let updated = world.ok("DescribeUserPool", json!({ "UserPoolId": id })).await;
    let mut expected = defaults["UserPool"].clone();
    for kept in ["Id", "Arn", "AliasAttributes", "CreationDate", "LastModifiedDate"] {
        expected[kept] = updated["UserPool"][kept].clone();
    }
    expected["DeletionProtection"] = json!("ACTIVE");
    expected["UserPoolTier"] = json!("PLUS");
    expected["UserPoolTags"] = json!({ "a": "b" });
    assert_eq!(updated["UserPool"], expected);
    assert_eq!(updated["UserPool"]["AliasAttributes"], json!(["email"]));
    let dates = ["CreationDate", "LastModifiedDate"].map(|date| updated["UserPool"][date].as_f64().unwrap());
    assert_eq!(dates, [1_767_323_045.678, 1_767_323_046.678]);
}

const NO_DATA_TYPE: &str =
    "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.";

async fn custom_attributes_are_added_and_never_changed(world: World) {
    let id = world.pool(json!({})).await;
    let add = |attributes: Value| json!({ "UserPoolId": id, "CustomAttributes": attributes });
    world
        .ok(
            "AddCustomAttributes",
            add(json!([{ "Name": "team", "AttributeDataType": "String" },
                       { "Name": "n", "AttributeDataType": "DateTime" }])),
        )
        .await;
    let described = world.ok("DescribeUserPool", json!({ "UserPoolId": id })).await;
    let attributes = described["UserPool"]["SchemaAttributes"].as_array().unwrap();
    assert_eq!(attributes.len(), 22);
    assert_eq!(
        attributes[20],
        json!({
            "Name": "custom:team", "AttributeDataType": "String", "DeveloperOnlyAttribute": false,
            "Mutable": true, "Required": false, "StringAttributeConstraints": {},
        })
    );
    for (attributes, text) in [
        (
            json!([{ "Name": "team", "AttributeDataType": "String" }]),
            "custom:team: Existing attribute already has name custom:team.",
        ),
        (json!([{ "Name": "x" }]), NO_DATA_TYPE),
        (json!([{ "Name": "x", "StringAttributeConstraints": { "MaxLength": "5" } }]), NO_DATA_TYPE),
        (json!([{ "Name": "x", "AttributeDataType": null, "Mutable": true }]), NO_DATA_TYPE),
        (
            json!([{ "Name": "x", "AttributeDataType": "String", "Required": true }]),
            "Required custom attributes are not supported currently.",
        ),
        (
            json!([{ "Name": "x", "AttributeDataType": "Number",
                     "NumberAttributeConstraints": { "MinValue": "2", "MaxValue": "1" } }]),
            "Attribute custom:x cannot have a max value smaller than it's min value",
        ),
        (
            json!([{ "Name": "x", "AttributeDataType": "String",
                     "StringAttributeConstraints": { "MinLength": "2", "MaxLength": "1" } }]),
            "Attribute custom:x cannot have a max length shorter than it's min length",
        ),
        (
            json!([{ "Name": "a-name-longer-than-twenty" }]),
            "1 validation error detected: Value 'a-name-longer-than-twenty' at 'customAttributes.1.member.name' failed \
             to satisfy constraint: Member must have length less than or equal to 20",
        ),
    ] {
        world.refused("AddCustomAttributes", add(attributes), "InvalidParameterException", text).await;
    }
}

async fn broken_rules_are_refused_with_the_services_texts(world: World) {
    let sms = json!({ "SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x" });
    let lambda = "arn:aws:lambda:eu-west-1:123456789012:function:f";
    let same_region = lambda.replace("eu-west-1", "us-east-1");
    for (members, code, text) in [
        (
            json!({ "AliasAttributes": ["email"], "UsernameAttributes": ["email"] }),
            "InvalidParameterException",
            "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.",
        ),
        (
            json!({ "MfaConfiguration": "OPTIONAL" }),
            "InvalidParameterException",
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        ),
        (
            json!({ "AutoVerifiedAttributes": ["phone_number"] }),
            "InvalidParameterException",
            "SMS configuration is required when phone_number is selected for auto verification",
        ),
        (
            json!({ "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] } }),
            "InvalidParameterException",
            "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
        ),
        (
            json!({ "AccountRecoverySetting": { "RecoveryMechanisms": [
                { "Priority": 1, "Name": "admin_only" }, { "Priority": 2, "Name": "verified_email" } ] } }),
            "InvalidParameterException",
            "Invalid account recovery setting parameter. Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.",
        ),
        (
            json!({ "AccountRecoverySetting": { "RecoveryMechanisms": [
                { "Priority": 1, "Name": "verified_phone_number" }, { "Priority": 1, "Name": "verified_email" } ] } }),
            "InvalidParameterException",
            "Invalid account recovery setting parameter. Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
        ),
        (
            json!({ "Policies": { "PasswordPolicy": { "TemporaryPasswordValidityDays": 3 } },
                    "AdminCreateUserConfig": { "UnusedAccountValidityDays": 3 } }),
            "InvalidParameterException",
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        ),
        (
            json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["EMAIL_OTP"] } } }),
            "InvalidParameterException",
            "Password should be configured as one of the allowed first auth factors.",
        ),
        (
            json!({ "LambdaConfig": { "PreTokenGeneration": same_region, "PreTokenGenerationConfig": {
                "LambdaVersion": "V1_0", "LambdaArn": format!("{same_region}2") } } }),
            "InvalidParameterException",
            "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
        ),
        (
            json!({ "EmailConfiguration": { "EmailSendingAccount": "DEVELOPER" } }),
            "InvalidParameterException",
            "Source ARN is required to use DEVELOPER email sending owner",
        ),
        (
            json!({ "EmailConfiguration": { "From": "nobody" } }),
            "InvalidParameterException",
            "Provided From email address is invalid",
        ),
        (
            json!({ "SmsConfiguration": { "SnsCallerArn": sms["SnsCallerArn"], "SnsRegion": "eu-west-1" } }),
            "InvalidParameterException",
            "Invalid snsRegion. Allowed SNS region for us-east-1 is us-east-1",
        ),
        (
            json!({ "LambdaConfig": { "PreSignUp": lambda } }),
            "InvalidParameterException",
            "Cross-region lambda functions are not supported",
        ),
        (
            json!({ "LambdaConfig": { "CustomEmailSender": {
                "LambdaVersion": "V1_0", "LambdaArn": lambda.replace("eu-west-1", "us-east-1") } } }),
            "InvalidParameterException",
            "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.",
        ),
        (
            json!({ "UserPoolTier": "LITE", "Policies": { "PasswordPolicy": { "PasswordHistorySize": 2 } } }),
            "FeatureUnavailableInTierException",
            "The following features need to be disabled for the LITE pricing tier configured: Password History",
        ),
        (
            json!({ "Schema": [{ "Name": "email", "AttributeDataType": "Number" }] }),
            "InvalidParameterException",
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
        ),
        (json!({ "Schema": [{ "Name": "team" }] }), "InvalidParameterException", NO_DATA_TYPE),
        (
            json!({ "Schema": [{ "Name": "team", "AttributeDataType": "String" },
                               { "Name": "team", "AttributeDataType": "String" }] }),
            "InvalidParameterException",
            "Duplicate custom attribute names custom:team are not allowed in a user pool schema.",
        ),
        (
            json!({ "Schema": [{ "Name": "phone_number_verified" }] }),
            "InvalidParameterException",
            "1 validation error detected: Value 'phone_number_verified' at 'schema.1.member.name' failed to satisfy \
             constraint: Member must have length less than or equal to 20",
        ),
    ] {
        let mut request = json!({ "PoolName": "team" });
        request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        world.refused("CreateUserPool", request, code, text).await;
    }
    let listed = world.ok("ListUserPools", json!({ "MaxResults": 60 })).await;
    assert_eq!(listed, json!({ "UserPools": [] }), "a refused request changes nothing");
}

async fn second_factors_are_configured_as_a_set(world: World) {
    let id = world.pool(json!({})).await;
    let off = world.ok("GetUserPoolMfaConfig", json!({ "UserPoolId": id })).await;
    assert_eq!(off, json!({ "MfaConfiguration": "OFF" }));

    let set = json!({ "UserPoolId": id, "MfaConfiguration": "OPTIONAL",
                      "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    let shown =
        json!({ "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    assert_eq!(world.ok("SetUserPoolMfaConfig", set).await, shown);
    assert_eq!(world.ok("GetUserPoolMfaConfig", json!({ "UserPoolId": id })).await, shown);

    // An update of the pool may keep MFA on without text messages, and leaves the factors alone.
    world.ok("UpdateUserPool", json!({ "UserPoolId": id, "MfaConfiguration": "OPTIONAL" })).await;
    assert_eq!(world.ok("GetUserPoolMfaConfig", json!({ "UserPoolId": id })).await, shown);

    for (members, text) in [
        (
            json!({ "MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": { "Enabled": true } }),
            "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
        ),
        (
            json!({ "MfaConfiguration": "ON" }),
            "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
        ),
        (
            json!({ "MfaConfiguration": "ON", "EmailMfaConfiguration": { "Subject": "s" } }),
            "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of \
             COGNITO_DEFAULT.",
        ),
    ] {
        let mut request = json!({ "UserPoolId": id });
        request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        world.refused("SetUserPoolMfaConfig", request, "InvalidParameterException", text).await;
    }
}

async fn a_protected_pool_is_not_deleted(world: World) {
    let id = world.pool(json!({ "DeletionProtection": "ACTIVE" })).await;
    let text = "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be \
                inactivated first.";
    world.refused("DeleteUserPool", json!({ "UserPoolId": id }), "InvalidParameterException", text).await;
    world.ok("UpdateUserPool", json!({ "UserPoolId": id, "DeletionProtection": "INACTIVE" })).await;

    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": id, "Domain": "team" })).await;
    let text = "User pool cannot be deleted. It has a domain configured that should be deleted first.";
    world.refused("DeleteUserPool", json!({ "UserPoolId": id }), "InvalidParameterException", text).await;
    world.ok("DeleteUserPoolDomain", json!({ "UserPoolId": id, "Domain": "team" })).await;
    assert_eq!(world.ok("DeleteUserPool", json!({ "UserPoolId": id })).await, json!({}));
}

async fn a_deleted_pool_is_gone(world: World) {
    let id = world.pool(json!({})).await;
    world.ok("DeleteUserPool", json!({ "UserPoolId": id })).await;
    let text = format!("User pool {id} does not exist.");
    for operation in [
        "DescribeUserPool",
        "UpdateUserPool",
        "DeleteUserPool",
        "GetUserPoolMfaConfig",
        "SetUserPoolMfaConfig",
        "ListUserPoolClients",
        "ListUsers",
        "ListIdentityProviders",
        "ListResourceServers",
    ] {
        world.refused(operation, json!({ "UserPoolId": id }), "ResourceNotFoundException", &text).await;
    }
}

async fn pools_are_listed_in_pages(world: World) {
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(world.pool(json!({})).await); // all in the same instant
    }
    ids.sort();
    let mut found = Vec::new();
    let mut token = Value::Null;
    loop {
        let page = world.ok("ListUserPools", json!({ "MaxResults": 2, "NextToken": token })).await;
        found.extend(
            page["UserPools"].as_array().unwrap().iter().map(|pool| pool["Id"].as_str().unwrap().to_owned()),
        );
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    found.sort();
    assert_eq!(found, ids);
    let bad = json!({ "MaxResults": 2, "NextToken": "bad" });
    world.refused("ListUserPools", bad, "InvalidParameterException", "Invalid pagination token").await;
    let text = "1 validation error detected: Value '61' at 'maxResults' failed to satisfy constraint: Member must have \
                value less than or equal to 60";
    world.refused("ListUserPools", json!({ "MaxResults": 61 }), "InvalidParameterException", text).await;
}

async fn pools_of_other_accounts_and_regions_do_not_exist(mut world: World) {
    let id = world.pool(json!({})).await;
    for (account, region) in [("123456789012", "us-east-1"), ("test", "eu-west-1")] {
        world.as_caller(account, region);
        let text = format!("User pool {id} does not exist.");
        world
            .refused("DescribeUserPool", json!({ "UserPoolId": id }), "ResourceNotFoundException", &text)
            .await;
        assert_eq!(world.ok("ListUserPools", json!({ "MaxResults": 1 })).await, json!({ "UserPools": [] }));
    }
    let other = world.ok("CreateUserPool", json!({ "PoolName": "x" })).await;
    assert!(other["UserPool"]["Id"].as_str().unwrap().starts_with("eu-west-1_"));
    world.as_caller("test", "us-east-1");
    world.ok("DescribeUserPool", json!({ "UserPoolId": id })).await;
}
