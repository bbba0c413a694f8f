"""Whoever asks again without knowing what the first time led to is asked back, and nothing is done twice by mistake."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from interactions import dispatch, retries
from interactions.context import Context, context_of
from interactions.declare import COMMANDS, Kind, command
from interactions.responses import Reply, reply
from services.core import areas, unknown_outcomes
from services.core.transactions import rows
from services.directory import hierarchy
from tests.support.bot import ALICE, BOB, CAROL, MANAGER, Answer, Bot, filled
from tests.support.coins import balance, give
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("unasked")

AGAIN, LEAVE = "Do it again", "Don't"
WRITING = sorted(name for kind, name in COMMANDS if kind is Kind.CHAT and COMMANDS[kind, name].writes)
FIRST = "interaction:1"
THINKING = 5


async def doubt(payload: dict[str, Any], *, led_to: str = "") -> None:
    """As if the same had been asked for ten seconds ago, and nobody had been told what it led to."""
    made = retries.doubt_of(payload, context_of(payload, "1"))._replace(key=FIRST)
    await unknown_outcomes.note(made)
    await rows("UPDATE doubts SET created_at = created_at - interval '10 seconds'")
    if led_to:
        stored = "INSERT INTO receipts (guild_id, key, user_id, action, refused) VALUES ($1, $2, $3, 'pay', $4)"
        await rows(stored, made.guild_id, FIRST, made.user_id, led_to == "nothing")


def asked(answer: Answer) -> bool:
    return any(component.get("label") == AGAIN for component in answer.components)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("name", WRITING)
async def test_each_command_that_changes_something_asks_before_a_retry(
    bot: Bot, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hierarchy, "PATIENCE", 0.05)  # nothing here says who ranks above whom
    payload = bot.command(name, by=MANAGER, **filled(name))
    await doubt(payload)
    answer = await bot.send(payload)
    assert asked(answer)
    assert answer.private
    assert f"**/{name.split(' ', maxsplit=1)[0]}**" in answer.content
    assert "may have gone through" in answer.content


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("name", "record"),
    [("shop buy", "`/transactions`"), ("note", "`/case list`"), ("language", "")],
)
async def test_whoever_is_asked_is_told_where_to_look_first(
    bot: Bot, name: str, record: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hierarchy, "PATIENCE", 0.05)  # nothing here says who ranks above whom
    payload = bot.command(name, by=MANAGER, **filled(name))
    await doubt(payload)
    answer = await bot.send(payload)
    assert asked(answer)
    assert "".join(re.findall("`/.+?`", answer.content)) == record


async def test_every_record_that_an_area_names_is_a_command() -> None:
    named = {area.record for area in areas.declared() if area.record}
    assert named <= {name for kind, name in COMMANDS if kind is Kind.CHAT}


@pytest.mark.usefixtures("database")
async def test_a_click_that_may_have_counted_is_asked_about_too(bot: Bot) -> None:
    await give(ALICE, 100)
    offered = await bot.slash("pay", by=ALICE, member=BOB, amount="60", ask_first=True)
    press = bot.pressed(offered.button("Accept"), by=BOB, on=offered)
    await doubt(press)
    question = await bot.send(press)
    assert asked(question)
    accepted = await bot.press(question.button(AGAIN), by=BOB, on=question)
    assert "60" in accepted.content
    assert await balance(BOB) == 60


@pytest.mark.usefixtures("database")
async def test_a_confirmed_retry_pays_once_however_often_it_is_pressed(bot: Bot) -> None:
    await give(ALICE, 100)
    payload = bot.command("pay", by=ALICE, member=BOB, amount="30", note="*rent*")
    await doubt(payload, led_to="done")
    question = await bot.send(payload)
    assert f"**/pay** member: <@{BOB}> amount: 30 note: \\*rent\\*" in question.content
    assert "go through" in question.content
    assert "/transactions" in question.content
    assert await balance(BOB) == 0
    pressed = [bot.press(question.button(AGAIN), by=ALICE, on=question) for _ in range(5)]
    answers = await asyncio.gather(*pressed)
    assert sorted(" paid **30** " in answer.content for answer in answers) == [False] * 4 + [True]
    assert await balance(BOB) == 30


@pytest.mark.usefixtures("database")
async def test_a_retry_that_is_dropped_does_nothing_then_or_later(bot: Bot) -> None:
    await give(ALICE, 100)
    payload = bot.command("pay", by=ALICE, member=BOB, amount="30")
    await doubt(payload)
    question = await bot.send(payload)
    assert "didn't do it" in (await bot.press(question.button(LEAVE), by=ALICE, on=question)).content
    assert " paid " not in (await bot.press(question.button(AGAIN), by=ALICE, on=question)).content
    assert await balance(BOB) == 0


@pytest.mark.usefixtures("database")
async def test_what_came_to_nothing_or_was_asked_by_or_for_others_is_no_retry(bot: Bot) -> None:
    await give(ALICE, 100)
    await give(CAROL, 100)
    payload = bot.command("pay", by=ALICE, member=BOB, amount="30")
    await doubt(payload, led_to="nothing")
    assert not asked(await bot.send(payload))
    await rows("DELETE FROM doubts")
    await doubt(payload)
    for by, member, amount in [(CAROL, BOB, "30"), (ALICE, CAROL, "30"), (ALICE, BOB, "31")]:
        assert not asked(await bot.slash("pay", by=by, member=member, amount=amount))
    await rows("UPDATE doubts SET created_at = created_at - interval '10 minutes'")
    assert not asked(await bot.slash("pay", by=ALICE, member=BOB, amount="30"))


@pytest.mark.usefixtures("database")
async def test_a_confirmed_retry_is_checked_like_the_command_itself(bot: Bot) -> None:
    payload = bot.command("economy grant", by=MANAGER, member=BOB, amount="5")
    await doubt(payload)
    question = await bot.send(payload)
    pressed = bot.pressed(question.button(AGAIN), by=MANAGER, on=question)
    pressed["member"]["permissions"] = "0"
    assert (await bot.send(pressed)).private
    assert await balance(BOB) == 0


@pytest.fixture
async def slow(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncio.Event]:
    """A command that pays once it is let go."""
    monkeypatch.setattr(dispatch, "PATIENCE", 0.05)
    go_on = asyncio.Event()

    @command("slow pay", "Pays late", writes=True)
    async def handler(ctx: Context) -> Reply:
        await go_on.wait()
        await give(ctx.member.id, 5, ctx.guild_id)
        return reply("paid late")

    yield go_on
    go_on.set()
    del COMMANDS[Kind.CHAT, "slow pay"]


@pytest.mark.usefixtures("database")
async def test_what_still_shows_thinking_is_asked_about(
    bot: Bot, slow: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await bot.slash("slow pay")).type == THINKING
    await rows("UPDATE doubts SET created_at = created_at - interval '10 seconds'")
    monkeypatch.setattr(dispatch, "PATIENCE", 60.0)
    assert asked(await bot.slash("slow pay"))
    slow.set()
    await until(lambda: balance(ALICE))
    assert await balance(ALICE) == 5


@pytest.mark.usefixtures("database")
async def test_a_confirmed_retry_that_shows_thinking_is_asked_about_as_the_command_that_it_is(
    bot: Bot, slow: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = bot.command("slow pay", by=ALICE)
    await doubt(payload)
    with monkeypatch.context() as patient:
        patient.setattr(dispatch, "PATIENCE", 60.0)
        question = await bot.send(payload)
    assert (await bot.press(question.button(AGAIN), by=ALICE, on=question)).content == ""
    await rows("DELETE FROM doubts WHERE key = $1", FIRST)
    await rows("UPDATE doubts SET created_at = created_at - interval '10 seconds'")
    monkeypatch.setattr(dispatch, "PATIENCE", 60.0)
    assert asked(await bot.slash("slow pay", by=ALICE))
    slow.set()
    await until(lambda: balance(ALICE))
    assert await balance(ALICE) == 5


@pytest.mark.usefixtures("database")
async def test_a_press_that_is_delivered_again_gets_its_first_answer_although_it_used_the_question_up(bot: Bot) -> None:
    await give(ALICE, 100)
    payload = bot.command("pay", by=ALICE, member=BOB, amount="30")
    await doubt(payload, led_to="done")
    question = await bot.send(payload)
    press = bot.pressed(question.button(AGAIN), by=ALICE, on=question)
    first = await bot.send(press)
    assert " paid **30** " in first.content
    assert (await bot.send(press)).content == first.content
    assert await balance(BOB) == 30
