//! Identities at providers: linked to users and taken away, and what users who came by a provider can do at the API. That they
//! sign in is tested where their providers answer.

use serde_json::{Value, json};

use crate::world::{PASSWORD, World, on_both};

on_both!(
    an_identity_is_linked_and_shown,
    what_cannot_be_linked_is_refused,
    users_have_five_identities_and_providers_five_attributes_to_link_by,
    an_identity_is_taken_away_as_it_was_linked,
    who_came_by_a_provider_can_be_linked_to_as_well,
    who_is_cut_off_signs_in_by_no_password,
    who_came_by_a_provider_has_no_password,
    a_password_makes_who_came_by_a_provider_confirmed,
    a_deleted_provider_leaves_its_users,
    a_deleted_user_leaves_its_identities_free,
    of_twenty_links_at_once_one_is_made,
    identities_are_not_written_by_anybody_else,
);

const INVALID: &str = "InvalidParameterException";
const NOT_AUTHORIZED: &str = "NotAuthorizedException";
const INCORRECT: &str = "Incorrect username or password.";
const STATE: &str = "User password cannot be reset in the current state.";
const UNKNOWN: &str = "Invalid ProviderName/Username combination. Please check again";
const LINK: &str = "AdminLinkProviderForUser";
const DISABLE: &str = "AdminDisableProviderForUser";
const SUBJECT: &str = "Cognito_Subject";

/// A pool with Google and an OpenID Connect provider that fills `email`.
async fn pool(world: &World, members: Value) -> String {
    let pool = world.pool(members).await;
    let google = json!({ "client_id": "me", "client_secret": "hush", "authorize_scopes": "openid" });
    let corp = json!({
        "client_id": "me", "authorize_scopes": "openid", "attributes_request_method": "GET",
        "oidc_issuer": "https://idp.example.com", "authorize_url": "https://idp.example.com/authorize",
        "token_url": "https://idp.example.com/token", "attributes_url": "https://idp.example.com/me",
        "jwks_uri": "https://idp.example.com/keys",
    });
    for (name, kind, details) in [("Google", "Google", google), ("Corp", "OIDC", corp)] {
        let request = json!({
            "UserPoolId": pool, "ProviderName": name, "ProviderType": kind, "ProviderDetails": details,
            "AttributeMapping": { "email": "email", "name": "n", "profile": "p", "locale": "l", "nickname": "k", "gender": "g" },
        });
        world.ok("CreateIdentityProvider", request).await;
    }
    pool
}

fn identifier(provider: &str, attribute: &str, value: &str) -> Value {
    json!({ "ProviderName": provider, "ProviderAttributeName": attribute, "ProviderAttributeValue": value })
}

/// A link to a user of the pool itself.
fn link(pool: &str, username: &str, source: Value) -> Value {
    let destination = json!({ "ProviderName": "Cognito", "ProviderAttributeValue": username });
    json!({ "UserPoolId": pool, "DestinationUser": destination, "SourceUser": source })
}

fn disable(pool: &str, user: Value) -> Value {
    json!({ "UserPoolId": pool, "User": user })
}

async fn get(world: &World, pool: &str, username: &str) -> Value {
    world.ok("AdminGetUser", json!({ "UserPoolId": pool, "Username": username })).await
}

fn attribute(user: &Value, name: &str) -> Option<String> {
    let attributes = user["UserAttributes"].as_array().unwrap();
    let found = attributes.iter().find(|attribute| attribute["Name"] == name)?;
    Some(found["Value"].as_str().unwrap().to_owned())
}

