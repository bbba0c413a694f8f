"""REST: pinned messages."""

from __future__ import annotations

from datetime import UTC, datetime

from discord_api.permissions import Permissions
from playground.page.news import tell_message
from playground.rest.calls import Call
from playground.rest.channels import by_the_bot_in, held, visible_channel
from playground.rest.errors import DiscordError, missing_permissions
from playground.rest.messages import readable_json, visible_message
from playground.world.entities import Channel, Json, Message

MESSAGE_PIN, MESSAGE_UNPIN = 74, 75
_MOST_PINS = 250


async def show_all(call: Call) -> Json:
    """The latest pins first, in pages by the time of pinning; none without Read Message History."""
    channel = visible_channel(call)
    limit = call.number("limit", 50, 1, 50)
    pins = sorted(channel.pins.items(), key=lambda pin: pin[1], reverse=True)
    if "before" in call.query:
        before = datetime.fromisoformat(call.query["before"])
        before = before if before.tzinfo else before.replace(tzinfo=UTC)
        pins = [pin for pin in pins if pin[1] < before]
    if not held(call, channel).allows(Permissions.READ_MESSAGE_HISTORY):
        pins = []
    items = [
        {"pinned_at": pinned_at.isoformat(), "message": readable_json(call, channel.messages[message_id])}
        for message_id, pinned_at in pins[:limit]
    ]
    return {"items": items, "has_more": len(pins) > limit}


async def pin(call: Call) -> None:
    """Needs Pin Messages; Manage Messages hasn't been enough since February 2026."""
    channel, message = _pinnable(call)
    if message.id in channel.pins:
        return
    if len(channel.pins) >= _MOST_PINS:
        raise DiscordError(400, 30003, f"Maximum number of pins reached for the channel ({_MOST_PINS})")
    channel.pins[message.id] = call.state.world.now()
    _record(call, channel, message, MESSAGE_PIN)


async def unpin(call: Call) -> None:
    channel, message = _pinnable(call)
    if channel.pins.pop(message.id, None) is not None:
        _record(call, channel, message, MESSAGE_UNPIN)


def _pinnable(call: Call) -> tuple[Channel, Message]:
    channel = visible_channel(call)
    message = visible_message(call, channel)
    if channel.guild_id is not None and not held(call, channel).allows(Permissions.PIN_MESSAGES):
        raise missing_permissions()
    return channel, message


def _record(call: Call, channel: Channel, message: Message, kind: int) -> None:
    tell_message(call.state, message)
    if channel.guild_id is not None:
        options = {"channel_id": str(channel.id), "message_id": str(message.id)}
        by_the_bot_in(call, channel).record(kind, message.author_id, options=options)
