//! Terms: links to terms of use and privacy policies of app clients.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{World, on_both};

on_both!(
    terms_live_from_creation_to_deletion,
    a_client_has_each_document_once,
    an_update_keeps_what_it_omits,
    terms_are_listed_in_pages,
    bad_terms_are_refused,
    what_does_not_exist_is_told,
    terms_go_with_their_client,
);

const INVALID: &str = "InvalidParameterException";
const NOT_FOUND: &str = "ResourceNotFoundException";
const UNKNOWN: &str = "11111111-2222-4333-8444-555555555555";

async fn client(world: &World) -> (String, String) {
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({})).await;
    (pool, client)
}

fn request(pool: &str, client: &str, name: &str, links: Value) -> Value {
    json!({
        "UserPoolId": pool, "ClientId": client, "TermsName": name, "TermsSource": "LINK", "Enforcement": "NONE",
        "Links": links,
    })
}

async fn create(world: &World, pool: &str, client: &str, name: &str) -> Value {
    let links = json!({ "cognito:default": "https://example.com/terms" });
    world.ok("CreateTerms", request(pool, client, name, links)).await["Terms"].clone()
}

async fn terms_live_from_creation_to_deletion(world: World) {
    let (pool, client) = client(&world).await;
    let links = json!({ "cognito:default": "https://example.com/", "cognito:chinese-simplified": "https://example.com/zh" });
    let created = world.ok("CreateTerms", request(&pool, &client, "terms-of-use", links.clone())).await;
    let id = created["Terms"]["TermsId"].as_str().unwrap();
    assert!(id.len() == 36 && id.as_bytes()[14] == b'4', "{id}");
    let expected = json!({ "Terms": {
        "TermsId": id, "UserPoolId": pool, "ClientId": client, "TermsName": "terms-of-use", "TermsSource": "LINK",
        "Enforcement": "NONE", "Links": links, "CreationDate": 1_767_323_045.678,
        "LastModifiedDate": 1_767_323_045.678,
    } });
    assert_eq!(created, expected);
    let named = json!({ "UserPoolId": pool, "TermsId": id });
    assert_eq!(world.ok("DescribeTerms", named.clone()).await, expected);
    let by_client = json!({ "UserPoolId": pool, "ClientId": client, "TermsName": "terms-of-use" });
    assert_eq!(world.ok("DescribeTermsByClient", by_client).await, expected);

    assert_eq!(world.ok("DeleteTerms", named.clone()).await, json!({}));
    world.refused("DescribeTerms", named.clone(), NOT_FOUND, "Terms does not exist.").await;
    world.refused("DeleteTerms", named, NOT_FOUND, "Terms does not exist.").await;
}

async fn a_client_has_each_document_once(world: World) {
    let (pool, client) = client(&world).await;
    create(&world, &pool, &client, "terms-of-use").await;
    let privacy = create(&world, &pool, &client, "privacy-policy").await;
    let text = format!("Terms terms-of-use already exists for client {client}");
    let again = request(&pool, &client, "terms-of-use", json!({ "cognito:french": "https://example.com/" }));
    world.refused("CreateTerms", again, "TermsExistsException", &text).await;
    let renamed = json!({ "UserPoolId": pool, "TermsId": privacy["TermsId"], "TermsName": "terms-of-use" });
    world.refused("UpdateTerms", renamed, "TermsExistsException", &text).await;
    let other = world.client(&pool, json!({})).await;
    create(&world, &pool, &other, "terms-of-use").await;
}

async fn an_update_keeps_what_it_omits(world: World) {
    let (pool, client) = client(&world).await;
    let created = create(&world, &pool, &client, "terms-of-use").await;
    let named = json!({ "UserPoolId": pool, "TermsId": created["TermsId"] });
    world.advance(TimeDelta::seconds(1));
    let mut update = named.clone();
    update["TermsName"] = json!("privacy-policy");
    let updated = world.ok("UpdateTerms", update.clone()).await;
    let mut expected = created.clone();
    expected["TermsName"] = json!("privacy-policy");
    expected["LastModifiedDate"] = json!(1_767_323_046.678);
    assert_eq!(updated["Terms"], expected);

    update["Links"] = json!({ "cognito:german": "https://example.com/de" });
    let updated = world.ok("UpdateTerms", update).await;
    assert_eq!(updated["Terms"]["Links"], json!({ "cognito:german": "https://example.com/de" }));
    assert_eq!(world.ok("DescribeTerms", named).await, updated);
}

