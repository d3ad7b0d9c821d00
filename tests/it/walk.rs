//! Random walks: whatever is done to a user, in whatever order, some things never happen.
//!
//! - A disabled or deleted user gets no token, one who is not confirmed cannot sign in, and nobody can with a password that
//!   is not the user's.
//! - A token of a session that was ended is never taken again.
//! - A code and a challenge are used once.
//! - The status changes only as the table of user states allows, and not at all by a call that was refused.

use std::cell::Cell;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{ALL_FLOWS, Answer, World, on_both};

on_both!(first_walk, second_walk, third_walk);

const STEPS: usize = 120;

async fn first_walk(world: World) {
    walk(world, 1).await;
}

async fn second_walk(world: World) {
    walk(world, 2).await;
}

async fn third_walk(world: World) {
    walk(world, 3).await;
}

async fn walk(world: World, seed: u64) {
    let pool = world.pool(json!({ "AutoVerifiedAttributes": ["email"] })).await;
    let client =
        world.client(&pool, json!({ "ExplicitAuthFlows": ALL_FLOWS, "AccessTokenValidity": 24 })).await;
    let mut walker = Walker {
        world,
        pool,
        client,
        dice: Cell::new(seed),
        state: None,
        passwords: 0,
        password: String::new(),
        live: Vec::new(),
        ended: Vec::new(),
        used_codes: Vec::new(),
        challenge: None,
        used_challenge: None,
        succeeded: 0,
    };
    for step in 0..STEPS {
        let action = ACTIONS[walker.draw(ACTIONS.len())];
        let minutes = i64::try_from(walker.draw(20)).unwrap();
        walker.world.advance(TimeDelta::minutes(minutes));
        walker.take(step, action).await;
    }
    // A walk on which everything was refused would show nothing.
    assert!(walker.succeeded > STEPS / 4, "only {} steps succeeded", walker.succeeded);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    SignUp,
    ConfirmSignUp,
    AdminConfirmSignUp,
    SignIn,
    SignInWrongly,
    AnswerNewPassword,
    AnswerNewPasswordAgain,
    Refresh,
    ForgotPassword,
    ConfirmForgotPassword,
    UseCodeAgain,
    ChangePassword,
    SetPermanentPassword,
    SetTemporaryPassword,
    ResetPassword,
    Disable,
    Enable,
    SignOut,
    AdminSignOut,
    Revoke,
    Delete,
}
use Action::*;

/// What is done often stands here often.
const ACTIONS: [Action; 40] = [
    SignUp,
    SignUp,
    ConfirmSignUp,
    ConfirmSignUp,
    AdminConfirmSignUp,
    AdminConfirmSignUp,
    SignIn,
    SignIn,
    SignIn,
    SignIn,
    SignIn,
    SignIn,
    SignIn,
    SignInWrongly,
    AnswerNewPassword,
    AnswerNewPassword,
    AnswerNewPassword,
    AnswerNewPasswordAgain,
    Refresh,
    Refresh,
    Refresh,
    ForgotPassword,
    ForgotPassword,
    ForgotPassword,
    ConfirmForgotPassword,
    ConfirmForgotPassword,
    UseCodeAgain,
    ChangePassword,
    SetPermanentPassword,
    SetTemporaryPassword,
    ResetPassword,
    Disable,
    Enable,
    Enable,
    Enable,
    Enable,
    SignOut,
    AdminSignOut,
    Revoke,
    Delete,
];

/// Whether a call that succeeded may lead from one status to another (`None`: there is no such user).
fn may_lead(action: Action, from: Option<&str>, to: Option<&str>) -> bool {
    let Some(from) = from else { return to.is_none() || (action == SignUp && to == Some("UNCONFIRMED")) };
    let leads_to = match action {
        ConfirmSignUp | AdminConfirmSignUp => Some("CONFIRMED").filter(|_| from == "UNCONFIRMED"),
        SetPermanentPassword => Some("CONFIRMED"),
        SetTemporaryPassword => Some("FORCE_CHANGE_PASSWORD"),
        AnswerNewPassword => Some("CONFIRMED").filter(|_| from == "FORCE_CHANGE_PASSWORD"),
        ResetPassword => Some("RESET_REQUIRED").filter(|_| matches!(from, "CONFIRMED" | "RESET_REQUIRED")),
        ConfirmForgotPassword => Some("CONFIRMED").filter(|_| from != "FORCE_CHANGE_PASSWORD"),
        Delete => return to.is_none(),
        SignUp
        | SignIn
        | SignInWrongly
        | AnswerNewPasswordAgain
        | Refresh
        | ForgotPassword
        | UseCodeAgain
        | ChangePassword
        | Disable
        | Enable
        | SignOut
        | AdminSignOut
        | Revoke => Some(from),
    };
    leads_to.is_some() && leads_to == to
}

