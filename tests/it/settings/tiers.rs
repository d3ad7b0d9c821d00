//! What a tier lacks, setting by setting: refused when it is set, and when a pool goes down to the tier with it.

use serde_json::{Value, json};

use super::{INVALID, described, of_pool};
use crate::world::{World, on_both};

on_both!(
    settings_above_the_tier_are_refused_and_have_to_go_before_it,
    operations_for_one_feature_say_that_it_is_not_available,
    what_was_set_elsewhere_has_to_go_before_the_tier,
    all_that_has_to_go_is_told_at_once,
    threat_protection_does_not_raise_the_tier,
);

const UNAVAILABLE: &str = "FeatureUnavailableInTierException";
const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

fn to_disable(tier: &str, features: &str) -> String {
    format!("The following features need to be disabled for the {tier} pricing tier configured: {features}")
}

fn not_available(feature: &str) -> String {
    format!("The following feature is not available for the LITE pricing tier configured: {feature}")
}

/// Members of CreateUserPool and UpdateUserPool, the name of the feature, and the lowest tier that has it.
fn of_pools() -> Vec<(Value, &'static str, &'static str)> {
    let factors = |factor: &str| {
        let factors = json!(["PASSWORD", factor]);
        json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } } })
    };
    let function = |version: &str| json!({ "LambdaConfig": { "PreTokenGenerationConfig": { "LambdaArn": ARN, "LambdaVersion": version } } });
    let add_ons = |mode: &str| json!({ "UserPoolAddOns": { "AdvancedSecurityMode": mode } });
    vec![
        (add_ons("AUDIT"), "Threat Protection", "PLUS"),
        (add_ons("ENFORCED"), "Threat Protection", "PLUS"),
        (function("V2_0"), "Token Customization with Pre-Token Generation Lambda V2_0", "ESSENTIALS"),
        (function("V3_0"), "Token Customization with Pre-Token Generation Lambda V3_0", "ESSENTIALS"),
        (factors("EMAIL_OTP"), "Passwordless Sign-In", "ESSENTIALS"),
        (factors("SMS_OTP"), "Passwordless Sign-In", "ESSENTIALS"),
        (factors("WEB_AUTHN"), "Passwordless Sign-In", "ESSENTIALS"),
        (
            json!({ "Policies": { "PasswordPolicy": { "PasswordHistorySize": 2 } } }),
            "Password History",
            "ESSENTIALS",
        ),
        (json!({ "DcrConfiguration": {} }), "Dynamic Client Registration", "ESSENTIALS"),
        (
            json!({ "DcrConfiguration": { "EnableStatus": "Enabled" } }),
            "Dynamic Client Registration",
            "ESSENTIALS",
        ),
        (
            json!({ "AcrConfiguration": { "Level1": { "AcrValue": "low" } } }),
            "Step-Up Authentication",
            "ESSENTIALS",
        ),
    ]
}

/// Members that every tier has, although their like has to do with tiers.
fn of_all_tiers() -> Vec<Value> {
    let function = json!({ "LambdaArn": ARN, "LambdaVersion": "V1_0" });
    vec![
        json!({}),
        json!({ "UserPoolAddOns": { "AdvancedSecurityMode": "OFF" } }),
        json!({ "LambdaConfig": { "PreTokenGenerationConfig": function } }),
        json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] } } }),
        json!({ "Policies": { "PasswordPolicy": { "PasswordHistorySize": 0 } } }),
        json!({ "DcrConfiguration": { "EnableStatus": "Disabled" } }),
        json!({ "AcrConfiguration": {} }),
    ]
}

const TIERS: [&str; 3] = ["LITE", "ESSENTIALS", "PLUS"];

fn rank(tier: &str) -> usize {
    TIERS.iter().position(|known| *known == tier).unwrap()
}

