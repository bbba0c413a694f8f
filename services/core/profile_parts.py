"""Areas' parts of a member's profile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class ProfilePart(Generic[T]):
    """An area's data about one member of a guild.

    With a `template`, which receives it as `part`, it gets its own card on the member's page.
    """

    load: Callable[[int, int], Awaitable[T]]
    template: str | None = None
