// aws-jwt-verify on tokens of this server, in whichever issuer mode it is.

import { CognitoJwtVerifier, JwtRsaVerifier } from "aws-jwt-verify";
import { REGION, check, done, equal } from "./checks.mjs";
import { fetchByTurns } from "./turns.mjs";

export const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

export const issuerOfAws = (pool) => `https://cognito-idp.${REGION}.amazonaws.com/${pool}`;

const document = async (url) => (await fetchByTurns(url)).json();

/** Checks an access token, and the ID token beside it, if there is one. `scope` is one that the access token must have. */
export async function verifyTokens({ pool: userPoolId, client: clientId, scope = null }, { IdToken, AccessToken }) {
  const { iss } = claimsOf(AccessToken);
  const isOfAws = iss === issuerOfAws(userPoolId);
  // These servers speak plain http, from which the library does not fetch by itself.
  if (isOfAws) {
    const verifier = CognitoJwtVerifier.create({ userPoolId });
    verifier.cacheJwks(await document(`http://localhost/${userPoolId}/.well-known/jwks.json`));
    if (IdToken) await verifier.verify(IdToken, { tokenUse: "id", clientId });
    await verifier.verify(AccessToken, { tokenUse: "access", clientId, scope });
  } else {
    const discovered = await document(`${iss}/.well-known/openid-configuration`);
    equal("the issuer that discovery names", discovered.issuer, iss);
    const verifier = JwtRsaVerifier.create({ issuer: iss, jwksUri: discovered.jwks_uri, audience: null });
    verifier.cacheJwks(await document(discovered.jwks_uri));
    if (IdToken) await verifier.verify(IdToken, { audience: clientId });
    const claims = await verifier.verify(AccessToken);
    equal("client of the access token", claims.client_id, clientId);
    check(!scope || claims.scope.split(" ").includes(scope), `no ${scope} in ${claims.scope}`);
  }
  done(`aws-jwt-verify: tokens of the issuer ${isOfAws ? "of AWS" : "of this server"}`);
}
