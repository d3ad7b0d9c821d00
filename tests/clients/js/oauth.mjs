// The OAuth scene, played by openid-client; the pages are visited without a browser.
// Usage: node oauth.mjs build | verify | teardown; ../README.md says which variables it reads.

import { readFileSync, writeFileSync } from "node:fs";
import * as oidc from "openid-client";
import { check, cognito, done, endpoints, equal } from "./checks.mjs";
import { API, CALLBACK, SCOPE, SIGNED_OUT, USER, setStage } from "./oauth_stage.mjs";
import { PASSWORD } from "./sign_in_stage.mjs";
import { fetchByTurns } from "./turns.mjs";
import { issuerOfAws, verifyTokens } from "./verifiers.mjs";
import { Visitor } from "./visitor.mjs";

const { port } = endpoints[0];
const ATTRIBUTES = "openid email profile";
// What the library makes of a refusal of user info: the service's WWW-Authenticate header names no scheme.
const NO_CHALLENGE = "OAUTH_RESPONSE_IS_NOT_CONFORM";

async function build(state) {
  const stage = await setStage();
  const byName = await configuration(stage, "localhost", stage.web);
  equal("the domain's host", hostOf(byName, "token_endpoint"), `${stage.domain}.auth.us-east-1.localhost:${port}`);
  const visitor = new Visitor();
  const { tokens } = await codeFlow(stage, byName, stage.web, visitor);
  await refresh(stage, byName, stage.web, tokens);
  await signedInAlready(byName, visitor);
  await refusals(byName, visitor);
  await signOut(byName, stage.web, visitor);

  const byAddress = await configuration(stage, "127.0.0.1", stage.web);
  equal("the domain in the path", byAddress.serverMetadata().token_endpoint, `http://127.0.0.1:${port}/domains/${stage.domain}/oauth2/token`);
  await codeFlow(stage, byAddress, stage.web, new Visitor());
  for (const authentication of [oidc.ClientSecretBasic, oidc.ClientSecretPost]) {
    const secret = await configuration(stage, "localhost", stage.site, authentication(stage.site.secret));
    await codeFlow(stage, secret, stage.site, new Visitor());
    await refusedSecret(stage, authentication);
  }
  await machine(stage);

  const kept = new Visitor();
  const { tokens: good } = await codeFlow(stage, byName, stage.web, kept);
  const { tokens: revoked } = await codeFlow(stage, byName, stage.web, kept);
  await revocation(byName, revoked);
  writeFileSync(state, JSON.stringify({ ...stage, good, revoked, cookies: kept.cookies }));
}

const hostOf = (config, member) => new URL(config.serverMetadata()[member]).host;

/** What the library needs to know, by discovery at this name of the server. */
async function configuration({ pool }, name, { id, secret }, authentication = secret ? undefined : oidc.None()) {
  const server = new URL(`http://${name}:${port}/${pool}`);
  const document = await (await fetchByTurns(`${server}/.well-known/openid-configuration`)).json();
  if (document.issuer === issuerOfAws(pool)) {
    // The library would look for it at AWS, so the application has it from elsewhere.
    const config = new oidc.Configuration(document, id, undefined, authentication);
    config[oidc.customFetch] = fetchByTurns;
    oidc.allowInsecureRequests(config);
    oidc.enableNonRepudiationChecks(config);
    return config;
  }
  const execute = [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks];
  return oidc.discovery(server, id, undefined, authentication, { execute, [oidc.customFetch]: fetchByTurns });
}

/** Asks for a code. `left` is where the visitor comes out, after signing in if they are asked to. */
async function authorize(config, visitor, more = {}) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: `${ATTRIBUTES} ${SCOPE}`,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    nonce: expectedNonce,
    ...more,
  });
  const page = await visitor.open(url);
  const { left } = page.left ? page : await visitor.send(page, { username: USER, password: PASSWORD });
  check(left, "signing in does not lead to the application");
  return { left, asked: !page.left, checks: { pkceCodeVerifier, expectedState, expectedNonce } };
}

async function codeFlow(stage, config, { id }, visitor) {
  const { left, checks } = await authorize(config, visitor);
  const tokens = await oidc.authorizationCodeGrant(config, left, checks);
  const claims = tokens.claims();
  equal("who", [claims["cognito:username"], claims.email, claims.nonce], [USER, `${USER}@example.com`, checks.expectedNonce]);
  equal("how long", tokens.expires_in, 3600);
  await verifyTokens({ pool: stage.pool, client: id, scope: SCOPE }, { IdToken: tokens.id_token, AccessToken: tokens.access_token });
  const me = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
  equal("user info", me, { sub: claims.sub, username: USER, email: `${USER}@example.com`, email_verified: "true" });
  done(`openid-client: code, PKCE, state and nonce; user info at ${hostOf(config, "userinfo_endpoint")}`);
  return { tokens: { ...tokens, sub: claims.sub }, used: { left, checks } };
}

async function refresh({ pool }, config, { id }, { refresh_token, access_token, sub }) {
  const tokens = await oidc.refreshTokenGrant(config, refresh_token);
  check(tokens.access_token !== access_token, "the same access token again");
  equal("who", tokens.claims().sub, sub);
  equal("another refresh token", tokens.refresh_token, undefined);
  await verifyTokens({ pool, client: id, scope: SCOPE }, { IdToken: tokens.id_token, AccessToken: tokens.access_token });
  done("openid-client: a refresh token");
}

