"""/help: the commands a member may use here, by area."""

from collections.abc import Sequence
from typing import Annotated

from interactions import permits
from interactions.commands.core import help_pages
from interactions.commands.core.basics import ANYWHERE
from interactions.commands.core.help_pages import Kind, Page, Topic
from interactions.components import component
from interactions.context import Context
from interactions.declare import Command, Option, command
from interactions.responses import Button, Card, Choice, Reply, Row, Select, update, whisper
from interactions.ui import pager
from locales import t


async def topics(ctx: Context, typed: str) -> list[Choice]:
    """Suggest areas and commands whose name contains the text, named as in the reader's menu."""
    usable, wanted = await permits.usable(ctx), help_pages.plain(typed)
    found = [area for area in help_pages.by_area(usable) if any(wanted in title for title in help_pages.titles(area))]
    commands = [entry for entry in usable if any(wanted in called for called in help_pages.names(entry))]
    return [
        *(_choice(area) for area in found),
        *(Choice(help_pages.called(entry.name.split(" "), ctx.locale), f"/{entry.name}") for entry in commands),
    ]


@command("help", "What I can do for you here", ephemeral=True, places=ANYWHERE)
async def help_(
    ctx: Context,
    topic: Annotated[str, Option("An area or a command to read about", max=100, autocomplete=topics)] = "",
) -> Reply:
    usable = await permits.usable(ctx)
    page = help_pages.page(help_pages.meant(topic, usable), usable, 1, ctx.locale)
    return whisper(_card(page), *_rows(page, usable))


@component("/help/areas")
async def choose(ctx: Context) -> Reply:
    return await _turned(ctx, Topic("area", ctx.chosen()[0]), 1)


@component("/help/{kind}/{name}/{page:int}")
async def turn(ctx: Context, kind: Kind, name: str, page: int) -> Reply:
    return await _turned(ctx, Topic(kind, name), page)


async def _turned(ctx: Context, topic: Topic, number: int) -> Reply:
    usable = await permits.usable(ctx)
    page = help_pages.page(topic, usable, number, ctx.locale)
    return update(_card(page), *_rows(page, usable))


def _card(page: Page) -> Card:
    footer = t("Page {number} of {pages}", number=page.number, pages=page.pages) if page.pages > 1 else None
    return Card(page.title, ["\n".join(page.lines)], footer)


def _rows(page: Page, usable: Sequence[Command]) -> list[Row]:
    """A menu of areas, and the pager."""
    areas = [_choice(area, chosen=page.topic == Topic("area", area)) for area in help_pages.by_area(usable)]
    overview = [Button(t("All areas"), turn, Topic("all")._asdict() | {"page": 1})]
    return [
        Select(choose, areas, t("Choose an area")),
        *pager(turn, page.number, page.pages, **page.topic._asdict()),
        *([overview] if page.topic.kind != "all" else []),
    ]


def _choice(area: str, *, chosen: bool = False) -> Choice:
    declared = help_pages.known(area)
    title = t("{icon} {title}", icon=declared.icon, title=declared.title)
    return Choice(title, area, declared.about, default=chosen)
