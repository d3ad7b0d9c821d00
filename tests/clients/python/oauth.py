"""The OAuth scene, played by Authlib; client credentials by plain HTTP.

Usage: python oauth.py build | verify | teardown; ../README.md says which variables it reads.
"""

import html
import json
import os
import re
import secrets
import sys
import urllib.parse
from pathlib import Path

import boto3
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc6749.errors import MismatchingStateException
from joserfc import jwk, jwt

import by_turns
from by_turns import FIRST, PORT
from checks import REGION, SceneFailure, check, equal

# These servers speak plain http.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

NAME = f"oauth-{os.environ['SCENE_NAME']}".lower()
CALLBACK, SIGNED_OUT = "http://localhost:3000/callback", "http://localhost:3000/signed-out"
API = "https://api.example.com"
PASSWORD, USER, EMAIL = "Passw0rd!", "oscar", "oscar@example.com"
AUTHENTICATION = {"web": "none", "site": "client_secret_basic", "machine": "client_secret_post"}

cognito = boto3.client("cognito-idp", region_name=REGION, endpoint_url=FIRST)


def done(group):
    print(f"python oauth: {group}", flush=True)


def set_stage():
    pool = cognito.create_user_pool(PoolName=NAME)["UserPool"]["Id"]
    cognito.create_user_pool_domain(UserPoolId=pool, Domain=NAME, ManagedLoginVersion=2)
    scope = {"ScopeName": "read", "ScopeDescription": "Read"}
    cognito.create_resource_server(UserPoolId=pool, Identifier=API, Name="API", Scopes=[scope])
    for_users = {
        "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid", "email"],
        "CallbackURLs": [CALLBACK], "LogoutURLs": [SIGNED_OUT],
    }
    own = {"AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": [f"{API}/read"]}
    stage = {"pool": pool}
    for name, has_secret, members in [("web", False, for_users), ("site", True, for_users), ("machine", True, own)]:
        client = cognito.create_user_pool_client(
            UserPoolId=pool, ClientName=name, GenerateSecret=has_secret, AllowedOAuthFlowsUserPoolClient=True,
            SupportedIdentityProviders=["COGNITO"], **members,
        )["UserPoolClient"]
        stage[name] = {"id": client["ClientId"], "secret": client.get("ClientSecret")}
        if members is for_users:
            cognito.create_managed_login_branding(
                UserPoolId=pool, ClientId=client["ClientId"], UseCognitoProvidedValues=True
            )
    attributes = [{"Name": "email", "Value": EMAIL}, {"Name": "email_verified", "Value": "true"}]
    cognito.admin_create_user(UserPoolId=pool, Username=USER, UserAttributes=attributes, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=USER, Password=PASSWORD, Permanent=True)
    return stage


class Application:
    """An application of the pool, and the person who uses it in a browser of their own."""

    def __init__(self, stage, kind, name="localhost", cookies=None):
        self.id, self.pool = stage[kind]["id"], stage["pool"]
        self.session = by_turns.install(OAuth2Session(
            self.id, stage[kind]["secret"], scope="openid email", redirect_uri=CALLBACK,
            code_challenge_method="S256", token_endpoint_auth_method=AUTHENTICATION[kind],
        ))
        self.person = by_turns.install(requests.Session())
        self.jar = dict(cookies or {})
        url = f"http://{name}:{PORT}/{self.pool}/.well-known/openid-configuration"
        self.endpoints = self.person.get(url).json()
        self.keys = jwk.KeySet.import_key_set(self.person.get(self.endpoints["jwks_uri"]).json())

    def visit(self, method, url, **form):
        """Follows the domain's redirects up to a page, or up to the application: then there is no page."""
        # The library's jar takes no cookies for names below localhost.
        cookies = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        answer = self.person.request(method, url, data=form or None, allow_redirects=False, headers={"Cookie": cookies})
        for line in answer.raw.headers.getlist("Set-Cookie"):
            name, value = line.split(";")[0].split("=", 1)
            if "Max-Age=0" in line:
                self.jar.pop(name, None)
            else:
                self.jar[name] = value
        if "Location" not in answer.headers:
            return url, answer.text
        following = urllib.parse.urljoin(url, answer.headers["Location"])
        if urllib.parse.urlsplit(following).netloc != urllib.parse.urlsplit(url).netloc:
            return following, None
        return self.visit("GET", following)

    def code(self, **more):
        """The URL with which the person comes back to the application."""
        self.verifier, self.nonce = generate_token(48), secrets.token_urlsafe()
        url, self.state = self.session.create_authorization_url(
            self.endpoints["authorization_endpoint"], code_verifier=self.verifier, nonce=self.nonce, **more
        )
        url, page = self.visit("GET", url)
        if page is None:
            return url
        csrf = re.search('name="_csrf" value="([^"]+)"', page)[1]
        action = html.unescape(re.search('<form method="post" action="([^"]+)"', page)[1])
        url, page = self.visit(
            "POST", urllib.parse.urljoin(url, action), _csrf=csrf, username=USER, password=PASSWORD
        )
        check(page is None, f"signing in does not lead to the application: {page}")
        return url

    def tokens(self, url, **other):
        arguments = {"authorization_response": url, "code_verifier": self.verifier, "state": self.state, **other}
        return self.session.fetch_token(self.endpoints["token_endpoint"], **arguments)

    def claims(self, token, **expected):
        """What a token says, once its signature and its issuer are what they should be."""
        claims = jwt.decode(token, self.keys, algorithms=["RS256"]).claims
        wanted = {"iss": {"essential": True, "value": self.endpoints["issuer"]}, "exp": {"essential": True}}
        wanted |= {name: {"essential": True, "value": value} for name, value in expected.items()}
        jwt.JWTClaimsRegistry(**wanted).validate(claims)
        return claims


