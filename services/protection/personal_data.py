"""Personal data stored by the protection area: about whom, why, for how long, and what erasure leaves."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import COUNTS, Table, columns

TABLES: Mapping[str, Table] = {
    "log_posts": Table(
        t("Log messages waiting to be posted in a server's log channel."),
        COUNTS,
        t("until they are posted"),
        columns(nobody="id guild_id event_id batch"),
    ),
    "log_channel_faults": Table(
        t("Log channels that I can't post in."),
        COUNTS,
        t("until I can"),
        columns(nobody="guild_id channel_id since"),
        key="guild_id",
    ),
}
