"""What each area tells the shared tests of itself: how its things are made, its pages, and what happens in it.

An area's examples lie in tests/examples/<area>.py, so that nobody edits a shared test to have a new area tested.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from services.areas import ALL
from tests.support.whole import Whole

TEXTS_FROM = 900_000_000_000_000_000  # the lowest id of those members who call themselves by hostile texts


class Whose(NamedTuple):
    """For whom, and in which server, something is to be there."""

    whole: Whole
    guild_id: int
    user_id: int


Make = Callable[[Whose], Awaitable[Any]]


async def nothing(_whole: Whole) -> None:
    """What an area does in which nothing happens."""


async def unwritten(_guild_id: int, _user_id: int, _text: str) -> None:
    """What an area stores of a text in which nobody can write one."""


@dataclass(frozen=True, kw_only=True)
class Examples:
    """What shared tests do with one area; paths of pages begin below the server's own."""

    in_paths: Mapping[str, Make] = field(default_factory=dict)  # makes what fills the gap of this name
    in_bodies: Mapping[str, Make] = field(default_factory=dict)  # makes what a field is to hold instead of its example
    of_one: Mapping[str, Make] = field(default_factory=dict)  # the same for "operation.gap" or "operation.field" alone
    before: Mapping[str, Make] = field(default_factory=dict)  # has to have happened before this operation
    audited: Mapping[str, Sequence[str]] = field(default_factory=dict)  # lines in the audit log, by operation
    pages: Sequence[str] = ()  # each is looked at in a browser, after `fill`
    text_pages: Sequence[str] = ()  # each is looked at after `write`
    fill: Callable[[Whole], Awaitable[None]] = nothing  # has something happen that its pages show
    write: Callable[[int, int, str], Awaitable[None]] = unwritten  # puts a member's text wherever it can be put
    live: Callable[[Whole], Awaitable[None]] = nothing  # leaves a row in each of its tables
    notes: frozenset[str] = frozenset()  # its tables that are written by looking alone, or by the worker


EXAMPLES: Sequence[Examples] = [
    import_module(f"tests.examples.{area.name}").EXAMPLES for area in ALL if find_spec(f"tests.examples.{area.name}")
]


def joined(of: Callable[[Examples], Mapping[str, Any]]) -> dict[str, Any]:
    """One mapping of all areas."""
    made: dict[str, Any] = {}
    for examples in EXAMPLES:
        made |= of(examples)
    return made
