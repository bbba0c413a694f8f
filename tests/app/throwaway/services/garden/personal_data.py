"""What the garden stores about whom, and what erasure leaves of it."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import GONE, SERVICE, Table, columns, who

TABLES: Mapping[str, Table] = {
    "garden_plants": Table(
        t("What you planted."),
        SERVICE,
        t("until you have it deleted"),
        columns(people={"user_id": who(GONE)}, about="name watered_at", nobody="id guild_id"),
    )
}
