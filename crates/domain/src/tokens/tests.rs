//! What tokens say, claim by claim.

use serde_json::json;

use super::*;
use crate::testing::{client, now, pool, user};
use crate::user_sessions::USER_ADMIN_SCOPE;

const ATTRIBUTES: [(&str, &str); 8] = [
    ("address", "1 Main St"),
    ("custom:team", "7"),
    ("email", "jane@example.com"),
    ("email_verified", "true"),
    (
        "identities",
        r#"[{"userId":"107","providerName":"Google","providerType":"Google","issuer":null,"primary":true,"dateCreated":1588167519107}]"#,
    ),
    ("phone_number", "+15555550100"),
    ("phone_number_verified", "false"),
    ("updated_at", "1700000000"),
];

fn session(user: &User, client: &AppClient) -> UserSession {
    UserSession {
        event_id: Uuid::from_u128(1),
        id: "tkn0".to_owned(),
        pool_id: user.pool_id.clone(),
        user_id: user.id,
        client_id: client.id.clone(),
        origin_jti: Uuid::from_u128(2),
        scopes: USER_ADMIN_SCOPE.to_owned(),
        is_oauth: false,
        resource: None,
        device_key: None,
        origin_session_id: None,
        ip: String::new(),
        device_type: String::new(),
        auth_time: now() - chrono::TimeDelta::minutes(10),
        last_active_at: now(),
        expires_at: now() + chrono::TimeDelta::days(30),
        revoked_at: None,
    }
}

fn group(pool: &UserPool, name: &str, precedence: Option<i64>, role: Option<&str>) -> Group {
    Group {
        pool_id: pool.id.clone(),
        name: name.to_owned(),
        description: None,
        role_arn: role.map(str::to_owned),
        precedence,
        created_at: now(),
        modified_at: now(),
    }
}

/// The claims of an ID and an access token of a user with [`ATTRIBUTES`].
fn claims(settings: &Value, groups: fn(&UserPool) -> Vec<Group>, device_key: Option<&str>) -> [Value; 2] {
    let pool = pool(&json!({ "Schema": [{ "Name": "team", "AttributeDataType": "Number" }] }));
    let client = client(&pool, settings);
    let user = user(&pool, &ATTRIBUTES);
    let session = UserSession { device_key: device_key.map(str::to_owned), ..session(&user, &client) };
    let request = TokenRequest {
        issuer: "http://localhost/us-east-1_AbCdEf123",
        groups: &groups(&pool),
        pool: &pool,
        client: &client,
        user: &user,
        session: &session,
        nonce: None,
        now: now(),
        id_jti: Uuid::from_u128(3),
        access_jti: Uuid::from_u128(4),
    };
    [json!(id_claims(&request)), json!(access_claims(&request))]
}

#[test]
fn an_id_token_carries_what_the_client_may_read_each_in_its_type() {
    let [id, _] = claims(&json!({}), |_| Vec::new(), None);
    let expected = json!({
        "sub": "00000000-0000-0000-0000-000000000007",
        "iss": "http://localhost/us-east-1_AbCdEf123",
        "aud": "1example23456789",
        "token_use": "id",
        "auth_time": 1_799_999_400,
        "iat": 1_800_000_000,
        "exp": 1_800_003_600,
        "jti": "00000000-0000-0000-0000-000000000003",
        "origin_jti": "00000000-0000-0000-0000-000000000002",
        "event_id": "00000000-0000-0000-0000-000000000001",
        "cognito:username": "jane",
        "address": { "formatted": "1 Main St" },
        "custom:team": "7",
        "email": "jane@example.com",
        "email_verified": true,
        "phone_number": "+15555550100",
        "phone_number_verified": false,
        "updated_at": 1_700_000_000,
        "identities": [{
            "userId": "107", "providerName": "Google", "providerType": "Google", "issuer": null,
            "primary": "true", "dateCreated": "1588167519107",
        }],
    });
    assert_eq!(id, expected);
}

