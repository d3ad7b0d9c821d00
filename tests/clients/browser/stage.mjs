// What the walk is played on: pools that differ in what their pages ask, their domains, and applications.

import { METADATA, NAME, cognito } from "../js/checks.mjs";
import { BRAND, STYLE } from "./styles.mjs";

export const PASSWORD = "Passw0rd!";
export const NEW_PASSWORD = "An0ther-word";


const FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
const BY_EMAIL = { UsernameAttributes: ["email"], AutoVerifiedAttributes: ["email"] };
const BY_PHONE = { UsernameAttributes: ["phone_number"], AutoVerifiedAttributes: ["phone_number"] };
const TOTP = { SoftwareTokenMfaConfiguration: { Enabled: true } };
const SENDER = {
  EmailSendingAccount: "DEVELOPER",
  SourceArn: "arn:aws:ses:us-east-1:123456789012:identity/team@example.com",
  From: "team@example.com",
};

/** Makes pools with domains, for browsers that find them at this port. */
export class Stage {
  constructor(application, port) {
    this.application = application;
    this.port = port;
    /** Pools and domains that were made. */
    this.places = [];
  }

  /** A pool with a domain. */
  async pool(name, members, version = 2) {
    const domain = `${NAME}-${name}`;
    const { UserPool } = await cognito.createUserPool({ PoolName: `${NAME} ${name}`, ...members });
    await cognito.createUserPoolDomain({ UserPoolId: UserPool.Id, Domain: domain, ManagedLoginVersion: version });
    const place = { pool: UserPool.Id, domain, url: `http://${domain}.auth.us-east-1.localhost:${this.port}` };
    this.places.push(place);
    return place;
  }

  /** An application of a pool. Pages of managed login need a style; null is none. */
  async client(place, name, members = {}, style = STYLE) {
    const { UserPoolClient } = await cognito.createUserPoolClient({
      UserPoolId: place.pool,
      ClientName: name,
      ExplicitAuthFlows: FLOWS,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "email", "profile"],
      CallbackURLs: [this.application.callback],
      LogoutURLs: [this.application.signedOut],
      SupportedIdentityProviders: ["COGNITO"],
      ...members,
    });
    const client = UserPoolClient.ClientId;
    if (style) await cognito.createManagedLoginBranding({ UserPoolId: place.pool, ClientId: client, ...style });
    return { ...place, client };
  }
}

/** All pools and applications of the walk. */
export async function setStage(stage) {
  const family_name = { Name: "family_name", Required: true, Mutable: true };
  const people = await stage.pool("people", { ...BY_EMAIL, Schema: [family_name] });

  // Without it a code by e-mail would recover the password too, and could be no second factor.
  const recovery = { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] } };
  const strict = await stage.pool("strict", { EmailConfiguration: SENDER, ...recovery });
  const EmailMfaConfiguration = { Subject: "Your code", Message: "{####}" };
  await cognito.setUserPoolMfaConfig({ UserPoolId: strict.pool, MfaConfiguration: "ON", ...TOTP, EmailMfaConfiguration });

  const factors = { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"] } };
  const choice = await stage.pool("choice", { ...BY_EMAIL, Policies: factors });
  const template = { VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_LINK" } };
  const link = await stage.pool("link", { ...BY_EMAIL, ...template });
  const sms = { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "sms" } };
  const phone = await stage.pool("phone", { ...BY_PHONE, ...sms });
  const classic = await stage.pool("classic", BY_EMAIL, 1);
  const at = (path) => ({ CallbackURLs: [stage.application.origin + path] });
  const scopes = { AllowedOAuthScopes: ["openid", "email", "aws.cognito.signin.user.admin"] };
  return {
    web: await stage.client(people, "web"),
    other: await stage.client(people, "other"),
    plain: await stage.client(people, "plain", {}, { UseCognitoProvidedValues: true }),
    branded: await stage.client(people, "branded", {}, BRAND),
    bare: await stage.client(people, "bare", {}, null),
    oidc: await stage.client(people, "oidc", at("/oidc")),
    amplify: await stage.client(people, "amplify", { ...at("/amplify"), ...scopes }),
    strict: await stage.client(strict, "web"),
    choice: await stage.client(choice, "web", { ExplicitAuthFlows: [...FLOWS, "ALLOW_USER_AUTH"] }),
    phone: await stage.client(phone, "web"),
    link: await stage.client(link, "web"),
    classic: await stage.client(classic, "web", {}, null),
    providers: await providers(stage),
  };
}

/** Applications that offer other providers. */
async function providers(stage) {
  const place = await stage.pool("providers", BY_EMAIL);
  const add = (ProviderName, ProviderType, ProviderDetails, more) =>
    cognito.createIdentityProvider({ UserPoolId: place.pool, ProviderName, ProviderType, ProviderDetails, ...more });
  await add("Google", "Google", { client_id: "google", client_secret: "secret", authorize_scopes: "openid" });
  await add("Partner", "SAML", { MetadataFile: METADATA });
  await add("Corporation", "SAML", { MetadataFile: METADATA }, { IdpIdentifiers: ["corporation.example"] });
  const offers = (name, ...SupportedIdentityProviders) => stage.client(place, name, { SupportedIdentityProviders });
  return {
    buttons: await offers("buttons", "COGNITO", "Google", "Partner"),
    outside: await offers("outside", "Google", "Partner"),
    search: await offers("search", "COGNITO", "Google", "Corporation"),
  };
}

/** Deletes what was made. */
export async function clearStage(places) {
  for (const { pool: UserPoolId, domain: Domain } of places) {
    await cognito.deleteUserPoolDomain({ UserPoolId, Domain });
    await cognito.deleteUserPool({ UserPoolId });
  }
}

/** A user whom an administrator made, with this password. */
export async function addUser({ pool: UserPoolId }, Username, attributes, { temporary = false } = {}) {
  await cognito.adminCreateUser({
    UserPoolId,
    Username,
    MessageAction: "SUPPRESS",
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
  });
  await cognito.adminSetUserPassword({ UserPoolId, Username, Password: PASSWORD, Permanent: !temporary });
}
