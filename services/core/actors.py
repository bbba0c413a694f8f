"""The person who acts and the person an action is about, independent of how the request came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Actor(NamedTuple):
    """The person who acts and their request; both go into the audit log."""

    id: int
    request_id: str


class Person(Protocol):
    """A person who can send or receive coins and items, such as a member in a payload."""

    @property
    def id(self) -> int: ...

    @property
    def bot(self) -> bool: ...

    @property
    def in_guild(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class SomePerson:
    """A person known only by id, without a payload."""

    id: int
    bot: bool
    in_guild: bool
