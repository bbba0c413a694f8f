"""Requests with an unknown outcome, so that a retry by the same person is recognized."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from services.core.transactions import rows

# Every promise starts as a doubt, but two clicks in quick succession are meant as two.
_EARLIER = """
SELECT d.created_at, r.id IS NOT NULL AS done FROM doubts d
  LEFT JOIN receipts r ON r.guild_id = d.guild_id AND r.key = d.key
 WHERE d.guild_id = $1 AND d.user_id = $2 AND d.fingerprint = $3 AND d.key <> $4 AND r.refused IS NOT TRUE
   AND d.created_at BETWEEN now() - interval '10 minutes' AND now() - interval '2 seconds'
 ORDER BY d.created_at DESC LIMIT 1"""
NOTE = """
INSERT INTO doubts (guild_id, user_id, fingerprint, key, created_at) VALUES ($1, $2, $3, $4, now())
ON CONFLICT DO NOTHING"""


class Doubt(NamedTuple):
    """One request, with the fingerprint that identifies a retry."""

    guild_id: int
    user_id: int
    fingerprint: str
    key: str


class EarlierRequest(NamedTuple):
    """When the same request was made before, and whether its outcome is known by now."""

    at: datetime
    done: bool


async def earlier(doubt: Doubt) -> EarlierRequest | None:
    """The same request within the last minutes, unless its sender was told the outcome or it had no effect."""
    found = await rows(_EARLIER, *doubt)
    return EarlierRequest(found[0]["created_at"], found[0]["done"]) if found else None


async def note(doubt: Doubt) -> None:
    """Note that the sender was told the outcome is unknown."""
    await rows(NOTE, *doubt)
