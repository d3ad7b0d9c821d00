//! Devices: met at sign-in, confirmed, remembered, forgotten; in place of a second factor; and what becomes of keys that no
//! device of the user has.

use serde_json::{Value, json};

use crate::mfa::code;
use crate::srp::{self, Identity};
use crate::tokens::claims;
use crate::world::{Answer, PASSWORD, World, on_both};

on_both!(
    a_new_device_is_met_and_confirmed,
    a_remembered_device_named_with_the_password_replaces_the_second_factor,
    a_device_named_with_the_first_request_replaces_the_second_factor,
    a_device_named_with_a_later_answer_is_not_new,
    a_key_that_the_user_does_not_have_is_refused_and_the_challenge_stays_open,
    nobody_with_a_key_is_answered_as_nobody,
    an_empty_or_null_key_is_none,
    a_device_proves_its_own_secret,
    a_password_in_clear_brings_no_device_that_can_be_confirmed,
    a_refresh_with_a_key_that_the_user_does_not_have_is_refused,
    a_user_says_which_devices_are_remembered,
    an_administrator_looks_after_devices,
    pools_without_devices_know_none,
);

const NOT_FOUND: &str = "ResourceNotFoundException";
const INVALID: &str = "InvalidParameterException";

/// A pool that tracks devices, a user of it, and a client.
async fn jane(world: &World, asks_user: bool) -> (String, String) {
    let devices =
        json!({ "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": asks_user });
    let pool = world.pool(json!({ "DeviceConfiguration": devices })).await;
    world.user(&pool, "jane", json!({})).await;
    let client = world.open_client(&pool).await;
    (pool, client)
}

const DEVICE_SECRET: &str = "ZGV2aWNlLXNlY3JldA==";

/// What an SRP client makes for ConfirmDevice.
fn confirmation(tokens: &Value) -> Value {
    let metadata = &tokens["NewDeviceMetadata"];
    json!({
        "AccessToken": tokens["AccessToken"], "DeviceKey": metadata["DeviceKey"], "DeviceName": "laptop",
        "DeviceSecretVerifierConfig": srp::device_verifier(&secret_of(metadata)),
    })
}

fn secret_of(metadata: &Value) -> Identity<'_> {
    let text = |name: &str| metadata[name].as_str().unwrap();
    Identity { group: text("DeviceGroupKey"), name: text("DeviceKey"), secret: DEVICE_SECRET }
}

/// Signs in by SRP, without a second factor.
async fn sign_in(world: &World, pool: &str, client: &str, more: &Value) -> Value {
    srp::sign_in(world, client, pool, "jane", more).await["AuthenticationResult"].clone()
}

