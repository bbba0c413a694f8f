"""Stories in the playground: what people see when they use Tatiana, with everything behind it real."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from interactions import dispatch
from interactions.commands.settings.documents import planned
from interactions.context import Context
from interactions.declare import COMMANDS, Kind, command
from interactions.responses import Field, Modal, Reply, reply, whisper
from playground.client.acting import Play
from playground.world.cast import ALICE, BOB, BRUNA, HARBOUR, MANAGER
from services.core import promises, reserved
from services.core.errors import Conflict
from tests.support.coins import balance, give

pytestmark = pytest.mark.usefixtures("unasked")


class Slow:
    """Commands of this test alone that take as long as it says."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.runs = 0


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    monkeypatch.setattr(dispatch, "PATIENCE", 0.05)
    # On a busy machine a promise takes longer to store; these are about answers that were promised.
    monkeypatch.setattr(reserved, "WITHIN", 10)
    monkeypatch.setattr(promises, "WITHIN", 10)
    held = Slow()

    @command("slow public", "Takes its time")
    async def public(ctx: Context) -> Reply:
        await held.go_on.wait()
        return reply("done at last")

    @command("slow secret", "Takes its time", ephemeral=True, defer=True)
    async def secret(ctx: Context) -> Reply:
        await held.go_on.wait()
        return whisper("between us")

    @command("slow refused", "Takes its time, and then says no")
    async def refused(ctx: Context) -> Reply:
        await held.go_on.wait()
        raise Conflict("Not today.")

    @command("slow broken", "Takes its time, and then fails")
    async def broken(ctx: Context) -> Reply:
        await held.go_on.wait()
        raise RuntimeError("a bug")

    @command("slow form", "Takes its time, and then asks something")
    async def form(ctx: Context) -> Modal:
        await held.go_on.wait()
        return Modal("Too late", planned, [Field("name", "Your name")])

    @command("slow paid", "Pays late", writes=True)
    async def paid(ctx: Context) -> Reply:
        await held.go_on.wait()
        held.runs += 1
        await give(ctx.member.id, 5, ctx.guild_id)
        return reply("paid late")

    yield held
    for name in [name for kind, name in COMMANDS if name.startswith("slow ")]:
        del COMMANDS[Kind.CHAT, name]


async def finished(play: Play, name: str, slow: Slow) -> str:
    """Use a slow command, see "thinking…", and let it go on."""
    waiting = asyncio.create_task(play.slash(name, as_=ALICE))
    async with asyncio.timeout(20):
        while not any(exchange.outcome == "deferred" for exchange in play.exchanges):  # noqa: ASYNC110  (the page is told, we look)
            await asyncio.sleep(0)
    slow.go_on.set()
    result = await waiting
    async with asyncio.timeout(20):
        while not result.content:  # noqa: ASYNC110  (a private answer replaces the public "thinking…")
            await asyncio.sleep(0)
    assert result.failed is None
    return f"{'private' if result.ephemeral else 'public'}: {result.content}"


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("slow public", "public: done at last"),
        ("slow secret", "private: between us"),
        ("slow refused", "private: Not today."),
        ("slow broken", "private: Something went wrong"),
        ("slow form", "private: The form took too long to open, and nothing was changed."),
        ("slow paid", "public: paid late"),
    ],
)
async def test_what_takes_long_is_thought_about_and_then_answered(name: str, seen: str, slow: Slow, play: Play) -> None:
    assert (await finished(play, name, slow)).startswith(seen)


async def test_a_late_payment_is_made_once_even_if_it_comes_again(slow: Slow, play: Play) -> None:
    with play.faults(twice=True):
        await finished(play, "slow paid", slow)
        await play.settle()
    assert await balance(ALICE, HARBOUR) == 5


async def test_the_same_interaction_again_pays_nothing_and_gets_the_first_answer(play: Play) -> None:
    first = await play.slash("daily", as_=ALICE)
    again = await play.redeliver(first)
    assert "earned **200**" in first.content
    assert again.json()["data"]["content"] == first.content
    assert await balance(ALICE, HARBOUR) == 200


async def test_a_refusal_stays_a_refusal_when_it_comes_again(play: Play) -> None:
    refused = await play.slash("pay", as_=ALICE, member=BOB, amount="50")
    await give(ALICE, 100, HARBOUR)
    again = await play.redeliver(refused)
    assert again.json()["data"]["content"] == refused.content
    assert await balance(ALICE, HARBOUR) == 100


async def test_coins_move_though_the_answer_was_lost(play: Play) -> None:
    with play.faults(lose_answer=True):
        lost = await play.slash("daily", as_=ALICE)
    assert lost.failed is not None
    assert "200" in (await play.slash("transactions", as_=ALICE)).content
    assert "already" in (await play.slash("daily", as_=ALICE)).content


async def test_each_person_reads_their_own_language_and_the_server_its_own(play: Play) -> None:
    private = await play.slash("balance", as_=BRUNA)
    assert private.ephemeral
    chosen = await play.slash("language", as_=MANAGER, language="es-ES", scope="server")
    assert "Español" in chosen.content


async def test_a_trade_waits_for_a_yes_and_only_its_receiver_can_give_it(play: Play) -> None:
    await give(ALICE, 100, HARBOUR)
    offered = await play.slash("pay", as_=ALICE, member=BOB, amount="40", ask_first=True)
    assert await balance(ALICE, HARBOUR) == 60
    stranger = await play.press(offered, "Accept", as_=BRUNA)
    assert stranger.ephemeral
    assert await balance(BRUNA, HARBOUR) == 0
    await play.press(offered, "Accept", as_=BOB)
    assert await balance(BOB, HARBOUR) == 40
    again = await play.press(offered, "Accept", as_=BOB) if "Accept" in offered.labels else None
    assert again is None or await balance(BOB, HARBOUR) == 40
