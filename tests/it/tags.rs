//! Tags of user pools.

use serde_json::json;

use crate::world::{World, on_both};

on_both!(tags_are_added_changed_removed_and_listed, tags_have_rules);

async fn tags_are_added_changed_removed_and_listed(world: World) {
    let pool = world.pool(json!({ "UserPoolTags": { "team": "red", "stage": "dev" } })).await;
    let arn = format!("arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool}");

    world.ok("TagResource", json!({ "ResourceArn": arn, "Tags": { "team": "blue", "cost": "1" } })).await;
    let tags = world.ok("ListTagsForResource", json!({ "ResourceArn": arn })).await;
    assert_eq!(tags, json!({ "Tags": { "cost": "1", "stage": "dev", "team": "blue" } }));

    let answer =
        world.ok("UntagResource", json!({ "ResourceArn": arn, "TagKeys": ["cost", "unknown"] })).await;
    assert_eq!(answer, json!({}));
    let described = world.ok("DescribeUserPool", json!({ "UserPoolId": pool })).await;
    assert_eq!(described["UserPool"]["UserPoolTags"], json!({ "stage": "dev", "team": "blue" }));
}

async fn tags_have_rules(world: World) {
    let pool = world.pool(json!({})).await;
    let arn = format!("arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool}");
    let tags = |arn: &str| json!({ "ResourceArn": arn });
    let other_account = arn.replace("000000000000", "111111111111");
    for unknown in [other_account, arn.replace(&pool, "us-east-1_nothing00")] {
        let (code, _) = world.call("ListTagsForResource", tags(&unknown)).await.error();
        assert_eq!(code, "ResourceNotFoundException");
    }
    let bucket = "arn:aws:s3:us-east-1:000000000000:bucket/x";
    world
        .refused("ListTagsForResource", tags(bucket), "InvalidParameterException", "Invalid resource ARN.")
        .await;

    let many: serde_json::Map<_, _> = (0..51).map(|n| (format!("k{n}"), json!("v"))).collect();
    let (code, _) = world.call("TagResource", json!({ "ResourceArn": arn, "Tags": many })).await.error();
    assert_eq!(code, "InvalidParameterException");
    let (code, _) =
        world.call("TagResource", json!({ "ResourceArn": arn, "Tags": { "aws:x": "v" } })).await.error();
    assert_eq!(code, "InvalidParameterException");
    assert_eq!(world.ok("ListTagsForResource", tags(&arn)).await, json!({ "Tags": {} }));
}
