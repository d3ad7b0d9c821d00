"""Responses that are accepted: what the checks leave room for, and what well-known providers write."""

import copy

from lxml import etree

from .keys import instant
from .saml_index import ALICE, accepted, message, named, replaced, signed, whole
from .saml_parts import (
    AUDIENCE,
    EMAIL,
    A,
    attribute,
    audience,
    confirmation,
    identifier,
    sign,
    sign_assertion,
)

KEYCLOAK = "https://keycloak.example.com/realms/team"
ENTRA_ID = "https://sts.windows.net/6babcaad-604b-40ac-a9d7-9fd97c0b779f/"
OKTA = "http://www.okta.com/exk1fcia6d6EMsf331d8"


def make() -> None:
    accepted("good_assertion_signed", signed("1"))
    accepted("good_response_signed", whole("2"))
    accepted("good_both_signed", sign(signed("3")))
    accepted("good_rsa_sha512", sign_assertion(message("4"), algorithm="rsa-sha512", digest="sha512"))
    accepted("good_inline_certificate", sign_assertion(message("5"), inline="idp"))
    accepted("good_new_key", sign_assertion(message("6"), key="idp_next"), provider="changing_keys")
    accepted("good_old_key", sign_assertion(message("7"), key="idp"), provider="changing_keys")
    comment_in_name_id()
    times()
    audiences = audience("https://other.test", AUDIENCE) + "<saml:OneTimeUse/>"
    accepted("good_several_audiences", signed("13", conditions=audiences))
    accepted("good_without_destination", signed("14", {"destination": None}))
    odd_attributes()
    confirmations = confirmation(recipient="https://other.test/acs") + confirmation()
    accepted("good_second_confirmation", signed("16", confirmations=confirmations))
    accepted("good_large", replaced(signed("17"), ">dev<", f">dev<!--{'x' * 70_000}--><"))
    # The assertion of the first document in another envelope: the same key against replay.
    again = copy.deepcopy(signed("1"))
    again.set("ID", identifier("replayed"))
    accepted("good_until_replayed", again, replays="good_assertion_signed")
    keycloak()
    entra_id()
    okta()


def comment_in_name_id() -> None:
    """A signature leaves comments out, so anyone can put one into a name: whoever stops reading there is deceived."""
    name = "admin@example.com.evil.test"
    cut = replaced(signed("8", name=name), "admin@example.com.evil", "admin@example.com<!-- -->.evil")
    accepted("good_comment_in_name_id", cut, identity=named(name))


def times() -> None:
    unsolicited = message("9", {"request": None}, confirmations=confirmation(request=None), issued=-5)
    accepted("good_unsolicited", sign_assertion(unsolicited), request=None)
    accepted("good_expired_within_skew", signed("10", end=-4, confirmations=confirmation(end=-4)))
    accepted("good_early_within_skew", signed("11", issued=4, start=4))
    # A skew is not added to the last of all times, nor taken from the first.
    text = replaced(message("12"), f'NotOnOrAfter="{instant(5)}"', 'NotOnOrAfter="9999-12-31T23:59:59Z"')
    text = text.replace(instant(-5).encode(), b"0001-01-01T00:00:00Z")
    accepted("good_at_the_end_of_time", sign_assertion(etree.fromstring(text)))


def odd_attributes() -> None:
    values = attribute("a", "1", "&lt;&amp; &#228;") + attribute("a", "<![CDATA[<2>]]>")
    odd = attribute("empty", "") + attribute("none") + values
    read = [["empty", [""]], ["none", []], ["a", ["1", "<& ä", "<2>"]]]
    accepted("good_odd_attributes", signed("15", attributes=odd), identity={**ALICE, "attributes": read})


def typed_attributes() -> str:
    """Attributes with a type each, and a role in each of two of the same name."""
    schema = "http://www.w3.org/2001/XMLSchema"
    typed = f'xmlns:xs="{schema}" xmlns:xsi="{schema}-instance" xsi:type="xs:string"'
    basic = 'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"'
    return "".join(
        f'<saml:Attribute FriendlyName="{name}" Name="{name}" {basic}>'
        f"<saml:AttributeValue {typed}>{value}</saml:AttributeValue></saml:Attribute>"
        for name, value in [("email", "alice@example.com"), ("Role", "view-profile"), ("Role", "manage-account")]
    )


READ = {**ALICE, "attributes": [["email", ["alice@example.com"]], ["Role", ["view-profile", "manage-account"]]]}


def keycloak() -> None:
    document = message("keycloak", {"issuer": KEYCLOAK}, issuer=KEYCLOAK, attributes=typed_attributes())
    document = sign(sign_assertion(document, inline="idp", prefix="dsig"), prefix="dsig")
    accepted("good_keycloak", document, identity=READ, provider="keycloak")


def entra_id() -> None:
    """Default namespaces, declared again on every level."""
    tenant = "http://schemas.microsoft.com/identity/claims/tenantid"
    attributes = attribute(tenant, "6babcaad") + attribute(EMAIL, "alice@example.com")
    document = message("entra_id", {"issuer": ENTRA_ID}, issuer=ENTRA_ID, attributes=attributes)
    text = etree.tostring(document).decode().replace(f' xmlns:saml="{A}"', "")
    text = text.replace("<saml:Assertion", f'<saml:Assertion xmlns="{A}"')
    text = text.replace("<saml:Issuer>", f'<saml:Issuer xmlns="{A}">', 1).replace("saml:", "")
    document = sign_assertion(etree.fromstring(text), inline="idp", prefix=None)
    read = {**ALICE, "attributes": [[tenant, ["6babcaad"]], [EMAIL, ["alice@example.com"]]]}
    accepted("good_entra_id", document, identity=read, provider="entra_id")


def okta() -> None:
    """A byte order mark, a declaration, and a prefix that the canonical form has to keep."""
    document = message("okta", {"issuer": OKTA}, issuer=OKTA, attributes=typed_attributes())
    text = etree.tostring(document).decode().replace("samlp:", "saml2p:").replace("saml:", "saml2:")
    text = text.replace(":samlp=", ":saml2p=").replace(":saml=", ":saml2=")
    document = sign_assertion(etree.fromstring(text), inline="idp", prefixes=["xs"])
    document = etree.tostring(sign(document, inline="idp", prefixes=["xs"]))
    data = b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>\n' + document
    accepted("good_okta", data, identity=READ, provider="okta")