async fn settings_above_the_tier_are_refused_and_have_to_go_before_it(world: World) {
    let text_of = |tier: &str, feature: &str| to_disable(tier, feature);
    for (members, feature, lowest) in of_pools() {
        for tier in TIERS {
            let mut create = members.clone();
            create["PoolName"] = json!("team");
            create["UserPoolTier"] = json!(tier);
            let allowed = rank(tier) >= rank(lowest);
            if allowed {
                world.ok("CreateUserPool", create).await;
            } else {
                let text = text_of(tier, feature);
                world.refused("CreateUserPool", create, UNAVAILABLE, &text).await;
            }
            // The tier that the pool has already counts when an update leaves it out.
            let pool = world.pool(json!({ "UserPoolTier": tier })).await;
            let update = of_pool(&pool, &members);
            if allowed {
                world.ok("UpdateUserPool", update).await;
            } else {
                let text = text_of(tier, feature);
                world.refused("UpdateUserPool", update, UNAVAILABLE, &text).await;
            }
        }
        // Down, with and without it.
        let mut create = members.clone();
        create["UserPoolTier"] = json!(lowest);
        let pool = world.pool(create).await;
        for tier in &TIERS[..rank(lowest)] {
            let mut down = of_pool(&pool, &members);
            down["UserPoolTier"] = json!(tier);
            world.refused("UpdateUserPool", down, UNAVAILABLE, &text_of(tier, feature)).await;
        }
        assert_eq!(described(&world, &pool).await["UserPoolTier"], json!(lowest));
        let mut down = json!({ "UserPoolTier": "LITE" });
        if feature == "Dynamic Client Registration" {
            // It is kept when it is left out.
            world
                .refused("UpdateUserPool", of_pool(&pool, &down), UNAVAILABLE, &text_of("LITE", feature))
                .await;
            down["DcrConfiguration"] = json!({ "EnableStatus": "Disabled" });
        }
        world.ok("UpdateUserPool", of_pool(&pool, &down)).await;
        assert_eq!(described(&world, &pool).await["UserPoolTier"], json!("LITE"));
    }
    let pool = world.pool(json!({ "UserPoolTier": "LITE" })).await;
    for members in of_all_tiers() {
        world.ok("UpdateUserPool", of_pool(&pool, &members)).await;
    }
}

/// Operations that set one thing which LITE lacks: members beside the pool, the feature, and the code.
async fn of_one_feature(world: &World, pool: &str) -> Vec<(&'static str, Value, &'static str, &'static str)> {
    let client = world.client(pool, json!({})).await;
    let rotation = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 10 });
    let rotation = |more: Value| {
        let mut members =
            json!({ "RefreshTokenRotation": rotation, "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"] });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    let flows = json!(["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    let email = json!({ "Message": "{####} it is" });
    let tracking = json!({ "UserSessionTracking": "ENABLED", "TokenSession": { "MaxPerUser": 3 } });
    vec![
        (
            "CreateUserPoolDomain",
            json!({ "Domain": "team", "ManagedLoginVersion": 2 }),
            "Managed Login Version 2",
            UNAVAILABLE,
        ),
        (
            "CreateManagedLoginBranding",
            json!({ "ClientId": client, "UseCognitoProvidedValues": true }),
            "Managed Login Branding",
            // The model lists no other for this operation.
            INVALID,
        ),
        (
            "CreateUserPoolClient",
            rotation(json!({ "ClientName": "app" })),
            "Refresh Token Rotation",
            UNAVAILABLE,
        ),
        (
            "UpdateUserPoolClient",
            rotation(json!({ "ClientId": client })),
            "Refresh Token Rotation",
            UNAVAILABLE,
        ),
        (
            "CreateUserPoolClient",
            json!({ "ClientName": "app", "ExplicitAuthFlows": flows }),
            "Choice-Based Sign-In",
            UNAVAILABLE,
        ),
        (
            "UpdateUserPoolClient",
            json!({ "ClientId": client, "ExplicitAuthFlows": flows }),
            "Choice-Based Sign-In",
            UNAVAILABLE,
        ),
        (
            "SetUserPoolMfaConfig",
            json!({ "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": email }),
            "Email MFA",
            UNAVAILABLE,
        ),
        (
            "SetUserPoolMfaConfig",
            json!({ "WebAuthnConfiguration": { "RelyingPartyId": "auth.example.com" } }),
            "Passwordless Sign-In",
            UNAVAILABLE,
        ),
        ("SetUserPoolSessionConfiguration", tracking, "Session Configuration", UNAVAILABLE),
        (
            "SetUserPoolClientSessionConfiguration",
            json!({ "ClientId": client, "SSOSession": { "MaxValidityMinutes": 5 } }),
            "Session Configuration",
            UNAVAILABLE,
        ),
    ]
}

async fn operations_for_one_feature_say_that_it_is_not_available(world: World) {
    let pool = world.pool(json!({ "UserPoolTier": "LITE" })).await;
    for (operation, members, feature, code) in of_one_feature(&world, &pool).await {
        world.refused(operation, of_pool(&pool, &members), code, &not_available(feature)).await;
    }
    // The next version of a domain is an update.
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "team" })).await;
    let update = json!({ "UserPoolId": pool, "Domain": "team", "ManagedLoginVersion": 2 });
    world
        .refused("UpdateUserPoolDomain", update, UNAVAILABLE, &not_available("Managed Login Version 2"))
        .await;
}

