#!/bin/sh
# Makes the SAML metadata documents in this folder, shaped like those of well-known identity providers.
# Run it where it lies: `sh make.sh`. It needs openssl. Every run makes new certificates, so commit all files together.
# Private keys are thrown away: nothing here is ever signed.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

MD='xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
DS='xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
SAML2='urn:oasis:names:tc:SAML:2.0:protocol'
REDIRECT='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
POST='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'

# certificate NAME [openssl req option]...: prints the DER as base64 on one line.
certificate() {
    name=$1
    shift
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/$name.key" -out "$work/$name.pem" \
        -subj "/CN=$name" -days 36500 "$@" 2>/dev/null
    openssl x509 -in "$work/$name.pem" -outform DER | base64 -w0
}

# certificate_of_2020 NAME: valid through the year 2020 only.
certificate_of_2020() {
    openssl req -new -newkey rsa:2048 -nodes -keyout "$work/$1.key" -out "$work/$1.csr" -subj "/CN=$1" 2>/dev/null
    : > "$work/index.txt"
    printf '[ca]\ndefault_ca=a\n[a]\ndatabase=%s/index.txt\nnew_certs_dir=%s\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n' \
        "$work" "$work" > "$work/ca.cnf"
    openssl ca -batch -notext -selfsign -config "$work/ca.cnf" -keyfile "$work/$1.key" -in "$work/$1.csr" -out "$work/$1.pem" \
        -startdate 20200101000000Z -enddate 20201231235959Z 2>/dev/null
    openssl x509 -in "$work/$1.pem" -outform DER | base64 -w0
}

# key USE CERTIFICATE: a KeyDescriptor; USE is empty for a key of both uses.
key() {
    use=${1:+" use=\"$1\""}
    printf '<md:KeyDescriptor%s><ds:KeyInfo %s><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>' "$use" "$DS" "$2"
}

# sso BINDING LOCATION
sso() { printf '<md:SingleSignOnService Binding="%s" Location="%s"/>' "$1" "$2"; }

# entity ENTITY_ID BODY [ATTRIBUTE]: an EntityDescriptor with one IDPSSODescriptor of SAML 2.0.
entity() {
    printf '<md:EntityDescriptor %s entityID="%s" %s><md:IDPSSODescriptor protocolSupportEnumeration="%s">%s</md:IDPSSODescriptor></md:EntityDescriptor>\n' \
        "$MD" "$1" "${3:-}" "$SAML2" "$2"
}

keycloak=$(certificate keycloak)
keycloak_encryption=$(certificate keycloak-encryption)
entra=$(certificate accounts.accesscontrol.windows.net)
okta=$(certificate okta)
adfs=$(certificate "ADFS Signing")
adfs_next=$(certificate "ADFS Signing next")
adfs_encryption=$(certificate "ADFS Encryption")
plain=$(certificate idp.example.com)
old=$(certificate_of_2020 old.example.com)
names=$(i=0; while [ $i -lt 60 ]; do printf 'DNS:a-rather-long-name-of-a-host-%03d.identity.example.com,' $i; i=$((i + 1)); done)
long=$(certificate long.example.com -addext "subjectAltName=${names%,}")

# --- documents that are read -------------------------------------------------------------------------------------

cat > keycloak.xml <<XML
<md:EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" $MD xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" $DS entityID="https://keycloak.example.com/realms/team"><md:IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="$SAML2"><md:KeyDescriptor use="signing"><ds:KeyInfo><ds:KeyName>q1pZ7</ds:KeyName><ds:X509Data><ds:X509Certificate>$keycloak</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>$(key encryption "$keycloak_encryption")<md:ArtifactResolutionService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://keycloak.example.com/realms/team/protocol/saml/resolve" index="0"/><md:SingleLogoutService Binding="$POST" Location="https://keycloak.example.com/realms/team/protocol/saml"/><md:SingleLogoutService Binding="$REDIRECT" Location="https://keycloak.example.com/realms/team/protocol/saml"/><md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>$(sso "$POST" https://keycloak.example.com/realms/team/protocol/saml)$(sso "$REDIRECT" https://keycloak.example.com/realms/team/protocol/saml)$(sso urn:oasis:names:tc:SAML:2.0:bindings:SOAP https://keycloak.example.com/realms/team/protocol/saml)</md:IDPSSODescriptor></md:EntityDescriptor>
XML

# Entra ID: a byte order mark, default namespaces declared again and again, WS-Federation roles with keys of their own.
tenant=6babcaad-604b-40ac-a9d7-9fd97c0b779f
{
printf '\357\273\277'
cat <<XML
<?xml version="1.0" encoding="utf-8"?><EntityDescriptor ID="_3f2c" entityID="https://sts.windows.net/$tenant/" xmlns="urn:oasis:names:tc:SAML:2.0:metadata"><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo><CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><Reference URI="#_3f2c"><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue>AAAA</DigestValue></Reference></SignedInfo><SignatureValue>AAAA</SignatureValue><KeyInfo><X509Data><X509Certificate>$entra</X509Certificate></X509Data></KeyInfo></Signature><RoleDescriptor xsi:type="fed:SecurityTokenServiceType" protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706"><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>$plain</X509Certificate></X509Data></KeyInfo></KeyDescriptor><fed:ClaimTypesOffered><auth:ClaimType Uri="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name" xmlns:auth="http://docs.oasis-open.org/wsfed/authorization/200706"><auth:DisplayName>Name</auth:DisplayName></auth:ClaimType></fed:ClaimTypesOffered></RoleDescriptor><IDPSSODescriptor protocolSupportEnumeration="$SAML2"><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>$entra</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleLogoutService Binding="$REDIRECT" Location="https://login.microsoftonline.com/$tenant/saml2"/><SingleSignOnService Binding="$REDIRECT" Location="https://login.microsoftonline.com/$tenant/saml2"/><SingleSignOnService Binding="$POST" Location="https://login.microsoftonline.com/$tenant/saml2"/></IDPSSODescriptor></EntityDescriptor>
XML
} > entra_id.xml

