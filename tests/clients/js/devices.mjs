// Devices: met at a first sign-in, remembered, in place of a second factor from then on, forgotten. As applications have
// them by amazon-cognito-identity-js and by Amplify v6; each comes back with the storage that it had.

import { CognitoRefreshToken } from "amazon-cognito-identity-js";
import {
  confirmSignIn,
  fetchAuthSession,
  fetchDevices,
  forgetDevice,
  rememberDevice,
  setUpTOTP,
  signIn as amplifySignIn,
  signOut,
  updateMFAPreference,
  verifyTOTPSetup,
} from "aws-amplify/auth";
import { configure } from "./amplify.mjs";
import { appCode } from "./authenticators.mjs";
import { cognito, done, equal } from "./checks.mjs";
import { asked, called, failed, signIn, userOf } from "./identity_user.mjs";
import { PASSWORD, addUser } from "./sign_in_stage.mjs";
import { BrowserStorage, SlowStorage } from "./storage.mjs";

// Amplify names a device after the browser. Node.js has none before version 21.
globalThis.navigator ??= { userAgent: "a page without a browser" };

/** What an application kept of its user's device, for after the restart. */
export async function meetDevices({ always, asking }) {
  const devices = {
    always: await withIdentityJs(always, "dora", false),
    asking: await withIdentityJs(asking, "dick", true),
    amplify: await withAmplify(asking, "drew"),
  };
  await withoutSrp(always);
  return devices;
}

export async function meetDevicesAgain({ always, asking, amplify }) {
  for (const kept of [always, asking]) {
    const user = userOf(kept, kept.name, new BrowserStorage(kept.items));
    equal(`${kept.name} on a device of before`, (await signIn(user, kept.name, PASSWORD)).name, "success");
    await isOnlyDevice(user, kept.key);
    await refresh(user);
  }
  const storage = new SlowStorage(amplify.items);
  configure(amplify, storage);
  await signOut();
  equal("amplify on a device of before", await amplifySignedIn(amplify.name), "DONE");
  equal("its devices", (await fetchDevices()).map(({ id }) => id), [amplify.key]);
  done("devices outlive the restart, remembered as they were");
}

const keysOf = ({ items }) => Object.entries(items).filter(([key]) => key.endsWith(".deviceKey")).map(([, key]) => key);

async function withIdentityJs(stage, name, asks) {
  await addUser(stage.pool, name);
  const storage = new BrowserStorage();
  /** The page is opened again: all that is known is in the storage. */
  const opened = () => userOf(stage, name, storage);

  const first = opened();
  const met = await signIn(first, name, PASSWORD);
  equal("whether the user is asked", met.values[1], asks ? true : undefined);
  const [key] = keysOf(storage);
  const secret = await setUpApp(first);
  if (asks) {
    const again = opened();
    equal("on a device that is not remembered yet", (await signIn(again, name, PASSWORD)).name, "totp");
    equal("after the code", (await answer(again, appCode(secret))).name, "success");
    await isOnlyDevice(again, key);
    equal("remembered", (await asked((on) => again.setDeviceStatusRemembered(on))).name, "success");
  }

  const user = opened();
  equal("on a remembered device", (await signIn(user, name, PASSWORD)).name, "success");
  await isOnlyDevice(user, key);
  await refresh(user);
  const { values: [{ Device }] } = await asked((on) => user.getDevice(on));
  equal("its key", Device.DeviceKey, key);

  const stale = { ...storage.items };
  await asked((on) => user.forgetDevice(on));
  equal("kept of a forgotten device", keysOf(storage), []);
  Object.assign(storage.items, stale);
  await failed(
    "a refresh on a forgotten device", () => refresh(opened()),
    "NotAuthorizedException", "Invalid Refresh Token.",
  );
  // The library is told that there is no such device, drops the key and answers the same challenge again.
  const anew = opened();
  equal("on a forgotten device", (await signIn(anew, name, PASSWORD)).name, "totp");
  equal("kept of it", keysOf(storage), []);
  equal("after the code", (await answer(anew, appCode(secret, 1))).name, "success");
  if (asks) await asked((on) => anew.setDeviceStatusRemembered(on));
  const [newKey] = keysOf(storage);
  equal("met anew", newKey !== undefined && newKey !== key, true);
  await isOnlyDevice(anew, newKey);
  done(`identity-js: a device ${asks ? "that the user wants remembered" : "remembered at once"}, in place of a code, forgotten`);
  return { ...stage, name, key: newKey, items: storage.items };
}

