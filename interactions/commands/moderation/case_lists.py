"""Lists of cases in Discord, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from discord_api.markdown import plain
from interactions.commands.moderation.card import moment
from locales import Text, join, t
from models.moderation import CaseState
from services.core import clock
from services.core.mentions import LEFT, mention
from services.moderation import sentences
from services.moderation.case import Case

_SHORT = 60  # characters of a reason: ten cases must fit into the 4,000 of a card, with everything escaped


def lines(cases: Sequence[Case], *, of_member: bool = False) -> Text:
    """One case a line; a list about one member doesn't repeat who that is."""
    return join([_line(case, of_member=of_member) for case in cases])


def counts(warning: Case) -> Text:
    """What a warning still counts for."""
    if warning.state is CaseState.VOIDED:
        return t("voided: it doesn't count")
    if warning.state is not CaseState.ACTIVE:
        return sentences.state(warning)
    if warning.expires_at is None:
        return t("counts for good")
    if warning.expires_at <= clock.now():
        return t("no longer counts since {moment}", moment=moment(warning.expires_at))
    return t("counts until {moment}", moment=moment(warning.expires_at))


def short(reason: str) -> str:
    """The beginning of a reason; cut before it is escaped, because an escape must keep its character."""
    return plain(reason if len(reason) <= _SHORT else f"{reason[: _SHORT - 1]}…")


def _line(case: Case, *, of_member: bool) -> Text:
    words = {
        "number": str(case.number),
        "kind": sentences.title(case.action),
        "state": sentences.state(case),
        "at": str(int(case.created_at.timestamp())),
    }
    parts: list[Text | str] = [t("`#{number}` **{kind}** ({state}) <t:{at}:d>", **words)]
    if not of_member:
        parts.append(f"<#{case.channel_id}>" if case.channel_id else f"<@{case.user_id}>" if case.user_id else LEFT)
    parts.append(t("by {name}", name=mention(case.moderator_id)))
    if reason := short(case.reason):
        parts.append(reason)
    return join(parts, " · ")
