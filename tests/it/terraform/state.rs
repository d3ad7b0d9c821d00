//! What the provider puts into its state: the answers of a read, without what it computes or does not look at.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::plan::remove;

pub(super) struct State {
    /// What a plan is compared with.
    pub(super) configured: Value,
    /// What the service chose, once and for all.
    pub(super) computed: Value,
}

/// The state after these answers, by operation; none if it is not read from them.
pub(super) fn state(resource: &str, answers: &BTreeMap<String, Value>) -> Option<State> {
    let answer = |operation: &str, member: &str| answers.get(operation)?.get(member).cloned();
    let (mut configured, computed) = match resource {
        "aws_cognito_user_pool" => {
            pool(answer("DescribeUserPool", "UserPool")?, answers.get("GetUserPoolMfaConfig")?)
        }
        "aws_cognito_user_pool_client" | "aws_cognito_managed_user_pool_client" => {
            let by = ["UpdateUserPoolClient", "CreateUserPoolClient", "DescribeUserPoolClient"];
            client(by.into_iter().find_map(|operation| answer(operation, "UserPoolClient"))?)
        }
        "aws_cognito_user_pool_domain" => {
            let domain = answer("DescribeUserPoolDomain", "DomainDescription")?;
            split(domain, &["AWSAccountId", "CloudFrontDistribution", "S3Bucket"], &["Version"])
        }
        "aws_cognito_identity_provider" => provider(answer("DescribeIdentityProvider", "IdentityProvider")?),
        "aws_cognito_resource_server" => split(answer("DescribeResourceServer", "ResourceServer")?, &[], &[]),
        "aws_cognito_user_group" => {
            split(answer("GetGroup", "Group")?, &["CreationDate"], &["LastModifiedDate"])
        }
        "aws_cognito_user_in_group" => {
            let groups = answer("AdminListGroupsForUser", "Groups")?;
            let group = groups.as_array()?.iter().find(|group| group["GroupName"] == "staff")?;
            (json!({ "GroupName": group["GroupName"] }), json!({}))
        }
        "aws_cognito_user" => user(answers.get("AdminGetUser")?.clone()),
        "aws_cognito_user_pool_ui_customization" => {
            let mut customization = answer("GetUICustomization", "UICustomization")?;
            customization["HasImage"] = json!(customization.get("ImageUrl").is_some());
            split(customization, &["CreationDate"], &["CSSVersion", "ImageUrl", "LastModifiedDate"])
        }
        "aws_cognito_managed_login_branding" => branding(answers)?,
        "aws_cognito_risk_configuration" => {
            let risk = answer("DescribeRiskConfiguration", "RiskConfiguration")?;
            split(risk, &[], &["LastModifiedDate"])
        }
        "aws_cognito_log_delivery_configuration" => {
            split(answer("GetLogDeliveryConfiguration", "LogDeliveryConfiguration")?, &[], &[])
        }
        _ => return None,
    };
    normalize(resource, &mut configured);
    Some(State { configured, computed })
}

/// Values that the provider's language has no other word for than their absence.
pub(super) fn normalize(resource: &str, value: &mut Value) {
    let is_client = resource.ends_with("_pool_client");
    let is_pool = resource == "aws_cognito_user_pool";
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(|member| normalize(resource, member));
            members.retain(|_, member| match member {
                Value::Null => false,
                Value::Bool(set) => *set || is_client,
                Value::Number(number) => number.as_f64() != Some(0.0) || is_client,
                Value::String(text) => !text.is_empty(),
                // In UserAttributeUpdateSettings the service has an empty list where nothing is set any more.
                Value::Array(items) => !items.is_empty() || is_pool,
                Value::Object(_) => true,
            });
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|item| normalize(resource, item));
            items.sort_by_key(Value::to_string); // all of them are sets there
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    if is_pool && value["UserPoolTags"] == json!({}) {
        remove(value, &["UserPoolTags"]);
    }
    if is_client && value["AnalyticsConfiguration"]["UserDataShared"] == false {
        remove(&mut value["AnalyticsConfiguration"], &["UserDataShared"]);
    }
}

/// Configured and computed members; what the provider does not keep is dropped.
fn split(mut value: Value, computed: &[&str], dropped: &[&str]) -> (Value, Value) {
    remove(&mut value, dropped);
    let values = remove(&mut value, computed);
    let computed = computed.iter().map(|key| (*key).to_owned()).zip(values).collect();
    (value, Value::Object(computed))
}

