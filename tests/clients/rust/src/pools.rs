//! User pools and their domains: create, describe, update, schema, MFA, tags, list.

use aws_sdk_cognitoidentityprovider::types::builders::SchemaAttributeTypeBuilder;
use aws_sdk_cognitoidentityprovider::types::{
    AccountRecoverySettingType, AdminCreateUserConfigType, AttributeDataType, DefaultEmailOptionType,
    DeletionProtectionType, MessageTemplateType, NumberAttributeConstraintsType, PasswordPolicyType,
    RecoveryOptionNameType, RecoveryOptionType, SchemaAttributeType, SoftwareTokenMfaConfigType,
    StringAttributeConstraintsType, UserPoolMfaType, UserPoolPolicyType, UsernameAttributeType,
    UsernameConfigurationType, VerificationMessageTemplateType, VerifiedAttributeType,
};
use serde_json::{Value, json};

use crate::stage::{Outcome, Stage, check, done, equal, has, json, made_of, recent, string};

/// Answers the id of the pool, its ARN, and the id of a second pool that has a name and nothing else.
pub(crate) async fn create(stage: &Stage) -> Outcome<(String, String, String)> {
    let cognito = &stage.cognito;
    let recovery =
        RecoveryOptionType::builder().name(RecoveryOptionNameType::AdminOnly).priority(1).build()?;
    let asked = cognito
        .create_user_pool()
        .pool_name(&stage.name)
        .username_attributes(UsernameAttributeType::Email)
        .username_configuration(UsernameConfigurationType::builder().case_sensitive(false).build()?)
        .policies(UserPoolPolicyType::builder().password_policy(policy(10)).build())
        .auto_verified_attributes(VerifiedAttributeType::Email)
        .schema(attribute("email", AttributeDataType::String).required(true).build())
        .schema(team().build())
        .admin_create_user_config(admin())
        .user_pool_tags("env", "test")
        .user_pool_tags("owner", "scene")
        .account_recovery_setting(
            AccountRecoverySettingType::builder().recovery_mechanisms(recovery).build(),
        );
    let both = asked.clone().alias_attributes("email".into());
    stage.refused("alias_and_username_attributes", &[], both.send()).await?;
    let created = json(&asked.send().await?)?["UserPool"].take();
    let id = string(&created["Id"])?;
    let pool = describe(stage, &id).await?;
    equal("describe after create", &pool, &created)?;
    let (region, own) = id.split_once('_').ok_or("a pool id without region")?;
    check(region == stage.region && made_of(&json!(own), 9..=9, |c| c.is_ascii_alphabetic()), &id)?;
    let arn = string(&pool["Arn"])?;
    let account = arn
        .strip_prefix(&format!("arn:aws:cognito-idp:{region}:"))
        .and_then(|rest| rest.strip_suffix(&format!(":userpool/{id}")));
    check(made_of(&json!(account), 12..=12, |_| false), &arn)?;
    let echoed = json!({
        "Name": stage.name, "UsernameAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": false},
        "AutoVerifiedAttributes": ["email"], "UserPoolTags": {"env": "test", "owner": "scene"},
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
    });
    has("pool", &pool, &echoed)?;
    equal("password policy", &pool["Policies"]["PasswordPolicy"], &json(&policy(10))?)?;
    has("invitation", &pool["AdminCreateUserConfig"], &described_admin()?)?;
    recent("CreationDate", &pool["CreationDate"])?;
    recent("LastModifiedDate", &pool["LastModifiedDate"])?;
    schema(stage, &pool)?;
    done("a pool is created and described, with its schema, defaults and dates");

    let bare = cognito.create_user_pool().pool_name(format!("{}-bare", stage.name)).send().await?;
    let bare = json(&bare)?["UserPool"].take();
    has("defaults of a pool", &bare, &stage.expected["pool_defaults"])?;
    let bare = string(&bare["Id"])?;
    done("a pool with only a name has the defaults");

    update(stage, &pool).await?;
    custom_attributes(stage, &id).await?;
    mfa(stage, &id).await?;
    tags(stage, &id, &arn).await?;
    let listed = list(stage, 1).await?;
    for pool in [&id, &bare] {
        let times = listed.iter().filter(|item| item["Id"] == pool.as_str()).count();
        check(times == 1, &format!("{pool} is listed {times} times"))?;
    }
    stage.refused("malformed_pool", &[], cognito.describe_user_pool().user_pool_id("string").send()).await?;
    let unknown = format!("{region}_000000000");
    let call = cognito.describe_user_pool().user_pool_id(&unknown).send();
    stage.refused("unknown_pool", &[("pool", &unknown)], call).await?;
    done("pools are listed page by page, wrong ids are refused");
    Ok((id, arn, bare))
}

fn attribute(name: &str, kind: AttributeDataType) -> SchemaAttributeTypeBuilder {
    SchemaAttributeType::builder().name(name).attribute_data_type(kind).mutable(true)
}

