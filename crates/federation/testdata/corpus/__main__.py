"""Makes the SAML messages in ../saml and the ID tokens in ../id_tokens.json, good and hostile.

Run it from the folder above: `python3 -m corpus`. It needs signxml 5, lxml and cryptography. Signatures by RSA come out
the same every time, ciphertexts and signatures on curves do not. The index of each corpus says what must become of it;
what is hostile about a document is said where it is made.
"""

import json
import shutil

from . import accepted, addressing, encryption, id_tokens, other_messages, signatures, wrapping
from .keys import TESTDATA, instant
from .saml_index import SAML, documents
from .saml_parts import DOMAIN, ISSUER, POOL_ID, metadata

PROVIDERS = {
    "plain": (ISSUER, "idp"),
    "changing_keys": (ISSUER, "idp", "idp_next"),
    "new_key": (ISSUER, "idp_next"),
    "keycloak": (accepted.KEYCLOAK, "idp"),
    "entra_id": (accepted.ENTRA_ID, "idp"),
    "okta": (accepted.OKTA, "idp"),
}


def saml() -> None:
    shutil.rmtree(SAML, ignore_errors=True)
    SAML.mkdir()
    for name, description in PROVIDERS.items():
        (SAML / f"provider_{name}.xml").write_text(metadata(*description))
    for topic in [accepted, signatures, wrapping, addressing, encryption, other_messages]:
        topic.make()
    index = {"now": instant(), "pool_id": POOL_ID, "domain": DOMAIN, "documents": documents}
    (SAML / "index.json").write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n")
    print(f"{len(documents)} SAML messages")


def tokens() -> None:
    corpus = id_tokens.make()
    (TESTDATA / "id_tokens.json").write_text(json.dumps(corpus, indent=1) + "\n")
    print(f"{len(corpus['tokens'])} ID tokens")


saml()
tokens()
