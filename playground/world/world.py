"""Everything that exists in the playground, and everyone's permissions in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from discord_api import permissions, snowflakes
from discord_api.permissions import Permissions
from playground.rest.errors import unknown
from playground.world.clock import Clock
from playground.world.entities import AuditEntry, Channel, ChannelType, Guild, Json, Member, Message, Role, User

IN_DM = (
    Permissions.VIEW_CHANNEL
    | Permissions.SEND_MESSAGES
    | Permissions.READ_MESSAGE_HISTORY
    | Permissions.ATTACH_FILES
    | Permissions.EMBED_LINKS
    | Permissions.MENTION_EVERYONE
    | Permissions.USE_EXTERNAL_EMOJIS
    | Permissions.USE_APPLICATION_COMMANDS
)
"""Permissions in a DM with the bot, for both sides."""


class World:
    """Everything that exists, and everyone's permissions in it."""

    def __init__(self, bot: User, clock: Clock) -> None:
        self.bot, self.clock = bot, clock
        self.users: dict[int, User] = {bot.id: bot}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.dms_opened: dict[int, datetime] = {}  # when the bot first did, by user ID
        self._last_id = 0

    def new_id(self) -> int:
        """A new, unique ID for the current time."""
        self._last_id = max(self._last_id + 1, snowflakes.first_at(self.now()))
        return self._last_id

    def now(self) -> datetime:
        """The time for Discord."""
        return self.clock.now()

    def age(self, snowflake: int) -> timedelta:
        """How long ago this ID was made."""
        return snowflakes.age(snowflake, self.now())

    def user(self, user_id: int) -> User:
        try:
            return self.users[user_id]
        except KeyError:
            raise unknown("User") from None

    def guild(self, guild_id: int) -> Guild:
        try:
            return self.guilds[guild_id]
        except KeyError:
            raise unknown("Guild") from None

    def channel(self, channel_id: int) -> Channel:
        try:
            return self.channels[channel_id]
        except KeyError:
            raise unknown("Channel") from None

    def guild_of(self, channel: Channel) -> Guild | None:
        return None if channel.guild_id is None else self.guilds[channel.guild_id]

    def channels_of(self, guild: Guild) -> Iterator[Channel]:
        return (self.channels[channel_id] for channel_id in guild.channel_ids)

    def guilds_of(self, user_id: int) -> Iterator[Guild]:
        return (guild for guild in self.guilds.values() if user_id in guild.members)

    def dm_with(self, user_id: int) -> Channel:
        """The bot's DM channel with this person; its ID is the same at every start."""
        # Flipping the lowest bit gives a channel ID that is stable without being stored.
        channel_id = user_id ^ 1
        if channel_id not in self.channels:
            self.channels[channel_id] = Channel(channel_id, ChannelType.DM, recipient_id=user_id)
        return self.channels[channel_id]

    def message(self, channel_id: int, message_id: int) -> Message:
        try:
            return self.channels[channel_id].messages[message_id]
        except KeyError:
            raise unknown("Message") from None

    def messages(self) -> Iterator[Message]:
        """Every message, oldest first within each channel."""
        for channel in self.channels.values():
            yield from channel.messages.values()

    # Permissions

    def guild_permissions(self, guild: Guild, user_id: int) -> Permissions:
        """A member's permissions in the guild; none if they aren't in it."""
        member = guild.members.get(user_id)
        if member is None:
            return Permissions.none()
        granted = [guild.roles[role_id].permissions for role_id in (guild.id, *member.role_ids)]
        return permissions.in_guild(granted, owner=guild.owner_id == user_id, timed_out=self.timed_out(member))

    def channel_permissions(self, channel: Channel, user_id: int) -> Permissions:
        """A person's permissions in the channel, including overwrites and timeouts."""
        guild = self.guild_of(channel)
        if guild is None:
            return IN_DM if user_id in (channel.recipient_id, self.bot.id) else Permissions.none()
        member = guild.members.get(user_id)
        if member is None:
            return Permissions.none()
        granted = [guild.roles[role_id].permissions for role_id in (guild.id, *member.role_ids)]
        return permissions.in_channel(
            permissions.in_guild(granted, owner=guild.owner_id == user_id),
            channel.overwrites,
            guild_id=guild.id,
            member_id=user_id,
            role_ids=member.role_ids,
            timed_out=self.timed_out(member),
        )

    def timed_out(self, member: Member) -> bool:
        return member.timed_out_until is not None and member.timed_out_until > self.now()

    def sees(self, user_id: int, channel: Channel) -> bool:
        return bool(self.channel_permissions(channel, user_id) & Permissions.VIEW_CHANNEL)

    def top_rank(self, guild: Guild, user_id: int) -> tuple[int, int]:
        """The position of the member's highest role."""
        role_ids = guild.members[user_id].role_ids
        return max((rank_of(guild.roles[role_id]) for role_id in role_ids), default=(0, 0))

    # Changes

    def add_message(self, message: Message) -> None:
        self.channels[message.channel_id].messages[message.id] = message

    def join(self, guild: Guild, user_id: int, role_ids: list[int] | None = None) -> Member:
        member = guild.members[user_id] = Member(user_id, self.now(), role_ids or [])
        return member

    def leave(self, guild: Guild, user_id: int) -> None:
        """Remove a member, who may be the bot; messages and audit log entries stay."""
        guild.members.pop(user_id, None)

    def audit(
        self,
        guild: Guild,
        by: int,
        action_type: int,
        target_id: int,
        reason: str | None,
        changes: list[Json],
        options: dict[str, str],
    ) -> None:
        guild.audit_log.append(AuditEntry(self.new_id(), action_type, by, target_id, reason, changes, options))


def rank_of(role: Role) -> tuple[int, int]:
    return permissions.rank(role.position, role.id)
