"""Kinds of transfers, as the areas that move coins declare them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from locales import Text


class Group(StrEnum):
    """What people filter transfers by."""

    EARNED = "earned"
    PAYMENTS = "payments"
    SHOP = "shop"
    GAMES = "games"
    ADMINS = "admins"


@dataclass(frozen=True, slots=True)
class TransferKind:
    """One kind: its name, what it is found under, and what a line of it meant to the member whose line it is."""

    title: Text
    group: Group | None = None
    sentence: Callable[[Any], Text] | None = None  # gets a statements.Line; the title says enough without one
    keeps_goods: bool = False  # undoing it takes back no goods that were bought
