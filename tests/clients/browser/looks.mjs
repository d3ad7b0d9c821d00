// What pages look like: a style of an application's own, the classic pages with rules of CSS, other providers, terms.

import { cognito } from "../js/checks.mjs";
import { atApplication, enter } from "./accounts.mjs";
import { fill, heading, told } from "./browser.mjs";
import { inspect } from "./inspection.mjs";
import { addUser } from "./stage.mjs";
import { LOGO } from "./styles.mjs";
import { check, equal } from "./told.mjs";

const TEAL = "rgb(0, 95, 95)"; // of the button in BRAND

const styleOf = (locator, property) => locator.evaluate((it, name) => getComputedStyle(it)[name], property);

/** The picture over the form has come. */
async function logoIsThere(page) {
  const logo = page.locator("img.logo-customizable");
  equal("size of the logo", await logo.evaluate(({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight]), [160, 40]);
}

/** The style of an application is that of its pages, and of no other's. */
export async function branded(walk, page, email) {
  const { application } = walk;
  await page.goto(application.signIn(walk.branded));
  const button = page.getByRole("button", { name: "Sign in" });
  equal("button", [await styleOf(button, "backgroundColor"), await styleOf(button, "color")], [TEAL, "rgb(255, 255, 255)"]);
  equal("page", await styleOf(page.locator("body"), "backgroundColor"), "rgb(230, 242, 242)");
  equal("corners", await styleOf(page.locator(".card"), "borderTopLeftRadius"), "0px");
  await logoIsThere(page);
  await inspect(page, "branded");
  await page.emulateMedia({ colorScheme: "dark" });
  equal("button in the dark", await styleOf(button, "backgroundColor"), "rgb(127, 223, 223)");
  await addUser(walk.branded, email, { email, email_verified: "true", family_name: "Brand" });
  await enter(page, email);
  await atApplication(walk, page);
  await page.goto(application.signIn(walk.web, { prompt: "login" }));
  check((await styleOf(page.getByRole("button", { name: "Sign in" }), "backgroundColor")) !== TEAL, "the style of another application");
}

/** What the service provides: light pages. */
export async function plain(walk, page) {
  await page.goto(walk.application.signIn(walk.plain));
  await heading(page, "Sign in");
  await inspect(page, "plain");
}

/** Classic pages: rules of CSS and a picture for the whole pool; English alone, and nobody is asked for an account. */
export async function classic(walk, page, email) {
  const { application } = walk;
  await cognito.setUICustomization({
    UserPoolId: walk.classic.pool,
    CSS: `.submitButton-customizable { background-color: ${TEAL}; } .label-customizable { font-weight: 300; }`,
    ImageFile: LOGO,
  });
  await page.goto(application.signIn(walk.classic, { lang: "de" }));
  await heading(page, "Sign in");
  equal("button", await styleOf(page.getByRole("button", { name: "Sign in" }), "backgroundColor"), TEAL);
  equal("label", await styleOf(page.getByText("Email address"), "fontWeight"), "300");
  await logoIsThere(page);
  equal("languages", await page.getByText("Language").count(), 0);
  await inspect(page, "classic");
  await addUser(walk.classic, email, { email, email_verified: "true" });
  await enter(page, email);
  await atApplication(walk, page);
  await page.goto(application.signIn(walk.classic, { prompt: "login" }));
  await atApplication(walk, page);
}

/** Without a style there is no managed login. */
export async function unavailable(walk, page) {
  await page.goto(walk.application.signIn(walk.bare));
  await heading(page, "Login pages unavailable");
  check(await page.getByText("Please contact an administrator.").count(), "nothing to do is told");
  await inspect(page, "unavailable");
}

/** Terms of use and a privacy policy, in the language of the page. */
export async function terms(walk, page) {
  const { pool: UserPoolId, client: ClientId } = walk.branded;
  const links = { "terms-of-use": "terms", "privacy-policy": "privacy" };
  for (const [TermsName, path] of Object.entries(links)) {
    const Links = { "cognito:default": `https://example.com/${path}`, "cognito:german": `https://example.com/de/${path}` };
    await cognito.createTerms({ UserPoolId, ClientId, TermsName, TermsSource: "LINK", Enforcement: "NONE", Links });
  }
  const href = (name) => page.getByRole("link", { name, exact: true }).getAttribute("href");
  await page.goto(walk.application.signIn(walk.branded, {}, "/signup"));
  equal("links", [await href("terms of use"), await href("privacy policy")], ["https://example.com/terms", "https://example.com/privacy"]);
  await inspect(page, "sign-up-terms");
  await page.goto(walk.application.signIn(walk.branded, { lang: "de" }, "/signup"));
  equal("in German", await page.locator(".legalText-customizable a").first().getAttribute("href"), "https://example.com/de/terms");
}

/** Buttons and a search for other providers. */
export async function providers(walk, page) {
  const { application, providers: { buttons, outside, search } } = walk;
  await page.goto(application.signIn(buttons));
  const links = page.getByRole("link", { name: /^Continue with/ });
  equal("buttons", (await links.allInnerTexts()).sort(), ["Continue with Google", "Continue with Partner"]);
  await inspect(page, "providers");
  const to = new URL(await page.getByRole("link", { name: "Continue with Partner" }).getAttribute("href"), buttons.url);
  equal("where a button leads", [to.pathname, to.searchParams.get("identity_provider")], ["/oauth2/authorize", "Partner"]);

  await page.goto(application.signIn(outside));
  equal("without users of its own", [await links.count(), await page.getByRole("textbox").count()], [2, 0]);
  await inspect(page, "providers-only");

  await page.goto(application.signIn(search));
  await heading(page, "Sign in");
  equal("buttons beside the search", await links.allInnerTexts(), ["Continue with Google"]);
  await inspect(page, "provider-search");
  await fill(page, "Work email address", "me@nowhere.example");
  await page.getByRole("button", { name: "Continue" }).click();
  await told(page, "No sign-in was found for this email address.", "Work email address");
  await inspect(page, "provider-search-refused");
}
