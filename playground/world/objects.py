"""Discord's JSON for users, members, roles, channels and guilds."""

from __future__ import annotations

from playground.world.entities import Channel, ChannelType, Guild, Json, Member, Role, User
from playground.world.world import World


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
    """A member without its user, as in the `resolved` data of interactions."""
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
    # IDs only increase, so the last message added is the newest.
    last = next(reversed(channel.messages), None)
    made: Json = {
        "id": str(channel.id),
        "type": int(channel.type),
        "last_message_id": str(last) if last else None,
        "flags": 0,
    }
    if channel.recipient_id is not None:
        return made | {"recipients": [user_json(world.users[channel.recipient_id])]}
    voice = _VOICE if channel.type is ChannelType.VOICE else {}
    return (
        made
        | voice
        | {
            "guild_id": str(channel.guild_id),
            "name": channel.name,
            "topic": channel.topic,
            "position": channel.position,
            "parent_id": str(channel.parent_id) if channel.parent_id else None,
            "nsfw": False,
            "rate_limit_per_user": channel.rate_limit_per_user,
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
    )


_VOICE: Json = {"bitrate": 64000, "user_limit": 0, "rtc_region": None, "video_quality_mode": 1}


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
    return made | (counts_json(guild) if with_counts else {})


def counts_json(guild: Guild) -> Json:
    """The approximate counts; in the playground everyone is always online."""
    return {"approximate_member_count": len(guild.members), "approximate_presence_count": len(guild.members)}


# The values for a small server without boosts.
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


def is_text(channel: Channel) -> bool:
    """Whether the channel can hold messages."""
    return channel.type in (ChannelType.TEXT, ChannelType.DM, ChannelType.VOICE, ChannelType.ANNOUNCEMENT)
