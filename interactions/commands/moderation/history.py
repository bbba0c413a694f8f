"""/history and /warnings."""

from __future__ import annotations

from typing import Annotated

from discord_api.snowflakes import made_at
from interactions.commands.moderation.card import moment
from interactions.commands.moderation.case_choices import STAFF, check_reader
from interactions.commands.moderation.case_lists import counts, lines, short
from interactions.components import component
from interactions.context import Context, Member
from interactions.declare import Option, command, menu
from interactions.responses import Card, Reply, whisper
from locales import Text, join, n, t
from models.moderation import CaseKind
from services.core import site_links
from services.moderation import case_list, sentences
from services.moderation.case import Case
from services.moderation.case_list import CaseFilter, History

WARNINGS = 10  # shown, the newest


@command("history", "See what is on record about a member, or about someone who left", requires=STAFF, ephemeral=True)
async def history(ctx: Context, member: Annotated[Member, Option("Whose; an ID works for people who left")]) -> Reply:
    await check_reader(ctx, "history")
    return whisper(await history_card(ctx, member.id))


@menu("History", of="history", requires=STAFF)
async def history_menu(ctx: Context, member: Member) -> Reply:
    await check_reader(ctx, "history")
    return whisper(await history_card(ctx, member.id))


@component("/history/{member_id:int}", of="history", requires=STAFF)
async def show_history(ctx: Context, member_id: int) -> Reply:
    await check_reader(ctx, "history")
    return whisper(await history_card(ctx, member_id))


async def history_card(ctx: Context, member_id: int) -> Card:
    """A member's record, with a link to all of it."""
    record = await case_list.history(ctx.guild_id, member_id)
    about = t(
        "<@{member}> `{member}`\nAccount created {moment}", member=str(member_id), moment=moment(made_at(member_id))
    )
    if not record.newest:
        return Card(t("History"), [about, t("There are no cases about them.")])
    address = site_links.page(f"/servers/{ctx.guild_id}/cases?member={member_id}")
    link = t("See all of it [on the dashboard](<{address}>).", address=address)
    return Card(t("History"), [about, _summary(record), lines(record.newest, of_member=True), link])


@command("warnings", "See your warnings, and how long each one counts", ephemeral=True)
async def warnings(
    ctx: Context, member: Annotated[Member | None, Option("Whose warnings (staff only)")] = None
) -> Reply:
    who = member.id if member else ctx.member.id
    if who != ctx.member.id:
        await check_reader(ctx, "warnings")
    wanted = CaseFilter(member_id=who, action=CaseKind.WARN)
    found = await case_list.page(ctx.guild_id, wanted, limit=WARNINGS)
    active = len(await case_list.active_warnings(ctx.guild_id, who))
    title = t("Your warnings") if who == ctx.member.id else t("Warnings")
    about = [] if who == ctx.member.id else [f"<@{who}>"]
    if not found:
        return whisper(Card(title, [*about, t("There are no warnings.")]))
    total = n("**{count}** warning counts now.", "**{count}** warnings count now.", active)
    return whisper(Card(title, [*about, total, join([_warning(case) for case in found])]))


def _warning(case: Case) -> Text:
    """A warning as its member may read it: not who gave it, because that is for the server to say."""
    words = {"number": str(case.number), "at": str(int(case.created_at.timestamp())), "counts": counts(case)}
    line = t("`#{number}` <t:{at}:d> · {counts}", **words)
    reason = short(case.reason)
    return join([line, *([reason] if reason else [])], " · ")


def _summary(record: History) -> Text:
    counts = [
        t("{kind}: **{count}**", kind=sentences.title(kind), count=count) for kind, count in record.counts.items()
    ]
    return join(
        [
            join(counts, " · "),
            n("**{count}** warning counts now.", "**{count}** warnings count now.", len(record.warnings)),
            n("**{count}** private note", "**{count}** private notes", record.notes),
        ]
    )
