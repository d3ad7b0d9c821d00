// Second factors, and factors to choose from.

import jsQR from "jsqr";
import { PNG } from "pngjs";
import { appCode } from "../js/authenticators.mjs";
import { cognito } from "../js/checks.mjs";
import { atApplication, enter } from "./accounts.mjs";
import { fill, follow, heading, press, told } from "./browser.mjs";
import { inspect } from "./inspection.mjs";
import { codeFor } from "./mail.mjs";
import { PASSWORD, addUser } from "./stage.mjs";
import { check, equal } from "./told.mjs";

const byName = { label: "Username" };

/** The pool insists on a second factor, and the person has none: an app is set up, and asked for from then on. */
async function setUpApp(walk, page, username) {
  await addUser(walk.strict, username, {});
  await page.goto(walk.application.signIn(walk.strict));
  await enter(page, username, byName);
  await heading(page, "Set up an authenticator app");
  await inspect(page, "set-up-app");
  const typed = (await page.locator("code").innerText()).replaceAll(" ", "");
  const scanned = new URL(await scan(page));
  equal("secret in the image", scanned.searchParams.get("secret"), typed);
  equal("kind", `${scanned.protocol}//${scanned.host}`, "otpauth://totp");
  check(decodeURIComponent(scanned.pathname).includes(username), `${username} is not in ${scanned}`);
  await fill(page, "Code", appCode(typed, 500));
  await press(page, "Continue");
  await told(page, "This is not the code that your app shows now. Please try again.", "Code");
  await inspect(page, "set-up-app-refused");
  equal("the same secret", (await page.locator("code").innerText()).replaceAll(" ", ""), typed);
  await fill(page, "Code", appCode(typed, -1));
  await press(page, "Continue");
  await atApplication(walk, page);

  await page.context().clearCookies();
  await page.goto(walk.application.signIn(walk.strict));
  await enter(page, username, byName);
  await heading(page, "Confirm that it’s you");
  await inspect(page, "code-of-app");
  await fill(page, "Code", appCode(typed, 500));
  await press(page, "Continue");
  await told(page, "This is not the code that your app shows now. Please try again.", "Code");
  await fill(page, "Code", appCode(typed));
  await press(page, "Continue");
  equal("who", (await atApplication(walk, page))["cognito:username"], username);
  return typed;
}

/** What a camera reads of the code on the page, in the dark too. */
async function scan(page) {
  const read = async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    // With what is around it: a code needs a margin.
    const picture = PNG.sync.read(await page.getByRole("main").screenshot());
    const found = jsQR(new Uint8ClampedArray(picture.data), picture.width, picture.height);
    check(found, `no QR code can be read in ${colorScheme}`);
    return found.data;
  };
  const inTheDark = await read("dark");
  equal("the code in both modes", await read("light"), inTheDark);
  return inTheDark;
}

/** A code by e-mail as second factor. */
export async function secondFactorByEmail(walk, page, username) {
  const email = `${username}@example.com`;
  await addUser(walk.strict, username, { email, email_verified: "true" });
  const since = new Date();
  await page.goto(walk.application.signIn(walk.strict));
  await enter(page, username, byName);
  await heading(page, "Confirm that it’s you");
  check(await page.getByText("@e***").count(), "the page does not say where the code went");
  await inspect(page, "code-by-email");
  await fill(page, "Code", await codeFor(email, since));
  await press(page, "Continue");
  await atApplication(walk, page);
}

/** An app is set up; with an address beside it, the person says which. */
export async function chooseSecondFactor(walk, page, username) {
  const secret = await setUpApp(walk, page, username);
  await page.context().clearCookies();
  const email = `${username}@example.com`;
  await cognito.adminUpdateUserAttributes({
    UserPoolId: walk.strict.pool,
    Username: username,
    UserAttributes: [{ Name: "email", Value: email }, { Name: "email_verified", Value: "true" }],
  });
  await page.goto(walk.application.signIn(walk.strict));
  await enter(page, username, byName);
  await heading(page, "Confirm that it’s you");
  await inspect(page, "choose-second-factor");
  await press(page, "Code from your authenticator app");
  await fill(page, "Code", appCode(secret, 1));
  await press(page, "Continue");
  await atApplication(walk, page);
  await page.context().clearCookies();
  const since = new Date();
  await page.goto(walk.application.signIn(walk.strict));
  await enter(page, username, byName);
  await press(page, "Code by email");
  await fill(page, "Code", await codeFor(email, since));
  await press(page, "Continue");
  await atApplication(walk, page);
}

/** First the name alone. */
export async function enterName(page, username) {
  await heading(page, "Sign in");
  equal("fields for a password", await page.getByLabel("Password", { exact: true }).count(), 0);
  await fill(page, "Email address", username);
  await press(page, "Continue");
}

/** A password, or a code by e-mail in its place. */
export async function chooseFirstFactor(walk, page, email) {
  await addUser(walk.choice, email, { email, email_verified: "true" });
  await page.goto(walk.application.signIn(walk.choice));
  await heading(page, "Sign in");
  await inspect(page, "sign-in-by-name");
  await enterName(page, email);
  await heading(page, "Choose how to sign in");
  await inspect(page, "choose-first-factor");
  await press(page, "Password");
  await heading(page, "Enter your password");
  await inspect(page, "enter-password");
  await fill(page, "Password", PASSWORD);
  await press(page, "Sign in");
  await atApplication(walk, page);

  await page.context().clearCookies();
  await page.goto(walk.application.signIn(walk.choice));
  await enterName(page, email);
  await press(page, "Password");
  await follow(page, "Sign in another way");
  await enterName(page, email);
  const since = new Date();
  await press(page, "Code by email");
  await heading(page, "Enter your sign-in code");
  await inspect(page, "code-in-place-of-password");
  await fill(page, "Code", await codeFor(email, since));
  await press(page, "Continue");
  equal("who", (await atApplication(walk, page)).email, email);
}
