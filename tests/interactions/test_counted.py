"""Statistics of commands: which command a use counts as, and how it ended."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from httpx import ASGITransport, AsyncClient

from app import running as running_process
from app.main import create_app
from app.settings import Settings
from interactions import dispatch
from interactions.components import COMPONENTS
from interactions.context import Context
from interactions.declare import COMMANDS, Kind, command
from interactions.responses import Reply, reply
from interactions.retries import again, leave
from services import analytics
from services.analytics.counting import count
from services.core import promises, reserved
from services.core.transactions import rows
from tests.support.bot import ALICE, BOB, GUILD, KEY, MANAGER, Bot
from tests.support.coins import give
from tests.support.edits import keeping_edits
from tests.support.lifespan import running
from tests.support.uses import days_ago
from tests.support.waiting import until
from tests.support.wares import sell

THINKING = 5
SERIES = re.compile(r'tatiana_interactions_total\{command="(.+?)",outcome="(.+?)"\} (\d+)')


def test_every_button_menu_and_form_is_counted_as_a_slash_command() -> None:
    commands = {name for kind, name in COMMANDS if kind is Kind.CHAT}
    # What is done again is counted as the command that was used; a question that was declined is no use of it.
    assert {component.path for component in COMPONENTS if component.counted_as not in commands} <= {
        again.path,
        leave.path,
    }


async def test_refusals_of_commands_that_write_are_counted_everywhere_and_clicks_with_their_command(
    settings: Settings, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "PATIENCE", 60.0)  # a slow machine would defer
    await give(ALICE, 100)
    await sell("Rope", 10_000)
    app = create_app(replace(settings, open_when_warm=True))
    before = await _measured(app)
    async with running(app):
        bot = Bot(app, KEY)
        await _use(bot)
        await bot.close()
    await count()
    figures = await analytics.commands(GUILD, days_ago(1).replace(hour=0), days_ago(-2).replace(hour=0))
    counted = {figure.name: (figure.uses, figure.refused) for figure in figures}
    assert counted == {
        "daily": (3, 2),
        "pay": (4, 3),  # a form that keeps what was typed is a refusal too
        "shop buy": (2, 1),
        "shop view": (1, 0),
        "setup": (3, 1),
    }
    after = await _measured(app)
    changed = {series: uses - before.get(series, 0) for series, uses in after.items() if uses != before.get(series, 0)}
    assert changed == {
        ("daily", "answered"): 1,
        ("daily", "refused"): 2,
        ("pay", "answered"): 1,
        ("pay", "refused"): 3,
        ("shop buy", "answered"): 1,
        ("shop buy", "refused"): 1,
        ("shop view", "answered"): 1,
        ("setup", "answered"): 2,
        ("setup", "refused"): 1,
    }


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[asyncio.Event]:
    """Every command that looks anything up is promised; `/slow` is done once it is let go, and `/broken` never."""
    monkeypatch.setattr(dispatch, "PATIENCE", 0.0)
    for module in (promises, reserved):
        monkeypatch.setattr(module, "WITHIN", 60.0)  # a slow machine would promise nothing
    go_on = asyncio.Event()

    @command("slow", "Waits", writes=True)
    async def wait(ctx: Context) -> Reply:
        await go_on.wait()
        return reply("done")

    @command("broken", "Fails", writes=True)
    async def fail(ctx: Context) -> Reply:
        raise RuntimeError

    yield go_on
    for name in ("slow", "broken"):
        del COMMANDS[Kind.CHAT, name]


async def test_what_was_promised_first_is_counted_once_as_what_it_led_to(
    settings: Settings, database: str, slow: asyncio.Event
) -> None:
    slow.set()
    async with keeping_edits() as edits:
        app = create_app(replace(settings, discord_api_url=edits.url, open_when_warm=True))
        before = await _measured(app)
        async with running(app):
            bot = Bot(app, KEY)
            for name in ("slow", "broken", "daily", "daily"):
                edits.log.clear()
                assert (await bot.slash(name)).type == THINKING
                await until(lambda: edits.log)
            await until(_nothing_promised)
            await bot.close()
    assert await _counted() == {"slow": (1, 1, 0, 0), "broken": (1, 0, 0, 1), "daily": (2, 1, 1, 0)}
    after = await _measured(app)
    changed = {series: uses - before.get(series, 0) for series, uses in after.items() if uses != before.get(series, 0)}
    assert changed == {
        ("slow", "deferred"): 1,
        ("broken", "failed"): 1,
        ("daily", "deferred"): 1,
        ("daily", "refused"): 1,
    }


async def test_what_a_worker_has_to_finish_is_counted_by_it(
    settings: Settings, database: str, slow: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running_process, "LAST_ANSWERS", 0.0)
    async with keeping_edits() as edits:
        to_edits = replace(settings, discord_api_url=edits.url, open_when_warm=True)
        app = create_app(to_edits)
        async with running(app):
            bot = Bot(app, KEY)
            assert (await bot.slash("slow")).type == THINKING
            await bot.close()
        assert await _counted() == {}
        slow.set()
        await rows("UPDATE jobs SET due_at = now()")
        async with running(create_app(to_edits, with_worker=True)):
            await until(_nothing_promised)
        assert len(edits.log) == 1
    assert await _counted() == {"slow": (1, 1, 0, 0)}


async def _nothing_promised() -> bool:
    return not await rows("SELECT FROM jobs WHERE kind = 'interaction.finish'")


async def _counted() -> dict[str, tuple[int, int, int, int]]:
    """Of each command all uses, those that were promised and then answered, those refused, and those that failed."""
    await count()
    figures = await analytics.commands(GUILD, days_ago(1).replace(hour=0), days_ago(-2).replace(hour=0))
    return {figure.name: (figure.uses, figure.deferred, figure.refused, figure.failed) for figure in figures}


async def _use(bot: Bot) -> None:
    await bot.slash("daily")
    await bot.slash("daily")
    unknown = bot.command("daily")
    unknown["data"]["options"] = [{"name": "nonsense", "type": 3, "value": "x"}]
    assert "I don't know the option" in (await bot.send(unknown)).content
    payload = bot.command("pay", member=BOB, amount="1000000")
    await bot.send(payload)
    await bot.send(payload)
    form = await bot.menu("Pay…", BOB)
    await bot.submit(form, {"amount": "nonsense", "note": ""})
    card = await bot.slash("setup", by=MANAGER)
    await bot.press(card.button("Skip"), by=MANAGER, on=card)
    assert "can use this" in (await bot.press(card.button("Skip"), by=BOB, on=card)).content
    shelf = await bot.slash("shop view")
    (menu,) = (component for component in shelf.components if component["type"] == 3)
    asked = await bot.send(bot.pressed(menu["custom_id"], on=shelf, values=[menu["options"][0]["value"]]))
    await bot.press(asked.button("Pay 10,000"), on=asked)


async def _measured(app: object) -> dict[tuple[str, str], int]:
    """How often each command has ended how, in this process."""
    async with AsyncClient(transport=ASGITransport(app), base_url="http://bot.test") as http:  # type: ignore[arg-type]
        text = (await http.get("/metrics")).text
    return {(command, outcome): int(uses) for command, outcome, uses in SERIES.findall(text)}
