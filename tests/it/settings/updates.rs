//! Updates: what they keep and what they reset, and what they ask for.

use serde_json::{Value, json};
use wire::Kind;

use super::fates::FATES;
use super::{INVALID, described, joined, of_pool, scenes};
use crate::world::{PASSWORD, World, on_both};

on_both!(
    what_updates_leave_out_is_kept_or_reset,
    a_member_that_is_required_is_asked_for,
    an_update_without_tags_keeps_them_and_one_with_tags_replaces_them,
    dynamic_registration_is_replaced_as_a_whole_and_kept_when_left_out,
    factors_of_users_stay_when_they_are_left_out,
);

async fn what_updates_leave_out_is_kept_or_reset(world: World) {
    for scene in [
        scenes::pool(&world).await,
        scenes::factors(&world).await,
        scenes::client(&world).await,
        scenes::group(&world).await,
        scenes::provider(&world).await,
        scenes::branding(&world).await,
        scenes::resource_server(&world).await,
        scenes::terms(&world).await,
        scenes::domain(&world).await,
        scenes::custom_domain(&world).await,
        scenes::customization(&world).await,
    ] {
        scene.walk(&world).await;
    }
}

async fn a_member_that_is_required_is_asked_for(world: World) {
    for (operation, _) in FATES {
        let Kind::Structure(members) = operation.input().kind else { panic!("{operation} takes no members") };
        for member in members.iter().filter(|member| member.required) {
            let answer = world.call(operation.name(), json!({})).await;
            if answer.status == 501 {
                continue; // not built yet
            }
            let (code, text) = answer.error();
            let missing =
                format!(" at '{}' failed to satisfy constraint: Member must not be null", member.path);
            assert!(code == INVALID && text.contains(&missing), "{operation} {text}");
        }
    }
}

/// Terraform tags by TagResource alone and sends no tags with an update.
async fn an_update_without_tags_keeps_them_and_one_with_tags_replaces_them(world: World) {
    let pool = world.pool(json!({ "UserPoolTags": { "team": "red" } })).await;
    let arn = format!("arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool}");
    world.ok("TagResource", json!({ "ResourceArn": arn, "Tags": { "cost": "1" } })).await;
    for (members, tags) in [
        (json!({}), json!({ "team": "red", "cost": "1" })),
        (json!({ "UserPoolTags": null }), json!({ "team": "red", "cost": "1" })),
        (json!({ "UserPoolTags": { "stage": "dev" } }), json!({ "stage": "dev" })),
        (json!({ "UserPoolTags": {} }), Value::Null),
    ] {
        world.ok("UpdateUserPool", of_pool(&pool, &members)).await;
        assert_eq!(described(&world, &pool).await["UserPoolTags"], tags, "{members}");
    }
}

async fn dynamic_registration_is_replaced_as_a_whole_and_kept_when_left_out(world: World) {
    let set = json!({ "EnableStatus": "Enabled", "OpenDcrEnabled": true, "AllowedScopes": ["shop/read"] });
    let pool = world.pool(json!({ "DcrConfiguration": set })).await;
    world.ok("UpdateUserPool", of_pool(&pool, &json!({}))).await;
    assert_eq!(described(&world, &pool).await["DcrConfiguration"], set);
    let other = json!({ "EnableStatus": "Disabled" });
    world.ok("UpdateUserPool", of_pool(&pool, &json!({ "DcrConfiguration": other }))).await;
    assert_eq!(described(&world, &pool).await["DcrConfiguration"], other);
}

/// Second factors of a user: what a request does not name stays, for the user and for an administrator.
async fn factors_of_users_stay_when_they_are_left_out(world: World) {
    let pool = world
        .pool(json!({ "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::123456789012:role/sms" } }))
        .await;
    let client = world.open_client(&pool).await;
    let address = json!({ "email": "a@example.com", "email_verified": "true",
                          "phone_number": "+15555551234", "phone_number_verified": "true" });
    world.user(&pool, "jane", address).await;
    let token = world.initiate(&client, "jane", PASSWORD).await.ok()["AuthenticationResult"].clone();
    let by_admin = json!({ "UserPoolId": pool, "Username": "jane" });
    let by_user = json!({ "AccessToken": token["AccessToken"] });
    let on = json!({ "Enabled": true });
    for (operation, keys) in
        [("AdminSetUserMFAPreference", by_admin.clone()), ("SetUserMFAPreference", by_user)]
    {
        let off = json!({ "SMSMfaSettings": { "Enabled": false }, "EmailMfaSettings": { "Enabled": false } });
        world.ok(operation, joined(&off, &keys)).await;
        for (member, factors) in
            [("SMSMfaSettings", json!(["SMS_MFA"])), ("EmailMfaSettings", json!(["SMS_MFA", "EMAIL_OTP"]))]
        {
            world.ok(operation, joined(&json!({ member: on }), &keys)).await;
            let user = world.ok("AdminGetUser", by_admin.clone()).await;
            assert_eq!(user["UserMFASettingList"], factors, "{operation}");
        }
    }
}
