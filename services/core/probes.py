"""What a probe of an area finds: whether something works, and how to fix it where it does not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from locales import Text


class State(StrEnum):
    """How well something works."""

    WORKS = "works"
    LIMITED = "limited"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One capability: its module, how it is, and what to do where it is not well; `path` is where pages do that."""

    module: str
    state: State
    text: Text
    fix: Text | None = None
    path: str | None = None  # below the server's own page


Probe = Callable[[int], Awaitable[Sequence[Finding]]]
