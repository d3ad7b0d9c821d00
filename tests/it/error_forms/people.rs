//! Users who do not exist, names that are taken, and codes that are wrong: each operation has words of its own for them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{assert_complete, operations_with};
use crate::world::{PASSWORD, World, on_both};

on_both!(
    each_operation_says_in_its_own_words_that_nobody_has_a_name,
    each_operation_says_in_its_own_words_that_a_name_is_taken,
    each_operation_says_in_its_own_words_that_a_code_is_wrong,
);

const TO_ADMINISTRATORS: (&str, &str) = ("UserNotFoundException", "User does not exist.");
/// Of these two the model has no UserNotFoundException.
const OF_DEVICES: (&str, &str) = ("ResourceNotFoundException", "User does not exist.");
const TO_CLIENTS: (&str, &str) = ("UserNotFoundException", "Username/client id combination not found.");

/// Operations that name a user, and their answer to an unknown name. SignUp makes users; UpdateAuthEventFeedback shows a token of an
/// event, which nobody has.
const NOBODY: [(&str, (&str, &str)); 30] = [
    ("AdminAddUserToGroup", TO_ADMINISTRATORS),
    ("AdminConfirmSignUp", TO_ADMINISTRATORS),
    ("AdminCreateUser", TO_ADMINISTRATORS),
    ("AdminDeleteSoftwareToken", TO_ADMINISTRATORS),
    ("AdminDeleteUser", TO_ADMINISTRATORS),
    ("AdminDeleteUserAttributes", TO_ADMINISTRATORS),
    ("AdminDisableUser", TO_ADMINISTRATORS),
    ("AdminEnableUser", TO_ADMINISTRATORS),
    ("AdminForgetDevice", TO_ADMINISTRATORS),
    ("AdminGetDevice", OF_DEVICES),
    ("AdminGetUser", TO_ADMINISTRATORS),
    ("AdminGetUserAuthFactors", TO_ADMINISTRATORS),
    ("AdminListDevices", OF_DEVICES),
    ("AdminListGroupsForUser", TO_ADMINISTRATORS),
    ("AdminListUserAuthEvents", TO_ADMINISTRATORS),
    ("AdminListUserSessions", TO_ADMINISTRATORS),
    ("AdminRemoveUserFromGroup", TO_ADMINISTRATORS),
    ("AdminResetUserPassword", TO_ADMINISTRATORS),
    ("AdminRevokeUserSession", TO_ADMINISTRATORS),
    ("AdminSetUserMFAPreference", TO_ADMINISTRATORS),
    ("AdminSetUserPassword", TO_ADMINISTRATORS),
    ("AdminSetUserSettings", TO_ADMINISTRATORS),
    ("AdminUpdateAuthEventFeedback", TO_ADMINISTRATORS),
    ("AdminUpdateDeviceStatus", TO_ADMINISTRATORS),
    ("AdminUpdateUserAttributes", TO_ADMINISTRATORS),
    ("AdminUserGlobalSignOut", TO_ADMINISTRATORS),
    ("ConfirmForgotPassword", TO_CLIENTS),
    ("ConfirmSignUp", TO_CLIENTS),
    ("ForgotPassword", TO_CLIENTS),
    ("ResendConfirmationCode", TO_CLIENTS),
];

/// The members that a request needs beside who it is about.
fn rest(operation: &str) -> Value {
    match operation {
        "AdminAddUserToGroup" | "AdminRemoveUserFromGroup" => json!({ "GroupName": "team" }),
        "AdminCreateUser" => json!({ "MessageAction": "RESEND" }),
        "AdminDeleteUserAttributes" => json!({ "UserAttributeNames": ["name"] }),
        "AdminForgetDevice" | "AdminGetDevice" => json!({ "DeviceKey": DEVICE }),
        "AdminUpdateDeviceStatus" => json!({ "DeviceKey": DEVICE, "DeviceRememberedStatus": "remembered" }),
        "AdminRevokeUserSession" => json!({ "SessionId": "tknaaaaaaaaaaaaaaaaaaaaaaaaa" }),
        "AdminSetUserPassword" => json!({ "Password": PASSWORD }),
        "AdminSetUserSettings" => json!({ "MFAOptions": [] }),
        "AdminUpdateAuthEventFeedback" => json!({ "EventId": "1", "FeedbackValue": "Valid" }),
        "AdminUpdateUserAttributes" => json!({ "UserAttributes": [{ "Name": "name", "Value": "N" }] }),
        "ConfirmForgotPassword" => json!({ "ConfirmationCode": "123456", "Password": PASSWORD }),
        "ConfirmSignUp" => json!({ "ConfirmationCode": "123456" }),
        _ => json!({}),
    }
}

