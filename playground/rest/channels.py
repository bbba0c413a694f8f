"""REST: channels."""

from __future__ import annotations

from typing import Any

from discord_api.permissions import Permissions
from playground.rest.calls import Call
from playground.rest.errors import DiscordError, Fault, invalid_form, missing_access, missing_permissions
from playground.world.actors import Actor
from playground.world.entities import Channel, Json
from playground.world.objects import channel_json

_CHANNEL_UPDATE = 11
_LONGEST_SLOWMODE = 21600


async def show(call: Call) -> Json:
    return channel_json(call.state.world, visible_channel(call))


async def change(call: Call) -> Json:
    """Name, topic and slowmode; needs Manage Channels."""
    channel, form = visible_channel(call), call.form
    actor = by_the_bot_in(call, channel)
    if not held(call, channel).allows(Permissions.MANAGE_CHANNELS):
        raise missing_permissions()
    faults = [fault for key, value in form.items() if (fault := _channel_fault(key, value))]
    if faults:
        raise invalid_form(*faults)
    changes = []
    for key, value in form.items():
        new = value or 0 if key == "rate_limit_per_user" else value
        if new != (old := getattr(channel, key)):
            changes.append({"key": key, "old_value": old, "new_value": new})
            setattr(channel, key, new)
    if changes:
        actor.record(_CHANNEL_UPDATE, channel.id, *changes)
    return channel_json(call.state.world, channel)


def _channel_fault(key: str, value: Any) -> Fault | None:
    match key:
        case "name" if not 1 <= len(value) <= 100:
            return Fault((key,), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
        case "topic" if len(value or "") > 1024:
            return Fault((key,), "BASE_TYPE_MAX_LENGTH", "Must be 1024 or fewer in length.")
        case "rate_limit_per_user" if not 0 <= (value or 0) <= _LONGEST_SLOWMODE:
            return Fault((key,), "NUMBER_TYPE_RANGE", f"int value should be from 0 to {_LONGEST_SLOWMODE}.")
        case "name" | "topic" | "rate_limit_per_user":
            return None
    return Fault((key,), "PLAYGROUND_UNSUPPORTED_FIELD", "The playground can't change this.")


def visible_channel(call: Call) -> Channel:
    """The channel, if the bot can see it."""
    channel = call.state.world.channel(call.ids["channel_id"])
    if not call.state.world.sees(call.state.world.bot.id, channel):
        raise missing_access()
    return channel


def by_the_bot_in(call: Call, channel: Channel) -> Actor:
    """The bot as it changes a channel of a guild."""
    guild = call.state.world.guild_of(channel)
    if guild is None:
        raise DiscordError(403, 50003, "Cannot execute action on a DM channel")
    return Actor(call.state, guild, call.state.world.bot.id, call.reason)


def held(call: Call, channel: Channel) -> Permissions:
    """The bot's permissions in the channel."""
    return call.state.world.channel_permissions(channel, call.state.world.bot.id)
