"""What areas add to the profile of a member."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class ProfilePart(Generic[T]):
    """What an area knows of one member of a guild, by their ids.

    With a `template`, which finds it as `part`, it gets a card of its own on the member's page.
    """

    load: Callable[[int, int], Awaitable[T]]
    template: str | None = None
