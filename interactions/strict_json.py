"""JSON as strictly as our stores need it, at hardly more than the price of parsing."""

from __future__ import annotations

from typing import Any

import orjson

from services.core.json_keys import repeated

DEPTH = 32
_LIMIT = 2**63
# Every number of 16 digits or more looks like _LONG once digits are zeros, what may stand before a number is a colon,
# and signs and white space are gone.
_SHAPES = bytes.maketrans(b"123456789,[", b"000000000::")
_LONG = b":" + b"0" * 16


class NotStrict(ValueError):
    """The body is no JSON object that we take; says why in a few words."""


def parse(raw: bytes) -> dict[str, Any]:
    """The object in `raw`, else NotStrict.

    Depth ≤ 32, each key once, integers of 64 bits, no NUL, lone surrogate, NaN or infinity.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise NotStrict("not JSON") from error
    if not isinstance(value, dict):
        raise NotStrict("not an object")
    # What may be hostile is only looked for where the bytes give reason to.
    if raw.count(b"{") + raw.count(b"[") > DEPTH:
        _check_depth(value)
    if (b"\\" in raw and b"\\u0000" in raw) or _has_long_number(raw):
        _check_values(value)
    # What comes out as it went in has lost no key; anything else is looked through, which takes several times as long.
    if orjson.dumps(value) != raw and repeated(raw) is not None:
        raise NotStrict("a key twice")
    return value


def _has_long_number(raw: bytes) -> bool:
    """Whether there may be one: a regular expression takes ten times as long to say no."""
    return _LONG in raw.translate(_SHAPES, b" \t\r\n-")


def _check_depth(value: dict[str, Any]) -> None:
    level: list[Any] = [value]
    for _ in range(DEPTH):
        parts = (item.values() if type(item) is dict else item for item in level)
        level = [part for inner in parts for part in inner if type(part) is dict or type(part) is list]
        if not level:
            return
    raise NotStrict("nested too deeply")


def _check_values(value: Any) -> None:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += [*item, *item.values()]
        elif isinstance(item, list):
            waiting += item
        elif isinstance(item, str):
            if "\0" in item:
                raise NotStrict("a NUL character")
        elif isinstance(item, int):
            if not -_LIMIT <= item < _LIMIT:
                raise NotStrict("a number out of range")
        # Beyond 64 bits orjson makes floats of integers, -2⁶³ among them; no float of Discord's is that large.
        elif isinstance(item, float) and abs(item) >= _LIMIT:
            raise NotStrict("a number out of range")
