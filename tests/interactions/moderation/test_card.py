"""A case reads the same wherever its card is shown, whatever became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from interactions.commands.moderation.card import card
from interactions.responses import Card
from interactions.ui import AMBER, GREEN, GREY, RED
from locales import render
from models.moderation import CaseKind, CaseState, NoticeState
from services.moderation.case import Case

AT = datetime(2030, 1, 2, tzinfo=UTC)
BAN = Case(
    1, 7, CaseKind.BAN, 5, None, None, 10, None, "Spam", None, None, CaseState.ACTIVE, None, NoticeState.SENT, {}, None,
    AT, AT, None,
)  # fmt: skip


def said(shown: Card) -> str:
    return "\n".join(render(part, "en-US") for part in (shown.title, *shown.body))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ["Ban · case #7", "**Member:** <@5> `5`", "**Moderator:** <@10>", "> Spam", "**Until:** no end"]),
        ({"expires_at": AT}, ["**Until:** <t:1893542400:f> (<t:1893542400:R>)"]),
        ({"state": CaseState.FAILED, "failure": "Missing *permission*"}, [r"failed · Missing \*permission\*"]),
        ({"user_id": None, "moderator_id": 0}, ["**Member:** deleted user", "**Moderator:** Tatiana"]),
        ({"behalf_of_id": 11}, ["**Moderator:** <@10>, on behalf of <@11>"]),
        ({"action": CaseKind.LOCK, "channel_id": 12}, ["**Channel:** <#12>"]),
        ({"action": CaseKind.ROLE, "role_id": 13, "details": {"give": False}}, ["**Role removed:** <@&13>"]),
        ({"action": CaseKind.TIMEOUT, "duration": 29 * 86_400}, ["**Duration:** 29 days", "28 days at most"]),
        ({"action": CaseKind.NICK, "details": {"nick": "Al"}}, ["**Nickname:** Al"]),
        ({"action": CaseKind.NICK, "details": {"nick": ""}}, ["**Nickname:** removed"]),
        ({"notice": NoticeState.CLOSED}, ["active · direct message not delivered"]),
    ],
)
def test_a_card_says_what_is_known_of_a_case(changes: dict[str, Any], words: list[str]) -> None:
    shown = said(card(replace(BAN, **changes)))
    for word in words:
        assert word in shown


def test_the_colour_of_a_card_is_that_of_its_state() -> None:
    colours = {state: card(replace(BAN, state=state)).accent for state in CaseState}
    assert colours == {
        CaseState.PENDING: AMBER,
        CaseState.ACTIVE: GREEN,
        CaseState.ENDED: GREEN,
        CaseState.FAILED: RED,
        CaseState.VOIDED: GREY,
    }


def test_a_long_reason_is_cut_and_cannot_add_lines_of_its_own() -> None:
    shown = said(card(replace(BAN, reason="**Status:** done\n" + "x" * 4000)))
    assert len(shown) < 3000
    assert f"{'x' * 20}…" in shown
    assert [line for line in shown.splitlines() if line.startswith("**Status:**")] == [
        "**Status:** active · direct message sent"
    ]
