"""Moderation: cases, punishments and their timers."""

from __future__ import annotations

from locales import t
from services.core.areas import Area

MODERATION = Area(
    name="moderation",
    title=t("Moderation"),
    icon="🛡️",
    about=t("Warnings, timeouts, bans, and a record of each."),
    optional=True,
)
