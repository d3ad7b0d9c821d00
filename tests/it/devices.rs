//! Devices: met at sign-in, confirmed, remembered, forgotten.

use serde_json::{Value, json};

use crate::tokens::claims;
use crate::world::{World, on_both};

on_both!(
    a_new_device_is_met_and_confirmed,
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

/// What an SRP client makes for ConfirmDevice.
fn confirmation(tokens: &Value) -> Value {
    json!({
        "AccessToken": tokens["AccessToken"], "DeviceKey": tokens["NewDeviceMetadata"]["DeviceKey"],
        "DeviceName": "laptop",
        "DeviceSecretVerifierConfig": { "PasswordVerifier": "Vm9uIGVpbmVtIEdlcsOkdA==", "Salt": "c2FsdHNhbHRzYWx0c2E=" },
    })
}

async fn a_new_device_is_met_and_confirmed(world: World) {
    let (_, client) = jane(&world, false).await;
    let tokens = world.sign_in(&client, "jane").await;
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
    let (_, client) = jane(&world, true).await;
    let tokens = world.sign_in(&client, "jane").await;
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
    let tokens = world.sign_in(&client, "jane").await;
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
