//! Who is signed in, and what is written of them, with the exact words where nobody is.

use serde_json::{Value, json};

use super::oidc::JANE;
use super::{Stage, told};
use crate::oauth::App;
use crate::oauth::browser::parameter;
use crate::world::{World, on_both};

on_both!(
    attributes_are_as_the_provider_said_last,
    a_required_attribute_must_be_said,
    a_required_attribute_must_stay,
    what_a_provider_does_not_say_of_addresses_is_false,
    identities_name_the_issuer_of_saml_alone,
    an_immutable_attribute_is_not_said_twice,
    what_does_not_fit_the_schema_is_refused,
    what_the_client_may_not_write_is_left_out,
    a_username_has_128_characters_at_most,
    a_disabled_user_is_refused,
    a_taken_username_is_refused,
    a_linked_user_is_signed_in,
    a_linked_user_takes_no_alias_of_another,
    an_unlinked_identity_is_somebody_of_their_own,
    a_linked_attribute_leads_to_its_user,
    usernames_are_folded_where_the_pool_folds_them,
);

fn refused(error: &str, description: &str) -> (String, String) {
    (error.to_owned(), description.to_owned())
}

/// An attribute of a user as administrators see them.
pub fn attribute(user: &Value, name: &str) -> Option<String> {
    let attributes = user["UserAttributes"].as_array().unwrap();
    let found = attributes.iter().find(|attribute| attribute["Name"] == name)?;
    Some(found["Value"].as_str().unwrap().to_owned())
}

async fn attributes_are_as_the_provider_said_last(world: World) {
    let stage = Stage::new(&world).await;
    for provider in ["Corp", "Sso"] {
        let sign_in = async |fields: &[(&str, &str)]| {
            let fields = [&[("subject", "ann")], fields].concat();
            let mut browser = stage.app.browser(&world);
            let answer = stage.sign_in(&mut browser, provider, &fields).await;
            assert!(parameter(&answer, "code").is_some());
            stage.user(&world, &format!("{provider}_ann")).await
        };
        let first =
            sign_in(&[("email", "a@example.com"), ("given_name", "Ann"), ("attributes", "team=red")]).await;
        assert_eq!(attribute(&first, "given_name").as_deref(), Some("Ann"));
        let second = sign_in(&[("email", "b@example.com"), ("attributes", "team=blue")]).await;
        assert_eq!(attribute(&second, "sub"), attribute(&first, "sub"));
        assert_eq!(attribute(&second, "email").as_deref(), Some("b@example.com"));
        assert_eq!(attribute(&second, "custom:team").as_deref(), Some("blue"));
        assert_eq!(attribute(&second, "given_name").as_deref(), Some("Ann"), "nothing was said of it");
        let third = sign_in(&[("attributes", "team=")]).await;
        assert_eq!(attribute(&third, "custom:team"), None, "a blank value clears it");
    }
}

async fn a_required_attribute_must_be_said(world: World) {
    let schema = json!([
        { "Name": "email", "Required": true, "Mutable": true },
        { "Name": "given_name", "Required": true, "Mutable": true },
        { "Name": "team", "AttributeDataType": "String", "Mutable": true },
    ]);
    let stage = Stage::with_pool(&world, json!({ "Schema": schema })).await;
    let mut browser = stage.app.browser(&world);
    let fields = [("subject", "ann"), ("email", "ann@example.com")];
    let answer = stage.sign_in(&mut browser, "Sso", &fields).await;
    assert_eq!(told(&answer), refused("invalid_request", "attributes required: [given_name]"));
    let answer = stage.sign_in(&mut browser, "Sso", &fields[..1]).await;
    assert_eq!(told(&answer), refused("invalid_request", "attributes required: [email, given_name]"));
    let answer = stage.sign_in(&mut browser, "Corp", &fields).await;
    assert_eq!(
        told(&answer),
        refused(
            "server_error",
            "Error in SAML response processing: Invalid user attributes: given_name: The attribute is required"
        )
    );
    let users = world.ok("ListUsers", json!({ "UserPoolId": stage.app.pool })).await;
    assert_eq!(users["Users"], json!([]), "nobody is made");
}

