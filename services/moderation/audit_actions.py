"""Cases in the audit log, and so in the log channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from locales import t
from services.core.audit_actions import AuditAction, Detail, Event, plain_details, short


def _details(event: Event, guild_id: int) -> Sequence[Detail]:
    """The case with a link, why it was opened or failed, and until when it is in force."""
    said = dict(event.details)
    number, until = said.pop("case", None), _moment(said.pop("until", None))
    shown = [Detail(t("Case"), short(number), path=f"/cases/{number}")] if number else []
    return [
        *shown,
        *plain_details(_with(event, said), guild_id),
        *([Detail(t("Until"), f"{until:%Y-%m-%d %H:%M} UTC", typed=False)] if until else []),
    ]


def _with(event: Event, details: Mapping[str, object]) -> Event:
    return Event(event.id, event.actor_id, event.action, event.target, details, event.request_id, event.at)


def _moment(said: object) -> datetime | None:
    try:
        return datetime.fromisoformat(said).astimezone(UTC) if isinstance(said, str) else None
    except ValueError:
        return None


_MEMBERS = {
    "note": t("Added a note about a member"),
    "warn": t("Warned a member"),
    "timeout": t("Timed out a member"),
    "untimeout": t("Ended a timeout"),
    "kick": t("Kicked a member"),
    "ban": t("Banned a user"),
    "unban": t("Unbanned a user"),
    "softban": t("Kicked a member and deleted their messages"),
    "role": t("Changed a member's roles"),
    "nick": t("Changed a nickname"),
    "failed": t("Could not carry out a case"),
    "ended": t("Ended a case"),
    "not_lifted": t("Could not end a case in time; I keep trying"),
    "edited": t("Changed the reason of a case"),
    "duration": t("Changed the end of a case"),
    "voided": t("Voided a case"),
    "reopened": t("Reopened a case"),
    "noted": t("Added a private note to a case"),
    "evidence": t("Added evidence to a case"),
}

AUDIT: Mapping[str, AuditAction] = {
    f"moderation.{name}": AuditAction(label, of_member=True, details=_details) for name, label in _MEMBERS.items()
} | {"moderation.tampered": AuditAction(t("Found cases that were changed behind my back"), details=_details)}
