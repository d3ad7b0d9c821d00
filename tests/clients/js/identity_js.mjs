// amazon-cognito-identity-js: SRP, new password, authenticator apps, forgotten and changed passwords, refresh, signing out
// everywhere. Devices are in devices.mjs.

import { CognitoRefreshToken } from "amazon-cognito-identity-js";
import { appCode } from "./authenticators.mjs";
import { check, cognito, done, equal } from "./checks.mjs";
import { asked, called, failed, signIn, userOf } from "./identity_user.mjs";
import { NEW_PASSWORD, PASSWORD, TEMPORARY, codeFor } from "./sign_in_stage.mjs";

export async function identityJs(stage) {
  const { pool } = stage;
  await cognito.adminCreateUser({
    UserPoolId: pool,
    Username: "iris",
    TemporaryPassword: TEMPORARY,
    MessageAction: "SUPPRESS",
    UserAttributes: [{ Name: "email", Value: "iris@example.com" }, { Name: "email_verified", Value: "true" }],
  });
  const iris = userOf(stage, "iris");
  const first = await signIn(iris, "iris", TEMPORARY);
  equal("first sign-in", first.name, "newPassword");
  const changed = await asked((on) => iris.completeNewPasswordChallenge(PASSWORD, {}, on));
  equal("after the new password", changed.name, "success");
  done("identity-js: SRP with a temporary password, replaced by a new one");

  await failed(
    "a wrong password", () => signIn(userOf(stage, "iris"), "iris", "Wr0ng-word"),
    "NotAuthorizedException", "Incorrect username or password.",
  );
  const attributes = await called((on) => iris.getUserAttributes(on));
  equal("e-mail", attributes.find((item) => item.getName() === "email").getValue(), "iris@example.com");
  await called((on) => iris.changePassword(PASSWORD, NEW_PASSWORD, on));
  equal("with the changed password", (await signIn(iris, "iris", NEW_PASSWORD)).name, "success");
  done("identity-js: attributes, a changed password");

  const since = new Date(Date.now() - 1000);
  equal("forgot", (await asked((on) => iris.forgotPassword(on))).name, "code");
  const code = await codeFor("iris@example.com", since);
  equal("confirmed", (await asked((on) => iris.confirmPassword(code, PASSWORD, on))).name, "success");
  const session = (await signIn(iris, "iris", PASSWORD)).values[0];
  const RefreshToken = session.getRefreshToken().getToken();
  const refreshed = await called((on) => iris.refreshSession(new CognitoRefreshToken({ RefreshToken }), on));
  check(refreshed.getIdToken().getJwtToken() !== session.getIdToken().getJwtToken(), "the same ID token again");
  done("identity-js: a forgotten password, refreshed tokens");

  await authenticatorApp(iris);
  equal("signed out everywhere", (await asked((on) => iris.globalSignOut(on))).name, "success");
  iris.signInUserSession = session;
  await failed(
    "after signing out", () => called((on) => iris.getUserData(on)),
    "NotAuthorizedException", "Access Token has been revoked",
  );
  done("identity-js: an authenticator app, signing out everywhere");
}

async function authenticatorApp(user) {
  const { values: [secret] } = await asked((on) => user.associateSoftwareToken(on));
  await asked((on) => user.verifySoftwareToken(appCode(secret, -1), "phone", on));
  await called((on) => user.setUserMfaPreference(null, { Enabled: true, PreferredMfa: true }, on));
  const challenge = await signIn(user, user.getUsername(), PASSWORD);
  equal("with an app", challenge.name, "totp");
  await failed(
    "a wrong code", () => asked((on) => user.sendMFACode("000000", on, "SOFTWARE_TOKEN_MFA")),
    "CodeMismatchException", "Invalid code received for user",
  );
  const done = await asked((on) => user.sendMFACode(appCode(secret), on, "SOFTWARE_TOKEN_MFA"));
  equal("after the code", done.name, "success");
}
