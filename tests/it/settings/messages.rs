//! Templates of messages: line breaks, links, and the two forms in which verification messages are set.

use serde_json::{Value, json};

use super::{INVALID, described, of_pool};
use crate::world::{World, on_both};

on_both!(
    text_messages_may_have_line_breaks,
    a_text_message_without_a_place_for_the_code_is_refused,
    a_link_needs_its_marks,
    a_sign_up_by_link_needs_a_domain,
    of_two_forms_of_a_message_the_changed_one_counts,
);

const ROLE: &str = "arn:aws:iam::123456789012:role/sms";

async fn text_messages_may_have_line_breaks(world: World) {
    let pool = world.pool(json!({})).await;
    for text in
        ["Your code is {####}\n", "{####}\r\nThe Team", "a\u{2028}b\u{85}{####}", "\n{####}\n{####}\n"]
    {
        for members in [
            json!({ "SmsVerificationMessage": text }),
            json!({ "VerificationMessageTemplate": { "SmsMessage": text } }),
            json!({ "SmsAuthenticationMessage": text }),
        ] {
            world.ok("CreateUserPool", of_name(&members)).await;
            world.ok("UpdateUserPool", of_pool(&pool, &members)).await;
            let shown = described(&world, &pool).await;
            let name = members.as_object().unwrap().keys().next().unwrap();
            let members = members[name].as_object().map_or(json!(text), |_| json!(text));
            let found = match name.as_str() {
                "VerificationMessageTemplate" => &shown[name]["SmsMessage"],
                name => &shown[name],
            };
            assert_eq!(*found, members, "{name}");
        }
        let sms = json!({ "SmsAuthenticationMessage": text, "SmsConfiguration": { "SnsCallerArn": ROLE } });
        let request = of_pool(&pool, &json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": sms }));
        let set = world.ok("SetUserPoolMfaConfig", request).await;
        assert_eq!(set["SmsMfaConfiguration"]["SmsAuthenticationMessage"], json!(text));
    }
}

async fn a_text_message_without_a_place_for_the_code_is_refused(world: World) {
    let text = "1 validation error detected: Value 'no place' at 'smsVerificationMessage' failed to satisfy constraint: \
                Member must satisfy regular expression pattern: (?s).*\\{####\\}(?s).*";
    let request = of_name(&json!({ "SmsVerificationMessage": "no place" }));
    world.refused("CreateUserPool", request, INVALID, text).await;
}

async fn a_link_needs_its_marks(world: World) {
    let pool = world.pool(json!({})).await;
    for option in ["CONFIRM_WITH_LINK", "CONFIRM_WITH_CODE"] {
        let template = |text: &str| {
            let template = json!({ "DefaultEmailOption": option, "EmailMessageByLink": text });
            json!({ "VerificationMessageTemplate": template })
        };
        for wrong in ["Use {####} to confirm.", "{####}{####}", "{####}{##", "Click here."] {
            let text = "The message is invalid.";
            world.refused("CreateUserPool", of_name(&template(wrong)), INVALID, text).await;
            world.refused("UpdateUserPool", of_pool(&pool, &template(wrong)), INVALID, text).await;
        }
        for right in ["{##Verify Email##}", "Hi {####},\n{##here##}", "{##a##} or {##b##}"] {
            world.ok("CreateUserPool", of_name(&template(right))).await;
            world.ok("UpdateUserPool", of_pool(&pool, &template(right))).await;
        }
        // Without a message of its own the pool has the service's.
        let bare = json!({ "VerificationMessageTemplate": { "DefaultEmailOption": option } });
        world.ok("CreateUserPool", of_name(&bare)).await;
    }
}

async fn a_sign_up_by_link_needs_a_domain(world: World) {
    let template = json!({ "DefaultEmailOption": "CONFIRM_WITH_LINK" });
    let members = json!({
        "AutoVerifiedAttributes": ["email", "phone_number"], "VerificationMessageTemplate": template,
        "SmsConfiguration": { "SnsCallerArn": ROLE },
    });
    let pool = world.pool(members).await;
    let client = world.open_client(&pool).await;
    let sign_up = |name: &str, attributes: Value| json!({ "ClientId": client, "Username": name, "Password": "Passw0rd!", "UserAttributes": attributes });
    let email = json!([{ "Name": "email", "Value": "jane@example.com" }]);
    let text = "Cannot perform specific action because there does not exist a valid use pool domain associated with \
                the user pool";
    world.refused("SignUp", sign_up("jane", email.clone()), INVALID, text).await;
    let named = json!({ "UserPoolId": pool, "Username": "jane" });
    let unknown = "User does not exist.";
    world.refused("AdminGetUser", named, "UserNotFoundException", unknown).await;
    // No link goes out by text message, or to nobody.
    world.ok("SignUp", sign_up("ann", json!([{ "Name": "phone_number", "Value": "+15555551234" }]))).await;
    world.ok("SignUp", sign_up("eve", json!([]))).await;

    let domain = json!({ "UserPoolId": pool, "Domain": "team" });
    world.ok("CreateUserPoolDomain", domain.clone()).await;
    world.ok("SignUp", sign_up("jane", email)).await;
    world.ok("DeleteUserPoolDomain", domain).await;
    let again = json!({ "ClientId": client, "Username": "jane" });
    world.refused("ResendConfirmationCode", again, INVALID, text).await;
    // Where existence is hidden, an unknown name gets the same answer.
    let hiding = world.client(&pool, json!({ "PreventUserExistenceErrors": "ENABLED" })).await;
    for name in ["jane", "nobody"] {
        let again = json!({ "ClientId": hiding, "Username": name });
        world.refused("ResendConfirmationCode", again, INVALID, text).await;
    }
    let again = json!({ "ClientId": client, "Username": "ann" });
    world.ok("ResendConfirmationCode", again).await;
}

/// The member of the pool, that of the template, and whether the text is a subject.
const FORMS: [(&str, &str, bool); 3] = [
    ("EmailVerificationMessage", "EmailMessage", false),
    ("EmailVerificationSubject", "EmailSubject", true),
    ("SmsVerificationMessage", "SmsMessage", false),
];

async fn of_two_forms_of_a_message_the_changed_one_counts(world: World) {
    for (flat, of_template, is_subject) in FORMS {
        let text =
            |name: &str| json!(if is_subject { name.to_owned() } else { format!("{name} is {{####}}") });
        let members = |pool_member: Option<&str>, template_member: Option<&str>| {
            let mut members = json!({ "VerificationMessageTemplate": {} });
            if let Some(name) = pool_member {
                members[flat] = text(name);
            }
            if let Some(name) = template_member {
                members["VerificationMessageTemplate"][of_template] = text(name);
            }
            members
        };
        let created = world.ok("CreateUserPool", of_name(&members(Some("flat"), Some("other")))).await;
        let pool = created["UserPool"]["Id"].as_str().unwrap().to_owned();
        let stored = &created["UserPool"];
        assert_eq!([&stored[flat], &stored["VerificationMessageTemplate"][of_template]], [&text("other"); 2]);
        // What is stored follows from line to line.
        for (pool_member, template_member, counts) in [
            (Some("new"), Some("other"), Some("new")),
            (Some("new"), Some("newer"), Some("newer")),
            (Some("both"), Some("differ"), Some("differ")),
            (Some("same"), Some("same"), Some("same")),
            (Some("alone"), None, Some("alone")),
            (None, Some("single"), Some("single")),
            (None, None, None),
            (Some("first"), Some("second"), Some("second")),
        ] {
            let request = of_pool(&pool, &members(pool_member, template_member));
            world.ok("UpdateUserPool", request).await;
            let shown = described(&world, &pool).await;
            let expected = counts.map_or(Value::Null, text);
            let forms = [&shown[flat], &shown["VerificationMessageTemplate"][of_template]];
            assert_eq!(forms, [&expected, &expected], "{flat} {pool_member:?} {template_member:?}");
        }
    }
}

fn of_name(members: &Value) -> Value {
    let mut request = json!({ "PoolName": "team" });
    request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    request
}
