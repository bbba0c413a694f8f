"""Interaction payloads, as Discord sends them to the bot's endpoint."""

from __future__ import annotations

import base64
import secrets

from discord_api.permissions import Permissions
from playground.rest.uploads import MOST_BYTES
from playground.world.entities import Channel, Guild, Json, Message, Origin
from playground.world.message_objects import message_json
from playground.world.objects import channel_json, member_json, role_json, user_json
from playground.world.state import State

PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 1, 2, 3, 4, 5
GUILD_CONTEXT, BOT_DM = 0, 1


def new_token() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(72)).decode()


def ping(state: State) -> Json:
    return {
        "id": str(state.world.new_id()),
        "application_id": str(state.identity.application_id),
        "type": PING,
        "token": new_token(),
        "version": 1,
    }


def envelope(state: State, origin: Origin, channel: Channel, data: Json, kind: int, source: Message | None) -> Json:
    """Everything around `data`: the user, channel, locale and permissions."""
    world, guild = state.world, state.world.guild_of(channel)
    made: Json = {
        "id": str(origin.interaction_id),
        "application_id": str(state.identity.application_id),
        "type": kind,
        "token": origin.token,
        "version": 1,
        "channel_id": str(channel.id),
        "channel": _channel(state, channel, origin.user_id),
        "app_permissions": str(int(_app_permissions(state, channel))),
        "locale": world.users[origin.user_id].locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": {"0": str(guild.id if guild else 0)},
        "context": GUILD_CONTEXT if guild else BOT_DM,
        "attachment_size_limit": MOST_BYTES,
        "data": data,
    }
    if guild:
        made |= {
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "member": member(state, guild, channel, origin.user_id),
        }
    else:
        made["user"] = user_json(world.users[origin.user_id])
    if source is not None:
        made["message"] = message_json(world, source, state.origin_url)
    return made


def member(state: State, guild: Guild, channel: Channel, user_id: int) -> Json:
    """The acting member, whose `permissions` are those in this channel."""
    permissions = state.world.channel_permissions(channel, user_id)
    return member_json(guild.members[user_id]) | {
        "user": user_json(state.world.users[user_id]),
        "deaf": False,
        "mute": False,
        "permissions": str(int(permissions)),
    }


def _app_permissions(state: State, channel: Channel) -> Permissions:
    if channel.guild_id is None:
        return (
            Permissions.ATTACH_FILES
            | Permissions.EMBED_LINKS
            | Permissions.MENTION_EVERYONE
            | Permissions.USE_EXTERNAL_EMOJIS
        )
    return state.world.channel_permissions(channel, state.world.bot.id)


def _channel(state: State, channel: Channel, user_id: int) -> Json:
    made = channel_json(state.world, channel)
    made.pop("permission_overwrites", None)
    return made | {"permissions": str(int(state.world.channel_permissions(channel, user_id)))}


class Resolved:
    """The `resolved` maps: every object that the data refers to by ID."""

    def __init__(self, state: State, channel: Channel, user_id: int) -> None:
        self._state, self._channel, self._user_id = state, channel, user_id
        self._maps: dict[str, Json] = {}

    def add(self, kind: str, snowflake: int) -> bool:
        """Add a "user", "role", "channel" or "mentionable"; False if it can't be chosen here."""
        if kind == "mentionable":
            return self.add_role(snowflake) or self.add_user(snowflake)
        add = {"user": self.add_user, "role": self.add_role, "channel": self.add_channel}[kind]
        return add(snowflake)

    def add_user(self, user_id: int) -> bool:
        """False if no user has this ID; a user who isn't in the guild has no member object."""
        world, guild = self._state.world, self._state.world.guild_of(self._channel)
        if user_id not in world.users:
            return False
        self._put("users", user_id, user_json(world.users[user_id]))
        if guild and user_id in guild.members:
            made = member_json(guild.members[user_id])
            made["permissions"] = str(int(world.channel_permissions(self._channel, user_id)))
            self._put("members", user_id, made)
        return True

    def add_role(self, role_id: int) -> bool:
        guild = self._state.world.guild_of(self._channel)
        if guild is None or role_id not in guild.roles:
            return False
        self._put("roles", role_id, role_json(guild.roles[role_id]))
        return True

    def add_channel(self, channel_id: int) -> bool:
        """False if the acting person can't see this channel."""
        world, named = self._state.world, self._state.world.channels.get(channel_id)
        if named is None or named.guild_id != self._channel.guild_id or not world.sees(self._user_id, named):
            return False
        made = _channel(self._state, named, self._user_id)
        made["app_permissions"] = str(int(world.channel_permissions(named, world.bot.id)))
        self._put("channels", channel_id, made)
        return True

    def add_message(self, message: Message) -> None:
        self._put("messages", message.id, message_json(self._state.world, message, self._state.origin_url))

    def json(self) -> Json:
        """The part to merge into the data; empty if it refers to nothing."""
        return {"resolved": self._maps} if self._maps else {}

    def _put(self, kind: str, snowflake: int, made: Json) -> None:
        self._maps.setdefault(kind, {})[str(snowflake)] = made
