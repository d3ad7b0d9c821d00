// amazon-cognito-identity-js as the scenes call it: promises in place of functions, a browser's storage.

import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";
import { check, equal } from "./checks.mjs";
import { endpoint } from "./sign_in_stage.mjs";
import { BrowserStorage } from "./storage.mjs";

/** A call of the library, which takes a function for each outcome. */
export const asked = (call) =>
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

/** A call that takes one function, for the error and the value. */
export const called = (call) =>
  new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))));

export async function failed(what, call, name, message) {
  try {
    await call();
  } catch (error) {
    equal(what, { name: error.name ?? error.code, message: error.message }, { name, message });
    return;
  }
  check(false, `${what}: succeeded`);
}

/** A user of a page that was just opened in the browser with this storage. */
export function userOf({ pool, client }, name, Storage = new BrowserStorage()) {
  const Pool = new CognitoUserPool({ UserPoolId: pool, ClientId: client, endpoint, Storage });
  return new CognitoUser({ Username: name, Pool, Storage });
}

export function signIn(user, name, password) {
  const details = new AuthenticationDetails({ Username: name, Password: password });
  return asked((on) => user.authenticateUser(details, on));
}
