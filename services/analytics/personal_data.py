"""Personal data stored by the analytics area: about whom, why, for how long, and what erasure leaves."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import COUNTS, GONE, NAMELESS, Table, columns, who

TABLES: Mapping[str, Table] = {
    "command_usage": Table(
        t("The commands you used, and how long each reply took."),
        t("So whoever hosts Tatiana can see what is used and what is slow."),
        t("180 days"),
        columns(
            people={"user_id": who(NAMELESS)}, about="command_name milliseconds outcome timestamp", nobody="id guild_id"
        ),
        expires="timestamp < tatiana_now() - interval '180 days'",
    ),
    "member_days": Table(
        t("The days on which you used Tatiana in each server."),
        t("So a server can see how many of its members are active."),
        t("120 days; your first day in each server for as long as that server has Tatiana"),
        columns(people={"user_id": who(GONE)}, about="day uses newcomer", nobody="id guild_id"),
        # Enough for 90-day windows with rows up to 30 days late; the first day tells newcomers from the rest.
        expires="NOT newcomer AND day < tatiana_now() - interval '120 days'",
    ),
    "command_hours": Table(
        t("How often each command was used per hour."),
        COUNTS,
        t("90 days"),
        columns(nobody="id guild_id hour command_name uses answered deferred refused failed latency earlier"),
        expires="hour < tatiana_now() - interval '90 days'",
    ),
    "guild_hours": Table(
        t("How often any command was used per hour."),
        COUNTS,
        t("90 days"),
        columns(nobody="id guild_id hour uses failed"),
        expires="hour < tatiana_now() - interval '90 days'",
    ),
    "command_days": Table(
        t("How often each command was used per day."),
        COUNTS,
        t("2 years"),
        columns(nobody="id guild_id day command_name uses answered deferred refused failed latency earlier"),
        expires="day < tatiana_now() - interval '2 years'",
    ),
    "guild_days": Table(
        t("How many members were active per day."),
        COUNTS,
        t("2 years"),
        columns(nobody="id guild_id day active active_7 active_30 active_90 new uses failed"),
        expires="day < tatiana_now() - interval '2 years'",
    ),
    "economy_days": Table(
        t("How many coins moved per day."),
        COUNTS,
        t("for as long as the server has Tatiana, plus 30 days"),
        columns(nobody="id guild_id day kind transfers coins minted burned"),
    ),
    "statistics_cursors": Table(
        t("How far the statistics have been counted."),
        COUNTS,
        t("forever"),
        columns(nobody="source last_id counted_at"),
        key="source",
    ),
}
