//! Choice-based sign-in (USER_AUTH): passwords, codes in place of them, and signing in right after a sign-up.

use serde_json::{Value, json};

use crate::tokens::claims;
use crate::world::{PASSWORD, World, on_both};

on_both!(
    a_user_chooses_how_to_sign_in,
    a_code_by_email_stands_for_a_password,
    a_preferred_challenge_is_asked_at_once,
    users_without_a_password_are_made_and_sign_in,
    a_sign_up_goes_on_as_a_sign_in,
    nobody_gets_a_challenge_where_existence_is_hidden,
);

async fn passwordless(world: &World) -> (String, String) {
    let factors = json!({ "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"] });
    let members = json!({ "Policies": { "SignInPolicy": factors }, "AutoVerifiedAttributes": ["email"] });
    let pool = world.pool(members).await;
    let client = world.open_client(&pool).await;
    (pool, client)
}

fn begin(client: &str, parameters: Value) -> Value {
    json!({ "ClientId": client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters })
}

async fn a_user_chooses_how_to_sign_in(world: World) {
    let (pool, client) = passwordless(&world).await;
    world.user(&pool, "jane", json!({ "email": "jane@example.com" })).await;
    let challenge = world.ok("InitiateAuth", begin(&client, json!({ "USERNAME": "jane" }))).await;
    assert_eq!(challenge["ChallengeName"], json!("SELECT_CHALLENGE"));
    assert_eq!(challenge["AvailableChallenges"], json!(["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"]));
    let unoffered = json!({ "USERNAME": "jane", "ANSWER": "WEB_AUTHN" });
    assert_eq!(world.respond(&client, &challenge, unoffered).await.error().0, "InvalidParameterException");
    let answers = json!({ "USERNAME": "jane", "ANSWER": "PASSWORD", "PASSWORD": PASSWORD });
    let signed_in = world.respond(&client, &challenge, answers.clone()).await.ok();
    assert_eq!(claims(&signed_in["AuthenticationResult"]["AccessToken"])["username"], json!("jane"));
    let again = world.respond(&client, &challenge, answers).await.error();
    assert_eq!(again.1, "Invalid session for the user, session can only be used once.");
}