fn pool(pool: Value, mfa: &Value) -> (Value, Value) {
    let (mut pool, computed) = split(
        pool,
        &["Arn", "CreationDate", "Id"],
        // The domain is another resource; the days of accounts mirror the password policy.
        &["CustomDomain", "Domain", "EstimatedNumberOfUsers", "LastModifiedDate"],
    );
    remove(&mut pool["AdminCreateUserConfig"], &["UnusedAccountValidityDays"]);
    if pool["LambdaConfig"] == json!({}) {
        remove(&mut pool, &["LambdaConfig"]);
    }
    for key in ["EmailMfaConfiguration", "SoftwareTokenMfaConfiguration", "WebAuthnConfiguration"] {
        pool[key] = mfa[key].clone();
    }
    if mfa["MfaConfiguration"] != pool["MfaConfiguration"] {
        pool["MfaConfiguration"] = json!([pool["MfaConfiguration"], mfa["MfaConfiguration"]]);
    }
    let all = remove(&mut pool, &["SchemaAttributes"]).remove(0);
    // `user_pool_defaults` has the standard attributes to the letter, with which the provider compares.
    let untouched = |attribute: &Value| {
        let name = attribute["Name"].as_str().unwrap();
        name == "sub"
            || (!name.contains(':') && attribute["Required"] == false && attribute["Mutable"] == true)
    };
    let schema: Vec<Value> =
        all.as_array().unwrap().iter().filter(|item| !untouched(item)).cloned().collect();
    let schema = schema.into_iter().map(|mut attribute| {
        attribute["Name"] = json!(attribute["Name"].as_str().unwrap().trim_start_matches("custom:"));
        attribute
    });
    let schema: Vec<Value> = schema.collect();
    if !schema.is_empty() {
        pool["Schema"] = json!(schema);
    }
    (pool, computed)
}

fn client(mut client: Value) -> (Value, Value) {
    client["HasSecret"] = json!(client.get("ClientSecret").is_some());
    // The kind of client is not of this provider.
    split(client, &["ClientId", "ClientSecret", "CreationDate"], &["ClientType", "LastModifiedDate"])
}

fn provider(mut provider: Value) -> (Value, Value) {
    remove(&mut provider["ProviderDetails"], &["ActiveEncryptionCertificate"]);
    split(provider, &["CreationDate"], &["LastModifiedDate"])
}

fn user(mut user: Value) -> (Value, Value) {
    let pairs = remove(&mut user, &["UserAttributes"]).remove(0);
    let pairs = pairs.as_array().unwrap().iter();
    user["Attributes"] =
        pairs.map(|pair| (pair["Name"].as_str().unwrap().to_owned(), pair["Value"].clone())).collect();
    user["sub"] = remove(&mut user["Attributes"], &["sub"]).remove(0);
    // Without a date the provider crashes.
    assert!(user["UserLastModifiedDate"].is_number(), "{user}");
    split(user, &["UserCreateDate", "sub"], &["UserLastModifiedDate"])
}

/// The settings are those of the read that merges nothing; the other one shows all.
fn branding(answers: &BTreeMap<String, Value>) -> Option<(Value, Value)> {
    let answer = |operation: &str| answers.get(operation)?.get("ManagedLoginBranding").cloned();
    let mut style = answer("DescribeManagedLoginBranding")?;
    let id = &style["ManagedLoginBrandingId"];
    style["IsOfClient"] =
        json!(answer("DescribeManagedLoginBrandingByClient")?["ManagedLoginBrandingId"] == *id);
    let merged = answer("DescribeManagedLoginBranding (merged)")?;
    style["HasMergedSettings"] = json!(merged["Settings"].is_object());
    Some(split(style, &["CreationDate", "ManagedLoginBrandingId"], &["LastModifiedDate"]))
}

/// Whether the provider takes this answer to a read as that of something that is not there.
pub(super) fn is_gone(resource: &str, answer: &str) -> bool {
    match resource {
        "aws_cognito_managed_user_pool_client" => true, // its deletion sends nothing
        "aws_cognito_user_pool_domain" => answer == r#"{"DomainDescription":{}}"#,
        "aws_cognito_user_in_group" => !answer.contains("staff"),
        "aws_cognito_user" => answer.contains("UserNotFoundException"),
        "aws_cognito_user_pool_ui_customization" => answer == r#"{"UICustomization":{}}"#,
        "aws_cognito_risk_configuration" => !answer.contains("Actions") && !answer.contains("IPRange"),
        "aws_cognito_log_delivery_configuration" => answer.contains(r#""LogConfigurations":[]"#),
        _ => answer.contains("ResourceNotFoundException"),
    }
}
