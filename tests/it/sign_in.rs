//! Signing in by password: tokens, states, lockout, and what a client may know.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::tokens::claims;
use crate::world::{PASSWORD, World, on_both};

on_both!(
    a_password_brings_three_tokens,
    a_wrong_password_is_refused_and_counted,
    a_client_decides_who_may_know_who_exists,
    only_flows_that_the_client_allows_begin,
    a_temporary_password_is_replaced_at_the_first_sign_in,
    a_temporary_password_ends,
    a_disabled_user_does_not_sign_in,
    states_show_only_after_the_right_password,
    an_administrator_signs_users_in,
    a_secret_hash_is_asked_for_at_every_step,
    aliases_sign_in,
    custom_authentication_says_that_its_triggers_are_missing,
);

const NOT_AUTHORIZED: &str = "NotAuthorizedException";
const INCORRECT: &str = "Incorrect username or password.";

async fn pool_and_client(world: &World, members: Value) -> (String, String) {
    let pool = world.pool(members).await;
    let client = world.open_client(&pool).await;
    (pool, client)
}

async fn refused(world: &World, client: &str, username: &str, password: &str, code: &str, message: &str) {
    let (found_code, found_message) = world.initiate(client, username, password).await.error();
    assert_eq!((found_code.as_str(), found_message.as_str()), (code, message), "{username} {password}");
}

