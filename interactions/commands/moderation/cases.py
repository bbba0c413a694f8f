"""/case view and /case list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from discord_api.markdown import quoted
from interactions.commands.moderation.card import card
from interactions.commands.moderation.case_buttons import buttons
from interactions.commands.moderation.case_choices import STAFF, Number, check_reader
from interactions.commands.moderation.case_lists import lines
from interactions.components import component
from interactions.context import Context, Member
from interactions.declare import Option, command, group
from interactions.responses import Button, Card, Choice, Reply, update, whisper
from interactions.suggestions import spans
from locales import Text, join, t
from models.moderation import CaseKind
from services import settings
from services.core import plans, site_links
from services.core import since as moments
from services.core.mentions import mention
from services.moderation import case_list, cases, timeline
from services.moderation.case_list import CaseFilter
from services.moderation.timeline import TimelineEvent
from services.settings import General

SIZE = 10  # cases per page
LIST = "moderation.list"  # a plan that keeps what was searched for while its pages are turned
_EVENTS = 6  # events shown, the newest: with everything escaped, they must fit into a card
_SHORT = 100  # characters shown of a note

group("case", "See and change moderation cases")


@command("case view", "See a case and everything that happened to it", requires=STAFF, ephemeral=True)
async def view(ctx: Context, number: Number) -> Reply:
    await check_reader(ctx)
    case = await cases.get(ctx.guild_id, number)
    events = await timeline.of(ctx.guild_id, number)
    address = site_links.page(f"/servers/{ctx.guild_id}/cases/{number}")
    link = t("See all of it [on the dashboard](<{address}>).", address=address)
    return whisper(card(case, _timeline(events), link), *buttons(case))


@command("case list", "Search the cases of this server", requires=STAFF, ephemeral=True)
async def listed(
    ctx: Context,
    member: Annotated[Member | None, Option("Only cases about them")] = None,
    moderator: Annotated[Member | None, Option("Only cases by them")] = None,
    type: Annotated[str, Option("Only this type", choices=[Choice(kind, kind) for kind in CaseKind])] = "",  # noqa: A002  (Discord shows it)
    since: Annotated[str, Option("For example 24h, 7d, or 2025-03-01", max=20, autocomplete=spans)] = "",
    text: Annotated[str, Option("Words in the reason, or how they begin", max=100)] = "",
) -> Reply:
    await check_reader(ctx, "case list")
    wanted = CaseFilter(
        member_id=member.id if member else None,
        moderator_id=moderator.id if moderator else None,
        action=CaseKind(type) if type else None,
        since=moments.since(since, (await settings.of(ctx.guild_id, General)).time_zone) if since.strip() else None,
        text=text.strip(),
    )
    return whisper(*await _page(ctx, wanted))


@component("/case/list/{plan_id:int}/{before:int}", of="case list", requires=STAFF)
async def turn(ctx: Context, plan_id: int, before: int) -> Reply:
    await check_reader(ctx, "case list")
    wanted = _filter(await plans.look(ctx.guild_id, plan_id, ctx.member.id, LIST))
    return update(*await _page(ctx, wanted, plan_id, before))


async def _page(ctx: Context, wanted: CaseFilter, plan_id: int = 0, before: int = 0) -> tuple[Any, ...]:
    """A page of cases; a plan keeps the search if there are more."""
    found = await case_list.page(ctx.guild_id, wanted, before=before or None, limit=SIZE + 1)
    shown, more = found[:SIZE], len(found) > SIZE
    if not shown:
        return (Card(t("Cases"), [t("No cases match")]),)
    link = t("Search all of them [on the dashboard](<{address}>).", address=_address(ctx, wanted))
    page = Card(t("Cases"), [lines(shown, of_member=wanted.member_id is not None), link])
    if not (more or before):
        return (page,)
    plan_id = plan_id or await plans.keep(ctx.guild_id, ctx.member.id, LIST, asdict(wanted))
    ways = ((t("First page"), 0, not before), (t("Next"), shown[-1].number, not more))
    return page, [
        Button(label, turn, {"plan_id": plan_id, "before": start}, disabled=disabled) for label, start, disabled in ways
    ]


def _filter(plan: dict[str, Any]) -> CaseFilter:
    since, action = plan["since"], plan["action"]
    return CaseFilter(
        **plan
        | {
            "since": datetime.fromisoformat(since) if since else None,
            "action": CaseKind(action) if action else None,
        }
    )


def _address(ctx: Context, wanted: CaseFilter) -> str:
    """The same list on the dashboard, which shows all of it."""
    query = {"member": wanted.member_id, "moderator": wanted.moderator_id, "type": wanted.action, "text": wanted.text}
    said = urlencode({name: value for name, value in query.items() if value})
    return site_links.page(f"/servers/{ctx.guild_id}/cases{f'?{said}' if said else ''}")


def _timeline(events: Sequence[TimelineEvent]) -> Text:
    return join([_event(event) for event in events[-_EVENTS:]])


def _event(event: TimelineEvent) -> Text:
    words = {"at": str(int(event.at.timestamp())), "event": event.title, "name": mention(event.actor_id)}
    note = event.note if len(event.note) <= _SHORT else f"{event.note[: _SHORT - 1]}…"
    shown = [part for part in (event.said, quoted(note)) if part]
    return join([t("<t:{at}:f> **{event}** by {name}", **words), *shown])
