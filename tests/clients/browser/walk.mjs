// Walks all pages of managed login in Chromium, as people do.
// Usage: node walk.mjs build | verify | teardown; ../README.md says which variables it reads.

import { readFileSync, writeFileSync } from "node:fs";
import * as accounts from "./accounts.mjs";
import { Application, balancer, tlsBalancer } from "./application.mjs";
import { Browser } from "./browser.mjs";
import * as factors from "./factors.mjs";
import { tellInspected } from "./inspection.mjs";
import * as keyboard from "./keyboard.mjs";
import * as languages from "./languages.mjs";
import * as libraries from "./libraries.mjs";
import * as looks from "./looks.mjs";
import * as passkeys from "./passkeys.mjs";
import * as sessions from "./sessions.mjs";
import { Stage, clearStage, setStage } from "./stage.mjs";
import { done } from "./told.mjs";

/** Pages that have to be looked at: a scene that is left out is missed here. */
const PAGES = 48;

const SCENES = [
  [accounts.signUp, "jane@example.com", "signing up by a code, and all that is refused on the way"],
  [accounts.confirmLater, "later@example.com", "a code that comes after the browser was closed"],
  [accounts.signUpByLink, "link@example.com", "signing up by a link"],
  [accounts.signUpByPhone, "+12065550100", "signing up by a text message"],
  [accounts.forgotPassword, "fred@example.com", "a forgotten password"],
  [accounts.passwordReset, "rita@example.com", "a password that an administrator has reset"],
  [accounts.invited, "ines@example.com", "an invited user: a new password, and an attribute that was missing"],
  [factors.chooseSecondFactor, "tess", "an app is set up, its QR code read; a choice of second factors"],
  [factors.secondFactorByEmail, "emma", "a code by e-mail as second factor"],
  [factors.chooseFirstFactor, "carl@example.com", "a choice of first factors, a code by e-mail in place of a password"],
  [sessions.signOnOnce, "sally@example.com", "signing on once for two applications, and out"],
  [sessions.selectAccount, "anna@example.com", "a choice of accounts"],
  [sessions.deadEnds, undefined, "pages that lead nowhere say why"],
  [languages.everyLanguage, undefined, "every language in its own words"],
  [languages.chooseLanguage, undefined, "the browser's language, and another that is chosen"],
  [keyboard.keyboardOnly, "kai@example.com", "signing in by Tab and Enter alone"],
  [keyboard.keyboardMore, undefined, "reading a password and choosing a language by the keyboard"],
  [looks.branded, "brad@example.com", "an application's own colours, corners and logo"],
  [looks.plain, undefined, "the service's own style"],
  [looks.terms, undefined, "terms of use and a privacy policy"],
  [looks.classic, "clara@example.com", "classic pages with rules of CSS and a logo"],
  [looks.unavailable, undefined, "no pages without a style"],
  [looks.providers, undefined, "buttons and a search for other providers"],
  [libraries.oidcClient, "otto@example.com", "oidc-client-ts: signing in, tokens refreshed and revoked, signing out"],
  [libraries.amplify, "amy@example.com", "Amplify by HTTPS: signing in with a redirect, tokens refreshed, signing out"],
];

const WITHOUT_SCRIPT = [
  [accounts.signUp, "jane.off@example.com"],
  [accounts.forgotPassword, "fred.off@example.com"],
  [accounts.invited, "ines.off@example.com"],
  [factors.chooseSecondFactor, "tess.off"],
  [factors.secondFactorByEmail, "emma.off"],
  [factors.chooseFirstFactor, "carl.off@example.com"],
  [sessions.selectAccount, "anna.off@example.com"],
  [languages.chooseLanguage],
  [passkeys.noPasskey, "carl.off@example.com"],
];

async function build(state) {
  const application = await Application.listen(0);
  const port = await balancer(0);
  const stage = new Stage(application, port);
  const walk = { application, port, tlsPort: await tlsBalancer(), ...(await setStage(stage)) };
  const browser = await Browser.launch();
  for (const [scene, person, group] of SCENES) {
    await browser.play(scene, walk, person);
    done(group);
  }
  const passkey = await browser.play(passkeys.passkey, walk, "pia@example.com");
  done("a passkey: added, used, lost");
  for (const [scene, person] of WITHOUT_SCRIPT) await browser.play(scene, walk, person, { javaScriptEnabled: false });
  done("all but passkeys without JavaScript");
  const cookies = await browser.play(sessions.staySignedIn, walk, "stella@example.com");
  await browser.close();
  tellInspected(PAGES);

  delete walk.application;
  const { port: applicationPort } = new URL(application.origin);
  writeFileSync(state, JSON.stringify({ walk, places: stage.places, applicationPort, passkey, cookies }));
}

async function verify(state) {
  const { walk, applicationPort, passkey, cookies } = JSON.parse(readFileSync(state, "utf8"));
  walk.application = await Application.listen(Number(applicationPort));
  await balancer(walk.port);
  const browser = await Browser.launch();
  await browser.play(sessions.stillSignedIn, walk, cookies);
  done("a browser is still signed in after the restart");
  await browser.play((...given) => passkeys.samePasskey(...given, passkey), walk, "pia@example.com");
  done("a passkey of before the restart");
  await browser.play(looks.branded, walk, "bruno@example.com");
  done("the application's style of before the restart");
  await browser.close();
}

async function teardown(state) {
  const { walk, places, applicationPort } = JSON.parse(readFileSync(state, "utf8"));
  await clearStage(places);
  walk.application = await Application.listen(Number(applicationPort));
  await balancer(walk.port);
  const browser = await Browser.launch();
  await browser.play(sessions.gone, walk);
  await browser.close();
  done("the pools are deleted, and their pages gone");
}

const acts = { build, verify, teardown };
const act = process.argv[2];
if (!Object.hasOwn(acts, act)) {
  console.error(`usage: node walk.mjs ${Object.keys(acts).join(" | ")}`);
  process.exit(2);
}
try {
  await acts[act](process.env.SCENE_STATE);
  process.exit(0);
} catch (error) {
  console.error(`browser: ${act} FAILED: ${error.code === "ERR_ASSERTION" ? error.message : error.stack}`);
  process.exit(1);
}
