#!/usr/bin/env python3
"""The scene, played by the AWS command line. Usage: scene.py build | verify | teardown; see ../README.md."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from botocore import xform_name

sys.path.append(str(Path(__file__).parent.parent / "python"))

from checks import ENDPOINTS, REGION, Refused, SceneFailure, check
from phases import run

# `aws` of version 1 would fetch the values that are URLs, and retries would hide internal errors.
CONFIG = "[default]\ncli_follow_urlparam = false\nmax_attempts = 1\n"


def words(arguments):
    """UserPoolId="x", GenerateSecret=True becomes --user-pool-id x --generate-secret; structures are JSON."""
    for name, value in arguments.items():
        name = xform_name(name, "-")
        if isinstance(value, bool):
            yield f"--{name}" if value else f"--no-{name}"
            continue
        yield f"--{name}"
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            yield from value
        else:
            yield json.dumps(value) if isinstance(value, (dict, list)) else str(value)


class AwsCli:
    """`aws cognito-idp OPERATION --option value …` for every call, in turn on each of the replicas."""

    # Members that the service has and the model inside awscli 1.46.3 has not: `aws` leaves them out.
    unknown_members = {"ClientType"}

    def __init__(self, config):
        self.environment = {**os.environ, "AWS_CONFIG_FILE": config, "AWS_PAGER": ""}

    def __getattr__(self, operation):
        return lambda **arguments: self.aws(operation, words(arguments))

    def aws(self, operation, options):
        place = ["--endpoint-url", next(ENDPOINTS), "--region", REGION, "--output", "json"]
        command = ["aws", "cognito-idp", operation.replace("_", "-"), *place, *options]
        ended = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if ended.returncode == 0:
            return json.loads(ended.stdout or "{}")
        error = re.search(r"An error occurred \((\w+)\) when calling the \w+ operation: (.*)", ended.stderr, re.DOTALL)
        if error is None:
            raise SceneFailure(f"{' '.join(command)}\n{ended.stderr}")
        raise Refused(error[1], error[2].rstrip("\n"))

    def pages(self, operation, key, size, **arguments):
        """The items of all pages; `aws` itself goes on to the next page, except where it demands --max-results."""
        if operation != "list_user_pools":
            return self.aws(operation, [*words(arguments), "--page-size", str(size)])[key]
        items, token = [], {}
        while True:
            page = self.list_user_pools(MaxResults=size, **token)
            check(len(page[key]) <= size, f"{operation}: a page holds more than {size} items")
            items += page[key]
            if "NextToken" not in page:
                return items
            token = {"NextToken": page["NextToken"]}


if __name__ == "__main__":
    with tempfile.NamedTemporaryFile("w", suffix=".ini") as file:
        file.write(CONFIG)
        file.flush()
        run(AwsCli(file.name), "cli", sign_in_by="AliasAttributes")
