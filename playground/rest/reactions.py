"""REST: reactions to messages. The servers have no custom emoji, so only Unicode emoji are known."""

from __future__ import annotations

import unicodedata

from discord_api.permissions import Permissions
from playground.page.news import tell_message
from playground.rest.calls import Call
from playground.rest.channels import held, visible_channel
from playground.rest.errors import DiscordError, missing_permissions, unknown
from playground.rest.messages import visible_message
from playground.world.entities import Json, Message
from playground.world.objects import user_json

_MOST_EMOJI = 20
_KEYCAP = "\N{COMBINING ENCLOSING KEYCAP}"


async def add(call: Call) -> None:
    """Needs Add Reactions only if nobody has reacted with this emoji."""
    message, emoji = _readable(call), _emoji(call)
    if emoji not in message.reactions:
        if not _holds(call, Permissions.ADD_REACTIONS):
            raise missing_permissions()
        if len(message.reactions) >= _MOST_EMOJI:
            raise DiscordError(400, 30010, "Maximum number of reactions reached (20)")
    who = message.reactions.setdefault(emoji, [])
    if call.user_id not in who:
        who.append(call.user_id)
        tell_message(call.state, message)


async def remove_own(call: Call) -> None:
    _remove(call, call.user_id)


async def remove(call: Call) -> None:
    """Remove a user's reaction; needs Manage Messages unless it is the bot's own."""
    user_id = call.state.world.user(call.ids["user_id"]).id
    if user_id != call.user_id:
        _require_manager(call)
    _remove(call, user_id)


async def who(call: Call) -> list[Json]:
    """The users who reacted with this emoji, sorted by ID, in pages."""
    reacted = _readable(call).reactions.get(_emoji(call), [])
    limit, after = call.number("limit", 25, 1, 100), call.number("after", 0, 0, 1 << 63)
    chosen = sorted(user_id for user_id in reacted if user_id > after)[:limit]
    return [user_json(call.state.world.users[user_id]) for user_id in chosen]


async def remove_emoji(call: Call) -> None:
    _require_manager(call)
    message = _readable(call)
    message.reactions.pop(_emoji(call), None)
    tell_message(call.state, message)


async def remove_all(call: Call) -> None:
    _require_manager(call)
    message = _readable(call)
    message.reactions.clear()
    tell_message(call.state, message)


def _remove(call: Call, user_id: int) -> None:
    """Removing a reaction that doesn't exist succeeds, as on Discord."""
    message, emoji = _readable(call), _emoji(call)
    left = [reacted for reacted in message.reactions.pop(emoji, []) if reacted != user_id]
    if left:
        message.reactions[emoji] = left
    tell_message(call.state, message)


def _readable(call: Call) -> Message:
    message = visible_message(call, visible_channel(call))
    if not _holds(call, Permissions.READ_MESSAGE_HISTORY):
        raise missing_permissions()
    return message


def _emoji(call: Call) -> str:
    if not any(char == _KEYCAP or unicodedata.category(char) == "So" for char in call.emoji):
        raise unknown("Emoji")
    return call.emoji


def _require_manager(call: Call) -> None:
    if not _holds(call, Permissions.MANAGE_MESSAGES):
        raise missing_permissions()


def _holds(call: Call, permission: Permissions) -> bool:
    return held(call, visible_channel(call)).allows(permission)
