//! Passwords: changed, forgotten, reset by an administrator, and never the same again.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{PASSWORD, World, on_both};

on_both!(
    a_password_is_changed_by_who_knows_it,
    a_forgotten_password_is_replaced_by_a_code,
    a_code_for_a_password_can_be_wrong_old_or_used,
    fifty_clients_with_one_code_are_one_success,
    recovery_goes_where_the_pool_says,
    a_client_can_hide_who_forgot,
    an_administrator_sets_and_resets_passwords,
    who_cannot_be_reached_is_not_reset,
    a_password_does_not_come_back,
);

const NEW: &str = "An0ther-word";
const NOT_AUTHORIZED: &str = "NotAuthorizedException";
const MISMATCH: &str = "Invalid verification code provided, please try again.";
const EXPIRED: &str = "Invalid code provided, please request a code again.";

async fn jane(world: &World, members: Value) -> (String, String) {
    let pool = world.pool(members).await;
    let client = world.open_client(&pool).await;
    world.user(&pool, "jane", json!({ "email": "jane@example.com", "email_verified": "true" })).await;
    (pool, client)
}

fn forgot(client: &str, username: &str) -> Value {
    json!({ "ClientId": client, "Username": username })
}

fn confirm(client: &str, username: &str, code: &str) -> Value {
    json!({ "ClientId": client, "Username": username, "ConfirmationCode": code, "Password": NEW })
}

async fn code(world: &World) -> String {
    world.messages("to=jane@example.com").await[0]["code"].as_str().unwrap().to_owned()
}

fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

async fn a_password_is_changed_by_who_knows_it(world: World) {
    let (_, client) = jane(&world, json!({})).await;
    let tokens = world.sign_in(&client, "jane").await;
    let change = |before: &str, after: &str| json!({ "AccessToken": tokens["AccessToken"], "PreviousPassword": before, "ProposedPassword": after });
    let text = "Incorrect username or password.";
    world.refused("ChangePassword", change("Wr0ng-word", NEW), NOT_AUTHORIZED, text).await;
    let text = "Password does not conform to policy: Password not long enough";
    world.refused("ChangePassword", change(PASSWORD, "Ab1-cde"), "InvalidPasswordException", text).await;
    world.ok("ChangePassword", change(PASSWORD, NEW)).await;
    assert_eq!(world.initiate(&client, "jane", PASSWORD).await.error().0, NOT_AUTHORIZED);
    world.initiate(&client, "jane", NEW).await.ok();
    // Who is signed in stays so.
    world.ok("GetUser", json!({ "AccessToken": tokens["AccessToken"] })).await;
    for _ in 0..2 {
        world.call("ChangePassword", change("Wr0ng-word", NEW)).await.error();
    }
    let text = "Attempt limit exceeded, please try after some time.";
    world.refused("ChangePassword", change(NEW, PASSWORD), "LimitExceededException", text).await;
}

async fn a_forgotten_password_is_replaced_by_a_code(world: World) {
    let (_, client) = jane(&world, json!({})).await;
    let answer = world.ok("ForgotPassword", forgot(&client, "jane")).await;
    let details = json!({ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "j***@e***" });
    assert_eq!(answer, json!({ "CodeDeliveryDetails": details }));
    let message = world.messages("to=jane@example.com").await[0].clone();
    assert_eq!(
        (&message["kind"], &message["subject"]),
        (&json!("ForgotPassword"), &json!("Your password reset code"))
    );
    let sent = code(&world).await;
    world.ok("ConfirmForgotPassword", confirm(&client, "jane", &sent)).await;
    world.initiate(&client, "jane", NEW).await.ok();
    assert_eq!(world.initiate(&client, "jane", PASSWORD).await.error().0, NOT_AUTHORIZED);
}

async fn a_code_for_a_password_can_be_wrong_old_or_used(world: World) {
    let (_, client) = jane(&world, json!({})).await;
    let never = confirm(&client, "jane", "123456");
    world.refused("ConfirmForgotPassword", never, "ExpiredCodeException", EXPIRED).await;
    world.ok("ForgotPassword", forgot(&client, "jane")).await;
    let first = code(&world).await;
    let wrong = confirm(&client, "jane", other_than(&first));
    world.refused("ConfirmForgotPassword", wrong, "CodeMismatchException", MISMATCH).await;
    world.advance(TimeDelta::hours(1));
    let old = confirm(&client, "jane", &first);
    world.refused("ConfirmForgotPassword", old, "ExpiredCodeException", EXPIRED).await;
    world.ok("ForgotPassword", forgot(&client, "jane")).await;
    let second = confirm(&client, "jane", &code(&world).await);
    world.ok("ConfirmForgotPassword", second.clone()).await;
    world.refused("ConfirmForgotPassword", second, "ExpiredCodeException", EXPIRED).await;
    for _ in 0..4 {
        world.call("ForgotPassword", forgot(&client, "jane")).await;
    }
    let text = "Attempt limit exceeded, please try after some time.";
    world.refused("ForgotPassword", forgot(&client, "jane"), "LimitExceededException", text).await;
}

