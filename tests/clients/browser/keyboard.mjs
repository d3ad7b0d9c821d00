// Without a mouse: Tab and Enter alone, and it is always seen where one is.

import { atApplication } from "./accounts.mjs";
import { heading } from "./browser.mjs";
import { PASSWORD, addUser } from "./stage.mjs";
import { check, equal } from "./told.mjs";

/** Goes on with Tab until something of this name has the focus. Gives what had it on the way. */
async function tabTo(page, name) {
  const passed = [];
  for (let steps = 0; steps < 30; steps += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const it = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(it);
      const name = it.labels?.[0]?.innerText ?? it.getAttribute("aria-label") ?? it.innerText;
      return { name: name.trim(), isSeen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 };
    });
    passed.push(at.name);
    check(at.isSeen, `it cannot be seen that "${at.name}" has the focus`);
    if (at.name === name) return passed;
  }
  return check(false, `Tab does not lead to "${name}": ${passed.join(", ")}`);
}

/** Signs in. */
export async function keyboardOnly(walk, page, email) {
  const { application, web } = walk;
  await addUser(web, email, { email, email_verified: "true", family_name: "Keys" });
  await page.goto(application.signIn(web));
  await heading(page, "Sign in");
  await tabTo(page, "Email address");
  await page.keyboard.type(email);
  await page.keyboard.press("Tab");
  await page.keyboard.type("not it");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  // The focus is in the field already, and what stands there is kept.
  equal("what is kept", await page.evaluate(() => document.activeElement.value), email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  const rest = await tabTo(page, "Sign in");
  equal("between the password and the button", rest, ["Show password", "Forgot your password?", "Sign in"]);
  await page.keyboard.press("Enter");
  await atApplication(walk, page);
}

/** Reads a password, and chooses a language. */
export async function keyboardMore(walk, page) {
  await page.goto(walk.application.signIn(walk.web));
  await tabTo(page, "Password");
  await page.keyboard.type(PASSWORD);
  await tabTo(page, "Show password");
  await page.keyboard.press("Enter");
  equal("a password to read", await page.getByLabel("Password", { exact: true }).getAttribute("type"), "text");
  await page.keyboard.press("Enter");
  equal("hidden again", await page.getByLabel("Password", { exact: true }).getAttribute("type"), "password");
  await tabTo(page, "Language: English");
  await page.keyboard.press("Enter");
  await tabTo(page, "Italiano");
  await page.keyboard.press("Enter");
  await heading(page, "Accedi");
}
