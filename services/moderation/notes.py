"""Private notes of moderators in a case: encrypted, and never shown to the member by the bot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.core import vault
from services.core.actors import Actor
from services.core.transactions import rows, transaction
from services.moderation import cases, chain
from services.moderation.case import Case

_NOTES = """
SELECT id, actor_id, text, created_at FROM case_events
 WHERE guild_id = $1 AND number = $2 AND text IS NOT NULL ORDER BY position"""


@dataclass(frozen=True, slots=True)
class Note:
    """One private note; the first of a case of kind note is what it was opened with."""

    author_id: int
    text: str
    created_at: datetime


async def add(guild_id: int, actor: Actor, number: int, text: str) -> Case:
    """Add a private note to a case."""
    async with transaction():
        end, case = await cases.hold(guild_id, number)
        await chain.append(end, number, "noted", actor.id, text=text)
        await cases.log(case, "noted", actor)
    return case


async def of(guild_id: int, number: int) -> Sequence[Note]:
    """The private notes of a case, oldest first."""
    return [
        Note(row["actor_id"], vault.unseal(row["text"], chain.TEXTS, row["id"]), row["created_at"])
        for row in await rows(_NOTES, guild_id, number)
    ]
