use std::collections::BTreeMap;
use std::sync::atomic::AtomicU8;

use serde_json::{Value, json};
use wire::CreateUserPoolRequest;

use super::*;
use crate::random::tests::Counting;
use crate::user_pools::{MfaSettings, PoolSettings, Schema};

const CERTIFICATE: &str = "arn:aws:acm:us-east-1:123456789012:certificate/1a2b";

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn pool(tier: &str) -> UserPool {
    let request: CreateUserPoolRequest =
        serde_json::from_value(json!({"PoolName": "pool", "UserPoolTier": tier})).unwrap();
    let scope = Scope::of_credentials("123456789012", "eu-west-1");
    UserPool {
        id: PoolId::from("eu-west-1_AbCdEf123".to_owned()),
        name: request.pool_name.clone(),
        settings: PoolSettings::of_new_pool(&request, &scope).unwrap(),
        scope,
        schema: Schema::new(Vec::new()).unwrap(),
        mfa: MfaSettings::default(),
        session_configuration: Default::default(),
        tags: BTreeMap::new(),
        created_at: moment("2024-01-01T00:00:00Z"),
        modified_at: moment("2024-01-01T00:00:00Z"),
        version: 1,
    }
}

fn request(domain: &str, mut settings: Value) -> Value {
    settings["UserPoolId"] = json!("eu-west-1_AbCdEf123");
    settings["Domain"] = json!(domain);
    settings
}

fn created_in(pool: &UserPool, domain: &str, settings: Value) -> Result<Domain, DomainError> {
    let request = serde_json::from_value(request(domain, settings)).unwrap();
    Domain::new(&request, pool, moment("2024-05-01T10:00:00Z"), &Counting(AtomicU8::new(0)))
}

fn created(domain: &str, settings: Value) -> Result<Domain, DomainError> {
    created_in(&pool("ESSENTIALS"), domain, settings)
}

fn updated_in(pool: &UserPool, domain: &Domain, settings: Value) -> Result<Domain, DomainError> {
    let request = serde_json::from_value(request(&domain.domain, settings)).unwrap();
    domain.updated(&request, pool, moment("2024-05-02T11:30:15Z"))
}

fn updated(domain: &Domain, settings: Value) -> Result<Domain, DomainError> {
    updated_in(&pool("ESSENTIALS"), domain, settings)
}

fn certificate(arn: &str) -> Value {
    json!({"CustomDomainConfig": {"CertificateArn": arn}})
}

#[test]
fn a_prefix_domain_is_described_at_once_as_active() {
    let domain = created("my-login", json!({})).unwrap();
    assert_eq!(
        serde_json::to_value(domain.describe(&pool("ESSENTIALS").scope)).unwrap(),
        json!({
            "UserPoolId": "eu-west-1_AbCdEf123",
            "AWSAccountId": "123456789012",
            "Domain": "my-login",
            "S3Bucket": "aws-cognito-prod-eu-west-1-assets",
            "CloudFrontDistribution": "dabcdefghijklm.cloudfront.net",
            "Version": "20240501100000",
            "Status": "ACTIVE",
            "ManagedLoginVersion": 1,
        })
    );
    assert_eq!(domain.cloud_front_domain(), None);
}

#[test]
fn a_custom_domain_is_described_with_its_certificate_and_tells_its_distribution() {
    let domain = created("login.example.com", certificate(CERTIFICATE)).unwrap();
    let described = serde_json::to_value(domain.describe(&pool("ESSENTIALS").scope)).unwrap();
    assert_eq!(described["Domain"], "login.example.com");
    assert_eq!(described["CustomDomainConfig"], json!({"CertificateArn": CERTIFICATE}));
    assert_eq!(domain.cloud_front_domain(), Some("dabcdefghijklm.cloudfront.net"));
}

#[test]
fn a_name_that_breaks_a_rule_is_refused() {
    let long = "a".repeat(64);
    for (name, settings, error) in [
        ("Login", json!({}), DomainError::InvalidCharacter),
        ("-login", json!({}), DomainError::InvalidCharacter),
        ("login-", json!({}), DomainError::InvalidCharacter),
        ("", json!({}), DomainError::InvalidCharacter),
        (long.as_str(), json!({}), DomainError::InvalidCharacter),
        ("login.example.com", json!({}), DomainError::InvalidCharacter),
        ("my-aws-login", json!({}), DomainError::ReservedWord("aws")),
        ("amazon", json!({}), DomainError::ReservedWord("amazon")),
        ("cognito-login", json!({}), DomainError::ReservedWord("cognito")),
        ("newcognito", json!({}), DomainError::ReservedWord("cognito")),
        ("cognito-aws", json!({}), DomainError::ReservedWord("aws")),
        ("example.com", certificate(CERTIFICATE), DomainError::NotSubdomain),
        ("login", certificate(CERTIFICATE), DomainError::NotSubdomain),
        ("login..com", certificate(CERTIFICATE), DomainError::NotSubdomain),
        ("login.Example.com", certificate(CERTIFICATE), DomainError::NotSubdomain),
        (
            "login.example.com",
            certificate("arn:aws:acm:eu-west-1:123456789012:certificate/1a2b"),
            DomainError::Certificate,
        ),
        ("login.example.com", certificate("arn:aws:iam::123456789012:role/acm"), DomainError::Certificate),
        ("login", json!({"ManagedLoginVersion": 3}), DomainError::ManagedLoginVersion(3)),
    ] {
        assert_eq!(created(name, settings), Err(error), "{name}");
    }
    for name in ["a", "paws", "awsome", "amazonas-login", "my-login-2"] {
        assert!(created(name, json!({})).is_ok(), "{name}");
    }
}