struct Walker {
    world: World,
    pool: String,
    client: String,
    dice: Cell<u64>,
    /// Status and whether enabled, as shown last.
    state: Option<(String, bool)>,
    passwords: usize,
    password: String,
    live: Vec<Value>,
    ended: Vec<Value>,
    used_codes: Vec<Value>,
    challenge: Option<Value>,
    used_challenge: Option<Value>,
    succeeded: usize,
}

impl Walker {
    fn draw(&self, below: usize) -> usize {
        // Numerical Recipes' generator: the same walk each time, on every machine.
        let next =
            self.dice.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.dice.set(next);
        usize::try_from(next >> 33).unwrap() % below
    }

    fn new_password(&mut self) -> String {
        self.passwords += 1;
        format!("Passw0rd-{}", self.passwords)
    }

    /// A code of the outbox, for the last thing a code was sent for.
    async fn code(&self) -> Value {
        let messages = self.world.messages(&format!("pool={}&user=jane", self.pool)).await;
        messages.first().map_or(json!("123456"), |message| message["code"].clone())
    }

    async fn take(&mut self, step: usize, action: Action) {
        let before = self.state.clone();
        let proposed = self.new_password();
        let Some((operation, request)) = self.request(action, &proposed).await else { return };
        let answer = self.world.call(operation, request.clone()).await;
        assert!(matches!(answer.status, 200 | 400), "{step} {operation}: {}", answer.text);
        let succeeded = answer.status == 200;
        let what = format!("step {step}, {action:?} of {before:?}: {}", answer.text);

        self.look().await;
        let status = |state: &Option<(String, bool)>| state.as_ref().map(|(status, _)| status.clone());
        let (from, to) = (status(&before), status(&self.state));
        if succeeded {
            self.succeeded += 1;
            assert!(may_lead(action, from.as_deref(), to.as_deref()), "{what} led to {to:?}");
            self.learn(action, request, proposed, answer, &what);
        } else {
            assert_eq!(from, to, "{what} changed the user");
        }
        self.check_ended(&what).await;
    }

