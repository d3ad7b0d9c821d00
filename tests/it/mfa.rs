//! Second factors: authenticator apps, codes by text message and e-mail, and the choice between them.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use totp_rs::{Algorithm, Builder, Secret};

use crate::tokens::claims;
use crate::world::{Answer, PASSWORD, World, on_both};

on_both!(
    an_authenticator_app_is_asked_for_once_it_is_verified,
    a_code_of_an_app_counts_once,
    a_pool_that_insists_has_users_set_up_an_app,
    a_new_app_counts_only_once_it_is_verified,
    a_text_message_brings_a_code,
    a_user_with_several_factors_chooses,
    preferences_have_rules,
    wrong_codes_lock,
    an_administrator_takes_an_app_away,
);

const NOT_AUTHORIZED: &str = "NotAuthorizedException";

/// What an authenticator app shows now.
pub fn code(world: &World, secret: &Value) -> String {
    let secret = Secret::try_from_base32(secret.as_str().unwrap()).unwrap();
    let totp = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_secret(secret)
        .build_noncompliant();
    let now: DateTime<Utc> = api::Clock::now(&*world.clock);
    totp.generate(u64::try_from(now.timestamp()).unwrap()).to_string()
}

async fn jane(world: &World, mode: &str, mfa: Value) -> (String, String) {
    let pool = world.pool(json!({})).await;
    let mut request = json!({ "UserPoolId": pool, "MfaConfiguration": mode });
    request.as_object_mut().unwrap().extend(mfa.as_object().unwrap().clone());
    world.ok("SetUserPoolMfaConfig", request).await;
    let attributes =
        json!({ "email": "jane@example.com", "email_verified": "true", "phone_number": "+15555550100" });
    world.user(&pool, "jane", attributes).await;
    let client = world.open_client(&pool).await;
    (pool, client)
}

fn totp() -> Value {
    json!({ "SoftwareTokenMfaConfiguration": { "Enabled": true } })
}

fn sms() -> Value {
    let sender = json!({ "SnsCallerArn": "arn:aws:iam::123456789012:role/sms" });
    json!({ "SmsMfaConfiguration": { "SmsConfiguration": sender } })
}

fn both() -> Value {
    let mut both = totp();
    both.as_object_mut().unwrap().extend(sms().as_object().unwrap().clone());
    both
}

/// Registers an app for whoever has this access token. Returns its secret.
async fn register(world: &World, access_token: &Value) -> Value {
    let associated = world.ok("AssociateSoftwareToken", json!({ "AccessToken": access_token })).await;
    let secret = associated["SecretCode"].clone();
    assert_eq!(secret.as_str().unwrap().len(), 52);
    let verify = json!({ "AccessToken": access_token, "UserCode": code(world, &secret) });
    assert_eq!(world.ok("VerifySoftwareToken", verify).await["Status"], json!("SUCCESS"));
    world.advance(TimeDelta::seconds(30));
    secret
}

fn error(answer: Answer) -> (String, String) {
    answer.error()
}

