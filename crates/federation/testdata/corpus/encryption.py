"""Encrypted assertions, good and bad."""

import base64
import copy
import os

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from lxml import etree

from .keys import private_key
from .saml_index import accepted, evil, message, refused, replaced, signed
from .saml_parts import DS, XENC, XENC11, A, audience, inner, sign

# How the key of the content is encrypted, as a document says it, and as the library does it.
DIGEST = "<ds:DigestMethod Algorithm="
MASK = f'<xenc11:MGF xmlns:xenc11="{XENC11}" Algorithm="{XENC11}mgf1sha256"/>'
SCHEMES = {
    "oaep": (f'"{XENC}rsa-oaep-mgf1p">{DIGEST}"{DS}sha1"/>', padding.OAEP(padding.MGF1(SHA1()), SHA1(), None)),
    "oaep_sha256": (
        f'"{XENC11}rsa-oaep">{DIGEST}"{XENC}sha256"/>{MASK}',
        padding.OAEP(padding.MGF1(SHA256()), SHA256(), None),
    ),
    "pkcs1": (f'"{XENC}rsa-1_5">', padding.PKCS1v15()),
}


def gcm(key: bytes, plaintext: bytes) -> tuple[str, bytes]:
    vector = os.urandom(12)
    return f"{XENC11}aes256-gcm", vector + AESGCM(key).encrypt(vector, plaintext, None)


def cbc(key: bytes, plaintext: bytes) -> tuple[str, bytes]:
    vector, missing = os.urandom(16), 16 - len(plaintext) % 16
    cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    padded = plaintext + os.urandom(missing - 1) + bytes([missing])
    return f"{XENC}aes256-cbc", vector + cipher.update(padded) + cipher.finalize()


def value(data: bytes) -> str:
    text = base64.b64encode(data).decode()
    return f"<xenc:CipherData><xenc:CipherValue>{text}</xenc:CipherValue></xenc:CipherData>"


def encrypt(document, key="sp", cipher=gcm, scheme="oaep", beside=False, plaintext=None):
    """The response with its assertion, or this text in its place, encrypted for a key.

    The encrypted key goes into the encrypted data, or beside it.
    """
    document = copy.deepcopy(document)
    content_key = os.urandom(32)
    method, data = cipher(content_key, plaintext or etree.tostring(inner(document)))
    description, how = SCHEMES[scheme]
    wrapped = private_key(key).public_key().encrypt(content_key, how)
    description = f"<xenc:EncryptionMethod Algorithm={description}</xenc:EncryptionMethod>"
    encrypted_key = f"<xenc:EncryptedKey>{description}{value(wrapped)}</xenc:EncryptedKey>"
    info = "" if beside else f"<ds:KeyInfo>{encrypted_key}</ds:KeyInfo>"
    encrypted = etree.fromstring(
        f'<saml:EncryptedAssertion xmlns:saml="{A}" xmlns:xenc="{XENC}" xmlns:ds="{DS}">'
        f'<xenc:EncryptedData Type="{XENC}Element"><xenc:EncryptionMethod Algorithm="{method}"/>{info}'
        f"{value(data)}</xenc:EncryptedData>{encrypted_key if beside else ''}</saml:EncryptedAssertion>"
    )
    document.replace(inner(document), encrypted)
    return document


def make() -> None:
    good()
    bad()
    bad_within()


def good() -> None:
    how = {"encrypted": True}
    accepted("good_encrypted_gcm", encrypt(signed("c1")), **how)
    accepted("good_encrypted_response_signed", sign(encrypt(message("c2"))), **how)
    accepted("good_encrypted_cbc_response_signed", sign(encrypt(message("c3"), cipher=cbc)), **how)
    accepted("good_encrypted_oaep_sha256", encrypt(signed("c4"), scheme="oaep_sha256"), **how)
    accepted("good_encrypted_key_beside", encrypt(signed("c5"), beside=True), **how)
    accepted("good_encrypted_for_second_key", encrypt(signed("c6"), key="sp_next"), **how)
    # The prefix of the assertion is declared by the response around it.
    document = signed("c7")
    bare = etree.tostring(inner(document)).replace(f' xmlns:saml="{A}"'.encode(), b"")
    accepted("good_encrypted_prefix_outside", encrypt(document, plaintext=bare), **how)


def bad() -> None:
    how = {"encrypted": True}
    refused("encrypted_unsigned", encrypt(message("d1")), "Unsigned", **how)
    refused("encrypted_for_other", encrypt(signed("d2"), key="other"), "Undecryptable", **how)
    # Without a signature around it, the content of CBC can be found out by asking what becomes of changes.
    refused("encrypted_cbc_unsigned_response", encrypt(signed("d3"), cipher=cbc), "Unsigned", **how)
    refused("encrypted_pkcs1", encrypt(signed("d4"), scheme="pkcs1"), "Undecryptable", **how)
    tampered = encrypt(signed("d5"))
    text = tampered.findall(f".//{{{XENC}}}CipherValue")[-1]
    text.text = ("B" if text.text[0] == "A" else "A") + text.text[1:]
    refused("encrypted_tampered", tampered, "Undecryptable", **how)
    changed = replaced(sign(encrypt(message("d6"))), " InResponseTo", ' a="b" InResponseTo')
    refused("encrypted_response_tampered", changed, "Signature", **how)
    refused("encrypted_unexpectedly", encrypt(signed("d7")), "Encrypted")
    refused("encrypted_not_as_agreed", signed("d8"), "NotEncrypted", **how)
    beside = encrypt(signed("d10"))
    beside.append(inner(signed("d10b")))
    refused("encrypted_beside_plain", beside, "SeveralAssertions", **how)


def bad_within() -> None:
    """Anyone can encrypt for us, so what comes out is as hostile as what is sent in clear."""
    how = {"encrypted": True}
    document = message("d9")
    one = etree.tostring(inner(signed("d9")))
    two = one + etree.tostring(evil("d9"))
    refused("encrypted_two_assertions", encrypt(document, plaintext=two), "SeveralAssertions", **how)
    again = etree.tostring(encrypt(signed("d11")).find(f"{{{A}}}EncryptedAssertion"))
    refused("encrypted_twice", encrypt(document, plaintext=again), "NoAssertion", **how)
    refused("encrypted_nothing", encrypt(document, plaintext=b"alice"), "NoAssertion", **how)
    deep = b"<a>" * 2_000 + b"</a>" * 2_000
    refused("encrypted_deep", encrypt(document, plaintext=deep), "TooComplex", **how)
    refused("encrypted_doctype", encrypt(document, plaintext=b"<!DOCTYPE a>" + one), "Unreadable", **how)
    leaving = b"</samlp:Response>" + one
    refused("encrypted_leaving_the_response", encrypt(document, plaintext=leaving), "Unreadable", **how)
    other = signed("d15", conditions=audience("https://other.test"))
    refused("encrypted_wrong_audience", encrypt(other), "Audience", **how)