#[test]
fn a_client_that_reads_little_gets_little() {
    let settings =
        json!({ "ReadAttributes": ["email"], "EnableTokenRevocation": false, "IdTokenValidity": 2 });
    let [id, access] = claims(&settings, |_| Vec::new(), None);
    for absent in ["address", "custom:team", "phone_number", "phone_number_verified", "jti", "origin_jti"] {
        assert_eq!(id.get(absent), None, "{absent}");
    }
    assert_eq!([&id["email"], &id["email_verified"]], [&json!("jane@example.com"), &json!(true)]);
    assert_eq!(id["exp"], json!(1_800_007_200));
    assert_eq!(access.get("origin_jti"), None);
    assert_eq!(access["jti"], json!("00000000-0000-0000-0000-000000000004"));
}

#[test]
fn an_access_token_says_who_may_do_what_and_nothing_about_them() {
    let [_, access] = claims(&json!({ "AccessTokenValidity": 1 }), |_| Vec::new(), Some("us-east-1_device"));
    let expected = json!({
        "sub": "00000000-0000-0000-0000-000000000007",
        "iss": "http://localhost/us-east-1_AbCdEf123",
        "client_id": "1example23456789",
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "username": "jane",
        "device_key": "us-east-1_device",
        "auth_time": 1_799_999_400,
        "iat": 1_800_000_000,
        "exp": 1_800_003_600,
        "jti": "00000000-0000-0000-0000-000000000004",
        "origin_jti": "00000000-0000-0000-0000-000000000002",
        "event_id": "00000000-0000-0000-0000-000000000001",
    });
    assert_eq!(access, expected);
}

#[test]
fn groups_are_in_both_tokens_and_roles_in_one() {
    let groups = |pool: &UserPool| {
        vec![
            group(pool, "admins", Some(1), Some("arn:aws:iam::123456789012:role/admin")),
            group(pool, "staff", Some(2), None),
            group(pool, "all", None, Some("arn:aws:iam::123456789012:role/all")),
        ]
    };
    let [id, access] = claims(&json!({}), groups, None);
    assert_eq!(id["cognito:groups"], json!(["admins", "staff", "all"]));
    assert_eq!(access["cognito:groups"], id["cognito:groups"]);
    let roles = ["arn:aws:iam::123456789012:role/admin", "arn:aws:iam::123456789012:role/all"];
    assert_eq!(id["cognito:roles"], json!(roles));
    assert_eq!(id["cognito:preferred_role"], json!(roles[0]));
    assert_eq!(access.get("cognito:roles"), None);
}

#[test]
fn the_issuer_is_this_server_or_the_service() {
    let original = pool(&json!({}));
    assert_eq!(
        public_issuer("http://localhost:9229", &original),
        "http://localhost:9229/us-east-1_AbCdEf123"
    );
    assert_eq!(aws_issuer(&original), "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123");
    let updated = pool(&json!({ "IssuerConfiguration": { "Type": "UPDATED" } }));
    assert_eq!(
        aws_issuer(&updated),
        "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123"
    );
}

/// The claims of an ID and an access token of a session with these scopes that began at a domain.
fn oauth_claims(settings: &Value, scopes: &str, resource: Option<&str>, nonce: Option<&str>) -> [Value; 2] {
    let pool = pool(&json!({ "Schema": [{ "Name": "team", "AttributeDataType": "Number" }] }));
    let client = client(&pool, settings);
    let user = user(&pool, &ATTRIBUTES);
    let session = UserSession {
        scopes: scopes.to_owned(),
        is_oauth: true,
        resource: resource.map(str::to_owned),
        ..session(&user, &client)
    };
    let request = TokenRequest {
        issuer: "http://localhost/us-east-1_AbCdEf123",
        groups: &[group(&pool, "admins", Some(1), None)],
        pool: &pool,
        client: &client,
        user: &user,
        session: &session,
        nonce,
        now: now(),
        id_jti: Uuid::from_u128(3),
        access_jti: Uuid::from_u128(4),
    };
    [json!(id_claims(&request)), json!(access_claims(&request))]
}

