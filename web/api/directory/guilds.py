"""Servers: the caller's, and one as Discord reports it."""

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
    """A page of the caller's servers."""

    after: str | None = Field(None, pattern="^[1-9][0-9]{0,18}$", description="`next` of the previous page")


class OwnServer(Reply):
    """A server the caller is in."""

    id: Id
    name: str = Field(examples=["Harbour"])
    icon_url: str | None
    owner: bool = Field(description="Whether the caller owns it")
    managed: bool = Field(description="Whether the caller may change its settings")
    installed: bool = Field(description="Whether Tatiana is in it; if not, she can be invited")
    member_count: int | None = Field(description="Approximate; null if Tatiana is not in it")


class OwnServers(Reply):
    """A page of the caller's servers, by id."""

    guilds: list[OwnServer]
    next: str | None


class Server(Reply):
    """A server with Tatiana in it; values Discord has not reported yet are null."""

    id: Id
    name: str | None = Field(examples=["Harbour"])
    icon_url: str | None
    owner_id: Id | None
    member_count: int | None = Field(description="Approximate", examples=[4120])
    installed: bool = Field(description="Whether Tatiana is still in it")
    updated_at: Moment | None = Field(description="When Discord last reported it")


@endpoint(
    Operation(
        "List your servers",
        tag="guilds",
        query=GuildPage,
        reply=OwnServers,
        description="As Discord reports them, at most a minute old: all servers you are in, with or without Tatiana.",
    )
)
async def index(call: Call, query: GuildPage) -> OwnServers:
    """The servers of the caller."""
    found = await directory.of_user(await discord_grants.servers(call.caller.user_id))
    after = int(query.after or 0)
    rest = sorted((one for one in found if one.id > after), key=lambda one: one.id)
    shown = [_own(one, call.site) for one in rest[: query.limit]]
    return OwnServers(guilds=shown, next=str(shown[-1].id) if len(rest) > query.limit else None)


@endpoint(Operation("Get a server", tag="guilds", reply=Server, steady=True))
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
        installed=found.here,
        member_count=found.member_count,
    )


def _server(found: GuildCard, site: Site) -> Server:
    return Server(
        id=found.id,
        name=found.name,
        icon_url=_icon(found.id, found.icon, site),
        owner_id=found.owner_id,
        member_count=found.member_count,
        installed=found.here,
        updated_at=found.told_at,
    )


def _icon(guild_id: int, icon: str | None, site: Site) -> str | None:
    return icon_url(site.cdn_url, guild_id, icon) if icon else None
