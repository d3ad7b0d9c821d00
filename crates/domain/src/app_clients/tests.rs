use std::collections::BTreeMap;
use std::sync::atomic::AtomicU8;

use chrono::TimeDelta;
use serde_json::{Value, json};
use wire::{
    ExplicitAuthFlowsType as Flow, IdentityProviderTypeType as Kind, OAuthFlowType, SchemaAttributeType,
};

use super::*;
use crate::identity_providers::IdentityProvider;
use crate::random::tests::Counting;
use crate::testing;

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn attribute(name: &str) -> SchemaAttributeType {
    SchemaAttributeType {
        name: Some(name.to_owned()),
        attribute_data_type: Some(wire::AttributeDataType::String),
        ..SchemaAttributeType::default()
    }
}

/// A pool in which `email` is required and `custom:team` and `dev:custom:plan` exist.
fn pool(tier: &str) -> UserPool {
    let schema = vec![
        SchemaAttributeType { required: Some(true), ..attribute("email") },
        attribute("team"),
        SchemaAttributeType { developer_only_attribute: Some(true), ..attribute("plan") },
    ];
    testing::pool(&json!({ "UserPoolTier": tier, "Schema": schema }))
}

fn providers() -> Vec<ProviderOfPool> {
    [
        ("Google", Kind::Google, false),
        ("Corp", Kind::Saml, false),
        ("Portal", Kind::Saml, true),
        ("Partner", Kind::Oidc, false),
    ]
    .map(|(name, kind, is_idp_initiated)| ProviderOfPool { name: name.to_owned(), kind, is_idp_initiated })
    .to_vec()
}

fn with_names(settings: &Value, mut ids: Value) -> Value {
    for (name, value) in settings.as_object().unwrap() {
        ids[name] = value.clone();
    }
    ids
}

fn created_in(pool: &UserPool, settings: &Value) -> Result<AppClient, ClientError> {
    let request = with_names(settings, json!({"UserPoolId": "us-east-1_AbCdEf123", "ClientName": "web"}));
    let resource_scopes = ["https://api.example.com/read".to_owned()];
    let context =
        ClientContext { pool, providers: &providers(), resource_scopes: &resource_scopes, has_secret: false };
    let id = ClientId::from("1example23456789".to_owned());
    AppClient::new(id, &serde_json::from_value(request).unwrap(), &context, moment("2024-05-01T10:00:00Z"))
}

fn created(settings: &Value) -> Result<AppClient, ClientError> {
    created_in(&pool("ESSENTIALS"), settings)
}

fn updated(client: &AppClient, settings: &Value, has_secret: bool) -> Result<AppClient, ClientError> {
    let request =
        with_names(settings, json!({"UserPoolId": "us-east-1_AbCdEf123", "ClientId": "1example23456789"}));
    let pool = pool("ESSENTIALS");
    let context = ClientContext { pool: &pool, providers: &providers(), resource_scopes: &[], has_secret };
    client.updated(&serde_json::from_value(request).unwrap(), &context, moment("2024-05-02T10:00:00Z"))
}

#[test]
fn a_provider_that_takes_unsolicited_responses_is_known_by_its_details() {
    for (details, is_idp_initiated) in
        [(json!({}), false), (json!({"IDPInit": "false"}), false), (json!({"IDPInit": "true"}), true)]
    {
        let provider = IdentityProvider {
            pool_id: PoolId::from("us-east-1_AbCdEf123".to_owned()),
            name: "Portal".to_owned(),
            kind: Kind::Saml,
            details: serde_json::from_value(details).unwrap(),
            attribute_mapping: BTreeMap::new(),
            identifiers: Vec::new(),
            acr_mapping: None,
            created_at: moment("2024-01-01T00:00:00Z"),
            modified_at: moment("2024-01-01T00:00:00Z"),
            version: 1,
        };
        let expected = ProviderOfPool { name: "Portal".to_owned(), kind: Kind::Saml, is_idp_initiated };
        assert_eq!(ProviderOfPool::from(&provider), expected);
    }
}