async fn a_password_brings_three_tokens(world: World) {
    let (pool, client) = pool_and_client(&world, json!({})).await;
    let sub =
        world.user(&pool, "jane", json!({ "email": "jane@example.com", "email_verified": "true" })).await;
    let answer = world.initiate(&client, "jane", PASSWORD).await.ok();
    assert_eq!(answer["ChallengeParameters"], json!({}));
    let tokens = &answer["AuthenticationResult"];
    assert_eq!((&tokens["TokenType"], &tokens["ExpiresIn"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(tokens["RefreshToken"].as_str().unwrap().split('.').count(), 5);

    let (id, access) = (claims(&tokens["IdToken"]), claims(&tokens["AccessToken"]));
    assert_eq!(id["sub"], json!(sub));
    assert_eq!(id["cognito:username"], json!("jane"));
    assert_eq!((&id["email"], &id["email_verified"]), (&json!("jane@example.com"), &json!(true)));
    assert_eq!((&id["aud"], &access["client_id"]), (&json!(client), &json!(client)));
    assert_eq!(access["scope"], json!("aws.cognito.signin.user.admin"));
    assert_eq!((&id["event_id"], &id["origin_jti"]), (&access["event_id"], &access["origin_jti"]));
    assert_eq!(id["iss"], json!(format!("{}/{pool}", world.url)));

    let user = world.ok("GetUser", json!({ "AccessToken": tokens["AccessToken"] })).await;
    assert_eq!(user["Username"], json!("jane"));
    let text = "Invalid Access Token";
    world.refused("GetUser", json!({ "AccessToken": tokens["IdToken"] }), NOT_AUTHORIZED, text).await;
    world.advance(TimeDelta::hours(1));
    let text = "Access Token has expired";
    world.refused("GetUser", json!({ "AccessToken": tokens["AccessToken"] }), NOT_AUTHORIZED, text).await;
}

async fn a_wrong_password_is_refused_and_counted(world: World) {
    let (pool, client) = pool_and_client(&world, json!({})).await;
    world.user(&pool, "jane", json!({})).await;
    for _ in 0..5 {
        refused(&world, &client, "jane", "Wr0ng-word", NOT_AUTHORIZED, INCORRECT).await;
    }
    // Locked for a second: even the right password is not looked at.
    refused(&world, &client, "jane", PASSWORD, NOT_AUTHORIZED, "Password attempts exceeded").await;
    world.advance(TimeDelta::seconds(1));
    refused(&world, &client, "jane", "Wr0ng-word", NOT_AUTHORIZED, INCORRECT).await;
    world.advance(TimeDelta::seconds(1));
    refused(&world, &client, "jane", PASSWORD, NOT_AUTHORIZED, "Password attempts exceeded").await;
    world.advance(TimeDelta::seconds(1));
    world.sign_in(&client, "jane").await;
    // Success forgets the failures.
    refused(&world, &client, "jane", "Wr0ng-word", NOT_AUTHORIZED, INCORRECT).await;
    world.sign_in(&client, "jane").await;
}

async fn a_client_decides_who_may_know_who_exists(world: World) {
    let (pool, legacy) = pool_and_client(&world, json!({})).await;
    let hiding =
        json!({ "ExplicitAuthFlows": crate::world::ALL_FLOWS, "PreventUserExistenceErrors": "ENABLED" });
    let hiding = world.client(&pool, hiding).await;
    refused(&world, &legacy, "who", PASSWORD, "UserNotFoundException", "User does not exist.").await;
    for _ in 0..5 {
        refused(&world, &hiding, "who", PASSWORD, NOT_AUTHORIZED, INCORRECT).await;
    }
    // Nobody is locked as somebody is.
    refused(&world, &hiding, "who", PASSWORD, NOT_AUTHORIZED, "Password attempts exceeded").await;
}

async fn only_flows_that_the_client_allows_begin(world: World) {
    let pool = world.pool(json!({})).await;
    world.user(&pool, "jane", json!({})).await;
    let client = world.client(&pool, json!({ "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"] })).await;
    let open = world.open_client(&pool).await;
    let parameters = json!({ "USERNAME": "jane", "PASSWORD": PASSWORD, "SRP_A": "ab" });
    let invalid = "InvalidParameterException";
    for (operation, client, flow, text) in [
        (
            "InitiateAuth",
            &client,
            "USER_PASSWORD_AUTH",
            "USER_PASSWORD_AUTH flow not enabled for this client",
        ),
        ("InitiateAuth", &client, "USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client."),
        ("InitiateAuth", &client, "USER_AUTH", "USER_AUTH flow not enabled for this client"),
        ("AdminInitiateAuth", &client, "ADMIN_USER_PASSWORD_AUTH", "Auth flow not enabled for this client"),
        ("InitiateAuth", &open, "ADMIN_USER_PASSWORD_AUTH", "Initiate Auth method not supported."),
        ("InitiateAuth", &open, "ADMIN_NO_SRP_AUTH", "Initiate Auth method not supported."),
        ("AdminInitiateAuth", &open, "USER_PASSWORD_AUTH", "Initiate Auth method not supported."),
    ] {
        let request =
            json!({ "UserPoolId": pool, "ClientId": client, "AuthFlow": flow, "AuthParameters": parameters });
        world.refused(operation, request, invalid, text).await;
    }
    for (parameters, text) in [
        (json!({ "PASSWORD": PASSWORD }), "Missing required parameter USERNAME"),
        (json!({ "USERNAME": "jane" }), "Missing required parameter PASSWORD"),
    ] {
        let request =
            json!({ "ClientId": open, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
        world.refused("InitiateAuth", request, invalid, text).await;
    }
    let unknown = json!({ "ClientId": "nobodysclient", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
    let text = "User pool client nobodysclient does not exist.";
    world.refused("InitiateAuth", unknown, "ResourceNotFoundException", text).await;
}

async fn a_temporary_password_is_replaced_at_the_first_sign_in(world: World) {
    let schema = json!([{ "Name": "name", "Required": true, "Mutable": true },
                        { "Name": "badge", "AttributeDataType": "String", "Mutable": false }]);
    let (pool, client) = pool_and_client(&world, json!({ "Schema": schema })).await;
    let create = json!({
        "UserPoolId": pool, "Username": "jane", "TemporaryPassword": "Temp0rary!",
        "UserAttributes": [{ "Name": "email", "Value": "jane@example.com" }, { "Name": "email_verified", "Value": "true" }],
    });
    let user = world.ok("AdminCreateUser", create).await;
    assert_eq!(user["User"]["UserStatus"], json!("FORCE_CHANGE_PASSWORD"));
    let challenge = world.initiate(&client, "jane", "Temp0rary!").await.ok();
    assert_eq!(challenge["ChallengeName"], json!("NEW_PASSWORD_REQUIRED"));
    let parameters = &challenge["ChallengeParameters"];
    assert_eq!(parameters["requiredAttributes"], json!("[\"userAttributes.name\"]"));
    assert_eq!(
        parameters["userAttributes"],
        json!("{\"email\":\"jane@example.com\",\"email_verified\":\"true\"}")
    );

    for (answers, code, text) in [
        (
            json!({ "USERNAME": "jane", "NEW_PASSWORD": "short" }),
            "InvalidPasswordException",
            "Password does not conform to policy: Password not long enough",
        ),
        (
            json!({ "USERNAME": "jane", "NEW_PASSWORD": PASSWORD }),
            "InvalidParameterException",
            "Invalid attributes given, name is missing",
        ),
        (
            json!({ "USERNAME": "jane", "NEW_PASSWORD": PASSWORD, "userAttributes.name": "Jane", "userAttributes.custom:badge": "7" }),
            "InvalidParameterException",
            "user.custom:badge: Attribute cannot be updated.",
        ),
        (
            json!({ "USERNAME": "jane", "NEW_PASSWORD": PASSWORD, "userAttributes.name": "Jane", "userAttributes.email": "x@example.com" }),
            NOT_AUTHORIZED,
            "Cannot modify an already provided email",
        ),
        (
            json!({ "USERNAME": "jane", "NEW_PASSWORD": PASSWORD, "userAttributes.name": "Jane", "userAttributes.email_verified": "true" }),
            "InvalidParameterException",
            "Cannot modify the non-mutable attribute email_verified",
        ),
        (
            json!({ "USERNAME": "jane", "NEW_PASSWORD": PASSWORD, "userAttributes.name": "Jane", "userAttributes.email_verified": "" }),
            "InvalidParameterException",
            "Cannot modify the non-mutable attribute email_verified",
        ),
        (
            json!({ "USERNAME": "jane", "NEW_PASSWORD": PASSWORD, "userAttributes.name": "Jane", "userAttributes.phone_number_verified": "false" }),
            "InvalidParameterException",
            "Cannot modify the non-mutable attribute phone_number_verified",
        ),
        (
            json!({ "USERNAME": "jane", "NEW_PASSWORD": PASSWORD, "userAttributes.name": "Jane", "userAttributes.sub": "x" }),
            "InvalidParameterException",
            "Cannot modify the non-mutable attribute sub",
        ),
    ] {
        let error = world.respond(&client, &challenge, answers.clone()).await.error();
        assert_eq!((error.0.as_str(), error.1.as_str()), (code, text), "{answers}");
    }
    // What the challenge listed may come back, but for that.
    let answers = json!({ "USERNAME": "jane", "NEW_PASSWORD": PASSWORD, "userAttributes.name": "Jane",
                          "userAttributes.email": "jane@example.com" });
    let tokens = world.respond(&client, &challenge, answers.clone()).await.ok();
    assert_eq!(claims(&tokens["AuthenticationResult"]["IdToken"])["name"], json!("Jane"));
    let error = world.respond(&client, &challenge, answers).await.error();
    let text = "Invalid session for the user, session can only be used once.";
    assert_eq!(error, (NOT_AUTHORIZED.to_owned(), text.to_owned()));
    let named = json!({ "UserPoolId": pool, "Username": "jane" });
    assert_eq!(world.ok("AdminGetUser", named).await["UserStatus"], json!("CONFIRMED"));
    refused(&world, &client, "jane", "Temp0rary!", NOT_AUTHORIZED, INCORRECT).await;
    world.sign_in(&client, "jane").await;
}

async fn a_temporary_password_ends(world: World) {
    let policies = json!({ "PasswordPolicy": { "MinimumLength": 8, "TemporaryPasswordValidityDays": 2 } });
    let (pool, client) = pool_and_client(&world, json!({ "Policies": policies })).await;
    let create = json!({ "UserPoolId": pool, "Username": "jane", "TemporaryPassword": "Temp0rary!" });
    world.ok("AdminCreateUser", create.clone()).await;
    let text = "User account already exists";
    world.refused("AdminCreateUser", create.clone(), "UsernameExistsException", text).await;
    world.advance(TimeDelta::days(2));
    let text = "Temporary password has expired and must be reset by an administrator.";
    refused(&world, &client, "jane", "Temp0rary!", NOT_AUTHORIZED, text).await;
    let mut resend = create;
    resend["MessageAction"] = json!("RESEND");
    world.ok("AdminCreateUser", resend).await;
    let challenge = world.initiate(&client, "jane", "Temp0rary!").await.ok();
    world.advance(TimeDelta::minutes(3));
    let answers = json!({ "USERNAME": "jane", "NEW_PASSWORD": PASSWORD });
    let error = world.respond(&client, &challenge, answers).await.error();
    let text = "Invalid session for the user, session is expired.";
    assert_eq!(error, (NOT_AUTHORIZED.to_owned(), text.to_owned()));
}

async fn a_disabled_user_does_not_sign_in(world: World) {
    let (pool, client) = pool_and_client(&world, json!({})).await;
    world.user(&pool, "jane", json!({})).await;
    let tokens = world.sign_in(&client, "jane").await;
    let named = json!({ "UserPoolId": pool, "Username": "jane" });
    world.ok("AdminDisableUser", named.clone()).await;
    refused(&world, &client, "jane", PASSWORD, NOT_AUTHORIZED, "User is disabled.").await;
    let text = "Access Token has been revoked";
    world.refused("GetUser", json!({ "AccessToken": tokens["AccessToken"] }), NOT_AUTHORIZED, text).await;
    world.ok("AdminEnableUser", named).await;
    world.refused("GetUser", json!({ "AccessToken": tokens["AccessToken"] }), NOT_AUTHORIZED, text).await;
    world.sign_in(&client, "jane").await;
}

async fn states_show_only_after_the_right_password(world: World) {
    let (pool, client) = pool_and_client(&world, json!({})).await;
    let sign_up = json!({ "ClientId": client, "Username": "joe", "Password": PASSWORD });
    world.ok("SignUp", sign_up).await;
    refused(&world, &client, "joe", "Wr0ng-word", NOT_AUTHORIZED, INCORRECT).await;
    refused(&world, &client, "joe", PASSWORD, "UserNotConfirmedException", "User is not confirmed.").await;
    world.user(&pool, "jane", json!({ "email": "jane@example.com", "email_verified": "true" })).await;
    world.ok("AdminResetUserPassword", json!({ "UserPoolId": pool, "Username": "jane" })).await;
    refused(&world, &client, "jane", "Wr0ng-word", NOT_AUTHORIZED, INCORRECT).await;
    let text = "Password reset required for the user";
    refused(&world, &client, "jane", PASSWORD, "PasswordResetRequiredException", text).await;
}

async fn an_administrator_signs_users_in(world: World) {
    let (pool, client) = pool_and_client(&world, json!({})).await;
    world.user(&pool, "jane", json!({})).await;
    let parameters = json!({ "USERNAME": "jane", "PASSWORD": PASSWORD });
    let request = |pool: &str| json!({ "UserPoolId": pool, "ClientId": client, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": parameters });
    let answer = world.ok("AdminInitiateAuth", request(&pool)).await;
    assert_eq!(claims(&answer["AuthenticationResult"]["AccessToken"])["username"], json!("jane"));
    let text = "User pool us-east-1_nobodys does not exist.";
    world.refused("AdminInitiateAuth", request("us-east-1_nobodys"), "ResourceNotFoundException", text).await;
    let other = world.pool(json!({})).await;
    let text = format!("User pool client {client} does not exist.");
    world.refused("AdminInitiateAuth", request(&other), "ResourceNotFoundException", &text).await;
}

async fn a_secret_hash_is_asked_for_at_every_step(world: World) {
    let pool = world.pool(json!({})).await;
    world.user(&pool, "jane", json!({})).await;
    let request = json!({ "ExplicitAuthFlows": crate::world::ALL_FLOWS, "GenerateSecret": true });
    let client = world.client(&pool, request).await;
    let text = format!("Client {client} is configured with secret but SECRET_HASH was not received");
    refused(&world, &client, "jane", PASSWORD, NOT_AUTHORIZED, &text).await;
    let parameters = json!({ "USERNAME": "jane", "PASSWORD": PASSWORD, "SECRET_HASH": "AAAA" });
    let request =
        json!({ "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
    let text = format!("Unable to verify secret hash for client {client}");
    world.refused("InitiateAuth", request, NOT_AUTHORIZED, &text).await;
}

async fn aliases_sign_in(world: World) {
    let (pool, client) = pool_and_client(&world, json!({ "AliasAttributes": ["email"] })).await;
    world.user(&pool, "jane", json!({ "email": "jane@example.com", "email_verified": "true" })).await;
    let tokens = world.sign_in(&client, "jane@example.com").await;
    assert_eq!(claims(&tokens["AccessToken"])["username"], json!("jane"));

    let by_email =
        json!({ "UsernameAttributes": ["email"], "UsernameConfiguration": { "CaseSensitive": false } });
    let (pool, client) = pool_and_client(&world, by_email).await;
    let sub = world.user(&pool, "Joe@Example.com", json!({})).await;
    for name in ["joe@example.com", "JOE@example.com", &sub] {
        let tokens = world.sign_in(&client, name).await;
        assert_eq!(claims(&tokens["IdToken"])["cognito:username"], json!(sub));
        assert_eq!(claims(&tokens["IdToken"])["email"], json!("joe@example.com"));
    }
}

async fn custom_authentication_says_that_its_triggers_are_missing(world: World) {
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({})).await;
    let text = "Custom auth lambda trigger is not configured for the user pool.";
    let request =
        json!({ "ClientId": client, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": { "USERNAME": "jane" } });
    world.refused("InitiateAuth", request, "InvalidParameterException", text).await;
}
