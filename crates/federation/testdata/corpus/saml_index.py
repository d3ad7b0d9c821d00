"""The index of the SAML corpus, and the documents that most others begin with."""

from lxml import etree

from .keys import TESTDATA
from .saml_parts import EMAIL, REQUEST, assertion, response, sign, sign_assertion

SAML = TESTDATA / "saml"
ALICE = {"name_id": "alice@example.com", "attributes": [[EMAIL, ["alice@example.com"]], ["groups", ["dev", "ops"]]]}
documents: list[dict] = []


def keep(name: str, document, provider="plain", request=REQUEST, encrypted=False, kind="response", **verdict) -> None:
    """Writes a document, with what it is read as and what must become of it."""
    data = document if isinstance(document, bytes) else etree.tostring(document)
    (SAML / f"{name}.xml").write_bytes(data)
    how = {"kind": kind, "provider": provider, "request_id": request, "encrypted": encrypted}
    documents.append({"file": name, **how, **verdict})


def accepted(name: str, document, identity=ALICE, **how) -> None:
    keep(name, document, accepted={"session_index": "s1", **identity}, **how)


def accepted_logout(name: str, document) -> None:
    keep(name, document, kind="logout", accepted={})


def refused(name: str, document, error: str, **how) -> None:
    keep(name, document, refused=error, **how)


def message(of: str, envelope=None, **parts):
    """A response with one assertion; `parts` change the assertion, `envelope` the response around it."""
    return response(of, assertion(of, **parts), **(envelope or {}))


def signed(of: str, envelope=None, **parts):
    return sign_assertion(message(of, envelope, **parts))


def whole(of: str, envelope=None, **parts):
    return sign(message(of, envelope, **parts))


def replaced(document, old: str, new: str) -> bytes:
    """The document with a change that its signature does not know of."""
    data = etree.tostring(document)
    assert old.encode() in data, old
    return data.replace(old.encode(), new.encode())


def named(name: str) -> dict:
    return {**ALICE, "name_id": name, "attributes": [[EMAIL, [name]], ["groups", ["dev", "ops"]]]}


def evil(name: str):
    """An assertion for somebody else, unsigned."""
    return etree.fromstring(assertion(name + " evil", name="admin@example.com"))
