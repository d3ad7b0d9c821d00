// Signs people in at other providers, in Chromium: a SAML provider of pysaml2, an OpenID Connect provider from npm.
// Usage: node federation.mjs build | verify | teardown; ../README.md says which variables it reads.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { Application, balancer, tlsBalancer } from "./application.mjs";
import { Browser } from "./browser.mjs";
import * as attacks from "./federation/attacks.mjs";
import * as links from "./federation/links.mjs";
import * as oidc from "./federation/oidc.mjs";
import { OidcProvider } from "./federation/oidc_provider.mjs";
import * as restarts from "./federation/restarts.mjs";
import * as saml from "./federation/saml.mjs";
import { SamlProvider } from "./federation/saml_provider.mjs";
import { setStage } from "./federation/stage.mjs";
import * as sessions from "./sessions.mjs";
import { Stage, clearStage } from "./stage.mjs";
import { done } from "./told.mjs";

/** The folder for keys of the SAML provider. */
const keysOf = (state) => `${state}.keys`;

async function build(state) {
  const application = await Application.listen(0);
  const stage = new Stage(application, await balancer(0));
  const samlProvider = await SamlProvider.start(0, `${keysOf(state)}/first`);
  const { oidc: oidcProvider, places } = await setStage(stage, samlProvider, await tlsBalancer());
  await samlProvider.registerAll(places.serviceProviders);
  const walk = { application, saml: samlProvider, oidc: oidcProvider, ...places };
  const browser = await Browser.launch();
  const play = async (group, scene, given, options) => {
    const outcome = await browser.play(scene, walk, given, options);
    done(group);
    return outcome;
  };

  const corporation = await play("SAML by the provider's name: claims, tokens, attributes that change", saml.byName);
  await play("SAML by the domain of an e-mail address", saml.bySearch);
  await play("SAML without JavaScript", saml.withoutScript, undefined, { javaScriptEnabled: false });
  await play("SAML by an identifier; a session at the provider, and prompt=login", saml.byIdentifier);
  await play("SAML: the provider refuses", saml.refusedThere);
  const sealed = await play("SAML with signed requests and encrypted assertions", saml.sealed);
  await play("SAML: single logout", saml.singleLogout);
  await play("SAML from the provider's own page, where the pool lets people in unasked", saml.unasked);
  await play("SAML by HTTPS", saml.byHttps);
  const partner = await play("OpenID Connect by a button: claims, tokens, claims that change", oidc.byButton);
  await play("OpenID Connect without a page; a session at the provider, and prompt=login", oidc.withoutPage);
  await play("OpenID Connect: the provider refuses, and the pool a disabled user", oidc.refusals);
  const linda = await play("a user of the pool, with identities at both providers", links.linked);
  await play("answers in the name of the provider, without its key", attacks.forged, `${keysOf(state)}/impostor`);
  await play("answers that should be encrypted", attacks.unsealed);
  await play("answers that another browser brings", attacks.foisted);
  await play("answers that come again", attacks.again);
  const keys = `${keysOf(state)}/second`;
  walk.who = { corporation, sealed, partner };
  await play("both providers start again with new keys", restarts.newKeys, keys);
  const session = await play("a session to outlive the server", restarts.staySignedIn);
  const begun = await play("a sign-in that is begun", restarts.begin);
  await browser.close();

  const { key, clients } = oidcProvider;
  const ports = { application: portOf(application.origin), balancer: stage.port, saml: walk.saml.port, oidc: portOf(oidcProvider.issuer) };
  const kept = { places, made: stage.places, ports, keys, key, clients, asked: [...application.asked], who: walk.who };
  writeFileSync(state, JSON.stringify({ ...kept, linda, session, begun }));
}

const portOf = (url) => Number(new URL(url).port);

async function verify(state) {
  const { places, ports, keys, key, clients, asked, who, linda, session, begun } = JSON.parse(readFileSync(state, "utf8"));
  const application = await Application.listen(ports.application);
  application.asked = new Map(asked);
  await balancer(ports.balancer);
  const samlProvider = await SamlProvider.start(ports.saml, keys);
  await samlProvider.registerAll(places.serviceProviders);
  const oidcProvider = await OidcProvider.listen(ports.oidc, clients, key);
  const walk = { application, saml: samlProvider, oidc: oidcProvider, who, ...places };
  const browser = await Browser.launch();
  await browser.play(restarts.goOn, walk, begun);
  done("a sign-in that was begun before the restart comes to its end");
  await browser.play(restarts.stillSignedIn, walk, session);
  done("a browser is still signed in after the restart, and so is the application");
  await browser.play(restarts.sameUsers, walk);
  done("users of before the restart come again");
  await browser.play(links.stillLinked, walk, linda);
  await browser.play(links.unlinked, walk, linda);
  done("links of before the restart, until one is cut");
  await browser.close();
}

async function teardown(state) {
  const { places, made, ports } = JSON.parse(readFileSync(state, "utf8"));
  await clearStage(made);
  const application = await Application.listen(ports.application);
  await balancer(ports.balancer);
  const browser = await Browser.launch();
  await browser.play(sessions.gone, { application, ...places });
  await browser.close();
  rmSync(keysOf(state), { recursive: true });
  done("the pools are deleted, and their pages gone");
}

const acts = { build, verify, teardown };
const act = process.argv[2];
if (!Object.hasOwn(acts, act)) {
  console.error(`usage: node federation.mjs ${Object.keys(acts).join(" | ")}`);
  process.exit(2);
}
try {
  await acts[act](process.env.SCENE_STATE);
  process.exit(0);
} catch (error) {
  console.error(`federation: ${act} FAILED: ${error.code === "ERR_ASSERTION" ? error.message : error.stack}`);
  process.exit(1);
}
