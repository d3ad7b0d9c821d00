// Answers of providers that are not to be believed: forged, brought by another browser, or brought twice.

import { heading } from "../browser.mjs";
import { equal } from "../told.mjs";
import { atCorporation, atPartner, refused, sayWho, whoCame } from "./people.mjs";
import { RITA } from "./saml.mjs";
import { SamlProvider } from "./saml_provider.mjs";
import { metadataOf } from "./service_provider.mjs";

const RELAY_STATE = "Invalid relayState from identity provider";
const UNASKED = "Invalid samlResponse or relayState from identity provider";

/** The page of the pool that says why nobody is signed in: there is no application that should hear of it. */
async function nobody(page, why) {
  await heading(page, "Something went wrong");
  equal("what is told", await page.locator("code").innerText(), why);
}

/** Somebody answers in the name of the provider, but has not its key. */
export async function forged(walk, page, keys) {
  const impostor = await SamlProvider.start(0, keys, walk.saml.origin);
  await impostor.registerAll(walk.serviceProviders);
  for (const [place, provider] of [[walk.web, "Corporation"], [walk.strict, "Sealed"]]) {
    await page.goto(walk.application.signIn(place, { identity_provider: provider }));
    await heading(page, "Corporation");
    const { pathname, search } = new URL(page.url());
    await page.goto(impostor.origin + pathname + search);
    await atCorporation(page, RITA);
    await refused(page, "server_error", "Invalid SAML response received: SAML Response signature is invalid");
    await page.context().clearCookies();
  }
  await impostor.stop();
}

/** What the pool wants encrypted comes as everybody can read it: the provider has lost the pool's certificate. */
export async function unsealed(walk, page) {
  const { application, saml, serviceProviders, strict } = walk;
  await saml.registerAll([await metadataOf(strict)]);
  await page.goto(application.signIn(strict));
  await atCorporation(page, RITA);
  await refused(page, "server_error", "Invalid SAML response received: Assertion is not encrypted");
  await saml.registerAll(serviceProviders);
}

/** Somebody sends the answer for a sign-in of theirs by the browser of another person, who would be signed in as them. */
export async function foisted(walk, page) {
  const { application, web } = walk;
  await page.goto(application.signIn(web, { identity_provider: "Corporation" }));
  await heading(page, "Corporation");
  await page.context().clearCookies();
  await atCorporation(page, { subject: "Mallory" });
  await nobody(page, RELAY_STATE);

  await page.goto(application.signIn(web, { identity_provider: "Partner" }));
  await heading(page, "Partner");
  await page.context().clearCookies({ domain: new URL(web.url).hostname });
  await atPartner(page, "mallory");
  await nobody(page, RELAY_STATE);
}

/** An answer counts once, also in the browser that it is for. */
export async function again(walk, page) {
  const { application, saml, strict, web } = walk;
  const answers = [];
  page.on("request", (request) => {
    if (/\/(oauth2|saml2)\/idpresponse/.test(request.url())) answers.push([request.url(), request.postData()]);
  });
  const bringAgain = async () => {
    const [url, body] = answers.at(-1);
    if (body === null) await page.goto(url);
    else await post(page, url, body);
  };

  await page.goto(application.signIn(web, { identity_provider: "Corporation" }));
  await atCorporation(page, RITA);
  await whoCame(walk, page, web);
  await bringAgain();
  await nobody(page, UNASKED);

  await page.context().clearCookies();
  await page.goto(application.signIn(web, { identity_provider: "Partner" }));
  await atPartner(page, "olga");
  await whoCame(walk, page, web);
  await bringAgain();
  await nobody(page, RELAY_STATE);

  application.expectUnasked(strict);
  await page.goto(saml.origin);
  await sayWho(page, RITA);
  await page.getByRole("button", { name: strict.pool }).click();
  await whoCame(walk, page, strict);
  await bringAgain();
  await nobody(page, UNASKED);
}

/** As a page of anybody can do it. */
function post(page, url, body) {
  const submit = ([action, fields]) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action });
    for (const [name, value] of fields) form.append(Object.assign(document.createElement("input"), { name, value }));
    document.body.append(form);
    form.submit();
  };
  return page.evaluate(submit, [url, [...new URLSearchParams(body)]]);
}