#[test]
fn a_new_client_is_described_with_the_defaults_of_the_service_and_nothing_else() {
    let empty_lists = json!({
        "ReadAttributes": [], "WriteAttributes": [], "ExplicitAuthFlows": [], "SupportedIdentityProviders": [],
        "CallbackURLs": [], "LogoutURLs": [], "AllowedOAuthFlows": [], "AllowedOAuthScopes": [],
        "AnalyticsConfiguration": {}, "TokenValidityUnits": {}, "RefreshTokenValidity": 0,
    });
    for settings in [json!({}), empty_lists] {
        let client = created(&settings).unwrap();
        assert_eq!(
            serde_json::to_value(client.describe(None)).unwrap(),
            json!({
                "UserPoolId": "us-east-1_AbCdEf123",
                "ClientName": "web",
                "ClientId": "1example23456789",
                "CreationDate": 1_714_557_600,
                "LastModifiedDate": 1_714_557_600,
                "RefreshTokenValidity": 30,
                "AuthSessionValidity": 3,
                "EnableTokenRevocation": true,
                "EnablePropagateAdditionalUserContextData": false,
                "AllowedOAuthFlowsUserPoolClient": false,
                "ClientType": "REGULAR",
            })
        );
    }
}

/// Settings that use every member.
fn everything() -> Value {
    json!({
        "RefreshTokenValidity": 12, "AccessTokenValidity": 30, "IdTokenValidity": 600,
        "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "seconds", "RefreshToken": "hours"},
        "ReadAttributes": ["email", "custom:team", "email_verified"], "WriteAttributes": ["email", "custom:team"],
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"],
        "SupportedIdentityProviders": ["COGNITO", "Google", "Corp"],
        "CallbackURLs": ["https://example.com/cb", "http://localhost:3000", "http://127.0.0.1", "http://[::1]:8080/",
                         "myapp://signed-in", "com.example.app:/cb"],
        "LogoutURLs": ["https://example.com/bye"], "DefaultRedirectURI": "https://example.com/cb",
        "AllowedOAuthFlows": ["code", "implicit"],
        "AllowedOAuthScopes": ["openid", "aws.cognito.signin.user.admin", "https://api.example.com/read"],
        "AllowedOAuthFlowsUserPoolClient": true,
        "AnalyticsConfiguration": {"ApplicationId": "a1", "RoleArn": "arn:aws:iam::1:role/r", "ExternalId": "e"},
        "PreventUserExistenceErrors": "ENABLED", "EnableTokenRevocation": false,
        "EnablePropagateAdditionalUserContextData": true, "AuthSessionValidity": 15,
        "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 60},
    })
}

#[test]
fn what_was_set_is_described_and_kept() {
    let settings = with_names(&everything(), json!({"GenerateSecret": true}));
    let client = created(&settings).unwrap();
    let described = serde_json::to_value(client.describe(Some("secret".to_owned()))).unwrap();
    assert_eq!(described["ClientSecret"], "secret");
    for (name, value) in everything().as_object().unwrap() {
        assert_eq!(&described[name], value, "{name}");
    }
    let kept = serde_json::to_string(&client.settings).unwrap();
    assert_eq!(serde_json::from_str::<ClientSettings>(&kept).unwrap(), client.settings);
}

#[test]
fn an_update_resets_what_it_omits_but_the_name() {
    let client = created(&with_names(&everything(), json!({"GenerateSecret": true}))).unwrap();

    let reset = updated(&client, &json!({}), true).unwrap();
    assert_eq!(reset.settings, created(&json!({})).unwrap().settings);
    assert_eq!((reset.name.as_str(), reset.created_at), ("web", client.created_at));
    assert_eq!(reset.modified_at, moment("2024-05-02T10:00:00Z"));

    let renamed = updated(&client, &json!({"ClientName": "app"}), true).unwrap();
    assert_eq!(renamed.name, "app");
}

