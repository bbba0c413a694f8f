"""Files attached to a case: what is recorded of them, and where their copies are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from locales import t
from services.core import clock, vault
from services.core.actors import Actor
from services.core.errors import Conflict
from services.core.transactions import rows, transaction
from services.moderation import cases, chain
from services.moderation.case import Case

MOST_FILES = 10  # per case

_NEW_ID = "SELECT nextval(pg_get_serial_sequence('case_evidence', 'id')) AS id"
_ATTACH = """
INSERT INTO case_evidence
       (id, guild_id, number, added_by, filename, content_type, size, sha256, channel_id, message_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"""
_OF = """
SELECT id, added_by, filename, content_type, size, sha256, channel_id, message_id, created_at
  FROM case_evidence WHERE guild_id = $1 AND number = $2 ORDER BY id"""


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that was fetched and hashed; without a message, only its digest is kept."""

    filename: str
    content_type: str
    size: int
    sha256: bytes
    channel_id: int | None = None
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One file of a case; an erased one has neither name nor digest."""

    id: int
    added_by: int
    filename: str | None
    content_type: str
    size: int
    sha256: bytes | None
    channel_id: int | None
    message_id: int | None
    created_at: datetime


async def attach(guild_id: int, actor: Actor, number: int, copies: Sequence[Copy]) -> Case:
    """Record files as evidence of a case; a digest that the case already has is left out."""
    async with transaction():
        end, case = await cases.hold(guild_id, number)
        present = await of(guild_id, number)
        new = {copy.sha256: copy for copy in copies}
        for file in present:
            new.pop(file.sha256 or b"", None)
        if len(present) + len(new) > MOST_FILES:
            raise Conflict(t("A case can have {most} files, and case #{number} would have more.", most=MOST_FILES,
                             number=str(number)))  # fmt: skip
        if not new:
            return case
        at = clock.now()
        for copy in new.values():
            (made,) = await rows(_NEW_ID)
            sealed = vault.seal(copy.filename, chain.FILENAMES, made["id"])
            await rows(
                _ATTACH, made["id"], guild_id, number, actor.id, sealed, copy.content_type, copy.size, copy.sha256,
                copy.channel_id, copy.message_id, at,
            )  # fmt: skip
        await chain.append(end, number, "evidence", actor.id, {"files": len(new)})
        await cases.log(case, "evidence", actor)
    return case


async def of(guild_id: int, number: int) -> Sequence[Evidence]:
    """The evidence of a case, oldest first."""
    found = await rows(_OF, guild_id, number)
    return [Evidence(**row | {"filename": _name(row["filename"], row["id"])}) for row in found]


def _name(sealed: bytes | None, evidence_id: int) -> str | None:
    return None if sealed is None else vault.unseal(sealed, chain.FILENAMES, evidence_id)
