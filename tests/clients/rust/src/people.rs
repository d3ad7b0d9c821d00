//! Users: sign up with codes and both secrets of a client, confirm, get and find them; and after a restart.

use aws_sdk_cognitoidentityprovider::operation::confirm_sign_up::builders::ConfirmSignUpFluentBuilder;
use aws_sdk_cognitoidentityprovider::operation::list_users::builders::ListUsersFluentBuilder;
use aws_sdk_cognitoidentityprovider::operation::sign_up::builders::SignUpFluentBuilder;
use aws_sdk_cognitoidentityprovider::types::AttributeType;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use crate::app_clients::AppClients;
use crate::stage::{Outcome, Stage, check, done, equal, failure, has, json, made_of, recent, string};

const PASSWORD: &str = "Correct-Horse-7-Battery";

fn email(stage: &Stage, who: &str) -> String {
    format!("{who}-{}@people.example.com", stage.name)
}

fn delivery() -> Value {
    json!({"Destination": "a***@p***", "DeliveryMedium": "EMAIL", "AttributeName": "email"})
}

fn secret_hash(username: &str, client: &str, secret: &str) -> Outcome<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
    mac.update(username.as_bytes());
    mac.update(client.as_bytes());
    Ok(BASE64_STANDARD.encode(mac.finalize().into_bytes()))
}

/// A sign-up under an e-mail address, with one of the secrets of the web client.
fn sign_up_call(
    stage: &Stage,
    clients: &AppClients,
    secret: &str,
    who: &str,
) -> Outcome<SignUpFluentBuilder> {
    let username = email(stage, who);
    Ok(stage
        .cognito
        .sign_up()
        .client_id(&clients.web)
        .secret_hash(secret_hash(&username, &clients.web, secret)?)
        .password(PASSWORD)
        .user_attributes(AttributeType::builder().name("email").value(&username).build()?)
        .user_attributes(AttributeType::builder().name("custom:team").value("blue").build()?)
        .username(username))
}

fn confirm_call(
    stage: &Stage,
    clients: &AppClients,
    who: &str,
    code: &str,
) -> Outcome<ConfirmSignUpFluentBuilder> {
    let username = email(stage, who);
    let hash = secret_hash(&username, &clients.web, &clients.secret)?;
    let call = stage.cognito.confirm_sign_up().client_id(&clients.web).secret_hash(hash);
    Ok(call.username(username).confirmation_code(code))
}

/// The code of the newest of `sent` messages.
async fn code(stage: &Stage, pool: &str, who: &str, sent: usize) -> Outcome<String> {
    let to = email(stage, who);
    let found = stage.messages(pool, &to).await?;
    equal(&format!("messages to {to}"), &json!(found.len()), &json!(sent))?;
    let code = &found[0]["code"];
    check(made_of(code, 6..=6, |_| false), &format!("unusual code {code}"))?;
    let code = string(code)?;
    let wanted =
        json!({"pool": pool, "to": to, "subject": "Your code", "body": format!("The code is {code}!")});
    has("message", &found[0], &wanted)?;
    Ok(code)
}

/// Alice confirms with a code, Bob is confirmed by an administrator, Carol waits; answers Carol's code.
pub(crate) async fn sign_up(stage: &Stage, pool: &str, clients: &AppClients) -> Outcome<String> {
    let call = |who: &str| sign_up_call(stage, clients, &clients.secret, who);
    let answer = json(&call("alice")?.send().await?)?;
    has("sign-up", &answer, &json!({"UserConfirmed": false, "CodeDeliveryDetails": delivery()}))?;
    check(made_of(&answer["UserSub"], 36..=36, |c| matches!(c, 'a'..='f' | '-')), "unusual sub")?;
    confirm(stage, pool, clients).await?;

    stage.refused("short_password", &[], call("dave")?.password("Short-1a").send()).await?;
    stage
        .refused("password_without_uppercase", &[], call("dave")?.password("correct-horse-7").send())
        .await?;
    let values = [("client", clients.web.as_str())];
    stage.refused("no_secret_hash", &values, call("dave")?.set_secret_hash(None).send()).await?;
    stage.refused("email_taken", &[], call("alice")?.send()).await?;
    let hash = secret_hash("dave", &clients.web, &clients.secret)?;
    let nameless = call("dave")?.username("dave").secret_hash(hash);
    stage.refused("username_is_not_an_email", &[], nameless.send()).await?;
    done("sign-ups with a taken name, a wrong name or a weak password are refused");

    second_secret(stage, pool, clients).await?;
    let bob = stage.cognito.admin_confirm_sign_up().user_pool_id(pool).username(email(stage, "bob"));
    bob.clone().send().await?;
    stage.refused("already_confirmed", &[], bob.send()).await?;
    done("an administrator confirms a user");

    call("carol")?.send().await?;
    code(stage, pool, "carol", 1).await
}