#[test]
fn disabled_rotation_is_described_with_a_grace_period_of_zero() {
    let client = created(&json!({"RefreshTokenRotation": {"Feature": "DISABLED"}})).unwrap();
    let described = serde_json::to_value(client.describe(None)).unwrap();
    assert_eq!(
        described["RefreshTokenRotation"],
        json!({"Feature": "DISABLED", "RetryGracePeriodSeconds": 0})
    );
    assert!(!client.settings.rotates_refresh_tokens());
}

#[test]
fn settings_that_break_a_rule_are_refused_with_the_text_of_the_service() {
    let no_analytics = "Invalid analytics configuration given, either <application arn> or <application id, role \
                        arn, external id> are valid";
    let oauth_incomplete = "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.";
    let only_saml = "An app client with an identity provider that has IDPInit enabled can only have SAML identity providers.";
    let mixed = "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.";
    let read = "Invalid read attributes specified while creating a client";
    let write = "Invalid write attributes specified while creating a client";
    let validity = "Invalid range for token validity.";
    for (settings, text) in [
        (json!({"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"]}), mixed),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}),
            "REFRESH_TOKEN_AUTH should always be allowed.",
        ),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"], "RefreshTokenRotation": {"Feature": "DISABLED"}}),
            "REFRESH_TOKEN_AUTH should always be allowed.",
        ),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"], "RefreshTokenRotation": {"Feature": "ENABLED"}}),
            "ALLOW_REFRESH_TOKEN_AUTH cannot be enabled together with refresh token rotation.",
        ),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"]}),
            "ALLOW_CLIENT_TOKEN_AUTH requires a client secret.",
        ),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}),
            "ALLOW_CLIENT_TOKEN_AUTH cannot be used with other auth flow names.",
        ),
        (json!({"AccessTokenValidity": 299, "TokenValidityUnits": {"AccessToken": "seconds"}}), validity),
        (json!({"AccessTokenValidity": 25}), validity),
        (json!({"IdTokenValidity": 4, "TokenValidityUnits": {"IdToken": "minutes"}}), validity),
        (json!({"IdTokenValidity": 2, "TokenValidityUnits": {"IdToken": "days"}}), validity),
        (json!({"RefreshTokenValidity": 59, "TokenValidityUnits": {"RefreshToken": "minutes"}}), validity),
        (json!({"RefreshTokenValidity": 3651}), validity),
        (
            json!({"IdTokenValidity": 2, "RefreshTokenValidity": 1, "TokenValidityUnits": {"RefreshToken": "hours"}}),
            "Access and Id Token expiration times must be less than or equal to refresh token expiration times.",
        ),
        (json!({"ReadAttributes": ["custom:unknown"]}), read),
        (json!({"WriteAttributes": ["email", "custom:unknown"]}), write),
        (json!({"WriteAttributes": ["email", "sub"]}), write),
        (json!({"WriteAttributes": ["email", "email_verified"]}), write),
        (json!({"WriteAttributes": ["email", "phone_number_verified"]}), write),
        (json!({"WriteAttributes": ["name"]}), write),
        (
            json!({"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthScopes": ["openid"]}),
            oauth_incomplete,
        ),
        (json!({"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"]}), oauth_incomplete),
        (json!({"CallbackURLs": ["http://example.com"]}), "http://example.com cannot use the HTTP protocol."),
        (
            json!({"LogoutURLs": ["http://localhost.example"]}),
            "http://localhost.example cannot use the HTTP protocol.",
        ),
        (json!({"CallbackURLs": ["https://example.com/#a"]}), "https://example.com/#a cannot use fragment"),
        (json!({"CallbackURLs": ["/signed-in"]}), "/signed-in is not a valid URL."),
        (json!({"LogoutURLs": ["JavaScript:alert(1)"]}), "JavaScript:alert(1) is not a valid URL."),
        (json!({"CallbackURLs": ["data:text/html,hi"]}), "data:text/html,hi is not a valid URL."),
        (
            json!({"CallbackURLs": ["https://a.example"], "DefaultRedirectURI": "https://b.example"}),
            "The default redirect URI https://b.example is not in the callback URIs list.",
        ),
        (
            json!({"SupportedIdentityProviders": ["COGNITO", "Facebook"]}),
            "The provider Facebook does not exist for User Pool us-east-1_AbCdEf123.",
        ),
        (json!({"SupportedIdentityProviders": ["Portal", "COGNITO"]}), only_saml),
        (json!({"SupportedIdentityProviders": ["Portal", "Google"]}), only_saml),
        (json!({"SupportedIdentityProviders": ["Partner", "Portal"]}), only_saml),
        (json!({"AnalyticsConfiguration": {"ApplicationId": "a1"}}), no_analytics),
        (json!({"AnalyticsConfiguration": {"ApplicationArn": "arn", "RoleArn": "arn"}}), no_analytics),
        (json!({"AnalyticsConfiguration": {"UserDataShared": true}}), no_analytics),
        (
            json!({"EnablePropagateAdditionalUserContextData": true}),
            "Client Secret is required to set EnablePropagateAdditionalUserContextData as true",
        ),
        (
            json!({"GenerateSecret": true, "ClientSecret": "a".repeat(24)}),
            "ClientSecret cannot be provided when GenerateSecret is true.",
        ),
    ] {
        assert_eq!(created(&settings), Err(ClientError::Setting(text.to_owned())), "{settings}");
    }
}

