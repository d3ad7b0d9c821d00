// The scene, played by the AWS SDK for JavaScript on a pool whose users may sign in with an alias.
// Usage: node scene.mjs build | verify | teardown; ../README.md says which variables it reads.

import { readFileSync, writeFileSync } from "node:fs";
import {
  paginateListIdentityProviders,
  paginateListUserPoolClients,
  paginateListUserPools,
  paginateListUsers,
} from "@aws-sdk/client-cognito-identity-provider";
import { createClients } from "./app_clients.mjs";
import { NAME, cognito, done, equal, pages, plain, refused } from "./checks.mjs";
import { afterRestart, find, signUps } from "./people.mjs";
import { createPools, domain, domains } from "./pools.mjs";
import { API, describeProvider, identityProviders, resourceServer } from "./providers.mjs";

const providerNames = async (UserPoolId) =>
  (await pages(paginateListIdentityProviders, "Providers", 60, { UserPoolId })).map((item) => item.ProviderName);

async function build(state) {
  const [{ Id: pool, Arn: arn }, bare] = await createPools();
  await domains(pool, bare);
  await identityProviders(pool);
  await resourceServer(pool);
  const known = { pool, arn, bare, ...(await createClients(pool)) };
  known.carolCode = await signUps(known);
  await find(known);
  known.seen = await snapshot(known);
  writeFileSync(state, JSON.stringify(known, null, 1));
}

async function verify(state) {
  const known = JSON.parse(readFileSync(state, "utf8"));
  const now = await snapshot(known);
  for (const what of Object.keys(known.seen)) equal(`${what} after the restart`, now[what], known.seen[what]);
  done("everything reads as it did before the restart");
  await afterRestart(known);
}

/** Every describe, get and list answer about what the scene made. */
async function snapshot({ pool: UserPoolId, bare, arn, web, phone }) {
  const providers = [];
  for (const name of await providerNames(UserPoolId)) providers.push(await describeProvider(UserPoolId, name));
  const own = (item) => [UserPoolId, bare].includes(item.Id);
  return plain({
    pool: await cognito.describeUserPool({ UserPoolId }),
    "bare pool": await cognito.describeUserPool({ UserPoolId: bare }),
    pools: (await pages(paginateListUserPools, "UserPools", 60)).filter(own),
    MFA: await cognito.getUserPoolMfaConfig({ UserPoolId }),
    tags: await cognito.listTagsForResource({ ResourceArn: arn }),
    domain: await domain(NAME),
    providers,
    "provider by identifier": await cognito.getIdentityProviderByIdentifier({ UserPoolId, IdpIdentifier: "corp.example" }),
    "resource server": await cognito.describeResourceServer({ UserPoolId, Identifier: API }),
    client: await cognito.describeUserPoolClient({ UserPoolId, ClientId: web }),
    "public client": await cognito.describeUserPoolClient({ UserPoolId, ClientId: phone }),
    clients: await pages(paginateListUserPoolClients, "UserPoolClients", 60, { UserPoolId }),
    secrets: await cognito.listUserPoolClientSecrets({ UserPoolId, ClientId: web }),
    users: await pages(paginateListUsers, "Users", 60, { UserPoolId }),
  });
}

async function teardown(state) {
  const { pool: UserPoolId, bare, web, phone } = JSON.parse(readFileSync(state, "utf8"));
  for (const ClientId of [web, phone]) {
    await cognito.deleteUserPoolClient({ UserPoolId, ClientId });
    const describe = () => cognito.describeUserPoolClient({ UserPoolId, ClientId });
    await refused("unknown_client", describe, { client: ClientId });
  }
  equal("clients left", await pages(paginateListUserPoolClients, "UserPoolClients", 60, { UserPoolId }), []);
  for (const name of await providerNames(UserPoolId)) {
    await cognito.deleteIdentityProvider({ UserPoolId, ProviderName: name });
    await refused("unknown_provider", () => describeProvider(UserPoolId, name), { name });
  }
  equal("providers left", await providerNames(UserPoolId), []);
  const server = { UserPoolId, Identifier: API };
  await cognito.deleteResourceServer(server);
  await refused("unknown_resource_server", () => cognito.describeResourceServer(server), { id: API });
  await cognito.deleteUserPoolDomain({ UserPoolId, Domain: NAME });
  equal("deleted domain", await domain(NAME), {});
  done("clients, providers, resource server and domain are deleted");

  await refused("pool_is_protected", () => cognito.deleteUserPool({ UserPoolId }));
  await cognito.updateUserPool({ UserPoolId, DeletionProtection: "INACTIVE" });
  for (const pool of [UserPoolId, bare]) {
    await cognito.deleteUserPool({ UserPoolId: pool });
    await refused("unknown_pool", () => cognito.describeUserPool({ UserPoolId: pool }), { pool });
    await refused("unknown_pool", () => cognito.listUsers({ UserPoolId: pool }), { pool });
  }
  const listed = (await pages(paginateListUserPools, "UserPools", 60)).map((item) => item.Id);
  equal("pools left", listed.filter((id) => [UserPoolId, bare].includes(id)), []);
  done("the pools are deleted, once their protection is off");
}

const acts = { build, verify, teardown };
const act = process.argv[2];
if (!Object.hasOwn(acts, act)) {
  console.error(`usage: node scene.mjs ${Object.keys(acts).join(" | ")}`);
  process.exit(2);
}
try {
  await acts[act](process.env.SCENE_STATE);
} catch (error) {
  console.error(`js: ${act} FAILED: ${error.code === "ERR_ASSERTION" ? error.message : error.stack}`);
  process.exit(1);
}