async fn an_authenticator_app_is_asked_for_once_it_is_verified(world: World) {
    let (pool, client) = jane(&world, "OPTIONAL", totp()).await;
    let tokens = world.sign_in(&client, "jane").await;
    let access = &tokens["AccessToken"];
    let associated = world.ok("AssociateSoftwareToken", json!({ "AccessToken": access })).await;
    world.sign_in(&client, "jane").await; // not verified yet
    let right = code(&world, &associated["SecretCode"]);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let text = "Code mismatch and fail enable Software Token MFA";
    let verify =
        |code: &str| json!({ "AccessToken": access, "UserCode": code, "FriendlyDeviceName": "phone" });
    world.refused("VerifySoftwareToken", verify(wrong), "EnableSoftwareTokenMFAException", text).await;
    world.ok("VerifySoftwareToken", verify(&right)).await;

    world.advance(TimeDelta::seconds(30));
    let challenge = world.initiate(&client, "jane", PASSWORD).await.ok();
    assert_eq!(challenge["ChallengeName"], json!("SOFTWARE_TOKEN_MFA"));
    assert_eq!(
        challenge["ChallengeParameters"],
        json!({ "USER_ID_FOR_SRP": "jane", "FRIENDLY_DEVICE_NAME": "phone" })
    );
    let text = "Invalid code received for user";
    let answers = json!({ "USERNAME": "jane", "SOFTWARE_TOKEN_MFA_CODE": wrong });
    let refused = error(world.respond(&client, &challenge, answers).await);
    assert_eq!(refused, ("CodeMismatchException".to_owned(), text.to_owned()));
    // A wrong code does not use the session up.
    let answers =
        json!({ "USERNAME": "jane", "SOFTWARE_TOKEN_MFA_CODE": code(&world, &associated["SecretCode"]) });
    let signed_in = world.respond(&client, &challenge, answers).await.ok();
    assert_eq!(claims(&signed_in["AuthenticationResult"]["IdToken"])["cognito:username"], json!("jane"));
    let user = world.ok("AdminGetUser", json!({ "UserPoolId": pool, "Username": "jane" })).await;
    assert_eq!(user["UserMFASettingList"], json!(["SOFTWARE_TOKEN_MFA"]));
}

async fn a_code_of_an_app_counts_once(world: World) {
    let (_, client) = jane(&world, "OPTIONAL", totp()).await;
    let tokens = world.sign_in(&client, "jane").await;
    let secret = register(&world, &tokens["AccessToken"]).await;
    let answers = json!({ "USERNAME": "jane", "SOFTWARE_TOKEN_MFA_CODE": code(&world, &secret) });
    let one = world.initiate(&client, "jane", PASSWORD).await.ok();
    let two = world.initiate(&client, "jane", PASSWORD).await.ok();
    world.respond(&client, &one, answers.clone()).await.ok();
    let text = "Your software token has already been used once.";
    let refused = error(world.respond(&client, &two, answers).await);
    assert_eq!(refused, ("ExpiredCodeException".to_owned(), text.to_owned()));
}

async fn a_pool_that_insists_has_users_set_up_an_app(world: World) {
    let (_, client) = jane(&world, "ON", totp()).await;
    let challenge = world.initiate(&client, "jane", PASSWORD).await.ok();
    assert_eq!(challenge["ChallengeName"], json!("MFA_SETUP"));
    assert_eq!(challenge["ChallengeParameters"]["MFAS_CAN_SETUP"], json!("[\"SOFTWARE_TOKEN_MFA\"]"));
    let too_early = error(world.respond(&client, &challenge, json!({ "USERNAME": "jane" })).await);
    assert_eq!(too_early.0, "InvalidParameterException");

    let associated = world.ok("AssociateSoftwareToken", json!({ "Session": challenge["Session"] })).await;
    let again = json!({ "Session": challenge["Session"] });
    let text = "Invalid session for the user, session can only be used once.";
    world.refused("AssociateSoftwareToken", again, NOT_AUTHORIZED, text).await;
    let user_code = code(&world, &associated["SecretCode"]);
    let verify = json!({ "Session": associated["Session"], "UserCode": user_code });
    let verified = world.ok("VerifySoftwareToken", verify).await;
    let challenge = json!({ "ChallengeName": "MFA_SETUP", "Session": verified["Session"] });
    let signed_in = world.respond(&client, &challenge, json!({ "USERNAME": "jane" })).await.ok();
    assert!(signed_in["AuthenticationResult"]["AccessToken"].is_string());
    let next = world.initiate(&client, "jane", PASSWORD).await.ok();
    assert_eq!(next["ChallengeName"], json!("SOFTWARE_TOKEN_MFA"));
    let neither = json!({});
    let text = "Either AccessToken or Session is required";
    world.refused("AssociateSoftwareToken", neither, "InvalidParameterException", text).await;
}

