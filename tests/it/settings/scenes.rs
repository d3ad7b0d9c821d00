//! Things that are there to be updated, and the walk over what their updates leave out.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};
use wire::Operation;

use super::fates::{Act, FATES, Fate, Kept, Key, Required, Reset};
use super::joined;
use crate::world::World;

/// An operation on something that is there.
pub(super) struct Scene {
    operation: Operation,
    /// What says which thing is changed.
    keys: Value,
    /// A request with every setting, none as it is by default or was before.
    full: Value,
    /// How the settings are read, and where they stand in the answer.
    read: (&'static str, Value, &'static str),
    /// Members with another name in the answer.
    names: &'static [(&'static str, &'static str)],
    /// What a rule between members has leave together with a member.
    together: &'static [(&'static str, &'static [&'static str])],
    /// Members that have one value only.
    of_one_value: &'static [&'static str],
}

impl Scene {
    async fn update(&self, world: &World, without: &[&str]) {
        let mut request = joined(&self.full, &self.keys);
        request.as_object_mut().unwrap().retain(|name, _| !without.contains(&name.as_str()));
        world.ok(self.operation.name(), request).await;
    }

    async fn shown(&self, world: &World) -> Value {
        let (operation, request, place) = &self.read;
        world.ok(operation, request.clone()).await.pointer(place).unwrap().clone()
    }

    fn member(&self, shown: &Value, name: &str) -> Value {
        let renamed = self.names.iter().find(|(member, _)| *member == name);
        let name = renamed.map_or(name, |(_, shown)| *shown);
        shown[name].clone()
    }

    fn settings(&self) -> Vec<(&'static str, Fate)> {
        let (_, fates) = FATES.iter().find(|(known, _)| *known == self.operation).unwrap();
        fates.iter().copied().filter(|(_, fate)| matches!(fate, Kept | Reset | Required)).collect()
    }

    pub(super) async fn walk(&self, world: &World) {
        let operation = self.operation;
        let before = self.shown(world).await;
        self.update(world, &[]).await;
        let full = self.shown(world).await;
        for (name, _) in self.settings() {
            let is_set = self.member(&full, name) != self.member(&before, name);
            assert!(is_set || self.of_one_value.contains(&name), "{operation} does not set {name}: {full}");
        }

        let optional: Vec<_> = self.settings().into_iter().filter(|(_, fate)| *fate != Required).collect();
        let all: Vec<&str> = optional.iter().map(|(name, _)| *name).collect();
        let mut left_out: Vec<Vec<&str>> = vec![all];
        for (name, _) in &optional {
            let with = self.together.iter().find(|(member, _)| member == name);
            let others = with.map_or(&[][..], |(_, others)| *others);
            left_out.push(others.iter().copied().chain([*name]).collect());
        }
        for without in left_out {
            self.update(world, &[]).await;
            self.update(world, &without).await;
            let shown = self.shown(world).await;
            for (name, fate) in &optional {
                let found = self.member(&shown, name);
                let expected = match fate {
                    Reset if without.contains(name) => self.member(&before, name),
                    Reset | Kept | Required | Key | Act => self.member(&full, name),
                };
                assert_eq!(found, expected, "{name} after {operation} without {without:?}");
            }
        }
    }
}

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

pub(super) async fn pool(world: &World) -> Scene {
    let pool = world.pool(json!({ "UserPoolTier": "ESSENTIALS" })).await;
    // A factor that needs no text messages lets MfaConfiguration stand for itself.
    let token = json!({ "UserPoolId": pool, "MfaConfiguration": "OPTIONAL",
                        "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    world.ok("SetUserPoolMfaConfig", token).await;
    world.ok("UpdateUserPool", json!({ "UserPoolId": pool })).await;
    Scene {
        operation: Operation::UpdateUserPool,
        keys: json!({ "UserPoolId": pool }),
        full: json!({
            "Policies": { "PasswordPolicy": { "MinimumLength": 20 } },
            "DeletionProtection": "ACTIVE",
            "LambdaConfig": { "PreSignUp": ARN },
            "AutoVerifiedAttributes": ["email"],
            "SmsVerificationMessage": "sms {####}",
            "EmailVerificationMessage": "email {####}",
            "EmailVerificationSubject": "subject",
            "VerificationMessageTemplate": {
                "SmsMessage": "sms {####}", "EmailMessage": "email {####}", "EmailSubject": "subject" },
            "SmsAuthenticationMessage": "auth {####}",
            "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] },
            "MfaConfiguration": "OPTIONAL",
            "DeviceConfiguration": { "ChallengeRequiredOnNewDevice": true },
            "EmailConfiguration": { "ReplyToEmailAddress": "a@example.com" },
            "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::123456789012:role/sms" },
            "UserPoolTags": { "team": "red" },
            "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
            "UserPoolAddOns": { "AdvancedSecurityMode": "OFF" },
            "DcrConfiguration": { "EnableStatus": "Enabled" },
            "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Priority": 1, "Name": "verified_email" }] },
            "PoolName": "renamed",
            "UserPoolTier": "PLUS",
            "KeyConfiguration": { "KeyType": "CUSTOMER_MANAGED_KEY",
                                  "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/mrk-1" },
            "IssuerConfiguration": { "Type": "UPDATED" },
            "AcrConfiguration": { "Level1": { "AcrValue": "low" } },
        }),
        read: ("DescribeUserPool", json!({ "UserPoolId": pool }), "/UserPool"),
        names: &[("PoolName", "Name")],
        together: &[
            ("AutoVerifiedAttributes", &["UserAttributeUpdateSettings"]),
            ("SmsVerificationMessage", &FORMS),
            ("EmailVerificationMessage", &FORMS),
            ("EmailVerificationSubject", &FORMS),
            ("VerificationMessageTemplate", &FORMS),
        ],
        of_one_value: &[],
    }
}

