"""Findings of an area's probes: whether something works, and how to fix it if not."""

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
    """One capability, its state, and what to do if it does not work; `path` is the page to do it on."""

    module: str
    state: State
    text: Text
    fix: Text | None = None
    path: str | None = None  # below the server's page


Probe = Callable[[int], Awaitable[Sequence[Finding]]]
