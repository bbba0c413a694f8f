"""The caller: account, language and statistics."""

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


class User(Reply):
    """The caller's own account."""

    id: Id
    username: str = Field(examples=["alice"])
    avatar_url: str | None
    language: str | None = Field(description="Language of private replies; null follows Discord", examples=["en-US"])
    operator: bool = Field(description="Whether they host this installation")


class Preferences(Body):
    """The caller's own preferences."""

    language: Language | None = Field(description="Null follows Discord", examples=["pt-BR"])


class MemberStats(Reply):
    """A member's statistics in one server."""

    guild_id: Id
    guild_name: str | None
    level: int
    experience: int
    balance: int = Field(description="Coins", examples=[1250])
    streak: int = Field(description="Consecutive days with /daily")
    uses: int = Field(description="Commands used in the last 90 days")
    active_days: int = Field(description="Days (UTC) with at least one command, out of the last 90")
    first_day: date | None
    last_seen_at: Moment | None


class UserStats(Reply):
    """A user's statistics in all servers."""

    user_id: Id
    guilds: list[MemberStats] = Field(description="Latest seen first; at most 200")


@endpoint(Operation("Get your account", tag="users", reply=User))
async def me(call: Call) -> User:
    """The caller."""
    return _user(call, await directory.person(call.caller.user_id))


@endpoint(Operation("Choose your language", tag="users", body=Preferences, reply=User))
async def change(call: Call, body: Preferences) -> User:
    """It applies to commands and pages."""
    known = await directory.person(call.caller.user_id)
    await languages.choose_for_member(known.id, known.username, body.language)
    return _user(call, await directory.person(call.caller.user_id))


@endpoint(
    Operation(
        "Get your statistics in all servers",
        tag="users",
        reply=UserStats,
        description="Your own id only. Moderators read their members' statistics under their server.",
    )
)
async def stats(call: Call, user_id: int) -> UserStats:
    """The caller's own; 404 for any other id."""
    if user_id != call.caller.user_id:
        raise NotFound(t("There's nothing here, or it isn't yours."))
    return UserStats(user_id=user_id, guilds=[member_stats(stats) for stats in await profiles.stats(user_id)])


def member_stats(found: GuildStats) -> MemberStats:
    """The reply for a member's statistics in one server."""
    return MemberStats(
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


def _user(call: Call, known: Person) -> User:
    return User(
        id=known.id,
        username=known.username,
        avatar_url=known.avatar_url,
        language=known.language,
        operator=known.id in call.site.owner_ids,
    )
