"""A case's events as people read them, oldest first; private notes among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from discord_api.markdown import plain
from locales import Text, n, t
from models.moderation import NoticeState
from services.core import vault
from services.core.transactions import Row, rows
from services.moderation import chain, sentences

LONGEST = 200  # events shown of one case, the newest
_SHORT = 300  # characters of a former reason

_EVENTS = """
SELECT id, kind, actor_id, details, text, created_at FROM case_events
 WHERE guild_id = $1 AND number = $2 ORDER BY position DESC LIMIT $3"""

_TITLES: Mapping[str, Text] = {
    "opened": t("Opened"),
    "settled": t("Carried out"),
    "failed": t("Failed"),
    "ended": t("Ended"),
    "renewed": t("Extended"),
    "notice": t("Direct message"),
    "edited": t("Reason changed"),
    "duration": t("End changed"),
    "noted": t("Note"),
    "evidence": t("Evidence added"),
    "voided": t("Voided"),
    "reopened": t("Reopened"),
    "erased": t("Personal data deleted"),
}

_ENDED: Mapping[str, Text] = {
    "time": t("Its time was up"),
    "late": t("Its time was up earlier, but I couldn't act then"),
    "by_hand": t("Someone took it back"),
    "replaced": t("A later one took its place"),
}


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One event; `said` is in Discord's markup, `note` is what a moderator wrote."""

    kind: str
    title: Text | str
    said: Text | str
    note: str
    actor_id: int
    at: datetime


async def of(guild_id: int, number: int) -> Sequence[TimelineEvent]:
    """The events of a case."""
    return [_event(row) for row in reversed(await rows(_EVENTS, guild_id, number, LONGEST))]


def _event(row: Row) -> TimelineEvent:
    kind, said, note = row["kind"], _said(row["kind"], orjson.loads(row["details"])), ""
    if row["text"] is not None:
        try:
            note = vault.unseal(row["text"], chain.TEXTS, row["id"])
        except vault.Unreadable:
            said = t("This note can't be read: it was changed behind my back.")
    return TimelineEvent(kind, _TITLES.get(kind, kind), said, note, row["actor_id"], row["created_at"])


def _said(kind: str, details: Mapping[str, Any]) -> Text | str:
    """What changed; nothing once it was erased."""
    match kind, details:
        case "edited", {"reason": [before, _]}:
            return t("Before: {reason}", reason=plain(before[:_SHORT])) if before else t("There was no reason before.")
        case "duration", {"until": [before, after]}:
            return t("{before} → **{after}**", before=_moment(before), after=_moment(after))
        case "voided", {"why": str(why)}:
            return plain(why)
        case "ended", {"why": str(why)}:
            return _ENDED.get(why, why)
        case "notice", {"notice": state} if state in set(NoticeState):
            return sentences.NOTICES[NoticeState(state)]
        case "evidence", {"files": int(files)}:
            return n("{count} file", "{count} files", files)
    return ""


def _moment(at: str | None) -> Text | str:
    return f"<t:{int(datetime.fromisoformat(at).timestamp())}:f>" if at else t("no end")
