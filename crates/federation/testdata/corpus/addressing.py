"""Responses that are signed, but for somebody else, for another time, or not asked for; or that name nobody."""

from lxml import etree

from .keys import instant
from .saml_index import message, refused, replaced, signed, whole
from .saml_parts import ACS, AUDIENCE, SLO, attribute, audience, confirmation, name_id, response, sign, sign_assertion

STATUS = "urn:oasis:names:tc:SAML:2.0:status"
DENIED = (
    f'<samlp:StatusCode Value="{STATUS}:Responder"><samlp:StatusCode Value="{STATUS}:AuthnFailed"/></samlp:StatusCode>'
    "<samlp:StatusMessage>Wrong password</samlp:StatusMessage>"
)


def make() -> None:
    for_others()
    at_other_times()
    unasked()
    conditions()
    nobody()
    refused("status_denied", response("sd", "", status=DENIED), "Status")
    refused("status_denied_with_assertion", signed("sw", {"status": DENIED}), "Status")
    refused("no_assertion", sign(response("no", "")), "NoAssertion")


def for_others() -> None:
    other = audience("urn:amazon:cognito:sp:us-east-1_Other")
    refused("wrong_audience", signed("wa", conditions=other), "Audience")
    refused("no_audience", signed("na", conditions=""), "Audience")
    refused("second_audience_restriction", signed("sa", conditions=audience(AUDIENCE) + other), "Audience")
    refused("wrong_recipient", signed("wr", confirmations=confirmation(recipient=SLO)), "Recipient")
    refused("no_recipient", signed("nr", confirmations=confirmation(recipient=None)), "Recipient")
    refused("wrong_destination", whole("wd", {"destination": "https://other.test/acs"}), "Destination")
    refused("wrong_destination_unsigned", signed("wu", {"destination": ACS + "/"}), "Destination")
    refused("signed_without_destination", whole("nd", {"destination": None}), "Destination")
    refused("wrong_issuer", signed("wi", issuer="https://other.test"), "Issuer")
    refused("wrong_envelope_issuer", signed("we", {"issuer": "https://other.test"}), "Issuer")


def at_other_times() -> None:
    refused("expired", signed("ex", end=-5), "Expired")
    refused("confirmation_expired", signed("ce", confirmations=confirmation(end=-5)), "Expired")
    refused("session_over", signed("so", session_end=-5), "Expired")
    refused("not_yet_valid", signed("ny", start=5.1), "NotYetValid")
    refused("issued_in_the_future", signed("if", issued=5.1), "NotYetValid")
    text = replaced(message("tu"), f'NotOnOrAfter="{instant(5)}"', 'NotOnOrAfter="tomorrow"')
    refused("time_unreadable", sign_assertion(etree.fromstring(text)), "Unreadable")
    endless = replaced(message("el"), f' NotOnOrAfter="{instant(5)}" Recipient', " Recipient")
    refused("confirmation_without_end", sign_assertion(etree.fromstring(endless)), "NoBearer")


def unasked() -> None:
    nothing, none = confirmation(request=None), {"request": None}
    refused("unsolicited", signed("un", none, confirmations=nothing), "OtherRequest")
    refused("other_request", signed("or", {"request": "_other"}), "OtherRequest")
    refused("other_request_in_confirmation", signed("oc", confirmations=confirmation(request="_other")), "OtherRequest")
    refused("no_request_in_confirmation", signed("nc", confirmations=nothing), "OtherRequest")
    refused("solicited", signed("sl"), "Solicited", request=None)
    refused("solicited_in_confirmation", signed("sc", none), "Solicited", request=None)
    by_nobody = signed("sn", {"request": ""}, confirmations=nothing)
    refused("solicited_by_nobody", by_nobody, "Solicited", request=None)
    too_old = signed("uo", none, confirmations=nothing, issued=-6.1)
    refused("unsolicited_too_old", too_old, "TooOld", request=None)


def conditions() -> None:
    holder = confirmation(method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key")
    refused("holder_of_key", signed("hk", confirmations=holder), "NoBearer")
    refused("no_confirmation", signed("nf", confirmations=""), "NoBearer")
    strange = audience(AUDIENCE) + "<saml:Condition/>"
    refused("unknown_condition", signed("uc", conditions=strange), "UnknownCondition")


def nobody() -> None:
    refused("no_name_id", signed("nn", subject=""), "NoNameId")
    refused("blank_name_id", signed("bn", name=" "), "NoNameId")
    refused("two_name_ids", signed("tn", subject=name_id("alice") + name_id("admin")), "NoNameId")
    refused("elements_in_name_id", signed("en", subject=name_id("alice<b>admin</b>")), "NoNameId")
    refused("four_byte_name_id", signed("fb", name="&#x1F600;"), "FourByteCharacter")
    refused("four_byte_attribute", signed("fa", attributes=attribute("a", "\U0001f600")), "FourByteCharacter")
