//! Signing up and confirming: names, attributes, passwords, codes and secrets.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{World, on_both};

on_both!(
    a_sign_up_is_confirmed_by_the_code_that_was_sent,
    wrong_old_and_used_codes_are_refused,
    a_new_code_replaces_the_old_one,
    tries_are_limited_in_an_hour,
    a_client_with_a_secret_must_show_its_hash,
    names_and_attributes_have_rules,
    passwords_keep_the_pools_policy,
    users_who_sign_in_by_email_have_a_uuid_as_username,
    an_alias_belongs_to_who_proved_it_last_only_by_force,
    a_client_can_hide_who_exists,
    an_administrator_confirms_without_a_code,
    a_link_confirms_by_one_click,
    a_code_cannot_be_used_twice_at_once,
);

const PASSWORD: &str = "Passw0rd!";

async fn pool_and_client(world: &World, members: Value) -> (String, String) {
    let pool = world.pool(members).await;
    let client = world.client(&pool, json!({})).await;
    (pool, client)
}

fn sign_up(client: &str, username: &str, email: &str) -> Value {
    json!({ "ClientId": client, "Username": username, "Password": PASSWORD,
            "UserAttributes": [{ "Name": "email", "Value": email }] })
}

fn confirm(client: &str, username: &str, code: &str) -> Value {
    json!({ "ClientId": client, "Username": username, "ConfirmationCode": code })
}

async fn code(world: &World, to: &str) -> String {
    world.messages(&format!("to={to}")).await[0]["code"].as_str().unwrap().to_owned()
}

fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

async fn a_sign_up_is_confirmed_by_the_code_that_was_sent(world: World) {
    let (pool, client) = pool_and_client(&world, json!({ "AutoVerifiedAttributes": ["email"] })).await;
    let answer = world.ok("SignUp", sign_up(&client, "jane", "jane@example.com")).await;
    insta::assert_json_snapshot!("sign_up", answer);

    let messages = world.messages(&format!("pool={pool}&user=jane&to=jane@example.com")).await;
    insta::assert_json_snapshot!("sign_up_message", messages);
    let code = messages[0]["code"].as_str().unwrap();
    let named = json!({ "UserPoolId": pool, "Username": "jane" });
    assert_eq!(world.ok("AdminGetUser", named.clone()).await["UserStatus"], json!("UNCONFIRMED"));
    assert_eq!(world.ok("ConfirmSignUp", confirm(&client, "jane", code)).await, json!({}));
    insta::assert_json_snapshot!("confirmed_user", world.ok("AdminGetUser", named).await);
}

async fn wrong_old_and_used_codes_are_refused(world: World) {
    let (_, client) = pool_and_client(&world, json!({ "AutoVerifiedAttributes": ["email"] })).await;
    world.ok("SignUp", sign_up(&client, "jane", "jane@example.com")).await;
    world.ok("SignUp", sign_up(&client, "joe", "joe@example.com")).await;
    let good = code(&world, "jane@example.com").await;
    let wrong = confirm(&client, "jane", other_than(&good));
    let text = "Invalid verification code provided, please try again.";
    world.refused("ConfirmSignUp", wrong, "CodeMismatchException", text).await;
    world.ok("ConfirmSignUp", confirm(&client, "jane", &good)).await;
    let text = "User cannot be confirmed. Current status is CONFIRMED";
    world.refused("ConfirmSignUp", confirm(&client, "jane", &good), "NotAuthorizedException", text).await;

    let old = code(&world, "joe@example.com").await;
    world.advance(TimeDelta::hours(24));
    let text = "Invalid code provided, please request a code again.";
    world.refused("ConfirmSignUp", confirm(&client, "joe", &old), "ExpiredCodeException", text).await;
    let text = "Username/client id combination not found.";
    world.refused("ConfirmSignUp", confirm(&client, "who", "123456"), "UserNotFoundException", text).await;
}

