"""Shared parts of cards: colors, the pager and the confirm row."""

from __future__ import annotations

from typing import Any

from interactions.components import Component
from interactions.responses import Button
from locales import t

GREEN, AMBER, RED, GREY = 0x2E8B57, 0xD9A441, 0xC0392B, 0x80848E


def pager(turn: Component, number: int, pages: int, **params: Any) -> list[list[Button]]:
    """The buttons for other pages; none for a single page."""
    if pages == 1:
        return []
    # Even a disabled button needs its own target: two buttons may not share a custom id.
    ways = ((t("Back"), number - 1), (t("Next"), number + 1))
    return [[Button(label, turn, params | {"page": page}, disabled=not 1 <= page <= pages) for label, page in ways]]


def confirm_row(confirm: Button, cancel: Component, params: dict[str, Any]) -> list[Button]:
    """The confirm and cancel buttons of a card."""
    return [confirm, Button(t("Cancel"), cancel, params)]
