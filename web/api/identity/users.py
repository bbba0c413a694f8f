"""The person who calls: who they are, which language they want, and what they did."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from locales import t
from services import directory, profiles
from services.core import languages
from services.core.errors import NotFound
from services.directory import Person
from services.profiles import GuildStats
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.types import Body, Id, Moment, Reply

Language = Literal["en-US", "pt-BR", "es-ES"]


class Me(Reply):
    """Whoever calls."""

    id: Id
    username: str = Field(examples=["alice"])
    avatar_url: str | None
    language: str | None = Field(description="Of private answers; null follows Discord", examples=["en-US"])
    operator: bool = Field(description="Whether they run this installation")


class Wishes(Body):
    """What one can choose for oneself."""

    language: Language | None = Field(description="Null follows Discord", examples=["pt-BR"])


class Figures(Reply):
    """One person in one server."""

    guild_id: Id
    guild_name: str | None
    level: int
    experience: int
    balance: int = Field(description="Coins", examples=[1250])
    streak: int = Field(description="Days in a row with daily pay")
    uses: int = Field(description="Commands in the last 90 days")
    active_days: int = Field(description="Days (UTC) with a command, of the last 90")
    first_day: date | None
    last_seen_at: Moment | None


class Stats(Reply):
    """One person everywhere."""

    user_id: Id
    guilds: list[Figures] = Field(description="Where they were last seen first; at most 200")


@endpoint(Operation("Read who you are", tag="users", reply=Me))
async def me(call: Call) -> Me:
    """The caller."""
    return _me(call, await directory.person(call.caller.user_id))


@endpoint(Operation("Choose your language", tag="users", body=Wishes, reply=Me))
async def change(call: Call, body: Wishes) -> Me:
    """What was chosen holds for commands and pages alike."""
    known = await directory.person(call.caller.user_id)
    await languages.choose_for_member(known.id, known.username, body.language)
    return _me(call, await directory.person(call.caller.user_id))


@endpoint(
    Operation(
        "Read your figures in all servers",
        tag="users",
        reply=Stats,
        description="Your own id only. What members of a server did there, its moderators read under that server.",
    )
)
async def stats(call: Call, user_id: int) -> Stats:
    """The caller's own; anybody else's do not exist here."""
    if user_id != call.caller.user_id:
        raise NotFound(t("Nothing here, or nothing that belongs to you."))
    return Stats(user_id=user_id, guilds=[figures(one) for one in await profiles.stats(user_id)])


def figures(found: GuildStats) -> Figures:
    """One person's figures in one server, as JSON has them."""
    return Figures(
        guild_id=found.guild_id,
        guild_name=found.guild_name,
        level=found.level,
        experience=found.experience,
        balance=found.balance,
        streak=found.streak,
        uses=found.uses,
        active_days=found.active_days,
        first_day=found.first_day,
        last_seen_at=found.last_seen_at,
    )


def _me(call: Call, known: Person) -> Me:
    return Me(
        id=known.id,
        username=known.username,
        avatar_url=known.avatar_url,
        language=known.language,
        operator=known.id in call.site.owner_ids,
    )
