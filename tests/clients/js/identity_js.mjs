// amazon-cognito-identity-js: SRP, new password, authenticator apps, devices, forgotten and changed passwords, refresh,
// signing out everywhere.

import {
  AuthenticationDetails,
  CognitoRefreshToken,
  CognitoUser,
  CognitoUserPool,
} from "amazon-cognito-identity-js";
import { appCode } from "./authenticators.mjs";
import { check, cognito, done, equal } from "./checks.mjs";
import { NEW_PASSWORD, PASSWORD, TEMPORARY, addUser, codeFor, endpoint } from "./sign_in_stage.mjs";

/** A call of the library, which takes a function for each outcome. */
const asked = (call) =>
  new Promise((resolve, reject) => {
    const outcome = (name) => (...values) => resolve({ name, values });
    call({
      onSuccess: outcome("success"),
      onFailure: reject,
      newPasswordRequired: outcome("newPassword"),
      totpRequired: outcome("totp"),
      mfaRequired: outcome("mfa"),
      mfaSetup: outcome("setup"),
      inputVerificationCode: outcome("code"),
      associateSecretCode: (secret) => resolve({ name: "secret", values: [secret] }),
    });
  });
const called = (call) =>
  new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))));

async function failed(what, call, name, message) {
  try {
    await call();
  } catch (error) {
    equal(what, { name: error.name ?? error.code, message: error.message }, { name, message });
    return;
  }
  check(false, `${what}: succeeded`);
}

function userOf({ pool, client }, name) {
  const Pool = new CognitoUserPool({ UserPoolId: pool, ClientId: client, endpoint });
  return new CognitoUser({ Username: name, Pool });
}
const details = (Username, Password) => new AuthenticationDetails({ Username, Password });
const signIn = (user, name, password) => asked((on) => user.authenticateUser(details(name, password), on));

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
  await devices(stage);
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
  return secret;
}

async function devices({ devicePool: pool, deviceClient: client }) {
  const stage = { pool, client };
  await addUser(pool, "dora");
  const dora = userOf(stage, "dora");
  const first = await signIn(dora, "dora", PASSWORD);
  equal("user confirmation of the new device", first.values[1], true);
  equal("remembered", await asked((on) => dora.setDeviceStatusRemembered(on)).then(({ name }) => name), "success");
  const secret = await authenticatorAppOnDevice(dora);
  // The remembered device proves itself in place of the app.
  equal("on a remembered device", (await signIn(dora, "dora", PASSWORD)).name, "success");
  const { values: [list] } = await asked((on) => dora.listDevices(10, null, on));
  equal("devices", list.Devices.length, 1);
  await asked((on) => dora.getDevice(on));
  await asked((on) => dora.forgetDevice(on));
  dora.clearCachedDeviceKeyAndPassword();
  const stranger = userOf(stage, "dora");
  equal("on an unknown device", (await signIn(stranger, "dora", PASSWORD)).name, "totp");
  await asked((on) => stranger.sendMFACode(appCode(secret, 1), on, "SOFTWARE_TOKEN_MFA"));
  done("identity-js: a device is confirmed, remembered, proves itself and is forgotten");
}

async function authenticatorAppOnDevice(user) {
  const { values: [secret] } = await asked((on) => user.associateSoftwareToken(on));
  await asked((on) => user.verifySoftwareToken(appCode(secret, -1), "phone", on));
  await called((on) => user.setUserMfaPreference(null, { Enabled: true, PreferredMfa: true }, on));
  return secret;
}
