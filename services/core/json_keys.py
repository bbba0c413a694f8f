"""Duplicate keys in JSON objects: parsers keep one of the two, and nobody chose which."""

from __future__ import annotations

import json
from typing import Any


class _Twice(Exception):
    """The duplicate key; raised to leave the parser."""


def repeated(raw: bytes | str) -> str | None:
    """The first duplicate key in any object of `raw`; None without one, or if `raw` is not JSON."""
    try:
        _decoder.decode(raw if isinstance(raw, str) else raw.decode())
    except _Twice as found:
        return str(found)
    except (ValueError, RecursionError):
        return None
    return None


def _pairs(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) == len(pairs):
        return
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise _Twice(name)
        seen.add(name)


def _no_number(_digits: str) -> None:
    """Skip numbers: one with thousands of digits is slow to parse or refused, and only keys matter here."""


_decoder = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_int=_no_number, parse_float=_no_number, parse_constant=_no_number
)