async fn fifty_clients_with_one_code_are_one_success(world: World) {
    let (_, client) = jane(&world, json!({})).await;
    world.ok("ForgotPassword", forgot(&client, "jane")).await;
    let request = confirm(&client, "jane", &code(&world).await);
    let world = std::sync::Arc::new(world);
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (world, request) = (world.clone(), request.clone());
        all.spawn(async move { world.call("ConfirmForgotPassword", request).await.status });
    }
    let successes = all.join_all().await.into_iter().filter(|status| *status == 200).count();
    assert_eq!(successes, 1);
}

async fn recovery_goes_where_the_pool_says(world: World) {
    let admin_only = json!({ "RecoveryMechanisms": [{ "Name": "admin_only", "Priority": 1 }] });
    let (_, client) = jane(&world, json!({ "AccountRecoverySetting": admin_only })).await;
    let text = "Contact administrator to reset password.";
    world.refused("ForgotPassword", forgot(&client, "jane"), NOT_AUTHORIZED, text).await;

    let phone_first = json!({ "RecoveryMechanisms": [
        { "Name": "verified_phone_number", "Priority": 1 }, { "Name": "verified_email", "Priority": 2 } ] });
    let (pool, client) = jane(&world, json!({ "AccountRecoverySetting": phone_first })).await;
    let medium = |answer: Value| answer["CodeDeliveryDetails"]["DeliveryMedium"].clone();
    assert_eq!(medium(world.ok("ForgotPassword", forgot(&client, "jane")).await), json!("EMAIL"));
    world.user(&pool, "joe", json!({ "phone_number": "+15555550100", "phone_number_verified": "true", "email": "j@example.com", "email_verified": "true" })).await;
    assert_eq!(medium(world.ok("ForgotPassword", forgot(&client, "joe")).await), json!("SMS"));
    world.user(&pool, "jim", json!({ "email": "jim@example.com" })).await;
    let text = "Cannot reset password for the user as there is no registered/verified email or phone_number";
    world.refused("ForgotPassword", forgot(&client, "jim"), "InvalidParameterException", text).await;
    let create = json!({ "UserPoolId": pool, "Username": "ann", "TemporaryPassword": "Temp0rary!" });
    world.ok("AdminCreateUser", create).await;
    let text = "User password cannot be reset in the current state.";
    world.refused("ForgotPassword", forgot(&client, "ann"), NOT_AUTHORIZED, text).await;
    let ann = json!({ "UserPoolId": pool, "Username": "ann" });
    world.refused("AdminResetUserPassword", ann, NOT_AUTHORIZED, text).await;
    world.ok("AdminDisableUser", json!({ "UserPoolId": pool, "Username": "joe" })).await;
    world.refused("ForgotPassword", forgot(&client, "joe"), NOT_AUTHORIZED, "User is disabled.").await;
}

async fn a_client_can_hide_who_forgot(world: World) {
    let (pool, legacy) = jane(&world, json!({})).await;
    let hiding = world.client(&pool, json!({ "PreventUserExistenceErrors": "ENABLED" })).await;
    let text = "Username/client id combination not found.";
    let code = "UserNotFoundException";
    world.refused("ForgotPassword", forgot(&legacy, "who"), code, text).await;
    world.refused("ConfirmForgotPassword", confirm(&legacy, "who", "123456"), code, text).await;
    let answer = world.ok("ForgotPassword", forgot(&hiding, "who")).await;
    assert_eq!(answer["CodeDeliveryDetails"]["DeliveryMedium"], json!("EMAIL"));
    let again = world.ok("ForgotPassword", forgot(&hiding, "who")).await;
    assert_eq!(again, answer, "the address stays");
    let unknown = confirm(&hiding, "who", "123456");
    world.refused("ConfirmForgotPassword", unknown, "CodeMismatchException", MISMATCH).await;
    world.user(&pool, "jim", json!({ "email": "jim@example.com" })).await;
    world.ok("ForgotPassword", forgot(&hiding, "jim")).await;
    assert_eq!(world.messages("to=jim@example.com").await.len(), 0);
}

