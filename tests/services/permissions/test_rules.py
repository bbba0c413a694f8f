"""Command rules: what asking costs where there are none, and when a change is seen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.redis import connect
from services import permissions as command_rules
from services.core import store, transactions
from services.core.actors import Actor
from services.core.errors import Conflict
from services.core.transactions import rows, transaction
from services.permissions import Kind, Target, rule_cache
from tests.support.bot import ALICE, GUILD, MANAGER, OTHER_GUILD
from tests.support.waiting import until

ADMIN = Actor(MANAGER, "r")

EVERYONE = Target(Kind.ROLE, GUILD)
SHE = Target(Kind.MEMBER, ALICE)


@contextmanager
def questions() -> Iterator[list[str]]:
    """Every statement that rules were looked up with."""
    asked: list[str] = []

    async def noting(sql: str, *values: object) -> list[transactions.Row]:
        asked.append(sql)
        return await transactions.rows(sql, *values)

    before, rule_cache.rows = rule_cache.rows, noting  # type: ignore[attr-defined]
    yield asked
    rule_cache.rows = before  # type: ignore[attr-defined]


# Which rule counts


# What asking costs, and what is seen when


async def test_guilds_without_rules_are_asked_for_once_in_five_seconds_for_all_of_them(database: str) -> None:
    await command_rules.put(OTHER_GUILD, ADMIN, "bet", EVERYONE, allowed=False)
    with questions() as asked:
        for guild_id in range(1, 500):
            assert await command_rules.of(guild_id) == ()
        assert len(asked) <= 1


async def test_rules_are_read_once_in_five_seconds(database: str) -> None:
    await command_rules.put(GUILD, ADMIN, "bet", EVERYONE, allowed=False)
    with questions() as asked:
        for _ in range(100):
            assert len(await command_rules.of(GUILD)) == 1
        assert len(asked) <= 2


async def test_a_change_is_seen_at_once_and_an_undone_one_never(database: str) -> None:
    assert await command_rules.of(GUILD) == ()
    await command_rules.put(GUILD, ADMIN, "bet", EVERYONE, allowed=False)
    assert [one.allowed for one in await command_rules.of(GUILD)] == [False]
    await command_rules.put(GUILD, ADMIN, "bet", EVERYONE, allowed=True)
    assert [one.allowed for one in await command_rules.of(GUILD)] == [True]

    async def fail() -> None:
        async with transaction():
            await command_rules.put(GUILD, ADMIN, "bet", EVERYONE, allowed=False)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await fail()
    assert [one.allowed for one in await command_rules.of(GUILD)] == [True]
    await command_rules.drop(GUILD, ADMIN, "bet", None)
    assert await command_rules.of(GUILD) == ()


async def test_what_was_read_before_a_change_is_not_remembered_after_it(database: str) -> None:
    """Readers race with an admin; whoever asks after the change was answered gets it."""
    await command_rules.put(GUILD, ADMIN, "bet", EVERYONE, allowed=False)
    stop = asyncio.Event()

    async def read() -> None:
        while not stop.is_set():
            await command_rules.of(GUILD)
            rule_cache._memory.rules.pop(GUILD, None)

    readers = [asyncio.create_task(read()) for _ in range(4)]
    for turn in range(40):
        allowed = turn % 2 == 0
        await command_rules.put(GUILD, ADMIN, "bet", EVERYONE, allowed=allowed)
        assert [one.allowed for one in await command_rules.of(GUILD)] == [allowed]
    stop.set()
    await asyncio.gather(*readers)


async def test_what_another_process_says_is_heard(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_cache, "RENEWED", 3600.0)
    monkeypatch.setattr(rule_cache, "REMEMBERED", 3600.0)
    redis = connect(None)
    store.use(redis)
    stop = asyncio.Event()
    keeping = asyncio.create_task(command_rules.keep(stop))

    async def listened_to() -> bool:
        return bool((await redis.pubsub_numsub(rule_cache.CHANNEL))[0][1])

    async def known() -> bool:
        return bool(await command_rules.of(GUILD))

    await until(listened_to)
    assert not await known()
    # As another process does it: stored there, and told.
    await rows(
        "INSERT INTO command_rules (guild_id, command, target_kind, target_id, allowed, actor_id, made_at) "
        "VALUES ($1, 'bet', 'role', $1, false, 1, now())",
        GUILD,
    )
    assert not await known()
    await store.publish(rule_cache.CHANNEL, str(GUILD).encode())
    await until(known)
    stop.set()
    await keeping
    await redis.aclose()


# Changing them


async def test_each_change_stands_in_the_log_and_a_repeat_does_not(database: str) -> None:
    assert await command_rules.put(GUILD, ADMIN, "bet", SHE, allowed=False) is None
    assert await command_rules.put(GUILD, ADMIN, "bet", SHE, allowed=False) is False
    assert await command_rules.put(GUILD, ADMIN, "bet", SHE, allowed=True) is False
    assert await command_rules.drop(GUILD, ADMIN, None, SHE) == [("bet", SHE)]
    assert await command_rules.drop(GUILD, ADMIN, None, SHE) == []
    said = await rows("SELECT action, actor_id, target FROM audit_log WHERE guild_id = $1 ORDER BY id", GUILD)
    assert [(one["action"], one["actor_id"], one["target"]) for one in said] == [
        ("command_rules.deny", MANAGER, "bet"),
        ("command_rules.allow", MANAGER, "bet"),
        ("command_rules.reset", MANAGER, "bet"),
    ]


async def test_rules_of_one_guild_are_nothing_to_another(database: str) -> None:
    await command_rules.put(GUILD, ADMIN, "bet", EVERYONE, allowed=False)
    assert await command_rules.of(OTHER_GUILD) == ()
    assert await command_rules.drop(OTHER_GUILD, ADMIN, "bet", None) == []
    assert len(await command_rules.of(GUILD)) == 1


async def test_no_rule_is_made_for_what_admins_need(database: str) -> None:
    for name in ("permissions", "permissions deny", "config set", "setup", "doctor"):
        for allowed in (True, False):
            with pytest.raises(command_rules.Protected):
                await command_rules.put(GUILD, ADMIN, name, SHE, allowed=allowed)
    assert await command_rules.of(GUILD) == ()


async def test_a_guild_has_room_for_so_many_rules_even_when_admins_race(database: str) -> None:
    most = command_rules.MAX_RULES_PER_GUILD
    for member in range(1, most - 7):
        await command_rules.put(GUILD, ADMIN, "bet", Target(Kind.MEMBER, member), allowed=False)
    targets = [Target(Kind.MEMBER, member) for member in range(most + 1, most + 17)]
    made = await asyncio.gather(
        *(command_rules.put(GUILD, ADMIN, "bet", target, allowed=False) for target in targets), return_exceptions=True
    )
    assert sum(isinstance(one, Conflict) for one in made) == 8
    assert len(await command_rules.read(GUILD)) == most


async def test_two_admins_who_decide_the_same_at_once_make_one_rule(database: str) -> None:
    await asyncio.gather(*(command_rules.put(GUILD, ADMIN, "bet", SHE, allowed=True) for _ in range(10)))
    assert len(await command_rules.read(GUILD)) == 1
    (counted,) = await rows("SELECT count(*)::int AS acts FROM audit_log WHERE guild_id = $1", GUILD)
    assert counted["acts"] == 1