async function signedInAlready(config, visitor) {
  const { left, asked, checks } = await authorize(config, visitor, { prompt: "none" });
  equal("asked again", asked, false);
  check((await oidc.authorizationCodeGrant(config, left, checks)).id_token, "no ID token");
  const { asked: askedByLogin } = await authorize(config, visitor, { prompt: "login" });
  equal("asked because of prompt=login", askedByLogin, true);
  done("openid-client: who is signed in is not asked again, unless the application says so");
}

/** What the library throws, by its code for faults that it finds itself, and by `error` for those that the server tells. */
async function refused(what, promise, expected) {
  const outcome = await promise.then(() => "succeeded", (fault) => fault.error ?? fault.code ?? fault.message);
  equal(what, outcome, expected);
}

async function refusals(config, visitor) {
  const exchange = ({ left, checks }, other = {}) => oidc.authorizationCodeGrant(config, left, { ...checks, ...other });
  const outcome = "OAUTH_INVALID_RESPONSE";
  await refused("another state", exchange(await authorize(config, visitor), { expectedState: "other" }), outcome);
  const claim = "OAUTH_JWT_CLAIM_COMPARISON_FAILED";
  await refused("another nonce", exchange(await authorize(config, visitor), { expectedNonce: "other" }), claim);
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  await refused("another verifier", exchange(await authorize(config, visitor), { pkceCodeVerifier }), "invalid_grant");
  const once = await authorize(config, visitor);
  const { access_token } = await exchange(once);
  await refused("a code again", exchange(once), "invalid_grant");
  await refused("tokens of a code that came twice", oidc.fetchUserInfo(config, access_token, oidc.skipSubjectCheck), NO_CHALLENGE);
  const scope = await authorize(config, visitor, { scope: "openid phone" });
  await refused("a scope of others", exchange(scope), "invalid_scope");
  done("openid-client: a wrong state, nonce, verifier, scope, and a code that comes twice");
}

async function signOut(config, { id }, visitor) {
  const url = oidc.buildEndSessionUrl(config, { client_id: id, logout_uri: SIGNED_OUT });
  equal("after signing out", (await visitor.open(url)).left?.href, SIGNED_OUT);
  const { left } = await authorize(config, visitor, { prompt: "none" });
  equal("signed in no more", left.searchParams.get("error"), "login_required");
  done("openid-client: signing out at the end-session URL");
}

async function refusedSecret(stage, authentication) {
  const config = await configuration(stage, "localhost", stage.site, authentication("not-the-secret"));
  const visitor = new Visitor();
  const { left, checks } = await authorize(config, visitor);
  await refused("a wrong secret", oidc.authorizationCodeGrant(config, left, checks), "invalid_client");
  done(`openid-client: a client with a secret, ${authentication.name}, and a wrong one`);
}

async function machine(stage) {
  const { machine: client, pool } = stage;
  const config = await configuration(stage, "localhost", client, oidc.ClientSecretBasic(client.secret));
  const one = await oidc.clientCredentialsGrant(config, { scope: SCOPE });
  equal("members", Object.keys(one).sort(), ["access_token", "expires_in", "token_type"]);
  await verifyTokens({ pool, client: client.id, scope: SCOPE }, { AccessToken: one.access_token });
  const all = await oidc.clientCredentialsGrant(config);
  await verifyTokens({ pool, client: client.id, scope: `${API}/write` }, { AccessToken: all.access_token });
  await refused("a user's scope", oidc.clientCredentialsGrant(config, { scope: "openid" }), "invalid_grant");
  done("openid-client: client credentials");
}

async function revocation(config, { refresh_token, access_token, sub }) {
  await oidc.tokenRevocation(config, refresh_token);
  await oidc.tokenRevocation(config, refresh_token);
  await refused("a revoked token", oidc.refreshTokenGrant(config, refresh_token), "invalid_grant");
  await refused("its access token", oidc.fetchUserInfo(config, access_token, sub), NO_CHALLENGE);
  done("openid-client: a revoked token");
}

async function verify(state) {
  const { good, revoked, cookies, ...stage } = JSON.parse(readFileSync(state, "utf8"));
  const config = await configuration(stage, "localhost", stage.web);
  await refresh(stage, config, stage.web, good);
  await revocation(config, revoked);
  await signedInAlready(config, new Visitor(cookies));
  done("tokens and the browser's session outlive the restart");
}

async function teardown(state) {
  const { pool: UserPoolId, domain: Domain, good, ...stage } = JSON.parse(readFileSync(state, "utf8"));
  const config = await configuration({ pool: UserPoolId }, "localhost", stage.web);
  await cognito.deleteUserPoolDomain({ UserPoolId, Domain });
  await refused("after the domain", oidc.refreshTokenGrant(config, good.refresh_token), "invalid_request");
  await cognito.deleteUserPool({ UserPoolId });
  done("domain and pool are deleted, and nothing answers any more");
}

const acts = { build, verify, teardown };
const act = process.argv[2];
if (!Object.hasOwn(acts, act)) {
  console.error(`usage: node oauth.mjs ${Object.keys(acts).join(" | ")}`);
  process.exit(2);
}
try {
  await acts[act](process.env.SCENE_STATE);
} catch (error) {
  console.error(`js oauth: ${act} FAILED: ${error.code === "ERR_ASSERTION" ? error.message : error.stack}`);
  process.exit(1);
}
