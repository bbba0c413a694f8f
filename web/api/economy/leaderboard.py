"""The leaderboard of balances."""

from __future__ import annotations

from pydantic import Field

from services.economy import leaderboard
from services.economy.leaderboard import PAGES
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.types import Id, Query, Reply


class LeaderboardPage(Query):
    """A page of the leaderboard."""

    page: int = Field(1, ge=1, le=PAGES, description="Ten ranks each; a number past the last page gives the last page")


class LeaderboardEntry(Reply):
    """One member's rank; equal balances share a rank."""

    user_id: Id
    rank: int
    balance: int


class OwnRank(Reply):
    """The caller's rank."""

    rank: int | None = Field(description="Null below the ranks that are measured")
    is_estimate: bool
    balance: int


class Leaderboard(Reply):
    """A page of the leaderboard."""

    entries: list[LeaderboardEntry]
    page: int
    pages: int
    truncated: bool = Field(description="Whether more members have coins than are listed")
    own: OwnRank | None = Field(description="Null without coins")
    symbol: str


@endpoint(Operation("Get the leaderboard", tag="economy", query=LeaderboardPage, reply=Leaderboard))
async def balance(call: Call, query: LeaderboardPage) -> Leaderboard:
    """Ten ranks, and the caller's own."""
    board = await leaderboard.page(call.guild_id, call.caller.user_id, query.page)
    own = board.own
    return Leaderboard(
        entries=[
            LeaderboardEntry(user_id=entry.user_id, rank=entry.rank, balance=entry.balance) for entry in board.entries
        ],
        page=board.number,
        pages=board.pages,
        truncated=board.cut,
        own=OwnRank(rank=own.rank, is_estimate=own.about, balance=own.balance) if own else None,
        symbol=board.symbol,
    )
