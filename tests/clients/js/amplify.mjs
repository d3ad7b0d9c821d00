// Amplify v6, as in a web page: only userPoolEndpoint differs from a configuration for AWS.

import { Amplify } from "aws-amplify";
import {
  autoSignIn,
  confirmResetPassword,
  confirmSignIn,
  confirmSignUp,
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  resetPassword,
  setUpTOTP,
  signIn,
  signOut,
  signUp,
  updatePassword,
  updateUserAttributes,
  verifyTOTPSetup,
} from "aws-amplify/auth";
import { cognitoUserPoolsTokenProvider } from "aws-amplify/auth/cognito";
import { appCode } from "./authenticators.mjs";
import { check, done, equal } from "./checks.mjs";
import { NEW_PASSWORD, PASSWORD, addUser, codeFor, endpoint } from "./sign_in_stage.mjs";
import { SlowStorage } from "./storage.mjs";

/** Amplify in the browser with this storage, in a page of this client. */
export function configure({ pool, client }, storage) {
  Amplify.configure({
    Auth: { Cognito: { userPoolId: pool, userPoolClientId: client, userPoolEndpoint: endpoint } },
  });
  cognitoUserPoolsTokenProvider.setKeyValueStorage(storage);
}

export async function amplify(stage) {
  const { pool } = stage;
  configure(stage, new SlowStorage());
  const email = "amy@example.com";
  let since = new Date(Date.now() - 1000);
  const options = { userAttributes: { email }, autoSignIn: { authFlowType: "USER_AUTH" } };
  const signedUp = await signUp({ username: "amy", password: PASSWORD, options });
  equal("after signing up", signedUp.nextStep.signUpStep, "CONFIRM_SIGN_UP");
  const confirmed = await confirmSignUp({ username: "amy", confirmationCode: await codeFor(email, since) });
  equal("after the code", confirmed.nextStep.signUpStep, "COMPLETE_AUTO_SIGN_IN");
  equal("signed in by signing up", (await autoSignIn()).isSignedIn, true);
  equal("who", (await getCurrentUser()).username, "amy");
  equal("attributes", (await fetchUserAttributes()).email, email);
  await updateUserAttributes({ userAttributes: { nickname: "A" } });
  await updatePassword({ oldPassword: PASSWORD, newPassword: NEW_PASSWORD });
  const before = (await fetchAuthSession()).tokens.accessToken.toString();
  const after = (await fetchAuthSession({ forceRefresh: true })).tokens.accessToken.toString();
  check(before !== after, "the same access token again");
  await signOut();
  done("amplify: signing up and in, attributes, a changed password, refreshed tokens");

  equal("by SRP", (await signIn({ username: "amy", password: NEW_PASSWORD })).isSignedIn, true);
  await signOut();
  since = new Date(Date.now() - 1000);
  await resetPassword({ username: "amy" });
  const confirmationCode = await codeFor(email, since);
  await confirmResetPassword({ username: "amy", confirmationCode, newPassword: PASSWORD });
  const direct = { authFlowType: "USER_PASSWORD_AUTH" };
  equal("by password", (await signIn({ username: "amy", password: PASSWORD, options: direct })).isSignedIn, true);
  const { sharedSecret } = await setUpTOTP();
  await verifyTOTPSetup({ code: appCode(sharedSecret, -1) });
  await signOut();
  const challenge = await signIn({ username: "amy", password: PASSWORD });
  equal("asked for the app", challenge.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
  equal("after its code", (await confirmSignIn({ challengeResponse: appCode(sharedSecret) })).isSignedIn, true);
  await signOut({ global: true });
  done("amplify: a forgotten password, an authenticator app, signing out everywhere");

  await addUser(pool, "ann");
  since = new Date(Date.now() - 1000);
  const byCode = { authFlowType: "USER_AUTH", preferredChallenge: "EMAIL_OTP" };
  const sent = await signIn({ username: "ann", options: byCode });
  equal("asked for a code", sent.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
  const challengeResponse = await codeFor("ann@example.com", since);
  equal("after the code", (await confirmSignIn({ challengeResponse })).isSignedIn, true);
  await signOut();
  done("amplify: a code by e-mail in place of a password");
}
