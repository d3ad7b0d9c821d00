// What the OAuth scene plays on: a pool with a domain, an API with scopes, and an application of each kind.

import { NAME, cognito } from "./checks.mjs";
import { addUser } from "./sign_in_stage.mjs";

export const CALLBACK = "http://localhost:3000/callback";
export const SIGNED_OUT = "http://localhost:3000/signed-out";
export const API = "https://api.example.com";
export const SCOPE = `${API}/read`;
export const USER = "olga";

export async function setStage() {
  const domain = `${NAME}-oauth`;
  const { UserPool: { Id: UserPoolId } } = await cognito.createUserPool({ PoolName: domain, AutoVerifiedAttributes: ["email"] });
  await cognito.createUserPoolDomain({ UserPoolId, Domain: domain, ManagedLoginVersion: 2 });
  const Scopes = [{ ScopeName: "read", ScopeDescription: "Read" }, { ScopeName: "write", ScopeDescription: "Write" }];
  await cognito.createResourceServer({ UserPoolId, Identifier: API, Name: "API", Scopes });
  const application = async (ClientName, members) => {
    const { UserPoolClient } = await cognito.createUserPoolClient({
      UserPoolId,
      ClientName,
      AllowedOAuthFlowsUserPoolClient: true,
      SupportedIdentityProviders: ["COGNITO"],
      ...members,
    });
    return { id: UserPoolClient.ClientId, secret: UserPoolClient.ClientSecret };
  };
  const forUsers = {
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid", "email", "profile", SCOPE],
    CallbackURLs: [CALLBACK],
    LogoutURLs: [SIGNED_OUT],
  };
  const web = await application("web", forUsers);
  const site = await application("site", { ...forUsers, GenerateSecret: true });
  const machine = await application("machine", {
    AllowedOAuthFlows: ["client_credentials"],
    AllowedOAuthScopes: [SCOPE, `${API}/write`],
    GenerateSecret: true,
  });
  for (const { id: ClientId } of [web, site]) {
    await cognito.createManagedLoginBranding({ UserPoolId, ClientId, UseCognitoProvidedValues: true });
  }
  await addUser(UserPoolId, USER);
  return { pool: UserPoolId, domain, web, site, machine };
}
