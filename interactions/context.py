"""The context of an interaction: frozen values parsed from Discord's payload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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
    """A person as described in the payload; outside a guild, `roles` is empty and `permissions` none."""

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
    joined_at: datetime | None = None

    @property
    def permissions(self) -> Permissions:
        return Permissions(self.permission_bits)

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(frozen=True, slots=True)
class Role:
    """A role chosen as an option or in a select."""

    id: int
    name: str
    position: int
    managed: bool

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel chosen as an option or in a select; `permissions` are the user's there."""

    id: int
    name: str
    type: int
    permissions: Permissions

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file uploaded as an option."""

    id: int
    filename: str
    size: int
    url: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Message:
    """The target of a message command."""

    id: int
    channel_id: int
    content: str
    author_id: int
    automatic: bool = False  # from a webhook, or from Discord itself


class Audience(NamedTuple):
    """The server in which a message is shown, and the person its buttons are for."""

    place: int | None
    member_id: int


class Context(NamedTuple):
    """The user, the place, and the language of one interaction."""

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
    refusal: UserError | None = None  # the result of a handler's `asks`
    parent_id: int | None = None

    @property
    def app_permissions(self) -> Permissions:
        """The bot's permissions in this channel."""
        return Permissions(self.app_permission_bits)

    def chosen(self) -> tuple[str, ...]:
        """The entries chosen in a menu, at least one."""
        if not self.values:
            raise UserError(t("Nothing was selected. Please choose again."))
        return self.values

    def typed(self, field: str) -> str:
        """The text of a modal's field, stripped; empty if the field is missing."""
        value = self.fields.get(field)
        return value.strip() if isinstance(value, str) else ""

    @property
    def guild_id(self) -> int:
        """The server's id; refused in DMs, and where only the member installed the app."""
        if self.place is None:
            raise Forbidden(t("This only works in a server that I've been added to."))
        return self.place

    @property
    def audience(self) -> Audience:
        """Where a response is shown, and who may press its buttons."""
        return Audience(self.place, self.member.id)

    @property
    def actor(self) -> Actor:
        """The person who acts, for the audit log."""
        return Actor(self.member.id, self.request_id)

    @property
    def key(self) -> str:
        """The idempotency key for every effect of this interaction."""
        return f"interaction:{self.id}"


def member_of(user: Mapping[str, Any], member: Mapping[str, Any] | None) -> Member:
    """A person from Discord's user object and, in a guild, member object."""
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
        _moment(member.get("joined_at")) if member else None,
    )


def context_of(payload: Mapping[str, Any], request_id: str) -> Context:
    """The context of any interaction except PING; KeyError or ValueError if fields are missing."""
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
    """Parse an id; ValueError for anything that does not fit our columns."""
    if isinstance(value, bool) or not isinstance(value, str | int) or not 0 < (found := int(value)) <= HIGHEST:
        raise ValueError("not an id")
    return found


def _place(payload: Mapping[str, Any]) -> int | None:
    """The server of an interaction, if the app is installed there.

    If only the member installed the app, the server never agreed, and none of its settings may be read or changed.
    Discord once omitted the installation owners for weeks; the other fields count then, because our commands are
    registered for server installations only.
    """
    guild_id = payload.get("guild_id") or (payload.get("guild") or {}).get("id")
    if not payload.get("member") or not guild_id or payload.get("context") not in (None, _IN_A_SERVER):
        return None
    owners = payload.get("authorizing_integration_owners")
    by_server, by_member = (owners.get("0"), owners.get("1")) if isinstance(owners, dict) else (None, None)
    agreed = str(by_server) == str(guild_id) if by_server is not None else by_member is None
    return snowflake(guild_id) if agreed else None


def _message(message: Any) -> Mapping[str, Any] | None:
    """The clicked message, if its flags and components have the documented types."""
    if message is None:
        return None
    if not isinstance(message.get("flags") or 0, int) or not isinstance(message.get("components") or [], list):
        raise TypeError("not a message")
    clicked: Mapping[str, Any] = message
    return clicked


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _parent(channel: Mapping[str, Any]) -> int | None:
    """The parent channel of a thread; None for other channels, whose parent is a category."""
    in_thread = channel.get("type") in _THREADS and channel.get("parent_id")
    return int(channel["parent_id"]) if in_thread else None
