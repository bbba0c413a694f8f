"""The core area: what all others share, and its background jobs."""

from __future__ import annotations

from datetime import timedelta

from locales import t
from services.core import vault
from services.core.areas import Area
from services.core.audit_actions import AuditAction, Subject
from services.core.personal_data import TABLES

CORE = Area(
    name="core",
    title=t("Basics"),
    icon="👋",
    about=t("Find your way, and choose the language I speak."),
    tables=TABLES,
    audit={
        "job.failed": AuditAction(t("A background job failed for good"), lambda event: Subject(event.target)),
        "request.refused": AuditAction(t("Tried something that is not theirs to do"), posted=False),
    },
    rounds={"vault.renew": (timedelta(hours=1), vault.renew)},
)
