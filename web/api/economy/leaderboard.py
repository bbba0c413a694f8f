"""Who has the most."""

from __future__ import annotations

from pydantic import Field

from services.economy import leaderboard
from services.economy.leaderboard import PAGES
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.types import Id, Query, Reply


class BoardPage(Query):
    """Which places."""

    page: int = Field(1, ge=1, le=PAGES, description="Ten places each; beyond the last page there is the last")


class Place(Reply):
    """One member's place; those with equally many coins share one."""

    user_id: Id
    place: int
    balance: int


class OwnPlace(Reply):
    """Where the caller stands."""

    place: int | None = Field(description="Null beyond what was measured")
    is_estimate: bool
    balance: int


class Board(Reply):
    """A page of the leaderboard."""

    places: list[Place]
    page: int
    pages: int
    cut: bool = Field(description="Whether more members have coins than are listed")
    own: OwnPlace | None = Field(description="Null without coins")
    symbol: str


@endpoint(Operation("Read who has the most coins", tag="economy", query=BoardPage, reply=Board))
async def balance(call: Call, query: BoardPage) -> Board:
    """Ten places, and the caller's own."""
    board = await leaderboard.page(call.guild_id, call.caller.user_id, query.page)
    own = board.own
    return Board(
        places=[Place(user_id=one.user_id, place=one.place, balance=one.balance) for one in board.entries],
        page=board.number,
        pages=board.pages,
        cut=board.cut,
        own=OwnPlace(place=own.place, is_estimate=own.about, balance=own.balance) if own else None,
        symbol=board.symbol,
    )