async fn what_was_set_elsewhere_has_to_go_before_the_tier(world: World) {
    let sender = json!({ "EmailConfiguration": {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@example.com" } });
    let mut seen = Vec::new();
    let count = of_one_feature(&world, &world.pool(json!({})).await).await.len();
    for index in 0..count {
        let pool = world.pool(sender.clone()).await;
        let (operation, members, feature, _) = of_one_feature(&world, &pool).await.swap_remove(index);
        if operation == "SetUserPoolClientSessionConfiguration" {
            // This setting of a client needs session tracking, and the refusal names that feature.
            continue;
        }
        world.ok(operation, of_pool(&pool, &members)).await;
        let mut down = of_pool(&pool, &sender);
        down["UserPoolTier"] = json!("LITE");
        if feature == "Email MFA" {
            down["MfaConfiguration"] = json!("OPTIONAL");
        }
        world.refused("UpdateUserPool", down.clone(), UNAVAILABLE, &to_disable("LITE", feature)).await;
        // Other tiers have it all.
        down["UserPoolTier"] = json!("PLUS");
        world.ok("UpdateUserPool", down).await;
        seen.push(operation);
    }
    assert_eq!(seen.len(), count - 1);

    // What is gone is in the way no longer.
    let pool = world.pool(json!({})).await;
    let domain = json!({ "UserPoolId": pool, "Domain": "down", "ManagedLoginVersion": 2 });
    world.ok("CreateUserPoolDomain", domain).await;
    world
        .ok("UpdateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "down", "ManagedLoginVersion": 1 }))
        .await;
    world.ok("UpdateUserPool", json!({ "UserPoolId": pool, "UserPoolTier": "LITE" })).await;
}

async fn all_that_has_to_go_is_told_at_once(world: World) {
    let pool = world.pool(json!({ "UserPoolTier": "PLUS" })).await;
    let domain = json!({ "UserPoolId": pool, "Domain": "team", "ManagedLoginVersion": 2 });
    world.ok("CreateUserPoolDomain", domain).await;
    let request = of_pool(
        &pool,
        &json!({
            "UserPoolTier": "LITE",
            "UserPoolAddOns": { "AdvancedSecurityMode": "ENFORCED" },
            "LambdaConfig": { "PreTokenGenerationConfig": { "LambdaArn": ARN, "LambdaVersion": "V2_0" } },
            "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } },
        }),
    );
    let text = to_disable(
        "LITE",
        "Threat Protection, Token Customization with Pre-Token Generation Lambda V2_0, Passwordless Sign-In, Managed \
         Login Version 2",
    );
    world.refused("UpdateUserPool", request, UNAVAILABLE, &text).await;
}

async fn threat_protection_does_not_raise_the_tier(world: World) {
    let request = json!({ "PoolName": "team", "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" } });
    let text = to_disable("ESSENTIALS", "Threat Protection");
    world.refused("CreateUserPool", request, UNAVAILABLE, &text).await;
}
