"""ID tokens, put together by hand, because no library would sign most of them."""

import base64
import hashlib
import hmac
import json

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from .keys import NOW, private_key

ISSUER = "https://oidc.example.com"
CLIENT = "client-1"
NONCE = "n-0S6_WzA2Mj"
T = int(NOW.timestamp())
CLAIMS = {
    "iss": ISSUER, "sub": "248289761001", "aud": CLIENT, "exp": T + 300, "iat": T, "nonce": NONCE,
    "email": "alice@example.com", "email_verified": True, "address": {"country": "DE"}, "groups": ["dev", "ops"],
}  # fmt: skip


def part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int, length: int) -> str:
    return part(value.to_bytes(length, "big"))


def jwk(name: str, kid=None, **more) -> dict:
    """The public half of a key, as a provider publishes it."""
    public = private_key(name).public_key().public_numbers()
    kid = {} if kid is None else {"kid": kid}
    if isinstance(public, ec.EllipticCurvePublicNumbers):
        length = public.curve.key_size // 8
        curve = {"kty": "EC", "crv": f"P-{public.curve.key_size}"}
        return {**curve, "x": number(public.x, length), "y": number(public.y, length), **kid, **more}
    return {"kty": "RSA", "n": number(public.n, 256), "e": "AQAB", **kid, **more}


