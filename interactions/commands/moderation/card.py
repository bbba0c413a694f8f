"""A case as a card, the same in every answer."""

from __future__ import annotations

from datetime import datetime

from discord_api.markdown import plain, quoted
from interactions.responses import Card
from interactions.ui import AMBER, GREEN, GREY, RED
from locales import Text, join, t
from models.moderation import CaseKind, CaseState, NoticeState
from services.core import durations
from services.core.mentions import LEFT, mention
from services.moderation import failures, sentences
from services.moderation.case import WITH_END, Case
from services.moderation.timers import LONGEST_TIMEOUT

REPLACED = "replaced_until"  # in a timeout's details: when the one before would have ended
DIGESTS_ONLY = "digests_only"  # in details: the evidence has no copy
LONGEST_REASON = 512  # characters shown; the dashboard shows all
_ACCENTS = {
    CaseState.PENDING: AMBER,
    CaseState.ACTIVE: GREEN,
    CaseState.ENDED: GREEN,
    CaseState.FAILED: RED,
    CaseState.VOIDED: GREY,
}


def card(case: Case, *notes: Text) -> Card:
    """A case, with what else there is to say about it."""
    facts = [*_about(case), *_end(case), t("**Status:** {status}", status=_status(case))]
    reason = [quoted(cut(case.reason))] if case.reason else []
    return Card(title(case), [join(facts), *reason, *_own_notes(case), *notes], accent=_ACCENTS[case.state])


def title(case: Case) -> Text:
    """The kind and number of a case."""
    return t("{kind} · case #{number}", kind=sentences.title(case.action), number=str(case.number))


def cut(reason: str) -> str:
    """The reason, no longer than what cards show."""
    return reason if len(reason) <= LONGEST_REASON else f"{reason[: LONGEST_REASON - 1]}…"


def moment(at: datetime) -> str:
    """A moment as a date, and how far away it is."""
    return f"<t:{int(at.timestamp())}:f> (<t:{int(at.timestamp())}:R>)"


def _about(case: Case) -> list[Text]:
    if case.channel_id:
        facts = [t("**Channel:** {channel}", channel=f"<#{case.channel_id}>")]
    else:
        facts = [t("**Member:** {member}", member=_member(case.user_id))]
    if case.role_id:
        role = f"<@&{case.role_id}>"
        given = case.details.get("give", True)
        facts.append(t("**Role given:** {role}", role=role) if given else t("**Role removed:** {role}", role=role))
    if (nick := case.details.get("nick")) is not None:
        facts.append(t("**Nickname:** {nick}", nick=plain(nick)) if nick else t("**Nickname:** removed"))
    moderator = mention(case.moderator_id)
    if case.behalf_of_id:
        on_behalf = {"moderator": moderator, "person": mention(case.behalf_of_id)}
        return [*facts, t("**Moderator:** {moderator}, on behalf of {person}", **on_behalf)]
    return [*facts, t("**Moderator:** {moderator}", moderator=moderator)]


def _member(user_id: int | None) -> str | Text:
    """The member, with the id for clients that don't know them."""
    return f"<@{user_id}> `{user_id}`" if user_id else LEFT


def _end(case: Case) -> list[Text]:
    if case.action not in WITH_END:
        return []
    if case.expires_at:
        return [t("**Until:** {moment}", moment=moment(case.expires_at))]
    if case.duration:
        return [t("**Duration:** {duration}", duration=durations.words(case.duration))]
    return [t("**Until:** no end")] if case.action is CaseKind.BAN else []


def _own_notes(case: Case) -> list[Text]:
    notes = []
    if case.action is CaseKind.TIMEOUT and case.duration and case.duration > LONGEST_TIMEOUT.total_seconds():
        notes.append(t("Discord ends a timeout after 28 days at most, so I renew it until then."))
    if case.details.get(DIGESTS_ONLY):
        notes.append(t("I couldn't copy the file to a log channel, so only its digest (SHA-256) is kept."))
    if case.action is CaseKind.BAN and case.details.get("ban_case", case.number) != case.number:
        notes.append(t("They were banned before, and Discord still shows the reason of that ban."))
    if replaced := case.details.get(REPLACED):
        notes.append(t("Replaces a timeout until {moment}.", moment=moment(datetime.fromisoformat(replaced))))
    return notes


def _status(case: Case) -> Text:
    parts: list[Text | str] = [sentences.state(case)]
    if why := failures.why(case):
        parts.append(why)
    if case.notice is not NoticeState.NONE:
        parts.append(sentences.notice(case))
    return join(parts, " · ")
