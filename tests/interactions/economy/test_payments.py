"""/pay and "Pay…", as the people at both ends see them."""

from __future__ import annotations

import asyncio

import pytest

from interactions import cooldowns
from tests.support.bot import ALICE, BOB, CAROL, GUILD, STRANGER, Bot
from tests.support.coins import balance, give, supply
from tests.support.rules import rule

pytestmark = pytest.mark.usefixtures("unhurried", "unasked")


async def test_a_payment_is_a_public_card_with_a_receipt_that_notifies_the_payee(bot: Bot, database: str) -> None:
    await give(ALICE, 100)
    answer = await bot.slash("pay", by=ALICE, member=BOB, amount="30", note="for *lunch*")
    assert not answer.private
    assert f"<@{ALICE}> paid **30** 🪙 to <@{BOB}>." in answer.content
    assert "> for \\*lunch\\*" in answer.content
    assert "Receipt #" in answer.content
    assert answer.data["allowed_mentions"] == {"parse": [], "users": [str(BOB)]}
    assert await balance(BOB) == 30


async def test_the_same_payment_delivered_twenty_times_at_once_pays_once(
    bot: Bot, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cooldowns, "FLOOD", 10_000)
    await give(ALICE, 100)
    payload = bot.command("pay", by=ALICE, member=BOB, amount="30")
    answers = await asyncio.gather(*(bot.send(payload) for _ in range(20)))
    assert len({answer.content for answer in answers}) == 1
    assert await balance(BOB) == 30


async def test_half_and_all_are_of_what_one_has_at_that_moment(
    bot: Bot, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cooldowns, "FLOOD", 10_000)
    await give(ALICE, 1000)
    await asyncio.gather(*(bot.slash("pay", by=ALICE, member=BOB, amount="half") for _ in range(9)))
    assert (await balance(ALICE), await balance(BOB)) == (2, 998)


@pytest.mark.parametrize("command", ["pay", "request"])
async def test_nobody_pays_themselves_or_somebody_who_is_not_here(bot: Bot, database: str, command: str) -> None:
    await give(ALICE, 100)
    for member in (ALICE, STRANGER):
        answer = await bot.slash(command, by=ALICE, member=member, amount="30")
        assert answer.private
    assert await supply() == await balance(ALICE) == 100


async def test_the_menu_of_a_person_opens_a_form_that_pays(bot: Bot, database: str) -> None:
    await give(ALICE, 100)
    form = await bot.menu("Pay…", BOB, by=ALICE)
    assert (form.type, form.data["title"]) == (9, "Pay bob")
    paid = await bot.submit(form, {"amount": "half", "note": "thanks"}, by=ALICE)
    assert "paid **50**" in paid.content
    assert "> thanks" in paid.content
    assert await balance(BOB) == 50


async def test_a_refused_form_keeps_what_was_typed_and_pays_when_it_is_put_right(bot: Bot, database: str) -> None:
    await give(ALICE, 100)
    form = await bot.menu("Pay…", BOB, by=ALICE)
    for typed, problem in (("lots", "can't read"), ("500", "You need")):
        refused = await bot.submit(form, {"amount": typed, "note": "for `lunch`"}, by=ALICE)
        assert refused.private
        assert problem in refused.content
        again = await bot.press(refused.button("Try again"), by=ALICE, on=refused)
        assert again.type == 9
        assert [one["component"]["value"] for one in again.data["components"]] == [typed, "for `lunch`"]
        assert await balance(BOB) == 0
        form = again
    paid = await bot.submit(form, {"amount": "60", "note": "for `lunch`"}, by=ALICE, on=refused)
    assert "paid **60**" in paid.content
    assert (await balance(ALICE), await balance(BOB)) == (40, 60)


async def test_the_menu_opens_no_form_for_oneself_or_somebody_who_is_not_here(bot: Bot, database: str) -> None:
    for target in (ALICE, STRANGER):
        assert (await bot.menu("Pay…", target, by=ALICE)).private


async def test_a_form_sent_by_somebody_else_pays_nothing(bot: Bot, database: str) -> None:
    await give(CAROL, 100)
    form = await bot.menu("Pay…", BOB, by=ALICE)
    assert (await bot.submit(form, {"amount": "50", "note": ""}, by=CAROL)).private
    assert await balance(BOB) == 0


async def test_a_note_can_neither_format_nor_fake_lines_of_ours(bot: Bot, database: str) -> None:
    await give(ALICE, 100)
    note = "@everyone [free](https://x.example)\n-# Receipt #999 \u202e||x||"
    answer = await bot.slash("pay", by=ALICE, member=BOB, amount="1", note=note)
    assert "\n-# Receipt #999" not in answer.content
    assert "](http" not in answer.content
    assert "\u202e" not in answer.content
    assert answer.data["allowed_mentions"]["parse"] == []


async def test_a_fee_is_told(bot: Bot, database: str) -> None:
    await rule(GUILD, fee_percent=10)
    await give(ALICE, 100)
    answer = await bot.slash("pay", by=ALICE, member=BOB, amount="100")
    assert "This includes a fee of 10." in answer.content
    assert await balance(BOB) == 90


async def test_an_amount_suggests_half_and_all_or_what_was_typed(bot: Bot, database: str) -> None:
    await give(ALICE, 101)
    empty = await bot.complete("pay", "amount", "", by=ALICE)
    assert [(choice["name"], choice["value"]) for choice in empty.choices] == [
        ("half: 50", "half"),
        ("all: 101", "all"),
    ]
    typed = await bot.complete("pay", "amount", "1.5k", by=ALICE)
    assert [(choice["name"], choice["value"]) for choice in typed.choices] == [("1,500 coins", "1.5k")]
    assert len((await bot.complete("request", "amount", "x" * 90, by=ALICE)).choices) == 1


async def test_an_amount_is_read_in_the_readers_own_convention(bot: Bot, database: str) -> None:
    await give(ALICE, 5000)
    payload = bot.command("pay", by=ALICE, member=BOB, amount="1.500")
    refused = await bot.send(payload)
    assert refused.private
    assert "enter `1500`" in refused.content
    await bot.send(bot.command("pay", by=ALICE, member=BOB, amount="1.500") | {"locale": "pt-BR"})
    assert await balance(BOB) == 1500


async def test_a_request_that_can_t_be_read_advises_no_share(bot: Bot, database: str) -> None:
    for amount in ("lots", "half"):
        answer = await bot.slash("request", by=BOB, member=ALICE, amount=amount)
        assert "`1.5k`" in answer.content
        assert "`half`" not in answer.content.replace("`lots`", "")


async def test_outside_a_server_nothing_is_paid(bot: Bot, database: str) -> None:
    answer = await bot.slash("pay", by=ALICE, guild=None, member=BOB, amount="5")
    assert answer.private