const DEVICE: &str = "us-east-1_11111111-2222-3333-4444-555555555555";

async fn each_operation_says_in_its_own_words_that_nobody_has_a_name(world: World) {
    let mut found = operations_with(&["UsernameType"]);
    for other in ["SignUp", "UpdateAuthEventFeedback"] {
        assert!(found.remove(other), "{other}");
    }
    assert_complete(&NOBODY.map(|(operation, _)| operation), found);
    let devices = json!({ "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false });
    let members = json!({
        "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" }, "UserPoolTier": "PLUS", "DeviceConfiguration": devices,
    });
    let pool = world.pool(members).await;
    let sessions = json!({ "UserPoolId": pool, "SessionTracking": { "Status": "ENABLED" } });
    world.call("SetUserPoolSessionConfiguration", sessions).await;
    world.ok("CreateGroup", json!({ "UserPoolId": pool, "GroupName": "team" })).await;
    let client = world.open_client(&pool).await;
    let mut wrong = Vec::new();
    for (operation, (code, text)) in NOBODY {
        let mut request = rest(operation);
        request["Username"] = json!("nobody");
        let (by, id) =
            if operation.starts_with("Admin") { ("UserPoolId", &pool) } else { ("ClientId", &client) };
        request[by] = json!(id);
        let answer = world.call(operation, request).await;
        let told = if answer.status == 200 { (String::new(), answer.text) } else { answer.error() };
        if told != (code.to_owned(), text.to_owned()) {
            wrong.push((operation, told));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Whoever signs in is told the same as administrators, where the client may tell.
    let (code, text) = TO_ADMINISTRATORS;
    assert_eq!(world.initiate(&client, "nobody", PASSWORD).await.error(), (code.to_owned(), text.to_owned()));
}

const TAKEN: &str = "UsernameExistsException";
const ALIAS: &str = "AliasExistsException";

/// Jane has the name and, proved, the address. What others hear who want one of them.
async fn each_operation_says_in_its_own_words_that_a_name_is_taken(world: World) {
    let attributes = json!({ "email": "jane@example.com", "email_verified": "true" });
    let verified = json!([{ "Name": "email", "Value": "jane@example.com" }, { "Name": "email_verified", "Value": "true" }]);
    let with_alias =
        world.pool(json!({ "AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email"] })).await;
    let by_email = world.pool(json!({ "UsernameAttributes": ["email"] })).await;
    world.user(&with_alias, "jane", attributes.clone()).await;
    world.user(&by_email, "jane@example.com", json!({})).await;
    let (of_alias, of_email) = (world.open_client(&with_alias).await, world.open_client(&by_email).await);
    let sign_up =
        |client: &str, name: &str| json!({ "ClientId": client, "Username": name, "Password": PASSWORD });
    let create = |pool: &str, name: &str, attributes: &Value| json!({ "UserPoolId": pool, "Username": name, "UserAttributes": attributes });

    let unproved = json!([{ "Name": "email", "Value": "jane@example.com" }]);
    let mut joe = sign_up(&of_alias, "joe");
    joe["UserAttributes"] = unproved.clone();
    world.ok("SignUp", joe).await;
    let code = world.messages("to=jane@example.com").await[0]["code"].clone();
    world.user(&with_alias, "ann", json!({})).await;
    let token = world.sign_in(&of_alias, "ann").await["AccessToken"].clone();
    world.ok("UpdateUserAttributes", json!({ "AccessToken": token, "UserAttributes": unproved })).await;
    let of_ann = world.messages("to=jane@example.com").await[0]["code"].clone();

    for (operation, request, code, text) in [
        ("SignUp", sign_up(&of_alias, "jane"), TAKEN, "User already exists"),
        ("AdminCreateUser", create(&with_alias, "jane", &json!([])), TAKEN, "User account already exists"),
        (
            "SignUp",
            sign_up(&of_email, "jane@example.com"),
            TAKEN,
            "An account with the given email already exists.",
        ),
        (
            "AdminCreateUser",
            create(&by_email, "jane@example.com", &json!([])),
            TAKEN,
            "An account with the given email already exists.",
        ),
        (
            "AdminCreateUser",
            create(&with_alias, "eve", &verified),
            TAKEN,
            "An account with the given email already exists.",
        ),
        (
            "AdminUpdateUserAttributes",
            create(&with_alias, "ann", &verified),
            ALIAS,
            "An account with the email already exists.",
        ),
        (
            "ConfirmSignUp",
            json!({ "ClientId": of_alias, "Username": "joe", "ConfirmationCode": code }),
            ALIAS,
            "An account with the email already exists.",
        ),
        (
            "VerifyUserAttribute",
            json!({ "AccessToken": token, "AttributeName": "email", "Code": of_ann }),
            ALIAS,
            "An account with the email already exists.",
        ),
    ] {
        world.refused(operation, request, code, text).await;
    }
}

const MISMATCH: &str = "CodeMismatchException";
const OF_MESSAGES: (&str, &str) = (MISMATCH, "Invalid verification code provided, please try again.");

/// Operations that are shown a code, and what they say of another one.
const WRONG_CODES: [(&str, (&str, &str)); 6] = [
    ("AdminRespondToAuthChallenge", (MISMATCH, "Invalid code or auth state for the user.")),
    ("ConfirmForgotPassword", OF_MESSAGES),
    ("ConfirmSignUp", OF_MESSAGES),
    ("RespondToAuthChallenge", (MISMATCH, "Invalid code or auth state for the user.")),
    (
        "VerifySoftwareToken",
        ("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA"),
    ),
    ("VerifyUserAttribute", OF_MESSAGES),
];

async fn each_operation_says_in_its_own_words_that_a_code_is_wrong(world: World) {
    let shapes = ["ConfirmationCodeType", "SoftwareTokenMFAUserCodeType", "ChallengeResponsesType"];
    let found: BTreeSet<String> = operations_with(&shapes);
    assert_complete(&WRONG_CODES.map(|(operation, _)| operation), found);
    let factors = json!({ "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] });
    let members = json!({ "AutoVerifiedAttributes": ["email"], "Policies": { "SignInPolicy": factors } });
    let pool = world.pool(members).await;
    let app = json!({ "UserPoolId": pool, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    world.ok("SetUserPoolMfaConfig", app).await;
    let client = world.open_client(&pool).await;
    let attributes = json!({ "email": "jane@example.com", "email_verified": "true" });
    world.user(&pool, "jane", attributes).await;
    let token = world.sign_in(&client, "jane").await["AccessToken"].clone();
    let joe = json!({ "ClientId": client, "Username": "joe", "Password": PASSWORD,
                      "UserAttributes": [{ "Name": "email", "Value": "joe@example.com" }] });
    world.ok("SignUp", joe).await;
    world.ok("ForgotPassword", json!({ "ClientId": client, "Username": "jane" })).await;
    let ask = json!({ "AccessToken": token, "AttributeName": "email" });
    world.ok("GetUserAttributeVerificationCode", ask).await;
    world.ok("AssociateSoftwareToken", json!({ "AccessToken": token })).await;
    let messages = world.messages("").await;
    // No code that was sent, and with the clock and the seed as they are none that the app shows.
    let wrong = ["111111", "222222", "333333"]
        .into_iter()
        .find(|code| messages.iter().all(|sent| sent["code"] != *code));
    let parameters = json!({ "USERNAME": "jane", "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    for (operation, (code, text)) in WRONG_CODES {
        let request = match operation {
            "ConfirmSignUp" => json!({ "ClientId": client, "Username": "joe", "ConfirmationCode": wrong }),
            "ConfirmForgotPassword" => {
                json!({ "ClientId": client, "Username": "jane", "ConfirmationCode": wrong, "Password": PASSWORD })
            }
            "VerifyUserAttribute" => json!({ "AccessToken": token, "AttributeName": "email", "Code": wrong }),
            "VerifySoftwareToken" => json!({ "AccessToken": token, "UserCode": wrong }),
            "RespondToAuthChallenge" | "AdminRespondToAuthChallenge" => {
                let begin = operation.replace("RespondToAuthChallenge", "InitiateAuth");
                let mut request =
                    json!({ "ClientId": client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters });
                let answers = json!({ "USERNAME": "jane", "EMAIL_OTP_CODE": "00" });
                let mut answer = json!({ "ClientId": client, "ChallengeName": "EMAIL_OTP", "ChallengeResponses": answers });
                if operation.starts_with("Admin") {
                    request["UserPoolId"] = json!(pool);
                    answer["UserPoolId"] = json!(pool);
                }
                answer["Session"] = world.ok(&begin, request).await["Session"].clone();
                answer
            }
            other => panic!("no request of {other} is known here"),
        };
        world.refused(operation, request, code, text).await;
    }
}