/// Both forms of the verification messages: one shows in the other.
const FORMS: [&str; 4] = [
    "SmsVerificationMessage",
    "EmailVerificationMessage",
    "EmailVerificationSubject",
    "VerificationMessageTemplate",
];

pub(super) async fn factors(world: &World) -> Scene {
    let pool = world
        .pool(json!({ "EmailConfiguration": {
            "EmailSendingAccount": "DEVELOPER",
            "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@example.com" } }))
        .await;
    let sms = json!({ "SnsCallerArn": "arn:aws:iam::123456789012:role/sms" });
    Scene {
        operation: Operation::SetUserPoolMfaConfig,
        keys: json!({ "UserPoolId": pool }),
        full: json!({
            "SmsMfaConfiguration": { "SmsAuthenticationMessage": "auth {####}", "SmsConfiguration": sms },
            "SoftwareTokenMfaConfiguration": { "Enabled": true },
            "EmailMfaConfiguration": { "Message": "email {####}" },
            "MfaConfiguration": "OPTIONAL",
            "WebAuthnConfiguration": { "RelyingPartyId": "auth.example.com" },
        }),
        read: ("GetUserPoolMfaConfig", json!({ "UserPoolId": pool }), ""),
        names: &[],
        together: &[(
            "MfaConfiguration",
            &["SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration"],
        )],
        of_one_value: &[],
    }
}

pub(super) async fn client(world: &World) -> Scene {
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({ "GenerateSecret": true })).await;
    let keys = json!({ "UserPoolId": pool, "ClientId": client });
    Scene {
        operation: Operation::UpdateUserPoolClient,
        keys: keys.clone(),
        full: json!({
            "ClientName": "renamed",
            "RefreshTokenValidity": 10,
            "AccessTokenValidity": 12,
            "IdTokenValidity": 12,
            "TokenValidityUnits": { "AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days" },
            "ReadAttributes": ["email"],
            "WriteAttributes": ["email"],
            "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            "SupportedIdentityProviders": ["COGNITO"],
            "CallbackURLs": ["https://app.example/"],
            "LogoutURLs": ["https://app.example/out"],
            "DefaultRedirectURI": "https://app.example/",
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid"],
            "AllowedOAuthFlowsUserPoolClient": true,
            "AnalyticsConfiguration": { "ApplicationArn": "arn:aws:mobiletargeting:us-east-1:123456789012:apps/ab12" },
            "PreventUserExistenceErrors": "ENABLED",
            "EnableTokenRevocation": false,
            "EnablePropagateAdditionalUserContextData": true,
            "AuthSessionValidity": 5,
            "RefreshTokenRotation": { "Feature": "DISABLED" },
        }),
        read: ("DescribeUserPoolClient", keys, "/UserPoolClient"),
        names: &[],
        together: &[
            ("CallbackURLs", &["DefaultRedirectURI", "AllowedOAuthFlows", "AllowedOAuthFlowsUserPoolClient"]),
            ("AllowedOAuthFlows", &["AllowedOAuthFlowsUserPoolClient"]),
            ("AllowedOAuthScopes", &["AllowedOAuthFlowsUserPoolClient"]),
        ],
        of_one_value: &[],
    }
}

pub(super) async fn group(world: &World) -> Scene {
    let pool = world.pool(json!({})).await;
    let keys = json!({ "UserPoolId": pool, "GroupName": "team" });
    world.ok("CreateGroup", keys.clone()).await;
    Scene {
        operation: Operation::UpdateGroup,
        keys: keys.clone(),
        full: json!({ "Description": "the team", "RoleArn": "arn:aws:iam::123456789012:role/team", "Precedence": 3 }),
        read: ("GetGroup", keys, "/Group"),
        names: &[],
        together: &[],
        of_one_value: &[],
    }
}