async fn a_new_code_replaces_the_old_one(world: World) {
    let (pool, client) = pool_and_client(&world, json!({ "AutoVerifiedAttributes": ["email"] })).await;
    world.ok("SignUp", sign_up(&client, "jane", "jane@example.com")).await;
    let old = code(&world, "jane@example.com").await;
    world.advance(TimeDelta::seconds(1));
    let resend = json!({ "ClientId": client, "Username": "jane" });
    let answer = world.ok("ResendConfirmationCode", resend.clone()).await;
    let details = json!({ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "j***@e***" });
    assert_eq!(answer, json!({ "CodeDeliveryDetails": details }));
    let new = code(&world, "jane@example.com").await;
    assert_ne!(old, new);
    let text = "Invalid verification code provided, please try again.";
    world.refused("ConfirmSignUp", confirm(&client, "jane", &old), "CodeMismatchException", text).await;
    world.ok("ConfirmSignUp", confirm(&client, "jane", &new)).await;
    let text = "User is already confirmed.";
    world.refused("ResendConfirmationCode", resend, "InvalidParameterException", text).await;

    let silent = world.pool(json!({})).await;
    let silent_client = world.client(&silent, json!({})).await;
    let answer = world.ok("SignUp", sign_up(&silent_client, "jane", "jane@example.com")).await;
    assert_eq!(answer.get("CodeDeliveryDetails"), None);
    let text = "Cannot resend codes. Auto verification not turned on.";
    let resend = json!({ "ClientId": silent_client, "Username": "jane" });
    world.refused("ResendConfirmationCode", resend, "InvalidParameterException", text).await;
    assert_eq!(world.messages(&format!("pool={pool}")).await.len(), 2);
}

async fn tries_are_limited_in_an_hour(world: World) {
    let (_, client) = pool_and_client(&world, json!({ "AutoVerifiedAttributes": ["email"] })).await;
    world.ok("SignUp", sign_up(&client, "jane", "jane@example.com")).await;
    let good = code(&world, "jane@example.com").await;
    for _ in 0..15 {
        let (code, _) =
            world.call("ConfirmSignUp", confirm(&client, "jane", other_than(&good))).await.error();
        assert_eq!(code, "CodeMismatchException");
    }
    let text = "Attempt limit exceeded, please try after some time.";
    world.refused("ConfirmSignUp", confirm(&client, "jane", &good), "LimitExceededException", text).await;
    let resend = json!({ "ClientId": client, "Username": "jane" });
    for _ in 0..5 {
        world.advance(TimeDelta::seconds(1)); // the newest message is the last
        world.ok("ResendConfirmationCode", resend.clone()).await;
    }
    world.refused("ResendConfirmationCode", resend, "LimitExceededException", text).await;

    world.advance(TimeDelta::hours(1));
    let good = code(&world, "jane@example.com").await;
    world.ok("ConfirmSignUp", confirm(&client, "jane", &good)).await;
}

async fn a_client_with_a_secret_must_show_its_hash(world: World) {
    let pool = world.pool(json!({})).await;
    let secret = "client-secret-abc123-24chars";
    let client = world.client(&pool, json!({ "ClientSecret": secret.replace('-', "x") })).await;
    let text = format!("Client {client} is configured with secret but SECRET_HASH was not received");
    world.refused("SignUp", sign_up(&client, "jane", "j@example.com"), "NotAuthorizedException", &text).await;
    let mut request = sign_up(&client, "jane", "j@example.com");
    request["SecretHash"] = json!("AAAA");
    let text = format!("Unable to verify secret hash for client {client}");
    world.refused("SignUp", request, "NotAuthorizedException", &text).await;
    let unknown = sign_up("nosuchclient", "jane", "j@example.com");
    let text = "User pool client nosuchclient does not exist.";
    world.refused("SignUp", unknown, "ResourceNotFoundException", text).await;
}

