"""Discord's JSON for messages, with their authors, interactions and files."""

from __future__ import annotations

from typing import Any

from playground.client import components as tree
from playground.world.entities import EPHEMERAL, Attachment, Channel, Json, Message, Origin
from playground.world.objects import user_json
from playground.world.world import World


def attachment_json(message: Message, attachment: Attachment, origin_url: str) -> Json:
    made: Json = {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": len(attachment.content),
        "url": attachment_url(message, attachment, origin_url),
        "proxy_url": attachment_url(message, attachment, origin_url),
        "content_type": attachment.content_type,
    }
    if attachment.description:
        made["description"] = attachment.description
    return made | ({"ephemeral": True} if message.ephemeral_for else {})


def attachment_url(message: Message, attachment: Attachment, origin_url: str) -> str:
    return f"{origin_url}/attachments/{message.channel_id}/{attachment.id}/{attachment.filename}"


def message_json(world: World, message: Message, origin_url: str) -> Json:
    """The message object, as in REST responses and interactions."""
    channel = world.channels[message.channel_id]
    made: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel_id),
        "type": message.type,
        "content": message.content,
        "author": user_json(world.users[message.author_id]),
        "timestamp": message.made_at.isoformat(),
        "edited_timestamp": message.edited_at.isoformat() if message.edited_at else None,
        "tts": False,
        "mention_everyone": message.pings_everyone,
        "mentions": [user_json(world.users[user_id]) for user_id in message.pinged],
        "mention_roles": [str(role_id) for role_id in message.pinged_roles],
        "attachments": [attachment_json(message, attachment, origin_url) for attachment in message.attachments],
        "embeds": [_embed_json(embed, message, origin_url) for embed in message.embeds],
        "components": _with_media(message.components, message, origin_url),
        "pinned": message.id in channel.pins,
        "flags": message.flags | (EPHEMERAL if message.ephemeral_for else 0),
    }
    if message.reactions:
        made["reactions"] = [
            _reaction_json(emoji, who, me=world.bot.id in who) for emoji, who in message.reactions.items()
        ]
    if message.nonce is not None:
        made["nonce"] = message.nonce
    if message.origin:
        made["webhook_id"] = made["application_id"] = str(world.bot.id)
        made["interaction_metadata"] = metadata_json(world, channel, message, message.origin)
        if message.origin.type == 2:
            made["interaction"] = {
                "id": str(message.origin.interaction_id),
                "type": 2,
                "name": message.origin.name,
                "user": user_json(world.users[message.origin.user_id]),
            }
    if message.reply_to:
        made["message_reference"] = {"type": 0, "channel_id": made["channel_id"], "message_id": str(message.reply_to)}
        if channel.guild_id:
            made["message_reference"]["guild_id"] = str(channel.guild_id)
    return made


def _reaction_json(emoji: str, who: list[int], *, me: bool) -> Json:
    return {
        "emoji": {"id": None, "name": emoji},
        "count": len(who),
        "count_details": {"burst": 0, "normal": len(who)},
        "burst_colors": [],
        "me_burst": False,
        "me": me,
    }


def metadata_json(world: World, channel: Channel, message: Message, origin: Origin) -> Json:
    made: Json = {
        "id": str(origin.interaction_id),
        "type": origin.type,
        "user": user_json(world.users[origin.user_id]),
        "authorizing_integration_owners": {"0": str(channel.guild_id or 0)},
    }
    if origin.original_id and origin.original_id != message.id:
        made["original_response_message_id"] = str(origin.original_id)
    if origin.target_user_id:
        made["target_user"] = user_json(world.users[origin.target_user_id])
    if origin.target_message_id:
        made["target_message_id"] = str(origin.target_message_id)
    if origin.type == 3:
        made["interacted_message_id"] = str(origin.message_id)
    if origin.opened_by:
        made["triggering_interaction_metadata"] = metadata_json(world, channel, message, origin.opened_by)
    return made


def _embed_json(embed: Json, message: Message, origin_url: str) -> Json:
    made: Json = {"type": "rich"} | {key: value for key, value in embed.items() if value is not None}
    made["fields"] = [{"inline": False} | embed_field for embed_field in made.get("fields", [])]
    for key in ("image", "thumbnail"):
        if key in made:
            made[key] = made[key] | {"url": _resolved(made[key]["url"], message, origin_url)}
    return made


def _with_media(value: Any, message: Message, origin_url: str) -> Any:
    """Components with each `attachment://` URL replaced by the file's real one."""
    if isinstance(value, list):
        return [_with_media(inner, message, origin_url) for inner in value]
    if not isinstance(value, dict):
        return value
    made = {key: _with_media(inner, message, origin_url) for key, inner in value.items()}
    if made.get("type") == tree.Kind.FILE:
        made = made | _file_facts(value["file"]["url"], message)
    for key in ("media", "file"):
        if isinstance(value.get(key), dict) and "url" in value[key]:
            url = _resolved(value[key]["url"], message, origin_url)
            made[key] = {"id": str(message.id), "url": url, "proxy_url": url}
    return made


def _file_facts(url: str, message: Message) -> Json:
    matches = (
        attachment for attachment in message.attachments if attachment.filename == url.removeprefix("attachment://")
    )
    return next(({"name": attachment.filename, "size": len(attachment.content)} for attachment in matches), {})


def _resolved(url: str, message: Message, origin_url: str) -> str:
    if url.startswith("attachment://"):
        for attachment in message.attachments:
            if attachment.filename == url.removeprefix("attachment://"):
                return attachment_url(message, attachment, origin_url)
    return url
