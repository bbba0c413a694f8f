"""The shop in the audit log."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.audit_actions import AuditAction, Event, Subject, changes


def _item(event: Event) -> Subject:
    number = event.target.removeprefix("#")
    return Subject(str(event.details.get("name") or f"#{number}"), f"/shop/{number}")


AUDIT: Mapping[str, AuditAction] = {
    "economy.item.create": AuditAction(t("Added an item to the shop"), _item),
    "economy.item.edit": AuditAction(t("Changed an item in the shop"), _item, details=changes),
    "economy.item.archive": AuditAction(t("Archived an item"), _item),
    "shop.role_not_given": AuditAction(t("Couldn't give a purchased role")),
}
