"""Live updates: memory of idle sockets, time until an event reaches two hundred, and the cost for payments."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
from redis.asyncio import Redis
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from app import database
from app.database_url import credentials
from app.server import bind, serve
from bench.load import Served, served
from bench.requests import OURS
from models import AccountKind
from playground.app import create_playground
from playground.world.cast import CAPTAIN, HARBOUR
from playground.world.entities import User
from playground.world.identity import Identity
from services.core import store
from services.core.actors import SomePerson
from services.core.amounts import Amount
from services.core.transactions import rows, transaction
from services.economy import ledger, payments
from services.economy.ledger import Move
from services.identity import sessions
from services.live import signals

IDLE = 1_000
WATCHING = 200
EVENTS = 100
EACH = 20  # sockets per person
PAYERS = 10
IN_FLIGHT = 8
ROUNDS = 7
ORIGIN = "http://localhost"
FIRST = 900_000_000_000_000_000  # lowest id of the invented people


def measure(environment: dict[str, str], seconds: float) -> list[str]:
    """The lines of the table."""
    return asyncio.run(_measure(environment, seconds))


async def _measure(environment: dict[str, str], seconds: float) -> list[str]:
    await database.connect(database.config(environment["DATABASE_URL"]))
    async with _discord() as discords, Redis.from_url(environment["REDIS_URL"]) as redis:
        store.use(redis)
        signals.begin(by_redis=True)
        cookies = [await sessions.start(FIRST + number) for number in range(IDLE // EACH)]
        with served(OURS, environment | discords) as server:
            memory = await _memory(server, cookies)
            delays = await _delays(server, cookies)
    cost = await _cost(environment["DATABASE_URL"], seconds)
    await database.close()
    p50, p99 = (statistics.quantiles(delays, n=100)[place] * 1e3 for place in (49, 98))
    return [
        "| live updates | |",
        "|---|---|",
        f"| {IDLE:,} idle sockets, each watching a server | {memory:.1f} MiB |",
        f"| an event from another process to {WATCHING} sockets, p50 | {p50:.0f} ms |",
        f"| the same, p99 | {p99:.0f} ms |",
        f"| payments a second with events, against without | {cost:.2f} |",
    ]


@asynccontextmanager
async def _discord() -> AsyncIterator[dict[str, str]]:
    """A playground where the invented people manage a server, and its address."""
    identity, listening, stop = Identity.new(), bind("127.0.0.1", 0), asyncio.Event()
    url = "http://127.0.0.1:{1}".format(*listening.getsockname())
    app = create_playground(identity, url=url)
    world = app.state.play.world
    for number in range(IDLE // EACH):
        person = User(FIRST + number, f"person{number}", None)
        world.users[person.id] = person
        world.join(world.guild(HARBOUR), person.id, [CAPTAIN])
    serving = asyncio.create_task(serve([(app, listening)], stop=stop))
    yield {"DISCORD_API_URL": f"{url}/api/v10", "DISCORD_BOT_TOKEN": identity.token, "PUBLIC_URL": ORIGIN}
    stop.set()
    await serving


@asynccontextmanager
async def _watching(server: Served, cookies: list[str], count: int) -> AsyncIterator[list[ClientConnection]]:
    address = server.url.replace("http", "ws", 1).replace("/interactions", "/ws")
    async with AsyncExitStack() as stack:
        opened = []
        for number in range(count):
            headers = {"Cookie": f"session={cookies[number // EACH]}"}
            one = await stack.enter_async_context(
                connect(address, origin=Origin(ORIGIN), additional_headers=headers, compression=None, proxy=None)
            )
            opened.append(await _told(one))
        yield opened


async def _told(one: ClientConnection) -> ClientConnection:
    """The same, once it receives events; retries because the playground has Discord's rate limits."""
    answer = {"type": "refused"}
    while answer["type"] == "refused":
        await one.send(json.dumps({"type": "subscribe", "guild_id": str(HARBOUR)}))
        while (answer := json.loads(await one.recv()))["type"] not in ("subscribed", "refused"):
            pass
    return one


async def _memory(server: Served, cookies: list[str]) -> float:
    """MiB added by the sockets, excluding the first few, which load shared code."""
    async with _watching(server, cookies, EACH):
        pass
    before = server.memory()
    async with _watching(server, cookies, IDLE):
        return server.memory() - before


async def _delays(server: Served, cookies: list[str]) -> list[float]:
    """Seconds from the start of an event's transaction until each socket received it."""
    async with _watching(server, cookies, WATCHING) as sockets:
        begun: dict[str, float] = {}

        async def hear(one: ClientConnection) -> list[float]:
            heard: list[float] = []
            while len(heard) < EVENTS:
                event = json.loads(await one.recv())
                if event["type"] == "event" and event["kind"] == "member":
                    heard.append(time.perf_counter() - begun[event["data"]["member_ids"][0]])
            return heard

        hearing = [asyncio.create_task(hear(socket)) for socket in sockets]
        for _ in range(EVENTS):
            member = int(time.time() * 1e6)
            begun[str(member)] = time.perf_counter()
            async with transaction():
                await rows("INSERT INTO user_guild_data (guild_id, user_id) VALUES ($1, $2)", HARBOUR, member)
            await asyncio.sleep(random.uniform(0.02, 0.2))
        return [delay for one in await asyncio.gather(*hearing) for delay in one]


async def _cost(url: str, seconds: float) -> float:
    """Payments per second with triggers relative to without, in turns so that drift affects both."""
    direct = await asyncpg.connect(**credentials(url))
    await _fill()
    ratios = []
    for number in range(ROUNDS):
        made = {}
        for told in (True, False) if number % 2 else (False, True):
            await direct.execute(f"ALTER TABLE postings {'ENABLE' if told else 'DISABLE'} TRIGGER postings_live")
            made[told] = await _payments(seconds)
        ratios.append(made[True] / made[False])
    await direct.execute("ALTER TABLE postings ENABLE TRIGGER postings_live")
    await direct.close()
    return statistics.median(ratios)


async def _fill() -> None:
    async with transaction():
        people = [FIRST + number for number in range(PAYERS)]
        books = await ledger.hold(HARBOUR, AccountKind.MINT, *people)
        moves = [Move(AccountKind.MINT, person, 1_000_000) for person in people]
        await ledger.post(books, moves, key=f"bench:{time.time()}", kind="grant", actor_id=0)


async def _payments(seconds: float) -> float:
    end, made = time.perf_counter() + seconds, 0

    async def go_on(chance: random.Random) -> None:
        nonlocal made
        while time.perf_counter() < end:
            payer, payee = (SomePerson(FIRST + number, False, True) for number in chance.sample(range(PAYERS), 2))
            key = f"bench:{chance.random()}:{time.time()}"
            await payments.pay(HARBOUR, payer, payee, Amount(1), "", key=key)
            made += 1

    began = time.perf_counter()
    await asyncio.gather(*(go_on(random.Random(number)) for number in range(IN_FLIGHT)))
    return made / (time.perf_counter() - began)