# Okta: a certificate broken over lines, no logout.
{
cat <<XML
<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor entityID="http://www.okta.com/exk1fcia6d6EMsf331d8" $MD>
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="$SAML2">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo $DS>
        <ds:X509Data>
          <ds:X509Certificate>
XML
printf '%s' "$okta" | fold -w 64
cat <<XML

</ds:X509Certificate>
        </ds:X509Data>
      </ds:KeyInfo>
    </md:KeyDescriptor>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>
    $(sso "$POST" https://team.okta.com/app/team_poolhouse_1/exk1fcia6d6EMsf331d8/sso/saml)
    $(sso "$REDIRECT" "https://team.okta.com/app/team_poolhouse_1/exk1fcia6d6EMsf331d8/sso/saml?a=1&amp;b=2")
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
XML
} > okta.xml

# ADFS: an SP role beside the IdP role, a current and a next signing certificate, a validity.
cat > adfs.xml <<XML
<?xml version="1.0" encoding="utf-8"?><md:EntityDescriptor ID="_77" entityID="http://adfs.example.com/adfs/services/trust" validUntil="2125-06-30T12:00:00.500Z" $MD><md:SPSSODescriptor WantAssertionsSigned="true" protocolSupportEnumeration="$SAML2">$(key signing "$plain")<md:AssertionConsumerService Binding="$POST" Location="https://adfs.example.com/adfs/ls/" index="0" isDefault="true"/></md:SPSSODescriptor><md:IDPSSODescriptor protocolSupportEnumeration="$SAML2">$(key encryption "$adfs_encryption")$(key signing "$adfs")$(key signing "$adfs_next")<md:SingleLogoutService Binding="$REDIRECT" Location="https://adfs.example.com/adfs/ls/"/><md:SingleLogoutService Binding="$POST" Location="https://adfs.example.com/adfs/ls/"/>$(sso "$REDIRECT" https://adfs.example.com/adfs/ls/)$(sso "$POST" https://adfs.example.com/adfs/ls/)<saml:Attribute Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress" FriendlyName="E-Mail Address" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/></md:IDPSSODescriptor><md:ContactPerson contactType="support"/></md:EntityDescriptor>
XML

good_role="$(key signing "$plain")$(sso "$REDIRECT" https://idp.example.com/sso)"
sp_entity="<md:EntityDescriptor entityID=\"https://sp.example.com\"><md:SPSSODescriptor protocolSupportEnumeration=\"$SAML2\">$(key signing "$plain")</md:SPSSODescriptor></md:EntityDescriptor>"

# A federation of a service provider and one identity provider, valid as long as its group is.
printf '<md:EntitiesDescriptor %s validUntil="2120-01-01T00:00:00Z">%s<md:EntitiesDescriptor>%s</md:EntitiesDescriptor></md:EntitiesDescriptor>\n' \
    "$MD" "$sp_entity" "$(entity https://idp.example.com "$good_role" 'validUntil="2121-01-01T00:00:00Z"')" > federation.xml
# A key without a use counts for signing; the retired one is still listed beside it.
entity https://idp.example.com "$(key signing "$old")$(key '' "$plain")$(sso "$REDIRECT" http://localhost:8080/sso)" > retired_key_beside_new.xml

# --- documents that are refused ----------------------------------------------------------------------------------

printf 'metadata_url=https://idp.example.com/metadata\n' > bad_not_xml.xml
{ printf '<?xml version="1.0"?><!DOCTYPE md [<!ENTITY who SYSTEM "file:///etc/passwd">]>'; entity '&who;' "$good_role"; } > bad_doctype.xml
printf '<html><body>Sign in</body></html>\n' > bad_not_metadata.xml
entity '' "$good_role" > bad_no_entity_id.xml
printf '%s\n' "$sp_entity" | sed "s#<md:EntityDescriptor #&$MD #" > bad_service_provider.xml
entity https://idp.example.com "$good_role" | sed 's#SAML:2.0:protocol#SAML:1.1:protocol#' > bad_saml_1_1.xml
entity https://idp.example.com "$(key signing "$plain")$(sso "$POST" https://idp.example.com/sso)" > bad_post_only.xml
entity https://idp.example.com "$(key signing "$plain")$(sso "$REDIRECT" 'javascript:alert(1)')" > bad_endpoint.xml
entity https://idp.example.com "$(key encryption "$plain")$(sso "$REDIRECT" https://idp.example.com/sso)" > bad_no_signing_key.xml
entity https://idp.example.com "$(key signing 'MIIBmTCCAQ==')$(sso "$REDIRECT" https://idp.example.com/sso)" > bad_certificate.xml
entity https://idp.example.com "$(key signing "$long")$(sso "$REDIRECT" https://idp.example.com/sso)" > bad_certificate_too_long.xml
entity https://idp.example.com "$(key signing "$old")$(sso "$REDIRECT" https://idp.example.com/sso)" > bad_expired_certificate.xml
entity https://idp.example.com "$good_role" 'validUntil="2024-01-01T00:00:00Z"' > bad_valid_until_past.xml
entity https://idp.example.com "$good_role" 'validUntil="next week"' > bad_valid_until_unreadable.xml
printf '<md:EntitiesDescriptor %s>%s%s</md:EntitiesDescriptor>\n' "$MD" "$(entity https://a.example.com "$good_role")" \
    "$(entity https://b.example.com "$good_role")" > bad_two_identity_providers.xml
