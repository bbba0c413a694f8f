"""Personal data stored by the directory area: about whom, why, for how long, and what erasure leaves."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import EMPTIED, GONE, SERVICE, Table, columns, who

TABLES: Mapping[str, Table] = {
    "users": Table(
        t(
            "Your name and picture as Discord last reported them, your language, and when you're asked to confirm "
            "spending."
        ),
        SERVICE,
        t("until you delete your data"),
        columns(
            people={"discord_id": who(GONE)},
            about="username avatar_url language language_at confirm_percent created_at updated_at",
        ),
        key="discord_id",
    ),
    "user_guild_data": Table(
        t("The servers where you have used Tatiana, when you last did, and your progress there."),
        SERVICE,
        t("until you delete your data"),
        columns(
            people={"user_id": who(GONE)},
            about="name display_name nickname level experience last_seen_at",
            nobody="id guild_id",
        ),
    ),
    "guilds": Table(
        t("The servers that have Tatiana, as Discord last reported them, and their settings."),
        SERVICE,
        t("for as long as the server has Tatiana, plus 30 days"),
        columns(
            people={"owner_id": who(EMPTIED)},
            nobody="discord_id name icon member_count told_at left_at prefix language language_at config "
            "config_version installed_at created_at updated_at",
        ),
        erase=("UPDATE guilds SET owner_id = NULL WHERE owner_id = $1 AND discord_id > $2 AND discord_id <= $3",),
        key="discord_id",
    ),
}