async function setUpApp(user) {
  const { values: [secret] } = await asked((on) => user.associateSoftwareToken(on));
  await asked((on) => user.verifySoftwareToken(appCode(secret, -1), "phone", on));
  await called((on) => user.setUserMfaPreference(null, { Enabled: true, PreferredMfa: true }, on));
  return secret;
}

const answer = (user, code) => asked((on) => user.sendMFACode(code, on, "SOFTWARE_TOKEN_MFA"));

async function isOnlyDevice(user, key) {
  const { values: [{ Devices }] } = await asked((on) => user.listDevices(10, null, on));
  equal("devices", Devices.map(({ DeviceKey }) => DeviceKey), [key]);
}

/** With the refresh token of the storage; the library adds the device's key. */
async function refresh(user) {
  const { storage, pool } = user;
  const key = `CognitoIdentityServiceProvider.${pool.getClientId()}.${user.getUsername()}.refreshToken`;
  const RefreshToken = storage.getItem(key);
  await called((on) => user.refreshSession(new CognitoRefreshToken({ RefreshToken }), on));
}

/** Who did not sign in by SRP has no device to confirm, and the library says so. */
async function withoutSrp(stage) {
  await addUser(stage.pool, "paul");
  const paul = userOf(stage, "paul");
  paul.setAuthenticationFlowType("USER_PASSWORD_AUTH");
  const text = "Invalid device key given.";
  await failed("by password alone", () => signIn(paul, "paul", PASSWORD), "InvalidParameterException", text);
  const { Devices } = await cognito.adminListDevices({ UserPoolId: stage.pool, Username: "paul" });
  equal("devices without SRP", Devices, []);
  done("identity-js: no device for a password that was sent as it is");
}

const amplifySignedIn = async (username) => (await amplifySignIn({ username, password: PASSWORD })).nextStep.signInStep;

async function withAmplify(stage, name) {
  await addUser(stage.pool, name);
  const storage = new SlowStorage();
  configure(stage, storage);
  equal("amplify on a new device", await amplifySignedIn(name), "DONE");
  const [key] = keysOf(storage);
  await rememberDevice();
  const { sharedSecret } = await setUpTOTP();
  await verifyTOTPSetup({ code: appCode(sharedSecret, -1) });
  await updateMFAPreference({ totp: "PREFERRED" });
  await signOut();

  equal("amplify on a remembered device", await amplifySignedIn(name), "DONE");
  const ids = async () => (await fetchDevices()).map(({ id }) => id);
  equal("devices of amplify", await ids(), [key]);
  await fetchAuthSession({ forceRefresh: true });
  const stale = Object.entries(storage.items).filter(([item]) => /\.(deviceKey|deviceGroupKey|randomPasswordKey)$/.test(item));
  await forgetDevice();
  equal("kept of a forgotten device by amplify", keysOf(storage), []);
  await signOut();

  Object.assign(storage.items, Object.fromEntries(stale));
  equal("amplify on a forgotten device", await amplifySignedIn(name), "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
  equal("kept of it by amplify", keysOf(storage), []);
  equal("after the code", (await confirmSignIn({ challengeResponse: appCode(sharedSecret) })).isSignedIn, true);
  await rememberDevice();
  const [newKey] = keysOf(storage);
  equal("devices met anew", await ids(), [newKey]);
  done("amplify: a device remembered, listed, in place of a code, forgotten");
  return { ...stage, name, key: newKey, items: storage.items };
}