async fn confirm(stage: &Stage, pool: &str, clients: &AppClients) -> Outcome {
    let with = |code: &str| confirm_call(stage, clients, "alice", code);
    let first = code(stage, pool, "alice", 1).await?;
    let wrong = if first == "000000" { "111111" } else { "000000" };
    stage.refused("wrong_code", &[], with(wrong)?.send()).await?;
    let username = email(stage, "alice");
    let resend = stage.cognito.resend_confirmation_code().client_id(&clients.web);
    let hash = secret_hash(&username, &clients.web, &clients.secret)?;
    let resent = json(&resend.username(username).secret_hash(hash).send().await?)?;
    equal("delivery", &resent["CodeDeliveryDetails"], &delivery())?;
    let second = code(stage, pool, "alice", 2).await?;
    if first != second {
        stage.refused("wrong_code", &[], with(&first)?.send()).await?;
    }
    with(&second)?.send().await?;
    stage.refused("already_confirmed", &[], with(&second)?.send()).await?;
    done("a user confirms with the code that was sent last");
    Ok(())
}

/// The ids of the client's secrets; the list does not tell the secrets themselves.
async fn secrets(stage: &Stage, pool: &str, client: &str) -> Outcome<Vec<String>> {
    let call = stage.cognito.list_user_pool_client_secrets().user_pool_id(pool).client_id(client);
    let listed = json(&call.send().await?)?;
    let listed = listed["ClientSecrets"].as_array().ok_or("no list of secrets")?;
    check(listed.iter().all(|item| item["ClientSecretValue"].is_null()), "the list tells the secrets")?;
    listed.iter().map(|item| string(&item["ClientSecretId"])).collect()
}

/// While a client has two secrets both are good; a deleted one is not.
async fn second_secret(stage: &Stage, pool: &str, clients: &AppClients) -> Outcome {
    let add = stage.cognito.add_user_pool_client_secret().user_pool_id(pool).client_id(&clients.web);
    let added = json(&add.clone().send().await?)?["ClientSecretDescriptor"].take();
    let (id, secret) = (string(&added["ClientSecretId"])?, string(&added["ClientSecretValue"])?);
    check(
        made_of(&added["ClientSecretValue"], 51..=52, |c| c.is_ascii_lowercase()),
        "unusual second secret",
    )?;
    recent("ClientSecretCreateDate", &added["ClientSecretCreateDate"])?;
    let third = failure("third secret", add.send()).await?.0;
    equal("third secret", &json!(third), &json!("LimitExceededException"))?;
    let mut ids = secrets(stage, pool, &clients.web).await?;
    check(ids.len() == 2 && ids[0] != ids[1] && ids.contains(&id), &format!("secrets {ids:?}"))?;
    check(
        ids.iter().all(|id| id.starts_with(&format!("{}--", clients.web))),
        &format!("secret ids {ids:?}"),
    )?;

    sign_up_call(stage, clients, &secret, "bob")?.send().await?;
    let delete = stage.cognito.delete_user_pool_client_secret().user_pool_id(pool).client_id(&clients.web);
    delete.client_secret_id(&id).send().await?;
    ids.retain(|left| *left != id);
    equal("secrets left", &json!(secrets(stage, pool, &clients.web).await?), &json!(ids))?;
    let refusal = failure("deleted secret", sign_up_call(stage, clients, &secret, "dave")?.send()).await?.0;
    equal("deleted secret", &json!(refusal), &json!("NotAuthorizedException"))?;
    done("a second secret is added, used, listed and deleted");
    Ok(())
}

/// The user, with its attributes as a map under `Attributes`.
async fn get(stage: &Stage, pool: &str, username: &str) -> Outcome<Value> {
    let mut user = json(&stage.cognito.admin_get_user().user_pool_id(pool).username(username).send().await?)?;
    let attributes = user["UserAttributes"].take();
    let mut map = Map::new();
    for item in attributes.as_array().ok_or("a user without attributes")? {
        map.insert(string(&item["Name"])?, item["Value"].clone());
    }
    user["Attributes"] = map.into();
    Ok(user)
}