async fn a_required_attribute_must_stay(world: World) {
    let schema = json!([
        { "Name": "email", "Required": true, "Mutable": true },
        { "Name": "given_name", "Required": true, "Mutable": true },
        { "Name": "team", "AttributeDataType": "String", "Mutable": true },
    ]);
    let stage = Stage::with_pool(&world, json!({ "Schema": schema })).await;
    for provider in ["Sso", "Corp"] {
        let sign_in = async |email: &str, name: &str| {
            let mut browser = stage.app.browser(&world);
            let attributes = format!("email={email}\ngiven_name={name}");
            stage.sign_in(&mut browser, provider, &[("subject", "ann"), ("attributes", &attributes)]).await
        };
        assert!(parameter(&sign_in("ann@example.com", "Ann").await, "code").is_some());
        let user = stage.user(&world, &format!("{provider}_ann")).await;
        let cannot = |name: &str| format!("{name}: Required attribute cannot be deleted");
        for (email, name, text) in [
            ("", "Ann", cannot("email")),
            ("ann@example.com", " ", cannot("given_name")),
            ("", "", format!("{}\n{}", cannot("email"), cannot("given_name"))),
        ] {
            let text = format!("Invalid user attributes: {text}");
            assert_eq!(told(&sign_in(email, name).await), refused("invalid_request", &text));
        }
        assert_eq!(stage.user(&world, &format!("{provider}_ann")).await, user, "nothing is written");
    }
}

async fn what_a_provider_does_not_say_of_addresses_is_false(world: World) {
    let stage = Stage::new(&world).await;
    let email = ("email", "ann@example.com");
    let fields = [("subject", "ann"), email];
    let flags = |user: &Value| ["email_verified", "phone_number_verified"].map(|name| attribute(user, name));
    let is_false = Some("false".to_owned());
    for provider in ["Sso", "Corp"] {
        let username = format!("{provider}_ann");
        stage.sign_in(&mut stage.app.browser(&world), provider, &fields).await;
        assert_eq!(flags(&stage.user(&world, &username).await), [is_false.clone(), None]);
        // Not even an administrator's word stays.
        let attributes = json!([
            { "Name": "email_verified", "Value": "true" }, { "Name": "phone_number", "Value": "+15555550100" },
            { "Name": "phone_number_verified", "Value": "true" },
        ]);
        let update =
            json!({ "UserPoolId": stage.app.pool, "Username": username, "UserAttributes": attributes });
        world.ok("AdminUpdateUserAttributes", update).await;
        for fields in [&fields[..], &fields[..1]] {
            let answer = stage.sign_in(&mut stage.app.browser(&world), provider, fields).await;
            assert_eq!(stage.claims(&world, &answer).await["email_verified"], false);
            let user = stage.user(&world, &username).await;
            assert_eq!(flags(&user), [is_false.clone(), is_false.clone()]);
        }
    }
    // A mapping that names it leaves the word to the provider, and what was said before where the provider is silent.
    let mapping = json!({ "email": "email", "email_verified": "email_verified" });
    let request = json!({ "UserPoolId": stage.app.pool, "ProviderName": "Sso", "AttributeMapping": mapping });
    world.ok("UpdateIdentityProvider", request).await;
    for (said, expected) in [
        ("email_verified=true", "true"),
        ("nothing=x", "true"),
        ("email_verified=", "false"),
        ("email_verified=True", "True"),
    ] {
        let fields = [("subject", "ann"), email, ("attributes", said)];
        let answer = stage.sign_in(&mut stage.app.browser(&world), "Sso", &fields).await;
        let claims = stage.claims(&world, &answer).await;
        assert_eq!(claims["email_verified"], expected.eq_ignore_ascii_case("true"), "{said}");
        let user = stage.user(&world, "Sso_ann").await;
        assert_eq!(flags(&user), [Some(expected.to_owned()), is_false.clone()], "{said}");
    }
}

async fn identities_name_the_issuer_of_saml_alone(world: World) {
    let stage = Stage::new(&world).await;
    let saml = json!(format!("{}/_poolhouse/idp/saml/metadata", stage.idp.url));
    for (provider, issuer) in [("Sso", Value::Null), ("Corp", saml)] {
        let answer = stage.sign_in(&mut stage.app.browser(&world), provider, &JANE).await;
        let of_token = stage.claims(&world, &answer).await["identities"][0].clone();
        assert_eq!((of_token.get("issuer"), &of_token["userId"]), (Some(&issuer), &json!("jane")));
        let user = stage.user(&world, &format!("{provider}_jane")).await;
        let of_user: Value = serde_json::from_str(&attribute(&user, "identities").unwrap()).unwrap();
        assert_eq!(of_user[0].get("issuer"), Some(&issuer));
    }
}

async fn an_immutable_attribute_is_not_said_twice(world: World) {
    let schema = json!([{ "Name": "team", "AttributeDataType": "String", "Mutable": false }]);
    let stage = Stage::with_pool(&world, json!({ "Schema": schema })).await;
    let mut browser = stage.app.browser(&world);
    let fields = [("subject", "ann"), ("attributes", "team=red")];
    let answer = stage.sign_in(&mut browser, "Sso", &fields).await;
    assert_eq!(stage.claims(&world, &answer).await["custom:team"], "red");
    browser = stage.app.browser(&world);
    let answer = stage.sign_in(&mut browser, "Sso", &[("subject", "ann"), ("attributes", "team=blue")]).await;
    assert_eq!(told(&answer), refused("invalid_request", "user.custom:team: Attribute cannot be updated.\n"));
    assert_eq!(attribute(&stage.user(&world, "Sso_ann").await, "custom:team").as_deref(), Some("red"));
}