pub(super) async fn provider(world: &World) -> Scene {
    let pool = world.pool(json!({})).await;
    let keys = json!({ "UserPoolId": pool, "ProviderName": "Corp" });
    let details = |secret: &str| {
        json!({
            "client_id": "c", "client_secret": secret, "authorize_scopes": "openid",
            "attributes_request_method": "GET", "oidc_issuer": "https://idp.example.com",
            "authorize_url": "https://idp.example.com/authorize", "token_url": "https://idp.example.com/token",
            "attributes_url": "https://idp.example.com/me", "jwks_uri": "https://idp.example.com/keys",
        })
    };
    let members = json!({ "ProviderType": "OIDC", "ProviderDetails": details("old") });
    world.ok("CreateIdentityProvider", joined(&members, &keys)).await;
    Scene {
        operation: Operation::UpdateIdentityProvider,
        keys: keys.clone(),
        full: json!({
            "ProviderDetails": details("new"),
            "AttributeMapping": { "email": "email" },
            "IdpIdentifiers": ["example.com"],
            "AcrMapping": { "Level1": "low" },
        }),
        read: ("DescribeIdentityProvider", keys, "/IdentityProvider"),
        names: &[],
        together: &[],
        of_one_value: &[],
    }
}

pub(super) async fn branding(world: &World) -> Scene {
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({})).await;
    let request = json!({ "UserPoolId": pool, "ClientId": client, "UseCognitoProvidedValues": true });
    let created = world.ok("CreateManagedLoginBranding", request).await;
    let id = &created["ManagedLoginBranding"]["ManagedLoginBrandingId"];
    let keys = json!({ "UserPoolId": pool, "ManagedLoginBrandingId": id });
    let bytes = BASE64_STANDARD.encode("<svg/>");
    let logo = json!({ "Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "SVG", "Bytes": bytes });
    Scene {
        operation: Operation::UpdateManagedLoginBranding,
        keys: keys.clone(),
        full: json!({
            "UseCognitoProvidedValues": false, "Settings": { "components": {} }, "Assets": [logo] }),
        read: ("DescribeManagedLoginBranding", keys, "/ManagedLoginBranding"),
        names: &[],
        together: &[],
        of_one_value: &[],
    }
}

pub(super) async fn resource_server(world: &World) -> Scene {
    let pool = world.pool(json!({})).await;
    let keys = json!({ "UserPoolId": pool, "Identifier": "shop" });
    world.ok("CreateResourceServer", joined(&json!({ "Name": "Shop" }), &keys)).await;
    let scopes = json!([{ "ScopeName": "read", "ScopeDescription": "reads" }]);
    Scene {
        operation: Operation::UpdateResourceServer,
        keys: keys.clone(),
        full: json!({ "Name": "The shop", "Scopes": scopes }),
        read: ("DescribeResourceServer", keys, "/ResourceServer"),
        names: &[],
        together: &[],
        of_one_value: &[],
    }
}

pub(super) async fn terms(world: &World) -> Scene {
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({})).await;
    let request = json!({
        "UserPoolId": pool, "ClientId": client, "TermsName": "terms-of-use", "TermsSource": "LINK",
        "Enforcement": "NONE", "Links": { "cognito:default": "https://x.example/" } });
    let id = world.ok("CreateTerms", request).await["Terms"]["TermsId"].clone();
    let keys = json!({ "UserPoolId": pool, "TermsId": id });
    Scene {
        operation: Operation::UpdateTerms,
        keys: keys.clone(),
        full: json!({
            "TermsName": "privacy-policy", "TermsSource": "LINK", "Enforcement": "NONE",
            "Links": { "cognito:default": "https://y.example/" } }),
        read: ("DescribeTerms", keys, "/Terms"),
        names: &[],
        together: &[],
        of_one_value: &["TermsSource", "Enforcement"],
    }
}

pub(super) async fn domain(world: &World) -> Scene {
    let pool = world.pool(json!({})).await;
    of_domain(world, json!({ "UserPoolId": pool, "Domain": "walked" })).await
}

/// A custom domain, whose every update names its certificate.
pub(super) async fn custom_domain(world: &World) -> Scene {
    let pool = world.pool(json!({})).await;
    let config = json!({ "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1a2b" });
    let keys = json!({ "UserPoolId": pool, "Domain": "auth.team.example", "CustomDomainConfig": config });
    of_domain(world, keys).await
}

async fn of_domain(world: &World, keys: Value) -> Scene {
    world.ok("CreateUserPoolDomain", keys.clone()).await;
    let failover = json!({ "SecondaryRegion": "us-west-2", "PrimaryRoute53HealthCheckId": "check" });
    Scene {
        operation: Operation::UpdateUserPoolDomain,
        read: ("DescribeUserPoolDomain", json!({ "Domain": keys["Domain"] }), "/DomainDescription"),
        keys,
        full: json!({ "ManagedLoginVersion": 2, "Routing": { "Failover": failover } }),
        names: &[],
        together: &[],
        of_one_value: &[],
    }
}

pub(super) async fn customization(world: &World) -> Scene {
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "classic" })).await;
    Scene {
        operation: Operation::SetUICustomization,
        keys: json!({ "UserPoolId": pool, "ClientId": "ALL" }),
        full: json!({
            "CSS": ".banner-customizable {}", "ImageFile": BASE64_STANDARD.encode(b"\x89PNG\r\n\x1a\n") }),
        read: ("GetUICustomization", json!({ "UserPoolId": pool }), "/UICustomization"),
        names: &[("ImageFile", "ImageUrl")],
        together: &[],
        of_one_value: &[],
    }
}
