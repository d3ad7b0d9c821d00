//! Domains: prefix and custom, unique in a region, and what stands for one that does not exist.

use serde_json::json;

use crate::world::{World, on_both};

on_both!(
    a_prefix_domain_is_active_at_once,
    a_custom_domain_has_a_certificate_and_a_distribution,
    an_unknown_domain_has_an_empty_description,
    a_domain_is_unique_in_its_region_over_all_accounts,
    bad_domains_are_refused_with_the_services_texts,
);

const CERTIFICATE: &str =
    "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";

async fn a_prefix_domain_is_active_at_once(world: World) {
    let pool = world.pool(json!({})).await;
    let request = json!({ "UserPoolId": pool, "Domain": "team-login" });
    let created = world.ok("CreateUserPoolDomain", request).await;
    assert_eq!(created, json!({ "ManagedLoginVersion": 1 }));

    let described = world.ok("DescribeUserPoolDomain", json!({ "Domain": "team-login" })).await;
    insta::assert_json_snapshot!("prefix_domain", described);
    let pool_shown = world.ok("DescribeUserPool", json!({ "UserPoolId": pool })).await;
    assert_eq!(pool_shown["UserPool"]["Domain"], json!("team-login"));

    let update = json!({ "UserPoolId": pool, "Domain": "team-login", "ManagedLoginVersion": 2 });
    assert_eq!(world.ok("UpdateUserPoolDomain", update).await["ManagedLoginVersion"], json!(2));
    let again = world.ok("DescribeUserPoolDomain", json!({ "Domain": "team-login" })).await;
    assert_eq!(again["DomainDescription"]["ManagedLoginVersion"], json!(2));
    let distribution =
        |described: &serde_json::Value| described["DomainDescription"]["CloudFrontDistribution"].clone();
    assert_eq!(distribution(&again), distribution(&described));
}

async fn a_custom_domain_has_a_certificate_and_a_distribution(world: World) {
    let pool = world.pool(json!({})).await;
    let config = json!({ "CertificateArn": CERTIFICATE });
    let request = json!({ "UserPoolId": pool, "Domain": "auth.team.example", "CustomDomainConfig": config });
    let created = world.ok("CreateUserPoolDomain", request).await;
    assert!(created["CloudFrontDomain"].as_str().unwrap().ends_with(".cloudfront.net"));

    // A prefix may stand beside it, a second custom domain may not.
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "team" })).await;
    let second = json!({ "UserPoolId": pool, "Domain": "login.team.example", "CustomDomainConfig": config });
    let text = "User pool already has a domain configured.";
    world.refused("CreateUserPoolDomain", second, "InvalidParameterException", text).await;

    let described = world.ok("DescribeUserPoolDomain", json!({ "Domain": "auth.team.example" })).await;
    assert_eq!(described["DomainDescription"]["CustomDomainConfig"], config);
    let shown = world.ok("DescribeUserPool", json!({ "UserPoolId": pool })).await;
    assert_eq!(shown["UserPool"]["CustomDomain"], json!("auth.team.example"));
    assert_eq!(shown["UserPool"]["Domain"], json!("team"));

    let update = json!({ "UserPoolId": pool, "Domain": "auth.team.example" });
    let text = "Cannot convert custom domain to prefix domain.";
    world.refused("UpdateUserPoolDomain", update, "InvalidParameterException", text).await;
    let update = json!({ "UserPoolId": pool, "Domain": "team", "CustomDomainConfig": config });
    let text = "User pool should have a custom domain associated, failed to update the certificate.";
    world.refused("UpdateUserPoolDomain", update, "InvalidParameterException", text).await;
}

async fn an_unknown_domain_has_an_empty_description(world: World) {
    let pool = world.pool(json!({})).await;
    let described = world.ok("DescribeUserPoolDomain", json!({ "Domain": "nobody" })).await;
    assert_eq!(described, json!({ "DomainDescription": {} }));
    let text = "No such domain or user pool exists.";
    for request in [
        json!({ "UserPoolId": pool, "Domain": "nobody" }),
        json!({ "UserPoolId": "us-east-1_x", "Domain": "nobody" }),
    ] {
        world.refused("DeleteUserPoolDomain", request.clone(), "InvalidParameterException", text).await;
        world.refused("UpdateUserPoolDomain", request, "InvalidParameterException", text).await;
    }
}

