// Accounts: signing up by code and by link, a forgotten password, an invitation. Each scene ends at the application.

import { cognito } from "../js/checks.mjs";
import { fill, follow, heading, press, status, told } from "./browser.mjs";
import { inspect } from "./inspection.mjs";
import { codeFor, messageTo } from "./mail.mjs";
import { NEW_PASSWORD, PASSWORD, addUser } from "./stage.mjs";
import { check, equal } from "./told.mjs";

/** Types name and password. */
export async function enter(page, username, { password = PASSWORD, label = "Email address" } = {}) {
  await heading(page, "Sign in");
  await fill(page, label, username);
  await fill(page, "Password", password);
  await press(page, "Sign in");
}

/** The person is at the application again, which has tokens of theirs: the claims of the ID token. */
export async function atApplication({ application }, page) {
  await heading(page, "Signed in");
  const { tokens, claims } = application.receivedBy(page);
  check(tokens.refresh_token, "no refresh token");
  return claims;
}

const wrong = (code) => (code === "000000" ? "000001" : "000000");

/** By a code, with all that can go wrong on the way. */
export async function signUp(walk, page, email) {
  const since = new Date();
  await page.goto(walk.application.signIn(walk.web));
  await heading(page, "Sign in");
  await inspect(page, "sign-in");
  await follow(page, "Create an account");
  await heading(page, "Create an account");
  await inspect(page, "sign-up");
  await fill(page, "Email address", email);
  await fill(page, "Last name", "Doe");
  await fill(page, "Password", "Short1!");
  await fill(page, "Confirm password", "Short1!");
  await press(page, "Sign up");
  await told(page, "The password does not follow the rules below.", "Password");
  equal("what was typed before", await page.getByLabel("Last name").inputValue(), "Doe");
  equal("the rule that is broken", await page.getByText("(missing)").locator("..").innerText(), "At least 8 characters\n(missing)");
  await inspect(page, "sign-up-password-refused");
  await fill(page, "Password", PASSWORD);
  await fill(page, "Confirm password", NEW_PASSWORD);
  await press(page, "Sign up");
  await told(page, "The two passwords are not the same.", "Confirm password");
  await fill(page, "Password", PASSWORD);
  await fill(page, "Confirm password", PASSWORD);
  await press(page, "Sign up");

  await heading(page, "Confirm your account");
  await inspect(page, "confirm-sign-up");
  await fill(page, "Code", wrong(await codeFor(email, since)));
  await press(page, "Confirm account");
  await told(page, "Invalid verification code provided, please try again.", "Code");
  await inspect(page, "confirm-sign-up-refused");
  const again = new Date();
  await press(page, "Send a new code");
  await status(page, "A new code is on its way.");
  await inspect(page, "confirm-sign-up-sent-again");
  await fill(page, "Code", await codeFor(email, again));
  await press(page, "Confirm account");
  const claims = await atApplication(walk, page);
  equal("who", [claims.email, claims.email_verified, claims.family_name], [email, true, "Doe"]);
}

/** The code comes later, in another browser: signing in asks for it. */
export async function confirmLater(walk, page, email) {
  await page.goto(walk.application.signIn(walk.web, {}, "/signup"));
  await heading(page, "Create an account");
  await fill(page, "Email address", email);
  await fill(page, "Last name", "Later");
  await fill(page, "Password", PASSWORD);
  await fill(page, "Confirm password", PASSWORD);
  await press(page, "Sign up");
  await heading(page, "Confirm your account");
  await page.context().clearCookies();
  await page.goto(walk.application.signIn(walk.web));
  await enter(page, email);
  await heading(page, "Confirm your account");
  const since = new Date();
  await press(page, "Send a new code");
  await status(page, "A new code is on its way.");
  await fill(page, "Code", await codeFor(email, since));
  await press(page, "Confirm account");
  await status(page, "Your account is confirmed. Please sign in.");
  await inspect(page, "sign-in-confirmed");
  await enter(page, email);
  await atApplication(walk, page);
}

