"""The log channel: the staff reads there what was done, once, in their language, and without being pinged."""

from __future__ import annotations

import asyncio

import pytest

from discord_api.permissions import Overwrite, Permissions
from playground.client.acting import Play
from playground.world.cast import ALICE, HARBOUR, MANAGER, PRACA, WATCH_ROOM
from playground.world.entities import Message
from services import settings
from services.core import audit, jobs
from services.core.actors import Actor
from services.core.amounts import Amount
from services.core.probes import State
from services.core.transactions import rows, transaction
from services.core.worker import Task, Worker
from services.directory.scopes import GUILDS_READ
from services.economy import corrections, reversals
from services.health import doctor
from services.identity import api_keys, live_members
from services.protection import log_channel, log_posts
from services.settings import Source
from tests.support.browser import browser, words
from tests.support.waiting import until
from tests.support.whole import Whole

ADMIN = Actor(MANAGER, "test")


@pytest.fixture
async def channel(play: Play) -> Play:
    """The Harbour with a log channel in which nothing stands yet."""
    await choose(play)
    return play


async def choose(play: Play, **more: str) -> None:
    wanted = {"general.log_channel_id": str(WATCH_ROOM), **{f"general.{key}": value for key, value in more.items()}}
    await settings.save(HARBOUR, MANAGER, wanted, source=Source.COMMAND)
    await delivered()
    play.world.channel(WATCH_ROOM).messages.clear()


async def delivered() -> None:
    """All that waits was posted, or can't be."""
    await log_posts.spread()
    await until(nothing_waits)


async def nothing_waits() -> bool:
    return not await rows("SELECT FROM log_posts UNION ALL SELECT FROM jobs WHERE kind = $1", log_posts.JOB)


def messages(play: Play) -> list[Message]:
    return list(play.world.channel(WATCH_ROOM).messages.values())


def told(play: Play) -> str:
    return "\n".join(message.content for message in messages(play))


async def give(coins: int, reason: str = "") -> int:
    alice = await live_members.find(HARBOUR, ALICE)
    made = await corrections.grant(HARBOUR, ADMIN, alice, coins, reason, key=f"give {coins}")
    return made.number


async def test_whatever_admins_do_stands_in_the_log_channel(channel: Play) -> None:
    number = await give(500, "Won the *regatta*")
    await corrections.take(HARBOUR, ADMIN, ALICE, Amount(20), "", key="take")
    await corrections.freeze(HARBOUR, ADMIN, ALICE, "Looks odd")
    await corrections.unfreeze(HARBOUR, ADMIN, ALICE, "")
    plan = await reversals.plan(HARBOUR, ADMIN, number, "Wrong person")
    await reversals.confirm(HARBOUR, ADMIN, plan.id, key="undo")
    key, _ = await api_keys.create(HARBOUR, MANAGER, "Website", {GUILDS_READ})
    await api_keys.revoke(HARBOUR, MANAGER, key.id)
    await settings.save(HARBOUR, MANAGER, {"economy.daily": 250}, source=Source.COMMAND)
    await delivered()
    lines = told(channel).split("\n<t:")
    who = f"<@{MANAGER}> · "
    expected = (
        ("**Gave coins**", f"<@{ALICE}>", "Coins: 500", r"Reason: Won the \*regatta\*"),
        ("**Took coins**", f"<@{ALICE}>", "Coins: 20"),
        ("**Froze a wallet**", f"<@{ALICE}>", "Reason: Looks odd"),
        ("**Unfroze a wallet**", f"<@{ALICE}>"),
        ("**Reversed a transfer**", "Reason: Wrong person"),
        ("**Created an API key**", "Name: Website"),
        ("**Revoked an API key**",),
        ("**Changed settings**", "Daily pay: 200 → 250"),
    )
    assert len(lines) == len(expected), told(channel)
    for line, parts in zip(lines, expected, strict=True):
        assert [part for part in (who, *parts) if part not in line] == [], line
    assert f"/servers/{HARBOUR}/transfers/{number}" in lines[0]


async def test_many_acts_are_few_messages_and_nobody_is_pinged(channel: Play) -> None:
    alice = await live_members.find(HARBOUR, ALICE)
    async with transaction():
        for number in range(30):
            await corrections.grant(HARBOUR, ADMIN, alice, 5, f"@everyone {'x' * 100}", key=f"give {number}")
    await delivered()
    assert told(channel).count("**Gave coins**") == 30
    assert len(messages(channel)) <= 5
    assert all(len(message.content) <= 2000 for message in messages(channel))
    assert [
        message.id for message in messages(channel) if message.pinged or message.pinged_roles or message.pings_everyone
    ] == []


