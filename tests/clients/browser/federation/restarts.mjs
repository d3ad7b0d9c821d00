// What outlives a restart, of the providers and of the server: keys that change, a sign-in that was begun, a session.

import { setTimeout } from "node:timers/promises";
import { fetchByTurns } from "../../js/turns.mjs";
import { claimsOf, verifyTokens } from "../../js/verifiers.mjs";
import { heading } from "../browser.mjs";
import { equal } from "../told.mjs";
import { atCorporation, atPartner, whoCame } from "./people.mjs";
import { RITA } from "./saml.mjs";

/** A pool does not fetch metadata more often than this because of a signature that it cannot verify. */
const PATIENCE = 11_000;

/** Both providers start again with new keys. Nobody tells the pools, which find out: when somebody signs out, and in. */
export async function newKeys(walk, page, folder) {
  const { application, strict } = walk;
  await page.goto(application.signIn(strict));
  await atCorporation(page, RITA);
  await whoCame(walk, page, strict);
  await setTimeout(PATIENCE);
  walk.saml = await walk.saml.restart(folder);
  await walk.saml.registerAll(walk.serviceProviders);
  walk.oidc.restart();
  await signOutThere(walk, page);
  await sameUsers(walk, page);
}

/** The provider has forgotten the session, which holds up nobody. */
async function signOutThere({ application, saml, strict }, page) {
  const visited = page.waitForRequest((request) => request.url().startsWith(`${saml.origin}/slo`));
  await page.goto(application.signOut(strict));
  await visited;
  await heading(page, "Good bye");
}

/** At each provider, those who were there before are the users that they were. */
export async function sameUsers(walk, page) {
  const { application, web, strict, oidc, who: { corporation, sealed, partner } } = walk;
  oidc.people.set("olga", { email: "olga@partner.example", email_verified: true });
  await page.goto(application.signIn(web, { identity_provider: "Corporation" }));
  await atCorporation(page, RITA);
  equal("who came from the corporation", (await whoCame(walk, page, web)).sub, corporation);
  await page.context().clearCookies();
  await page.goto(application.signIn(strict));
  await atCorporation(page, RITA);
  equal("who came with all seals", (await whoCame(walk, page, strict)).sub, sealed);
  await page.goto(application.signIn(web, { identity_provider: "Partner" }));
  await atPartner(page, "olga");
  equal("who came from the partner", (await whoCame(walk, page, web)).sub, partner);
}

/** Goes to the provider, and no further: where the browser is, and its cookies. */
export async function begin(walk, page) {
  await page.goto(walk.application.signIn(walk.web, { identity_provider: "Corporation" }));
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  return { url: page.url(), cookies: await page.context().cookies() };
}

/** Goes on from there. */
export async function goOn(walk, page, { url, cookies }) {
  await page.context().addCookies(cookies);
  await page.goto(url);
  await atCorporation(page, RITA);
  equal("who", (await whoCame(walk, page, walk.web)).sub, walk.who.corporation);
}

/** Signs in to both pools, and gives the cookies of the browser and the refresh token of the first application. */
export async function staySignedIn(walk, page) {
  const { application, strict, web } = walk;
  await page.goto(application.signIn(web, { identity_provider: "Corporation" }));
  await atCorporation(page, RITA);
  await whoCame(walk, page, web);
  const { refresh_token } = application.receivedBy(page).tokens;
  await page.goto(application.signIn(strict));
  await whoCame(walk, page, strict);
  return { cookies: await page.context().cookies(), refresh_token };
}

/** With those cookies nobody is asked, here or at the provider, until they sign out of both; the token is good for others. */
export async function stillSignedIn(walk, page, { cookies, refresh_token }) {
  const { application, web, who } = walk;
  await page.context().addCookies(cookies);
  await page.goto(application.signIn(web));
  equal("who", (await whoCame(walk, page, web)).sub, who.corporation);

  const body = new URLSearchParams({ grant_type: "refresh_token", client_id: web.client, refresh_token });
  const answer = await fetchByTurns(`${web.url}/oauth2/token`, { method: "POST", body });
  const { id_token: IdToken, access_token: AccessToken } = await answer.json();
  equal("status of new tokens", answer.status, 200);
  await verifyTokens(web, { IdToken, AccessToken });
  equal("whose they are", claimsOf(IdToken).sub, who.corporation);
  await signOutThere(walk, page);
}
