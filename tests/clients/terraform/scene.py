#!/usr/bin/env python3
"""The scene of Terraform: what is applied is what is read, before and after changes, a restart, and an import.

Usage: scene.py build | verify | teardown; ../README.md says which variables it reads.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from itertools import cycle
from pathlib import Path

HERE = Path(__file__).parent
NAME = f"tf-{os.environ['SCENE_NAME']}".lower()
STATE = Path(os.environ["SCENE_STATE"])
# Commands take turns between the replicas.
ENDPOINTS = cycle(os.environ["POOLHOUSE_ENDPOINT"].split(","))

# How the provider calls a resource that is to be imported.
IMPORT_IDS = {
    "aws_cognito_identity_provider": "{user_pool_id}:{provider_name}",
    "aws_cognito_managed_user_pool_client": "{user_pool_id}/{id}",
    "aws_cognito_resource_server": "{user_pool_id}|{identifier}",
    "aws_cognito_user": "{user_pool_id}/{username}",
    "aws_cognito_user_group": "{user_pool_id}/{name}",
    "aws_cognito_user_pool": "{id}",
    "aws_cognito_user_pool_client": "{user_pool_id}/{id}",
    "aws_cognito_user_pool_domain": "{domain}",
    "aws_cognito_user_pool_ui_customization": "{user_pool_id},{client_id}",
}
# The provider cannot import who is in a group, and adds them again.
NOT_IMPORTED = {"aws_cognito_user_in_group"}


class SceneFailure(Exception):
    """Terraform did not end as it should."""


def done(group):
    print(f"terraform: {group}", flush=True)


class Terraform:
    """A folder with the configuration and a state of its own."""

    def __init__(self, folder, imported=False):
        self.folder, self.imported = folder, imported

    def prepare(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for file in HERE.glob("*.tf"):
            shutil.copy(file, self.folder)

    def run(self, *words, stage=None, accepted=(0,)):
        variables = []
        if stage:
            metadata = HERE.parent / "fixtures" / "saml-metadata.xml"
            values = {"endpoint": next(ENDPOINTS), "name": NAME, "saml_metadata": metadata, "stage": stage}
            values["imported"] = str(self.imported).lower()
            variables = [f"-var={key}={value}" for key, value in values.items()]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TF_")}
        environment["CHECKPOINT_DISABLE"] = "1"  # asks nobody for newer versions
        # One attempt: a retry would hide an internal error.
        environment["AWS_MAX_ATTEMPTS"] = "1"
        program = os.environ.get("TERRAFORM", "terraform")
        ended = subprocess.run(
            [program, *words, *variables], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        if ended.returncode not in accepted:
            raise SceneFailure(f"terraform {' '.join(words)}\n{ended.stdout}{ended.stderr}")
        return ended

    def init(self):
        self.run("init", "-input=false", "-no-color", f"-plugin-dir={os.environ['TF_PLUGIN_DIR']}")

    def apply(self, stage, *, added=0, changed=0, imported=0, destroyed=0):
        """Applies, and compares the counts at the end."""
        ended = self.run("apply", "-auto-approve", "-input=false", "-no-color", stage=stage)
        last = re.search(r"Apply complete! Resources: (.*)\.", ended.stdout)
        counts = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", last[1])}
        wanted = {"added": added, "changed": changed, "destroyed": destroyed}
        if imported:
            wanted["imported"] = imported
        if counts != wanted:
            raise SceneFailure(f"apply: expected {wanted}, came {counts}\n{ended.stdout}")

    def has_empty_plan(self, what, stage):
        """A second look finds nothing to do: all values are as they were configured."""
        ended = self.run(
            "plan", "-detailed-exitcode", "-input=false", "-no-color", "-lock=false", stage=stage, accepted=(0, 2)
        )
        if ended.returncode == 2:
            raise SceneFailure(f"{what}: the plan is not empty\n{ended.stdout}")
        done(f"an empty plan {what}")

    def resources(self):
        """Addresses, types and values of what the state has."""
        state = json.loads((self.folder / "terraform.tfstate").read_text())
        managed = [item for item in state["resources"] if item["mode"] == "managed"]
        return [(f"{item['type']}.{item['name']}", item["type"], item["instances"][0]["attributes"]) for item in managed]


def call(operation, request):
    """An operation, for what is there without Terraform."""
    headers = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260102/us-east-1/cognito-idp/aws4_request, "
        "SignedHeaders=host, Signature=0",
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
    }
    body = json.dumps(request).encode()
    with urllib.request.urlopen(urllib.request.Request(next(ENDPOINTS), body, headers)) as answer:
        return json.load(answer)


def build(terraform):
    elsewhere = call("CreateUserPool", {"PoolName": f"{NAME}-elsewhere"})["UserPool"]["Id"]
    call("CreateUserPoolClient", {"UserPoolId": elsewhere, "ClientName": "SearchService"})
    STATE.write_text(json.dumps({"elsewhere": elsewhere}))

    terraform.prepare()
    terraform.init()
    terraform.apply(1, added=RESOURCES)
    done(f"{RESOURCES} resources are applied")
    terraform.has_empty_plan("after applying", 1)
    terraform.apply(2, changed=CHANGED)
    done(f"{CHANGED} resources are changed in place")
    terraform.has_empty_plan("after changing", 2)


def verify(terraform):
    terraform.has_empty_plan("after the restart", 2)

    imports = Terraform(terraform.folder.with_suffix(".imported"), imported=True)
    imports.prepare()
    for name in (".terraform", ".terraform.lock.hcl"):
        (imports.folder / name).symlink_to(terraform.folder / name)
    resources = [item for item in terraform.resources() if item[1] not in NOT_IMPORTED]
    block = 'import {{\n  to = {}\n  id = "{}"\n}}\n'
    blocks = [block.format(address, IMPORT_IDS[kind].format(**values)) for address, kind, values in resources]
    (imports.folder / "imports.tf").write_text("\n".join(blocks))
    imports.apply(2, imported=len(resources), added=RESOURCES - len(resources))
    done(f"{len(resources)} resources are imported into an empty state, none changes by it")
    imports.has_empty_plan("after importing", 2)


def teardown(terraform):
    terraform.run("destroy", "-auto-approve", "-input=false", "-no-color", stage=2)
    if left := terraform.resources():
        raise SceneFailure(f"left after destroying: {left}")
    elsewhere = json.loads(STATE.read_text())["elsewhere"]
    call("DeleteUserPool", {"UserPoolId": elsewhere})
    names = [pool["Name"] for pool in call("ListUserPools", {"MaxResults": 60})["UserPools"]]
    if any(name.startswith(NAME) for name in names):
        raise SceneFailure(f"pools left after destroying: {names}")
    done("everything is destroyed")


CONFIGURATION = "\n".join(file.read_text() for file in HERE.glob("*.tf"))
BLOCKS = re.findall(r"^resource .*?^\}", CONFIGURATION, re.DOTALL | re.MULTILINE)
RESOURCES = len(BLOCKS)
CHANGED = sum("local.later" in block or "var.stage" in block for block in BLOCKS)

ACTS = {"build": build, "verify": verify, "teardown": teardown}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ACTS:
        sys.exit(f"usage: scene.py {' | '.join(ACTS)}")
    try:
        ACTS[sys.argv[1]](Terraform(STATE.with_suffix(".terraform")))
    except SceneFailure as failure:
        sys.exit(f"terraform: {sys.argv[1]} FAILED: {failure}")
