"""The core area: what all others share, and its background jobs."""

from __future__ import annotations

from datetime import timedelta

from discord_api import current
from locales import t
from services.core import areas, cdn_address, languages, own_ids, site_links, store, vault
from services.core.areas import Area
from services.core.audit_actions import AuditAction, Subject
from services.core.personal_data import TABLES
from services.core.process import Process


def _begin(process: Process) -> None:
    store.use(process.redis)
    site_links.use(process.public_url)
    cdn_address.use(process.cdn_url)
    current.use(process.discord)
    current.use_oauth(process.oauth)
    vault.use(process.encryption_keys)


CORE = Area(
    name="core",
    title=t("Basics"),
    icon="👋",
    about=t("Help, and the language I speak."),
    begin=_begin,
    forget=(languages.forget, own_ids.forget),
    tables=TABLES,
    audit={
        "job.failed": AuditAction(
            t("A background job failed and won't be retried"), lambda event: Subject(event.target)
        ),
        "request.refused": AuditAction(t("Tried something they don't have permission for"), posted=False),
    },
    rounds={"vault.renew": (timedelta(hours=1), lambda: vault.renew(areas.sealed()))},
)
