// What the sign-in scene plays on: pools, clients, users, and codes out of the outbox.

import { check, cognito, endpoints, NAME } from "./checks.mjs";

export const PASSWORD = "Passw0rd!";
export const NEW_PASSWORD = "An0ther-word";
export const TEMPORARY = "Temp0rary!";

export const endpoint = `${endpoints[0].origin}/`;

/** Libraries without a middleware of their own use fetch: their requests take turns between the replicas too. */
const originalFetch = globalThis.fetch;
let turn = 0;
globalThis.fetch = (input, options) => {
  const url = new URL(typeof input === "string" || input instanceof URL ? input : input.url);
  if (url.origin !== endpoints[0].origin) return originalFetch(input, options);
  const { host } = endpoints[turn++ % endpoints.length];
  url.host = host;
  return originalFetch(url, options ?? (input instanceof Request ? input : undefined));
};

const FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];

async function poolAndClient(name, members, mfa) {
  const { UserPool } = await cognito.createUserPool({
    PoolName: `${NAME}-${name}`,
    AutoVerifiedAttributes: ["email"],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"] } },
    ...members,
  });
  await cognito.setUserPoolMfaConfig({
    UserPoolId: UserPool.Id,
    MfaConfiguration: "OPTIONAL",
    SoftwareTokenMfaConfiguration: { Enabled: true },
    WebAuthnConfiguration: { RelyingPartyId: "localhost", UserVerification: "preferred" },
    ...mfa,
  });
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId: UserPool.Id,
    ClientName: name,
    ExplicitAuthFlows: FLOWS,
  });
  return [UserPool.Id, UserPoolClient.ClientId];
}

export async function setStage() {
  const [pool, client] = await poolAndClient("sign-in", {});
  // A remembered device replaces a second factor; which are remembered: all, or those that the user says.
  const tracking = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false };
  const [alwaysPool, alwaysClient] = await poolAndClient("devices", { DeviceConfiguration: tracking });
  const asking = { ...tracking, DeviceOnlyRememberedOnUserPrompt: true };
  const [askingPool, askingClient] = await poolAndClient("devices-opt-in", { DeviceConfiguration: asking });
  return {
    pool,
    client,
    always: { pool: alwaysPool, client: alwaysClient },
    asking: { pool: askingPool, client: askingClient },
  };
}

export async function addUser(UserPoolId, Username) {
  const email = `${Username}@example.com`;
  await cognito.adminCreateUser({
    UserPoolId,
    Username,
    MessageAction: "SUPPRESS",
    UserAttributes: [{ Name: "email", Value: email }, { Name: "email_verified", Value: "true" }],
  });
  await cognito.adminSetUserPassword({ UserPoolId, Username, Password: PASSWORD, Permanent: true });
}

/** Waits for a message to this address that was sent after a moment, and gives its code. */
export async function codeFor(to, after) {
  const query = new URLSearchParams({ to, after: after.toISOString(), wait: "10" });
  const answer = await originalFetch(`${endpoints.at(-1).origin}/_poolhouse/messages?${query}`);
  const { messages } = await answer.json();
  check(messages.length > 0, `no message to ${to}`);
  return messages[0].code;
}
