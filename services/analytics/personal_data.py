"""Personal data stored by the analytics area: about whom, why, for how long, and what erasure leaves."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import COUNTS, GONE, NAMELESS, Table, columns, who

TABLES: Mapping[str, Table] = {
    "command_usage": Table(
        t("Which commands you used, and how long the answer took."),
        t("So that whoever runs Tatiana sees what is used and what is slow."),
        t("180 days"),
        columns(
            people={"user_id": who(NAMELESS)}, about="command_name milliseconds outcome timestamp", nobody="id guild_id"
        ),
        expires="timestamp < now() - interval '180 days'",
    ),
    "member_days": Table(
        t("On which days you used Tatiana in a server."),
        t("So that a server sees how many members are active."),
        t("120 days; your first day in each server as long as the server has Tatiana"),
        columns(people={"user_id": who(GONE)}, about="day uses newcomer", nobody="id guild_id"),
        # Enough for 90-day windows with rows up to 30 days late; the first day tells newcomers from the rest.
        expires="NOT newcomer AND day < now() - interval '120 days'",
    ),
    "command_hours": Table(
        t("How often each command was used in an hour."),
        COUNTS,
        t("90 days"),
        columns(nobody="id guild_id hour command_name uses answered deferred refused failed latency earlier"),
        expires="hour < now() - interval '90 days'",
    ),
    "guild_hours": Table(
        t("How often commands were used in an hour."),
        COUNTS,
        t("90 days"),
        columns(nobody="id guild_id hour uses failed"),
        expires="hour < now() - interval '90 days'",
    ),
    "command_days": Table(
        t("How often each command was used on a day."),
        COUNTS,
        t("2 years"),
        columns(nobody="id guild_id day command_name uses answered deferred refused failed latency earlier"),
        expires="day < now() - interval '2 years'",
    ),
    "guild_days": Table(
        t("How many members were active on a day."),
        COUNTS,
        t("2 years"),
        columns(nobody="id guild_id day active active_7 active_30 active_90 new uses failed"),
        expires="day < now() - interval '2 years'",
    ),
    "economy_days": Table(
        t("How many coins moved on a day."),
        COUNTS,
        t("as long as the server has Tatiana, and 30 days longer"),
        columns(nobody="id guild_id day kind transfers coins minted burned"),
    ),
    "statistics_cursors": Table(
        t("How far was counted."), COUNTS, t("for ever"), columns(nobody="source last_id counted_at"), key="source"
    ),
}