#[test]
fn refused_flows_scopes_and_tiers_are_told_from_other_settings() {
    let flow = |text: &str| Err(ClientError::InvalidOAuthFlow(text.to_owned()));
    for (settings, refused) in [
        (
            json!({"AllowedOAuthFlows": ["code"]}),
            flow("CallbackUrls can not be empty when code flow or implicit flow is selected"),
        ),
        (
            json!({"AllowedOAuthFlows": ["implicit", "client_credentials"], "GenerateSecret": true}),
            flow("client_credentials flow can not be selected along with code flow or implicit flow."),
        ),
        (
            json!({"AllowedOAuthFlows": ["client_credentials"]}),
            flow("client_credentials flow can not be selected if client does not have a client secret."),
        ),
        (
            json!({"AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["email"],
                   "ClientSecret": "a".repeat(24)}),
            flow("email is not supported with client_credentials flow"),
        ),
        (
            json!({"AllowedOAuthScopes": ["openid", "https://api.example.com/write"]}),
            Err(ClientError::ScopeDoesNotExist("https://api.example.com/write".to_owned())),
        ),
    ] {
        assert_eq!(created(&settings), refused, "{settings}");
    }
    let choice = json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]});
    assert!(created(&choice).is_ok());
    let rotation = json!({"RefreshTokenRotation": {"Feature": "ENABLED"}});
    for (settings, feature) in [(&choice, "Choice-Based Sign-In"), (&rotation, "Refresh Token Rotation")] {
        let error = created_in(&pool("LITE"), settings).unwrap_err();
        let text =
            format!("The following feature is not available for the LITE pricing tier configured: {feature}");
        assert_eq!(error.to_string(), text);
        assert!(matches!(error, ClientError::Tier(_)));
    }
    assert_eq!(
        ClientError::ScopeDoesNotExist("api/write".to_owned()).to_string(),
        "Invalid scope requested: api/write"
    );
}

#[test]
fn an_update_is_checked_like_a_creation_and_keeps_the_secret() {
    let client = created(&json!({"GenerateSecret": true})).unwrap();
    for (settings, text) in [
        (
            json!({"ReadAttributes": ["custom:x"]}),
            "Invalid read attributes specified while updating a client",
        ),
        (
            json!({"WriteAttributes": ["custom:x"]}),
            "Invalid write attributes specified while updating a client",
        ),
    ] {
        assert_eq!(updated(&client, &settings, true), Err(ClientError::Setting(text.to_owned())));
    }
    let with_context_data = json!({"EnablePropagateAdditionalUserContextData": true});
    assert!(updated(&client, &with_context_data, true).is_ok());
    assert!(updated(&client, &with_context_data, false).is_err());
}

