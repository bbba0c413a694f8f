"""Discord's JSON for the things of the playground."""

from __future__ import annotations

from typing import Any

from . import components as tree
from .things import (
    COMPONENTS_V2,
    EPHEMERAL,
    Attachment,
    Channel,
    ChannelType,
    Guild,
    Json,
    Member,
    Message,
    Origin,
    Role,
    User,
)
from .world import World


def user_json(user: User) -> Json:
    made: Json = {
        "id": str(user.id),
        "username": user.username,
        "global_name": user.global_name,
        "discriminator": "4821" if user.bot else "0",
        "avatar": user.avatar,
        "public_flags": user.public_flags,
        "flags": user.public_flags,
        "primary_guild": None,
    }
    return made | ({"bot": True} if user.bot else {})


def member_json(member: Member) -> Json:
    """A member without the user, as interactions resolve them."""
    until = member.timed_out_until
    return {
        "nick": member.nick,
        "avatar": None,
        "banner": None,
        "roles": [str(role_id) for role_id in member.role_ids],
        "joined_at": member.joined_at.isoformat(),
        "premium_since": None,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": until.isoformat() if until else None,
    }


def full_member_json(world: World, member: Member) -> Json:
    return member_json(member) | {"user": user_json(world.users[member.user_id]), "mute": False, "deaf": False}


def role_json(role: Role) -> Json:
    made: Json = {
        "id": str(role.id),
        "name": role.name,
        "color": role.color,
        "colors": {"primary_color": role.color, "secondary_color": None, "tertiary_color": None},
        "hoist": role.hoist,
        "icon": None,
        "unicode_emoji": None,
        "position": role.position,
        "permissions": str(int(role.permissions)),
        "managed": role.managed,
        "mentionable": role.mentionable,
        "flags": 0,
    }
    return made | ({"tags": {"bot_id": str(role.bot_id)}} if role.bot_id else {})


def channel_json(world: World, channel: Channel) -> Json:
    last = max(channel.messages, default=None)
    made: Json = {
        "id": str(channel.id),
        "type": int(channel.type),
        "last_message_id": str(last) if last else None,
        "flags": 0,
    }
    if channel.recipient_id is not None:
        return made | {"recipients": [user_json(world.users[channel.recipient_id])]}
    return made | {
        "guild_id": str(channel.guild_id),
        "name": channel.name,
        "topic": channel.topic,
        "position": channel.position,
        "parent_id": str(channel.parent_id) if channel.parent_id else None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "permission_overwrites": [
            {
                "id": str(overwrite.target_id),
                "type": int(overwrite.target_id in world.users),
                "allow": str(int(overwrite.allow)),
                "deny": str(int(overwrite.deny)),
            }
            for overwrite in channel.overwrites
        ],
    }


def guild_json(guild: Guild, *, with_counts: bool) -> Json:
    made: Json = {
        "id": str(guild.id),
        "name": guild.name,
        "icon": guild.icon,
        "owner_id": str(guild.owner_id),
        "preferred_locale": guild.locale,
        "features": [],
        "roles": [role_json(role) for role in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        **_PLAIN_GUILD,
    }
    counts = {"approximate_member_count": len(guild.members), "approximate_presence_count": len(guild.members)}
    return made | (counts if with_counts else {})


# What a small server without boosts and extras answers.
_PLAIN_GUILD: Json = {
    "description": None,
    "home_header": None,
    "splash": None,
    "discovery_splash": None,
    "banner": None,
    "application_id": None,
    "afk_channel_id": None,
    "system_channel_id": None,
    "widget_channel_id": None,
    "max_presences": None,
    "vanity_url_code": None,
    "rules_channel_id": None,
    "safety_alerts_channel_id": None,
    "public_updates_channel_id": None,
    "incidents_data": None,
    "widget_enabled": False,
    "premium_progress_bar_enabled": False,
    "nsfw": False,
    "system_channel_flags": 0,
    "default_message_notifications": 0,
    "mfa_level": 0,
    "explicit_content_filter": 0,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "nsfw_level": 0,
    "region": "deprecated",
    "afk_timeout": 300,
    "verification_level": 1,
    "max_members": 25000000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
}


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
    """The message as REST and interactions show it."""
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
        "attachments": [attachment_json(message, one, origin_url) for one in message.attachments],
        "embeds": [_embed_json(embed, message, origin_url) for embed in message.embeds],
        "components": _with_media(message.components, message, origin_url),
        "pinned": False,
        "flags": message.flags | (EPHEMERAL if message.ephemeral_for else 0),
    }
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
    made["fields"] = [{"inline": False} | one for one in made.get("fields", [])]
    for key in ("image", "thumbnail"):
        if key in made:
            made[key] = made[key] | {"url": _resolved(made[key]["url"], message, origin_url)}
    return made


def _with_media(value: Any, message: Message, origin_url: str) -> Any:
    """Components with `attachment://` replaced by where the file is served."""
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
    named = (one for one in message.attachments if one.filename == url.removeprefix("attachment://"))
    return next(({"name": one.filename, "size": len(one.content)} for one in named), {})


def _resolved(url: str, message: Message, origin_url: str) -> str:
    if url.startswith("attachment://"):
        for attachment in message.attachments:
            if attachment.filename == url.removeprefix("attachment://"):
                return attachment_url(message, attachment, origin_url)
    return url


def is_v2(message: Message) -> bool:
    return bool(message.flags & COMPONENTS_V2)


def is_text(channel: Channel) -> bool:
    """Whether messages can be written there."""
    return channel.type in (ChannelType.TEXT, ChannelType.DM, ChannelType.VOICE, ChannelType.ANNOUNCEMENT)
