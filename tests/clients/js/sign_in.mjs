// The sign-in scene, played by the libraries of web applications; verifiers check the tokens.
// Usage: node sign_in.mjs build | verify | teardown; ../README.md says which variables it reads.

import { readFileSync, writeFileSync } from "node:fs";
import { amplify } from "./amplify.mjs";
import { Authenticator } from "./authenticators.mjs";
import { check, cognito, done, equal, failure } from "./checks.mjs";
import { meetDevices, meetDevicesAgain } from "./devices.mjs";
import { identityJs } from "./identity_js.mjs";
import { PASSWORD, addUser, setStage } from "./sign_in_stage.mjs";
import { verifyTokens } from "./verifiers.mjs";

const AUTH = { AuthFlow: "USER_PASSWORD_AUTH" };

async function build(state) {
  const stage = await setStage();
  await identityJs(stage);
  await amplify(stage);
  const devices = await meetDevices(stage);
  await passkey(stage);
  await addUser(stage.pool, "vera");
  const good = await signedIn(stage.client, "vera");
  const revoked = await signedIn(stage.client, "vera");
  await cognito.revokeToken({ ClientId: stage.client, Token: revoked.RefreshToken });
  await verifyTokens(stage, good);
  writeFileSync(state, JSON.stringify({ ...stage, devices, good, revoked }));
}

async function signedIn(ClientId, USERNAME) {
  const answer = await cognito.initiateAuth({ ...AUTH, ClientId, AuthParameters: { USERNAME, PASSWORD } });
  return answer.AuthenticationResult;
}

async function passkey({ pool, client }) {
  await addUser(pool, "kay");
  const { AccessToken } = await signedIn(client, "kay");
  const { CredentialCreationOptions } = await cognito.startWebAuthnRegistration({ AccessToken });
  const authenticator = new Authenticator("http://localhost:5173");
  const Credential = authenticator.create(CredentialCreationOptions);
  await cognito.completeWebAuthnRegistration({ AccessToken, Credential });
  const again = await failure("a second time", () => cognito.completeWebAuthnRegistration({ AccessToken, Credential }));
  equal("completed twice", again.name, "WebAuthnChallengeNotFoundException");
  const { Credentials } = await cognito.listWebAuthnCredentials({ AccessToken });
  equal("passkeys", Credentials.map((item) => [item.CredentialId, item.RelyingPartyId]), [[Credential.id, "localhost"]]);

  const start = () =>
    cognito.initiateAuth({
      ClientId: client,
      AuthFlow: "USER_AUTH",
      AuthParameters: { USERNAME: "kay", PREFERRED_CHALLENGE: "WEB_AUTHN" },
    });
  const answer = ({ Session, ChallengeParameters }, holder) => {
    const options = JSON.parse(ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS);
    const ChallengeResponses = { USERNAME: "kay", CREDENTIAL: JSON.stringify(holder.get(options)) };
    return cognito.respondToAuthChallenge({ ClientId: client, ChallengeName: "WEB_AUTHN", Session, ChallengeResponses });
  };
  check((await answer(await start(), authenticator)).AuthenticationResult.IdToken, "no token for a passkey");
  const elsewhere = Object.assign(Object.create(Authenticator.prototype), authenticator, { origin: "https://evil.example" });
  const stranger = Object.assign(new Authenticator("http://localhost:5173"), { id: authenticator.id, counter: 9 });
  for (const [what, holder] of [["of another origin", elsewhere], ["of another key", stranger]]) {
    const challenge = await start();
    const refused = await failure(what, () => answer(challenge, holder));
    equal(what, refused.name, "NotAuthorizedException");
  }
  await cognito.deleteWebAuthnCredential({ AccessToken, CredentialId: Credential.id });
  done("passkey: registered, signed in with, refused from another origin or key, deleted");
}

async function verify(state) {
  const { pool, client, devices, good, revoked } = JSON.parse(readFileSync(state, "utf8"));
  equal("who is signed in", (await cognito.getUser({ AccessToken: good.AccessToken })).Username, "vera");
  const refresh = ({ RefreshToken }) => {
    const AuthParameters = { REFRESH_TOKEN: RefreshToken };
    return cognito.initiateAuth({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: client, AuthParameters });
  };
  const { AuthenticationResult } = await refresh(good);
  await verifyTokens({ pool, client }, AuthenticationResult);
  const refused = await failure("a revoked token", () => refresh(revoked));
  equal("a revoked token", refused.message, "Refresh Token has been revoked");
  const access = await failure("its access token", () => cognito.getUser({ AccessToken: revoked.AccessToken }));
  equal("its access token", access.message, "Access Token has been revoked");
  done("sessions outlive the restart, and so do their ends");
  await meetDevicesAgain(devices);
}

async function teardown(state) {
  const { pool, always, asking, good } = JSON.parse(readFileSync(state, "utf8"));
  for (const UserPoolId of [pool, always.pool, asking.pool]) await cognito.deleteUserPool({ UserPoolId });
  const gone = await failure("after the pool", () => cognito.getUser({ AccessToken: good.AccessToken }));
  equal("after the pool", gone.name, "NotAuthorizedException");
  done("the pools are deleted, and their tokens refused");
}

const acts = { build, verify, teardown };
const act = process.argv[2];
if (!Object.hasOwn(acts, act)) {
  console.error(`usage: node sign_in.mjs ${Object.keys(acts).join(" | ")}`);
  process.exit(2);
}
try {
  await acts[act](process.env.SCENE_STATE);
  process.exit(0); // Amplify keeps timers
} catch (error) {
  console.error(`js sign-in: ${act} FAILED: ${error.code === "ERR_ASSERTION" ? error.message : error.stack}`);
  process.exit(1);
}
