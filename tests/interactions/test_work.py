"""Whatever is typed into a form, nobody else waits until it is read and answered."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from interactions import cooldowns
from interactions.declare import COMMANDS, Kind
from tests.support.bot import BOB, MANAGER, Answer, Bot, filled
from tests.support.hostile import TEXTS, some
from tests.support.steps import Held
from tests.support.wares import sell

OPENS, BUTTON, LABEL = 9, 2, 18  # Discord: Interaction Callback Type, Component Type
FORMS = {
    "New item", "Another time zone", "Apply a document", "Bets", "Edit item", "Currency", "Daily",
    "Delete everything about me", "Pay bob", "Payments", "Preview a document", "Work",
}  # fmt: skip


async def test_no_form_holds_the_loop(bot: Bot, held: Held, full: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cooldowns, "FLOOD", 10_000)
    await sell("Rope")
    forms = await _forms(bot)
    assert set(forms) >= FORMS
    for title, form in forms.items():
        for name, text in some(TEXTS, full).items():
            await held.look(f"{title}: {name}", partial(_send, bot, form, text))


async def _send(bot: Bot, form: Answer, text: str) -> None:
    """Fill in every field with as much of this text as it takes; what could not be used is opened again."""
    answer = await bot.submit(form, {name: _typed(field, text) for name, field in _fields(form)}, by=MANAGER)
    assert answer.status == 200
    for button in answer.components:
        if button.get("label") == "Try again":
            await bot.press(button["custom_id"], by=MANAGER, on=answer)


def _typed(field: dict[str, Any], text: str) -> Any:
    return [field["options"][0]["value"]] if "options" in field else text[: field["max_length"]]


def _fields(form: Answer) -> list[tuple[str, dict[str, Any]]]:
    fields = [label["component"] for label in form.data["components"] if label["type"] == LABEL]
    return [(field["custom_id"], field) for field in fields]


async def _forms(bot: Bot) -> dict[str, Answer]:
    """Every form by its title: those that commands open, and those behind the buttons of their answers."""
    answers = [await bot.slash("economy item edit", by=MANAGER, item="Rope")]
    for kind, name in COMMANDS:
        if kind is Kind.USER:
            answers.append(await bot.menu(name, BOB, by=MANAGER))
        elif kind is Kind.CHAT:
            answers.append(await bot.slash(name, by=MANAGER, **filled(name)))
    forms: dict[str, Answer] = {}
    pressed: set[str] = set()
    for answer in answers:  # which grows
        if answer.type == OPENS:
            forms.setdefault(str(answer.data["title"]), answer)
        for button in answer.components:
            if button["type"] == BUTTON and button["custom_id"] not in pressed:
                pressed.add(button["custom_id"])
                answers.append(await bot.press(button["custom_id"], by=MANAGER, on=answer))
    return forms