async def test_it_speaks_the_servers_language_and_discords_where_none_was_chosen(play: Play) -> None:
    await choose(play, language="pt-BR")
    await give(5)
    await delivered()
    assert "Deu moedas" in told(play)
    play.world.guilds[HARBOUR].locale = "es-ES"
    await choose(play, language="auto")
    await give(6)
    await delivered()
    assert "Dio monedas" in told(play)


async def test_a_message_whose_answer_was_lost_appears_once(channel: Play) -> None:
    await give(7)
    await delivered()
    (row,) = await rows("SELECT max(id) AS id FROM audit_log WHERE guild_id = $1", HARBOUR)
    # As the row stands if the process dies between Discord's answer and its own note of it.
    await rows("INSERT INTO log_posts (guild_id, event_id, batch) VALUES ($1, $2, $2)", HARBOUR, row["id"])
    await give(8)
    await delivered()
    assert [message.content.count("Coins: 7") for message in messages(channel)] == [1, 0]
    assert told(channel).count("Coins: 8") == 1


async def test_staff_who_sign_in_and_jobs_that_fail_are_told_but_not_members(whole: Whole, channel: Play) -> None:
    for person in (ALICE, MANAGER):
        async with browser(whole) as window:
            await window.sign_in(person)
    await jobs.enqueue("sink", {}, guild_id=HARBOUR, max_attempts=1)
    stop = asyncio.Event()
    working = asyncio.create_task(Worker({"sink": _sink}).run(stop))
    await until(lambda: "A background job failed and won't be retried** · sink" in told(channel))
    await until(lambda: f"<@{MANAGER}> · **Signed in**" in told(channel))
    stop.set()
    await working
    assert f"<@{ALICE}> · **Signed in**" not in told(channel)


async def test_a_test_message_clears_the_warning(channel: Play) -> None:
    await rows("INSERT INTO log_channel_faults VALUES ($1, $2, now())", HARBOUR, WATCH_ROOM)
    assert await log_posts.broken_since(HARBOUR) is not None
    await log_channel.try_out(HARBOUR, "sam", key="try")
    assert await log_posts.broken_since(HARBOUR) is None


async def _give_and_fail() -> None:
    async with transaction():
        await give(9)
        raise ZeroDivisionError


async def _sink(_task: Task) -> None:
    raise ZeroDivisionError


async def broken() -> list[str]:
    return [one.module for one in await doctor.examine(HARBOUR, "logs") if one.state is State.BROKEN]


async def overview(whole: Whole) -> str:
    async with browser(whole) as window:
        await window.sign_in(MANAGER)
        return words(await window.get(f"/servers/{HARBOUR}"))


async def test_what_did_not_happen_is_not_told(channel: Play) -> None:
    with pytest.raises(ZeroDivisionError):
        await _give_and_fail()
    await give(10)
    await delivered()
    assert ("Coins: 9" in told(channel), "Coins: 10" in told(channel)) == (False, True)


async def test_a_server_without_a_log_channel_costs_nothing(play: Play) -> None:
    await give(5)
    assert await rows("SELECT FROM log_posts") == []
    await log_posts.spread()
    assert await rows("SELECT FROM jobs WHERE kind = $1", log_posts.JOB) == []


@pytest.mark.parametrize("fault", ["hidden", "read-only", "deleted", "of another server"])
async def test_a_channel_that_cant_be_written_to_is_reported_once_until_it_is_mended(
    whole: Whole, channel: Play, fault: str
) -> None:
    world = channel.world
    room = world.channels[WATCH_ROOM]
    bot = world.bot.id
    match fault:
        case "hidden":
            room.overwrites.append(Overwrite(bot, Permissions(0), Permissions.VIEW_CHANNEL))
        case "read-only":
            room.overwrites.append(Overwrite(bot, Permissions(0), Permissions.SEND_MESSAGES))
        case "deleted":
            del world.channels[WATCH_ROOM]
        case _:
            room.guild_id = PRACA
    for coins in (5, 6):
        await give(coins)
        await delivered()
    found = [one.action for one in await audit.page(HARBOUR)]
    assert found.count("log_channel.broken") == 1
    assert "logs" in await broken()
    assert await log_posts.broken_since(HARBOUR) is not None
    assert "I can't post in the log channel" in await overview(whole)
    world.channels[WATCH_ROOM] = room
    room.guild_id = HARBOUR
    room.overwrites = [overwrite for overwrite in room.overwrites if overwrite.target_id != bot]
    await give(7)
    await delivered()
    await delivered()
    assert (await broken(), await log_posts.broken_since(HARBOUR)) == ([], None)
    assert "I can't post in the log channel" not in await overview(whole)
    assert [one.action for one in await audit.page(HARBOUR)].count("log_channel.mended") == 1
    assert "Coins: 7" in told(channel)
    assert "can post in the log channel again" in told(channel)