/** The mail has a link and no code. */
export async function signUpByLink(walk, page, email) {
  const since = new Date();
  await page.goto(walk.application.signIn(walk.link, {}, "/signup"));
  await heading(page, "Create an account");
  await fill(page, "Email address", email);
  await fill(page, "Password", PASSWORD);
  await fill(page, "Confirm password", PASSWORD);
  await press(page, "Sign up");
  await heading(page, "Check your email");
  await inspect(page, "check-mail");
  const { body } = await messageTo(email, since);
  const [link] = body.match(/https?:[^\s"<>]+/) ?? [];
  check(link, `no link in ${body}`);
  await page.goto(link.replaceAll("&amp;", "&"));
  await heading(page, "Your registration has been confirmed!");
  await inspect(page, "confirmed");
  await page.goto(walk.application.signIn(walk.link));
  await enter(page, email);
  await atApplication(walk, page);
}

/** A wrong password, a code by mail, another password. */
export async function forgotPassword(walk, page, email) {
  await addUser(walk.web, email, { email, email_verified: "true", family_name: "Doe" });
  await page.goto(walk.application.signIn(walk.web));
  await enter(page, email, { password: NEW_PASSWORD });
  await told(page, "Incorrect username or password.", "Email address");
  await inspect(page, "sign-in-refused");
  await follow(page, "Forgot your password?");
  await heading(page, "Reset your password");
  await inspect(page, "forgot-password");
  await fill(page, "Email address", email);
  const since = new Date();
  await press(page, "Send code");
  await heading(page, "Choose a new password");
  await inspect(page, "reset-password");
  const code = await codeFor(email, since);
  const reset = async (code, password) => {
    await fill(page, "Code", code);
    await fill(page, "New password", password);
    await fill(page, "Confirm password", password);
    await press(page, "Save password");
  };
  await reset(wrong(code), NEW_PASSWORD);
  await told(page, "Invalid verification code provided, please try again.", "Code");
  await reset(code, "lowercase1!");
  await told(page, "The password does not follow the rules below.", "New password");
  await inspect(page, "reset-password-refused");
  await reset(code, NEW_PASSWORD);
  await status(page, "Your password has been changed. Please sign in with the new one.");
  await inspect(page, "sign-in-password-changed");
  await enter(page, email, { password: NEW_PASSWORD });
  await atApplication(walk, page);
}

/** An administrator has reset the password: the old one leads to the page for another. */
export async function passwordReset(walk, page, email) {
  await addUser(walk.web, email, { email, email_verified: "true", family_name: "Doe" });
  const since = new Date();
  await cognito.adminResetUserPassword({ UserPoolId: walk.web.pool, Username: email });
  await page.goto(walk.application.signIn(walk.web));
  await enter(page, email);
  await heading(page, "Choose a new password");
  await status(page, "Your password has to be reset. Please choose a new one.");
  await inspect(page, "password-reset-by-administrator");
  await fill(page, "Code", await codeFor(email, since));
  await fill(page, "New password", NEW_PASSWORD);
  await fill(page, "Confirm password", NEW_PASSWORD);
  await press(page, "Save password");
  await status(page, "Your password has been changed. Please sign in with the new one.");
}

/** The name is a telephone number, and the code a text message. */
export async function signUpByPhone(walk, page, number) {
  const since = new Date();
  await page.goto(walk.application.signIn(walk.phone, {}, "/signup"));
  const field = page.getByLabel("Phone number");
  const hint = page.locator(`#${await field.getAttribute("aria-describedby")}`);
  equal("how a number is written", await hint.innerText(), "With country code, such as +12065550100");
  await inspect(page, "sign-up-phone");
  await fill(page, "Password", PASSWORD);
  await fill(page, "Confirm password", PASSWORD);
  await field.fill("0123");
  await press(page, "Sign up");
  await page.getByRole("alert").waitFor();
  await inspect(page, "sign-up-phone-refused");
  await field.fill(number);
  await fill(page, "Password", PASSWORD);
  await fill(page, "Confirm password", PASSWORD);
  await press(page, "Sign up");
  await heading(page, "Confirm your account");
  check(await page.getByText("We sent a text message").count(), "the page does not say how the code was sent");
  await inspect(page, "confirm-sign-up-phone");
  await fill(page, "Code", await codeFor(number, since));
  await press(page, "Confirm account");
  equal("who", (await atApplication(walk, page))["cognito:username"].length, 36);
}

/** An administrator has made the user, with a temporary password and without a required attribute. */
export async function invited(walk, page, email) {
  await addUser(walk.web, email, { email, email_verified: "true" }, { temporary: true });
  await page.goto(walk.application.signIn(walk.web));
  await enter(page, email);
  await heading(page, "Choose a new password");
  await inspect(page, "new-password");
  await fill(page, "New password", "lowercase1!");
  await fill(page, "Confirm password", "lowercase1!");
  await fill(page, "Last name", "Invited");
  await press(page, "Save password");
  await told(page, "The password does not follow the rules below.", "New password");
  await inspect(page, "new-password-refused");
  await fill(page, "New password", NEW_PASSWORD);
  await fill(page, "Confirm password", NEW_PASSWORD);
  await fill(page, "Last name", "Invited");
  await press(page, "Save password");
  equal("the attribute", (await atApplication(walk, page)).family_name, "Invited");
}
