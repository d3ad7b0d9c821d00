//! Groups and their members.

use serde_json::{Value, json};

use crate::world::{World, on_both};

on_both!(groups_are_made_changed_listed_and_deleted, users_join_and_leave_groups);

const NOT_FOUND: &str = "ResourceNotFoundException";

async fn groups_are_made_changed_listed_and_deleted(world: World) {
    let pool = world.pool(json!({})).await;
    let named = |name: &str| json!({ "UserPoolId": pool, "GroupName": name });
    let mut admins = named("admins");
    admins["Description"] = json!("who may");
    admins["Precedence"] = json!(3);
    let made = world.ok("CreateGroup", admins.clone()).await["Group"].clone();
    assert_eq!((&made["GroupName"], &made["Precedence"]), (&json!("admins"), &json!(3)));
    let text = "A group with the name already exists.";
    world.refused("CreateGroup", admins, "GroupExistsException", text).await;
    let mut change = named("admins");
    change["Precedence"] = json!(1);
    let changed = world.ok("UpdateGroup", change).await["Group"].clone();
    assert_eq!((&changed["Description"], &changed["Precedence"]), (&json!("who may"), &json!(1)));
    assert_eq!(world.ok("GetGroup", named("admins")).await["Group"], changed);

    world.ok("CreateGroup", named("Zebras")).await;
    world.ok("CreateGroup", named("bakers")).await;
    let first = world.ok("ListGroups", json!({ "UserPoolId": pool, "Limit": 2 })).await;
    let rest = json!({ "UserPoolId": pool, "Limit": 2, "NextToken": first["NextToken"] });
    let rest = world.ok("ListGroups", rest).await;
    let names = |page: &Value| -> Vec<Value> {
        page["Groups"].as_array().unwrap().iter().map(|group| group["GroupName"].clone()).collect()
    };
    assert_eq!([names(&first), names(&rest)].concat(), [json!("Zebras"), json!("admins"), json!("bakers")]);
    assert_eq!(rest.get("NextToken"), None);

    world.ok("DeleteGroup", named("admins")).await;
    for operation in ["GetGroup", "DeleteGroup", "UpdateGroup"] {
        world.refused(operation, named("admins"), NOT_FOUND, "Group not found.").await;
    }
}

async fn users_join_and_leave_groups(world: World) {
    let pool = world.pool(json!({})).await;
    world.user(&pool, "jane", json!({})).await;
    world.user(&pool, "joe", json!({})).await;
    for (name, precedence) in [("late", 9), ("early", 1)] {
        let group = json!({ "UserPoolId": pool, "GroupName": name, "Precedence": precedence });
        world.ok("CreateGroup", group).await;
    }
    world.ok("CreateGroup", json!({ "UserPoolId": pool, "GroupName": "none" })).await;
    let member =
        |group: &str, user: &str| json!({ "UserPoolId": pool, "GroupName": group, "Username": user });
    for group in ["none", "late", "early", "early"] {
        world.ok("AdminAddUserToGroup", member(group, "jane")).await;
    }
    world.ok("AdminAddUserToGroup", member("early", "joe")).await;
    let of_jane = json!({ "UserPoolId": pool, "Username": "jane" });
    let groups = world.ok("AdminListGroupsForUser", of_jane.clone()).await["Groups"].clone();
    let names: Vec<&Value> = groups.as_array().unwrap().iter().map(|group| &group["GroupName"]).collect();
    assert_eq!(names, [&json!("early"), &json!("late"), &json!("none")]);

    let in_early = json!({ "UserPoolId": pool, "GroupName": "early", "Limit": 1 });
    let first = world.ok("ListUsersInGroup", in_early.clone()).await;
    let mut rest = in_early;
    rest["NextToken"] = first["NextToken"].clone();
    let rest = world.ok("ListUsersInGroup", rest).await;
    let mut users = vec![first["Users"][0]["Username"].clone(), rest["Users"][0]["Username"].clone()];
    users.sort_by_key(ToString::to_string);
    assert_eq!(users, [json!("jane"), json!("joe")]);

    world.ok("AdminRemoveUserFromGroup", member("early", "jane")).await;
    world.ok("DeleteGroup", json!({ "UserPoolId": pool, "GroupName": "late" })).await;
    let groups = world.ok("AdminListGroupsForUser", of_jane).await["Groups"].clone();
    assert_eq!(groups.as_array().unwrap().len(), 1);
    world.refused("AdminAddUserToGroup", member("nothing", "jane"), NOT_FOUND, "Group not found.").await;
    let text = "User does not exist.";
    world.refused("AdminAddUserToGroup", member("early", "who"), "UserNotFoundException", text).await;
}
