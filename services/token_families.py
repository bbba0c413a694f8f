"""Families of tokens: one for each program in which somebody is signed in. Ended, all tokens of it are dead at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services import audit
from services.transactions import rows, transaction

MEMO = 0.5  # seconds for which a family is believed to live
MOST = 10_000  # families that are remembered at once

_END = """
UPDATE refresh_families SET ended_at = now(), ended_for = $3
 WHERE user_id = $1 AND ended_at IS NULL AND ($2::bigint IS NULL OR id = $2) RETURNING id"""
_OF = """
SELECT id, device, created_at, expires_at FROM refresh_families
 WHERE user_id = $1 AND ended_at IS NULL AND expires_at > now() ORDER BY id DESC LIMIT 100"""
_LIVING = "SELECT id FROM refresh_families WHERE id = ANY($1::bigint[]) AND ended_at IS NULL AND expires_at > now()"


class Family(NamedTuple):
    """One program in which somebody is signed in."""

    id: int
    device: str
    created_at: datetime
    expires_at: datetime


_living: dict[int, float] = {}


async def end(user_id: int, family_id: int | None = None, *, why: str = "token.revoked", request_id: str = "") -> int:
    """Sign somebody out of one program, or of all; of how many it was."""
    async with transaction():
        ended = await rows(_END, user_id, family_id, why)
        for row in ended:
            _living.pop(row["id"], None)
            await audit.record(0, user_id, why, str(row["id"]), request_id=request_id)
    return len(ended)


async def of(user_id: int) -> Sequence[Family]:
    """The programs in which somebody is signed in, the newest first."""
    return [Family(*row.values()) for row in await rows(_OF, user_id)]


async def living(family_id: int) -> bool:
    """Whether a family was not ended; known to be so at most half a second ago."""
    if _living.get(family_id, 0.0) > time.monotonic():
        return True
    return bool(await living_among([family_id]))


async def living_among(family_ids: Sequence[int]) -> frozenset[int]:
    """Which of these families live, as the database says now."""
    found = frozenset(row["id"] for row in await rows(_LIVING, list(family_ids)))
    if len(_living) > MOST:
        _living.clear()
    until = time.monotonic() + MEMO
    for family_id in family_ids:
        _living.pop(family_id, None)
    _living.update(dict.fromkeys(found, until))
    return found
