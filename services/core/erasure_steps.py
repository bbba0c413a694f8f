"""Erasure steps beyond what tables' tags describe."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto

from locales import Text


class When(Enum):
    """The phases of an erasure, in order."""

    BEGIN = auto()  # in the transaction that begins it, to fix what it covers
    FIRST = auto()
    BEFORE_TABLES = auto()  # after the source tables, which others may have been acting on
    AFTER_TABLES = auto()
    END = auto()  # in the transaction that ends it


@dataclass(frozen=True, slots=True)
class Erased:
    """A person being erased."""

    erasure_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class ErasureStep:
    """One repeatable step of an area, with its label for the progress display."""

    about: Text
    run: Callable[[Erased], Awaitable[None]]
    when: When
