// A pool as SAML providers know it. The service publishes no metadata: administrators write it, by the developer guide.

import { cognito } from "../../js/checks.mjs";

const POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/** With `signs`, a provider of the pool, requests are signed and assertions come encrypted, as its settings say. */
export async function metadataOf({ pool: UserPoolId, url, secureUrl }, signs) {
  const entity_id = `urn:amazon:cognito:sp:${UserPoolId}`;
  const keys = signs ? await keysOf(UserPoolId, signs) : "";
  const metadata = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entity_id}">
    <SPSSODescriptor AuthnRequestsSigned="${Boolean(signs)}" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
      ${keys}
      <SingleLogoutService Binding="${POST}" Location="${url}/saml2/logout"/>
      <AssertionConsumerService index="0" Binding="${POST}" Location="${url}/saml2/idpresponse"/>
      <AssertionConsumerService index="1" Binding="${POST}" Location="${secureUrl}/saml2/idpresponse"/>
    </SPSSODescriptor></EntityDescriptor>`;
  return { entity_id, metadata };
}

async function keysOf(UserPoolId, ProviderName) {
  const { Certificate } = await cognito.getSigningCertificate({ UserPoolId });
  const { IdentityProvider } = await cognito.describeIdentityProvider({ UserPoolId, ProviderName });
  const { ActiveEncryptionCertificate } = IdentityProvider.ProviderDetails;
  return keyDescriptor("signing", Certificate) + keyDescriptor("encryption", ActiveEncryptionCertificate);
}

const keyDescriptor = (use, certificate) =>
  `<KeyDescriptor use="${use}"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>
    <X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`;
