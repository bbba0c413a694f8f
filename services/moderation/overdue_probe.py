"""What needs a moderator: cases that failed lately, and punishments that should be over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from locales import n, t
from services.core import clock
from services.core.probes import Finding, State
from services.core.transactions import rows
from services.moderation import timers
from services.moderation.lifting import REPORTED

RECENT = timedelta(days=7)

_FAILED = """
SELECT count(*) AS cases, max(number) AS newest FROM moderation_logs
 WHERE guild_id = $1 AND state = 'failed' AND settled_at > $2"""
_STUCK = """
SELECT count(*) AS cases, min((payload ->> 'case')::bigint) AS oldest FROM jobs
 WHERE guild_id = $1 AND kind = $2 AND payload ? $3"""


async def probe(guild_id: int) -> Sequence[Finding]:
    found = []
    (failed,) = await rows(_FAILED, guild_id, clock.now() - RECENT)
    if count := failed["cases"]:
        text = n("{count} case failed in the last 7 days.", "{count} cases failed in the last 7 days.", count)
        found.append(Finding("cases", State.LIMITED, text, path="/cases?state=failed"))
    (stuck,) = await rows(_STUCK, guild_id, timers.JOB, REPORTED)
    if count := stuck["cases"]:
        text = n(
            "I can't end {count} punishment whose time is over. I keep trying.",
            "I can't end {count} punishments whose time is over. I keep trying.",
            count,
        )
        found.append(Finding("cases", State.BROKEN, text, path=f"/cases/{stuck['oldest']}"))
    return found or [Finding("cases", State.WORKS, t("Punishments are carried out and end on time."))]
