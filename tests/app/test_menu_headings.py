"""The headings that the playground's `/` menu gets."""

from __future__ import annotations

from collections import Counter

from app.menu_headings import menu_headings
from interactions.payloads import payloads


def test_every_slash_command_stands_under_exactly_one_heading() -> None:
    under = Counter(name for heading in menu_headings() for name in heading["commands"])
    assert under == {command["name"]: 1 for command in payloads() if command.get("type", 1) == 1}


def test_headings_are_translated() -> None:
    economy = next(heading for heading in menu_headings() if "pay" in heading["commands"])
    assert economy["name_localizations"] == {"pt-BR": "Economia", "es-ES": "Economía"}
