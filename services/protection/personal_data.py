"""Personal data stored by the protection area: about whom, why, for how long, and what erasure leaves."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import COUNTS, Table, columns

TABLES: Mapping[str, Table] = {
    "log_posts": Table(
        t("What a server's log channel has still to be told."),
        COUNTS,
        t("until it is posted"),
        columns(nobody="id guild_id event_id batch"),
    ),
    "log_channel_faults": Table(
        t("Which log channels can't be written to."),
        COUNTS,
        t("until they can"),
        columns(nobody="guild_id channel_id since"),
        key="guild_id",
    ),
}