def refused(what, call, expected):
    try:
        call()
    except OAuthError as error:
        return equal(what, error.error, expected)
    check(False, f"{what}: succeeded")


def build(state):
    stage = set_stage()
    for kind, name in [("web", "localhost"), ("web", "127.0.0.1"), ("site", "localhost")]:
        code_flow(Application(stage, kind, name))
    refusals(stage)
    machine(stage)
    web = Application(stage, "web")
    good, revoked = web.tokens(web.code()), web.tokens(web.code())
    revocation(web, revoked)
    state.write_text(json.dumps({**stage, "good": good, "revoked": revoked, "cookies": web.jar}))


def code_flow(application):
    tokens = application.tokens(application.code())
    claims = application.claims(tokens["id_token"], aud=application.id, nonce=application.nonce, token_use="id")
    equal("who", [claims["cognito:username"], claims["email"]], [USER, EMAIL])
    application.claims(tokens["access_token"], client_id=application.id, token_use="access")
    me = application.session.get(application.endpoints["userinfo_endpoint"]).json()
    equal("user info", me, {"sub": claims["sub"], "username": USER, "email": EMAIL, "email_verified": "true"})
    refresh(application, tokens)
    host = urllib.parse.urlsplit(application.endpoints["token_endpoint"]).netloc
    done(f"authlib: code, PKCE, state and nonce, user info, a refresh token at {host}")


def refresh(application, tokens):
    refreshed = application.session.refresh_token(
        application.endpoints["token_endpoint"], refresh_token=tokens["refresh_token"]
    )
    check(refreshed["access_token"] != tokens["access_token"], "the same access token again")
    application.claims(refreshed["id_token"], aud=application.id)
    application.claims(refreshed["access_token"], client_id=application.id)


def refusals(stage):
    web = Application(stage, "web")
    url = web.code()
    try:
        web.tokens(url, state="other")
        check(False, "another state: succeeded")
    except MismatchingStateException:
        pass
    refused("another verifier", lambda: web.tokens(url, code_verifier=generate_token(48)), "invalid_grant")
    url = web.code()
    web.tokens(url)
    refused("a code again", lambda: web.tokens(url), "invalid_grant")
    stranger = Application({**stage, "site": {**stage["site"], "secret": "not-the-secret"}}, "site")
    url = stranger.code()
    refused("a wrong secret", lambda: stranger.tokens(url), "invalid_client")
    done("authlib: a wrong state, verifier and secret, and a code that comes twice")


def machine(stage):
    application = Application(stage, "machine")
    url, client = application.endpoints["token_endpoint"], stage["machine"]
    form = {"grant_type": "client_credentials", "scope": f"{API}/read"}
    plain = by_turns.install(requests.Session())
    answer = plain.post(url, data=form, auth=(client["id"], client["secret"]))
    equal("members", sorted(answer.json()), ["access_token", "expires_in", "token_type"])
    claims = application.claims(answer.json()["access_token"], client_id=client["id"], scope=f"{API}/read")
    equal("subject", claims["sub"], client["id"])
    answer = plain.post(url, data=form)
    equal("without a client", [answer.status_code, answer.json()], [400, {"error": "invalid_request"}])
    answer = plain.post(url, data=form, auth=(client["id"], "not-the-secret"))
    equal("a wrong secret", [answer.status_code, answer.json()], [400, {"error": "invalid_client"}])
    token = application.session.fetch_token(url, grant_type="client_credentials", scope=f"{API}/read")
    equal("by the library", token["expires_in"], 3600)
    done("client credentials by plain HTTP and by authlib")


def revocation(web, tokens):
    url = web.endpoints["revocation_endpoint"]
    for _ in range(2):
        equal("revoked", web.session.revoke_token(url, token=tokens["refresh_token"]).status_code, 200)
    refused("a revoked token", lambda: refresh(web, tokens), "invalid_grant")
    header = {"Authorization": f"Bearer {tokens['access_token']}"}
    equal("its access token", web.person.get(web.endpoints["userinfo_endpoint"], headers=header).status_code, 401)
    answer = web.session.revoke_token(url, token=tokens["access_token"])
    equal("an access token", [answer.status_code, answer.json()], [400, {"error": "unsupported_token_type"}])
    done("authlib: a revoked token")


def verify(state):
    stage = json.loads(state.read_text())
    web = Application(stage, "web", cookies=stage["cookies"])
    refresh(web, stage["good"])
    refused("a revoked token", lambda: refresh(web, stage["revoked"]), "invalid_grant")
    web.tokens(web.code(prompt="none"))
    done("tokens and the browser's session outlive the restart")


def teardown(state):
    stage = json.loads(state.read_text())
    web = Application(stage, "web")
    cognito.delete_user_pool_domain(UserPoolId=stage["pool"], Domain=NAME)
    refused("after the domain", lambda: refresh(web, stage["good"]), "invalid_request")
    cognito.delete_user_pool(UserPoolId=stage["pool"])
    done("domain and pool are deleted, and nothing answers any more")


ACTS = {"build": build, "verify": verify, "teardown": teardown}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ACTS:
        sys.exit(f"usage: python oauth.py {' | '.join(ACTS)}")
    try:
        ACTS[sys.argv[1]](Path(os.environ["SCENE_STATE"]))
    except SceneFailure as failure:
        sys.exit(f"python oauth: {sys.argv[1]} FAILED: {failure}")
