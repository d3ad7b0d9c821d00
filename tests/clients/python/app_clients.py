"""App clients: a web client with a secret and OAuth, a public one, and what is refused."""

import re

from checks import EXPECTED, check, equal, has, refused
from providers import API

SCOPES = ["openid", "email", f"{API}/read"]
CALLBACK = "https://app.example.com/callback"
OAUTH = {
    "AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": SCOPES,
    "CallbackURLs": [CALLBACK, "http://localhost:3000/callback"], "SupportedIdentityProviders": ["COGNITO", "CorpSaml"],
    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
}
EXTRAS = {
    "LogoutURLs": ["https://app.example.com/bye"], "DefaultRedirectURI": CALLBACK, "AccessTokenValidity": 2,
    "IdTokenValidity": 3, "RefreshTokenValidity": 10, "PreventUserExistenceErrors": "ENABLED",
    "TokenValidityUnits": {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"},
}
SETS = ("AllowedOAuthScopes", "CallbackURLs", "SupportedIdentityProviders", "ExplicitAuthFlows")


def create(scene, pool_id):
    """Answers the id and the secret of the web client, and the id of the public one."""
    client = scene.client
    asked = {"UserPoolId": pool_id, "ClientName": "web", **OAUTH, **EXTRAS}
    web = client.create_user_pool_client(GenerateSecret=True, **asked)["UserPoolClient"]
    web_id = {"UserPoolId": pool_id, "ClientId": web["ClientId"]}
    check(re.fullmatch("[0-9a-z]{26}", web["ClientId"]), f"unusual client id {web['ClientId']}")
    check(re.fullmatch("[0-9a-z]{51,52}", web["ClientSecret"]), "unusual client secret")
    has("client", in_order(web), in_order(asked))
    equal("describe client", client.describe_user_pool_client(**web_id)["UserPoolClient"], web)
    scene.done("a client with a secret and OAuth settings is created and described")

    updated = client.update_user_pool_client(**web_id, **OAUTH, ClientName="web-two", EnableTokenRevocation=False)["UserPoolClient"]
    equal("describe after update", client.describe_user_pool_client(**web_id)["UserPoolClient"], updated)
    kept = {member: web[member] for member in ("ClientId", "ClientSecret", "CreationDate")}
    changed = {"ClientName": "web-two", "RefreshTokenValidity": 30, "EnableTokenRevocation": False}
    has("updated client", in_order(updated), {**kept, **changed, **in_order(OAUTH)})
    for member in EXTRAS.keys() - {"RefreshTokenValidity", "PreventUserExistenceErrors"}:
        check(not updated.get(member), f"{member} was omitted and kept its value")
    check(updated.get("PreventUserExistenceErrors") != "ENABLED", "PreventUserExistenceErrors was omitted and kept its value")
    scene.done("an update replaces the settings of the client")

    wrong_settings(scene, pool_id, asked)
    public = client.create_user_pool_client(UserPoolId=pool_id, ClientName="phone")["UserPoolClient"]
    defaults = EXPECTED["client_defaults"]
    has("defaults of a client", public, {member: defaults[member] for member in defaults.keys() - client.unknown_members})
    unasked = {"ClientSecret", "CallbackURLs", "AllowedOAuthFlows", "AllowedOAuthScopes", "ReadAttributes", "WriteAttributes",
               "AnalyticsConfiguration", *EXTRAS} - {"RefreshTokenValidity", "PreventUserExistenceErrors"}
    for member in sorted(unasked):
        check(not public.get(member), f"a client has {member} unasked")
    listed = client.pages("list_user_pool_clients", "UserPoolClients", 1, UserPoolId=pool_id)
    names = sorted([item["ClientName"], item["ClientId"], item["UserPoolId"]] for item in listed)
    equal("clients", names, [["phone", public["ClientId"], pool_id], ["web-two", web["ClientId"], pool_id]])
    scene.done("a public client has the defaults, clients are listed page by page")
    return web["ClientId"], web["ClientSecret"], public["ClientId"]


def in_order(client):
    """The client with its sets sorted, as their order means nothing."""
    return {key: sorted(value) if key in SETS else value for key, value in client.items()}


def wrong_settings(scene, pool_id, asked):
    def create_with(**wrong):
        return lambda: scene.client.create_user_pool_client(**{**asked, **wrong})

    refused("client_names_missing_provider", create_with(SupportedIdentityProviders=["Nowhere"]), name="Nowhere", pool=pool_id)
    refused("unknown_scope", create_with(AllowedOAuthScopes=[f"{API}/write"]), scope=f"{API}/write")
    http = "http://app.example.com/callback"
    refused("http_callback_url", create_with(CallbackURLs=[http], DefaultRedirectURI=http))
    flow = {member: OAUTH[member] for member in ("AllowedOAuthFlowsUserPoolClient", "AllowedOAuthFlows", "AllowedOAuthScopes")}
    refused("no_callback_urls", lambda: scene.client.create_user_pool_client(UserPoolId=pool_id, ClientName="web", **flow))
    unknown = "0" * 26
    refused("unknown_client", lambda: scene.client.describe_user_pool_client(UserPoolId=pool_id, ClientId=unknown), client=unknown)
    scene.done("clients with wrong settings are refused")