pub(crate) async fn find(stage: &Stage, pool: &str) -> Outcome {
    for (who, status) in [("alice", "CONFIRMED"), ("bob", "CONFIRMED"), ("carol", "UNCONFIRMED")] {
        let user = get(stage, pool, &email(stage, who)).await?;
        has(
            who,
            &user,
            &json!({"UserStatus": status, "Enabled": true, "Username": user["Attributes"]["sub"]}),
        )?;
        has(who, &user["Attributes"], &json!({"email": email(stage, who), "custom:team": "blue"}))?;
        let verified = user["Attributes"]["email_verified"] == "true";
        check(verified == (who == "alice"), &format!("{who} has a verified address: {verified}"))?;
        recent("UserCreateDate", &user["UserCreateDate"])?;
        recent("UserLastModifiedDate", &user["UserLastModifiedDate"])?;
    }
    let alice = get(stage, pool, &email(stage, "alice")).await?;
    let by_username = get(stage, pool, &string(&alice["Username"])?).await?;
    equal("Alice by username", &by_username, &alice)?;
    let nobody = stage.cognito.admin_get_user().user_pool_id(pool).username("nobody").send();
    stage.refused("unknown_user", &[], nobody).await?;
    done("users are read by username and by address");

    let everyone = ["alice", "bob", "carol"];
    let list = || stage.cognito.list_users().user_pool_id(pool);
    let (bob, carol) = (email(stage, "bob"), email(stage, "carol"));
    let filters: [(String, &[&str]); 6] = [
        (format!(r#"email = "{bob}""#), &["bob"]),
        (format!(r#"email ^= "{}""#, &carol[..8]), &["carol"]),
        (r#"email = "bob""#.to_owned(), &[]),
        (r#"cognito:user_status = "UNCONFIRMED""#.to_owned(), &["carol"]),
        (r#"status = "Enabled""#.to_owned(), &everyone),
        (format!("sub = {}", alice["Attributes"]["sub"]), &["alice"]),
    ];
    for (filter, expected) in filters {
        equal(&format!("users with {filter}"), &found(list().filter(&filter), 60).await?, &json!(expected))?;
    }
    equal("users page by page", &found(list(), 1).await?, &json!(everyone))?;
    equal(
        "users with one attribute",
        &found(list().attributes_to_get("email"), 60).await?,
        &json!(everyone),
    )?;
    let (code, message) = failure("bad filter", list().filter("email is bob").send()).await?;
    let told = code == "InvalidParameterException" && message.starts_with("Error while parsing filter");
    check(told, &format!("{code}: {message}"))?;
    stage.refused("list_users_limit", &[], list().limit(61).send()).await?;
    done("users are found by filters and listed page by page");
    Ok(())
}

/// Who is on all pages of the list, in order; `size` users to a page.
async fn found(list: ListUsersFluentBuilder, size: i32) -> Outcome<Value> {
    let mut pages = list.into_paginator().page_size(size).send();
    let mut people = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page?;
        check(page.users().len() <= size as usize, &format!("a page holds more than {size} users"))?;
        let attributes = page.users().iter().flat_map(|user| user.attributes());
        let addresses = attributes.filter(|item| item.name() == "email").filter_map(|item| item.value());
        people.extend(addresses.filter_map(|address| Some(address.split_once('-')?.0.to_owned())));
    }
    people.sort();
    Ok(json!(people))
}

/// Codes, secrets and unique names outlive the process that made them.
pub(crate) async fn after_restart(
    stage: &Stage,
    pool: &str,
    clients: &AppClients,
    carol_code: &str,
) -> Outcome {
    let sent = code(stage, pool, "carol", 1).await?;
    equal("Carol's message after the restart", &json!(sent), &json!(carol_code))?;
    confirm_call(stage, clients, "carol", carol_code)?.send().await?;
    let carol = get(stage, pool, &email(stage, "carol")).await?;
    has("Carol", &carol, &json!({"UserStatus": "CONFIRMED"}))?;
    has("Carol", &carol["Attributes"], &json!({"email_verified": "true"}))?;
    let again = confirm_call(stage, clients, "carol", carol_code)?;
    stage.refused("already_confirmed", &[], again.send()).await?;
    let call = |who: &str| sign_up_call(stage, clients, &clients.secret, who);
    stage.refused("email_taken", &[], call("alice")?.send()).await?;
    stage.refused("short_password", &[], call("dave")?.password("Short-1a").send()).await?;
    done("codes, secrets, names and rules of before the restart still count");
    Ok(())
}