/// Which of [`ATTRIBUTES`] are among the claims.
fn attributes_of(claims: &Value) -> Vec<&'static str> {
    ATTRIBUTES.iter().map(|(name, _)| *name).filter(|name| claims.get(name).is_some()).collect()
}

#[test]
fn scopes_limit_what_an_id_token_says_of_its_user() {
    let all: Vec<&str> = ATTRIBUTES.iter().map(|(name, _)| *name).collect();
    let email = vec!["email", "email_verified", "identities"];
    let reads_email = json!({ "ReadAttributes": ["email"] });
    for (settings, scopes, shown) in [
        (json!({}), "openid", all),
        (json!({}), "openid email", email.clone()),
        (json!({}), "openid phone", vec!["identities", "phone_number", "phone_number_verified"]),
        (json!({}), "openid profile", vec!["address", "custom:team", "identities", "updated_at"]),
        // A scope opens nothing that the client may not read.
        (reads_email.clone(), "openid", email.clone()),
        (reads_email.clone(), "openid email phone", email),
        (reads_email, "openid profile", vec!["identities"]),
    ] {
        let [id, access] = oauth_claims(&settings, scopes, None, None);
        assert_eq!(attributes_of(&id), shown, "{settings} {scopes}");
        assert_eq!(attributes_of(&access), [""; 0], "{settings} {scopes}");
        assert_eq!(id["cognito:username"], json!("jane"));
        assert_eq!(id["cognito:groups"], json!(["admins"]));
    }
}

#[test]
fn a_nonce_is_for_the_id_token_and_a_resource_for_the_access_token() {
    let [id, access] =
        oauth_claims(&json!({}), "openid api/read", Some("https://api.example.com"), Some("n-1"));
    assert_eq!([&id["nonce"], &id["aud"]], [&json!("n-1"), &json!("1example23456789")]);
    assert_eq!(id.get("version"), None);
    let expected = json!({
        "sub": "00000000-0000-0000-0000-000000000007",
        "iss": "http://localhost/us-east-1_AbCdEf123",
        "client_id": "1example23456789",
        "cognito:groups": ["admins"],
        "token_use": "access",
        "scope": "openid api/read",
        "username": "jane",
        "version": 2,
        "aud": "https://api.example.com",
        "auth_time": 1_799_999_400,
        "iat": 1_800_000_000,
        "exp": 1_800_003_600,
        "jti": "00000000-0000-0000-0000-000000000004",
        "origin_jti": "00000000-0000-0000-0000-000000000002",
        "event_id": "00000000-0000-0000-0000-000000000001",
    });
    assert_eq!(access, expected);
    let [id, access] = oauth_claims(&json!({}), "openid", None, None);
    assert_eq!([id.get("nonce"), access.get("aud"), access.get("nonce")], [None; 3]);
}

#[test]
fn at_hash_is_the_left_half_of_the_access_tokens_hash() {
    // The example of OpenID Connect Core 1.0, appendix A.3.
    assert_eq!(at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), "77QmUPtjPfzWtF2AnpK9RQ");
}

#[test]
fn a_clients_own_token_names_nobody() {
    let pool = pool(&json!({}));
    let client = client(&pool, &json!({ "AccessTokenValidity": 2 }));
    let issuer = "http://localhost/us-east-1_AbCdEf123";
    let claims = client_claims(issuer, &client, "api/read api/write", now(), Uuid::from_u128(4));
    let expected = json!({
        "sub": "1example23456789",
        "iss": issuer,
        "client_id": "1example23456789",
        "token_use": "access",
        "scope": "api/read api/write",
        "version": 2,
        "auth_time": 1_800_000_000,
        "iat": 1_800_000_000,
        "exp": 1_800_007_200,
        "jti": "00000000-0000-0000-0000-000000000004",
    });
    assert_eq!(json!(claims), expected);
}
