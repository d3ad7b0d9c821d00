//! Which scopes a client gets, and what they open.

use serde_json::{Value, json};

use super::{CALLBACK, client};
use crate::oauth::{
    AuthorizationRequest, OAuthError, Parameters, Refusal, has_scope, opens, own_scopes, reads_all_of,
};
use crate::testing;

/// Those that exist still: `old/gone` was deleted.
fn existing() -> Vec<String> {
    ["api/read", "api/write", "other/read"].map(str::to_owned).to_vec()
}

/// The scopes that a request for a code gets.
fn granted(settings: &Value, scope: Option<&str>) -> Result<String, OAuthError> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("redirect_uri", CALLBACK).append_pair("response_type", "code");
    if let Some(scope) = scope {
        query.append_pair("scope", scope);
    }
    let parameters = Parameters::parse(query.finish().as_bytes());
    match AuthorizationRequest::new(&parameters, &client(settings), &existing(), false) {
        Ok(asked) => Ok(asked.scopes),
        Err(Refusal::Redirect { error, .. }) => Err(error),
        Err(Refusal::Page(refusal)) => panic!("{refusal}"),
    }
}

#[test]
fn a_user_request_gets_what_it_asks_for_or_all_that_the_client_has() {
    let all = json!({});
    let few = json!({ "AllowedOAuthScopes": ["openid", "email", "api/read", "old/gone"] });
    let without_openid = json!({ "AllowedOAuthScopes": ["api/read", "aws.cognito.signin.user.admin"] });
    let claims_alone = json!({ "AllowedOAuthScopes": ["email", "profile"] });
    let gone_alone = json!({ "AllowedOAuthScopes": ["old/gone"] });
    let refused = Err(OAuthError::InvalidScope);
    let ok = |scopes: &str| Ok(scopes.to_owned());
    let everything = "openid email phone profile aws.cognito.signin.user.admin api/read api/write";
    for (settings, scope, expected) in [
        (&all, None, ok(everything)),
        (&all, Some(""), ok(everything)),
        (&all, Some("openid"), ok("openid")),
        (&all, Some("email openid"), ok("email openid")),
        (&all, Some("openid openid  email"), ok("openid email")),
        (&all, Some("api/read"), ok("api/read")),
        (&all, Some("aws.cognito.signin.user.admin"), ok("aws.cognito.signin.user.admin")),
        (&all, Some(" "), refused.clone()),
        // Claims of a user belong into an ID token.
        (&all, Some("email"), refused.clone()),
        (&all, Some("phone api/read"), refused.clone()),
        (&all, Some("profile aws.cognito.signin.user.admin"), refused.clone()),
        (&claims_alone, None, refused.clone()),
        // What the client may not have, or nobody has.
        (&few, Some("openid phone"), refused.clone()),
        (&few, Some("api/write"), refused.clone()),
        (&few, Some("other/read"), refused.clone()),
        (&few, Some("openid what"), refused.clone()),
        (&few, Some("OPENID"), refused.clone()),
        (&few, Some("api/read,openid"), refused.clone()),
        // What the client has and its resource server no longer is passed over.
        (&few, None, ok("openid email api/read")),
        (&few, Some("openid old/gone"), ok("openid")),
        (&few, Some("old/gone"), refused.clone()),
        (&gone_alone, None, refused.clone()),
        (&without_openid, None, ok("api/read aws.cognito.signin.user.admin")),
    ] {
        assert_eq!(granted(settings, scope), expected, "{settings} {scope:?}");
    }
}

#[test]
fn a_clients_own_token_has_scopes_of_resource_servers_alone() {
    let client = client(&json!({}));
    let unknown = Err(OAuthError::InvalidScope);
    let of_others = Err(OAuthError::InvalidGrant);
    for (scope, expected) in [
        (None, Ok("api/read api/write".to_owned())),
        (Some("api/write"), Ok("api/write".to_owned())),
        (Some("api/write  api/read api/write"), Ok("api/write api/read".to_owned())),
        // One that does not exist refuses all, also one that the client was given while it did.
        (Some("api/write old/gone api/write"), unknown.clone()),
        (Some("old/gone"), unknown.clone()),
        (Some("api"), unknown.clone()),
        (Some("openid api"), unknown.clone()),
        (Some("api other/read"), unknown.clone()),
        (Some(" "), unknown.clone()),
        (Some("offline_access"), Ok("api/read api/write".to_owned())),
        (Some("api/write offline_access"), Ok("api/write".to_owned())),
        (Some("openid"), of_others.clone()),
        (Some("api/read email"), of_others.clone()),
        (Some("api/read aws.cognito.signin.user.admin"), of_others.clone()),
        (Some("other/read"), of_others.clone()),
    ] {
        assert_eq!(own_scopes(scope, &client, &existing()), expected, "{scope:?}");
    }
    assert_eq!(own_scopes(None, &client, &[]), unknown);
}

#[test]
fn openid_alone_opens_all_and_with_others_their_union_counts() {
    let attributes = [
        "sub",
        "identities",
        "email",
        "email_verified",
        "phone_number",
        "phone_number_verified",
        "name",
        "updated_at",
        "address",
        "custom:team",
        "dev:custom:plan",
    ];
    let always = ["sub", "identities"];
    let email = ["email", "email_verified"];
    let phone = ["phone_number", "phone_number_verified"];
    let profile = ["name", "updated_at", "address", "custom:team"];
    for (scopes, opened) in [
        ("openid", attributes.to_vec()),
        ("openid aws.cognito.signin.user.admin api/read", attributes.to_vec()),
        ("openid email", [&always[..], &email].concat()),
        ("phone openid", [&always[..], &phone].concat()),
        ("openid profile", [&always[..], &profile].concat()),
        ("openid email profile", [&always[..], &email, &profile].concat()),
        ("email openid phone profile", [&always[..], &email, &phone, &profile].concat()),
        // A scope of another name that begins alike is another scope.
        ("openid emails", attributes.to_vec()),
    ] {
        let found: Vec<&str> = attributes.into_iter().filter(|name| opens(scopes, name)).collect();
        assert_eq!(found, opened, "{scopes}");
    }
}

#[test]
fn a_scope_is_a_whole_word() {
    for (scopes, scope, has) in [
        ("openid email", "email", true),
        ("openid email", "openid", true),
        ("openid emails", "email", false),
        ("openid", "open", false),
        ("", "openid", false),
    ] {
        assert_eq!(has_scope(scopes, scope), has, "{scopes:?} {scope}");
    }
}

#[test]
fn a_client_reads_all_that_its_scopes_open_or_gets_nothing() {
    let schema = testing::pool(&json!({})).schema;
    let profile = [
        "name",
        "family_name",
        "given_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
    ];
    for (readable, scopes, reads) in [
        (None, "openid email phone profile", true),
        (Some(vec!["email"]), "openid", true),
        (Some(vec!["email"]), "openid email", false),
        (Some(vec!["email", "email_verified"]), "openid email", true),
        (Some(vec!["email", "email_verified"]), "openid email phone", false),
        (Some(vec!["phone_number"]), "openid phone", false),
        (Some(vec!["phone_number", "phone_number_verified"]), "openid phone", true),
        (Some(profile.to_vec()), "openid profile", true),
        (Some(profile[1..].to_vec()), "openid profile", false),
        (Some(vec!["name"]), "openid profile", false),
        (Some(vec!["name"]), "openid api/read", true),
    ] {
        let settings = readable.map_or(json!({}), |names| json!({ "ReadAttributes": names }));
        assert_eq!(reads_all_of(scopes, &client(&settings), &schema), reads, "{settings} {scopes}");
    }
}
