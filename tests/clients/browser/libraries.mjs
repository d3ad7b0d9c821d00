// Libraries of web pages, in web pages: oidc-client-ts over HTTP, Amplify over HTTPS.

import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { enter } from "./accounts.mjs";
import { heading } from "./browser.mjs";
import { addUser } from "./stage.mjs";
import { check, equal } from "./told.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** A page of the application at `/{name}`, with a button for each act, and its script with all that it imports. */
export async function addPage(application, name, acts, settings) {
  const { outputFiles: [script] } = await build({
    entryPoints: [here(`pages/${name}.js`)],
    bundle: true,
    write: false,
    platform: "browser",
    logLevel: "error",
    // Amplify is installed beside the programs that run in Node.js.
    nodePaths: [here("../js/node_modules")],
  });
  const buttons = acts.map((act) => `<button id="${act}">${act}</button>`).join("");
  application.files.set(`/${name}.js`, { type: "text/javascript", text: script.text });
  application.files.set(`/${name}`, {
    type: "text/html",
    text: `<!DOCTYPE html><html lang="en"><link rel="icon" href="data:,"><title>${name}</title><h1>${name}</h1>
      ${buttons}<output></output><script>var SETTINGS = ${JSON.stringify(settings)}</script><script src="/${name}.js"></script>`,
  });
}

/** What the page shows next. */
async function shown(page) {
  const output = page.locator("output:not(:empty)");
  await output.waitFor();
  const text = await output.innerText();
  await output.evaluate((it) => (it.textContent = ""));
  return JSON.parse(text);
}

const press = (page, act) => page.locator(`#${act}`).click();

export async function oidcClient(walk, page, email) {
  const { application, oidc } = walk;
  await addUser(oidc, email, { email, email_verified: "true", family_name: "Spa" });
  const authority = `http://localhost:${walk.port}/${oidc.pool}`;
  const settings = { authority, client_id: oidc.client, signed_out: application.signedOut };
  await addPage(application, "oidc", ["sign-in", "renew", "revoke", "sign-out"], settings);
  await page.goto(`${application.origin}/oidc`);
  await press(page, "sign-in");
  await enter(page, email);
  const { profile, state, expires_in } = await shown(page);
  equal("who", [profile.iss, profile.aud, profile.email, profile.email_verified], [authority, oidc.client, email, "true"]);
  equal("what the page handed on", state, { from: "here" });
  check(expires_in > 3500 && expires_in <= 3600, `tokens for ${expires_in} seconds`);
  await press(page, "renew");
  equal("renewed", await shown(page), { renewed: true, email });
  await press(page, "revoke");
  equal("revoked", await shown(page), { revoked: true });
  // Without a refresh token the library asks in a frame, where browsers keep the domain's cookies to themselves.
  await press(page, "renew");
  equal("renewed once more", (await shown(page)).fault, "login_required");

  await page.goto(`${application.origin}/oidc?code=stolen&state=not-mine`);
  equal("a state of others", (await shown(page)).fault, "No matching state found in storage");
  await page.goto(`${application.origin}/oidc`);
  await press(page, "sign-out");
  await heading(page, "Good bye");
  await page.goto(application.signIn(walk.web, { prompt: "none" }));
  await heading(page, "Refused: login_required");
}

/** Amplify calls a domain by HTTPS alone. */
export async function amplify(walk, page, email) {
  const { application, tlsPort } = walk;
  const { pool, client, domain } = walk.amplify;
  await addUser(walk.amplify, email, { email, email_verified: "true", family_name: "Amp" });
  const host = `${domain}.auth.us-east-1.localhost:${tlsPort}`;
  const endpoint = `https://localhost:${tlsPort}/`;
  await addPage(application, "amplify", ["sign-in", "renew", "sign-out"], {
    pool,
    client,
    endpoint,
    domain: host,
    signed_out: application.signedOut,
  });
  await page.goto(`${application.origin}/amplify`);
  await press(page, "sign-in");
  await heading(page, "Sign in");
  equal("where", new URL(page.url()).origin, `https://${host}`);
  await enter(page, email);
  const { scope, ...who } = await shown(page);
  equal("who", who.email, email);
  check(scope.includes("aws.cognito.signin.user.admin"), `scopes ${scope}`);
  const cookies = await page.context().cookies(`https://${host}`);
  equal("cookies by TLS alone", [...new Set(cookies.map(({ secure, httpOnly }) => secure && httpOnly))], [true]);
  await press(page, "renew");
  equal("renewed", await shown(page), { renewed: true, email });
  await press(page, "sign-out");
  await heading(page, "Good bye");
  await page.goto(`${application.origin}/amplify`);
  await press(page, "sign-in");
  await heading(page, "Sign in");
}
