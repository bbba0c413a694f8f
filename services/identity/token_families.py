"""Families of tokens: one for each program in which somebody is signed in. Ended, all tokens of it are dead at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.core import audit
from services.core.transactions import after_commit, rows, transaction

MEMO = 0.5  # seconds for which a family is believed to live
MOST = 10_000  # families that are remembered at once

# In the order of ids, so that two who end the same ones do not wait for each other forever.
_HOLD = """
SELECT id FROM refresh_families
 WHERE user_id = $1 AND ended_at IS NULL AND ($2::bigint IS NULL OR id = $2) ORDER BY id FOR UPDATE"""
_END = "UPDATE refresh_families SET ended_at = now(), ended_for = $2 WHERE id = ANY($1::bigint[])"
_OF = """
SELECT id, device, created_at, expires_at FROM refresh_families
 WHERE user_id = $1 AND ended_at IS NULL AND expires_at > now() ORDER BY id DESC LIMIT 100"""
_LIVING = "SELECT FROM refresh_families WHERE id = $1 AND ended_at IS NULL AND expires_at > now()"


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
    """The programs in which somebody is signed in, the newest first."""
    return [Family(*row.values()) for row in await rows(_OF, user_id)]


async def living(family_id: int) -> bool:
    """Whether a family was not ended; known to be so at most half a second ago."""
    now = time.monotonic()  # of the question, not of its answer
    if _living.get(family_id, now) > now:
        return True
    found = bool(await rows(_LIVING, family_id))
    if found:
        if len(_living) >= MOST:
            _living.clear()
        _living[family_id] = now + MEMO
    return found
