"""Keys that stand twice in one JSON object: parsers keep either of the two, and nobody chose which."""

from __future__ import annotations

import json
from typing import Any


class _Twice(Exception):
    """The key that does; raised to leave the parser."""


def repeated(raw: bytes | str) -> str | None:
    """A key that one object in `raw` names twice; None if there is none, or it is no JSON anyway."""
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
    """Numbers are not looked at: one of thousands of digits takes long, or is refused, while the keys still count."""


_decoder = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_int=_no_number, parse_float=_no_number, parse_constant=_no_number
)
