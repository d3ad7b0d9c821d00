// Sign-ins at the OpenID Connect provider.

import { cognito } from "../../js/checks.mjs";
import { follow, heading } from "../browser.mjs";
import { equal, has } from "../told.mjs";
import { atPartner, isOf, refused, whoCame } from "./people.mjs";

/** The person presses the provider's button. The second time the provider says something else of her. */
export async function byButton(walk, page) {
  const { application, oidc, web } = walk;
  const signIn = async () => {
    await page.goto(application.signIn(web));
    await follow(page, "Continue with Partner");
    await atPartner(page, "olga");
    return whoCame(walk, page, web);
  };
  oidc.people.set("olga", { email: "olga@partner.example", email_verified: true, name: "Olga Oliveira", department: "Sales" });
  const first = await signIn();
  has("claims", first, {
    "cognito:username": "Partner_olga",
    email: "olga@partner.example",
    email_verified: true,
    name: "Olga Oliveira",
    "custom:department": "Sales",
  });
  await isOf(first, web, { userId: "olga", providerName: "Partner", providerType: "OIDC", issuer: null });

  oidc.people.set("olga", { email: "oliveira@partner.example", email_verified: false, department: "" });
  await page.context().clearCookies();
  const second = await signIn();
  has("claims, the second time", second, {
    sub: first.sub,
    email: "oliveira@partner.example",
    email_verified: false,
    name: "Olga Oliveira",
    // What is blank clears.
    "custom:department": undefined,
  });
  return first.sub;
}

/** A client of this one provider needs no page. Whoever has a session there is not asked, unless the application says so. */
export async function withoutPage(walk, page) {
  const { application, oidc, outside } = walk;
  oidc.people.set("otis", { email: "otis@partner.example" });
  await page.goto(application.signIn(outside));
  await atPartner(page, "otis");
  const { sub } = await whoCame(walk, page, outside);
  const forget = () => page.context().clearCookies({ domain: new URL(outside.url).hostname });
  await forget();
  await page.goto(application.signIn(outside));
  equal("without a question", (await whoCame(walk, page, outside)).sub, sub);
  await forget();
  await page.goto(application.signIn(outside, { prompt: "login", login_hint: "otis" }));
  await heading(page, "Partner");
  equal("who it probably is", await page.getByLabel("Subject").inputValue(), "otis");
}

/** The provider's refusal reaches the application, and so does the pool's own. */
export async function refusals(walk, page) {
  const { application, oidc, outside } = walk;
  await page.goto(application.signIn(outside));
  await atPartner(page, "", "Cancel");
  await refused(page, "access_denied", "The person said no");

  oidc.people.set("dora", { email: "dora@partner.example" });
  await page.goto(application.signIn(outside));
  await atPartner(page, "dora");
  const { "cognito:username": Username } = await whoCame(walk, page, outside);
  await cognito.adminDisableUser({ UserPoolId: outside.pool, Username });
  await page.context().clearCookies();
  await page.goto(application.signIn(outside));
  await atPartner(page, "dora");
  await refused(page, "invalid_request", "User is not enabled");
}
