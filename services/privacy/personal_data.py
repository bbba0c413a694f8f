"""Personal data stored by the privacy area: about whom, why, for how long, and what erasure leaves."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import GONE, NAMELESS, Table, columns, who

TABLES: Mapping[str, Table] = {
    "erasures": Table(
        t("Your wish to be forgotten."),
        t("You asked for it."),
        t("until it is done; then the row is nobody's"),
        columns(
            people={"user_id": who(NAMELESS)},
            about="requested_at due_at wallets step",
            nobody="id begun_at done_at",
        ),
        by_steps=True,
    ),
    "exports": Table(
        t("A copy of your data that you asked for, encrypted."),
        t("You asked for it."),
        t("24 hours"),
        columns(people={"user_id": who(GONE)}, about="requested_at expires_at", hidden="file", nobody="id"),
        expires="expires_at < now()",
    ),
}
