"""Cases in words, for Discord and the dashboard."""

from __future__ import annotations

from collections.abc import Mapping

from locales import Text, t
from models.moderation import CaseKind, CaseState, NoticeState
from services.moderation.case import Case

KINDS: Mapping[CaseKind, Text] = {
    CaseKind.NOTE: t("Note"),
    CaseKind.WARN: t("Warning"),
    CaseKind.TIMEOUT: t("Timeout"),
    CaseKind.UNTIMEOUT: t("Timeout removed"),
    CaseKind.KICK: t("Kick"),
    CaseKind.BAN: t("Ban"),
    CaseKind.UNBAN: t("Ban removed"),
    CaseKind.SOFTBAN: t("Softban"),
    CaseKind.ROLE: t("Role change"),
    CaseKind.NICK: t("Nickname change"),
    CaseKind.PURGE: t("Purge"),
    CaseKind.SLOWMODE: t("Slowmode"),
    CaseKind.LOCK: t("Lock"),
}
STATES: Mapping[CaseState, Text] = {
    CaseState.PENDING: t("in progress"),
    CaseState.ACTIVE: t("active"),
    CaseState.ENDED: t("ended"),
    CaseState.FAILED: t("failed"),
    CaseState.VOIDED: t("voided"),
}
NOTICES: Mapping[NoticeState, Text] = {
    NoticeState.NONE: t("no direct message"),
    NoticeState.WAITING: t("direct message not sent yet"),
    NoticeState.SENT: t("direct message sent"),
    NoticeState.CLOSED: t("direct message not delivered: the member doesn't accept any from me"),
    NoticeState.UNKNOWN: t("Discord didn't say whether the direct message arrived"),
    NoticeState.CORRECTED: t("direct message sent, then corrected"),
}
# These happen at one moment; anything else is in force, or counts, until it ends.
_MOMENTARY = frozenset({CaseKind.UNTIMEOUT, CaseKind.KICK, CaseKind.UNBAN, CaseKind.SOFTBAN, CaseKind.PURGE})


def title(kind: CaseKind) -> Text:
    """The title of a kind of case."""
    return KINDS[kind]


def state(case: Case) -> Text:
    """The state of a case; what can't last, such as a kick, is done rather than ended, and a note is not in force."""
    if case.state is CaseState.ACTIVE and case.action is CaseKind.NOTE:
        return t("recorded")
    if case.state is CaseState.ENDED and case.action in _MOMENTARY:
        return t("done")
    return STATES[case.state]


def notice(case: Case) -> Text:
    """What became of the direct message about a case."""
    return NOTICES[case.notice]
