"""/help: every area that somebody may use, and each page short enough for Discord in every language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import pytest

from discord_api.permissions import Permissions
from interactions.context import Context
from interactions.declare import COMMANDS, Kind, Option, command
from interactions.responses import Reply, whisper
from locales import render, t
from services import areas as all_areas
from services.core import areas
from services.core.areas import Area
from tests.support.areas import turn
from tests.support.bot import MANAGER, Answer, Bot

pytestmark = pytest.mark.usefixtures("unhurried", "database")

SPOKEN = ("en-US", "pt-BR", "es-ES")
LONG = "A description that is as long as Discord lets it be, so that a page of help has to be cut at some line"[:100]


async def _ask(bot: Bot, topic: str = "", *, locale: str = "en-US", by: int = MANAGER) -> Answer:
    return await bot.send(bot.command("help", by=by, topic=topic) | {"locale": locale})


async def _choose(bot: Bot, shown: Answer, area: str, locale: str = "en-US") -> Answer:
    menu = next(part for part in shown.components if "options" in part)
    return await bot.send(bot.pressed(menu["custom_id"], by=MANAGER, on=shown, values=[area]) | {"locale": locale})


async def _pages(bot: Bot, first: Answer, message: Answer, locale: str) -> list[Answer]:
    """A page with all that follow it in the same message."""
    pages = [first]
    while on := [part for part in pages[-1].components if part.get("label") == render(t("Next"), locale)]:
        if on[0].get("disabled"):
            break
        pressed = bot.pressed(on[0]["custom_id"], by=MANAGER, on=message)
        pages.append(await bot.send(pressed | {"locale": locale}))
    return pages


async def test_the_overview_has_one_line_for_each_area_with_its_commands(bot: Bot) -> None:
    said = (await _ask(bot)).content
    games = next(line for line in said.splitlines() if "**Games**" in line)
    assert games == "🎲 **Games** · Bet coins on games of chance. `/bet`"
    assert "`/ping`" in said
    spanish = (await _ask(bot, locale="es-ES")).content
    assert "🎲 **Juegos** · Apuesta monedas en juegos de azar. `/apostar`" in spanish


async def test_the_menu_opens_an_area_with_what_members_may_use_before_the_rest(bot: Bot) -> None:
    overview = await _ask(bot)
    economy = await _choose(bot, overview, "economy")
    assert economy.type == 7, "the page takes the place of the overview"
    said = economy.content
    assert said.index("/balance") < said.index("For members with more permissions") < said.index("/economy grant")
    assert "What I can do here" in (await bot.press(economy.button("All areas"), by=MANAGER, on=economy)).content


async def test_a_command_has_a_page_with_its_options(bot: Bot) -> None:
    said = (await _ask(bot, "/pay")).content
    for words in ("### /pay", "`member` · ", "`note` (optional) · "):
        assert words in said
    assert "Requires Manage Server" in (await _ask(bot, "economy grant")).content


@pytest.mark.parametrize("topic", ["games", "Games", "juegos", "JOGOS"])
async def test_an_area_is_found_by_its_name_in_any_language(bot: Bot, topic: str) -> None:
    assert "### 🎲 Games" in (await _ask(bot, topic)).content


async def test_a_slash_means_the_command_where_an_area_has_the_same_name(bot: Bot) -> None:
    assert "### 🛒 Shop" in (await _ask(bot, "shop")).content
    assert "### /shop" in (await _ask(bot, "/shop")).content


async def test_areas_and_commands_are_suggested_by_their_names_in_any_language(bot: Bot) -> None:
    choices = (await bot.complete("help", "topic", "jogos")).choices
    assert [(choice["name"], choice["value"]) for choice in choices] == [("🎲 Games", "games")]
    choices = (await bot.complete("help", "topic", "apostar")).choices
    assert ("/bet dice", "/bet dice") in [(choice["name"], choice["value"]) for choice in choices]


async def test_what_is_off_is_not_in_help(bot: Bot) -> None:
    games = await _ask(bot, "games")
    await turn("games", False)
    said = (await _ask(bot)).content
    assert "Games" not in said
    assert "/bet" not in said
    for gone in (await _ask(bot, "games"), await _ask(bot, "/bet"), await _choose(bot, games, "games")):
        assert gone.content.startswith("There's no area or command")
    assert (await bot.complete("help", "topic", "bet")).choices == []


async def test_a_topic_that_nothing_is_called_is_told_so_without_formatting(bot: Bot) -> None:
    assert "`a'b`" in (await _ask(bot, "a`b")).content


@pytest.fixture
def many() -> Iterator[None]:
    """A hundred commands in sixteen areas, with names and descriptions as long as they may be."""
    before = dict(COMMANDS)
    extra = [
        Area(name=f"extra{n}", title=t(f"An extra area {n}"), icon="🧪", about=t(LONG))
        for n in range(16 - len(_used()))
    ]
    areas.declare([*all_areas.ALL, *extra])
    for n in range(100 - sum(kind is Kind.CHAT for kind, _ in COMMANDS)):
        # One in each area and all others in the first; every other one is for admins.
        _command(f"extra-{n}-with-a-name-that-is-long"[:32], extra[n if n < len(extra) else 0].name, staff=bool(n % 2))
    yield
    COMMANDS.clear()
    COMMANDS.update(before)
    areas.declare(all_areas.ALL)


def _used() -> set[str]:
    return {area.name for entry in COMMANDS.values() if (area := areas.area_of(entry.handler.__module__)) is not None}


def _command(name: str, area: str, *, staff: bool) -> None:
    async def handler(ctx: Context, option: Annotated[str, Option(LONG)] = "") -> Reply:
        return whisper("")

    handler.__module__ = f"interactions.commands.{area}.many"
    command(name, LONG, requires=Permissions.MANAGE_GUILD if staff else Permissions(0))(handler)


@pytest.mark.parametrize("locale", SPOKEN)
async def test_a_hundred_commands_in_sixteen_areas_fit_on_pages_in_every_language(
    bot: Bot, many: None, locale: str
) -> None:
    overview = await _ask(bot, locale=locale)
    menu = next(part for part in overview.components if "options" in part)
    assert len(menu["options"]) == 16
    pages = await _pages(bot, overview, overview, locale)
    for option in menu["options"]:
        area = await _choose(bot, overview, option["value"], locale)
        pages += await _pages(bot, area, overview, locale)
    for page in pages:
        assert len(page.content) <= 4000
        assert len(page.content.splitlines()) <= 20
    said = "\n".join(page.content for page in pages)
    for kind, name in COMMANDS:
        if kind is Kind.CHAT and name.startswith("extra"):
            assert f"**/{name}**" in said
