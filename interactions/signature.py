"""Verification of Discord's signature: Ed25519 over the timestamp and the raw body."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

_SIGNATURE = re.compile(rb"[0-9a-fA-F]{128}")
# Timestamp and body are signed as one string: only digits here, and a body that must be an object, mean
# that no byte can move from one into the other.
_TIMESTAMP = re.compile(rb"[0-9]{9,13}")

Headers = Sequence[tuple[bytes, bytes]]


def verified(key: VerifyKey, headers: Headers, body: bytes) -> bool:
    """Whether exactly one well-formed signature and timestamp are present and valid for this body."""
    signature, timestamp = _only(headers, b"x-signature-ed25519"), _only(headers, b"x-signature-timestamp")
    if signature is None or timestamp is None:
        return False
    if not (_SIGNATURE.fullmatch(signature) and _TIMESTAMP.fullmatch(timestamp)):
        return False
    try:
        key.verify(timestamp + body, bytes.fromhex(signature.decode()))
    except BadSignatureError:
        return False
    return True


def _only(headers: Headers, name: bytes) -> bytes | None:
    found = None
    for header, value in headers:
        if header == name:
            if found is not None:
                return None
            found = value
    return found
