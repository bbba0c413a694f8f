"""No amount that anybody types, into whichever command, moves a coin that it should not."""

from __future__ import annotations

from typing import Any

import pytest

from interactions import cooldowns
from interactions.context import Member
from interactions.declare import COMMANDS, Command, Kind
from models import Offer
from tests.support.bot import ALICE, BOB, MANAGER, Bot
from tests.support.coins import balances, give

pytestmark = pytest.mark.usefixtures("unasked")

HOSTILE = [
    *("", " ", "0", "-1", "-0", "+1", "--1", "−5", "0.5", "1.5", "1,5", "1.", ".5", ".5k", "1.k", "0k", "0.0001k"),
    *("1.2345k", "1..5k", "1k1", "1kk", "k", "1e3", "1E3", "0x10", "0b1", "0o7", "1_000", "1,00"),
    *("1,0000", "10,00,000", "1'000", "٣", "½", "²", "Ⅷ", "NaN", "inf", "-inf", "Infinity", "null", "true"),
    *(
        "1000000000001",
        "999999999b",
        "1001b",
        "9" * 15,
        "9" * 16,
        "9" * 40,
        str(2**63),
        str(2**64 + 100),
        "-" + str(2**63),
    ),
    *("half half", "allall", "all coins coins", "-all", "all-1", "half+1", "50%", "$5", "5$", "5;5", "5' OR 1=1 --"),
    *("{coins}", "%d", "%s", "\\u0035", "`5`", "<@5>", "5\n5", "\u202e5", "5\u200b", "ALL THE COINS", "1\u0660"),
]


def _with_amounts() -> list[Command]:
    return [
        c for (kind, _), c in COMMANDS.items() if kind is Kind.CHAT and any(p.name == "amount" for p in c.parameters)
    ]


def _others(command: Command) -> dict[str, Any]:
    """Whatever else the command wants, with nothing wrong about it."""
    given: dict[str, Any] = {}
    for parameter in command.parameters:
        if parameter.required and parameter.name != "amount":
            given[parameter.name] = BOB if parameter.type is Member else _value(parameter.type, parameter)
    return given


def _value(kind: type, parameter: Any) -> Any:
    if parameter.choices:
        return parameter.choices[0].value
    return (parameter.option.min or 1) if kind is int else "something"


def test_there_are_enough_of_them_and_commands_to_try_them_on() -> None:
    assert len(set(HOSTILE)) >= 40
    assert {command.name for command in _with_amounts()} >= {"pay", "request", "economy grant", "economy take"}


@pytest.mark.parametrize("amount", HOSTILE, ids=ascii)
async def test_a_hostile_amount_is_refused_privately_and_moves_nothing(
    bot: Bot, database: str, monkeypatch: pytest.MonkeyPatch, amount: str
) -> None:
    monkeypatch.setattr(cooldowns, "FLOOD", 10_000)
    await give(ALICE, 100)
    await give(BOB, 100)
    await give(MANAGER, 100)
    before = await balances()
    for command in _with_amounts():
        for more in ({}, {"ask_first": True}) if command.name == "pay" else ({},):
            who = MANAGER if command.requires else ALICE
            answer = await bot.slash(command.name, by=who, amount=amount, **_others(command), **more)
            assert (answer.status, answer.type) == (200, 4), command.name
            assert answer.private, command.name
            assert "on my side" not in answer.content, command.name
    form = await bot.menu("Pay…", BOB, by=ALICE)
    assert (await bot.submit(form, {"amount": amount, "note": ""}, by=ALICE)).private
    assert {account: coins for account, coins in (await balances()).items() if coins} == before
    assert await Offer.all().count() == 0


@pytest.mark.parametrize("amount", ["101", "1k", "1,000", "1000000000000"])
async def test_more_than_one_has_is_refused_and_moves_nothing(bot: Bot, database: str, amount: str) -> None:
    await give(ALICE, 100)
    before = await balances()
    for answer, told in (
        (await bot.slash("pay", by=ALICE, member=BOB, amount=amount), "but have 100."),
        (await bot.slash("pay", by=ALICE, member=BOB, amount=amount, ask_first=True), "but have 100."),
        (await bot.slash("economy take", by=MANAGER, member=ALICE, amount=amount), "only has 100 coins."),
    ):
        assert answer.private
        assert told in answer.content
    assert {account: coins for account, coins in (await balances()).items() if coins} == before


@pytest.mark.parametrize(
    ("amount", "coins"),
    [("250", 250), ("1,000", 1000), ("1 000", 1000), ("1.5k", 1500), ("1,5K", 1500), ("half", 1000), ("ALL", 2000)],
)
async def test_amounts_as_people_write_them_are_understood(bot: Bot, database: str, amount: str, coins: int) -> None:
    await give(ALICE, 2000)
    await bot.slash("pay", by=ALICE, member=BOB, amount=amount)
    assert (await balances())["wallet", BOB] == coins
