"""The names of permissions as Discord's settings show them in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from discord_api.permissions import Permissions
from locales import Text, join, t

# Those that our texts can name: required by a command, missing in the log channel, or too powerful for a sold role.
_NAMES: Mapping[Permissions, Text] = {
    Permissions.KICK_MEMBERS: t("Kick Members"),
    Permissions.BAN_MEMBERS: t("Ban Members"),
    Permissions.ADMINISTRATOR: t("Administrator"),
    Permissions.MANAGE_CHANNELS: t("Manage Channels"),
    Permissions.MANAGE_GUILD: t("Manage Server"),
    Permissions.VIEW_AUDIT_LOG: t("View Audit Log"),
    Permissions.VIEW_CHANNEL: t("View Channel"),
    Permissions.SEND_MESSAGES: t("Send Messages"),
    Permissions.MANAGE_MESSAGES: t("Manage Messages"),
    Permissions.MENTION_EVERYONE: t("Mention @everyone, @here and All Roles"),
    Permissions.VIEW_GUILD_INSIGHTS: t("View Server Insights"),
    Permissions.MUTE_MEMBERS: t("Mute Members"),
    Permissions.DEAFEN_MEMBERS: t("Deafen Members"),
    Permissions.MOVE_MEMBERS: t("Move Members"),
    Permissions.MANAGE_NICKNAMES: t("Manage Nicknames"),
    Permissions.MANAGE_ROLES: t("Manage Roles"),
    Permissions.MANAGE_WEBHOOKS: t("Manage Webhooks"),
    Permissions.MANAGE_GUILD_EXPRESSIONS: t("Manage Expressions"),
    Permissions.MANAGE_EVENTS: t("Manage Events"),
    Permissions.MANAGE_THREADS: t("Manage Threads"),
    Permissions.MODERATE_MEMBERS: t("Timeout Members"),
    Permissions.VIEW_CREATOR_MONETIZATION_ANALYTICS: t("View Creator Monetization Analytics"),
    Permissions.PIN_MESSAGES: t("Pin Messages"),
    Permissions.BYPASS_SLOWMODE: t("Bypass Slowmode"),
}


def named(permissions: Permissions) -> Text:
    """Some permissions by name, separated by commas."""
    return join([_NAMES[one] for one in Permissions if one & permissions], ", ")
