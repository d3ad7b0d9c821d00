"""The sign-in scene, played by boto3 and pycognito; mails arrive at a real mail server.

Usage: python sign_in.py build | verify | teardown; ../README.md says which variables it reads.
"""

import base64
import email
import hashlib
import hmac
import json
import os
import sys
import time
from email import policy
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from pycognito import Cognito
from pycognito.aws_srp import AWSSRP
from pycognito.exceptions import ForceChangePasswordException

from checks import ENDPOINTS, REGION, SceneFailure, check, equal

PASSWORD, NEW_PASSWORD, TEMPORARY = "Passw0rd!", "An0ther-word", "Temp0rary!"
NAME = f"sign-in-{os.environ['SCENE_NAME']}".lower()
MAILS = Path(os.environ["SCENE_MAILS"])
SENDER = "Team <team@example.com>"
# The scene is played on several servers at once, and all of them mail to one folder.
BEA, BEN = f"bea@{NAME}.example.com", f"ben@{NAME}.example.com"


def done(group):
    print(f"python sign-in: {group}", flush=True)


class Turns:
    """boto3 on one endpoint after the other: each call goes to the next replica."""

    def __init__(self):
        first = next(ENDPOINTS)
        self.clients = {first: self.client(first)}

    def client(self, endpoint):
        config = Config(retries={"total_max_attempts": 1})
        return boto3.client("cognito-idp", region_name=REGION, endpoint_url=endpoint, config=config)

    def __getattr__(self, name):
        endpoint = next(ENDPOINTS)
        if endpoint not in self.clients:
            self.clients[endpoint] = self.client(endpoint)
        return getattr(self.clients[endpoint], name)


cognito = Turns()


def refused(what, call, code, message):
    try:
        call()
    except ClientError as error:
        found = error.response["Error"]
        equal(what, [found["Code"], found["Message"]], [code, message])
        return
    check(False, f"{what}: succeeded")


def mail_to(address, kind):
    """The next mail to an address, which is taken out of the folder."""
    for _ in range(200):
        for path in sorted(MAILS.glob(f"{address}.*.eml")):
            mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
            if kind in mail["Subject"]:
                path.unlink()
                return mail
        time.sleep(0.1)
    raise SceneFailure(f"no mail about {kind} to {address}")


def code_in(mail):
    text = mail.get_body(("plain",)).get_content()
    return text.strip().rstrip(".").split()[-1]


def set_stage():
    template = {"EmailMessage": "<p>Hello,</p><p>your code is <b>{####}</b></p>", "EmailSubject": "Your code"}
    pool = cognito.create_user_pool(
        PoolName=NAME,
        AutoVerifiedAttributes=["email"],
        VerificationMessageTemplate=template,
        EmailConfiguration={"EmailSendingAccount": "COGNITO_DEFAULT", "From": SENDER},
        AdminCreateUserConfig={"InviteMessageTemplate": {
            "EmailSubject": "Welcome", "EmailMessage": "You are {username}, your password is {####}",
            "SMSMessage": "{username} {####}",
        }},
    )["UserPool"]["Id"]
    flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="web", GenerateSecret=True, ExplicitAuthFlows=flows
    )["UserPoolClient"]
    return {"pool": pool, "client": client["ClientId"], "secret": client["ClientSecret"]}


def secret_hash(stage, username):
    key, message = stage["secret"].encode(), (username + stage["client"]).encode()
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()


def claims_of(token):
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


def srp(stage, username, password):
    return AWSSRP(
        username=username, password=password, pool_id=stage["pool"], client_id=stage["client"],
        client_secret=stage["secret"], client=cognito,
    )


def build(state):
    stage = set_stage()
    invited(stage)
    signed_up(stage)
    library(stage)
    administrator(stage)
    tokens = srp(stage, "bea", PASSWORD).authenticate_user()["AuthenticationResult"]
    state.write_text(json.dumps({**stage, "tokens": tokens}))


def invited(stage):
    attributes = [{"Name": "email", "Value": BEA}, {"Name": "email_verified", "Value": "true"}]
    cognito.admin_create_user(
        UserPoolId=stage["pool"], Username="bea", UserAttributes=attributes, DesiredDeliveryMediums=["EMAIL"]
    )
    mail = mail_to(BEA, "Welcome")
    equal("sender", str(mail["From"]), SENDER)
    equal("parts", [part.get_content_type() for part in mail.iter_parts()], ["text/plain", "text/html"])
    temporary = mail.get_body(("plain",)).get_content().strip().removeprefix("You are bea, your password is ")
    attempt = srp(stage, "bea", temporary)
    try:
        attempt.authenticate_user()
        check(False, "a temporary password signs in")
    except ForceChangePasswordException:
        attempt.set_new_password_challenge(PASSWORD)
    check("AccessToken" in srp(stage, "bea", PASSWORD).authenticate_user()["AuthenticationResult"], "no token")
    done("pycognito: an invitation by mail, SRP with a temporary password, replaced by a new one")


