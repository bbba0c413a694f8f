"""Settings of moderation: direct messages, defaults, and reasons to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from locales import Text, t
from models.moderation import CaseKind
from services.settings.kinds import Line, Number, Switch
from services.settings.module import Module

LONGEST_TEXT = 500  # characters of a direct message's text
MOST_REASONS = 25  # Discord: choices of an autocompleted option

_NOTIFY = t("Send members a direct message about it, unless the moderator decides otherwise")
_PLACEHOLDERS = "{server}, {member}, {reason}, {until}, {case}"
_TEXT = t("Replaces my words; these are filled in: {placeholders}", placeholders=_PLACEHOLDERS)


class Moderation(Module):
    """A server's settings of moderation."""

    module_name = "moderation"
    title = t("Moderation")
    groups: ClassVar[Mapping[str, Text]] = {
        "notify_warn": t("Direct messages"),
        "timeout_minutes": t("Defaults"),
    }

    notify_warn: Annotated[bool, Switch(t("Message about warnings"), _NOTIFY)] = True
    notify_timeout: Annotated[bool, Switch(t("Message about timeouts"), _NOTIFY)] = True
    notify_kick: Annotated[bool, Switch(t("Message about kicks"), _NOTIFY)] = True
    notify_ban: Annotated[bool, Switch(t("Message about bans"), _NOTIFY)] = True
    text_warn: Annotated[str, Line(t("Text about a warning"), _TEXT, LONGEST_TEXT, optional=True)] = ""
    text_timeout: Annotated[str, Line(t("Text about a timeout"), _TEXT, LONGEST_TEXT, optional=True)] = ""
    text_kick: Annotated[str, Line(t("Text about a kick"), _TEXT, LONGEST_TEXT, optional=True)] = ""
    text_ban: Annotated[str, Line(t("Text about a ban"), _TEXT, LONGEST_TEXT, optional=True)] = ""
    timeout_minutes: Annotated[
        int, Number(t("Length of timeouts (minutes)"), t("Where no duration is given"), 1, 40_320)
    ] = 10
    warning_days: Annotated[
        int,
        Number(t("Warnings count for (days)"), t("Where the moderator doesn't say; 0 for no end"), 0, 3650),
    ] = 0
    reasons: Annotated[
        str,
        Line(
            t("Reasons"), t("Suggested while a reason is typed; up to 25, separated by semicolons"), 1000, optional=True
        ),
    ] = ""

    def notifies(self, kind: CaseKind) -> bool:
        """Whether members get a direct message about such cases unless the moderator decides otherwise."""
        return bool(getattr(self, f"notify_{_group(kind)}", False))

    def text(self, kind: CaseKind) -> str:
        """The server's own words for such cases; empty for ours."""
        return str(getattr(self, f"text_{_group(kind)}", ""))

    @property
    def suggested_reasons(self) -> Sequence[str]:
        """The reasons to choose from."""
        return [one for reason in self.reasons.split(";") if (one := reason.strip())][:MOST_REASONS]


def _group(kind: CaseKind) -> str:
    """A softban is a kick to the member."""
    return "kick" if kind is CaseKind.SOFTBAN else kind.value
