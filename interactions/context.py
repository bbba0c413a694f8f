"""What a handler knows of the interaction it answers: frozen values parsed from Discord's payload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from discord_api.permissions import Permissions
from discord_api.snowflakes import HIGHEST
from locales import SOURCE, t
from services.core.actors import Actor
from services.core.errors import Forbidden, UserError

_THREADS = (10, 11, 12)  # Discord: Channel Types
_IN_A_SERVER = 0  # Discord: Interaction Context Types


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
    global_name: str | None = None
    nickname: str | None = None

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

    def chosen(self) -> tuple[str, ...]:
        """What was chosen in a menu, at least one entry."""
        if not self.values:
            raise UserError(t("Nothing was chosen. Please choose again."))
        return self.values

    def typed(self, field: str) -> str:
        """What was typed into a field of a form, without the spaces around it; nothing if it did not come back."""
        value = self.fields.get(field)
        return value.strip() if isinstance(value, str) else ""

    @property
    def guild_id(self) -> int:
        """The server this happened in; refused outside one, and where only the member installed us."""
        if self.place is None:
            raise Forbidden(t("This works only in a server that has added me."))
        return self.place

    @property
    def actor(self) -> Actor:
        """Whoever acts, for the audit log."""
        return Actor(self.member.id, self.request_id)

    @property
    def key(self) -> str:
        """The unique key of every effect of this interaction."""
        return f"interaction:{self.id}"


def member_of(user: Mapping[str, Any], member: Mapping[str, Any] | None) -> Member:
    """One person from Discord's user object and, in a guild, the member object beside it."""
    user_id = snowflake(user["id"])
    username = _text(user.get("username")) or str(user_id)
    nickname = _text(member.get("nick")) if member else None
    global_name = _text(user.get("global_name"))
    return Member(
        user_id,
        username,
        nickname or global_name or username,
        _text(user.get("avatar")),
        bool(user.get("bot")),
        member is not None,
        tuple(map(snowflake, member.get("roles") or ())) if member else (),
        int(member.get("permissions") or 0) if member else 0,
        global_name,
        nickname,
    )


def context_of(payload: Mapping[str, Any], request_id: str) -> Context:
    """The context of any interaction but a PING; raises KeyError or ValueError if Discord's fields are missing."""
    in_guild = payload.get("member")
    member = member_of(in_guild["user"], in_guild) if in_guild else member_of(payload["user"], None)
    locale = _text(payload.get("locale")) or SOURCE
    return Context(
        id=snowflake(payload["id"]),
        request_id=request_id,
        token=payload["token"],
        member=member,
        locale=locale,
        guild_locale=_text(payload.get("guild_locale")) or locale,
        channel_id=int(payload.get("channel_id") or 0),
        app_permission_bits=int(payload.get("app_permissions") or 0),
        place=_place(payload),
        message=_message(payload.get("message")),
        parent_id=_parent(payload.get("channel") or {}),
    )


def snowflake(value: object) -> int:
    """An id as Discord writes it; raises ValueError for what no column of ours could hold."""
    if isinstance(value, bool) or not isinstance(value, str | int) or not 0 < (found := int(value)) <= HIGHEST:
        raise ValueError("not an id")
    return found


def _place(payload: Mapping[str, Any]) -> int | None:
    """The server that this happened in and that has added us.

    With a member's own installation alone the server never agreed to us, and no rule of it may be read or changed.
    Discord once left out for weeks who had installed us; what else it says then counts, for our commands are
    registered for installations in servers only.
    """
    guild_id = payload.get("guild_id") or (payload.get("guild") or {}).get("id")
    if not payload.get("member") or not guild_id or payload.get("context") not in (None, _IN_A_SERVER):
        return None
    owners = payload.get("authorizing_integration_owners")
    by_server, by_member = (owners.get("0"), owners.get("1")) if isinstance(owners, dict) else (None, None)
    agreed = str(by_server) == str(guild_id) if by_server is not None else by_member is None
    return snowflake(guild_id) if agreed else None


def _message(message: Any) -> Mapping[str, Any] | None:
    """The message that was clicked, with flags and components of the types that Discord documents."""
    if message is None:
        return None
    if not isinstance(message.get("flags") or 0, int) or not isinstance(message.get("components") or [], list):
        raise TypeError("not a message")
    clicked: Mapping[str, Any] = message
    return clicked


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _parent(channel: Mapping[str, Any]) -> int | None:
    """The channel that a thread is in; a channel's own parent is its category."""
    in_thread = channel.get("type") in _THREADS and channel.get("parent_id")
    return int(channel["parent_id"]) if in_thread else None
