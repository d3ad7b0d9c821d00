//! The configuration behind the provider's requests: what a plan holds the state against.
//!
//! Updates replace what there was, with the few exceptions that each function names. What a configuration may leave to
//! the service is here with the service's default.

use serde_json::{Value, json};

/// Takes a request into what is wanted.
pub(super) fn plan(resource: &str, operation: &str, request: &Value, wanted: &mut Value) {
    match (resource, operation) {
        ("aws_cognito_user_pool", _) => pool(operation, request, wanted),
        (_, "CreateUserPoolClient" | "UpdateUserPoolClient") => client(operation, request, wanted),
        (_, "CreateUserPoolDomain" | "UpdateUserPoolDomain") => {
            *wanted = json!({ "ManagedLoginVersion": 1, "Status": "ACTIVE" });
            overlay(wanted, request);
        }
        (_, "CreateIdentityProvider" | "UpdateIdentityProvider") => provider(request, wanted),
        (_, "CreateResourceServer" | "UpdateResourceServer" | "CreateGroup" | "UpdateGroup") => {
            replace_members(wanted, request);
        }
        (_, "AdminAddUserToGroup") => *wanted = json!({ "GroupName": request["GroupName"] }),
        ("aws_cognito_user", _) => user(operation, request, wanted),
        (_, "SetUICustomization") => {
            *wanted = json!({ "HasImage": request["ImageFile"].is_string() });
            overlay(wanted, request);
            remove(wanted, &["ImageFile"]);
        }
        (_, "CreateManagedLoginBranding" | "UpdateManagedLoginBranding") => branding(request, wanted),
        (_, "SetRiskConfiguration" | "SetLogDeliveryConfiguration") => wanted.clone_from(request),
        _ => {} // reads, and what no state shows
    }
}

/// What a change in place leaves alone, and what UpdateUserPool does not speak of.
const POOL_KEEPS: [&str; 11] = [
    "EmailMfaConfiguration",
    "KeyConfiguration",
    "Name",
    "Schema",
    "SmsConfiguration",
    "SoftwareTokenMfaConfiguration",
    "UserPoolTags",
    "UserPoolTier",
    "UsernameAttributes",
    "UsernameConfiguration",
    "WebAuthnConfiguration",
];

/// Flat texts and those of the template are the same.
const TEXTS: [(&str, &str); 3] = [
    ("EmailVerificationMessage", "EmailMessage"),
    ("EmailVerificationSubject", "EmailSubject"),
    ("SmsVerificationMessage", "SmsMessage"),
];

fn pool(operation: &str, request: &Value, wanted: &mut Value) {
    match operation {
        "CreateUserPool" | "UpdateUserPool" => {
            let old = wanted.take();
            *wanted = pool_defaults();
            for key in POOL_KEEPS {
                if let Some(value) = old.get(key) {
                    wanted[key] = value.clone();
                }
            }
            overlay(wanted, request);
            // A demand that a password policy leaves out is none.
            if let Some(policy) = request["Policies"].get("PasswordPolicy") {
                wanted["Policies"]["PasswordPolicy"] = policy.clone();
            }
            if let Some(name) = request.get("PoolName") {
                wanted["Name"] = name.clone();
            }
            for (flat, inner) in TEXTS {
                let template = request["VerificationMessageTemplate"].get(inner);
                // Where they differ, the one that is new counts, and the template if both are.
                let of_template = template.filter(|text| request.get(flat).is_none() || old[flat] != **text);
                if let Some(text) = of_template.or(request.get(flat)) {
                    wanted[flat] = text.clone();
                    wanted["VerificationMessageTemplate"][inner] = text.clone();
                }
            }
            if let Some(arn) = request["LambdaConfig"]["PreTokenGenerationConfig"].get("LambdaArn") {
                wanted["LambdaConfig"]["PreTokenGeneration"] = arn.clone();
            }
            if let Some(attributes) = request["Schema"].as_array() {
                wanted["Schema"] = attributes.iter().map(attribute).collect();
            }
            remove(wanted, &["PoolName", "UserPoolId"]);
        }
        "SetUserPoolMfaConfig" => {
            remove(wanted, &["SoftwareTokenMfaConfiguration", "EmailMfaConfiguration"]);
            replace_members(wanted, request);
            let by_text = remove(wanted, &["SmsMfaConfiguration", "UserPoolId"]);
            replace_members(wanted, &by_text[0]);
        }
        "TagResource" => replace_members(&mut wanted["UserPoolTags"], &request["Tags"]),
        "AddCustomAttributes" => {
            let more = request["CustomAttributes"].as_array().unwrap().iter().map(attribute);
            wanted["Schema"].as_array_mut().unwrap().extend(more);
        }
        _ => {}
    }
}

fn pool_defaults() -> Value {
    json!({
        "AdminCreateUserConfig": {},
        "EmailConfiguration": { "EmailSendingAccount": "COGNITO_DEFAULT" },
        "MfaConfiguration": "OFF",
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 8, "RequireLowercase": true, "RequireNumbers": true, "RequireSymbols": true,
                "RequireUppercase": true, "TemporaryPasswordValidityDays": 7,
            },
            "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] },
        },
        "UserPoolTier": "ESSENTIALS",
        "VerificationMessageTemplate": { "DefaultEmailOption": "CONFIRM_WITH_CODE" },
    })
}