def signed_up(stage):
    cognito.sign_up(
        ClientId=stage["client"], SecretHash=secret_hash(stage, "ben"), Username="ben", Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": BEN}],
    )
    mail = mail_to(BEN, "Your code")
    html = mail.get_body(("html",)).get_content()
    code = code_in(mail)
    equal("the HTML part", html.strip(), f"<p>Hello,</p><p>your code is <b>{code}</b></p>")
    confirm = {"ClientId": stage["client"], "SecretHash": secret_hash(stage, "ben"), "Username": "ben"}
    cognito.confirm_sign_up(**confirm, ConfirmationCode=code)
    cognito.forgot_password(**confirm)
    code = code_in(mail_to(BEN, "Your code"))
    cognito.confirm_forgot_password(**confirm, ConfirmationCode=code, Password=NEW_PASSWORD)
    srp(stage, "ben", NEW_PASSWORD).authenticate_user()
    refused(
        "the old password", lambda: srp(stage, "ben", PASSWORD).authenticate_user(),
        "NotAuthorizedException", "Incorrect username or password.",
    )
    done("boto3: codes by mail for a sign-up and a forgotten password")


def library(stage):
    """pycognito's own class checks each token: the address it calls has to be the issuer's."""
    endpoint = next(ENDPOINTS)
    tokens = srp(stage, "bea", PASSWORD).authenticate_user()["AuthenticationResult"]
    if not claims_of(tokens["IdToken"])["iss"].startswith(endpoint):
        return
    bea = Cognito(
        stage["pool"], stage["client"], user_pool_region=REGION, username="bea", client_secret=stage["secret"],
        boto3_client_kwargs={"endpoint_url": endpoint},
    )
    bea.authenticate(password=PASSWORD)
    bea.update_profile({"nickname": "B"}, attr_map={})
    equal("nickname", bea.get_user(attr_map={}).nickname, "B")
    before = bea.access_token
    bea.renew_access_token()
    check(bea.access_token != before, "the same access token again")
    bea.change_password(PASSWORD, NEW_PASSWORD)
    bea.change_password(NEW_PASSWORD, PASSWORD)
    bea.logout()
    done("pycognito: tokens verified, a profile, refreshed tokens, changed passwords, signing out")


def administrator(stage):
    named = {"UserPoolId": stage["pool"], "Username": "bea"}
    begin = {"UserPoolId": stage["pool"], "ClientId": stage["client"], "AuthFlow": "ADMIN_USER_PASSWORD_AUTH"}
    parameters = {"USERNAME": "bea", "PASSWORD": PASSWORD, "SECRET_HASH": secret_hash(stage, "bea")}
    tokens = cognito.admin_initiate_auth(**begin, AuthParameters=parameters)["AuthenticationResult"]
    cognito.admin_disable_user(**named)
    refused(
        "a disabled user's token", lambda: cognito.get_user(AccessToken=tokens["AccessToken"]),
        "NotAuthorizedException", "Access Token has been revoked",
    )
    refused(
        "a disabled user", lambda: cognito.admin_initiate_auth(**begin, AuthParameters=parameters),
        "NotAuthorizedException", "User is disabled.",
    )
    cognito.admin_enable_user(**named)
    cognito.create_group(UserPoolId=stage["pool"], GroupName="staff", Precedence=1)
    cognito.admin_add_user_to_group(**named, GroupName="staff")
    equal("groups", [group["GroupName"] for group in cognito.admin_list_groups_for_user(**named)["Groups"]], ["staff"])
    done("boto3: an administrator signs in, disables, enables and groups a user")


def verify(state):
    stage = json.loads(state.read_text())
    tokens = stage["tokens"]
    equal("who is signed in", cognito.get_user(AccessToken=tokens["AccessToken"])["Username"], "bea")
    refreshed = cognito.get_tokens_from_refresh_token(
        ClientId=stage["client"], ClientSecret=stage["secret"], RefreshToken=tokens["RefreshToken"]
    )["AuthenticationResult"]
    equal("groups in the token", claims_of(refreshed["IdToken"])["cognito:groups"], ["staff"])
    cognito.global_sign_out(AccessToken=refreshed["AccessToken"])
    refused(
        "after signing out", lambda: cognito.get_user(AccessToken=tokens["AccessToken"]),
        "NotAuthorizedException", "Access Token has been revoked",
    )
    done("a session outlives the restart, until it is ended")


def teardown(state):
    cognito.delete_user_pool(UserPoolId=json.loads(state.read_text())["pool"])
    done("the pool is deleted")


ACTS = {"build": build, "verify": verify, "teardown": teardown}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ACTS:
        sys.exit(f"usage: python sign_in.py {' | '.join(ACTS)}")
    try:
        ACTS[sys.argv[1]](Path(os.environ["SCENE_STATE"]))
    except SceneFailure as failure:
        sys.exit(f"python sign-in: {sys.argv[1]} FAILED: {failure}")