/// A user with an authenticator app and one device that is remembered. Returns the app's secret and NewDeviceMetadata.
async fn with_app_and_device(world: &World, pool: &str, client: &str) -> (Value, Value) {
    let mfa = json!({ "UserPoolId": pool, "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    world.ok("SetUserPoolMfaConfig", mfa).await;
    let tokens = sign_in(world, pool, client, &json!({})).await;
    world.ok("ConfirmDevice", confirmation(&tokens)).await;
    let token = &tokens["AccessToken"];
    let secret =
        world.ok("AssociateSoftwareToken", json!({ "AccessToken": token })).await["SecretCode"].clone();
    let verify = json!({ "AccessToken": token, "UserCode": code(world, &secret) });
    world.ok("VerifySoftwareToken", verify).await;
    let prefer = json!({ "AccessToken": token, "SoftwareTokenMfaSettings": { "Enabled": true, "PreferredMfa": true } });
    world.ok("SetUserMFAPreference", prefer).await;
    world.advance(chrono::TimeDelta::seconds(60)); // a code of the app counts once
    (secret, tokens["NewDeviceMetadata"].clone())
}

/// Answers DEVICE_SRP_AUTH and what follows, as the device of this metadata.
async fn prove_device(world: &World, client: &str, challenge: &Value, metadata: &Value) -> Answer {
    assert_eq!(challenge["ChallengeName"], "DEVICE_SRP_AUTH");
    let key = &metadata["DeviceKey"];
    let answers = json!({ "USERNAME": "jane", "DEVICE_KEY": key, "SRP_A": srp::srp_a() });
    let verifier = world.respond(client, challenge, answers).await.ok();
    assert_eq!(verifier["ChallengeName"], "DEVICE_PASSWORD_VERIFIER");
    assert_eq!(verifier["ChallengeParameters"]["DEVICE_KEY"], *key);
    let mut proof = srp::proof(world, &secret_of(metadata), &verifier["ChallengeParameters"]);
    proof["DEVICE_KEY"] = key.clone();
    world.respond(client, &verifier, proof).await
}

async fn count_devices(world: &World, pool: &str) -> usize {
    let user = json!({ "UserPoolId": pool, "Username": "jane" });
    world.ok("AdminListDevices", user).await["Devices"].as_array().unwrap().len()
}

async fn a_new_device_is_met_and_confirmed(world: World) {
    let (pool, client) = jane(&world, false).await;
    let tokens = sign_in(&world, &pool, &client, &json!({})).await;
    let key = tokens["NewDeviceMetadata"]["DeviceKey"].as_str().unwrap();
    assert!(key.starts_with("us-east-1_"), "{key}");
    assert!(tokens["NewDeviceMetadata"]["DeviceGroupKey"].as_str().unwrap().starts_with('-'));

    let without_secret = json!({ "AccessToken": tokens["AccessToken"], "DeviceKey": key });
    let (code, _) = world.call("ConfirmDevice", without_secret).await.error();
    assert_eq!(code, INVALID);
    let confirmed = world.ok("ConfirmDevice", confirmation(&tokens)).await;
    assert_eq!(confirmed, json!({ "UserConfirmationNecessary": false }));
    let (code, text) = ("DeviceKeyExistsException", "Device key already exists.");
    world.refused("ConfirmDevice", confirmation(&tokens), code, text).await;

    let get = json!({ "AccessToken": tokens["AccessToken"], "DeviceKey": key });
    let device = world.ok("GetDevice", get).await["Device"].clone();
    assert_eq!(device["DeviceKey"], key);
    let attribute = |name: &str| {
        let attributes = device["DeviceAttributes"].as_array().unwrap();
        attributes.iter().find(|attribute| attribute["Name"] == name).map(|found| found["Value"].clone())
    };
    assert_eq!(attribute("device_name"), Some(json!("laptop")));
    assert_eq!(attribute("dev:device_remembered_status"), Some(json!("remembered")));
    assert_eq!(attribute("last_ip_used"), Some(json!("127.0.0.1")));

    // The tokens of a device that has confirmed itself name it from the next refresh on.
    let refresh = json!({ "ClientId": client, "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": { "REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": key } });
    let refreshed = world.ok("InitiateAuth", refresh).await;
    assert_eq!(claims(&refreshed["AuthenticationResult"]["AccessToken"])["device_key"], key);
}

async fn a_user_says_which_devices_are_remembered(world: World) {
    let (pool, client) = jane(&world, true).await;
    let tokens = sign_in(&world, &pool, &client, &json!({})).await;
    let confirmed = world.ok("ConfirmDevice", confirmation(&tokens)).await;
    assert_eq!(confirmed, json!({ "UserConfirmationNecessary": true }));
    let named = json!({ "AccessToken": tokens["AccessToken"], "DeviceKey": tokens["NewDeviceMetadata"]["DeviceKey"] });
    let status = |device: &Value| {
        let attributes = device["DeviceAttributes"].as_array().unwrap();
        let name = "dev:device_remembered_status";
        attributes.iter().find(|attribute| attribute["Name"] == name).unwrap()["Value"].clone()
    };
    assert_eq!(status(&world.ok("GetDevice", named.clone()).await["Device"]), "not_remembered");
    let mut update = named.clone();
    update["DeviceRememberedStatus"] = json!("remembered");
    world.ok("UpdateDeviceStatus", update).await;
    assert_eq!(status(&world.ok("GetDevice", named.clone()).await["Device"]), "remembered");

    let list = json!({ "AccessToken": tokens["AccessToken"] });
    assert_eq!(world.ok("ListDevices", list.clone()).await["Devices"].as_array().unwrap().len(), 1);
    world.ok("ForgetDevice", named.clone()).await;
    assert_eq!(world.ok("ListDevices", list).await["Devices"], json!([]));
    world.refused("GetDevice", named.clone(), NOT_FOUND, "Device does not exist.").await;
    let refresh = json!({ "ClientId": client, "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": { "REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": named["DeviceKey"] } });
    world.refused("InitiateAuth", refresh, "NotAuthorizedException", "Invalid Refresh Token.").await;
}

async fn an_administrator_looks_after_devices(world: World) {
    let (pool, client) = jane(&world, false).await;
    let tokens = sign_in(&world, &pool, &client, &json!({})).await;
    world.ok("ConfirmDevice", confirmation(&tokens)).await;
    let user = json!({ "UserPoolId": pool, "Username": "jane" });
    let devices = world.ok("AdminListDevices", user).await["Devices"].clone();
    let key = &devices[0]["DeviceKey"];
    assert_eq!(*key, tokens["NewDeviceMetadata"]["DeviceKey"]);
    let named = json!({ "UserPoolId": pool, "Username": "jane", "DeviceKey": key });
    assert_eq!(world.ok("AdminGetDevice", named.clone()).await["Device"], devices[0]);
    let mut update = named.clone();
    update["DeviceRememberedStatus"] = json!("not_remembered");
    world.ok("AdminUpdateDeviceStatus", update).await;
    world.ok("AdminForgetDevice", named.clone()).await;
    world.refused("AdminGetDevice", named, NOT_FOUND, "Device does not exist.").await;
    let stranger = json!({ "UserPoolId": pool, "Username": "nobody", "DeviceKey": key });
    world.refused("AdminGetDevice", stranger, NOT_FOUND, "User does not exist.").await;
}

async fn pools_without_devices_know_none(world: World) {
    let pool = world.pool(json!({})).await;
    world.user(&pool, "jane", json!({})).await;
    let client = world.open_client(&pool).await;
    let tokens = world.sign_in(&client, "jane").await;
    assert_eq!(tokens.get("NewDeviceMetadata"), None);
    let list = json!({ "AccessToken": tokens["AccessToken"] });
    let answer = world.call("ListDevices", list).await;
    assert_eq!(answer.error().0, "InvalidUserPoolConfigurationException");
}

const UNKNOWN_KEY: &str = "us-east-1_00000000-0000-4000-8000-000000000000";

async fn a_remembered_device_named_with_the_password_replaces_the_second_factor(world: World) {
    let (pool, client) = jane(&world, false).await;
    let (app, device) = with_app_and_device(&world, &pool, &client).await;
    let without = srp::sign_in(&world, &client, &pool, "jane", &json!({})).await;
    assert_eq!(without["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let _ = app;

    // As amazon-cognito-identity-js and Amplify say it.
    let named = json!({ "DEVICE_KEY": device["DeviceKey"] });
    let challenge = srp::sign_in(&world, &client, &pool, "jane", &named).await;
    let tokens =
        prove_device(&world, &client, &challenge, &device).await.ok()["AuthenticationResult"].clone();
    assert_eq!(tokens.get("NewDeviceMetadata"), None);
    assert_eq!(claims(&tokens["AccessToken"])["device_key"], device["DeviceKey"]);
    assert_eq!(count_devices(&world, &pool).await, 1);
    let refresh = json!({ "ClientId": client, "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": { "REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": device["DeviceKey"] } });
    world.ok("InitiateAuth", refresh).await;
}

async fn a_device_named_with_the_first_request_replaces_the_second_factor(world: World) {
    let (pool, client) = jane(&world, false).await;
    let (_, device) = with_app_and_device(&world, &pool, &client).await;
    let named = json!({ "DEVICE_KEY": device["DeviceKey"] });
    let challenge = srp::begin(&world, &client, "jane", &named).await;
    let challenge = srp::prove_password(&world, &client, &pool, &challenge, &json!({})).await.ok();
    prove_device(&world, &client, &challenge, &device).await.ok();
    assert_eq!(count_devices(&world, &pool).await, 1);

    let parameters = json!({ "USERNAME": "jane", "PASSWORD": PASSWORD, "DEVICE_KEY": device["DeviceKey"] });
    let request =
        json!({ "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
    let challenge = world.ok("InitiateAuth", request).await;
    prove_device(&world, &client, &challenge, &device).await.ok();
}

async fn a_device_named_with_a_later_answer_is_not_new(world: World) {
    let (pool, client) = jane(&world, false).await;
    let (app, device) = with_app_and_device(&world, &pool, &client).await;
    let challenge = srp::sign_in(&world, &client, &pool, "jane", &json!({})).await;
    let answers = json!({ "USERNAME": "jane", "SOFTWARE_TOKEN_MFA_CODE": code(&world, &app),
        "DEVICE_KEY": device["DeviceKey"] });
    let mut unknown = answers.clone();
    unknown["DEVICE_KEY"] = json!(UNKNOWN_KEY);
    let refusal = (NOT_FOUND.to_owned(), "Device does not exist.".to_owned());
    assert_eq!(world.respond(&client, &challenge, unknown).await.error(), refusal);
    let tokens = world.respond(&client, &challenge, answers).await.ok()["AuthenticationResult"].clone();
    assert_eq!(tokens.get("NewDeviceMetadata"), None);
    assert_eq!(count_devices(&world, &pool).await, 1);
}

/// SDKs drop such a key and answer the same challenge again without it.
async fn a_key_that_the_user_does_not_have_is_refused_and_the_challenge_stays_open(world: World) {
    let (pool, client) = jane(&world, false).await;
    let tokens = sign_in(&world, &pool, &client, &json!({})).await;
    world.ok("ConfirmDevice", confirmation(&tokens)).await;
    let key = &tokens["NewDeviceMetadata"]["DeviceKey"];
    let refusal = (NOT_FOUND.to_owned(), "Device does not exist.".to_owned());
    // Of somebody else, forgotten, made up.
    world.user(&pool, "john", json!({})).await;
    let of_john = srp::begin(&world, &client, "john", &json!({})).await;
    let named = json!({ "DEVICE_KEY": key });
    assert_eq!(srp::prove_password(&world, &client, &pool, &of_john, &named).await.error(), refusal);
    srp::prove_password(&world, &client, &pool, &of_john, &json!({})).await.ok();

    world.ok("ForgetDevice", json!({ "AccessToken": tokens["AccessToken"], "DeviceKey": key })).await;
    for key in [key, &json!(UNKNOWN_KEY)] {
        let named = json!({ "DEVICE_KEY": key });
        let challenge = srp::begin(&world, &client, "jane", &json!({})).await;
        assert_eq!(srp::prove_password(&world, &client, &pool, &challenge, &named).await.error(), refusal);
        let null = json!({ "DEVICE_KEY": null });
        let signed_in = srp::prove_password(&world, &client, &pool, &challenge, &null).await.ok();
        assert!(signed_in["AuthenticationResult"]["NewDeviceMetadata"].is_object());

        let challenge = srp::begin(&world, &client, "jane", &named).await;
        assert_eq!(
            srp::prove_password(&world, &client, &pool, &challenge, &json!({})).await.error(),
            refusal
        );
        let parameters = json!({ "USERNAME": "jane", "PASSWORD": PASSWORD, "DEVICE_KEY": key });
        let request =
            json!({ "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
        assert_eq!(world.call("InitiateAuth", request).await.error(), refusal);
    }
}

/// Whether a key is a user's is told only to who has the password.
async fn nobody_with_a_key_is_answered_as_nobody(world: World) {
    let (pool, _) = jane(&world, false).await;
    let members =
        json!({ "ExplicitAuthFlows": crate::world::ALL_FLOWS, "PreventUserExistenceErrors": "ENABLED" });
    let hiding = world.client(&pool, members).await;
    let named = json!({ "DEVICE_KEY": UNKNOWN_KEY });
    let refusal = ("NotAuthorizedException".to_owned(), "Incorrect username or password.".to_owned());
    for name in ["jane", "nobody"] {
        let challenge = srp::begin(&world, &hiding, name, &named).await;
        assert_eq!(challenge["ChallengeName"], "PASSWORD_VERIFIER", "{name}");
        let wrong = srp::prove(&world, &hiding, &pool, "Wr0ng-word", &challenge, &named).await;
        assert_eq!(wrong.error(), refusal, "{name}");
        let parameters = json!({ "USERNAME": name, "PASSWORD": "Wr0ng-word", "DEVICE_KEY": UNKNOWN_KEY });
        let request =
            json!({ "ClientId": hiding, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
        assert_eq!(world.call("InitiateAuth", request).await.error(), refusal, "{name}");
    }
}

async fn an_empty_or_null_key_is_none(world: World) {
    let (pool, client) = jane(&world, false).await;
    for none in [json!(""), json!(null)] {
        let none = json!({ "DEVICE_KEY": none });
        let challenge = srp::begin(&world, &client, "jane", &none).await;
        let signed_in = srp::prove_password(&world, &client, &pool, &challenge, &none).await.ok();
        assert!(signed_in["AuthenticationResult"]["NewDeviceMetadata"].is_object(), "{none}");
    }
    // Where no devices are tracked, any key is none, and browsers refresh with null.
    let pool = world.pool(json!({})).await;
    world.user(&pool, "jane", json!({})).await;
    let client = world.open_client(&pool).await;
    let tokens = sign_in(&world, &pool, &client, &json!({ "DEVICE_KEY": UNKNOWN_KEY })).await;
    for none in [json!(""), json!(null), json!(UNKNOWN_KEY)] {
        let refresh = json!({ "ClientId": client, "AuthFlow": "REFRESH_TOKEN_AUTH",
            "AuthParameters": { "REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": none } });
        world.ok("InitiateAuth", refresh).await;
    }
}

async fn a_device_proves_its_own_secret(world: World) {
    let (pool, client) = jane(&world, false).await;
    let (_, device) = with_app_and_device(&world, &pool, &client).await;
    let named = json!({ "DEVICE_KEY": device["DeviceKey"] });
    let challenge = srp::sign_in(&world, &client, &pool, "jane", &named).await;
    let answers = json!({ "USERNAME": "jane", "DEVICE_KEY": UNKNOWN_KEY, "SRP_A": srp::srp_a() });
    let refusal = (NOT_FOUND.to_owned(), "Device does not exist.".to_owned());
    assert_eq!(world.respond(&client, &challenge, answers).await.error(), refusal);

    let answers = json!({ "USERNAME": "jane", "DEVICE_KEY": device["DeviceKey"], "SRP_A": srp::srp_a() });
    let verifier = world.respond(&client, &challenge, answers).await.ok();
    let wrong = Identity { secret: "b3RoZXI=", ..secret_of(&device) };
    let mut proof = srp::proof(&world, &wrong, &verifier["ChallengeParameters"]);
    proof["DEVICE_KEY"] = device["DeviceKey"].clone();
    let refusal = ("NotAuthorizedException".to_owned(), "Incorrect username or password.".to_owned());
    assert_eq!(world.respond(&client, &verifier, proof).await.error(), refusal);
}

async fn a_password_in_clear_brings_no_device_that_can_be_confirmed(world: World) {
    let (pool, client) = jane(&world, false).await;
    let choice = |parameters: Value| json!({ "ClientId": client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters });
    let by_choice =
        choice(json!({ "USERNAME": "jane", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD }));
    let admin = json!({ "UserPoolId": pool, "ClientId": client, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "jane", "PASSWORD": PASSWORD } });
    let plain = json!({ "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "jane", "PASSWORD": PASSWORD } });
    for (operation, request) in
        [("InitiateAuth", plain), ("AdminInitiateAuth", admin), ("InitiateAuth", by_choice)]
    {
        let tokens = world.ok(operation, request).await["AuthenticationResult"].clone();
        let text = "Invalid device key given.";
        world.refused("ConfirmDevice", confirmation(&tokens), INVALID, text).await;
        let key = &tokens["NewDeviceMetadata"]["DeviceKey"];
        let refresh = json!({ "ClientId": client, "AuthFlow": "REFRESH_TOKEN_AUTH",
            "AuthParameters": { "REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": key } });
        world.refused("InitiateAuth", refresh, "NotAuthorizedException", "Invalid Refresh Token.").await;
        assert_eq!(count_devices(&world, &pool).await, 0);
    }
    let by_srp =
        choice(json!({ "USERNAME": "jane", "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": srp::srp_a() }));
    let challenge = world.ok("InitiateAuth", by_srp).await;
    let signed_in = srp::prove_password(&world, &client, &pool, &challenge, &json!({})).await.ok();
    world.ok("ConfirmDevice", confirmation(&signed_in["AuthenticationResult"])).await;

    // A code in place of a password is none in clear.
    let factors = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] } });
    let devices = json!({ "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false });
    let pool = world.pool(json!({ "Policies": factors, "DeviceConfiguration": devices })).await;
    world.user(&pool, "jane", json!({ "email": "jane@example.com", "email_verified": "true" })).await;
    let client = world.open_client(&pool).await;
    let parameters = json!({ "USERNAME": "jane", "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    let begin = json!({ "ClientId": client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters });
    let challenge = world.ok("InitiateAuth", begin).await;
    let code = world.messages("to=jane@example.com").await[0]["code"].clone();
    let answers = json!({ "USERNAME": "jane", "EMAIL_OTP_CODE": code });
    let tokens = world.respond(&client, &challenge, answers).await.ok()["AuthenticationResult"].clone();
    world.ok("ConfirmDevice", confirmation(&tokens)).await;
    let refresh = json!({ "ClientId": client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {
        "REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": tokens["NewDeviceMetadata"]["DeviceKey"] } });
    world.ok("InitiateAuth", refresh).await;
}

async fn a_refresh_with_a_key_that_the_user_does_not_have_is_refused(world: World) {
    let (pool, client) = jane(&world, false).await;
    let tokens = sign_in(&world, &pool, &client, &json!({})).await;
    world.ok("ConfirmDevice", confirmation(&tokens)).await;
    let other = sign_in(&world, &pool, &client, &json!({})).await;
    world.ok("ConfirmDevice", confirmation(&other)).await;
    for key in [json!(UNKNOWN_KEY), other["NewDeviceMetadata"]["DeviceKey"].clone(), json!(null), json!("")] {
        let parameters = json!({ "REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": key });
        let refresh =
            json!({ "ClientId": client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters });
        world.refused("InitiateAuth", refresh, "NotAuthorizedException", "Invalid Refresh Token.").await;
        let exchange =
            json!({ "ClientId": client, "RefreshToken": tokens["RefreshToken"], "DeviceKey": key });
        if key != json!("") {
            let text = "Invalid Refresh Token.";
            world.refused("GetTokensFromRefreshToken", exchange, "NotAuthorizedException", text).await;
        }
    }
}
