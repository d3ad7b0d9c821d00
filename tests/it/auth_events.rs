//! Sign-in events: each attempt leaves one, for administrators of pools with threat protection.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::tokens::claims;
use crate::world::{PASSWORD, World, on_both};

on_both!(
    each_attempt_leaves_an_event,
    events_come_in_pages_the_latest_first,
    an_administrator_says_whether_it_was_the_user,
    pools_without_threat_protection_show_none,
);

async fn jane(world: &World) -> (String, String) {
    let pool = world
        .pool(json!({ "UserPoolTier": "PLUS", "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" } }))
        .await;
    world.user(&pool, "jane", json!({})).await;
    let client = world.open_client(&pool).await;
    (pool, client)
}

async fn events(world: &World, pool: &str) -> Vec<Value> {
    let named = json!({ "UserPoolId": pool, "Username": "jane" });
    world.ok("AdminListUserAuthEvents", named).await["AuthEvents"].as_array().unwrap().clone()
}

async fn each_attempt_leaves_an_event(world: World) {
    let (pool, client) = jane(&world).await;
    world.initiate(&client, "jane", "wrong-Password-1").await.error();
    world.advance(TimeDelta::seconds(1));
    let tokens = world.sign_in(&client, "jane").await;
    world.advance(TimeDelta::seconds(1));
    let change = json!({ "AccessToken": tokens["AccessToken"], "PreviousPassword": PASSWORD, "ProposedPassword": "An0ther-word" });
    world.ok("ChangePassword", change).await;

    let events = events(&world, &pool).await;
    let shown: Vec<[&Value; 2]> =
        events.iter().map(|event| [&event["EventType"], &event["EventResponse"]]).collect();
    assert_eq!(json!(shown), json!([["PasswordChange", "Pass"], ["SignIn", "Pass"], ["SignIn", "Fail"]]));
    assert_eq!(events[1]["EventId"], claims(&tokens["IdToken"])["event_id"]);
    assert_eq!(
        events[1]["ChallengeResponses"],
        json!([{ "ChallengeName": "Password", "ChallengeResponse": "Success" }])
    );
    assert_eq!(
        events[2]["ChallengeResponses"],
        json!([{ "ChallengeName": "Password", "ChallengeResponse": "Failure" }])
    );
    assert_eq!(events[2]["EventContextData"]["IpAddress"], "127.0.0.1");
    assert_eq!(events[2]["EventRisk"]["RiskDecision"], "NoRisk");
}

async fn events_come_in_pages_the_latest_first(world: World) {
    let (pool, client) = jane(&world).await;
    for _ in 0..5 {
        world.sign_in(&client, "jane").await;
        world.advance(TimeDelta::seconds(1));
    }
    let mut found = Vec::new();
    let mut request = json!({ "UserPoolId": pool, "Username": "jane", "MaxResults": 2 });
    loop {
        let page = world.ok("AdminListUserAuthEvents", request.clone()).await;
        let page_events = page["AuthEvents"].as_array().unwrap();
        assert!(page_events.len() <= 2);
        found.extend(page_events.iter().map(|event| event["CreationDate"].as_f64().unwrap()));
        let Some(token) = page.get("NextToken") else { break };
        request["NextToken"] = token.clone();
    }
    assert_eq!(found.len(), 5);
    assert!(found.windows(2).all(|pair| pair[0] > pair[1]), "{found:?}");
}

async fn an_administrator_says_whether_it_was_the_user(world: World) {
    let (pool, client) = jane(&world).await;
    world.sign_in(&client, "jane").await;
    let id = events(&world, &pool).await[0]["EventId"].clone();
    let mut feedback =
        json!({ "UserPoolId": pool, "Username": "jane", "EventId": id, "FeedbackValue": "Invalid" });
    world.ok("AdminUpdateAuthEventFeedback", feedback.clone()).await;
    let event = events(&world, &pool).await.remove(0);
    assert_eq!(event["EventFeedback"]["FeedbackValue"], "Invalid");
    assert_eq!(event["EventFeedback"]["Provider"], "Admin");

    feedback["FeedbackToken"] = json!("Zm9yZ2Vk");
    let text = "Invalid feedback token";
    world.refused("UpdateAuthEventFeedback", feedback.clone(), "NotAuthorizedException", text).await;
    feedback.as_object_mut().unwrap().remove("FeedbackToken");
    feedback["EventId"] = json!("00000000-0000-0000-0000-000000000000");
    let (code, _) = world.call("AdminUpdateAuthEventFeedback", feedback).await.error();
    assert_eq!(code, "ResourceNotFoundException");
}

async fn pools_without_threat_protection_show_none(world: World) {
    let pool = world.pool(json!({})).await;
    world.user(&pool, "jane", json!({})).await;
    let named = json!({ "UserPoolId": pool, "Username": "jane" });
    let (code, _) = world.call("AdminListUserAuthEvents", named).await.error();
    assert_eq!(code, "UserPoolAddOnNotEnabledException");
}
