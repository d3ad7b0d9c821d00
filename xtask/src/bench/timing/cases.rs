//! What is measured: every operation and page that takes a user name.

use serde_json::json;

use super::{Case, Names, WRONG, cookies};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "InitiateAuth, a wrong password",
        kind: Names::Confirmed,
        prepare: |stage, at| {
            Ok(stage.call("InitiateAuth", &stage.begin(at, "USER_PASSWORD_AUTH", "PASSWORD", WRONG)))
        },
        says: "Incorrect username or password.",
    },
    Case {
        name: "InitiateAuth by SRP",
        kind: Names::Confirmed,
        prepare: |stage, at| {
            Ok(stage.call("InitiateAuth", &stage.begin(at, "USER_SRP_AUTH", "SRP_A", "abcdef")))
        },
        says: "PASSWORD_VERIFIER",
    },
    Case {
        name: "RespondToAuthChallenge, a wrong proof",
        kind: Names::Confirmed,
        prepare: |stage, at| {
            let begin = stage.begin(at, "USER_SRP_AUTH", "SRP_A", "abcdef");
            let challenge = at.ok(stage, "InitiateAuth", &begin)?;
            let parameters = &challenge["ChallengeParameters"];
            Ok(stage.answer(&challenge, &json!({
                "USERNAME": parameters["USER_ID_FOR_SRP"], "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
                "PASSWORD_CLAIM_SIGNATURE": "AAAA", "TIMESTAMP": "Fri Jan 2 03:04:05 UTC 2026",
            })))
        },
        says: "Incorrect username or password.",
    },
    Case {
        name: "InitiateAuth by choice",
        kind: Names::Confirmed,
        prepare: |stage, at| Ok(stage.call("InitiateAuth", &stage.begin(at, "USER_AUTH", "DEVICE_KEY", ""))),
        says: "SELECT_CHALLENGE",
    },
    Case {
        name: "InitiateAuth, a code by e-mail",
        kind: Names::Confirmed,
        prepare: |stage, at| {
            Ok(stage.call("InitiateAuth", &stage.begin(at, "USER_AUTH", "PREFERRED_CHALLENGE", "EMAIL_OTP")))
        },
        says: "EMAIL_OTP",
    },
    Case {
        name: "RespondToAuthChallenge, the choice of a code",
        kind: Names::Confirmed,
        prepare: |stage, at| {
            let begin = stage.begin(at, "USER_AUTH", "DEVICE_KEY", "");
            let challenge = at.ok(stage, "InitiateAuth", &begin)?;
            Ok(stage.answer(&challenge, &json!({ "USERNAME": at.name, "ANSWER": "EMAIL_OTP" })))
        },
        says: "EMAIL_OTP",
    },
    Case {
        name: "RespondToAuthChallenge, a wrong code",
        kind: Names::Confirmed,
        prepare: |stage, at| {
            let begin = stage.begin(at, "USER_AUTH", "PREFERRED_CHALLENGE", "EMAIL_OTP");
            let challenge = at.ok(stage, "InitiateAuth", &begin)?;
            Ok(stage.answer(&challenge, &json!({ "USERNAME": at.name, "EMAIL_OTP_CODE": "0" })))
        },
        says: "CodeMismatchException",
    },
    Case {
        name: "RespondToAuthChallenge, a wrong password",
        kind: Names::Confirmed,
        prepare: |stage, at| {
            let begin = stage.begin(at, "USER_AUTH", "DEVICE_KEY", "");
            let challenge = at.ok(stage, "InitiateAuth", &begin)?;
            Ok(stage
                .answer(&challenge, &json!({ "USERNAME": at.name, "ANSWER": "PASSWORD", "PASSWORD": WRONG })))
        },
        says: "Incorrect username or password.",
    },
    Case {
        name: "ForgotPassword",
        kind: Names::Confirmed,
        prepare: |stage, at| Ok(stage.call("ForgotPassword", &stage.named(at))),
        says: "CodeDeliveryDetails",
    },
    Case {
        name: "ConfirmForgotPassword, a wrong code",
        kind: Names::Confirmed,
        prepare: |stage, at| {
            let mut request = stage.named(at);
            request["ConfirmationCode"] = json!("0");
            request["Password"] = json!(WRONG);
            Ok(stage.call("ConfirmForgotPassword", &request))
        },
        says: "CodeMismatchException",
    },
    Case {
        name: "ConfirmSignUp, a wrong code",
        kind: Names::Unconfirmed,
        prepare: |stage, at| {
            let mut request = stage.named(at);
            request["ConfirmationCode"] = json!("0");
            Ok(stage.call("ConfirmSignUp", &request))
        },
        says: "Exception",
    },
    Case {
        name: "ResendConfirmationCode",
        kind: Names::Unconfirmed,
        prepare: |stage, at| Ok(stage.call("ResendConfirmationCode", &stage.named(at))),
        says: "CodeDeliveryDetails",
    },
    Case {
        name: "the page /login, a wrong password",
        kind: Names::Confirmed,
        prepare: |stage, at| stage.form(at, "/login", &format!("&password={WRONG}")),
        says: "Incorrect username or password.",
    },
    Case {
        name: "the page /forgotPassword",
        kind: Names::Confirmed,
        prepare: |stage, at| stage.form(at, "/forgotPassword", ""),
        says: "",
    },
    Case {
        name: "the page /confirmforgotPassword, a wrong code",
        kind: Names::Confirmed,
        prepare: |stage, at| {
            let forgot = stage.form(at, "/forgotPassword", "")?;
            let answer = at.send(&forgot, "POST")?;
            let mut cookies = cookies(&answer);
            cookies.extend(
                forgot.headers.iter().filter(|(name, _)| *name == "Cookie").map(|(_, value)| value.clone()),
            );
            stage.form_with(
                at,
                "/confirmforgotPassword",
                &cookies,
                &format!("&code=0&password={WRONG}&confirm_password={WRONG}"),
            )
        },
        says: "Invalid verification code provided, please try again.",
    },
];
