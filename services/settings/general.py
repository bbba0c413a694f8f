"""Settings of the whole server: language, staff roles, log channel, and who may see its pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from locales import Text, t
from services.settings.kinds import Channel, OneOf, Roles, Switch, Zone
from services.settings.module import Module

FOLLOW_DISCORD = "auto"
LANGUAGES = {"en-US": "English", "pt-BR": "Português (Brasil)", "es-ES": "Español"}


class General(Module):
    """A server's general settings."""

    module_name = "general"
    title = t("General")
    groups: ClassVar[Mapping[str, Text]] = {
        "language": t("Language and time"),
        "staff_role_ids": t("Staff"),
        "public_leaderboard": t("Visitors"),
    }

    language: Annotated[
        str,
        OneOf(
            t("Language"),
            t("Used for public replies"),
            {FOLLOW_DISCORD: t("the same as Discord"), **LANGUAGES},
        ),
    ] = FOLLOW_DISCORD
    time_zone: Annotated[str, Zone(t("Time zone"), t("Used for the days and hours in reports"))] = "UTC"
    staff_role_ids: Annotated[
        tuple[int, ...], Roles(t("Staff roles"), t("Members with one of these roles count as moderators"), 25)
    ] = ()
    log_channel_id: Annotated[int | None, Channel(t("Log channel"), t("Where I post staff logs"))] = None
    public_leaderboard: Annotated[
        bool, Switch(t("Public leaderboard"), t("Let people see the leaderboard without signing in"))
    ] = False
