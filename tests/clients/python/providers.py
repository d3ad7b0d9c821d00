"""Where identities and scopes come from: SAML, OIDC and Google providers, and a resource server."""

import json
import os
import urllib.request

from checks import EXPECTED, METADATA, check, equal, failure, has, recent, refused

API = "https://orders.example.com"
CLAIM = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
OIDC = {
    "client_id": "scene", "client_secret": "oidc-secret", "authorize_scopes": "openid email",
    "attributes_request_method": "GET",
}


def identity_providers(scene, pool_id):
    client = scene.client

    def create(name, kind, details, **more):
        asked = {"UserPoolId": pool_id, "ProviderName": name, "ProviderType": kind, **more}
        answer = client.create_identity_provider(ProviderDetails=details, **asked)["IdentityProvider"]
        equal(f"describe {name}", describe(client, pool_id, name), answer)
        has(f"details of {name}", answer["ProviderDetails"], details)
        has(name, {**answer, "AttributeMapping": more.get("AttributeMapping")}, asked)
        recent(f"CreationDate of {name}", answer["CreationDate"])
        return answer

    saml(scene, create)
    oidc(scene, create)

    google = {key: EXPECTED["google_details"][key] for key in ("client_id", "client_secret", "authorize_scopes")}
    found = create("Google", "Google", google, AttributeMapping={"email": "email"})
    equal("details of Google", found["ProviderDetails"], EXPECTED["google_details"])
    refused("provider_type_name", lambda: create("NotGoogle", "Google", google))
    equal("second Google", failure("second Google", lambda: create("Google", "Google", google)).code, "DuplicateProviderException")
    refused("unknown_provider", lambda: describe(client, pool_id, "Nowhere"), name="Nowhere")
    scene.done("a Google provider gets the URLs of Google")

    names = [item["ProviderName"] for item in client.pages("list_identity_providers", "Providers", 2, UserPoolId=pool_id)]
    equal("providers", sorted(names), ["CorpOidc", "CorpSaml", "CorpSamlUrl", "Google", "OtherOidc"])
    asked = {"UserPoolId": pool_id, "IdpIdentifier": "corp.example"}
    before = client.get_identity_provider_by_identifier(**asked)["IdentityProvider"]
    equal("provider by identifier", before, describe(client, pool_id, "CorpSaml"))
    mapping = {"email": f"{CLAIM}emailaddress", "given_name": f"{CLAIM}givenname"}
    client.update_identity_provider(UserPoolId=pool_id, ProviderName="CorpSaml", AttributeMapping=mapping)
    after = describe(client, pool_id, "CorpSaml")
    has("what an update leaves alone", after, {key: before[key] for key in ("ProviderDetails", "IdpIdentifiers", "CreationDate")})
    equal("updated mapping", after["AttributeMapping"], mapping)
    scene.done("providers are listed page by page, found by identifier and updated")


def describe(client, pool_id, name):
    return client.describe_identity_provider(UserPoolId=pool_id, ProviderName=name)["IdentityProvider"]


def saml(scene, create):
    mapping = {"email": f"{CLAIM}emailaddress"}
    found = create(
        "CorpSaml", "SAML", {"MetadataFile": METADATA, "IDPSignout": "true"},
        AttributeMapping=mapping, IdpIdentifiers=["corp.example"])
    has("SAML by file", found["ProviderDetails"], EXPECTED["saml_redirect_details"])
    equal("mapping of SAML", found["AttributeMapping"], mapping)
    url = os.environ["POOLHOUSE_SAML_METADATA_URL"]
    found = create("CorpSamlUrl", "SAML", {"MetadataURL": url}, AttributeMapping=mapping)
    has("SAML by URL", found["ProviderDetails"], EXPECTED["saml_redirect_details"])
    refused("saml_without_metadata", lambda: create("NoSaml", "SAML", {"IDPSignout": "true"}))
    missing = f"{url}/missing"
    refusal = failure("SAML of a missing document", lambda: create("NoSaml", "SAML", {"MetadataURL": missing}))
    check(refusal.code == "InvalidParameterException" and missing in refusal.message, str(refusal))
    scene.done("SAML providers come from a file and from a URL")


def oidc(scene, create):
    issuer = os.environ["POOLHOUSE_OIDC_ISSUER"]
    with urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration") as answer:
        published = json.load(answer)
    found = create("CorpOidc", "OIDC", {**OIDC, "oidc_issuer": issuer}, AttributeMapping={"email": "email"})
    has("discovered URLs", found["ProviderDetails"], {
        "authorize_url": published["authorization_endpoint"], "token_url": published["token_endpoint"],
        "attributes_url": published["userinfo_endpoint"], "jwks_uri": published["jwks_uri"],
        "attributes_url_add_attributes": "false",
    })
    equal("mapping of OIDC", found["AttributeMapping"], {"email": "email", "username": "sub"})
    base = "https://issuer.example.com"
    urls = {"authorize_url": f"{base}/auth", "token_url": f"{base}/token", "attributes_url": f"{base}/me", "jwks_uri": f"{base}/jwks"}
    create("OtherOidc", "OIDC", {**OIDC, "oidc_issuer": base, **urls}, AttributeMapping={"email": "email"})
    scene.done("OIDC providers come from discovery and from given URLs")


def resource_server(scene, pool_id):
    client = scene.client
    read = {"ScopeName": "read", "ScopeDescription": "Read orders"}
    write = {"ScopeName": "write", "ScopeDescription": "Write orders"}
    admin = {"ScopeName": "admin", "ScopeDescription": "Administer orders"}
    asked = {"UserPoolId": pool_id, "Identifier": API, "Name": "Orders", "Scopes": [read, write]}
    equal("created server", client.create_resource_server(**asked)["ResourceServer"], asked)
    refused("existing_resource_server", lambda: client.create_resource_server(**asked), id=API, pool=pool_id)
    asked = {**asked, "Name": "Orders API", "Scopes": [read, admin]}
    equal("answer to update", client.update_resource_server(**asked)["ResourceServer"], asked)
    equal("updated server", client.describe_resource_server(UserPoolId=pool_id, Identifier=API)["ResourceServer"], asked)
    equal("servers", client.pages("list_resource_servers", "ResourceServers", 1, UserPoolId=pool_id), [asked])
    scene.done("a resource server is created and updated with its scopes")