fn team() -> SchemaAttributeTypeBuilder {
    let limits = StringAttributeConstraintsType::builder().min_length("1").max_length("40").build();
    attribute("team", AttributeDataType::String).string_attribute_constraints(limits)
}

fn level() -> SchemaAttributeTypeBuilder {
    let limits = NumberAttributeConstraintsType::builder().min_value("0").max_value("10").build();
    attribute("level", AttributeDataType::Number).number_attribute_constraints(limits)
}

fn policy(minimum_length: i32) -> PasswordPolicyType {
    PasswordPolicyType::builder()
        .minimum_length(minimum_length)
        .require_uppercase(true)
        .require_lowercase(true)
        .require_numbers(true)
        .require_symbols(false)
        .temporary_password_validity_days(3)
        .build()
}

fn admin() -> AdminCreateUserConfigType {
    let invite = MessageTemplateType::builder()
        .email_subject("Welcome")
        .email_message("Hello {username}, your password is {####}.")
        .build();
    AdminCreateUserConfigType::builder()
        .allow_admin_create_user_only(false)
        .invite_message_template(invite)
        .build()
}

/// The SDK sends 0 days for none; the service answers with those of the password policy.
fn described_admin() -> Outcome<Value> {
    let mut admin = json(&admin())?;
    admin["UnusedAccountValidityDays"] = json!(3);
    Ok(admin)
}

pub(crate) async fn describe(stage: &Stage, id: &str) -> Outcome<Value> {
    Ok(json(&stage.cognito.describe_user_pool().user_pool_id(id).send().await?)?["UserPool"].take())
}

/// All pools, `size` to a page.
pub(crate) async fn list(stage: &Stage, size: i32) -> Outcome<Vec<Value>> {
    let mut pages = stage.cognito.list_user_pools().max_results(size).into_paginator().send();
    let mut pools = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page?;
        check(page.user_pools().len() <= size as usize, &format!("a page holds more than {size} pools"))?;
        for pool in page.user_pools() {
            pools.push(json(pool)?);
        }
    }
    Ok(pools)
}

fn schema_attribute<'a>(pool: &'a Value, name: &str) -> &'a Value {
    let found =
        pool["SchemaAttributes"].as_array().and_then(|all| all.iter().find(|item| item["Name"] == name));
    found.unwrap_or(&Value::Null)
}

/// The standard attributes to the letter, `email` required as asked, and `identities` where it is there.
fn schema(stage: &Stage, pool: &Value) -> Outcome {
    for item in stage.expected["standard_attributes"].as_array().ok_or("expected.json has no attributes")? {
        let mut wanted = item.clone();
        wanted["Required"] = json!(item["Name"] == "email" || item["Name"] == "sub");
        let name = string(&item["Name"])?;
        equal(&format!("attribute {name}"), schema_attribute(pool, &name), &wanted)?;
    }
    let wanted = json(&team().name("custom:team").developer_only_attribute(false).required(false).build())?;
    equal("custom attribute", schema_attribute(pool, "custom:team"), &wanted)?;
    let identities = schema_attribute(pool, "identities");
    if !identities.is_null() {
        equal("identities", identities, &stage.expected["identities_attribute"])?;
    }
    let count = pool["SchemaAttributes"].as_array().map(Vec::len);
    equal("number of attributes", &json!(count), &json!(if identities.is_null() { 21 } else { 22 }))
}

async fn update(stage: &Stage, pool: &Value) -> Outcome {
    let id = string(&pool["Id"])?;
    let template = VerificationMessageTemplateType::builder()
        .default_email_option(DefaultEmailOptionType::ConfirmWithCode)
        .email_subject("Your code")
        .email_message("The code is {####}!")
        .build();
    stage
        .cognito
        .update_user_pool()
        .user_pool_id(&id)
        .policies(UserPoolPolicyType::builder().password_policy(policy(12)).build())
        .deletion_protection(DeletionProtectionType::Active)
        .auto_verified_attributes(VerifiedAttributeType::Email)
        .verification_message_template(template.clone())
        .admin_create_user_config(admin())
        .user_pool_tags("env", "test")
        .user_pool_tags("owner", "team")
        .send()
        .await?;
    let updated = describe(stage, &id).await?;
    let wanted = json!({
        "DeletionProtection": "ACTIVE", "AutoVerifiedAttributes": ["email"],
        "UserPoolTags": {"env": "test", "owner": "team"},
    });
    has("updated pool", &updated, &wanted)?;
    has("updated invitation", &updated["AdminCreateUserConfig"], &described_admin()?)?;
    equal("updated policy", &updated["Policies"]["PasswordPolicy"], &json(&policy(12))?)?;
    has("updated template", &updated["VerificationMessageTemplate"], &json(&template)?)?;
    for kept in
        ["Name", "Arn", "CreationDate", "SchemaAttributes", "UsernameConfiguration", "UsernameAttributes"]
    {
        equal(&format!("{kept} after an update"), &updated[kept], &pool[kept])?;
    }
    check(
        updated["LastModifiedDate"].as_f64() >= pool["LastModifiedDate"].as_f64(),
        "LastModifiedDate went back",
    )?;
    let recovery = updated["AccountRecoverySetting"].to_string();
    check(!recovery.contains("admin_only"), "an omitted setting kept its value")?;
    done("an update replaces the settings of the pool");
    Ok(())
}

