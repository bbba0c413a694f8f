"""Personal data stored by the privacy area: about whom, why, for how long, and what erasure leaves."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import GONE, NAMELESS, Table, columns, who

TABLES: Mapping[str, Table] = {
    "erasures": Table(
        t("Your request to delete your data."),
        t("At your request."),
        t("until it is done; after that, it no longer has your name"),
        columns(
            people={"user_id": who(NAMELESS)},
            about="requested_at due_at wallets step",
            nobody="id begun_at done_at",
        ),
        by_steps=True,
    ),
    "exports": Table(
        t("The copy of your data that you requested, encrypted."),
        t("At your request."),
        t("24 hours"),
        columns(people={"user_id": who(GONE)}, about="requested_at expires_at", hidden="file", nobody="id"),
        expires="expires_at < tatiana_now()",
    ),
}
