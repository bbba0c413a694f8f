"""Token families: one per signed-in program. Ending a family invalidates all its tokens at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.core import audit
from services.core.transactions import after_commit, fetch, rows, transaction

MEMO = 0.5  # seconds a family is assumed to be alive
MAX_CACHED_FAMILIES = 10_000  # families cached at once

# In id order, so that two callers ending the same families can't deadlock.
_HOLD = """
SELECT id FROM refresh_families
 WHERE user_id = $1 AND ended_at IS NULL AND ($2::bigint IS NULL OR id = $2) ORDER BY id FOR UPDATE"""
_END = "UPDATE refresh_families SET ended_at = now(), ended_for = $2 WHERE id = ANY($1::bigint[])"
_OF = """
SELECT id, device, created_at, expires_at FROM refresh_families
 WHERE user_id = $1 AND ended_at IS NULL AND expires_at > now() ORDER BY id DESC LIMIT 100"""
_LIVING = "SELECT FROM refresh_families WHERE id = $1 AND ended_at IS NULL AND expires_at > now()"


class Family(NamedTuple):
    """One signed-in program."""

    id: int
    device: str
    created_at: datetime
    expires_at: datetime


_living: dict[int, float] = {}


async def end(user_id: int, family_id: int | None = None, *, why: str = "token.revoked", request_id: str = "") -> int:
    """Sign a person out of one program or all; returns how many."""
    async with transaction():
        ended = [row["id"] for row in await rows(_HOLD, user_id, family_id)]
        if ended:
            await rows(_END, ended, why)
        for one in ended:
            await audit.record(0, user_id, why, str(one), request_id=request_id)

        async def forget() -> None:
            for one in ended:
                _living.pop(one, None)

        await after_commit(forget)
    return len(ended)


async def of(user_id: int) -> Sequence[Family]:
    """The programs a person is signed in to, newest first."""
    return await fetch(Family, _OF, user_id)


async def living(family_id: int) -> bool:
    """Whether a family is alive, at most half a second out of date."""
    now = time.monotonic()  # the time of the request, not of its answer
    if _living.get(family_id, now) > now:
        return True
    found = bool(await rows(_LIVING, family_id))
    if found:
        if len(_living) >= MAX_CACHED_FAMILIES:
            _living.clear()
        _living[family_id] = now + MEMO
    return found