/// A user as the first sign-in at a provider leaves them.
async fn external(world: &World, pool: &str, provider: &str, subject: &str) -> String {
    let username = format!("{provider}_{subject}");
    let attributes = json!({ "email": "x@example.com", "email_verified": "true" });
    world.user(pool, &username, attributes).await;
    let mut tx = world.store.begin().await.unwrap();
    tx.query("UPDATE users SET status = 'EXTERNAL_PROVIDER', srp_salt = NULL, srp_verifier = NULL WHERE username = $1")
        .bind(username.as_str())
        .execute()
        .await
        .unwrap();
    tx.query(
        "INSERT INTO user_identities (pool_id, provider_name, attribute_name, value_key, user_id, is_primary, created_at)
         SELECT pool_id, $1, $2, $3, id, TRUE, created_at FROM users WHERE username = $4",
    )
    .bind(provider)
    .bind(SUBJECT.as_bytes())
    .bind(subject.as_bytes())
    .bind(username.as_str())
    .execute()
    .await
    .unwrap();
    tx.commit().await.unwrap();
    username
}

async fn an_identity_is_linked_and_shown(world: World) {
    let pool = pool(&world, json!({})).await;
    let client = world.open_client(&pool).await;
    world.user(&pool, "jane", json!({})).await;
    assert_eq!(world.ok(LINK, link(&pool, "jane", identifier("Google", SUBJECT, "107"))).await, json!({}));
    world.ok(LINK, link(&pool, "jane", identifier("Corp", "email", "jane@example.com"))).await;
    let jane = get(&world, &pool, "jane").await;
    let identities = r#"[{"userId":"107","providerName":"Google","providerType":"Google","issuer":null,"primary":false,"dateCreated":1767323045678},{"userId":"jane@example.com","providerName":"Corp","providerType":"OIDC","issuer":null,"primary":false,"dateCreated":1767323045678}]"#;
    assert_eq!(attribute(&jane, "identities").unwrap(), identities);
    assert_eq!(jane["UserStatus"], json!("CONFIRMED"));
    let tokens = world.sign_in(&client, "jane").await;
    let claims = crate::tokens::claims(&tokens["IdToken"]);
    assert_eq!(claims["identities"][0]["primary"], json!("false"));
    assert_eq!(claims["identities"][0]["dateCreated"], json!("1767323045678"));
    let me = world.ok("GetUser", json!({ "AccessToken": tokens["AccessToken"] })).await;
    assert_eq!(attribute(&me, "identities").unwrap(), identities);
}

async fn what_cannot_be_linked_is_refused(world: World) {
    let pool = pool(&world, json!({})).await;
    world.user(&pool, "jane", json!({})).await;
    world.user(&pool, "eve", json!({})).await;
    external(&world, &pool, "Google", "1").await;
    let google = |value: &str| identifier("Google", SUBJECT, value);
    world.ok(LINK, link(&pool, "jane", google("2"))).await;
    let merging = "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link";
    let native = "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only \
                  as a DestinationUser";
    let not_subject =
        "Invalid SourceUser: ProviderAttributeName must be Cognito_Subject for the provider Google.";
    for (request, code, text) in [
        (link(&pool, "jane", google("1")), INVALID, merging),
        (link(&pool, "jane", google("2")), INVALID, "SourceUser is already linked to DestinationUser"),
        (
            link(&pool, "eve", google("2")),
            "AliasExistsException",
            "Already found an entry for the provided username.",
        ),
        (link(&pool, "jane", identifier("Cognito", SUBJECT, "eve")), INVALID, native),
        (link(&pool, "jane", identifier("Google", "email", "e@example.com")), INVALID, not_subject),
        (
            link(&pool, "jane", identifier("Corp", "family_name", "e")),
            INVALID,
            "Invalid SourceUser: the attribute family_name is not mapped.",
        ),
        (link(&pool, "nobody", google("3")), "UserNotFoundException", "User does not exist."),
        (
            link(&pool, "jane", identifier("Other", SUBJECT, "3")),
            "ResourceNotFoundException",
            "Identity provider Other does not exist.",
        ),
        (
            link(&pool, "jane", json!({ "ProviderName": "Google", "ProviderAttributeName": SUBJECT })),
            INVALID,
            "ProviderAttributeValue is required.",
        ),
        (
            link("us-east-1_nobodys", "jane", google("3")),
            "ResourceNotFoundException",
            "User pool us-east-1_nobodys does not exist.",
        ),
    ] {
        world.refused(LINK, request, code, text).await;
    }
    let jane = get(&world, &pool, "jane").await;
    assert_eq!(attribute(&jane, "identities").unwrap().matches("userId").count(), 1);
}

