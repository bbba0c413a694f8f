"""/leaderboard: the members with the most coins."""

from typing import Annotated

from interactions.components import component
from interactions.context import Context
from interactions.declare import Option, command
from interactions.responses import Card, Reply, reply, update
from interactions.ui import pager
from locales import Text, join, t
from services.economy import leaderboard
from services.economy.leaderboard import EXACT, PAGES, Entry, Leaderboard, Rank

MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}


@command("leaderboard", "See who has the most coins")
async def show(ctx: Context, page: Annotated[int, Option("Ten places per page", min=1, max=PAGES)] = 1) -> Reply:
    board = await leaderboard.page(ctx.guild_id, ctx.member.id, page)
    return reply(_card(ctx, board), *pager(turn, board.number, board.pages))


@component("/leaderboard/{page:int}")
async def turn(ctx: Context, page: int) -> Reply:
    board = await leaderboard.page(ctx.guild_id, ctx.member.id, page)
    return update(_card(ctx, board), *pager(turn, board.number, board.pages))


def _card(ctx: Context, board: Leaderboard) -> Card:
    lines = [_line(entry, board.symbol) for entry in board.entries]
    listed = join(lines) if lines else t("Nobody has any coins yet. Start with `/daily`.")
    cut = [t("The list ends here: places after {most} aren't shown.", most=EXACT)]
    ends = cut if board.cut and board.number == board.pages else []
    footer = t("Page {number} of {pages}", number=board.number, pages=board.pages)
    return Card(t("Leaderboard"), [listed, *ends, _own(ctx, board)], footer)


def _line(entry: Entry, symbol: str) -> Text:
    place = MEDALS.get(entry.rank) or t("**#{place}**", place=entry.rank)
    return t(
        "{place} <@{member}> · {coins} {symbol}",
        place=place,
        member=str(entry.user_id),
        coins=entry.balance,
        symbol=symbol,
    )


def _own(ctx: Context, board: Leaderboard) -> Text:
    me, own = ctx.member.mention, board.own
    if own is None:
        return t("{member} has no coins yet.", member=me)
    return t(
        "{member}: {place} with {coins} {symbol}",
        member=me,
        place=_place(own),
        coins=own.balance,
        symbol=board.symbol,
    )


def _place(own: Rank) -> Text:
    if own.rank is None:
        return t("below #{most}", most=EXACT)
    return t("about #{place}", place=own.rank) if own.about else t("#{place}", place=own.rank)
