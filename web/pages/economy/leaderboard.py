"""/servers/{id}/leaderboard: for members, and for everyone if the server makes it public."""

from __future__ import annotations

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from services import directory, settings
from services.core import areas
from services.economy import leaderboard
from services.economy.leaderboard import EXACT, PAGES
from services.identity import authority
from services.identity.authority import AuthorityUnknown, Role
from services.settings import General, switches
from web.frame.page import Visit, page
from web.rendering import show as shown


@page
async def show(visit: Visit) -> Response:
    """Ten ranks and the visitor's own; 404 for anyone it is not shown to."""
    guild_id = visit.path("guild_id")
    public = (await settings.of(guild_id, General)).public_leaderboard
    role = await _role(visit, guild_id, public=public)
    if role is Role.NOBODY and not (public and await switches.is_on(guild_id, "economy")):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    await switches.require(guild_id, areas.area_of(__name__))
    # Looked up only now, so that guessing server ids reveals and triggers nothing.
    guild = await directory.guild(guild_id)
    reader_id = visit.caller_or_none.user_id if visit.caller_or_none else 0
    board = await leaderboard.page(guild_id, reader_id if role else 0, min(visit.number("page") or 1, PAGES))
    return shown(
        visit._replace(role=role, guild_or_none=guild, areas_off=await switches.off_in(guild_id)),
        "economy/leaderboard.html",
        board=board,
        most=EXACT,
        faces=await directory.people_of(entry.user_id for entry in board.entries),
        reader_id=reader_id,
        public=public,
    )


async def _role(visit: Visit, guild_id: int, *, public: bool) -> Role:
    """The visitor's role; while Discord can't say, a public leaderboard is shown as to anyone."""
    if visit.caller_or_none is None:
        return Role.NOBODY
    try:
        return await authority.role(guild_id, visit.caller_or_none.user_id)
    except AuthorityUnknown:
        if public:
            return Role.NOBODY
        raise
