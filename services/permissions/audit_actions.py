"""Command rules in the audit log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from locales import command_name, t
from services import permissions
from services.core.audit_actions import AuditAction, Detail, Event, Subject, plain_details
from services.permissions import Kind, Target


def _command(event: Event) -> Subject:
    return Subject(t("/{command}", command=command_name(event.target)) if event.target else "")


def _rule(event: Event, guild_id: int) -> Sequence[Detail]:
    if event.details.get("for") not in set(Kind):
        return plain_details(event, guild_id)
    target = Target(Kind(event.details["for"]), int(event.details["id"]))
    return [Detail(t("For"), permissions.mention(target, guild_id), typed=False)]


AUDIT: Mapping[str, AuditAction] = {
    "command_rules.allow": AuditAction(t("Allowed a command"), _command, details=_rule),
    "command_rules.deny": AuditAction(t("Blocked a command"), _command, details=_rule),
    "command_rules.reset": AuditAction(t("Removed a command rule"), _command, details=_rule),
}