async fn what_does_not_fit_the_schema_is_refused(world: World) {
    let schema = json!([{
        "Name": "team", "AttributeDataType": "Number", "Mutable": true, "NumberAttributeConstraints": { "MaxValue": "9" },
    }]);
    let stage = Stage::with_pool(&world, json!({ "Schema": schema })).await;
    let mut browser = stage.app.browser(&world);
    for (provider, begin) in [
        ("Sso", "Invalid user attributes: custom:team: "),
        ("Corp", "Error in SAML response processing: Invalid user attributes: custom:team: "),
    ] {
        for value in ["10", "red"] {
            let attributes = format!("team={value}");
            let fields = [("subject", "ann"), ("attributes", attributes.as_str())];
            let (_, description) = told(&stage.sign_in(&mut browser, provider, &fields).await);
            assert!(description.starts_with(begin), "{description}");
        }
    }
}

async fn what_the_client_may_not_write_is_left_out(world: World) {
    let stage = Stage::new(&world).await;
    let members = json!({ "SupportedIdentityProviders": ["Sso", "Corp"], "WriteAttributes": ["email"] });
    let app = App::of_pool(&world, &stage.app.pool, members).await;
    let stage = Stage { app, ..stage };
    let fields = [("subject", "ann"), ("email", "ann@example.com"), ("attributes", "team=red")];
    let answer = stage.sign_in(&mut stage.app.browser(&world), "Sso", &fields).await;
    let claims = stage.claims(&world, &answer).await;
    assert_eq!((&claims["email"], &claims["custom:team"]), (&json!("ann@example.com"), &Value::Null));
}

async fn a_username_has_128_characters_at_most(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let subject = "x".repeat(125);
    let answer = stage.sign_in(&mut browser, "Corp", &[("subject", &subject)]).await;
    assert_eq!(
        told(&answer),
        refused(
            "server_error",
            &format!(
                "Error in SAML response processing: 1 validation error detected: Value 'Corp_{subject}' at 'userName' failed \
                 to satisfy constraint: Member must have length less than or equal to 128"
            )
        )
    );
    let answer = stage.sign_in(&mut browser, "Sso", &[("subject", &"y".repeat(1500))]).await;
    let told = told(&answer).1;
    assert!(told.contains(&format!("Value 'Sso_{}' at", "y".repeat(296))), "{told}");
    let answer = stage.sign_in(&mut browser, "Corp", &[("subject", &subject[..123])]).await;
    assert!(parameter(&answer, "code").is_some());
}

async fn a_disabled_user_is_refused(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    stage.sign_in(&mut browser, "Sso", &JANE).await;
    let jane = json!({ "UserPoolId": stage.app.pool, "Username": "Sso_jane" });
    world.ok("AdminDisableUser", jane.clone()).await;
    let answer = stage.sign_in(&mut browser, "Sso", &JANE).await;
    assert_eq!(told(&answer), refused("invalid_request", "User is not enabled"));
    world.ok("AdminEnableUser", jane).await;
    assert!(parameter(&browser.get(&stage.authorize("Sso", &[])).await, "code").is_some());
}

async fn a_taken_username_is_refused(world: World) {
    let stage = Stage::new(&world).await;
    world.user(&stage.app.pool, "Sso_jane", json!({})).await;
    let answer = stage.sign_in(&mut stage.app.browser(&world), "Sso", &JANE).await;
    assert_eq!(told(&answer), refused("invalid_request", "Already found an entry for username Sso_jane"));
}

fn link(stage: &Stage, username: &str, provider: &str, attribute: &str, value: &str) -> Value {
    json!({
        "UserPoolId": stage.app.pool,
        "DestinationUser": { "ProviderName": "Cognito", "ProviderAttributeValue": username },
        "SourceUser": { "ProviderName": provider, "ProviderAttributeName": attribute, "ProviderAttributeValue": value },
    })
}

