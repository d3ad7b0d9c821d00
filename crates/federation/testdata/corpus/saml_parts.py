"""What the SAML corpus is put together from: responses, signatures, metadata."""

import copy
import hashlib

from lxml import etree
from signxml import SignatureReference, XMLSigner, methods

from .keys import certificate, certificate_base64, instant, private_key

POOL_ID = "us-east-1_AbCdEf123"
DOMAIN = "https://auth.example.com"
AUDIENCE = f"urn:amazon:cognito:sp:{POOL_ID}"
ACS = f"{DOMAIN}/saml2/idpresponse"
SLO = f"{DOMAIN}/saml2/logout"
REQUEST = "_4fee3b04-6a3c-4a8f-9d3a-0c2f7c1d5e10"
ISSUER = "https://idp.example.com/metadata"
EMAIL = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"

P = "urn:oasis:names:tc:SAML:2.0:protocol"
A = "urn:oasis:names:tc:SAML:2.0:assertion"
DS = "http://www.w3.org/2000/09/xmldsig#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
XENC11 = "http://www.w3.org/2009/xmlenc11#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"


def identifier(of: str) -> str:
    """An id that is the same every time."""
    return "_" + hashlib.sha256(of.encode()).hexdigest()[:32]


def attribute(name: str, *values: str) -> str:
    inner = "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
    return f'<saml:Attribute Name="{name}">{inner}</saml:Attribute>'


def optional(name: str, value: str | None) -> str:
    return "" if value is None else f' {name}="{value}"'


def audience(*names: str) -> str:
    inner = "".join(f"<saml:Audience>{name}</saml:Audience>" for name in names)
    return f"<saml:AudienceRestriction>{inner}</saml:AudienceRestriction>"


def name_id(text: str) -> str:
    return f'<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">{text}</saml:NameID>'


def confirmation(request=REQUEST, recipient=ACS, end=5, method=BEARER) -> str:
    data = optional("NotOnOrAfter", instant(end)) + optional("Recipient", recipient) + optional("InResponseTo", request)
    return (
        f'<saml:SubjectConfirmation Method="{method}"><saml:SubjectConfirmationData{data}/></saml:SubjectConfirmation>'
    )


def assertion(
    of: str,
    issuer=ISSUER,
    issued=0,
    subject=None,
    confirmations=None,
    start=-5,
    end=5,
    conditions=None,
    session_end=None,
    attributes=None,
    name="alice@example.com",
) -> str:
    subject = name_id(name) if subject is None else subject
    confirmations = confirmation() if confirmations is None else confirmations
    conditions = audience(AUDIENCE) if conditions is None else conditions
    attributes = attribute(EMAIL, name) + attribute("groups", "dev", "ops") if attributes is None else attributes
    session = optional("SessionNotOnOrAfter", None if session_end is None else instant(session_end))
    return (
        f'<saml:Assertion xmlns:saml="{A}" ID="{identifier(of + " assertion")}" Version="2.0"'
        f' IssueInstant="{instant(issued)}"><saml:Issuer>{issuer}</saml:Issuer>'
        f"<saml:Subject>{subject}{confirmations}</saml:Subject>"
        f'<saml:Conditions NotBefore="{instant(start)}" NotOnOrAfter="{instant(end)}">{conditions}</saml:Conditions>'
        f'<saml:AuthnStatement AuthnInstant="{instant(issued)}" SessionIndex="s1"{session}><saml:AuthnContext>'
        "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>"
        "</saml:AuthnContext></saml:AuthnStatement>"
        f"<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
    )


def response(
    of: str, inner: str, request=REQUEST, destination=ACS, issuer=ISSUER, status=None, kind="Response", version="2.0"
):
    """A message of this kind around what it contains."""
    status = f'<samlp:StatusCode Value="{SUCCESS}"/>' if status is None else status
    places = optional("Destination", destination) + optional("InResponseTo", request)
    return etree.fromstring(
        f'<samlp:{kind} xmlns:samlp="{P}" xmlns:saml="{A}" ID="{identifier(of)}" Version="{version}"'
        f' IssueInstant="{instant()}"{places}><saml:Issuer>{issuer}</saml:Issuer>'
        f"<samlp:Status>{status}</samlp:Status>{inner}</samlp:{kind}>"
    )


class Signer(XMLSigner):
    """Signs with SHA-1 too, which the library would refuse, and says which prefixes it kept, which it forgets."""

    def check_deprecated_methods(self):
        pass

    def _build_transforms_for_reference(self, *, transforms_node, reference, **options):
        super()._build_transforms_for_reference(transforms_node=transforms_node, reference=reference, **options)
        if reference.inclusive_ns_prefixes:
            prefixes = " ".join(reference.inclusive_ns_prefixes)
            etree.SubElement(transforms_node[-1], f"{{{EXCLUSIVE}}}InclusiveNamespaces", PrefixList=prefixes)


def sign(node, key="idp", algorithm="rsa-sha256", digest="sha256", inline=None, prefix="ds", prefixes=None, uri=None):
    """The element with a signature of its own after the issuer, without a certificate unless one is to be inline."""
    node = etree.fromstring(etree.tostring(node))
    place = etree.Element(f"{{{DS}}}Signature", nsmap={prefix: DS})
    place.set("Id", "placeholder")
    node.insert(1, place)
    signer = Signer(methods.enveloped, algorithm, digest, EXCLUSIVE)
    signer.namespaces = {prefix: DS}
    secret = certificate_base64(key).encode() if algorithm.startswith("hmac") else private_key(key)
    uri = "#" + node.get("ID") if uri is None else uri
    signed = signer.sign(
        node,
        key=secret,
        cert=None if algorithm.startswith("hmac") else [certificate(inline or key)],
        reference_uri=[SignatureReference(uri, inclusive_ns_prefixes=prefixes)],
        id_attribute="ID",
    )
    if inline is None:
        for info in signed.findall(f"{{{DS}}}Signature/{{{DS}}}KeyInfo"):
            info.getparent().remove(info)
    return signed


def inner(message):
    """The assertion in a response."""
    return message.find(f"{{{A}}}Assertion")


def sign_assertion(message, **options):
    """The response with its assertion signed."""
    message = copy.deepcopy(message)
    message.replace(inner(message), sign(inner(message), **options))
    return message


def detached(node):
    """The signature of an element, and the element without it."""
    bare = copy.deepcopy(node)
    signature = bare.find(f"{{{DS}}}Signature")
    bare.remove(signature)
    return copy.deepcopy(signature), bare


def metadata(entity_id: str, *keys: str) -> str:
    """Metadata of a provider that signs with these keys."""
    redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
    descriptors = "".join(
        f'<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{DS}"><ds:X509Data><ds:X509Certificate>'
        f"{certificate_base64(key)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        for key in keys
    )
    return (
        f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity_id}">'
        f'<md:IDPSSODescriptor protocolSupportEnumeration="{P}">{descriptors}'
        f'<md:SingleLogoutService Binding="{redirect}" Location="https://idp.example.com/slo"/>'
        f'<md:SingleSignOnService Binding="{redirect}" Location="https://idp.example.com/sso"/>'
        "</md:IDPSSODescriptor></md:EntityDescriptor>\n"
    )
