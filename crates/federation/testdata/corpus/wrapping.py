"""Responses with a signature over something else than what a reader would take for the assertion.

XSW1 to XSW8 are the ways of Somorovsky and others ("On Breaking SAML: Be Whoever You Want to Be", 2012).
"""

import copy

from lxml import etree

from .keys import instant
from .saml_index import evil, message, refused, replaced, signed, whole
from .saml_parts import DS, A, P, detached, inner, sign


def make() -> None:
    forged_responses()
    beside_and_around()
    signature_taken_over()
    hidden_in_corners()
    ambiguous()


def genuine(of: str):
    """A response with its assertion signed, and that assertion."""
    document = signed(of)
    return document, inner(document)


def forged_responses() -> None:
    """The signed response in the signature of a forged one, or before its content."""
    for name, into_signature in [("xsw1_response_in_signature", True), ("xsw2_response_in_response", False)]:
        signature, bare = detached(whole(name))
        forged = message(f"{name} forged", name="admin@example.com")
        forged.insert(1, signature)
        if into_signature:
            signature.append(bare)
        else:
            forged.insert(1, bare)
        refused(name, forged, "Wrapping")


def beside_and_around() -> None:
    forged, _ = genuine("3")
    forged.insert(2, evil("3"))
    refused("xsw3_evil_assertion_before", forged, "SeveralAssertions")
    forged, _ = genuine("3b")
    forged.append(evil("3b"))
    refused("evil_assertion_after", forged, "SeveralAssertions")
    forged, original = genuine("4")
    outer = evil("4")
    forged.replace(original, outer)
    outer.append(original)
    refused("xsw4_original_in_evil", forged, "Wrapping")


def signature_taken_over() -> None:
    """The evil assertion has the signature; the original stands at the end, in the signature, or in an Object there."""
    for name in ["xsw5_original_at_the_end", "xsw6_original_in_signature", "xsw8_original_in_object"]:
        forged, original = genuine(name)
        signature, bare = detached(original)
        outer = evil(name)
        forged.replace(original, outer)
        outer.insert(1, signature)
        if name.startswith("xsw5"):
            forged.append(bare)
        elif name.startswith("xsw6"):
            signature.append(bare)
        else:
            etree.SubElement(signature, f"{{{DS}}}Object").append(bare)
        refused(name, forged, "Wrapping")


def hidden_in_corners() -> None:
    """The evil one, or the original, where the schema allows anything."""
    forged, _ = genuine("7")
    forged.insert(1, etree.Element(f"{{{P}}}Extensions"))
    forged[1].append(evil("7"))
    refused("xsw7_evil_in_extensions", forged, "Wrapping")
    places = {
        "original_in_extensions": f"{{{P}}}Extensions",
        "original_in_status": f"{{{P}}}Status",
        "original_in_confirmation": f".//{{{A}}}SubjectConfirmationData",
        "original_in_attribute": f".//{{{A}}}AttributeValue",
    }
    for name, place in places.items():
        forged, original = genuine(name)
        forged.replace(original, evil(name))
        forged.insert(1, etree.Element(f"{{{P}}}Extensions"))
        forged.find(place).append(original)
        refused(name, forged, "Wrapping")


def ambiguous() -> None:
    for name, other in [("duplicate_id", evil("duplicate_id")), ("duplicate_id_elsewhere", etree.Element("other"))]:
        forged, original = genuine(name)
        other.set("ID", original.get("ID"))
        forged.insert(2, other)
        refused(name, forged, "Wrapping")
    once = f' Version="2.0" IssueInstant="{instant()}"><'
    refused("id_in_a_namespace", replaced(signed("ns"), once, f' xml:id="x"{once}'), "Wrapping")
    foreign = '<Assertion xmlns="urn:other"/></samlp:Response>'
    refused("assertion_of_another_namespace", replaced(signed("fn"), "</samlp:Response>", foreign), "Wrapping")
    two = signed("two")
    two.append(inner(signed("two second")))
    refused("two_signed_assertions", two, "SeveralAssertions")
    twice, original = genuine("tw")
    original.insert(1, copy.deepcopy(original[1]))
    refused("signature_given_twice", twice, "Wrapping")
    refused("signature_out_of_place", replaced_signature(), "Wrapping")


def replaced_signature():
    """The signature of the response in its status."""
    document = sign(message("os"))
    status = document.find(f"{{{P}}}Status")
    status.append(document.find(f"{{{DS}}}Signature"))
    return document