async fn a_domain_is_unique_in_its_region_over_all_accounts(mut world: World) {
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "team" })).await;

    world.as_caller("123456789012", "us-east-1");
    let other = world.pool(json!({})).await;
    let request = json!({ "UserPoolId": other, "Domain": "team" });
    let text = "Domain already associated with another user pool.";
    world.refused("CreateUserPoolDomain", request, "InvalidParameterException", text).await;
    let described = world.ok("DescribeUserPoolDomain", json!({ "Domain": "team" })).await;
    assert_eq!(described, json!({ "DomainDescription": {} }), "another account's domain is not shown");

    world.as_caller("test", "eu-west-1");
    let elsewhere = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": elsewhere, "Domain": "team" })).await;
}

async fn bad_domains_are_refused_with_the_services_texts(world: World) {
    let pool = world.pool(json!({})).await;
    let character = "The domain name contains an invalid character. Domain names can only contain lower-case letters, \
                     numbers, and hyphens. Please enter a different name that follows this format: \
                     ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$";
    for (domain, text) in [
        ("Team", character),
        ("-team", character),
        ("team.example", character),
        ("my-aws-team", "Domain cannot contain reserved word: aws"),
        ("my-amazon", "Domain cannot contain reserved word: amazon"),
        ("cognito", "Domain cannot contain reserved word: cognito"),
        ("newcognito", "Domain cannot contain reserved word: cognito"),
        ("a-cognitos-b", "Domain cannot contain reserved word: cognito"),
    ] {
        let request = json!({ "UserPoolId": pool, "Domain": domain });
        world.refused("CreateUserPoolDomain", request, "InvalidParameterException", text).await;
    }
    let subdomain = "Custom domain is not a valid subdomain: Was not able to resolve a DNS A record for the parent domain \
                     or domain parent is a top-level domain.";
    let certificate = "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't \
                       include a valid certificate chain.";
    let elsewhere = CERTIFICATE.replace("us-east-1", "eu-west-1");
    for (domain, arn, text) in
        [("example", CERTIFICATE, subdomain), ("auth.team.example", elsewhere.as_str(), certificate)]
    {
        let config = json!({ "CertificateArn": arn });
        let request = json!({ "UserPoolId": pool, "Domain": domain, "CustomDomainConfig": config });
        world.refused("CreateUserPoolDomain", request, "InvalidParameterException", text).await;
    }
    // Short enough for a prefix, and one character longer: the model's own constraint, which custom domains have as well.
    let long = "a".repeat(64);
    let custom = format!("{}.team.example", "a".repeat(51));
    let config = json!({ "CertificateArn": CERTIFICATE });
    for (domain, config) in [(&long, None), (&custom, Some(&config))] {
        let text = format!(
            "1 validation error detected: Value '{domain}' at 'domain' failed to satisfy constraint: Member must have \
             length less than or equal to 63"
        );
        let request = json!({ "UserPoolId": pool, "Domain": domain, "CustomDomainConfig": config });
        for operation in ["CreateUserPoolDomain", "UpdateUserPoolDomain"] {
            world.refused(operation, request.clone(), "InvalidParameterException", &text).await;
        }
    }
    for domain in ["awsome", "my-awsome-amazonas", &long[..63]] {
        let request = json!({ "UserPoolId": pool, "Domain": domain });
        world.ok("CreateUserPoolDomain", request.clone()).await;
        world.ok("DeleteUserPoolDomain", request).await;
    }
    let other = world.pool(json!({})).await;
    let config = json!({ "CertificateArn": CERTIFICATE });
    let request =
        |pool: &str| json!({ "UserPoolId": pool, "Domain": "a.team.example", "CustomDomainConfig": config });
    world.ok("CreateUserPoolDomain", request(&pool)).await;
    let text = "One or more of the CNAMEs that you provided are already associated with a different resource";
    world.refused("CreateUserPoolDomain", request(&other), "InvalidParameterException", text).await;
    let lite = world.pool(json!({ "UserPoolTier": "LITE" })).await;
    let request = json!({ "UserPoolId": lite, "Domain": "team", "ManagedLoginVersion": 2 });
    let text = "The following feature is not available for the LITE pricing tier configured: Managed Login Version 2";
    world.refused("CreateUserPoolDomain", request, "FeatureUnavailableInTierException", text).await;
}