#[test]
fn managed_login_needs_more_than_the_lite_tier() {
    let managed = || json!({"ManagedLoginVersion": 2});
    assert_eq!(created("login", managed()).unwrap().managed_login_version, 2);

    let lite = pool("LITE");
    let tier = DomainError::Tier(UserPoolError::Tier { tier: "LITE", feature: "Managed Login Version 2" });
    assert_eq!(created_in(&lite, "login", managed()), Err(tier.clone()));
    let classic = created_in(&lite, "login", json!({})).unwrap();
    assert_eq!(updated_in(&lite, &classic, managed()), Err(tier));
}

#[test]
fn an_update_changes_what_it_names_and_never_the_kind() {
    let prefix = created("login", json!({"ManagedLoginVersion": 2})).unwrap();
    let custom = created("login.example.com", certificate(CERTIFICATE)).unwrap();
    let other = "arn:aws:acm:us-east-1:123456789012:certificate/3c4d";

    let touched = updated(&prefix, json!({})).unwrap();
    assert_eq!(touched, Domain { modified_at: moment("2024-05-02T11:30:15Z"), ..prefix.clone() });
    assert_eq!(touched.describe(&Scope::default()).version.as_deref(), Some("20240502113015"));
    assert_eq!(updated(&prefix, json!({"ManagedLoginVersion": 1})).unwrap().managed_login_version, 1);
    let renewed = updated(&custom, certificate(other)).unwrap();
    assert_eq!(renewed.kind, DomainKind::Custom { certificate_arn: other.to_owned() });

    assert_eq!(updated(&prefix, certificate(CERTIFICATE)), Err(DomainError::NoCustomDomain));
    assert_eq!(updated(&custom, json!({"ManagedLoginVersion": 2})), Err(DomainError::CustomToPrefix));
    assert_eq!(updated(&custom, certificate("arn:aws:acm")), Err(DomainError::Certificate));
}

#[test]
fn routing_is_kept_until_another_is_given() {
    let routing = |region: &str| json!({"Routing": {"Failover": {"SecondaryRegion": region, "PrimaryRoute53HealthCheckId": "check"}}});
    let domain = created("login", routing("eu-central-1")).unwrap();
    assert_eq!(updated(&domain, json!({})).unwrap().routing, domain.routing);
    let moved = updated(&domain, routing("us-west-2")).unwrap();
    assert_eq!(moved.routing.unwrap().failover.unwrap().secondary_region, "us-west-2");
}

#[test]
fn refusals_have_the_texts_of_the_service() {
    let prefix = created("login", json!({})).unwrap();
    let custom = created("login.example.com", certificate(CERTIFICATE)).unwrap();
    for (error, text) in [
        (
            DomainError::InvalidCharacter,
            r"The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$",
        ),
        (DomainError::ReservedWord("aws"), "Domain cannot contain reserved word: aws"),
        (
            DomainError::NotSubdomain,
            "Custom domain is not a valid subdomain: Was not able to resolve a DNS A record for the parent domain or domain parent is a top-level domain.",
        ),
        (
            DomainError::Certificate,
            "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.",
        ),
        (DomainError::ManagedLoginVersion(3), "Invalid managed login version 3. Valid versions are 1 and 2."),
        (
            DomainError::Tier(UserPoolError::Tier { tier: "LITE", feature: "Managed Login Version 2" }),
            "The following feature is not available for the LITE pricing tier configured: Managed Login Version 2",
        ),
        (prefix.taken(), "Domain already associated with another user pool."),
        (
            custom.taken(),
            "One or more of the CNAMEs that you provided are already associated with a different resource",
        ),
        (DomainError::PoolHasDomain, "User pool already has a domain configured."),
        (DomainError::CustomToPrefix, "Cannot convert custom domain to prefix domain."),
        (
            DomainError::NoCustomDomain,
            "User pool should have a custom domain associated, failed to update the certificate.",
        ),
        (DomainError::Unknown, "No such domain or user pool exists."),
    ] {
        assert_eq!(error.to_string(), text);
    }
}
