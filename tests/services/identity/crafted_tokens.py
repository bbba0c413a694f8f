"""Tokens that somebody might craft, from ones that are almost ours to ones that are nothing."""

from __future__ import annotations

import base64
import hmac
import json
import string
import time
from collections.abc import Callable
from typing import Any

from nacl.signing import SigningKey

from services.identity.access_tokens import AUDIENCE, LIFE
from tests.support.bot import ALICE, BOB

ISSUER = "https://tatiana.test"
KEY, OLDER, FOREIGN = (bytes([n]) * 32 for n in (1, 2, 3))
LONG = bytes(64)
KEYS = {"new": KEY, "old": OLDER, "older": LONG}
PEM = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9
q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==
-----END PUBLIC KEY-----"""


def part(said: Any) -> str:
    raw = said if isinstance(said, bytes) else json.dumps(said).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def seal(head: str, body: str, key: bytes = KEY, digest: str = "sha256") -> str:
    signed = f"{head}.{body}"
    return f"{signed}.{part(hmac.digest(key, signed.encode(), digest))}"


HEADER = {"alg": "HS256", "typ": "at+jwt", "kid": "new"}


def good(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(ALICE),
        "sid": "1",
        "jti": "a",
        "iat": now,
        "exp": now + LIFE,
        "auth_time": now,
    }
    return claims | changed


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in good().items() if key != name}


def made(header: Any = None, claims: Any = None, key: bytes = KEY) -> str:
    return seal(part({**HEADER, **(header or {})}), part(good() if claims is None else claims), key)


def headed(header: Any) -> str:
    return seal(part(header), part(good()))


def raw_claims(text: str) -> str:
    return seal(part(HEADER), part(text.encode()))


def twice(name: str, value: Any) -> str:
    """The claims as text, in which one name stands twice."""
    return json.dumps(good())[:-1] + f", {json.dumps(name)}: {json.dumps(value)}}}"


def by_ed25519() -> str:
    signed = f"{part(HEADER | {'alg': 'EdDSA'})}.{part(good())}"
    return f"{signed}.{part(SigningKey(KEY).sign(signed.encode()).signature)}"


def spelled_otherwise(text: str) -> str:
    """The same bytes in another spelling: bits that base64 leaves over are not nought."""
    assert len(text) % 4, "nothing is left over"
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    return text[:-1] + alphabet[alphabet.index(text[-1]) ^ 1]


def other_claims() -> str:
    """Claims whose last sign in base64 leaves bits over."""
    return next(body for n in range(1, 4) if len(body := part(good(jti="a" * n))) % 4)


def other_signature() -> str:
    signed, _, signature = made().rpartition(".")
    return f"{signed}.{spelled_otherwise(signature)}"


CRAFTED: dict[str, Callable[[], str]] = {
    # No signature, or none by our key
    "none": lambda: f"{part(HEADER | {'alg': 'none'})}.{part(good())}.",
    "None": lambda: f"{part(HEADER | {'alg': 'None'})}.{part(good())}.",
    "NONE signed": lambda: headed(HEADER | {"alg": "NONE"}),
    "none signed": lambda: headed(HEADER | {"alg": "none"}),
    "empty signature": lambda: made().rpartition(".")[0] + ".",
    "no signature": lambda: made().rpartition(".")[0],
    "foreign key": lambda: made(key=FOREIGN),
    "the older key under the newer name": lambda: made(key=OLDER),
    "the newer key under the older name": lambda: made({"kid": "old"}),
    "empty key": lambda: made(key=b""),
    "5-character secret": lambda: made(key=b"12345"),
    "the key's name as the key": lambda: made(key=b"new"),
    "signature of another token": lambda: made().rpartition(".")[0] + "." + made({"kid": "old"}).rpartition(".")[2],
    "signature cut": lambda: made()[:-1],
    "signature of zeros": lambda: made().rpartition(".")[0] + "." + "A" * 43,
    # Other algorithms
    "HS384": lambda: seal(part(HEADER | {"alg": "HS384"}), part(good()), KEY, "sha384"),
    "HS512": lambda: seal(part(HEADER | {"alg": "HS512"}), part(good()), KEY, "sha512"),
    "HS512 named HS256": lambda: seal(part(HEADER), part(good()), KEY, "sha512"),
    "HS256 named RS256": lambda: headed(HEADER | {"alg": "RS256"}),
    "HS256 named ES256": lambda: headed(HEADER | {"alg": "ES256"}),
    "HS256 by a public key": lambda: made(key=PEM.encode()),
    "RS256 by a public key": lambda: seal(part(HEADER | {"alg": "RS256"}), part(good()), PEM.encode()),
    "EdDSA": by_ed25519,
    "alg as a list": lambda: headed(HEADER | {"alg": ["HS256"]}),
    "alg in lower case": lambda: headed(HEADER | {"alg": "hs256"}),
    "no alg": lambda: headed({"typ": "at+jwt", "kid": "new"}),
    # Where the key is to be found
    "no kid": lambda: headed({"alg": "HS256", "typ": "at+jwt"}),
    "unknown kid": lambda: made({"kid": "newer"}),
    "empty kid": lambda: made({"kid": ""}),
    "kid as a path": lambda: made({"kid": "../../../../dev/null"}, key=b""),
    "kid as an absolute path": lambda: made({"kid": "/proc/sys/kernel/randomize_va_space"}, key=b"2\n"),
    "kid as SQL": lambda: made({"kid": "x' UNION SELECT '12345' --"}, key=b"12345"),
    "kid as an address": lambda: made({"kid": "http://127.0.0.1:9/key"}),
    "kid as a command": lambda: made({"kid": "new|id"}),
    "kid with NUL": lambda: made({"kid": "new\x00"}),
    "kid as a list": lambda: made({"kid": ["new"]}),
    "kid as a number": lambda: made({"kid": 0}),
    "kid as null": lambda: made({"kid": None}),
    "jku": lambda: made({"jku": "http://127.0.0.1:9/keys"}),
    "jwk": lambda: made({"jwk": {"kty": "oct", "k": part(FOREIGN)}}, key=FOREIGN),
    "x5u": lambda: made({"x5u": "http://127.0.0.1:9/cert"}),
    "x5c": lambda: made({"x5c": [part(PEM.encode())]}),
    "unknown crit": lambda: made({"crit": ["b65"], "b65": True}),
    "empty crit": lambda: made({"crit": []}),
    "b64 false": lambda: made({"b64": False, "crit": ["b64"]}),
    "cty of a nested token": lambda: made({"cty": "JWT"}),
    "zip": lambda: made({"zip": "DEF"}),
    "kid twice": lambda: seal(part(b'{"alg":"HS256","typ":"at+jwt","kid":"x","kid":"new"}'), part(good())),
    "alg twice": lambda: seal(part(b'{"alg":"none","alg":"HS256","typ":"at+jwt","kid":"new"}'), part(good())),
    # Another kind of token
    "typ JWT": lambda: made({"typ": "JWT"}),
    "typ of a refresh token": lambda: made({"typ": "refresh+jwt"}),
    "typ of a logout token": lambda: made({"typ": "logout+jwt"}),
    "no typ": lambda: headed({"alg": "HS256", "kid": "new"}),
    "typ in upper case": lambda: made({"typ": "AT+JWT"}),
    "typ as a list": lambda: made({"typ": ["at+jwt"]}),
    # For somebody else, or by somebody else
    "foreign aud": lambda: made(claims=good(aud="another-api")),
    "aud as a list": lambda: made(claims=good(aud=[AUDIENCE, "another-api"])),
    "no aud": lambda: made(claims=without("aud")),
    "foreign iss": lambda: made(claims=good(iss="https://evil.test")),
    "iss with a slash more": lambda: made(claims=good(iss=ISSUER + "/")),
    "iss as a list": lambda: made(claims=good(iss=[ISSUER])),
    "no iss": lambda: made(claims=without("iss")),
    # Times
    "no exp": lambda: made(claims=without("exp")),
    "exp as text": lambda: made(claims=good(exp=str(int(time.time()) + 60))),
    "exp as a fraction": lambda: made(claims=good(exp=time.time() + 60.5)),
    "exp as null": lambda: made(claims=good(exp=None)),
    "exp as true": lambda: made(claims=good(exp=True)),
    "exp infinite": lambda: raw_claims(json.dumps(good()).replace(str(good()["exp"]), "Infinity")),
    "exp over": lambda: made(claims=good(iat=int(time.time()) - 600, exp=int(time.time()) - 6)),
    "exp in thirty years": lambda: made(claims=good(exp=int(time.time()) + 30 * 365 * 86400)),
    "exp a second too far": lambda: made(claims=good(exp=good()["iat"] + LIFE + 1)),
    "exp before iat": lambda: made(claims=good(iat=int(time.time()) + 3, exp=int(time.time()) + 2)),
    "exp at iat": lambda: made(claims=good(iat=int(time.time()) + 3, exp=int(time.time()) + 3)),
    "no iat": lambda: made(claims=without("iat")),
    "iat in the future": lambda: made(claims=good(iat=int(time.time()) + 60, exp=int(time.time()) + 600)),
    "iat as text": lambda: made(claims=good(iat=str(int(time.time())))),
    "future nbf": lambda: made(claims=good(nbf=int(time.time()) + 600)),
    "any nbf": lambda: made(claims=good(nbf=0)),
    "auth_time beyond all calendars": lambda: made(claims=good(auth_time=10**18)),
    "auth_time just beyond all calendars": lambda: made(claims=good(auth_time=2**33)),
    "auth_time below nought": lambda: made(claims=good(auth_time=-1)),
    # Who
    "no sub": lambda: made(claims=without("sub")),
    "sub as a number": lambda: made(claims=good(sub=ALICE)),
    "sub as text": lambda: made(claims=good(sub="alice")),
    "sub beyond 64 bits": lambda: made(claims=good(sub="9" * 19)),
    "sub just beyond 64 bits": lambda: made(claims=good(sub=str(2**63))),
    "sub below nought": lambda: made(claims=good(sub="-5")),
    "sub in other digits": lambda: made(claims=good(sub="\u0661\u0662")),
    "sub with a line break": lambda: made(claims=good(sub=f"{ALICE}\n")),
    "no jti": lambda: made(claims=without("jti")),
    "no sid": lambda: made(claims=without("sid")),
    "sid as SQL": lambda: made(claims=good(sid="1 OR 1=1")),
    "an unknown family": lambda: made(claims=good(sid="999")),
    "a role of its own": lambda: made(claims=good(role="admin")),
    # Spelling
    "= at the end": lambda: made() + "=",
    "== at the end": lambda: made() + "==",
    "= after the header": lambda: made().replace(".", "=.", 1),
    "space at the end": lambda: made() + " ",
    "line break at the end": lambda: made() + "\n",
    "dot at the end": lambda: made() + ".",
    "four parts": lambda: made() + "." + part(b"x"),
    "five parts": lambda: ".".join([made(), part(b"x"), part(b"y")]),
    "the signature spelled otherwise": other_signature,
    "the claims spelled otherwise": lambda: seal(part(HEADER), spelled_otherwise(other_claims())),
    "+ and / in base64": lambda: made().replace("-", "+").replace("_", "/") + "+",
    "JSON serialization": lambda: json.dumps({"payload": part(good()), "signatures": []}),
    "claims twice": lambda: raw_claims(twice("sub", str(BOB))),
    "exp twice": lambda: raw_claims(twice("exp", int(time.time()) + 10**9)),
    "claims as a list": lambda: made(claims=[good()]),
    "claims as text": lambda: raw_claims('"sub"'),
    "claims as null": lambda: raw_claims("null"),
    "claims nested deep": lambda: raw_claims("[" * 900 + "]" * 900),
    "claims cut": lambda: raw_claims(json.dumps(good())[:-1]),
    "claims with more behind": lambda: raw_claims(json.dumps(good()) + "{}"),
    "claims not UTF-8": lambda: raw_claims("\udcff".encode("utf-8", "surrogateescape").decode("latin-1")),
    "too large": lambda: made(claims=good(jti="a" * 4000)),
    "empty": lambda: "",
    "dots": lambda: "..",
    "not ASCII": lambda: made()[:-1] + "\xe9",
    "half a character": lambda: made()[:-1] + "\ud800",
}
