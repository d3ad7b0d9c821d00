// Passkeys, made and used by Chromium's own virtual authenticator.

import { atApplication } from "./accounts.mjs";
import { follow, heading, press } from "./browser.mjs";
import { enterName } from "./factors.mjs";
import { inspect } from "./inspection.mjs";
import { PASSWORD, addUser } from "./stage.mjs";
import { check, equal } from "./told.mjs";

/** The authenticator of a telephone. Its user is always there and always proves it. */
class Phone {
  /** A new one, for the browser of this page. */
  static async at(page) {
    const phone = new Phone();
    phone.devTools = await page.context().newCDPSession(page);
    await phone.devTools.send("WebAuthn.enable");
    const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true };
    const user = { hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
    const added = await phone.devTools.send("WebAuthn.addVirtualAuthenticator", { options: { ...options, ...user } });
    phone.authenticatorId = added.authenticatorId;
    return phone;
  }

  /** Asks the browser. */
  async send(command, more) {
    return this.devTools.send(`WebAuthn.${command}`, { authenticatorId: this.authenticatorId, ...more });
  }

  async passkeys() {
    return (await this.send("getCredentials")).credentials;
  }
}

/** A passkey is added and used; when the telephone has lost it, the page says so. Gives the passkey. */
export async function passkey(walk, page, email) {
  const { application, choice } = walk;
  await addUser(choice, email, { email, email_verified: "true" });
  const phone = await Phone.at(page);
  await page.goto(application.signIn(choice, {}, "/passkeys/add"));
  await enterName(page, email);
  await press(page, "Password");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await press(page, "Sign in");
  await atApplication(walk, page);
  await page.goto(application.signIn(choice, {}, "/passkeys/add"));
  await heading(page, "Add a passkey");
  await inspect(page, "add-passkey");
  await follow(page, "Not now");
  await heading(page, "Application");

  await page.goto(application.signIn(choice, {}, "/passkeys/add"));
  await press(page, "Add passkey");
  await heading(page, "Your passkey has been added");
  await inspect(page, "passkey-added");
  const [made, ...more] = await phone.passkeys();
  equal("more passkeys", more, []);
  equal("for whom", made.rpId, new URL(choice.url).hostname);
  await follow(page, "Continue");
  await heading(page, "Application");

  await signInByPasskey(walk, page, email);
  const [used] = await phone.passkeys();
  check(used.signCount > made.signCount, "the passkey was not used");
  await phone.send("clearCredentials");
  await askForPasskey(walk, page, email);
  await press(page, "Use passkey");
  await page.getByRole("alert").filter({ hasText: "The passkey could not be used. Please try again." }).waitFor();
  await inspect(page, "use-passkey-failed");
  await follow(page, "Sign in another way");
  await heading(page, "Sign in");
  return used;
}

/** After a restart, with the passkey of before. */
export async function samePasskey(walk, page, email, used) {
  const phone = await Phone.at(page);
  await phone.send("addCredential", { credential: used });
  await signInByPasskey(walk, page, email);
}

async function signInByPasskey(walk, page, email) {
  await askForPasskey(walk, page, email);
  await press(page, "Use passkey");
  equal("who", (await atApplication(walk, page)).email, email);
}

async function askForPasskey({ application, choice }, page, email) {
  await page.context().clearCookies();
  await page.goto(application.signIn(choice));
  await enterName(page, email);
  await heading(page, "Choose how to sign in");
  await inspect(page, "choose-first-factor-passkey");
  await press(page, "Passkey");
  await heading(page, "Sign in with your passkey");
  await inspect(page, "use-passkey");
}

/** Without JavaScript there are no passkeys, and the page says so. */
export async function noPasskey(walk, page, email) {
  const { application, choice } = walk;
  await page.goto(application.signIn(choice, {}, "/passkeys/add"));
  await enterName(page, email);
  await press(page, "Password");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await press(page, "Sign in");
  await page.goto(application.signIn(choice, {}, "/passkeys/add"));
  await page.getByText("Passkeys need JavaScript.").waitFor();
  equal("buttons that do nothing", await page.getByRole("button", { name: "Add passkey" }).count(), 0);
}
