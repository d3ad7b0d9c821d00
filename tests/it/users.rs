//! Users as administrators see them: one by name, many by filter and page.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{World, on_both};

on_both!(
    filters_find_whom_they_describe,
    users_are_listed_in_pages,
    bad_lists_are_refused_with_the_services_texts,
    a_deleted_user_is_gone_and_the_name_is_free,
);

async fn sign_up(world: &World, client: &str, username: &str, attributes: Value) {
    let attributes: Vec<Value> = attributes
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| json!({ "Name": name, "Value": value }))
        .collect();
    let request = json!({ "ClientId": client, "Username": username, "Password": "Passw0rd!", "UserAttributes": attributes });
    world.ok("SignUp", request).await;
}

async fn team(world: &World) -> (String, String) {
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({})).await;
    for (username, email, given_name) in [
        ("ada", "ada@example.com", "Ada"),
        ("bob", "Bob@example.com", "Bob"),
        ("eve", "eve@other.example", "Eve"),
    ] {
        sign_up(world, &client, username, json!({ "email": email, "given_name": given_name })).await;
        world.advance(TimeDelta::seconds(1));
    }
    (pool, client)
}

fn names(page: &Value) -> Vec<&str> {
    page["Users"].as_array().unwrap().iter().map(|user| user["Username"].as_str().unwrap()).collect()
}

async fn filters_find_whom_they_describe(world: World) {
    let (pool, _) = team(&world).await;
    world.ok("AdminConfirmSignUp", json!({ "UserPoolId": pool, "Username": "eve" })).await;
    let ada = world.ok("AdminGetUser", json!({ "UserPoolId": pool, "Username": "ada" })).await;
    let sub = ada["UserAttributes"][0]["Value"].as_str().unwrap();
    for (filter, found) in [
        (r#"email = "bob@EXAMPLE.com""#.to_owned(), vec!["bob"]),
        (r#"email ^= "b""#.to_owned(), vec!["bob"]),
        (r#"email ^= """#.to_owned(), vec!["ada", "bob", "eve"]),
        (r#"email = "nobody@example.com""#.to_owned(), vec![]),
        (r#"given_name = "eve""#.to_owned(), vec!["eve"]),
        (r#"username = "ada""#.to_owned(), vec!["ada"]),
        (r#"username = "ADA""#.to_owned(), vec![]),
        (r#"username ^= "a""#.to_owned(), vec!["ada"]),
        (format!(r#"sub = "{sub}""#), vec!["ada"]),
        (format!(r#"sub ^= "{}""#, &sub[..10]), vec!["ada"]),
        (r#"sub = "x""#.to_owned(), vec![]),
        (r#"cognito:user_status = "confirmed""#.to_owned(), vec!["eve"]),
        (r#"cognito:user_status ^= "UNCON""#.to_owned(), vec!["ada", "bob"]),
        (r#"status = "Enabled""#.to_owned(), vec!["ada", "bob", "eve"]),
        (r#"status = "enabled""#.to_owned(), vec![]),
        (String::new(), vec!["ada", "bob", "eve"]),
    ] {
        let page = world.ok("ListUsers", json!({ "UserPoolId": pool, "Filter": filter })).await;
        assert_eq!(names(&page), found, "{filter}");
    }
}

async fn users_are_listed_in_pages(world: World) {
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({})).await;
    for n in 0..7 {
        sign_up(&world, &client, &format!("u{n}"), json!({ "email": "same@example.com" })).await; // in one instant
    }
    for filter in
        ["", r#"email = "same@example.com""#, r#"username ^= "u""#, r#"status = "Enabled""#, r#"sub ^= """#]
    {
        let mut found = Vec::new();
        let mut token = Value::Null;
        loop {
            let request =
                json!({ "UserPoolId": pool, "Limit": 3, "Filter": filter, "PaginationToken": token });
            let page = world.ok("ListUsers", request).await;
            assert!(names(&page).len() <= 3);
            found.extend(names(&page).into_iter().map(str::to_owned));
            token = page["PaginationToken"].clone();
            if token.is_null() {
                break;
            }
        }
        found.sort();
        assert_eq!(found, ["u0", "u1", "u2", "u3", "u4", "u5", "u6"], "{filter}");
    }
    let lacking = json!({ "UserPoolId": pool, "AttributesToGet": ["email", "locale"] });
    let text = "One or more requested attributes are not set for all users.";
    world.refused("ListUsers", lacking, "InvalidParameterException", text).await;
    let page = json!({ "UserPoolId": pool, "AttributesToGet": ["email"], "Limit": 1 });
    let page = world.ok("ListUsers", page).await;
    let email = json!([{ "Name": "email", "Value": "same@example.com" }]);
    assert_eq!(page["Users"][0]["Attributes"], email);

    world.advance(TimeDelta::hours(1));
    let late = json!({ "UserPoolId": pool, "Limit": 1, "PaginationToken": page["PaginationToken"] });
    world.refused("ListUsers", late, "InvalidParameterException", "Invalid pagination token").await;
}

async fn bad_lists_are_refused_with_the_services_texts(world: World) {
    let pool = world.pool(json!({})).await;
    for (members, text) in [
        (json!({ "Filter": "email" }), "Error while parsing filter."),
        (json!({ "Filter": r#"locale = "de""# }), "Invalid search attribute: locale"),
        (json!({ "AttributesToGet": ["shoe"] }), "One or more requested attributes do not exist."),
        (json!({ "PaginationToken": "x" }), "Invalid pagination token"),
        (
            json!({ "Limit": 61 }),
            "1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: Member must have value \
             less than or equal to 60",
        ),
    ] {
        let mut request = json!({ "UserPoolId": pool });
        request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        world.refused("ListUsers", request, "InvalidParameterException", text).await;
    }
}

async fn a_deleted_user_is_gone_and_the_name_is_free(world: World) {
    let (pool, client) = team(&world).await;
    let named = json!({ "UserPoolId": pool, "Username": "ada" });
    let size = || async {
        let described = world.ok("DescribeUserPool", json!({ "UserPoolId": pool })).await;
        described["UserPool"]["EstimatedNumberOfUsers"].as_i64().unwrap()
    };
    assert_eq!(size().await, 3);
    assert_eq!(world.ok("AdminDeleteUser", named.clone()).await, json!({}));
    assert_eq!(size().await, 2);
    for operation in ["AdminGetUser", "AdminDeleteUser"] {
        world.refused(operation, named.clone(), "UserNotFoundException", "User does not exist.").await;
    }
    sign_up(&world, &client, "ada", json!({ "email": "ada@example.com" })).await;
    world.ok("AdminGetUser", named).await;
}