#[test]
fn settings_at_the_edge_of_a_rule_are_accepted() {
    for settings in [
        json!({"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH"]}),
        json!({"ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"], "GenerateSecret": true}),
        json!({"SupportedIdentityProviders": ["Portal", "Corp"]}),
        json!({"AccessTokenValidity": 1, "IdTokenValidity": 86_400, "RefreshTokenValidity": 1,
               "TokenValidityUnits": {"AccessToken": "days", "IdToken": "seconds"}}),
        json!({"RefreshTokenValidity": 315_360_000, "TokenValidityUnits": {"RefreshToken": "seconds"}}),
        json!({"AnalyticsConfiguration": {"ApplicationArn": "arn", "UserDataShared": false}}),
        json!({"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["client_credentials"],
               "AllowedOAuthScopes": ["https://api.example.com/read"], "GenerateSecret": true}),
    ] {
        assert!(created(&settings).is_ok(), "{settings}");
    }
}

#[test]
fn lifetimes_follow_units_and_defaults() {
    let hours = TimeDelta::hours;
    for (settings, lifetimes) in [
        (json!({}), (hours(1), hours(1), TimeDelta::days(30))),
        (
            json!({"TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "days", "RefreshToken": "hours"}}),
            (hours(1), hours(1), TimeDelta::days(30)),
        ),
        (
            json!({"AccessTokenValidity": 5, "IdTokenValidity": 2, "RefreshTokenValidity": 3,
                   "TokenValidityUnits": {"AccessToken": "minutes"}}),
            (TimeDelta::minutes(5), hours(2), TimeDelta::days(3)),
        ),
    ] {
        let settings = created(&settings).unwrap().settings;
        let found = (
            settings.access_token_lifetime(),
            settings.id_token_lifetime(),
            settings.refresh_token_lifetime(),
        );
        assert_eq!(found, lifetimes);
        assert_eq!(settings.auth_session_lifetime(), TimeDelta::minutes(3));
    }
}

#[test]
fn refresh_tokens_live_thirty_days_by_default_in_every_unit() {
    for (unit, validity) in [("seconds", 2_592_000), ("minutes", 43_200), ("hours", 720), ("days", 30)] {
        let settings = created(&json!({"TokenValidityUnits": {"RefreshToken": unit}})).unwrap().settings;
        assert_eq!(settings.refresh_token_validity, Some(validity));
        assert_eq!(settings.refresh_token_lifetime(), TimeDelta::days(30));
    }
}

#[test]
fn a_client_allows_the_flows_that_it_names_and_the_older_names_add_to_the_default() {
    let (srp, custom, refresh) = (Flow::AllowUserSrpAuth, Flow::AllowCustomAuth, Flow::AllowRefreshTokenAuth);
    let (password, admin) = (Flow::AllowUserPasswordAuth, Flow::AllowAdminUserPasswordAuth);
    for (named, allowed) in [
        (json!([]), vec![srp, custom, refresh]),
        (json!(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]), vec![password, refresh]),
        (json!(["USER_PASSWORD_AUTH"]), vec![srp, custom, refresh, password]),
        (json!(["ADMIN_NO_SRP_AUTH"]), vec![srp, custom, refresh, admin]),
        (json!(["CUSTOM_AUTH_FLOW_ONLY"]), vec![custom, refresh]),
        (json!(["CUSTOM_AUTH_FLOW_ONLY", "ADMIN_NO_SRP_AUTH"]), vec![custom, refresh, admin]),
        (json!(["ALLOW_CLIENT_TOKEN_AUTH"]), vec![Flow::AllowClientTokenAuth]),
    ] {
        let request = json!({"ExplicitAuthFlows": named, "GenerateSecret": true});
        let settings = created(&request).unwrap().settings;
        for flow in Flow::ALL.iter().filter(|flow| flow.as_str().starts_with("ALLOW_")) {
            assert_eq!(settings.allows_auth_flow(*flow), allowed.contains(flow), "{flow} of {named}");
        }
        assert_eq!(settings.allows_auth_flow(Flow::AdminNoSrpAuth), allowed.contains(&admin));
    }
}

#[test]
fn attributes_are_written_and_read_as_listed_and_never_those_of_the_service() {
    let schema = pool("ESSENTIALS").schema;
    let any = created(&json!({})).unwrap().settings;
    let listed =
        created(&json!({"WriteAttributes": ["email", "dev:custom:plan"], "ReadAttributes": ["email"]}))
            .unwrap()
            .settings;
    for (name, any_writes, listed_writes, any_reads, listed_reads) in [
        ("email", true, true, true, true),
        ("custom:team", true, false, true, false),
        ("dev:custom:plan", false, false, true, false),
        ("email_verified", false, false, true, false),
        ("sub", false, false, true, true),
        ("identities", false, false, false, false),
        ("custom:unknown", false, false, false, false),
    ] {
        assert_eq!(any.can_write(name, &schema), any_writes, "{name}");
        assert_eq!(listed.can_write(name, &schema), listed_writes, "{name}");
        assert_eq!(any.can_read(name, &schema), any_reads, "{name}");
        assert_eq!(listed.can_read(name, &schema), listed_reads, "{name}");
    }
    assert!(!any.can_write("identities", &schema.with_identities()));
}

#[test]
fn what_a_client_allows_is_told_by_its_settings() {
    let all = created(&with_names(&everything(), json!({"GenerateSecret": true}))).unwrap().settings;
    let none = created(&json!({"AllowedOAuthFlows": ["code"], "CallbackURLs": ["https://a.example"]}))
        .unwrap()
        .settings;
    assert!(all.prevents_user_existence_errors() && !none.prevents_user_existence_errors());
    assert!(!all.can_revoke_tokens() && none.can_revoke_tokens());
    assert!(all.rotates_refresh_tokens() && !none.rotates_refresh_tokens());
    assert!(all.allows_oauth_flow(OAuthFlowType::Code) && !none.allows_oauth_flow(OAuthFlowType::Code));
    assert!(!all.allows_oauth_flow(OAuthFlowType::ClientCredentials));
    assert!(all.supports_provider("COGNITO") && all.supports_provider("Corp"));
    assert!(!all.supports_provider("Portal") && !none.supports_provider("COGNITO"));
}

#[test]
fn a_confidential_client_has_one_or_two_secrets() {
    let id = ClientId::from("1example23456789".to_owned());
    for (active, text) in [
        (0, Some("User pool client 1example23456789 does not have a client secret.")),
        (1, None),
        (2, Some("User pool client 1example23456789 already has the maximum number of client secrets.")),
        (3, Some("User pool client 1example23456789 already has the maximum number of client secrets.")),
    ] {
        let refused = check_secret_can_be_added(&id, active).err().map(|error| error.to_string());
        assert_eq!(refused.as_deref(), text, "{active}");
    }
    for (active, text) in [
        (&[][..], Some("User pool client 1example23456789 does not have a client secret.")),
        (&["a"], Some("The last client secret of user pool client 1example23456789 cannot be deleted.")),
        (&["a", "b"], None),
        (&["b", "c"], Some("Client secret a does not exist.")),
        (&["b"], Some("Client secret a does not exist.")),
    ] {
        let refused = check_secret_can_be_deleted(&id, active, "a").err().map(|error| error.to_string());
        assert_eq!(refused.as_deref(), text, "{active:?}");
    }
}

#[test]
fn secrets_and_their_ids_have_the_shape_of_the_service() {
    let secret = generate_secret(&Counting(AtomicU8::new(0)));
    assert_eq!(secret.len(), 51);
    assert!(secret.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
    let id = ClientId::from("1example23456789".to_owned());
    assert_eq!(secret_id(&id, moment("2024-05-01T10:00:00.123Z")), "1example23456789--1714557600123");
}