async fn users_have_five_identities_and_providers_five_attributes_to_link_by(world: World) {
    let pool = pool(&world, json!({})).await;
    world.user(&pool, "jane", json!({})).await;
    for name in ["email", "name", "profile", "locale", "nickname"] {
        world.ok(LINK, link(&pool, "jane", identifier("Corp", name, "1"))).await;
    }
    let text = "A user can have at most 5 linked identities.";
    world
        .refused(LINK, link(&pool, "jane", identifier("Corp", "email", "2")), "LimitExceededException", text)
        .await;
    world.user(&pool, "eve", json!({})).await;
    let text = "Identities at a provider can be linked by at most 5 attributes.";
    for name in ["gender", SUBJECT] {
        let request = link(&pool, "eve", identifier("Corp", name, "2"));
        world.refused(LINK, request, "LimitExceededException", text).await;
    }
    world.ok(LINK, link(&pool, "eve", identifier("Corp", "email", "2"))).await;
    world.ok(LINK, link(&pool, "eve", identifier("Google", SUBJECT, "2"))).await;
}

async fn an_identity_is_taken_away_as_it_was_linked(world: World) {
    let pool = pool(&world, json!({ "UsernameConfiguration": { "CaseSensitive": false } })).await;
    world.user(&pool, "jane", json!({})).await;
    world.ok(LINK, link(&pool, "jane", identifier("Google", SUBJECT, "Ab"))).await;
    world.ok(LINK, link(&pool, "jane", identifier("Corp", "email", "Jane@Example.com"))).await;
    for other in [
        identifier("Google", SUBJECT, "ab"),
        identifier("Corp", SUBJECT, "Jane@Example.com"),
        identifier("Corp", "name", "Jane@Example.com"),
        identifier("Other", SUBJECT, "Ab"),
        identifier("Cognito", "email", "jane"),
    ] {
        world.refused(DISABLE, disable(&pool, other), INVALID, UNKNOWN).await;
    }
    let nobody = disable(&pool, identifier("Cognito", SUBJECT, "nobody"));
    world.refused(DISABLE, nobody, "UserNotFoundException", "User does not exist.").await;
    let mail = disable(&pool, identifier("Corp", "email", "jane@example.com"));
    assert_eq!(world.ok(DISABLE, mail.clone()).await, json!({}));
    world.refused(DISABLE, mail, INVALID, UNKNOWN).await;
    assert_eq!(
        attribute(&get(&world, &pool, "jane").await, "identities").unwrap().matches("userId").count(),
        1
    );
    world.ok(DISABLE, disable(&pool, identifier("Google", SUBJECT, "Ab"))).await;
    assert_eq!(attribute(&get(&world, &pool, "jane").await, "identities"), None);
    // Nobody's any more: it can be linked again, to another user too.
    world.user(&pool, "eve", json!({})).await;
    world.ok(LINK, link(&pool, "eve", identifier("Google", SUBJECT, "Ab"))).await;
}