/// An attribute as it is read back: standard ones have limits, custom ones those that were set.
fn attribute(configured: &Value) -> Value {
    let mut attribute = configured.clone();
    if attribute["AttributeDataType"] == "String" && attribute.get("StringAttributeConstraints").is_none() {
        let standard = attribute["Name"] == "email";
        let limits = if standard { json!({ "MinLength": "0", "MaxLength": "2048" }) } else { json!({}) };
        attribute["StringAttributeConstraints"] = limits;
    }
    attribute
}

fn client(operation: &str, request: &Value, wanted: &mut Value) {
    let has_secret = match operation {
        "CreateUserPoolClient" => json!(request["GenerateSecret"] == true),
        _ => wanted.get("HasSecret").cloned().unwrap_or(json!(false)),
    };
    *wanted = json!({
        "AllowedOAuthFlowsUserPoolClient": false, "AuthSessionValidity": 3, "EnableTokenRevocation": true,
        "EnablePropagateAdditionalUserContextData": false, "HasSecret": has_secret, "RefreshTokenValidity": 30,
    });
    overlay(wanted, request);
    remove(wanted, &["ClientId", "GenerateSecret"]);
    // The service reaches an application in its own account by a role of its own.
    if request["AnalyticsConfiguration"].get("ApplicationArn").is_some() {
        let role = "role/aws-service-role/cognito-idp.amazonaws.com/AWSServiceRoleForAmazonCognitoIdp";
        wanted["AnalyticsConfiguration"]["RoleArn"] = json!(format!("arn:aws:iam::000000000000:{role}"));
    }
}

/// Only what changed is sent, each member whole.
fn provider(request: &Value, wanted: &mut Value) {
    replace_members(wanted, request);
    let added = match wanted["ProviderType"].as_str() {
        Some("Google") => json!({
            "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
            "attributes_url_add_attributes": "true",
            "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
            "oidc_issuer": "https://accounts.google.com",
            "token_request_method": "POST",
            "token_url": "https://www.googleapis.com/oauth2/v4/token",
        }),
        Some("SAML") => json!({ "SSORedirectBindingURI": "https://idp.example.com/sso" }),
        _ => json!({}),
    };
    replace_members(&mut wanted["ProviderDetails"], &added);
}

fn user(operation: &str, request: &Value, wanted: &mut Value) {
    let pairs = request["UserAttributes"].as_array().into_iter().flatten();
    let pairs = pairs.map(|pair| (pair["Name"].as_str().unwrap(), &pair["Value"]));
    match operation {
        "AdminCreateUser" => {
            *wanted = json!({ "Attributes": {}, "Enabled": true, "UserStatus": "FORCE_CHANGE_PASSWORD" });
            wanted["Username"] = request["Username"].clone();
            pairs.for_each(|(name, value)| wanted["Attributes"][name] = value.clone());
        }
        "AdminUpdateUserAttributes" => {
            pairs.for_each(|(name, value)| wanted["Attributes"][name] = value.clone());
        }
        "AdminDeleteUserAttributes" => {
            let names =
                request["UserAttributeNames"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
            remove(&mut wanted["Attributes"], &names.collect::<Vec<_>>());
        }
        "AdminSetUserPassword" => {
            let permanent = request["Permanent"] == true;
            wanted["UserStatus"] = json!(if permanent { "CONFIRMED" } else { "FORCE_CHANGE_PASSWORD" });
        }
        "AdminEnableUser" | "AdminDisableUser" => wanted["Enabled"] = json!(operation == "AdminEnableUser"),
        _ => {}
    }
}

/// Settings turn the service's own values off, and the other way round.
fn branding(request: &Value, wanted: &mut Value) {
    remove(wanted, &["Settings", "UseCognitoProvidedValues"]);
    replace_members(wanted, request);
    remove(wanted, &["ClientId", "ManagedLoginBrandingId"]);
    wanted["IsOfClient"] = json!(true);
    wanted["HasMergedSettings"] = json!(true);
}

/// Puts the members of `upper` over those of `lower`, structures member by member.
fn overlay(lower: &mut Value, upper: &Value) {
    for (key, value) in upper.as_object().unwrap() {
        if value.is_object() && lower.get(key).is_some_and(Value::is_object) {
            overlay(&mut lower[key], value);
        } else {
            lower[key] = value.clone();
        }
    }
}

/// Puts the members of `upper` in the place of those of `lower`. Nothing has no members.
fn replace_members(lower: &mut Value, upper: &Value) {
    for (key, value) in upper.as_object().into_iter().flatten() {
        lower[key] = value.clone();
    }
}

/// Takes members away and gives what they were.
pub(super) fn remove(value: &mut Value, keys: &[&str]) -> Vec<Value> {
    let members = value.as_object_mut().unwrap();
    keys.iter().map(|key| members.remove(*key).unwrap_or_default()).collect()
}
