"""Personal data stored by the live area: about whom, why, for how long, and what erasure leaves."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import BLANKED, COUNTS, GONE, SERVICE, SIGN_IN, Table, columns, who

TABLES: Mapping[str, Table] = {
    "live_events": Table(
        t("Recent events in a server, for the people watching its pages."),
        SERVICE,
        t("one hour"),
        columns(mentions={"data": BLANKED}, nobody="id xid guild_id kind created_at"),
        mine="data::text LIKE '%' || $1::bigint::text || '%'",
    ),
    "live_history": Table(t("How far back live updates go."), COUNTS, t("forever"), columns(nobody="id xid event_id")),
    "socket_tickets": Table(
        t("Tickets for live updates."),
        SIGN_IN,
        t("one hour"),
        columns(people={"user_id": who(GONE)}, about="proof proof_id created_at", hidden="digest", nobody="id"),
        expires="created_at < now() - interval '1 hour'",
    ),
}