async fn a_new_app_counts_only_once_it_is_verified(world: World) {
    let (_, client) = jane(&world, "OPTIONAL", totp()).await;
    let tokens = world.sign_in(&client, "jane").await;
    let secret = register(&world, &tokens["AccessToken"]).await;
    world.ok("AssociateSoftwareToken", json!({ "AccessToken": tokens["AccessToken"] })).await;
    let challenge = world.initiate(&client, "jane", PASSWORD).await.ok();
    assert_eq!(challenge["ChallengeName"], json!("SOFTWARE_TOKEN_MFA"));
    let answers = json!({ "USERNAME": "jane", "SOFTWARE_TOKEN_MFA_CODE": code(&world, &secret) });
    world.respond(&client, &challenge, answers).await.ok();
}

async fn a_text_message_brings_a_code(world: World) {
    let (pool, client) = jane(&world, "ON", sms()).await;
    let challenge = world.initiate(&client, "jane", PASSWORD).await.ok();
    assert_eq!(challenge["ChallengeName"], json!("SMS_MFA"));
    assert_eq!(
        challenge["ChallengeParameters"],
        json!({ "USER_ID_FOR_SRP": "jane", "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS",
                "CODE_DELIVERY_DESTINATION": "+*******0100" })
    );
    let message = world.messages("to=%2B15555550100").await[0].clone();
    assert_eq!(message["kind"], json!("Authentication"));
    let sent = message["code"].as_str().unwrap();
    assert_eq!(message["body"], json!(format!("Your authentication code is {sent}. ")));
    let wrong = if sent == "000000" { "000001" } else { "000000" };
    let answers = json!({ "USERNAME": "jane", "SMS_MFA_CODE": wrong });
    let refused = error(world.respond(&client, &challenge, answers).await);
    assert_eq!(
        refused,
        ("CodeMismatchException".to_owned(), "Invalid code or auth state for the user.".to_owned())
    );
    world.respond(&client, &challenge, json!({ "USERNAME": "jane", "SMS_MFA_CODE": sent })).await.ok();
    let user = world.ok("AdminGetUser", json!({ "UserPoolId": pool, "Username": "jane" })).await;
    let verified = json!({ "Name": "phone_number_verified", "Value": "true" });
    assert!(user["UserAttributes"].as_array().unwrap().contains(&verified));
}

async fn a_user_with_several_factors_chooses(world: World) {
    let (pool, client) = jane(&world, "OPTIONAL", both()).await;
    let tokens = world.sign_in(&client, "jane").await;
    let secret = register(&world, &tokens["AccessToken"]).await;
    let enable = json!({ "AccessToken": tokens["AccessToken"], "SMSMfaSettings": { "Enabled": true } });
    world.ok("SetUserMFAPreference", enable).await;
    let challenge = world.initiate(&client, "jane", PASSWORD).await.ok();
    assert_eq!(challenge["ChallengeName"], json!("SELECT_MFA_TYPE"));
    assert_eq!(
        challenge["ChallengeParameters"]["MFAS_CAN_CHOOSE"],
        json!("[\"SMS_MFA\",\"SOFTWARE_TOKEN_MFA\"]")
    );
    let answers = json!({ "USERNAME": "jane", "ANSWER": "SOFTWARE_TOKEN_MFA" });
    let challenge = world.respond(&client, &challenge, answers).await.ok();
    assert_eq!(challenge["ChallengeName"], json!("SOFTWARE_TOKEN_MFA"));
    let answers = json!({ "USERNAME": "jane", "SOFTWARE_TOKEN_MFA_CODE": code(&world, &secret) });
    world.respond(&client, &challenge, answers).await.ok();

    let prefer = json!({ "UserPoolId": pool, "Username": "jane", "SMSMfaSettings": { "Enabled": true, "PreferredMfa": true } });
    world.ok("AdminSetUserMFAPreference", prefer).await;
    let challenge = world.initiate(&client, "jane", PASSWORD).await.ok();
    assert_eq!(challenge["ChallengeName"], json!("SMS_MFA"));
    let factors =
        world.ok("AdminGetUserAuthFactors", json!({ "UserPoolId": pool, "Username": "jane" })).await;
    assert_eq!(factors["PreferredMfaSetting"], json!("SMS_MFA"));
    assert_eq!(factors["UserMFASettingList"], json!(["SMS_MFA", "SOFTWARE_TOKEN_MFA"]));
    assert_eq!(factors["ConfiguredUserAuthFactors"], json!(["PASSWORD"]));
}

