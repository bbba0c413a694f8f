"""Transfer kinds, declared by the areas that move coins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from locales import Text


@dataclass(frozen=True, slots=True)
class Group:
    """A filter under which people find transfers."""

    name: str
    label: Text


@dataclass(frozen=True, slots=True)
class TransferKind:
    """One kind of transfer: its title, its filter group, and its sentence on a member's statement."""

    title: Text
    group: Group | None = None
    sentence: Callable[[Any], Text] | None = None  # takes a statements.Line; without one, the title is enough
    keeps_goods: bool = False  # reversing it does not return what was bought
