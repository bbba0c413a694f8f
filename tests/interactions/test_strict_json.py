"""What the strict parser takes is exactly what was sent, and nothing that a store of ours would stumble over."""

from __future__ import annotations

import json
import math
import random
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interactions.strict_json import DEPTH, NotStrict, parse
from tests.support.bot import ALICE, GUILD, envelope

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
NUMBER = st.integers(-(2**63), 2**63 - 1) | st.floats(-1e18, 1e18)
VALUE = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=25,
)
OBJECT = st.dictionaries(TEXT, VALUE, max_size=6)


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


HOSTILE = {
    "a NUL": "\0",
    "a NUL in the middle": "before \0 after",
    "a NUL as a name": {"\0": 1},
    "one more than 63 bits": 2**63,
    "one less than 63 bits": -(2**63) - 1,
    "what becomes the lowest number as a float": -(2**63) - 1024,
    "what becomes a float": 2**64,
    "as many digits as there are": 10**300,
    "one level too many": nested(DEPTH),
    "a thousand levels": nested(900),
    "half a character": "\ud800",
    "the other half first": "\udc00\ud800",
    "no number": float("nan"),
    "no end": float("inf"),
}


@pytest.mark.parametrize(
    "twice",
    [
        '{"a": 1, "a": 1}',
        '{"b": [{"a": 1, "c": {}, "a": 2}]}',
        '{"a": 1, "\\u0061": 2}',
        '{"é": 1, "\\u00e9": 2}',
        '{"": 1, "": 2}',
        '{"a":1,"a":1}',
    ],
)
def test_a_key_that_stands_twice_is_refused(twice: str) -> None:
    with pytest.raises(NotStrict, match="a key twice"):
        parse(twice.encode())


@settings(max_examples=200)
@given(sent=OBJECT, ascii_only=st.booleans())
def test_what_discord_may_send_arrives_as_it_was(sent: dict[str, Any], ascii_only: bool) -> None:
    assert parse(json.dumps(sent, ensure_ascii=ascii_only).encode()) == sent


@settings(max_examples=40)
@given(
    around=OBJECT,
    name=TEXT,
    before=st.lists(VALUE, max_size=3),
    separators=st.sampled_from([(",", ":"), (" , ", " : ")]),
)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_store_would_stumble_over_is_refused_wherever_it_stands(
    hostile: str, around: dict[str, Any], name: str, before: list[Any], separators: tuple[str, str]
) -> None:
    sent = json.dumps(around | {name: [*before, HOSTILE[hostile]]}, separators=separators)
    with pytest.raises(NotStrict):
        parse(sent.encode())


@pytest.mark.parametrize(
    "typed",
    ["\\u0000", "\\\\u0000", "12345678901234567890", '{"a":[[[[', "[" * 100, ":1234567890123456789012", ", -9" * 40],
)
def test_a_member_may_type_what_only_looks_hostile(typed: str) -> None:
    assert parse(orjson.dumps({"content": typed, "id": "1234567890123456789"}))["content"] == typed


def test_the_deepest_and_the_largest_that_are_allowed_are_taken() -> None:
    sent = {"deep": nested(DEPTH - 1), "wide": [[]] * 500, "high": 2**63 - 1, "low": -(2**63)}
    assert parse(orjson.dumps(sent)) == sent


@pytest.mark.parametrize(
    "raw",
    [b"", b" ", b"null", b"1", b'"text"', b"[]", b"[{}]", b"{", b"{}}", b"{} {}", b"7{}", b"{}\0", b"\xef\xbb\xbf{}"]
    + [b'{"a":%s}' % value for value in (b"NaN", b"-Infinity", b"1e999", b"01", b"+1", b"1.", b"'a'", b'"\xff"')]
    + [b'{"a":"\xed\xa0\x80"}', b'{"a":1,}', b'{"a":"\n"}', b"{'a':1}", b"{a:1}", b'{"a":1}//', b'{"a":' * 100_000],
)
def test_what_is_no_json_object_is_refused(raw: bytes) -> None:
    with pytest.raises(NotStrict):
        parse(raw)


PIECES = [
    *(b"\\u0000", b"\\\\u0000", b"\0", b"\\ud800", b"\\udfff", b"\xed\xa0\x80", b"\xff", b"NaN", b"Infinity", b"-"),
    *(b"[", b"]", b"{", b"}", b"[" * 33, b"]" * 33, b'{"a":' * 33, b'"', b"\\", b",", b":", b" ", b"\n", b"e999"),
    *(
        b"9" * 16,
        b"9" * 19,
        b"-9223372036854775809",
        b"18446744073709551616",
        b"0." + b"1" * 20,
        b"1E5",
        b"\xf0\x9f\xaa\x99",
    ),
]


def mutated(body: bytes, chance: random.Random) -> bytes:
    """The body with up to four pieces put in, cut out, doubled or flipped."""
    raw = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(raw) + 1)
        match chance.randrange(4):
            case 0:
                raw[at:at] = chance.choice(PIECES)
            case 1:
                del raw[at : at + chance.randint(1, 8)]
            case 2:
                raw[at:at] = raw[at : at + chance.randint(1, 40)]
            case _ if at < len(raw):
                raw[at] ^= 1 << chance.randrange(8)
    return bytes(raw)


def test_mutated_payloads_are_read_to_the_last_digit_or_refused(full: bool) -> None:
    chance = random.Random(11)
    options = [{"name": "amount", "type": 4, "value": 250}, {"name": "reason", "type": 3, "value": 'for 🪙\\n"you"'}]
    body = orjson.dumps(envelope(2, {"name": "pay", "type": 1, "options": options}, ALICE, GUILD))
    taken = 0
    for _ in range(200_000 if full else 20_000):
        raw = mutated(body, chance)
        try:
            value = parse(raw)
        except NotStrict:
            continue
        taken += 1
        # Python's own parser keeps every digit, so nothing was rounded on the way.
        assert value == json.loads(raw, parse_constant=_never)
        assert storable(value), raw
    assert taken > 1_000


def _never(constant: str) -> None:
    raise AssertionError(constant)


def storable(value: Any, depth: int = 1) -> bool:
    """Whether PostgreSQL takes it: in jsonb, or a number as a bigint."""
    match value:
        case dict():
            return depth <= DEPTH and all(storable(k) and storable(v, depth + 1) for k, v in value.items())
        case list():
            return depth <= DEPTH and all(storable(one, depth + 1) for one in value)
        case str():
            return "\0" not in value and value.encode("utf-8", "replace").decode() == value
        case int():
            return -(2**63) <= value < 2**63
        case float():
            return math.isfinite(value)
        case _:
            return value is None
