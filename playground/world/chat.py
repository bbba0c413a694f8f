"""What people write themselves."""

from __future__ import annotations

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
    """An ordinary message by a person, told to everyone who sees the channel."""
    if not isinstance(content, str) or not content.strip():
        raise Refusal("Write something first.")
    if len(content) > MOST_TEXT:
        raise Refusal(f"A message has at most {MOST_TEXT} characters.")
    may = state.world.channel_permissions(channel, user_id).allows(Permissions.SEND_MESSAGES)
    if not may or not is_text(channel):
        raise Refusal("You do not have permission to send messages in this channel.", status=403)
    found = pings(state.world, channel, user_id, content, CHANNEL_DEFAULT)
    message = Message(
        state.world.new_id(),
        channel.id,
        user_id,
        content.strip(),
        pinged=found.users,
        pinged_roles=found.roles,
        pings_everyone=found.everyone,
    )
    state.world.add_message(message)
    tell_message(state, message)
    return message
