"""Personal data stored by the permissions area: about whom, why, for how long, and what erasure leaves."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import GONE, NAMELESS, TRUST, Table, columns, who

TABLES: Mapping[str, Table] = {
    "command_rules": Table(
        t("Command rules that name you, or that you made."),
        TRUST,
        t("until an admin removes the rule"),
        columns(
            people={"target_id": who(GONE), "actor_id": who(NAMELESS)},
            nobody="id guild_id command target_kind allowed made_at",
        ),
        mine="(actor_id = $1 OR (target_kind = 'member' AND target_id = $1))",
        erase=(
            "DELETE FROM command_rules WHERE target_kind = 'member' AND target_id = $1 AND id > $2 AND id <= $3",
            "UPDATE command_rules SET actor_id = -1 WHERE actor_id = $1 AND id > $2 AND id <= $3",
        ),
    ),
}
