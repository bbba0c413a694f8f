"""REST: the messages of a channel."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from discord_api.permissions import Permissions
from playground.page.news import tell_message
from playground.rest.calls import Call
from playground.rest.channels import by_the_bot_in, held, visible_channel
from playground.rest.errors import DiscordError, missing_permissions, unknown
from playground.world.composing import Letter, compose, remove, rewrite
from playground.world.entities import Channel, Json, Message
from playground.world.objects import is_text

_REPLY = 19
_MESSAGE_DELETE, _MESSAGE_BULK_DELETE = 72, 73
_BULK_DELETABLE = timedelta(days=14)


async def show_all(call: Call) -> list[Json]:
    """Newest first; an empty list without Read Message History."""
    channel = visible_channel(call)
    if not held(call, channel).allows(Permissions.READ_MESSAGE_HISTORY):
        return []
    limit = call.number("limit", 50, 1, 100)
    message_ids = sorted(
        (message.id for message in channel.messages.values() if message.ephemeral_for is None), reverse=True
    )
    if "around" in call.query:
        message_ids = _around(message_ids, call.number("around", 0, 0, 1 << 63), limit)
    elif "before" in call.query:
        message_ids = [message_id for message_id in message_ids if message_id < call.number("before", 0, 0, 1 << 63)]
    elif "after" in call.query:
        newer = [message_id for message_id in message_ids if message_id > call.number("after", 0, 0, 1 << 63)]
        message_ids = newer[-limit:]
    return [readable_json(call, channel.messages[message_id]) for message_id in message_ids[:limit]]


def _around(message_ids: list[int], middle: int, limit: int) -> list[int]:
    """The message itself, with as many newer as older ones where there are enough."""
    newer = [message_id for message_id in message_ids if message_id > middle][-(limit // 2) :]
    return [*newer, *(message_id for message_id in message_ids if message_id <= middle)]


async def show(call: Call) -> Json:
    return readable_json(call, visible_message(call, visible_channel(call)))


async def send(call: Call) -> Json:
    channel, form = visible_channel(call), call.form
    _refuse_unwritable(call, channel, form)
    if (again := _sent_before(channel, form)) is not None:
        return call.state.message_json(again)
    reply_to = _replied_to(call, channel, form)
    letter = Letter(form, call.uploads)
    made = compose(call.state, channel, letter, kind=_REPLY if reply_to else 0, reply_to=reply_to)
    tell_message(call.state, made)
    return call.state.message_json(made)


async def edit(call: Call) -> Json:
    message = visible_message(call, visible_channel(call))
    if message.author_id != call.state.world.bot.id:
        raise DiscordError(403, 50005, "Cannot edit a message authored by another user")
    rewrite(call.state, message, Letter(call.form, call.uploads))
    tell_message(call.state, message)
    return call.state.message_json(message)


async def delete(call: Call) -> None:
    channel = visible_channel(call)
    message = visible_message(call, channel)
    own = message.author_id == call.state.world.bot.id
    if not own and not held(call, channel).allows(Permissions.MANAGE_MESSAGES):
        raise missing_permissions()
    remove(call.state, message)
    if channel.guild_id is not None and not own:
        _record_deletion(call, channel, message.author_id)


async def bulk_delete(call: Call) -> None:
    """Delete 2 to 100 messages of at most 14 days; IDs of messages that don't exist count as well."""
    channel = visible_channel(call)
    actor = by_the_bot_in(call, channel)
    if not held(call, channel).allows(Permissions.MANAGE_MESSAGES):
        raise missing_permissions()
    message_ids = call.listed_ids("messages")
    if not 2 <= len(message_ids) <= 100:
        sentence = "Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100."
        raise DiscordError(400, 50016, sentence)
    if any(call.state.world.age(message_id) > _BULK_DELETABLE for message_id in message_ids):
        raise DiscordError(400, 50034, "A message provided was too old to bulk delete")
    found = [channel.messages[message_id] for message_id in message_ids if message_id in channel.messages]
    for message in found:
        remove(call.state, message)
    if found:
        actor.record(_MESSAGE_BULK_DELETE, channel.id, options={"count": str(len(found))})


def _record_deletion(call: Call, channel: Channel, author_id: int) -> None:
    """Discord counts a further deletion of the same author's messages in the entry that it has."""
    actor = by_the_bot_in(call, channel)
    latest = actor.guild.audit_log[-1:]
    for entry in latest:
        same = (entry.action_type, entry.user_id, entry.target_id) == (_MESSAGE_DELETE, actor.user_id, author_id)
        if same and entry.options["channel_id"] == str(channel.id):
            entry.options["count"] = str(int(entry.options["count"]) + 1)
            return
    actor.record(_MESSAGE_DELETE, author_id, options={"channel_id": str(channel.id), "count": "1"})


async def type_there(call: Call) -> None:
    """Discord shows "Tatiana is typing…" for ten seconds; the playground's page doesn't."""
    _refuse_unwritable(call, visible_channel(call), {})


def readable_json(call: Call, message: Message) -> Json:
    """The message; without the intent for message content, other people's come empty unless they mention the bot."""
    made, bot_id = call.state.message_json(message), call.state.world.bot.id
    in_guild = call.state.world.channels[message.channel_id].guild_id is not None
    if call.state.faults.no_message_content and in_guild and bot_id not in (message.author_id, *message.pinged):
        made |= {"content": "", "embeds": [], "attachments": [], "components": []}
    return made


def visible_message(call: Call, channel: Channel) -> Message:
    message = call.state.world.message(channel.id, call.ids["message_id"])
    # Ephemeral messages can only be reached with the interaction's token.
    if message.ephemeral_for is not None:
        raise unknown("Message")
    return message


def _refuse_unwritable(call: Call, channel: Channel, form: Json) -> None:
    world = call.state.world
    if not is_text(channel):
        raise DiscordError(400, 50008, "Cannot send messages in a non-text channel")
    if channel.recipient_id is not None:
        if not any(world.bot.id in guild.members for guild in world.guilds_of(channel.recipient_id)):
            raise DiscordError(403, 50278, "Cannot send messages to this user due to having no mutual guilds")
        if not world.users[channel.recipient_id].takes_dms:
            raise DiscordError(403, 50007, "Cannot send messages to this user")
    needed = Permissions.SEND_MESSAGES
    if form.get("embeds"):
        needed |= Permissions.EMBED_LINKS
    if call.uploads:
        needed |= Permissions.ATTACH_FILES
    if not held(call, channel).allows(needed):
        raise missing_permissions()


def _sent_before(channel: Channel, form: Json) -> Message | None:
    """The message already sent with this nonce, if `enforce_nonce` is set."""
    nonce: Any = form.get("nonce")
    if nonce is None or not form.get("enforce_nonce"):
        return None
    return next((message for message in channel.messages.values() if message.nonce == nonce), None)


def _replied_to(call: Call, channel: Channel, form: Json) -> int | None:
    reference = form.get("message_reference")
    if not reference:
        return None
    if not held(call, channel).allows(Permissions.READ_MESSAGE_HISTORY):
        raise DiscordError(400, 160002, "Cannot reply without permission to read message history")
    message_id = int(reference["message_id"])
    if message_id in channel.messages:
        return message_id
    if reference.get("fail_if_not_exists", True):
        raise unknown("Message")
    return None