async fn a_code_by_email_stands_for_a_password(world: World) {
    let (pool, client) = passwordless(&world).await;
    world.user(&pool, "jane", json!({ "email": "jane@example.com" })).await;
    let parameters = json!({ "USERNAME": "jane", "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    let challenge = world.ok("InitiateAuth", begin(&client, parameters)).await;
    assert_eq!(challenge["ChallengeName"], json!("EMAIL_OTP"));
    assert_eq!(
        challenge["ChallengeParameters"],
        json!({ "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "j***@e***" })
    );
    let code = world.messages("to=jane@example.com").await[0]["code"].as_str().unwrap().to_owned();
    assert_eq!(code.len(), 8);
    let wrong = if code == "00000000" { "00000001" } else { "00000000" };
    for _ in 0..2 {
        let answers = json!({ "USERNAME": "jane", "EMAIL_OTP_CODE": wrong });
        assert_eq!(world.respond(&client, &challenge, answers).await.error().0, "CodeMismatchException");
    }
    let answers = json!({ "USERNAME": "jane", "EMAIL_OTP_CODE": code });
    let signed_in = world.respond(&client, &challenge, answers).await.ok();
    assert_eq!(claims(&signed_in["AuthenticationResult"]["IdToken"])["email_verified"], json!(true));
}

async fn a_preferred_challenge_is_asked_at_once(world: World) {
    let (pool, client) = passwordless(&world).await;
    world.user(&pool, "jane", json!({})).await;
    let with_password =
        json!({ "USERNAME": "jane", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD });
    let signed_in = world.ok("InitiateAuth", begin(&client, with_password)).await;
    assert!(signed_in["AuthenticationResult"]["IdToken"].is_string());
    let without = json!({ "USERNAME": "jane", "PREFERRED_CHALLENGE": "PASSWORD" });
    let challenge = world.ok("InitiateAuth", begin(&client, without)).await;
    assert_eq!(challenge["ChallengeName"], json!("PASSWORD"));
    let wrong = json!({ "USERNAME": "jane", "PASSWORD": "Wr0ng-word" });
    assert_eq!(world.respond(&client, &challenge, wrong).await.error().1, "Incorrect username or password.");
    // A factor that is not available leads to the choice.
    let unavailable = json!({ "USERNAME": "jane", "PREFERRED_CHALLENGE": "SMS_OTP" });
    let challenge = world.ok("InitiateAuth", begin(&client, unavailable)).await;
    assert_eq!(challenge["ChallengeName"], json!("SELECT_CHALLENGE"));
    let temporary =
        json!({ "UserPoolId": pool, "Username": "jane", "Password": "Temp0rary!", "Permanent": false });
    world.ok("AdminSetUserPassword", temporary).await;
    let challenge = world.ok("InitiateAuth", begin(&client, json!({ "USERNAME": "jane" }))).await;
    assert_eq!(challenge["AvailableChallenges"], json!(["PASSWORD", "PASSWORD_SRP"]));
}

async fn users_without_a_password_are_made_and_sign_in(world: World) {
    let (pool, client) = passwordless(&world).await;
    let attributes = json!([{ "Name": "email", "Value": "ann@example.com" }]);
    let create = json!({ "UserPoolId": pool, "Username": "ann", "UserAttributes": attributes });
    let user = world.ok("AdminCreateUser", create).await;
    assert_eq!(user["User"]["UserStatus"], json!("CONFIRMED"));
    let challenge = world.ok("InitiateAuth", begin(&client, json!({ "USERNAME": "ann" }))).await;
    assert_eq!(challenge["ChallengeName"], json!("EMAIL_OTP"));
    assert_eq!(challenge["AvailableChallenges"], json!(["EMAIL_OTP"]));
    let code = world.messages("to=ann@example.com").await[0]["code"].clone();
    let answers = json!({ "USERNAME": "ann", "EMAIL_OTP_CODE": code });
    let signed_in = world.respond(&client, &challenge, answers).await.ok();
    let change = json!({ "AccessToken": signed_in["AuthenticationResult"]["AccessToken"], "ProposedPassword": PASSWORD });
    world.ok("ChangePassword", change).await;
    world.sign_in(&client, "ann").await;

    let sign_up = json!({ "ClientId": client, "Username": "joe", "UserAttributes": [{ "Name": "email", "Value": "joe@example.com" }] });
    world.ok("SignUp", sign_up).await;
    // Reading the code of a sign-in proves the address: it confirms the sign-up.
    world.advance(chrono::TimeDelta::seconds(1));
    let challenge = world.ok("InitiateAuth", begin(&client, json!({ "USERNAME": "joe" }))).await;
    let code = world.messages("to=joe@example.com").await[0]["code"].clone();
    world.respond(&client, &challenge, json!({ "USERNAME": "joe", "EMAIL_OTP_CODE": code })).await.ok();
    let joe = world.ok("AdminGetUser", json!({ "UserPoolId": pool, "Username": "joe" })).await;
    assert_eq!(joe["UserStatus"], json!("CONFIRMED"));
}

async fn a_sign_up_goes_on_as_a_sign_in(world: World) {
    let (_, client) = passwordless(&world).await;
    let attributes = json!([{ "Name": "email", "Value": "jane@example.com" }]);
    let sign_up =
        json!({ "ClientId": client, "Username": "jane", "Password": PASSWORD, "UserAttributes": attributes });
    let session = world.ok("SignUp", sign_up).await["Session"].clone();
    let early = json!({ "ClientId": client, "AuthFlow": "USER_AUTH", "Session": session, "AuthParameters": { "USERNAME": "jane" } });
    let text = "Invalid session for the user.";
    world.refused("InitiateAuth", early, "NotAuthorizedException", text).await;
    let code = world.messages("to=jane@example.com").await[0]["code"].clone();
    let confirm =
        json!({ "ClientId": client, "Username": "jane", "ConfirmationCode": code, "Session": session });
    let session = world.ok("ConfirmSignUp", confirm).await["Session"].clone();
    let begin = json!({ "ClientId": client, "AuthFlow": "USER_AUTH", "Session": session, "AuthParameters": { "USERNAME": "jane" } });
    let signed_in = world.ok("InitiateAuth", begin.clone()).await;
    assert_eq!(claims(&signed_in["AuthenticationResult"]["IdToken"])["email_verified"], json!(true));
    let text = "Invalid session for the user, session can only be used once.";
    world.refused("InitiateAuth", begin, "NotAuthorizedException", text).await;
}

async fn nobody_gets_a_challenge_where_existence_is_hidden(world: World) {
    let (pool, legacy) = passwordless(&world).await;
    let members =
        json!({ "ExplicitAuthFlows": crate::world::ALL_FLOWS, "PreventUserExistenceErrors": "ENABLED" });
    let hiding = world.client(&pool, members).await;
    let text = "User does not exist.";
    let who = json!({ "USERNAME": "who" });
    world.refused("InitiateAuth", begin(&legacy, who.clone()), "UserNotFoundException", text).await;
    let challenge = world.ok("InitiateAuth", begin(&hiding, who)).await;
    assert_eq!(challenge["ChallengeName"], json!("SELECT_CHALLENGE"));
    let answers = json!({ "USERNAME": "who", "ANSWER": "PASSWORD", "PASSWORD": PASSWORD });
    let refused = world.respond(&hiding, &challenge, answers).await.error();
    assert_eq!(refused.1, "Incorrect username or password.");

    let srp = json!({ "ClientId": hiding, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": { "USERNAME": "who", "SRP_A": "abcdef" } });
    let (one, two) = (world.ok("InitiateAuth", srp.clone()).await, world.ok("InitiateAuth", srp).await);
    for name in ["SALT", "USER_ID_FOR_SRP", "USERNAME"] {
        assert_eq!(one["ChallengeParameters"][name], two["ChallengeParameters"][name], "{name}");
    }
    assert_eq!(one["ChallengeParameters"]["SALT"].as_str().unwrap().len(), 32);
    assert_ne!(one["ChallengeParameters"]["SRP_B"], two["ChallengeParameters"]["SRP_B"]);
}
