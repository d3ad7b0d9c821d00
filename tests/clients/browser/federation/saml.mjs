// Sign-ins at the SAML provider, in each way to it.

import { fill, heading, press } from "../browser.mjs";
import { equal, has } from "../told.mjs";
import { atCorporation, isOf, refused, sayWho, whoCame } from "./people.mjs";

export const RITA = { subject: "Rita", email: "rita@corporation.example", name: "Rita Rivera", departments: "Research, Food & Drink" };

const identity = ({ saml }, providerName, userId) => ({ userId, providerName, providerType: "SAML", issuer: saml.metadataUrl });

/** The application names the provider. The second time it says something else of her, and nothing of her name. */
export async function byName(walk, page) {
  const { application, web } = walk;
  const signIn = () => page.goto(application.signIn(web, { identity_provider: "Corporation" }));
  await signIn();
  await atCorporation(page, RITA);
  const first = await whoCame(walk, page, web);
  has("claims", first, {
    "cognito:username": "Corporation_Rita",
    email: RITA.email,
    email_verified: false,
    name: RITA.name,
    "custom:department": "[Research,Food+%26+Drink]",
  });
  await isOf(first, web, identity(walk, "Corporation", "Rita"));

  await page.context().clearCookies();
  await signIn();
  await atCorporation(page, { subject: "Rita", email: "rivera@corporation.example", departments: "Sales" });
  const second = await whoCame(walk, page, web);
  has("claims, the second time", second, {
    sub: first.sub,
    email: "rivera@corporation.example",
    name: RITA.name,
    "custom:department": "Sales",
    identities: first.identities,
  });
  return first.sub;
}

/** An e-mail address leads to the provider of its domain. */
export async function bySearch(walk, page) {
  await page.goto(walk.application.signIn(walk.web));
  await heading(page, "Sign in");
  await fill(page, "Work email address", "sam@corporation.example");
  await page.getByRole("button", { name: "Continue" }).click();
  await atCorporation(page, { subject: "sam@corporation.example", email: "sam@corporation.example" });
  const { "cognito:username": username } = await whoCame(walk, page, walk.web);
  equal("who", username, "Corporation_sam@corporation.example");
}

/** Without JavaScript people press one button more, at the provider. */
export async function withoutScript(walk, page) {
  await page.goto(walk.application.signIn(walk.web));
  await fill(page, "Work email address", "sam@corporation.example");
  await page.getByRole("button", { name: "Continue" }).click();
  await atCorporation(page, { subject: "sam@corporation.example" });
  await press(page, "Continue");
  const { "cognito:username": username } = await whoCame(walk, page, walk.web);
  equal("who", username, "Corporation_sam@corporation.example");
}

/** An identifier in the application's request leads there too. A session at the provider spares the question. */
export async function byIdentifier(walk, page) {
  const { application, web } = walk;
  const signIn = (more) => page.goto(application.signIn(web, { idp_identifier: "corporation.example", ...more }));
  await signIn();
  await atCorporation(page, { subject: "Ida" });
  const { sub } = await whoCame(walk, page, web);
  await page.context().clearCookies({ domain: new URL(web.url).hostname });
  await signIn();
  equal("without a question", (await whoCame(walk, page, web)).sub, sub);
  await page.context().clearCookies({ domain: new URL(web.url).hostname });
  await signIn({ prompt: "login" });
  await heading(page, "Corporation");
}

/** The provider says no. */
export async function refusedThere(walk, page) {
  await page.goto(walk.application.signIn(walk.web, { identity_provider: "Corporation" }));
  await atCorporation(page, { subject: "" }, "Refuse");
  const status = "urn:oasis:names:tc:SAML:2.0:status:RequestDenied (The person said no)";
  await refused(page, "server_error", `Invalid SAML response received: Status of the identity provider is ${status}`);
}

/** A client of one provider needs no page. Requests are signed, assertions encrypted, and names do not tell case. */
export async function sealed(walk, page) {
  const { application, strict } = walk;
  await page.goto(application.signIn(strict));
  await heading(page, "Corporation");
  const request = new URL(page.url());
  equal("how the request is signed", request.searchParams.get("SigAlg"), "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256");
  request.searchParams.set("RelayState", "another");
  await page.goto(request.href);
  // The provider does look at signatures.
  await heading(page, "Request refused");

  await page.goto(application.signIn(strict));
  await atCorporation(page, RITA);
  const claims = await whoCame(walk, page, strict);
  has("claims", claims, { "cognito:username": "sealed_rita", email: RITA.email, name: RITA.name });
  await isOf(claims, strict, identity(walk, "Sealed", "Rita"));
  return claims.sub;
}

/** Who signs out of the application is signed out at the provider. */
export async function singleLogout(walk, page) {
  const { application, strict } = walk;
  await page.goto(application.signIn(strict));
  await atCorporation(page, { subject: "Lou" });
  const { sub } = await whoCame(walk, page, strict);
  const forget = () => page.context().clearCookies({ domain: new URL(strict.url).hostname });
  await forget();
  await page.goto(application.signIn(strict));
  equal("the session at the provider", (await whoCame(walk, page, strict)).sub, sub);

  await page.goto(application.signOut(strict));
  await heading(page, "Good bye");
  await page.goto(application.signIn(strict, { prompt: "none" }));
  await heading(page, "Refused: login_required");
  await page.goto(application.signIn(strict));
  await heading(page, "Corporation");
}

/** People come from the provider's page without having been at the application. */
export async function unasked(walk, page) {
  const { application, saml, strict, web } = walk;
  const come = async ({ pool }) => {
    await page.goto(saml.origin);
    await heading(page, "Applications");
    await sayWho(page, { ...RITA, subject: "Una" });
    await press(page, `urn:amazon:cognito:sp:${pool}`);
  };
  application.expectUnasked(strict);
  await come(strict);
  const claims = await whoCame(walk, page, strict);
  equal("who", claims["cognito:username"], "sealed_una");

  await come(web);
  await heading(page, "Something went wrong");
  equal("what is told", await page.locator("code").innerText(), "Invalid samlResponse or relayState from identity provider");
}

/** The domain's other address: the browser keeps cookies for HTTPS alone, and the provider answers there. */
export async function byHttps(walk, page) {
  const { application, strict } = walk;
  const secure = { ...strict, url: strict.secureUrl };
  await page.goto(application.signIn(secure));
  await atCorporation(page, { subject: "Tess" });
  const { "cognito:username": username } = await whoCame(walk, page, secure);
  equal("who", username, "sealed_tess");
  const cookies = await page.context().cookies(strict.secureUrl);
  equal("cookies by TLS alone", [...new Set(cookies.map(({ secure, httpOnly }) => secure && httpOnly))], [true]);
}
