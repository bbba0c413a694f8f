"""Personal data stored by the settings area: about whom, why, for how long, and what erasure leaves."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import GONE, NAMELESS, SERVICE, TRUST, Table, columns, who

TABLES: Mapping[str, Table] = {
    "change_sets": Table(
        t("Who changed which of a server's settings."),
        TRUST,
        t("for as long as the server has Tatiana, plus 30 days"),
        columns(
            people={"actor_id": who(NAMELESS)},
            nobody="id guild_id number source changes reverts request_id created_at",
        ),
    ),
    "change_drafts": Table(
        t("Changes to settings that you have drafted and not applied yet."),
        SERVICE,
        t("until you apply or discard them; at most 30 days"),
        columns(people={"user_id": who(GONE)}, about="version chosen changed_at", nobody="id guild_id"),
        expires="changed_at < tatiana_now() - interval '30 days'",
    ),
    "setup_drafts": Table(
        t("A server's progress in the setup, and who did it."),
        SERVICE,
        t("until it is finished"),
        columns(
            people={"begun_by": who(NAMELESS), "changed_by": who(NAMELESS)},
            nobody="guild_id step chosen begun_at changed_at",
        ),
        key="guild_id",
    ),
}
