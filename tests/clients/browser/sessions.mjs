// A browser that is signed in: at several applications, with an account to choose, and no more. And what leads nowhere.

import { atApplication, enter } from "./accounts.mjs";
import { fill, follow, heading, press, told } from "./browser.mjs";
import { inspect } from "./inspection.mjs";
import { addUser } from "./stage.mjs";
import { equal } from "./told.mjs";

/** Signs in to one application, and comes into the other without a question, until signing out. */
export async function signOnOnce(walk, page, email) {
  const { application, web, other } = walk;
  await addUser(web, email, { email, email_verified: "true", family_name: "Once" });
  await page.goto(application.signIn(web));
  await enter(page, email);
  const first = await atApplication(walk, page);
  await page.goto(application.signIn(other));
  const second = await atApplication(walk, page);
  equal("who", [second.sub, second.auth_time], [first.sub, first.auth_time]);
  equal("for whom", [first.aud, second.aud], [web.client, other.client]);

  await page.goto(application.signIn(other, { prompt: "login" }));
  await enter(page, email);
  await atApplication(walk, page);
  await page.goto(application.signOut(other));
  await heading(page, "Good bye");
  await page.goto(application.signIn(web, { prompt: "none" }));
  await heading(page, "Refused: login_required");
  await page.goto(application.signIn(web));
  await heading(page, "Sign in");
}

/** With `prompt=select_account` the person says which account. */
export async function selectAccount(walk, page, email) {
  const { application, web } = walk;
  const another = `another-${email}`;
  for (const name of [email, another]) {
    await addUser(web, name, { email: name, email_verified: "true", family_name: "Select" });
  }
  await page.goto(application.signIn(web));
  await enter(page, email);
  const { sub } = await atApplication(walk, page);
  await page.goto(application.signIn(web, { prompt: "select_account" }));
  await heading(page, "Choose an account");
  await inspect(page, "choose-account");
  await page.getByRole("link", { name: "Continue as" }).click();
  equal("the same account", (await atApplication(walk, page)).sub, sub);
  await page.goto(application.signIn(web, { prompt: "select_account" }));
  await follow(page, "Use another account");
  await enter(page, another);
  equal("another account", (await atApplication(walk, page)).email, another);
  await page.goto(application.signIn(web, { prompt: "select_account" }));
  await page.getByRole("link", { name: "Continue as" }).click();
  equal("the account of now", (await atApplication(walk, page)).email, another);
}

/** What cannot lead back to the application is told here. */
export async function deadEnds(walk, page) {
  const { application, web, link } = walk;
  const failure = async (url, detail) => {
    await page.goto(url);
    await heading(page, "Something went wrong");
    equal("what is told", await page.locator("code").innerText(), detail);
  };
  await failure(application.signIn(web, { redirect_uri: "http://localhost:1/" }), "redirect_mismatch");
  await inspect(page, "failure");
  await failure(application.signIn({ ...web, client: link.client }), "Client does not exist.");
  await failure(`${web.url}/logout?client_id=${web.client}`, "Required String parameter 'redirect_uri' is not present");
  // A form that waited too long, or without its cookie.
  await page.goto(application.signIn(web));
  await page.context().clearCookies();
  await fill(page, "Email address", "nobody@example.com");
  await fill(page, "Password", "nothing");
  await press(page, "Sign in");
  await heading(page, "Something went wrong");
  await page.goto(application.signIn(web, {}, "/confirm"));
  await told(page, "Your session has expired. Please start again.");
  await inspect(page, "sign-in-expired");
  await page.goto(`${web.url}/signedout`);
  await heading(page, "You are signed out");
  await inspect(page, "signed-out");
}

/** Signs in, and gives the cookies of the browser. */
export async function staySignedIn(walk, page, email) {
  await addUser(walk.web, email, { email, email_verified: "true", family_name: "Stay" });
  await page.goto(walk.application.signIn(walk.web));
  await enter(page, email);
  await atApplication(walk, page);
  return page.context().cookies();
}

/** With those cookies nobody is asked. */
export async function stillSignedIn(walk, page, cookies) {
  await page.context().addCookies(cookies);
  await page.goto(walk.application.signIn(walk.other));
  await atApplication(walk, page);
}

/** After the pool there is no such domain. */
export async function gone(walk, page) {
  await page.goto(walk.application.signIn(walk.web));
  await heading(page, "Something went wrong");
  // And which there are, those of others too.
  await page.getByText("There is no such domain here.").waitFor();
}
