"""Who acts, and whom an action concerns, whichever way the request came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Actor(NamedTuple):
    """Whoever acts, and the request that they act in; both go into the audit log."""

    id: int
    request_id: str


class Person(Protocol):
    """Somebody that coins or items may come from or go to, such as a member in a payload."""

    @property
    def id(self) -> int: ...

    @property
    def bot(self) -> bool: ...

    @property
    def in_guild(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class SomePerson:
    """A person that no payload describes."""

    id: int
    bot: bool
    in_guild: bool