    /// The call for an action; none where there is nothing to do it with.
    async fn request(&self, action: Action, proposed: &str) -> Option<(&'static str, Value)> {
        let user = || json!({ "UserPoolId": self.pool, "Username": "jane" });
        let me = || json!({ "ClientId": self.client, "Username": "jane" });
        let with = |mut request: Value, more: Value| {
            request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            request
        };
        let tokens = self.live.last();
        let sign_in = |password: &str| {
            json!({ "ClientId": self.client, "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": "jane", "PASSWORD": password } })
        };
        let answer_new = |challenge: &Value| {
            json!({ "ClientId": self.client, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": challenge["Session"],
                "ChallengeResponses": { "USERNAME": "jane", "NEW_PASSWORD": proposed } })
        };
        let confirm = |code: Value| with(me(), json!({ "ConfirmationCode": code, "Password": proposed }));
        let set = |permanent: bool| with(user(), json!({ "Password": proposed, "Permanent": permanent }));
        Some(match action {
            SignUp => {
                let attributes = json!([{ "Name": "email", "Value": "jane@example.com" }]);
                ("SignUp", with(me(), json!({ "Password": proposed, "UserAttributes": attributes })))
            }
            ConfirmSignUp => ("ConfirmSignUp", with(me(), json!({ "ConfirmationCode": self.code().await }))),
            AdminConfirmSignUp => ("AdminConfirmSignUp", user()),
            SignIn => ("InitiateAuth", sign_in(&self.password)),
            SignInWrongly => ("InitiateAuth", sign_in("Wr0ng-password")),
            AnswerNewPassword => ("RespondToAuthChallenge", answer_new(self.challenge.as_ref()?)),
            AnswerNewPasswordAgain => ("RespondToAuthChallenge", answer_new(self.used_challenge.as_ref()?)),
            Refresh => {
                let refresh = json!({ "REFRESH_TOKEN": tokens?["RefreshToken"] });
                (
                    "InitiateAuth",
                    json!({ "ClientId": self.client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": refresh }),
                )
            }
            ForgotPassword => ("ForgotPassword", me()),
            ConfirmForgotPassword => ("ConfirmForgotPassword", confirm(self.code().await)),
            UseCodeAgain => ("ConfirmForgotPassword", confirm(self.used_codes.last()?.clone())),
            ChangePassword => {
                let access = &tokens?["AccessToken"];
                (
                    "ChangePassword",
                    json!({ "AccessToken": access, "PreviousPassword": self.password, "ProposedPassword": proposed }),
                )
            }
            SetPermanentPassword => ("AdminSetUserPassword", set(true)),
            SetTemporaryPassword => ("AdminSetUserPassword", set(false)),
            ResetPassword => ("AdminResetUserPassword", user()),
            Disable => ("AdminDisableUser", user()),
            Enable => ("AdminEnableUser", user()),
            SignOut => ("GlobalSignOut", json!({ "AccessToken": tokens?["AccessToken"] })),
            AdminSignOut => ("AdminUserGlobalSignOut", user()),
            Revoke => ("RevokeToken", json!({ "ClientId": self.client, "Token": tokens?["RefreshToken"] })),
            Delete => ("AdminDeleteUser", user()),
        })
    }

    async fn look(&mut self) {
        let answer =
            self.world.call("AdminGetUser", json!({ "UserPoolId": self.pool, "Username": "jane" })).await;
        self.state = (answer.status == 200).then(|| {
            let user = answer.ok();
            (user["UserStatus"].as_str().unwrap().to_owned(), user["Enabled"].as_bool().unwrap())
        });
    }

    /// What a call that succeeded means.
    fn learn(&mut self, action: Action, request: Value, proposed: String, answer: Answer, what: &str) {
        let body = answer.ok();
        if let Some(tokens) = body.get("AuthenticationResult") {
            // A session goes on while its user chooses another password.
            let state = self.state.clone().unwrap();
            assert!(state.1 && (action == Refresh || state.0 == "CONFIRMED"), "tokens for {state:?}: {what}");
            if action != Refresh {
                self.live.push(tokens.clone());
            }
        }
        match action {
            SignInWrongly | AnswerNewPasswordAgain | UseCodeAgain => panic!("succeeded: {what}"),
            SignUp | ChangePassword | SetPermanentPassword | SetTemporaryPassword => self.password = proposed,
            ConfirmForgotPassword => {
                self.password = proposed;
                self.used_codes.push(request["ConfirmationCode"].clone());
            }
            AnswerNewPassword => {
                self.password = proposed;
                self.used_challenge = self.challenge.take();
            }
            SignIn if body.get("ChallengeName").is_some() => self.challenge = Some(body),
            Disable | SignOut | AdminSignOut | Delete => self.ended.append(&mut self.live),
            Revoke => self.ended.extend(self.live.pop()),
            ConfirmSignUp | AdminConfirmSignUp | SignIn | Refresh | ForgotPassword | ResetPassword
            | Enable => {}
        }
    }

    /// Nothing that was ended is taken.
    async fn check_ended(&self, what: &str) {
        let Some(tokens) = self.ended.get(self.draw(self.ended.len().max(1))) else { return };
        let by_access = self.world.call("GetUser", json!({ "AccessToken": tokens["AccessToken"] })).await;
        assert_eq!(by_access.status, 400, "an ended access token after {what}");
        let parameters = json!({ "REFRESH_TOKEN": tokens["RefreshToken"] });
        let refresh = json!({ "ClientId": self.client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters });
        let by_refresh = self.world.call("InitiateAuth", refresh).await;
        assert_eq!(by_refresh.status, 400, "an ended refresh token after {what}");
    }
}
