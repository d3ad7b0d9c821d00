// App clients: a web client with a secret and OAuth, a public one, and what is refused.

import { paginateListUserPoolClients } from "@aws-sdk/client-cognito-identity-provider";
import { EXPECTED, check, cognito, done, equal, has, pages, refused } from "./checks.mjs";
import { API } from "./providers.mjs";

const CALLBACK = "https://app.example.com/callback";
const OAUTH = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ["code"],
  AllowedOAuthScopes: ["openid", "email", `${API}/read`],
  CallbackURLs: [CALLBACK, "http://localhost:3000/callback"],
  SupportedIdentityProviders: ["COGNITO", "CorpSaml"],
  ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
};
const EXTRAS = {
  LogoutURLs: ["https://app.example.com/bye"],
  DefaultRedirectURI: CALLBACK,
  AccessTokenValidity: 2,
  IdTokenValidity: 3,
  TokenValidityUnits: { AccessToken: "hours", IdToken: "hours", RefreshToken: "days" },
};
const SETS = ["AllowedOAuthScopes", "CallbackURLs", "SupportedIdentityProviders", "ExplicitAuthFlows"];

/** The client with its sets sorted, as their order means nothing. */
const inOrder = (client) =>
  Object.fromEntries(Object.entries(client).map(([key, value]) => [key, SETS.includes(key) ? value.toSorted() : value]));

// As TokenValidityUnits may be an empty structure or absent.
const unset = (value) => value === undefined || Object.keys(Object(value)).length === 0 && typeof value !== "number";

/** Answers the id and the secret of the web client, and the id of the public one. */
export async function createClients(UserPoolId) {
  const asked = { UserPoolId, ClientName: "web", ...OAUTH, ...EXTRAS, RefreshTokenValidity: 10, PreventUserExistenceErrors: "ENABLED" };
  const describe = async (ClientId) => (await cognito.describeUserPoolClient({ UserPoolId, ClientId })).UserPoolClient;
  const web = (await cognito.createUserPoolClient({ ...asked, GenerateSecret: true })).UserPoolClient;
  const { ClientId, ClientSecret, CreationDate } = web;
  check(/^[0-9a-z]{26}$/.test(ClientId), `unusual client id ${ClientId}`);
  check(/^[0-9a-z]{51,52}$/.test(ClientSecret), "unusual client secret");
  has("client", inOrder(web), inOrder(asked));
  equal("describe client", await describe(ClientId), web);
  done("a client with a secret and OAuth settings is created and described");

  const changes = { ClientName: "web-two", EnableTokenRevocation: false };
  const updated = (await cognito.updateUserPoolClient({ UserPoolId, ClientId, ...OAUTH, ...changes })).UserPoolClient;
  equal("describe after update", await describe(ClientId), updated);
  const kept = { ClientId, ClientSecret, CreationDate };
  has("updated client", inOrder(updated), inOrder({ ...kept, ...changes, ...OAUTH, RefreshTokenValidity: 30 }));
  for (const member of Object.keys(EXTRAS)) check(unset(updated[member]), `${member} was omitted and kept its value`);
  check(updated.PreventUserExistenceErrors !== "ENABLED", "PreventUserExistenceErrors was omitted and kept its value");
  done("an update replaces the settings of the client");

  await wrongSettings(UserPoolId, asked);
  const unknown = "0".repeat(26);
  await refused("unknown_client", () => describe(unknown), { client: unknown });
  done("clients with wrong settings are refused");

  const phone = (await cognito.createUserPoolClient({ UserPoolId, ClientName: "phone" })).UserPoolClient;
  has("defaults of a client", phone, EXPECTED.client_defaults);
  const unasked = ["ClientSecret", "CallbackURLs", "AllowedOAuthFlows", "AllowedOAuthScopes", "ReadAttributes"];
  for (const member of [...unasked, "WriteAttributes", "AnalyticsConfiguration", ...Object.keys(EXTRAS)]) {
    check(unset(phone[member]), `a client has ${member} unasked`);
  }
  const listed = await pages(paginateListUserPoolClients, "UserPoolClients", 1, { UserPoolId });
  const found = Object.fromEntries(listed.map((item) => [item.ClientName, item.ClientId]));
  equal("clients", [listed.length, found], [2, { "web-two": ClientId, phone: phone.ClientId }]);
  done("a public client has the defaults, clients are listed page by page");
  return { web: ClientId, secret: ClientSecret, phone: phone.ClientId };
}

async function wrongSettings(UserPoolId, asked) {
  const createWith = (wrong) => () => cognito.createUserPoolClient({ ...asked, ...wrong });
  const provider = createWith({ SupportedIdentityProviders: ["Nowhere"] });
  await refused("client_names_missing_provider", provider, { name: "Nowhere", pool: UserPoolId });
  const scope = `${API}/write`;
  await refused("unknown_scope", createWith({ AllowedOAuthScopes: [scope] }), { scope });
  const http = "http://app.example.com/callback";
  await refused("http_callback_url", createWith({ CallbackURLs: [http], DefaultRedirectURI: http }));
  await refused("no_callback_urls", createWith({ CallbackURLs: undefined, DefaultRedirectURI: undefined }));
}
