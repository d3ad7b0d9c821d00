"""What the Python scenes say and how they fail; nothing here knows which client is on stage."""

import datetime
import hmac
import itertools
import json
import os
import urllib.parse
import urllib.request
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent.parent / "fixtures"
EXPECTED = json.loads((FIXTURES / "expected.json").read_text())
METADATA = (FIXTURES / "saml-metadata.xml").read_text()
REGION = os.environ.get("AWS_DEFAULT_REGION", "us-east-1")
# Requests take turns between the replicas.
ENDPOINTS = itertools.cycle(url.rstrip("/") for url in os.environ["POOLHOUSE_ENDPOINT"].split(","))


@dataclass
class Scene:
    """Who plays, under which name, and how users sign in."""

    client: Any  # has a method for each operation, `pages`, and `unknown_members` of answers
    program: str
    name: str
    sign_in_by: str  # "UsernameAttributes" or "AliasAttributes"

    def done(self, group):
        print(f"{self.program}: {group}", flush=True)


class SceneFailure(Exception):
    """The server did not do what Cognito does."""


class Refused(Exception):
    """The answer of the service to a call was an error."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message


def check(condition, message):
    if not condition:
        raise SceneFailure(message)


def equal(what, actual, expected):
    """Structures are compared member by member, so that the first difference is told and nothing else."""
    if isinstance(actual, dict) and isinstance(expected, dict):
        for key in expected.keys() | actual.keys():
            equal(f"{what}: {key}", actual.get(key, "absent"), expected.get(key, "absent"))
        return
    check(actual == expected, f"{what}\n  expected: {expected!r}\n  actual:   {actual!r}")


def has(what, actual, expected):
    """Every member of `expected` is in `actual`, with that value."""
    for key, value in expected.items():
        equal(f"{what}: {key}", actual.get(key), value)


def failure(what, call):
    try:
        call()
    except Refused as refusal:
        return refusal
    raise SceneFailure(f"{what}: the call should have been refused")


def refused(error, call, **values):
    """`call` is refused with the code and the exact message that expected.json has for `error`."""
    code, message = EXPECTED["errors"][error]
    for key, value in values.items():
        message = message.replace("{" + key + "}", value)
    refusal = failure(error, call)
    equal(error, [refusal.code, refusal.message], [code, message])


def plain(answer):
    """The answer as JSON values, so that it can be kept in a file and compared."""
    return json.loads(json.dumps(answer, default=lambda date: date.isoformat()))


def recent(what, date):
    """boto3 gives a datetime, the command line seconds since 1970 or, from version 2 on, ISO 8601."""
    if isinstance(date, str):
        date = datetime.datetime.fromisoformat(date)
    seconds = date.timestamp() if isinstance(date, datetime.datetime) else date
    age = datetime.datetime.now(datetime.timezone.utc).timestamp() - seconds
    check(abs(age) < 600, f"{what} is {age} seconds ago")


def messages(pool, to):
    """What Poolhouse sent to this address, newest first."""
    query = urllib.parse.urlencode({"pool": pool, "to": to})
    with urllib.request.urlopen(f"{next(ENDPOINTS)}/_poolhouse/messages?{query}") as answer:
        return json.load(answer)["messages"]


def secret_hash(username, client, secret):
    return b64encode(hmac.digest(secret.encode(), f"{username}{client}".encode(), "sha256")).decode()