async fn an_administrator_sets_and_resets_passwords(world: World) {
    let (pool, client) = jane(&world, json!({})).await;
    let set = |permanent: bool| json!({ "UserPoolId": pool, "Username": "jane", "Password": NEW, "Permanent": permanent });
    let named = json!({ "UserPoolId": pool, "Username": "jane" });
    world.ok("AdminSetUserPassword", set(false)).await;
    assert_eq!(world.ok("AdminGetUser", named.clone()).await["UserStatus"], json!("FORCE_CHANGE_PASSWORD"));
    let challenge = world.initiate(&client, "jane", NEW).await.ok();
    assert_eq!(challenge["ChallengeName"], json!("NEW_PASSWORD_REQUIRED"));
    world.ok("AdminSetUserPassword", set(true)).await;
    world.initiate(&client, "jane", NEW).await.ok();
    world.ok("AdminResetUserPassword", named.clone()).await;
    assert_eq!(world.ok("AdminGetUser", named.clone()).await["UserStatus"], json!("RESET_REQUIRED"));
    let again = confirm(&client, "jane", &code(&world).await);
    world.ok("ConfirmForgotPassword", again).await;
    assert_eq!(world.ok("AdminGetUser", named).await["UserStatus"], json!("CONFIRMED"));
    let weak =
        json!({ "UserPoolId": pool, "Username": "jane", "Password": "alllowercase1", "Permanent": true });
    let text = "Password does not conform to policy: Password must have uppercase characters";
    world.refused("AdminSetUserPassword", weak, "InvalidPasswordException", text).await;
}

async fn a_password_does_not_come_back(world: World) {
    let policy = json!({ "PasswordPolicy": { "MinimumLength": 8, "PasswordHistorySize": 2 } });
    let (pool, _) = jane(&world, json!({ "Policies": policy })).await;
    let set = |password: &str| json!({ "UserPoolId": pool, "Username": "jane", "Password": password, "Permanent": true });
    for password in ["password-1", "password-2", "password-3"] {
        world.advance(TimeDelta::seconds(1));
        world.ok("AdminSetUserPassword", set(password)).await;
    }
    let text = "Password has previously been used.";
    for used in ["password-3", "password-2", "password-1"] {
        world
            .refused("AdminSetUserPassword", set(used), "PasswordHistoryPolicyViolationException", text)
            .await;
    }
    world.advance(TimeDelta::seconds(1));
    world.ok("AdminSetUserPassword", set("password-4")).await;
    world.ok("AdminSetUserPassword", set("password-1")).await;
}

async fn who_cannot_be_reached_is_not_reset(world: World) {
    let by_phone = json!({ "RecoveryMechanisms": [{ "Name": "verified_phone_number", "Priority": 1 }] });
    let by_admin = json!({ "RecoveryMechanisms": [{ "Name": "admin_only", "Priority": 1 }] });
    let text = "Cannot reset password for the user as there is no registered/verified email or phone_number";
    let verified = json!({ "email": "jane@example.com", "email_verified": "true" });
    for (setting, attributes, is_reset) in [
        (Value::Null, json!({}), false),
        (Value::Null, json!({ "email": "jane@example.com" }), false),
        (Value::Null, json!({ "email": "jane@example.com", "email_verified": "false" }), false),
        (Value::Null, json!({ "phone_number": "+15555550100", "phone_number_verified": "false" }), false),
        (by_phone, verified.clone(), false),
        (by_admin.clone(), json!({}), false),
        (by_admin, verified.clone(), true),
        (Value::Null, verified, true),
    ] {
        let pool = world.pool(json!({ "AccountRecoverySetting": setting })).await;
        let client = world.open_client(&pool).await;
        world.user(&pool, "jane", attributes.clone()).await;
        let named = json!({ "UserPoolId": pool, "Username": "jane" });
        if is_reset {
            world.ok("AdminResetUserPassword", named.clone()).await;
            assert_eq!(world.ok("AdminGetUser", named).await["UserStatus"], json!("RESET_REQUIRED"));
            continue;
        }
        let before = world.ok("AdminGetUser", named.clone()).await;
        world.advance(TimeDelta::seconds(1));
        world.refused("AdminResetUserPassword", named.clone(), "InvalidParameterException", text).await;
        assert_eq!(world.ok("AdminGetUser", named).await, before, "{attributes}");
        world.sign_in(&client, "jane").await;
    }
}
