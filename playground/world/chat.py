"""Messages that people write and edit themselves."""

from __future__ import annotations

import math
from typing import Any

from discord_api.permissions import Permissions
from playground.page.news import tell_message
from playground.rest.errors import Refusal
from playground.rest.message_limits import MOST_TEXT
from playground.world.entities import Channel, Message
from playground.world.mentions import CHANNEL_DEFAULT, pings
from playground.world.objects import is_text
from playground.world.state import State


def say(state: State, user_id: int, channel: Channel, content: Any) -> Message:
    """Post an ordinary message by a person; everyone who sees the channel gets it."""
    text = _checked(content)
    may = state.world.channel_permissions(channel, user_id).allows(Permissions.SEND_MESSAGES)
    if not may or not is_text(channel):
        raise Refusal("You don't have permission to send messages in this channel.", status=403)
    _slow_down(state, user_id, channel)
    message = Message(state.world.new_id(), channel.id, user_id)
    _write(state, message, text)
    state.world.add_message(message)
    tell_message(state, message)
    return message


def edit(state: State, user_id: int, channel: Channel, message_id: int, content: Any) -> Message:
    """Change a person's own message; writing the same text again leaves it as it is."""
    message = state.world.message(channel.id, message_id)
    if message.author_id != user_id:
        raise Refusal("You can only edit your own messages.", status=403)
    text = _checked(content)
    if text != message.content:
        _write(state, message, text)
        message.edited_at = state.world.now()
        tell_message(state, message)
    return message


def _slow_down(state: State, user_id: int, channel: Channel) -> None:
    """Slowmode spares only those who hold Bypass Slowmode; since February 2026, managing messages doesn't count."""
    now = state.world.now()
    wrote_at = channel.wrote_at.get(user_id)
    exempt = state.world.channel_permissions(channel, user_id).allows(Permissions.BYPASS_SLOWMODE)
    if channel.rate_limit_per_user and wrote_at and not exempt:
        left = channel.rate_limit_per_user - (now - wrote_at).total_seconds()
        if left > 0:
            raise Refusal(f"Slowmode is on. You can write again in {math.ceil(left)} seconds.", status=403)
    channel.wrote_at[user_id] = now


def _checked(content: Any) -> str:
    if not isinstance(content, str) or not content.strip():
        raise Refusal("A message can't be empty.")
    if len(content) > MOST_TEXT:
        raise Refusal(f"A message can have up to {MOST_TEXT} characters.")
    return content.strip()


def _write(state: State, message: Message, text: str) -> None:
    channel = state.world.channels[message.channel_id]
    pinged = pings(state.world, channel, message.author_id, text, CHANNEL_DEFAULT)
    message.content = text
    message.pinged, message.pinged_roles, message.pings_everyone = pinged.users, pinged.roles, pinged.everyone
