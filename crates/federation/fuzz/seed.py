#!/usr/bin/env python3
"""Fills corpus/ with what each target begins with, from ../testdata. It needs nothing but Python."""

import base64
import json
import re
from pathlib import Path

HERE = Path(__file__).parent
TESTDATA = HERE.parent / "testdata"


def seed(target: str, name: str, data: bytes) -> None:
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def saml() -> None:
    for file in (TESTDATA / "saml").glob("*.xml"):
        data = file.read_bytes()
        if not file.stem.startswith("provider_") and len(data) < 20_000:
            seed("saml_response", file.stem, data)
            unsigned = re.sub(rb"<(\w*:?)Signature [^>]*>.*?</\1Signature>", b"", data, flags=re.DOTALL)
            seed("saml_signed_response", file.stem, unsigned)


def id_tokens() -> None:
    corpus = json.loads((TESTDATA / "id_tokens.json").read_text())
    for entry in corpus["tokens"]:
        seed("id_token", entry["name"], entry["token"].encode())
        parts = entry["token"].split(".")
        if len(parts) == 3:
            seed("id_token_claims", entry["name"], base64.urlsafe_b64decode(parts[1] + "=="))
    for name, keys in corpus["key_sets"].items():
        seed("id_token", f"keys_{name}", json.dumps(keys).encode())


saml()
id_tokens()
