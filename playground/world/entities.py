"""Users, guilds, roles, channels, messages and what else exists in a playground."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, Literal

from discord_api import snowflakes
from discord_api.permissions import Overwrite, Permissions

Json = dict[str, Any]

EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15

TOKEN_LIFE = timedelta(minutes=15)
"""How long the bot can edit its response and follow up."""


class ChannelType(IntEnum):
    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5


@dataclass
class User:
    """A user account; `about` is a short description for people who choose whom to act as."""

    id: int
    username: str
    global_name: str | None
    locale: str = "en-US"
    about: str = ""
    bot: bool = False
    takes_dms: bool = True
    public_flags: int = 0

    @property
    def avatar(self) -> str:
        """A hash in Discord's format, the same at every start."""
        return f"{self.id * 0x9E3779B97F4A7C15 % (1 << 128):032x}"


@dataclass
class Role:
    id: int
    name: str
    position: int
    permissions: Permissions = field(default_factory=Permissions.none)
    color: int = 0
    hoist: bool = False
    mentionable: bool = False
    managed: bool = False
    bot_id: int | None = None


@dataclass
class Member:
    user_id: int
    joined_at: datetime
    role_ids: list[int] = field(default_factory=list)
    nick: str | None = None
    status_text: str = ""
    timed_out_until: datetime | None = None


@dataclass
class Channel:
    """A channel of a guild or, if `guild_id` is None, the bot's DM with `recipient_id`."""

    id: int
    type: ChannelType
    name: str = ""
    guild_id: int | None = None
    topic: str | None = None
    position: int = 0
    parent_id: int | None = None
    overwrites: list[Overwrite] = field(default_factory=list)
    recipient_id: int | None = None
    rate_limit_per_user: int = 0  # slowmode, in seconds
    messages: dict[int, Message] = field(default_factory=dict)
    pins: dict[int, datetime] = field(default_factory=dict)  # when it was pinned, by message ID
    wrote_at: dict[int, datetime] = field(default_factory=dict)  # when each person last wrote, by user ID


@dataclass(frozen=True)
class Origin:
    """The interaction that a message responds to; `opened_by` is the one that opened its modal."""

    interaction_id: int
    type: int
    name: str
    user_id: int
    token: str = field(repr=False)
    original_id: int | None = None
    message_id: int | None = None
    target_user_id: int | None = None
    target_message_id: int | None = None
    opened_by: Origin | None = None


@dataclass
class Attachment:
    id: int
    filename: str
    content: bytes
    content_type: str
    description: str | None = None
    spoiler: bool = False


@dataclass
class Message:
    id: int
    channel_id: int
    author_id: int
    content: str = ""
    type: int = 0
    flags: int = 0
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    pinged: list[int] = field(default_factory=list)
    pinged_roles: list[int] = field(default_factory=list)
    pings_everyone: bool = False
    edited_at: datetime | None = None
    origin: Origin | None = None
    ephemeral_for: int | None = None
    reply_to: int | None = None
    nonce: str | int | None = None
    reactions: dict[str, list[int]] = field(default_factory=dict)  # user IDs by emoji

    @property
    def made_at(self) -> datetime:
        return snowflakes.made_at(self.id)

    def state(self, now: datetime) -> Literal["thinking", "failed"] | None:
        """Whether the bot is still "thinking", or has failed to respond within 15 minutes."""
        if not self.flags & LOADING:
            return None
        return "thinking" if snowflakes.age(self.id, now) < TOKEN_LIFE else "failed"


@dataclass
class AuditEntry:
    id: int
    action_type: int
    user_id: int
    target_id: int
    reason: str | None
    changes: list[Json]
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CommandOverride:
    """One permission for a command, or for all of the bot's, under Server Settings > Integrations."""

    target_id: int
    kind: Literal[1, 2, 3]  # role, user, channel
    allowed: bool


@dataclass
class Guild:
    id: int
    name: str
    owner_id: int
    locale: str
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channel_ids: list[int] = field(default_factory=list)
    bans: dict[int, str | None] = field(default_factory=dict)  # the reason, by user ID
    outsiders_banned: list[datetime] = field(default_factory=list)  # when someone was banned who wasn't a member
    audit_log: list[AuditEntry] = field(default_factory=list)
    command_permissions: dict[int, list[CommandOverride]] = field(
        default_factory=dict
    )  # by command ID or application ID

    @property
    def icon(self) -> str:
        return f"{self.id * 0x9E3779B97F4A7C15 % (1 << 128):032x}"
