"""Responses without a signature that counts."""

from .saml_index import message, refused, replaced, signed, whole
from .saml_parts import DS, EXCLUSIVE, identifier, sign, sign_assertion


def make() -> None:
    refused("unsigned", message("unsigned"), "Unsigned")
    tampered()
    by_other_keys()
    by_other_algorithms()
    over_other_parts()


def tampered() -> None:
    subject = replaced(signed("ts"), ">alice@example.com</saml:NameID", ">admin@example.com</saml:NameID")
    refused("tampered_subject", subject, "Signature")
    refused("tampered_attribute", replaced(signed("ta"), ">ops<", ">adm<"), "Signature")
    refused("tampered_inside_both", replaced(sign(signed("tb")), ">ops<", ">adm<"), "Signature")
    envelope = replaced(whole("te"), 'Version="2.0" Issue', 'Version="2.0" Extra="1" Issue')
    refused("tampered_envelope", envelope, "Signature")
    refused("tampered_digest", replaced(signed("td"), "<ds:DigestValue>", "<ds:DigestValue>AAAA"), "Signature")


def by_other_keys() -> None:
    refused("other_key", sign_assertion(message("ok"), key="other"), "Signature")
    refused("other_key_inline_certificate", sign_assertion(message("oi"), key="other", inline="other"), "Signature")
    refused("other_key_provider_certificate", sign_assertion(message("op"), key="other", inline="idp"), "Signature")
    # The outer signature counts; a right one within does not make up for it.
    refused("other_key_outside", sign(signed("oo"), key="other"), "Signature")
    refused("retired_key", sign_assertion(message("rk"), key="idp"), "Signature", provider="new_key")


def by_other_algorithms() -> None:
    refused("sha1", sign_assertion(message("s1"), algorithm="rsa-sha1", digest="sha1"), "WeakSignature")
    refused("sha1_digest", sign_assertion(message("s2"), digest="sha1"), "WeakSignature")
    refused("hmac_with_certificate", sign_assertion(message("hm"), algorithm="hmac-sha256"), "WeakSignature")
    method = "<ds:CanonicalizationMethod Algorithm="
    inclusive = f'{method}"http://www.w3.org/TR/2001/REC-xml-c14n-20010315"'
    text = replaced(signed("ic"), f'{method}"{EXCLUSIVE}"', inclusive)
    refused("inclusive_canonicalization", text, "WeakSignature")
    # A transform that picks what is digested.
    algorithm = "http://www.w3.org/TR/1999/REC-xpath-19991116"
    nothing = f'<ds:Transform Algorithm="{algorithm}"><ds:XPath xmlns:ds="{DS}">false()</ds:XPath></ds:Transform>'
    text = replaced(signed("xp"), "</ds:Transforms>", f"{nothing}</ds:Transforms>")
    refused("xpath_transform", text, "WeakSignature")


def over_other_parts() -> None:
    own, assertion = f'URI="#{identifier("wd")}"', f'URI="#{identifier("er assertion")}"'
    refused("whole_document_reference", replaced(whole("wd"), own, 'URI=""'), "Wrapping")
    refused("external_reference", replaced(signed("er"), assertion, 'URI="file:///etc/passwd"'), "Wrapping")
    second = '<ds:Reference URI="#x"/></ds:SignedInfo>'
    refused("second_reference", replaced(signed("sr"), "</ds:SignedInfo>", second), "Wrapping")
    other_part = sign(message("ot"), uri="#" + identifier("ot assertion"))
    refused("response_signature_over_assertion", other_part, "Wrapping")
