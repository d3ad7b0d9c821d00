// What people do at the pages of providers, and who they are when they are back at the application.

import { cognito } from "../../js/checks.mjs";
import { verifyTokens } from "../../js/verifiers.mjs";
import { atApplication } from "../accounts.mjs";
import { fill, heading, press } from "../browser.mjs";
import { equal, has } from "../told.mjs";

/** At the SAML provider's page. */
export async function atCorporation(page, { subject, email = "", name = "", departments = "" }, act = "Sign in") {
  await heading(page, "Corporation");
  await sayWho(page, { subject, email, name, departments });
  await press(page, act);
}

export async function sayWho(page, { subject, email, name, departments }) {
  await fill(page, "Subject", subject);
  await fill(page, "Email", email);
  await fill(page, "Name", name);
  await fill(page, "Departments", departments);
}

/** At the page of the OpenID Connect provider, which knows by itself what there is to say of a subject. */
export async function atPartner(page, subject, act = "Sign in") {
  await heading(page, "Partner");
  await fill(page, "Subject", subject);
  await press(page, act);
}

/** Who is at the application again: the claims of an ID token, which aws-jwt-verify accepts, as it does the access token. */
export async function whoCame(walk, page, place) {
  const claims = await atApplication(walk, page);
  const { id_token: IdToken, access_token: AccessToken } = walk.application.receivedBy(page).tokens;
  await verifyTokens(place, { IdToken, AccessToken });
  return claims;
}

/** The user was made of an identity at a provider, and is in its group. */
export async function isOf(claims, { pool: UserPoolId }, identity) {
  const { "cognito:username": Username, "cognito:groups": groups, identities } = claims;
  equal("groups", groups, [`${UserPoolId}_${identity.providerName}`]);
  equal("number of identities", identities.length, 1);
  has("identity", identities[0], { ...identity, primary: "true" });
  const user = await cognito.adminGetUser({ UserPoolId, Username });
  has("user", user, { Username, UserStatus: "EXTERNAL_PROVIDER", Enabled: true });
}

/** The application was told that nobody is signed in, and why. */
export async function refused(page, error, description) {
  await heading(page, `Refused: ${error}`);
  equal("why", new URL(page.url()).searchParams.get("error_description"), description);
}
