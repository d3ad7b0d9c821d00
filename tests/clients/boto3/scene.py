#!/usr/bin/env python3
"""The scene, played by boto3. Usage: scene.py build | verify | teardown; ../README.md says which variables it reads."""

import sys
from contextlib import contextmanager
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

sys.path.append(str(Path(__file__).parent.parent / "python"))

from checks import ENDPOINTS, REGION, Refused, check, equal
from phases import run


class Boto3:
    """A boto3 client whose requests take turns between the replicas and whose errors are `Refused`."""

    unknown_members = set()

    def __init__(self):
        # One attempt: a retry would hide an internal error.
        config = Config(retries={"total_max_attempts": 1})
        self.cognito = boto3.client("cognito-idp", region_name=REGION, endpoint_url=next(ENDPOINTS), config=config)
        self.cognito.meta.events.register("before-sign.cognito-idp", self.take_turn)

    def take_turn(self, request, **_):
        request.url = next(ENDPOINTS) + "/"

    def __getattr__(self, operation):
        def call(**arguments):
            with refusals(operation):
                answer = getattr(self.cognito, operation)(**arguments)
            del answer["ResponseMetadata"]
            return answer

        return call

    def pages(self, operation, key, size, **arguments):
        """The items of all pages, which hold at most `size` each."""
        items = []
        with refusals(operation):
            for page in self.cognito.get_paginator(operation).paginate(PaginationConfig={"PageSize": size}, **arguments):
                check(len(page[key]) <= size, f"{operation}: a page holds more than {size} items")
                items += page[key]
        return items


@contextmanager
def refusals(operation):
    try:
        yield
    except ClientError as error:
        equal(f"status of {operation}", error.response["ResponseMetadata"]["HTTPStatusCode"], 400)
        raise Refused(error.response["Error"]["Code"], error.response["Error"]["Message"]) from error


if __name__ == "__main__":
    run(Boto3(), "boto3", sign_in_by="UsernameAttributes")
