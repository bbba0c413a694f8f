"""Steps of an erasure that do more than the tags of a table say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto

from locales import Text


class When(Enum):
    """The moments of an erasure, in their order."""

    BEGIN = auto()  # in the transaction that begins it; to settle what it takes
    FIRST = auto()
    BEFORE_TABLES = auto()  # after the sources, which others may have been acting on
    AFTER_TABLES = auto()
    END = auto()  # in the transaction that ends it


@dataclass(frozen=True, slots=True)
class Erased:
    """Somebody who is being erased."""

    erasure_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class ErasureStep:
    """What an area does when somebody is erased, and how that is called while it is done; it may be repeated."""

    about: Text
    run: Callable[[Erased], Awaitable[None]]
    when: When
