// What the scene says and how it fails; the client whose requests take turns between the replicas.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import { isDeepStrictEqual } from "node:util";
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";

const fixture = (name) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8");

export const EXPECTED = JSON.parse(fixture("expected.json"));
export const METADATA = fixture("saml-metadata.xml");
export const REGION = process.env.AWS_DEFAULT_REGION ?? "us-east-1";
export const NAME = `scene-js-${process.env.SCENE_NAME}`.toLowerCase();

export const endpoints = process.env.POOLHOUSE_ENDPOINT.split(",").map((url) => new URL(url));
let turn = 0;
export const nextEndpoint = () => endpoints[turn++ % endpoints.length];

// One attempt: a retry would hide an internal error. A connection that is kept may be closed just when it is used again.
export const cognito = new CognitoIdentityProvider({
  region: REGION,
  endpoint: endpoints[0].href,
  maxAttempts: 1,
  requestHandler: { httpAgent: new Agent({ keepAlive: false }) },
});

cognito.middlewareStack.add(
  (next) => (call) => {
    const { protocol, hostname, port } = nextEndpoint();
    Object.assign(call.request, { protocol, hostname, port: port ? Number(port) : undefined });
    return next(call);
  },
  { name: "takeTurns", step: "build", priority: "high" },
);

export const done = (group) => console.log(`js: ${group}`);

export const check = (condition, message) => assert.ok(condition, message);

const isStructure = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** Structures are compared member by member, so that the first difference is told and nothing else. */
export function equal(what, actual, expected) {
  const found = plain(actual);
  const wanted = plain(expected);
  if (isStructure(found) && isStructure(wanted)) {
    const keys = new Set([...Object.keys(wanted), ...Object.keys(found)]);
    for (const key of keys) equal(`${what}: ${key}`, found[key], wanted[key]);
    return;
  }
  const message = `${what}\n  expected: ${JSON.stringify(wanted)}\n  actual:   ${JSON.stringify(found)}`;
  check(isDeepStrictEqual(found, wanted), message);
}

/** Every member of `expected` is in `actual`, with that value. */
export function has(what, actual, expected) {
  for (const [key, value] of Object.entries(expected)) equal(`${what}: ${key}`, actual[key], value);
}

/** The error with which the service refuses `call`. */
export async function failure(what, call) {
  let refusal;
  try {
    await call();
  } catch (error) {
    refusal = error;
  }
  if (refusal === undefined) assert.fail(`${what}: the call should have been refused`);
  if (refusal.$metadata === undefined) throw refusal;
  equal(`${what}: status`, refusal.$metadata.httpStatusCode, 400);
  return refusal;
}

/** `call` is refused with the code and the exact message that expected.json has for `error`. */
export async function refused(error, call, values = {}) {
  let [code, message] = EXPECTED.errors[error];
  for (const [key, value] of Object.entries(values)) message = message.replaceAll(`{${key}}`, value);
  const refusal = await failure(error, call);
  equal(error, [refusal.name, refusal.message], [code, message]);
}

/** The answer as JSON values, so that it can be kept in a file and compared. */
export function plain(answer) {
  if (answer === undefined) return undefined;
  return JSON.parse(JSON.stringify(answer, (key, value) => (key === "$metadata" ? undefined : value)));
}

export function recent(what, date) {
  check(date instanceof Date, `${what} is not a date`);
  check(Math.abs(Date.now() - date) < 600_000, `${what} is ${date.toISOString()}`);
}

/** The items of all pages, which hold at most `pageSize` each. */
export async function pages(paginate, key, pageSize, input = {}) {
  const items = [];
  for await (const page of paginate({ client: cognito, pageSize }, input)) {
    check(page[key].length <= pageSize, `${key}: a page holds more than ${pageSize} items`);
    items.push(...page[key]);
  }
  return items;
}

export async function json(url) {
  const answer = await fetch(url);
  check(answer.ok, `${url} answers ${answer.status}`);
  return answer.json();
}

/** What Poolhouse sent to this address, newest first. */
export async function messages(pool, to) {
  const query = new URLSearchParams({ pool, to });
  return (await json(new URL(`/_poolhouse/messages?${query}`, nextEndpoint()))).messages;
}

export const secretHash = (username, client, secret) =>
  createHmac("sha256", secret).update(`${username}${client}`).digest("base64");
