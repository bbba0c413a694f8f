"""The log channel of the staff."""

from __future__ import annotations

from datetime import timedelta

from discord_api.permissions import Permissions
from locales import t
from services.core.areas import Area
from services.core.audit_actions import AuditAction
from services.protection import log_posts, probe
from services.protection.personal_data import TABLES
from services.protection.scopes import SCOPES

PROTECTION = Area(
    name="protection",
    title=t("Protection"),
    icon="🚨",
    about=t("Posts staff actions to a log channel."),
    tables=TABLES,
    scopes=SCOPES,
    audit={
        "log_channel.broken": AuditAction(t("I can't post in the log channel"), posted=False),
        "log_channel.mended": AuditAction(t("I can post in the log channel again")),
    },
    jobs={log_posts.JOB: log_posts.post},
    rounds={"log_channel.spread": (timedelta(seconds=4), log_posts.spread)},
    probes={"logs": probe.probe},
    bot_permissions=Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES,
)
