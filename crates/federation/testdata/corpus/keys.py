"""Keys and certificates of the corpora, kept in keys/ so that a corpus can be made again without the other.

They are for tests only: everybody has them. A key that is missing is made.
"""

import base64
import datetime
import functools
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

TESTDATA = Path(__file__).parent.parent
KEYS = TESTDATA / "keys"
# The moment at which every document and token is read.
NOW = datetime.datetime(2027, 1, 1, tzinfo=datetime.timezone.utc)


def instant(minutes: float = 0) -> str:
    """So many minutes after the moment, as SAML writes it."""
    return (NOW + datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


@functools.cache
def private_key(name: str):
    """The key in keys/NAME.pem: on a curve if the name begins with `ec`, else RSA of 2,048 bits."""
    file = KEYS / f"{name}.pem"
    if not file.exists():
        curve = ec.SECP384R1() if name.startswith("ec384") else ec.SECP256R1()
        key = ec.generate_private_key(curve) if name.startswith("ec") else rsa.generate_private_key(65537, 2048)
        KEYS.mkdir(exist_ok=True)
        file.write_bytes(pem(key))
    return serialization.load_pem_private_key(file.read_bytes(), None)


def pem(key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@functools.cache
def certificate(name: str) -> x509.Certificate:
    """A certificate for the key, signed by itself, with the same bytes every time."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    key = private_key(name)
    return (
        x509.CertificateBuilder(subject, subject, key.public_key(), serial_number=1)
        .not_valid_before(datetime.datetime(2026, 1, 1))
        .not_valid_after(datetime.datetime(2126, 1, 1))
        .sign(key, hashes.SHA256())
    )


def certificate_base64(name: str) -> str:
    return base64.b64encode(certificate(name).public_bytes(serialization.Encoding.DER)).decode()
