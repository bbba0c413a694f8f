"""The names of permissions as Discord's settings show them in the reader's language, and how to give the bot some."""

from __future__ import annotations

from collections.abc import Mapping

from discord_api.permissions import Permissions
from locales import Text, join, t
from services.core import site_links

_NAMES: Mapping[Permissions, Text] = {
    Permissions.CREATE_INSTANT_INVITE: t("Create Invite"),
    Permissions.KICK_MEMBERS: t("Kick Members"),
    Permissions.BAN_MEMBERS: t("Ban Members"),
    Permissions.ADMINISTRATOR: t("Administrator"),
    Permissions.MANAGE_CHANNELS: t("Manage Channels"),
    Permissions.MANAGE_GUILD: t("Manage Server"),
    Permissions.ADD_REACTIONS: t("Add Reactions"),
    Permissions.VIEW_AUDIT_LOG: t("View Audit Log"),
    Permissions.PRIORITY_SPEAKER: t("Priority Speaker"),
    Permissions.STREAM: t("Video"),
    Permissions.VIEW_CHANNEL: t("View Channel"),
    Permissions.SEND_MESSAGES: t("Send Messages"),
    Permissions.SEND_TTS_MESSAGES: t("Send Text-to-Speech Messages"),
    Permissions.MANAGE_MESSAGES: t("Manage Messages"),
    Permissions.EMBED_LINKS: t("Embed Links"),
    Permissions.ATTACH_FILES: t("Attach Files"),
    Permissions.READ_MESSAGE_HISTORY: t("Read Message History"),
    Permissions.MENTION_EVERYONE: t("Mention @everyone, @here and All Roles"),
    Permissions.USE_EXTERNAL_EMOJIS: t("Use External Emoji"),
    Permissions.VIEW_GUILD_INSIGHTS: t("View Server Insights"),
    Permissions.CONNECT: t("Connect"),
    Permissions.SPEAK: t("Speak"),
    Permissions.MUTE_MEMBERS: t("Mute Members"),
    Permissions.DEAFEN_MEMBERS: t("Deafen Members"),
    Permissions.MOVE_MEMBERS: t("Move Members"),
    Permissions.USE_VAD: t("Use Voice Activity"),
    Permissions.CHANGE_NICKNAME: t("Change Nickname"),
    Permissions.MANAGE_NICKNAMES: t("Manage Nicknames"),
    Permissions.MANAGE_ROLES: t("Manage Roles"),
    Permissions.MANAGE_WEBHOOKS: t("Manage Webhooks"),
    Permissions.MANAGE_GUILD_EXPRESSIONS: t("Manage Expressions"),
    Permissions.USE_APPLICATION_COMMANDS: t("Use Application Commands"),
    Permissions.REQUEST_TO_SPEAK: t("Request to Speak"),
    Permissions.MANAGE_EVENTS: t("Manage Events"),
    Permissions.MANAGE_THREADS: t("Manage Threads"),
    Permissions.CREATE_PUBLIC_THREADS: t("Create Public Threads"),
    Permissions.CREATE_PRIVATE_THREADS: t("Create Private Threads"),
    Permissions.USE_EXTERNAL_STICKERS: t("Use External Stickers"),
    Permissions.SEND_MESSAGES_IN_THREADS: t("Send Messages in Threads"),
    Permissions.USE_EMBEDDED_ACTIVITIES: t("Use Activities"),
    Permissions.MODERATE_MEMBERS: t("Timeout Members"),
    Permissions.VIEW_CREATOR_MONETIZATION_ANALYTICS: t("View Creator Monetization Analytics"),
    Permissions.USE_SOUNDBOARD: t("Use Soundboard"),
    Permissions.CREATE_GUILD_EXPRESSIONS: t("Create Expressions"),
    Permissions.CREATE_EVENTS: t("Create Events"),
    Permissions.USE_EXTERNAL_SOUNDS: t("Use External Sounds"),
    Permissions.SEND_VOICE_MESSAGES: t("Send Voice Messages"),
    Permissions.SET_VOICE_CHANNEL_STATUS: t("Set Voice Channel Status"),
    Permissions.SEND_POLLS: t("Create Polls"),
    Permissions.USE_EXTERNAL_APPS: t("Use External Apps"),
    Permissions.PIN_MESSAGES: t("Pin Messages"),
    Permissions.BYPASS_SLOWMODE: t("Bypass Slowmode"),
}


def named(permissions: Permissions) -> Text:
    """Some permissions by name, separated by commas."""
    return join([_NAMES[one] for one in Permissions if one & permissions], ", ")


def missing(permissions: Permissions, guild_id: int) -> Text:
    """A sentence that the bot lacks some permissions in a server, and both ways to change that."""
    return t(
        "I'm missing these permissions: {permissions}. Turn them on for my role in Server Settings › Roles, or add me "
        "again with them: {link}",
        permissions=named(permissions),
        link=site_links.page(f"/servers/{guild_id}/invite"),
    )
