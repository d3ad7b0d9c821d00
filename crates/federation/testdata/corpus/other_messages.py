"""What is no response, too much of one, or the answer to a logout request."""

from lxml import etree

from .saml_index import accepted_logout, refused, replaced, signed, whole
from .saml_parts import ACS, SLO, P, attribute, inner, response, sign


def make() -> None:
    plain = etree.tostring(signed("x1"))
    entities(plain)
    sizes(plain)
    instruction = signed("x7", attributes=attribute("a", "<?php ?>dev"))
    refused("processing_instruction", instruction, "Unreadable")
    refused("processing_instruction_outside", b"<?xml-stylesheet href='a'?>" + plain, "Unreadable")
    refused("two_roots", plain + plain, "Unreadable")
    refused("cut_off", plain[:-10], "Unreadable")
    refused("not_xml", b"SAMLResponse", "Unreadable")
    refused("latin_1", plain.replace(b"dev", b"\xe4"), "Unreadable")
    refused("web_page", b"<html><body>Sign in</body></html>", "OtherMessage")
    refused("assertion_alone", etree.tostring(inner(signed("x2"))), "OtherMessage")
    refused("saml_1_1", whole("x3", {"version": "1.1"}), "OtherMessage")
    refused("other_namespace", plain.replace(P.encode(), b"urn:other"), "OtherMessage")
    refused("logout_response", logout("x4"), "OtherMessage")
    logouts()


def entities(plain: bytes) -> None:
    refused("doctype", b"<!DOCTYPE a>" + plain, "Doctype")
    file = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    refused("external_entity", file + plain.replace(b"dev", b"&e;"), "Doctype")
    laughs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE a [<!ENTITY e0 "ha">{laughs}]>'.encode()
    refused("entities", laughs + plain.replace(b"dev", b"&e9;"), "Doctype")
    refused("entity_undeclared", plain.replace(b"dev", b"&e;"), "Unreadable")


def sizes(plain: bytes) -> None:
    refused("huge", plain.replace(b">dev<", b">dev<!--" + b"x" * 73_000 + b"--><"), "TooLarge")
    refused("deep", plain.replace(b"dev", b"<a>" * 2_000 + b"</a>" * 2_000), "TooComplex")
    refused("nested", signed("x5", attributes=attribute("a", "<a>" * 60 + "</a>" * 60)), "TooComplex")
    refused("many_elements", signed("x6", attributes=attribute("a", "<a/>b" * 13_000)), "TooComplex")


def logout(of: str, **envelope):
    return sign(response(of, "", kind="LogoutResponse", **{"destination": SLO, **envelope}))


def logouts() -> None:
    how = {"kind": "logout"}
    accepted_logout("logout_good", logout("l1"))
    refused("logout_unsigned", response("l2", "", kind="LogoutResponse", destination=SLO), "Unsigned", **how)
    tampered = replaced(logout("l3"), 'Version="2.0" Issue', 'Version="2.0" Extra="1" Issue')
    refused("logout_tampered", tampered, "Signature", **how)
    refused("logout_other_request", logout("l4", request="_other"), "OtherRequest", **how)
    refused("logout_wrong_destination", logout("l5", destination=ACS), "Destination", **how)
    refused("logout_wrong_issuer", logout("l6", issuer="https://other.test"), "Issuer", **how)
    denied = '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Requester"/>'
    refused("logout_denied", logout("l7", status=denied), "Status", **how)
    refused("logout_other_message", whole("l8"), "OtherMessage", **how)
