// What federation is played on: two pools that know the same SAML provider in two ways, and an OpenID Connect provider.

import { cognito } from "../../js/checks.mjs";
import { OidcProvider } from "./oidc_provider.mjs";
import { metadataOf } from "./service_provider.mjs";

/** Attributes of pools by what the SAML provider calls them: mail, displayName and departmentNumber. */
const SAML_MAPPING = {
  email: "urn:oid:0.9.2342.19200300.100.1.3",
  name: "urn:oid:2.16.840.1.113730.3.1.241",
  "custom:department": "urn:oid:2.16.840.1.113730.3.1.2",
};
const OIDC_MAPPING = { email: "email", email_verified: "email_verified", name: "name", "custom:department": "department" };
const SCHEMA = [{ Name: "department", AttributeDataType: "String", Mutable: true }];
const CLIENT_ID = "the-pool";
const CLIENT_SECRET = "a-secret-between-the-pool-and-its-partner";

const addProvider = ({ pool: UserPoolId }, ProviderName, ProviderType, ProviderDetails, more) =>
  cognito.createIdentityProvider({ UserPoolId, ProviderName, ProviderType, ProviderDetails, ...more });

/** Makes all, for a SAML provider that runs. Gives the applications, the other provider, and what the first has to register. */
export async function setStage(stage, saml, tlsPort) {
  const place = async (name, members) => withSecureUrl(await stage.pool(name, members), tlsPort);
  const people = await place("people", { Schema: SCHEMA });
  const oidc = await OidcProvider.listen(0, [clientAt(people)]);
  await corporation(people, saml);
  await partner(people, oidc);
  const offers = (place, name, ...SupportedIdentityProviders) => stage.client(place, name, { SupportedIdentityProviders });
  const web = await offers(people, "web", "COGNITO", "Corporation", "Partner");
  const outside = await offers(people, "outside", "Partner");

  const sealed = await place("sealed", { Schema: SCHEMA, UsernameConfiguration: { CaseSensitive: false } });
  await sealedCorporation(sealed, saml);
  const strict = await offers(sealed, "strict", "Sealed");
  const serviceProviders = [
    // The pool does not let people in who come unasked for; the provider's administrator does not know.
    { ...(await metadataOf(web)), relay_state: unasked(stage, web, "Corporation") },
    { ...(await metadataOf(strict, "Sealed")), relay_state: unasked(stage, strict, "Sealed") },
  ];
  return { oidc, places: { web, outside, strict, serviceProviders } };
}

/** A domain has an address by HTTPS, too. */
function withSecureUrl(place, tlsPort) {
  const url = new URL(place.url);
  return { ...place, secureUrl: `https://${url.hostname}:${tlsPort}` };
}

/** The pool as the OpenID Connect provider knows it. */
const clientAt = ({ url }) => ({
  client_id: CLIENT_ID,
  client_secret: CLIENT_SECRET,
  redirect_uris: [`${url}/oauth2/idpresponse`],
});

/** Nothing is signed but assertions, nothing is encrypted. Found by the part of e-mail addresses behind the @. */
const corporation = (place, saml) =>
  addProvider(place, "Corporation", "SAML", { MetadataURL: saml.metadataUrl }, {
    AttributeMapping: SAML_MAPPING,
    IdpIdentifiers: ["corporation.example"],
  });

/** The same provider, with all that there is. */
const sealedCorporation = (place, saml) =>
  addProvider(
    place,
    "Sealed",
    "SAML",
    {
      MetadataURL: saml.metadataUrl,
      RequestSigningAlgorithm: "rsa-sha256",
      EncryptedResponses: "true",
      IDPInit: "true",
      IDPSignout: "true",
    },
    { AttributeMapping: SAML_MAPPING },
  );

const partner = (place, { issuer }) =>
  addProvider(
    place,
    "Partner",
    "OIDC",
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      authorize_scopes: "openid email profile",
      oidc_issuer: issuer,
      attributes_request_method: "GET",
    },
    { AttributeMapping: OIDC_MAPPING },
  );

/** What the SAML provider says to the pool with people who come unasked for (developer guide, "IdP-initiated SAML"). */
function unasked({ application }, { client }, provider) {
  const query = { identity_provider: provider, client_id: client, redirect_uri: application.callback, response_type: "code" };
  return `${new URLSearchParams({ ...query, scope: "openid email profile" })}`;
}