async fn who_came_by_a_provider_can_be_linked_to_as_well(world: World) {
    let pool = pool(&world, json!({})).await;
    let username = external(&world, &pool, "Google", "1").await;
    let mut request = link(&pool, "-", identifier("Corp", SUBJECT, "2"));
    request["DestinationUser"] = json!({ "ProviderName": "Google", "ProviderAttributeValue": "9" });
    world.refused(LINK, request.clone(), "UserNotFoundException", "User does not exist.").await;
    request["DestinationUser"] = identifier("Google", "ignored", "1");
    world.ok(LINK, request).await;
    let user = get(&world, &pool, &username).await;
    assert!(attribute(&user, "identities").unwrap().contains(r#""providerName":"Corp""#));
    assert_eq!(user["UserStatus"], json!("EXTERNAL_PROVIDER"));
}

async fn who_is_cut_off_signs_in_by_no_password(world: World) {
    let pool = pool(&world, json!({})).await;
    let client = world.open_client(&pool).await;
    world.user(&pool, "jane", json!({ "email": "jane@example.com", "email_verified": "true" })).await;
    let tokens = world.sign_in(&client, "jane").await;
    world.ok("ForgotPassword", json!({ "ClientId": client, "Username": "jane" })).await;
    let code = world.messages("to=jane@example.com").await[0]["code"].clone();
    assert_eq!(world.ok(DISABLE, disable(&pool, identifier("Cognito", SUBJECT, "jane"))).await, json!({}));

    assert_eq!(world.initiate(&client, "jane", PASSWORD).await.error().1, INCORRECT);
    let named = json!({ "USERNAME": "jane", "PASSWORD": PASSWORD });
    let admin = json!({
        "UserPoolId": pool, "ClientId": client, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": named,
    });
    world.refused("AdminInitiateAuth", admin, NOT_AUTHORIZED, INCORRECT).await;
    let preferred = json!({ "USERNAME": "jane", "PASSWORD": PASSWORD, "PREFERRED_CHALLENGE": "PASSWORD" });
    let choice = json!({ "ClientId": client, "AuthFlow": "USER_AUTH", "AuthParameters": preferred });
    world.refused("InitiateAuth", choice, NOT_AUTHORIZED, INCORRECT).await;
    let new = "An0ther-word";
    for previous in [json!(PASSWORD), json!(null)] {
        let change = json!({ "AccessToken": tokens["AccessToken"], "ProposedPassword": new, "PreviousPassword": previous });
        world.refused("ChangePassword", change, NOT_AUTHORIZED, INCORRECT).await;
    }
    let named = json!({ "ClientId": client, "Username": "jane" });
    world.refused("ForgotPassword", named, NOT_AUTHORIZED, STATE).await;
    let confirm =
        json!({ "ClientId": client, "Username": "jane", "ConfirmationCode": code, "Password": new });
    world.refused("ConfirmForgotPassword", confirm, NOT_AUTHORIZED, STATE).await;
    let named = json!({ "UserPoolId": pool, "Username": "jane" });
    world.refused("AdminResetUserPassword", named, NOT_AUTHORIZED, STATE).await;

    // What does not need the password goes on, and an administrator can give another.
    world.ok("GetUser", json!({ "AccessToken": tokens["AccessToken"] })).await;
    let set = json!({ "UserPoolId": pool, "Username": "jane", "Password": new, "Permanent": true });
    world.ok("AdminSetUserPassword", set).await;
    world.initiate(&client, "jane", new).await.ok();
}

async fn who_came_by_a_provider_has_no_password(world: World) {
    let pool = pool(&world, json!({})).await;
    let client = world.open_client(&pool).await;
    let username = external(&world, &pool, "Google", "1").await;
    assert_eq!(world.initiate(&client, &username, PASSWORD).await.error().1, INCORRECT);
    let choice =
        json!({ "ClientId": client, "AuthFlow": "USER_AUTH", "AuthParameters": { "USERNAME": username } });
    let offered = world.ok("InitiateAuth", choice).await;
    assert_eq!(offered["AvailableChallenges"], json!(["PASSWORD", "PASSWORD_SRP"]));
    let named = json!({ "ClientId": client, "Username": username });
    world.refused("ForgotPassword", named, NOT_AUTHORIZED, STATE).await;
    let named = json!({ "UserPoolId": pool, "Username": username });
    world.refused("AdminResetUserPassword", named, NOT_AUTHORIZED, STATE).await;
    // The pool itself is not where this user signs in.
    let native = disable(&pool, identifier("Cognito", SUBJECT, &username));
    world.refused(DISABLE, native, INVALID, UNKNOWN).await;
}

async fn a_password_makes_who_came_by_a_provider_confirmed(world: World) {
    let pool = pool(&world, json!({})).await;
    let client = world.open_client(&pool).await;
    let username = external(&world, &pool, "Google", "1").await;
    let set = json!({ "UserPoolId": pool, "Username": username, "Password": PASSWORD, "Permanent": true });
    world.ok("AdminSetUserPassword", set).await;
    assert_eq!(get(&world, &pool, &username).await["UserStatus"], json!("CONFIRMED"));
    world.sign_in(&client, &username).await;
    // The identity is still this user's.
    world.user(&pool, "jane", json!({})).await;
    let request = link(&pool, "jane", identifier("Google", SUBJECT, "1"));
    assert!(world.call(LINK, request).await.error().1.starts_with("Merging is not currently supported"));
}

async fn a_deleted_provider_leaves_its_users(world: World) {
    let pool = pool(&world, json!({})).await;
    world.user(&pool, "jane", json!({})).await;
    world.ok(LINK, link(&pool, "jane", identifier("Google", SUBJECT, "1"))).await;
    let username = external(&world, &pool, "Google", "2").await;
    let group = json!({ "UserPoolId": pool, "GroupName": format!("{pool}_Google") });
    world.ok("CreateGroup", group.clone()).await;
    world.ok("DeleteIdentityProvider", json!({ "UserPoolId": pool, "ProviderName": "Google" })).await;
    assert!(attribute(&get(&world, &pool, "jane").await, "identities").is_some());
    get(&world, &pool, &username).await;
    world.ok("GetGroup", group).await;
    // An identity can be taken away without its provider.
    world.ok(DISABLE, disable(&pool, identifier("Google", SUBJECT, "1"))).await;
}

async fn a_deleted_user_leaves_its_identities_free(world: World) {
    let pool = pool(&world, json!({})).await;
    let client = world.open_client(&pool).await;
    for username in ["jane", "eve", "joe"] {
        world.user(&pool, username, json!({})).await;
    }
    let identity = identifier("Google", SUBJECT, "1");
    world.ok(LINK, link(&pool, "jane", identity.clone())).await;
    let tokens = world.sign_in(&client, "jane").await;
    world.ok("DeleteUser", json!({ "AccessToken": tokens["AccessToken"] })).await;
    world.refused(DISABLE, disable(&pool, identity.clone()), INVALID, UNKNOWN).await;
    world.ok(LINK, link(&pool, "eve", identity.clone())).await;
    world.ok("AdminDeleteUser", json!({ "UserPoolId": pool, "Username": "eve" })).await;
    world.ok(LINK, link(&pool, "joe", identity)).await;
}

async fn of_twenty_links_at_once_one_is_made(world: World) {
    let pool = pool(&world, json!({})).await;
    for number in 0..20 {
        world.user(&pool, &format!("user{number}"), json!({})).await;
    }
    let world = std::sync::Arc::new(world);
    let mut all = tokio::task::JoinSet::new();
    for number in 0..20 {
        let (world, request) =
            (world.clone(), link(&pool, &format!("user{number}"), identifier("Google", SUBJECT, "1")));
        all.spawn(async move { world.call(LINK, request).await.status });
    }
    let made = all.join_all().await.into_iter().filter(|status| *status == 200).count();
    assert_eq!(made, 1);
    let users = world.ok("ListUsers", json!({ "UserPoolId": pool })).await.to_string();
    assert_eq!(users.matches("providerName").count(), 1);
}

async fn identities_are_not_written_by_anybody_else(world: World) {
    let pool = pool(&world, json!({})).await;
    world.user(&pool, "jane", json!({})).await;
    world.ok(LINK, link(&pool, "jane", identifier("Google", SUBJECT, "1"))).await;
    let text = "Cannot modify the non-mutable attribute identities";
    let names = json!({ "UserPoolId": pool, "Username": "jane", "UserAttributeNames": ["identities"] });
    world.refused("AdminDeleteUserAttributes", names, INVALID, text).await;
    let values = json!([{ "Name": "identities", "Value": "[]" }]);
    let update = json!({ "UserPoolId": pool, "Username": "jane", "UserAttributes": values });
    world.refused("AdminUpdateUserAttributes", update, INVALID, text).await;
}
