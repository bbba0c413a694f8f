"""Economy corrections in the audit log."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.audit_actions import AuditAction, Event, Subject


def _transfer(event: Event) -> Subject:
    return Subject(event.target, f"/transfers/{event.target.removeprefix('#')}")


AUDIT: Mapping[str, AuditAction] = {
    "economy.grant": AuditAction(t("Gave coins"), of_member=True),
    "economy.take": AuditAction(t("Took coins"), of_member=True),
    "economy.reverse": AuditAction(t("Reversed a transfer"), _transfer),
    "economy.freeze": AuditAction(t("Froze a wallet"), of_member=True),
    "economy.unfreeze": AuditAction(t("Unfroze a wallet"), of_member=True),
    "economy.proof": AuditAction(t("Ran a ledger audit")),
}
