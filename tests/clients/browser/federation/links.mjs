// A user of the pool itself to whom identities at providers are linked.

import { cognito } from "../../js/checks.mjs";
import { enter } from "../accounts.mjs";
import { addUser } from "../stage.mjs";
import { equal } from "../told.mjs";
import { atCorporation, atPartner, whoCame } from "./people.mjs";

const USER = "linda";
const AT_PARTNER = { ProviderName: "Partner", ProviderAttributeName: "Cognito_Subject", ProviderAttributeValue: "l-4711" };
const AT_CORPORATION = { ProviderName: "Corporation", ProviderAttributeName: "email", ProviderAttributeValue: "linda@corporation.example" };

/** By a subject, and by an attribute of hers, before she was ever there: she is signed in as herself. */
export async function linked(walk, page) {
  const { web } = walk;
  await addUser(web, USER, { email: "linda@example.com", email_verified: "true" });
  const DestinationUser = { ProviderName: "Cognito", ProviderAttributeValue: USER };
  for (const SourceUser of [AT_PARTNER, AT_CORPORATION]) {
    await cognito.adminLinkProviderForUser({ UserPoolId: web.pool, DestinationUser, SourceUser });
  }
  await page.goto(walk.application.signIn(web));
  await enter(page, USER, { label: "Username" });
  const { sub } = await whoCame(walk, page, web);
  await stillLinked(walk, page, sub);
  return sub;
}

/** At either provider she is who she is here. */
export async function stillLinked(walk, page, sub) {
  const { application, oidc, web } = walk;
  oidc.people.set("l-4711", { email: "linda@partner.example" });
  const cameAs = async (email) => {
    const claims = await whoCame(walk, page, web);
    equal("who", [claims.sub, claims["cognito:username"], claims.email], [sub, USER, email]);
    equal("groups", claims["cognito:groups"], undefined);
    const identities = claims.identities.map(({ providerName, primary }) => [providerName, primary]).sort();
    equal("identities", identities, [["Corporation", "false"], ["Partner", "false"]]);
  };
  await page.context().clearCookies();
  await page.goto(application.signIn(web, { identity_provider: "Partner" }));
  await atPartner(page, "l-4711");
  await cameAs("linda@partner.example");
  await page.context().clearCookies();
  await page.goto(application.signIn(web, { identity_provider: "Corporation" }));
  await atCorporation(page, { subject: "Linda", email: "linda@corporation.example" });
  await cameAs("linda@corporation.example");
}

/** Without the link the identity is somebody new. */
export async function unlinked(walk, page, sub) {
  const { application, web } = walk;
  await cognito.adminDisableProviderForUser({ UserPoolId: web.pool, User: AT_PARTNER });
  await page.goto(application.signIn(web, { identity_provider: "Partner" }));
  await atPartner(page, "l-4711");
  const claims = await whoCame(walk, page, web);
  equal("another user", [claims.sub !== sub, claims["cognito:username"]], [true, "Partner_l-4711"]);
}