async fn a_linked_user_is_signed_in(world: World) {
    let stage = Stage::new(&world).await;
    let sub = world.user(&stage.app.pool, "ann", json!({ "email": "ann@example.com" })).await;
    for provider in ["Sso", "Corp"] {
        world.ok("AdminLinkProviderForUser", link(&stage, "ann", provider, "Cognito_Subject", "jane")).await;
        let answer = stage.sign_in(&mut stage.app.browser(&world), provider, &JANE).await;
        let claims = stage.claims(&world, &answer).await;
        assert_eq!((&claims["sub"], &claims["cognito:username"]), (&json!(sub), &json!("ann")));
        assert_eq!(claims["cognito:groups"], Value::Null, "the provider's group is of those who came by it");
    }
    let user = stage.user(&world, "ann").await;
    assert_eq!(user["UserStatus"], "CONFIRMED");
    assert_eq!(attribute(&user, "email").as_deref(), Some("jane@example.com"), "the provider's word");
    let tokens = world.open_client(&stage.app.pool).await;
    assert!(world.sign_in(&tokens, "ann").await["IdToken"].is_string(), "the password still counts");
}

async fn a_linked_user_takes_no_alias_of_another(world: World) {
    let schema = json!([{ "Name": "team", "AttributeDataType": "String", "Mutable": true }]);
    let stage = Stage::with_pool(&world, json!({ "Schema": schema, "AliasAttributes": ["email"] })).await;
    let mapping = json!({ "email": "email", "email_verified": "email_verified" });
    let request = json!({ "UserPoolId": stage.app.pool, "ProviderName": "Sso", "AttributeMapping": mapping });
    world.ok("UpdateIdentityProvider", request).await;
    for (username, email) in [("ann", "ann@example.com"), ("eve", "jane@example.com")] {
        world.user(&stage.app.pool, username, json!({ "email": email, "email_verified": "true" })).await;
    }
    world.ok("AdminLinkProviderForUser", link(&stage, "ann", "Sso", "Cognito_Subject", "jane")).await;
    let answer = stage.sign_in(&mut stage.app.browser(&world), "Sso", &JANE).await;
    let text = "Already found an entry for the provided username.";
    assert_eq!(told(&answer), refused("invalid_request", text));
    assert_eq!(attribute(&stage.user(&world, "ann").await, "email").as_deref(), Some("ann@example.com"));
}

async fn an_unlinked_identity_is_somebody_of_their_own(world: World) {
    let stage = Stage::new(&world).await;
    let sub = world.user(&stage.app.pool, "ann", json!({})).await;
    world.ok("AdminLinkProviderForUser", link(&stage, "ann", "Corp", "Cognito_Subject", "jane")).await;
    stage.sign_in(&mut stage.app.browser(&world), "Corp", &JANE).await;
    let identity = json!({ "ProviderName": "Corp", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "jane" });
    let request = json!({ "UserPoolId": stage.app.pool, "User": identity });
    world.ok("AdminDisableProviderForUser", request).await;
    let answer = stage.sign_in(&mut stage.app.browser(&world), "Corp", &JANE).await;
    let claims = stage.claims(&world, &answer).await;
    assert_eq!(claims["cognito:username"], "Corp_jane");
    assert_ne!(claims["sub"], sub);
    // Whoever has a profile cannot be linked to another one.
    let again =
        world.call("AdminLinkProviderForUser", link(&stage, "ann", "Corp", "Cognito_Subject", "jane")).await;
    assert_eq!(
        again.error().1,
        "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link"
    );
}

async fn a_linked_attribute_leads_to_its_user(world: World) {
    let stage = Stage::new(&world).await;
    let sub = world.user(&stage.app.pool, "ann", json!({})).await;
    world.ok("AdminLinkProviderForUser", link(&stage, "ann", "Corp", "email", "jane@example.com")).await;
    let answer = stage.sign_in(&mut stage.app.browser(&world), "Corp", &JANE).await;
    let claims = stage.claims(&world, &answer).await;
    assert_eq!(claims["sub"], sub);
    assert_eq!(claims["identities"][0]["userId"], "jane", "its subject from then on");
    let fields = [("subject", "other"), ("email", "jane@example.com")];
    let answer = stage.sign_in(&mut stage.app.browser(&world), "Corp", &fields).await;
    assert_eq!(stage.claims(&world, &answer).await["cognito:username"], "Corp_other");
}

async fn usernames_are_folded_where_the_pool_folds_them(world: World) {
    let schema = json!([{ "Name": "team", "AttributeDataType": "String", "Mutable": true }]);
    let members = json!({ "Schema": schema, "UsernameConfiguration": { "CaseSensitive": false } });
    let stage = Stage::with_pool(&world, members).await;
    let answer = stage.sign_in(&mut stage.app.browser(&world), "Corp", &[("subject", "Ann")]).await;
    assert_eq!(stage.claims(&world, &answer).await["cognito:username"], "corp_ann");
    // The subject's case counts all the same: this is somebody else, whose name is taken.
    let answer = stage.sign_in(&mut stage.app.browser(&world), "Corp", &[("subject", "ann")]).await;
    assert_eq!(told(&answer), refused("invalid_request", "Already found an entry for username corp_ann"));
}