async fn preferences_have_rules(world: World) {
    let (pool, client) = jane(&world, "OPTIONAL", both()).await;
    let tokens = world.sign_in(&client, "jane").await;
    let set = |settings: Value| {
        let mut request = json!({ "AccessToken": tokens["AccessToken"] });
        request.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        request
    };
    let on = json!({ "Enabled": true, "PreferredMfa": true });
    let invalid = "InvalidParameterException";
    for (settings, text) in [
        (json!({ "SoftwareTokenMfaSettings": on }), "User has not verified software token mfa"),
        (json!({ "SMSMfaSettings": on, "EmailMfaSettings": on }), "Only one MFA method can be preferred."),
        (
            json!({ "SMSMfaSettings": { "Enabled": false, "PreferredMfa": true } }),
            "MFA method cannot be preferred when it is not enabled.",
        ),
    ] {
        world.refused("SetUserMFAPreference", set(settings), invalid, text).await;
    }
    world.user(&pool, "joe", json!({})).await;
    let joe = json!({ "UserPoolId": pool, "Username": "joe", "SMSMfaSettings": on });
    let text = "User does not have delivery config set to turn on SMS_MFA";
    world.refused("AdminSetUserMFAPreference", joe, invalid, text).await;

    let plain = world.pool(json!({})).await;
    world.user(&plain, "jane", json!({})).await;
    let plain_client = world.open_client(&plain).await;
    let tokens = world.sign_in(&plain_client, "jane").await;
    let text = "Software Token MFA has not been enabled by the userPool";
    let request = json!({ "AccessToken": tokens["AccessToken"] });
    world.refused("AssociateSoftwareToken", request, "SoftwareTokenMFANotFoundException", text).await;
}

async fn wrong_codes_lock(world: World) {
    let (_, client) = jane(&world, "ON", sms()).await;
    let challenge = world.initiate(&client, "jane", PASSWORD).await.ok();
    let sent = world.messages("to=%2B15555550100").await[0]["code"].as_str().unwrap().to_owned();
    let wrong = if sent == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let answers = json!({ "USERNAME": "jane", "SMS_MFA_CODE": wrong });
        assert_eq!(error(world.respond(&client, &challenge, answers).await).0, "CodeMismatchException");
    }
    let answers = json!({ "USERNAME": "jane", "SMS_MFA_CODE": sent });
    let locked = error(world.respond(&client, &challenge, answers.clone()).await);
    assert_eq!(locked, (NOT_AUTHORIZED.to_owned(), "Password attempts exceeded".to_owned()));
    world.advance(TimeDelta::seconds(1));
    world.respond(&client, &challenge, answers).await.ok();
}

async fn an_administrator_takes_an_app_away(world: World) {
    let (pool, client) = jane(&world, "OPTIONAL", totp()).await;
    let tokens = world.sign_in(&client, "jane").await;
    register(&world, &tokens["AccessToken"]).await;
    world.ok("AdminDeleteSoftwareToken", json!({ "UserPoolId": pool, "Username": "jane" })).await;
    world.sign_in(&client, "jane").await;
    let user = world.ok("GetUser", json!({ "AccessToken": tokens["AccessToken"] })).await;
    assert_eq!(user.get("UserMFASettingList"), None);
}