def signature(name: str, algorithm: str, message: bytes) -> bytes:
    key = private_key(name)
    digest = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}[algorithm[2:]]()
    if algorithm.startswith("ES"):
        length = key.curve.key_size // 8
        numbers = decode_dss_signature(key.sign(message, ec.ECDSA(digest)))
        return b"".join(value.to_bytes(length, "big") for value in numbers)
    if algorithm.startswith("PS"):
        return key.sign(message, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    return key.sign(message, padding.PKCS1v15(), digest)


def parts(header: dict, claims) -> str:
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    return f"{part(json.dumps(header).encode())}.{part(payload)}"


def token(algorithm="RS256", key="idp", kid="1", claims=None, header=None, **changes) -> str:
    """A token with these changes to the claims (None takes one out) and additions to the header."""
    if claims is None:
        claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    named = {} if kid is None else {"kid": kid}
    signed = parts({"alg": algorithm, "typ": "JWT", **named, **(header or {})}, claims)
    return f"{signed}.{part(signature(key, algorithm, signed.encode()))}"


def unsigned(algorithm: str, secret: bytes | None = None) -> str:
    """A token that anyone can make: without a signature, or with an HMAC by what is public."""
    signed = parts({"alg": algorithm, "typ": "JWT", "kid": "1"}, CLAIMS)
    mac = b"" if secret is None else hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{part(mac)}"


def key_sets() -> dict:
    encrypting = jwk("other", "enc", use="enc")
    secret = {"kty": "oct", "k": "c2VjcmV0", "kid": "1"}
    strange = [{"kty": "AKP", "kid": "pq", "alg": "ML-DSA-44", "pub": "AA"}, {"kty": "RSA"}, secret, 7]
    return {
        "one": [jwk("idp", "1", use="sig", alg="RS256"), encrypting, *strange],
        "both": [jwk("idp", "1"), jwk("idp_next", "2")],
        "rolled_over": [jwk("idp_next", "2", use="sig")],
        "curves": [jwk("idp", "1"), jwk("ec", "e1", use="sig", key_ops=["verify"]), jwk("ec384", "e2")],
        "nameless": [jwk("idp"), jwk("ec")],
        "empty": [],
    }


def good() -> list:
    return [
        ("good_rs256", token(), "one"),
        ("good_rs384", token("RS384"), "both"),
        ("good_rs512", token("RS512"), "both"),
        ("good_ps256", token("PS256"), "both"),
        ("good_ps512", token("PS512"), "both"),
        ("good_es256", token("ES256", "ec", "e1"), "curves"),
        ("good_es384", token("ES384", "ec384", "e2"), "curves"),
        ("good_new_key", token(key="idp_next", kid="2"), "rolled_over"),
        ("good_without_kid", token(kid=None), "one"),
        ("good_without_kid_other_kinds", token("ES256", "ec", None), "nameless"),
        ("good_audience_in_list", token(aud=[CLIENT]), "one"),
        ("good_two_audiences", token(aud=["other", CLIENT], azp=CLIENT), "one"),
        ("good_expired_within_skew", token(exp=T - 59), "one"),
        ("good_early_within_skew", token(iat=T + 60, nbf=T + 60), "one"),
        ("good_fractional_seconds", token(exp=T + 0.5), "one"),
        ("good_without_times_of_login", token(claims={**CLAIMS, "auth_time": T - 9999}), "one"),
    ]  # fmt: skip


def unsigned_and_badly_signed() -> list:
    public = private_key("idp").public_key()
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = public.public_bytes(serialization.Encoding.PEM, spki)
    der = public.public_bytes(serialization.Encoding.DER, spki)
    modulus = public.public_numbers().n.to_bytes(256, "big")
    header, payload, right = token().split(".")
    admin = part(json.dumps({**CLAIMS, "sub": "1"}).encode())
    plain = part(b'{"alg":"RS256","kid":"1"}')
    es256 = parts({"alg": "ES256", "kid": "e1"}, CLAIMS)
    der_signature = private_key("ec").sign(es256.encode(), ec.ECDSA(hashes.SHA256()))
    inline = {"jwk": jwk("other"), "jku": "https://evil.test/keys", "x5u": "https://evil.test/certificate"}
    return [
        ("none", unsigned("none"), "one", "Algorithm"),
        ("none_in_capitals", unsigned("NONE"), "one", "Algorithm"),
        ("none_with_signature", f"{unsigned('none')}{right}", "one", "Algorithm"),
        ("hmac_with_public_key_pem", unsigned("HS256", pem), "one", "Algorithm"),
        ("hmac_with_public_key_der", unsigned("HS256", der), "one", "Algorithm"),
        ("hmac_with_modulus", unsigned("HS256", modulus), "one", "Algorithm"),
        ("hmac_called_rs256", unsigned("RS256", pem), "one", "Signature"),
        ("eddsa", unsigned("EdDSA"), "one", "Algorithm"),
        ("signature_missing", unsigned("RS256"), "one", "Signature"),
        ("tampered_claims", f"{header}.{admin}.{right}", "one", "Signature"),
        ("tampered_header", f"{plain}.{payload}.{right}", "one", "Signature"),
        ("other_key", token(key="other"), "one", "Signature"),
        ("other_key_in_header", token(key="other", header=inline), "one", "Signature"),
        ("algorithm_of_other_kind", token("ES256", "ec", "1"), "one", "UnknownKey"),
        ("algorithm_of_other_curve", token("ES256", "ec", "e2"), "curves", "UnknownKey"),
        ("algorithm_not_of_the_key", token("RS512"), "one", "UnknownKey"),
        ("key_for_encryption", token(key="other", kid="enc"), "one", "UnknownKey"),
        ("unknown_kid", token(kid="3"), "both", "UnknownKey"),
        ("retired_key", token(), "rolled_over", "UnknownKey"),
        ("no_keys", token(), "empty", "UnknownKey"),
        ("kid_missing", token(kid=None), "both", "AmbiguousKey"),
        ("curve_zero_signature", f"{es256}.{part(bytes(64))}", "curves", "Signature"),
        ("curve_der_signature", f"{es256}.{part(der_signature)}", "curves", "Signature"),
        ("critical_header", token(header={"crit": ["b64"], "b64": False}), "one", "Critical"),
    ]  # fmt: skip


def for_others() -> list:
    return [
        ("wrong_issuer", token(iss="https://evil.test"), "one", "Issuer"),
        ("issuer_with_slash", token(iss=ISSUER + "/"), "one", "Issuer"),
        ("no_issuer", token(iss=None), "one", "Issuer"),
        ("wrong_audience", token(aud="client-2"), "one", "Audience"),
        ("audience_contains", token(aud="client-10"), "one", "Audience"),
        ("no_audience", token(aud=None), "one", "Audience"),
        ("empty_audience", token(aud=[]), "one", "Audience"),
        ("audience_list_without_client", token(aud=["client-2"], azp=CLIENT), "one", "Audience"),
        ("audience_of_numbers", token(aud=[1, CLIENT]), "one", "Unreadable"),
        ("two_audiences_without_party", token(aud=["other", CLIENT]), "one", "Audience"),
        ("other_party", token(azp="client-2"), "one", "Audience"),
        ("wrong_nonce", token(nonce="other"), "one", "Nonce"),
        ("no_nonce", token(nonce=None), "one", "Nonce"),
        ("nonce_of_number", token(nonce=1), "one", "Unreadable"),
        ("expired", token(exp=T - 60), "one", "Expired"),
        ("no_expiry", token(exp=None), "one", "Expired"),
        ("expiry_of_text", token(exp=str(T + 300)), "one", "Unreadable"),
        ("not_yet_valid", token(nbf=T + 61), "one", "NotYetValid"),
        ("issued_in_the_future", token(iat=T + 61), "one", "NotYetValid"),
        ("issued_in_the_future_valid_before", token(iat=T + 61, nbf=T), "one", "NotYetValid"),
        ("no_issue_time", token(iat=None), "one", "Unreadable"),
        ("no_subject", token(sub=None), "one", "NoSubject"),
        ("empty_subject", token(sub=""), "one", "NoSubject"),
        ("subject_of_number", token(sub=1), "one", "Unreadable"),
    ]  # fmt: skip


def no_tokens() -> list:
    header, payload, right = token().split(".")
    twice = part(b'{"alg":"none","alg":"RS256","kid":"1"}')
    return [
        ("empty", "", "one", "Unreadable"),
        ("one_part", header, "one", "Unreadable"),
        ("two_parts", f"{header}.{payload}", "one", "Unreadable"),
        ("five_parts", f"{header}.{payload}.{right}.{right}.{right}", "one", "Signature"),
        ("padded", f"{header}=.{payload}.{right}", "one", "Unreadable"),
        ("spaces", f" {header}.{payload}.{right}", "one", "Unreadable"),
        ("algorithm_given_twice", f"{twice}.{payload}.{right}", "one", "Unreadable"),
        ("algorithm_missing", f"{part(b'{}')}.{payload}.{right}", "one", "Unreadable"),
        ("claims_no_json", token(claims=b"alice"), "one", "Unreadable"),
        ("claims_in_list", token(claims=[CLAIMS]), "one", "Unreadable"),
        ("claims_deep", token(claims=b'{"a":' * 300 + b"1" + b"}" * 300), "one", "Unreadable"),
    ]  # fmt: skip


def make() -> dict:
    tokens = [{"name": name, "token": text, "keys": keys, "refused": None} for name, text, keys in good()]
    for name, text, keys, error in [*unsigned_and_badly_signed(), *for_others(), *no_tokens()]:
        tokens.append({"name": name, "token": text, "keys": keys, "refused": error})
    sets = {name: {"keys": keys} for name, keys in key_sets().items()}
    expected = {"issuer": ISSUER, "client_id": CLIENT, "nonce": NONCE, "sub": CLAIMS["sub"], "now": NOW.isoformat()}
    return {"expected": expected, "key_sets": sets, "tokens": tokens}