async fn custom_attributes(stage: &Stage, id: &str) -> Outcome {
    let add = stage.cognito.add_custom_attributes().user_pool_id(id).custom_attributes(level().build());
    add.clone().send().await?;
    stage.refused("existing_custom_attribute", &[], add.send()).await?;
    let wanted = json(&level().name("custom:level").developer_only_attribute(false).required(false).build())?;
    equal("added attribute", schema_attribute(&describe(stage, id).await?, "custom:level"), &wanted)?;
    done("custom attributes are added once");
    Ok(())
}

async fn mfa(stage: &Stage, id: &str) -> Outcome {
    let set = stage.cognito.set_user_pool_mfa_config().user_pool_id(id);
    stage
        .refused("mfa_without_factor", &[], set.clone().mfa_configuration(UserPoolMfaType::On).send())
        .await?;
    let totp = SoftwareTokenMfaConfigType::builder().enabled(true).build();
    let set = set.mfa_configuration(UserPoolMfaType::Optional).software_token_mfa_configuration(totp);
    let wanted = json!({"SoftwareTokenMfaConfiguration": {"Enabled": true}, "MfaConfiguration": "OPTIONAL"});
    has("set MFA", &json(&set.send().await?)?, &wanted)?;
    let get = stage.cognito.get_user_pool_mfa_config().user_pool_id(id).send().await?;
    has("get MFA", &json(&get)?, &wanted)?;
    equal("MFA of the pool", &describe(stage, id).await?["MfaConfiguration"], &json!("OPTIONAL"))?;
    done("TOTP is made optional");
    Ok(())
}

async fn tags(stage: &Stage, id: &str, arn: &str) -> Outcome {
    let wanted = json!({"stage": "two", "env": "prod"});
    stage.cognito.tag_resource().resource_arn(arn).tags("stage", "two").tags("env", "prod").send().await?;
    stage.cognito.untag_resource().resource_arn(arn).tag_keys("owner").send().await?;
    let listed = stage.cognito.list_tags_for_resource().resource_arn(arn).send().await?;
    equal("tags", &json(&listed)?["Tags"], &wanted)?;
    equal("tags of the pool", &describe(stage, id).await?["UserPoolTags"], &wanted)?;
    done("tags are set, replaced and removed");
    Ok(())
}

pub(crate) async fn describe_domain(stage: &Stage, domain: &str) -> Outcome<Value> {
    let answer = stage.cognito.describe_user_pool_domain().domain(domain).send().await?;
    Ok(json(&answer)?["DomainDescription"].take())
}

pub(crate) async fn domains(stage: &Stage, pool: &str, bare: &str) -> Outcome {
    let (cognito, prefix, other) = (&stage.cognito, stage.name.as_str(), format!("{}-bare", stage.name));
    equal("unknown domain", &describe_domain(stage, prefix).await?, &json!({}))?;
    cognito
        .create_user_pool_domain()
        .domain(prefix)
        .user_pool_id(pool)
        .managed_login_version(2)
        .send()
        .await?;
    let domain = describe_domain(stage, prefix).await?;
    let wanted = json!({"UserPoolId": pool, "Domain": prefix, "Status": "ACTIVE", "ManagedLoginVersion": 2});
    has("domain", &domain, &wanted)?;
    for member in ["AWSAccountId", "S3Bucket", "CloudFrontDistribution", "Version"] {
        check(
            domain[member].as_str().is_some_and(|text| !text.is_empty()),
            &format!("domain without {member}"),
        )?;
    }
    equal("domain of the pool", &describe(stage, pool).await?["Domain"], &json!(prefix))?;
    let taken = cognito.create_user_pool_domain().domain(prefix).user_pool_id(bare).send();
    stage.refused("domain_taken", &[], taken).await?;

    cognito.create_user_pool_domain().domain(&other).user_pool_id(bare).send().await?;
    stage.refused("pool_has_domain", &[], cognito.delete_user_pool().user_pool_id(bare).send()).await?;
    cognito.delete_user_pool_domain().domain(&other).user_pool_id(bare).send().await?;
    equal("deleted domain", &describe_domain(stage, &other).await?, &json!({}))?;
    done("domains are created and deleted, belong to one pool and hold it");
    Ok(())
}
