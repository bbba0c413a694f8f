"""Servers: those of the caller, and one with what Discord tells of it."""

from __future__ import annotations

from pydantic import Field

from discord_api.cdn import icon_url
from services import directory
from services.directory import GuildCard, OwnGuild
from services.identity import discord_grants
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.types import Id, Moment, Page, Reply
from web.site import Site


class GuildPage(Page):
    """Which part of one's servers."""

    after: str | None = Field(None, pattern="^[1-9][0-9]{0,18}$", description="`next` of the page before")


class OwnServer(Reply):
    """A server that the caller is in."""

    id: Id
    name: str = Field(examples=["Harbour"])
    icon_url: str | None
    owner: bool = Field(description="Whether it is theirs")
    managed: bool = Field(description="Whether they may change its settings")
    here: bool = Field(description="Whether Tatiana is there; if not, she can be invited")
    member_count: int | None = Field(description="About how many, if Tatiana is there")


class OwnServers(Reply):
    """A page of the caller's servers, by id."""

    guilds: list[OwnServer]
    next: str | None


class Server(Reply):
    """A server that Tatiana is in; null is what Discord has not told yet."""

    id: Id
    name: str | None = Field(examples=["Harbour"])
    icon_url: str | None
    owner_id: Id | None
    member_count: int | None = Field(description="About how many", examples=[4120])
    here: bool = Field(description="Whether Tatiana is still there")
    told_at: Moment | None = Field(description="When Discord last told of it")


@endpoint(
    Operation(
        "Read your servers",
        tag="guilds",
        query=GuildPage,
        reply=OwnServers,
        description="As Discord names them for you, at most a minute ago; yours to manage or not, with Tatiana or not.",
    )
)
async def index(call: Call, query: GuildPage) -> OwnServers:
    """The servers of the caller."""
    found = await directory.of_user(await discord_grants.servers(call.caller.user_id))
    after = int(query.after or 0)
    rest = sorted((one for one in found if one.id > after), key=lambda one: one.id)
    shown = [_own(one, call.site) for one in rest[: query.limit]]
    return OwnServers(guilds=shown, next=str(shown[-1].id) if len(rest) > query.limit else None)


@endpoint(Operation("Read a server", tag="guilds", reply=Server, steady=True))
async def show(call: Call) -> Server:
    """The server in the path."""
    return _server(await directory.guild(call.guild_id), call.site)


def _own(found: OwnGuild, site: Site) -> OwnServer:
    return OwnServer(
        id=found.id,
        name=found.name,
        icon_url=_icon(found.id, found.icon, site),
        owner=found.owner,
        managed=found.managed,
        here=found.here,
        member_count=found.member_count,
    )


def _server(found: GuildCard, site: Site) -> Server:
    return Server(
        id=found.id,
        name=found.name,
        icon_url=_icon(found.id, found.icon, site),
        owner_id=found.owner_id,
        member_count=found.member_count,
        here=found.here,
        told_at=found.told_at,
    )


def _icon(guild_id: int, icon: str | None, site: Site) -> str | None:
    return icon_url(site.cdn_url, guild_id, icon) if icon else None