async fn terms_are_listed_in_pages(world: World) {
    let (pool, first) = client(&world).await;
    let second = world.client(&pool, json!({})).await;
    let mut created = Vec::new();
    for (client, name) in [(&first, "terms-of-use"), (&first, "privacy-policy"), (&second, "terms-of-use")] {
        created.push(create(&world, &pool, client, name).await["TermsId"].clone());
        world.advance(TimeDelta::seconds(1));
    }
    let page = world.ok("ListTerms", json!({ "UserPoolId": pool, "MaxResults": 2 })).await;
    let rest = json!({ "UserPoolId": pool, "MaxResults": 2, "NextToken": page["NextToken"] });
    let rest = world.ok("ListTerms", rest).await;
    let ids = |page: &Value| -> Vec<Value> {
        page["Terms"].as_array().unwrap().iter().map(|terms| terms["TermsId"].clone()).collect()
    };
    assert_eq!([ids(&page), ids(&rest)].concat(), created);
    assert_eq!(rest.get("NextToken"), None);
    let expected = json!({
        "TermsId": created[0], "TermsName": "terms-of-use", "Enforcement": "NONE",
        "CreationDate": 1_767_323_045.678, "LastModifiedDate": 1_767_323_045.678,
    });
    assert_eq!(page["Terms"][0], expected);
    assert_eq!(ids(&world.ok("ListTerms", json!({ "UserPoolId": pool })).await), created);

    let text = "Invalid pagination token";
    world.refused("ListTerms", json!({ "UserPoolId": pool, "NextToken": "x" }), INVALID, text).await;
    let other = world.pool(json!({})).await;
    assert_eq!(world.ok("ListTerms", json!({ "UserPoolId": other })).await, json!({ "Terms": [] }));
    let of_other = json!({ "UserPoolId": other, "NextToken": page["NextToken"] });
    world.refused("ListTerms", of_other, INVALID, text).await;
}

async fn bad_terms_are_refused(world: World) {
    let (pool, client) = client(&world).await;
    let good = json!({ "cognito:default": "https://example.com/" });
    let name = "1 validation error detected: Value 'imprint' at 'termsName' failed to satisfy constraint: Member must \
                satisfy regular expression pattern: ^(terms-of-use|privacy-policy)$";
    world.refused("CreateTerms", request(&pool, &client, "imprint", good.clone()), INVALID, name).await;
    let klingon = json!({ "cognito:klingon": "https://example.com/" });
    let answer = world.call("CreateTerms", request(&pool, &client, "terms-of-use", klingon)).await;
    let (code, message) = answer.error();
    assert_eq!(code, INVALID);
    assert!(message.contains("at 'links' failed to satisfy constraint: Map keys must satisfy"), "{message}");
    for link in ["javascript:alert(1)", "/terms", "mailto:jane@example.com"] {
        let links = json!({ "cognito:default": link });
        let text = format!("The link {link} is not an HTTP or HTTPS URL.");
        world.refused("CreateTerms", request(&pool, &client, "terms-of-use", links), INVALID, &text).await;
    }
    let created = create(&world, &pool, &client, "terms-of-use").await;
    let update = json!({
        "UserPoolId": pool, "TermsId": created["TermsId"], "Links": { "cognito:default": "data:,x" } });
    let text = "The link data:,x is not an HTTP or HTTPS URL.";
    world.refused("UpdateTerms", update, INVALID, text).await;
}

async fn what_does_not_exist_is_told(mut world: World) {
    let (pool, client) = client(&world).await;
    for operation in ["DescribeTerms", "UpdateTerms", "DeleteTerms"] {
        let unknown = json!({ "UserPoolId": pool, "TermsId": UNKNOWN });
        world.refused(operation, unknown, NOT_FOUND, "Terms does not exist.").await;
    }
    let by_client =
        |client: &str| json!({ "UserPoolId": pool, "ClientId": client, "TermsName": "terms-of-use" });
    let text = format!("Terms terms-of-use for client {client} does not exist.");
    world.refused("DescribeTermsByClient", by_client(&client), NOT_FOUND, &text).await;
    let text = "User pool client nobody does not exist.";
    world.refused("DescribeTermsByClient", by_client("nobody"), NOT_FOUND, text).await;
    let create =
        request(&pool, "nobody", "terms-of-use", json!({ "cognito:default": "https://example.com/" }));
    world.refused("CreateTerms", create, NOT_FOUND, text).await;

    world.as_caller("123456789012", "us-east-1");
    let text = format!("User pool {pool} does not exist.");
    world.refused("ListTerms", json!({ "UserPoolId": pool }), NOT_FOUND, &text).await;
    let unknown = json!({ "UserPoolId": pool, "TermsId": UNKNOWN });
    world.refused("DescribeTerms", unknown, NOT_FOUND, &text).await;
}

async fn terms_go_with_their_client(world: World) {
    let (pool, client) = client(&world).await;
    let created = create(&world, &pool, &client, "terms-of-use").await;
    world.ok("DeleteUserPoolClient", json!({ "UserPoolId": pool, "ClientId": client })).await;
    let named = json!({ "UserPoolId": pool, "TermsId": created["TermsId"] });
    world.refused("DescribeTerms", named, NOT_FOUND, "Terms does not exist.").await;
    assert_eq!(world.ok("ListTerms", json!({ "UserPoolId": pool })).await, json!({ "Terms": [] }));
}
