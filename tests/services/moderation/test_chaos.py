"""Punishments while Discord is in trouble and workers are killed: each is done once, or known not to be."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.server import bind
from discord_api.permissions import Permissions
from models.moderation import CaseKind
from playground.app import create_playground
from playground.client.acting import Play
from playground.world.entities import Guild, Role, User
from playground.world.identity import Identity
from services.core.actors import Actor
from services.core.transactions import rows
from services.moderation import punishments
from services.moderation.case import Order
from tests.support.waiting import until
from tests.support.whole import SPEC, serving

ROOT = Path(__file__).parents[3]
GUILDS, FIRST_GUILD = 20, 900_000_000_000_000_000
KINDS = (CaseKind.BAN, CaseKind.KICK, CaseKind.TIMEOUT, CaseKind.NICK, CaseKind.SOFTBAN)
ENTRIES = {
    CaseKind.BAN: 22, CaseKind.SOFTBAN: 22, CaseKind.KICK: 20, CaseKind.TIMEOUT: 24, CaseKind.NICK: 24
}  # fmt: skip
FAULTS = {"server_errors": 0.1, "resets": 0.05, "lost_responses": 0.05}
BUSY_SHARE = 0.3  # of requests are told to slow down, for the sake of all (Discord counts no such refusal as invalid)
INVALID = (401, 403, 429)


class Troubled:
    """A Discord that asks to slow down now and then, and counts what it refuses."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.chance = app, random.Random(11)
        self.calls = self.invalid = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted(message: Message) -> None:
            self.invalid += message.get("status") in INVALID
            await send(message)

        self.calls += 1
        if scope["type"] != "http" or self.chance.random() >= BUSY_SHARE:
            await self.app(scope, receive, counted)
            return
        headers = [(b"content-type", b"application/json"), (b"x-ratelimit-scope", b"shared"), (b"via", b"1.1 google")]
        await send({"type": "http.response.start", "status": 429, "headers": headers})
        body = b'{"message": "slow down", "retry_after": 0.05, "global": false}'
        await send({"type": "http.response.body", "body": body})


class World(NamedTuple):
    """Discord, reachable by processes of their own."""

    play: Play
    address: str
    token: str
    troubled: Troubled


@pytest.fixture
async def discord() -> AsyncIterator[World]:
    identity, place = Identity.new(), bind("127.0.0.1", 0)
    address = f"http://127.0.0.1:{place.getsockname()[1]}"
    playground = create_playground(identity, SPEC, url=address)
    troubled = Troubled(playground)
    async with serving(troubled, place):
        yield World(playground.state.play, address, identity.token, troubled)


@pytest.fixture
def start(database: str, discord: World) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts workers in processes of their own; none of them outlives the test."""
    started: list[subprocess.Popen[bytes]] = []

    def one() -> subprocess.Popen[bytes]:
        module = "tests.services.moderation.acting_process"
        command = [sys.executable, "-m", module, database, f"{discord.address}/api/v10", discord.token]
        started.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        return started[-1]

    yield one
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.timeout(1_200)
async def test_punishments_under_faults_and_killed_workers_are_done_once_or_known_to_have_failed(
    discord: World, start: Callable[[], subprocess.Popen[bytes]], full: bool
) -> None:
    count, deaths, chance = (500, 30, random.Random(5)) if full else (50, 2, random.Random(5))
    ordered = await _order(discord.play, count)
    with discord.play.faults(**FAULTS):
        for _ in range(deaths):
            worker = start()
            lives = discord.troubled.calls + chance.randrange(10, 4 * count // deaths)  # calls until it dies
            await until(partial(_dead_after, discord.troubled, lives), seconds=120)
            worker.kill()
            worker.wait()
        start()
        await until(_all_settled, seconds=900)
    found = await rows("SELECT guild_id, number, state, failure, notice FROM moderation_logs ORDER BY number")
    done = [row for row in found if row["state"] in ("active", "ended")]
    assert len(found) == count
    assert len(done) >= 0.99 * count, [row for row in found if row not in done]
    for row in found:
        guild_id, user_id, kind = ordered[row["number"], row["guild_id"]]
        entries = Counter((one.action_type, one.target_id) for one in discord.play.world.guilds[guild_id].audit_log)
        assert entries[ENTRIES[kind], user_id] == (1 if row in done else 0), (row, kind)
        messages = [one.content for one in discord.play.world.dm_with(user_id).messages.values()]
        assert len(messages) == len(set(messages)), (row, messages)
        assert len(messages) <= (1 if row in done else 2), (row, messages)
        assert row["notice"] != "waiting", row
    assert discord.troubled.invalid <= 50


async def _order(play: Play, count: int) -> dict[tuple[int, int], tuple[int, int, CaseKind]]:
    """Order punishments of all kinds, each for a member of their own."""
    guild_ids = [
        _guild(play, 900_000_000_000_000_000 + place * 1_000_000, count // GUILDS + 1) for place in range(GUILDS)
    ]
    ordered = {}
    for place in range(count):
        guild_id, kind = guild_ids[place % GUILDS], KINDS[place % len(KINDS)]
        user_id = guild_id + 1000 + place // GUILDS
        duration = 600 if kind is CaseKind.TIMEOUT else None
        wish = Order(
            action=kind,
            user_id=user_id,
            reason="chaos",
            duration=duration,
            notify=place % 3 == 0,  # Discord lets bots open only a few channels at once
            details={"nick": "quiet"},
        )
        case = await punishments.order(guild_id, Actor(guild_id + 2, "test"), wish, key=f"chaos:{place}")
        ordered[case.number, guild_id] = guild_id, user_id, kind
    return ordered


def _guild(play: Play, guild_id: int, members: int) -> int:
    """A server with members, above whom the bot ranks."""
    world, bot_role = play.world, guild_id + 1
    guild = world.guilds[guild_id] = Guild(guild_id, f"Server {guild_id}", guild_id + 2, "en-US")
    guild.roles[guild_id] = Role(guild_id, "@everyone", 0, Permissions.none())
    guild.roles[bot_role] = Role(bot_role, "Tatiana", 1, Permissions.ADMINISTRATOR, managed=True, bot_id=world.bot.id)
    world.join(guild, world.bot.id, [bot_role])
    for user_id in [guild_id + 2, *range(guild_id + 1000, guild_id + 1000 + members)]:
        world.users[user_id] = User(user_id, f"user{user_id}", None)
        world.join(guild, user_id)
    return guild_id


async def _all_settled() -> bool:
    return not await rows("SELECT FROM moderation_logs WHERE state = 'pending'")


async def _dead_after(troubled: Troubled, calls: int) -> bool:
    return troubled.calls >= calls or await _all_settled()
