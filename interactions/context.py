"""What a handler knows of the interaction it answers: frozen values parsed from Discord's payload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from discord_api.permissions import Permissions
from locales import t
from services.errors import Forbidden, UserError

_THREADS = (10, 11, 12)  # Discord: Channel Types


class Member(NamedTuple):
    """A person, as Discord described them in the payload; `roles` is empty and `permissions` none outside a guild."""

    id: int
    username: str
    display_name: str
    avatar: str | None = None
    bot: bool = False
    in_guild: bool = False
    roles: tuple[int, ...] = ()
    permission_bits: int = 0

    @property
    def permissions(self) -> Permissions:
        return Permissions(self.permission_bits)

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(frozen=True, slots=True)
class Role:
    """A role that was chosen as an option or in a select."""

    id: int
    name: str
    position: int
    managed: bool

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that was chosen as an option or in a select; `permissions` are the chooser's there."""

    id: int
    name: str
    type: int
    permissions: Permissions

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was uploaded as an option."""

    id: int
    filename: str
    size: int
    url: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Message:
    """The message that a message command was used on, with its content."""

    id: int
    channel_id: int
    content: str
    author_id: int


class Context(NamedTuple):
    """Who did what where, and in which language they read."""

    id: int
    request_id: str
    token: str
    member: Member
    locale: str
    guild_locale: str
    channel_id: int
    app_permission_bits: int
    place: int | None = None
    values: tuple[str, ...] = ()
    fields: Mapping[str, Any] = MappingProxyType({})
    message: Mapping[str, Any] | None = None
    refusal: UserError | None = None  # what came of a component's question to Discord
    parent_id: int | None = None

    @property
    def app_permissions(self) -> Permissions:
        """What we may do in this channel."""
        return Permissions(self.app_permission_bits)

    @property
    def guild_id(self) -> int:
        """The server this happened in; refused outside one, and where only the member installed us."""
        if self.place is None:
            raise Forbidden(t("This works only in a server that has added me."))
        return self.place

    @property
    def key(self) -> str:
        """The unique key of every effect of this interaction."""
        return f"interaction:{self.id}"


def member_of(user: Mapping[str, Any], member: Mapping[str, Any] | None) -> Member:
    """One person from Discord's user object and, in a guild, the member object beside it."""
    user_id = int(user["id"])
    username = user.get("username") or str(user_id)
    nick = member.get("nick") if member else None
    return Member(
        user_id,
        username,
        nick or user.get("global_name") or username,
        user.get("avatar"),
        bool(user.get("bot")),
        member is not None,
        tuple(map(int, member.get("roles") or ())) if member else (),
        int(member.get("permissions") or 0) if member else 0,
    )


def context_of(payload: Mapping[str, Any], request_id: str) -> Context:
    """The context of any interaction but a PING; raises KeyError or ValueError if Discord's fields are missing."""
    in_guild = payload.get("member")
    member = member_of(in_guild["user"], in_guild) if in_guild else member_of(payload["user"], None)
    owners = payload.get("authorizing_integration_owners") or {}
    guild_id = payload.get("guild_id")
    # With a user's own installation alone the server never agreed to us, and no rule of it may be read or changed.
    place = int(guild_id) if in_guild and guild_id and owners.get("0") == guild_id else None
    locale = payload.get("locale") or "en-US"
    return Context(
        id=int(payload["id"]),
        request_id=request_id,
        token=payload["token"],
        member=member,
        locale=locale,
        guild_locale=payload.get("guild_locale") or locale,
        channel_id=int(payload.get("channel_id") or 0),
        app_permission_bits=int(payload.get("app_permissions") or 0),
        place=place,
        message=payload.get("message"),
        parent_id=_parent(payload.get("channel") or {}),
    )


def _parent(channel: Mapping[str, Any]) -> int | None:
    """The channel that a thread is in; a channel's own parent is its category."""
    in_thread = channel.get("type") in _THREADS and channel.get("parent_id")
    return int(channel["parent_id"]) if in_thread else None