async fn names_and_attributes_have_rules(world: World) {
    let schema =
        json!([{ "Name": "name", "Required": true }, { "Name": "team", "AttributeDataType": "String" }]);
    let (_, client) =
        pool_and_client(&world, json!({ "AliasAttributes": ["email"], "Schema": schema })).await;
    let request = |username: &str, attributes: Value| json!({ "ClientId": client, "Username": username, "Password": PASSWORD, "UserAttributes": attributes });
    let name = json!({ "Name": "name", "Value": "Jane" });
    let invalid = "InvalidParameterException";
    for (request, code, text) in [
        (
            request("jane@example.com", json!([name])),
            invalid,
            "Username cannot be of email format, since user pool is configured for email alias.",
        ),
        (
            request("jane", json!([])),
            invalid,
            "Attributes did not conform to the schema: name: The attribute is required\n",
        ),
        (
            request("jane", json!([name, { "Name": "shoe", "Value": "9" }])),
            invalid,
            "Attributes did not conform to the schema: shoe: Attribute does not exist in the schema.\n",
        ),
        (
            request("jane", json!([name, { "Name": "custom:shoe", "Value": "9" }])),
            invalid,
            "Attributes did not conform to the schema: Type for attribute {custom:shoe} could not be determined",
        ),
        (
            request("jane", json!([name, { "Name": "email", "Value": "nobody" }])),
            invalid,
            "Invalid email address format.",
        ),
        (
            request("jane", json!([name, { "Name": "phone_number", "Value": "555" }])),
            invalid,
            "Invalid phone number format.",
        ),
        (
            request("jane", json!([name, { "Name": "email_verified", "Value": "true" }])),
            invalid,
            "Cannot modify the non-mutable attribute email_verified",
        ),
    ] {
        world.refused("SignUp", request, code, text).await;
    }
    world.ok("SignUp", request("jane", json!([name, { "Name": "custom:team", "Value": "red" }]))).await;
    let text = "User already exists";
    world.refused("SignUp", request("jane", json!([name])), "UsernameExistsException", text).await;

    let admin_only =
        world.pool(json!({ "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true } })).await;
    let closed = world.client(&admin_only, json!({})).await;
    let text = "SignUp is not permitted for this user pool";
    world.refused("SignUp", sign_up(&closed, "jane", "j@example.com"), "NotAuthorizedException", text).await;

    let open = world.pool(json!({})).await;
    let reads_only = world.client(&open, json!({ "WriteAttributes": ["name"] })).await;
    let text = "A client attempted to write unauthorized attribute";
    world
        .refused("SignUp", sign_up(&reads_only, "jane", "j@example.com"), "NotAuthorizedException", text)
        .await;
}

async fn passwords_keep_the_pools_policy(world: World) {
    let (_, client) = pool_and_client(&world, json!({})).await;
    for (password, lack) in [
        ("Passw0!", "Password not long enough"),
        ("passw0rd!", "Password must have uppercase characters"),
        ("PASSW0RD!", "Password must have lowercase characters"),
        ("Password!", "Password must have numeric characters"),
        ("Passw0rds", "Password must have symbol characters"),
    ] {
        let request = json!({ "ClientId": client, "Username": "jane", "Password": password });
        let text = format!("Password did not conform with policy: {lack}");
        world.refused("SignUp", request, "InvalidPasswordException", &text).await;
    }
}

async fn users_who_sign_in_by_email_have_a_uuid_as_username(world: World) {
    let members = json!({ "UsernameAttributes": ["email"], "AutoVerifiedAttributes": ["email"],
                          "UsernameConfiguration": { "CaseSensitive": false } });
    let (pool, client) = pool_and_client(&world, members).await;
    let request = json!({ "ClientId": client, "Username": "Jane@Example.com", "Password": PASSWORD });
    let signed_up = world.ok("SignUp", request.clone()).await;
    let sub = signed_up["UserSub"].as_str().unwrap();
    for name in ["jane@example.com", "JANE@example.com", sub] {
        let user = world.ok("AdminGetUser", json!({ "UserPoolId": pool, "Username": name })).await;
        assert_eq!(user["Username"], json!(sub));
        assert_eq!(user["UserAttributes"][1], json!({ "Name": "email", "Value": "jane@example.com" }));
    }
    let text = "An account with the given email already exists.";
    world.refused("SignUp", request, "UsernameExistsException", text).await;
    let request = json!({ "ClientId": client, "Username": "jane", "Password": PASSWORD });
    world.refused("SignUp", request, "InvalidParameterException", "Username should be an email.").await;
    let good = code(&world, "jane@example.com").await;
    world.ok("ConfirmSignUp", confirm(&client, "jane@example.com", &good)).await;
}

async fn an_alias_belongs_to_who_proved_it_last_only_by_force(world: World) {
    let members = json!({ "AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email"] });
    let (pool, client) = pool_and_client(&world, members).await;
    world.ok("SignUp", sign_up(&client, "jane", "jane@example.com")).await;
    let first = code(&world, "jane@example.com").await;
    world.ok("ConfirmSignUp", confirm(&client, "jane", &first)).await;
    let by_alias = json!({ "UserPoolId": pool, "Username": "jane@example.com" });
    assert_eq!(world.ok("AdminGetUser", by_alias.clone()).await["Username"], json!("jane"));

    world.advance(TimeDelta::seconds(1));
    world.ok("SignUp", sign_up(&client, "joe", "jane@example.com")).await;
    let second = code(&world, "jane@example.com").await;
    let text = "An account with the email already exists.";
    world.refused("ConfirmSignUp", confirm(&client, "joe", &second), "AliasExistsException", text).await;
    let mut by_force = confirm(&client, "joe", &second);
    by_force["ForceAliasCreation"] = json!(true);
    world.ok("ConfirmSignUp", by_force).await;
    assert_eq!(world.ok("AdminGetUser", by_alias).await["Username"], json!("joe"));
    let jane = world.ok("AdminGetUser", json!({ "UserPoolId": pool, "Username": "jane" })).await;
    assert_eq!(jane["UserAttributes"][2], json!({ "Name": "email_verified", "Value": "false" }));
}

async fn a_client_can_hide_who_exists(world: World) {
    let pool = world.pool(json!({ "AutoVerifiedAttributes": ["email"] })).await;
    let client = world.client(&pool, json!({ "PreventUserExistenceErrors": "ENABLED" })).await;
    let answer =
        world.ok("ResendConfirmationCode", json!({ "ClientId": client, "Username": "nobody" })).await;
    assert_eq!(answer["CodeDeliveryDetails"]["DeliveryMedium"], json!("EMAIL"));
    let text = "Invalid code provided, please request a code again.";
    world.refused("ConfirmSignUp", confirm(&client, "nobody", "123456"), "ExpiredCodeException", text).await;
    assert_eq!(world.messages("").await.len(), 0);
}

async fn an_administrator_confirms_without_a_code(world: World) {
    let (pool, client) = pool_and_client(&world, json!({ "AutoVerifiedAttributes": ["email"] })).await;
    world.ok("SignUp", sign_up(&client, "jane", "jane@example.com")).await;
    let named = json!({ "UserPoolId": pool, "Username": "jane" });
    assert_eq!(world.ok("AdminConfirmSignUp", named.clone()).await, json!({}));
    let user = world.ok("AdminGetUser", named.clone()).await;
    assert_eq!(user["UserStatus"], json!("CONFIRMED"));
    let unverified = json!({ "Name": "email_verified", "Value": "false" });
    assert_eq!(user["UserAttributes"][2], unverified, "nobody proved to read it");
    let text = "User cannot be confirmed. Current status is CONFIRMED";
    world.refused("AdminConfirmSignUp", named, "NotAuthorizedException", text).await;
    let nobody = json!({ "UserPoolId": pool, "Username": "nobody" });
    world.refused("AdminConfirmSignUp", nobody, "UserNotFoundException", "User does not exist.").await;
}

async fn a_link_confirms_by_one_click(world: World) {
    let template =
        json!({ "DefaultEmailOption": "CONFIRM_WITH_LINK", "EmailMessageByLink": "Hi, {##here##}." });
    let members = json!({ "AutoVerifiedAttributes": ["email"], "VerificationMessageTemplate": template });
    let (pool, client) = pool_and_client(&world, members).await;
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "team" })).await;
    world.ok("SignUp", sign_up(&client, "jane", "jane@example.com")).await;
    let body = world.messages("to=jane@example.com").await[0]["body"].as_str().unwrap().to_owned();
    let link = body.strip_prefix("Hi, <a href=\"").unwrap().strip_suffix("\">here</a>.").unwrap();
    let path = link.strip_prefix(&world.url).unwrap();
    assert_eq!(world.get(path).await.status, 200);
    assert_eq!(world.get(path).await.status, 400, "a link is good once");
    let user = world.ok("AdminGetUser", json!({ "UserPoolId": pool, "Username": "jane" })).await;
    assert_eq!(user["UserStatus"], json!("CONFIRMED"));
}

async fn a_code_cannot_be_used_twice_at_once(world: World) {
    let (_, client) = pool_and_client(&world, json!({ "AutoVerifiedAttributes": ["email"] })).await;
    world.ok("SignUp", sign_up(&client, "jane", "jane@example.com")).await;
    let good = code(&world, "jane@example.com").await;
    let confirm = || world.call("ConfirmSignUp", confirm(&client, "jane", &good));
    let (a, b, c, d) = tokio::join!(confirm(), confirm(), confirm(), confirm());
    assert_eq!([a, b, c, d].iter().filter(|answer| answer.status == 200).count(), 1);
}
