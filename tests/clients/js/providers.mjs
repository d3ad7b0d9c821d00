// Where identities and scopes come from: SAML, OIDC and Google providers, and a resource server.

import { paginateListIdentityProviders, paginateListResourceServers } from "@aws-sdk/client-cognito-identity-provider";
import { EXPECTED, METADATA, check, cognito, done, equal, failure, has, json, pages, recent, refused } from "./checks.mjs";

export const API = "https://orders.example.com";

const CLAIM = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";

export async function describeProvider(UserPoolId, ProviderName) {
  return (await cognito.describeIdentityProvider({ UserPoolId, ProviderName })).IdentityProvider;
}

export async function identityProviders(UserPoolId) {
  async function create(ProviderName, ProviderType, ProviderDetails, more = {}) {
    const asked = { UserPoolId, ProviderName, ProviderType, ...more };
    const answer = (await cognito.createIdentityProvider({ ...asked, ProviderDetails })).IdentityProvider;
    equal(`describe ${ProviderName}`, await describeProvider(UserPoolId, ProviderName), answer);
    has(`details of ${ProviderName}`, answer.ProviderDetails, ProviderDetails);
    has(ProviderName, answer, { UserPoolId, ProviderName, ProviderType });
    has(`mapping of ${ProviderName}`, answer.AttributeMapping, more.AttributeMapping);
    recent(`CreationDate of ${ProviderName}`, answer.CreationDate);
    return answer;
  }

  await saml(create);
  await oidc(create);

  const { client_id, client_secret, authorize_scopes } = EXPECTED.google_details;
  const google = () =>
    create("Google", "Google", { client_id, client_secret, authorize_scopes }, { AttributeMapping: { email: "email" } });
  equal("details of Google", (await google()).ProviderDetails, EXPECTED.google_details);
  await refused("provider_type_name", () => create("NotGoogle", "Google", { client_id, client_secret, authorize_scopes }));
  equal("second Google", (await failure("second Google", google)).name, "DuplicateProviderException");
  await refused("unknown_provider", () => describeProvider(UserPoolId, "Nowhere"), { name: "Nowhere" });
  done("a Google provider gets the URLs of Google");

  const listed = await pages(paginateListIdentityProviders, "Providers", 2, { UserPoolId });
  const names = ["CorpOidc", "CorpSaml", "CorpSamlUrl", "Google", "OtherOidc"];
  equal("providers", listed.map((item) => item.ProviderName).sort(), names);
  const byIdentifier = { UserPoolId, IdpIdentifier: "corp.example" };
  const before = (await cognito.getIdentityProviderByIdentifier(byIdentifier)).IdentityProvider;
  equal("provider by identifier", before, await describeProvider(UserPoolId, "CorpSaml"));
  const AttributeMapping = { email: `${CLAIM}emailaddress`, given_name: `${CLAIM}givenname` };
  await cognito.updateIdentityProvider({ UserPoolId, ProviderName: "CorpSaml", AttributeMapping });
  const after = await describeProvider(UserPoolId, "CorpSaml");
  const { ProviderDetails, IdpIdentifiers, CreationDate } = before;
  has("updated provider", after, { ProviderDetails, IdpIdentifiers, CreationDate, AttributeMapping });
  done("providers are listed page by page, found by identifier and updated");
}

async function saml(create) {
  const more = { AttributeMapping: { email: `${CLAIM}emailaddress` } };
  const file = { MetadataFile: METADATA, IDPSignout: "true" };
  let found = await create("CorpSaml", "SAML", file, { ...more, IdpIdentifiers: ["corp.example"] });
  has("SAML by file", found.ProviderDetails, EXPECTED.saml_redirect_details);
  equal("identifiers of SAML", found.IdpIdentifiers, ["corp.example"]);
  equal("mapping of SAML", found.AttributeMapping, more.AttributeMapping);
  const MetadataURL = process.env.POOLHOUSE_SAML_METADATA_URL;
  found = await create("CorpSamlUrl", "SAML", { MetadataURL }, more);
  has("SAML by URL", found.ProviderDetails, EXPECTED.saml_redirect_details);
  await refused("saml_without_metadata", () => create("NoSaml", "SAML", { IDPSignout: "true" }, more));
  const missing = `${MetadataURL}/missing`;
  const refusal = await failure("SAML of a missing document", () => create("NoSaml", "SAML", { MetadataURL: missing }, more));
  check(refusal.name === "InvalidParameterException" && refusal.message.includes(missing), `${refusal}`);
  done("SAML providers come from a file and from a URL");
}

async function oidc(create) {
  const asked = {
    client_id: "scene",
    client_secret: "oidc-secret",
    authorize_scopes: "openid email",
    attributes_request_method: "GET",
  };
  const more = { AttributeMapping: { email: "email" } };
  const issuer = process.env.POOLHOUSE_OIDC_ISSUER;
  const published = await json(`${issuer}/.well-known/openid-configuration`);
  const found = await create("CorpOidc", "OIDC", { ...asked, oidc_issuer: issuer }, more);
  has("discovered URLs", found.ProviderDetails, {
    authorize_url: published.authorization_endpoint,
    token_url: published.token_endpoint,
    attributes_url: published.userinfo_endpoint,
    jwks_uri: published.jwks_uri,
    attributes_url_add_attributes: "false",
  });
  equal("mapping of OIDC", found.AttributeMapping, { email: "email", username: "sub" });
  const base = "https://issuer.example.com";
  const urls = {
    authorize_url: `${base}/auth`,
    token_url: `${base}/token`,
    attributes_url: `${base}/me`,
    jwks_uri: `${base}/jwks`,
  };
  await create("OtherOidc", "OIDC", { ...asked, oidc_issuer: base, ...urls }, more);
  done("OIDC providers come from discovery and from given URLs");
}

export async function resourceServer(UserPoolId) {
  const read = { ScopeName: "read", ScopeDescription: "Read orders" };
  const write = { ScopeName: "write", ScopeDescription: "Write orders" };
  const admin = { ScopeName: "admin", ScopeDescription: "Administer orders" };
  const first = { UserPoolId, Identifier: API, Name: "Orders", Scopes: [read, write] };
  equal("created server", (await cognito.createResourceServer(first)).ResourceServer, first);
  await refused("existing_resource_server", () => cognito.createResourceServer(first), { id: API, pool: UserPoolId });
  const second = { ...first, Name: "Orders API", Scopes: [read, admin] };
  equal("answer to update", (await cognito.updateResourceServer(second)).ResourceServer, second);
  const found = await cognito.describeResourceServer({ UserPoolId, Identifier: API });
  equal("updated server", found.ResourceServer, second);
  equal("servers", await pages(paginateListResourceServers, "ResourceServers", 1, { UserPoolId }), [second]);
  done("a resource server is created and updated with its scopes");
}
