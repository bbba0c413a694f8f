"""Each server's cases are verified once a day, a few servers at a time; what is wrong is logged and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

import orjson

from locales import t
from services.core import audit, clock, jobs, probes
from services.core.probes import State
from services.core.transactions import rows, transaction
from services.core.worker import Task
from services.moderation import chain, verification
from services.moderation.verification import Verification

JOB = "moderation.verify"
EVERY = timedelta(minutes=10)
AGAIN = timedelta(days=1)
AT_ONCE = 20  # servers a round

# A server whose chain was deleted still has its events.
_DUE = """
SELECT known.guild_id
  FROM (SELECT guild_id FROM case_chains UNION SELECT discord_id FROM guilds) AS known
  LEFT JOIN case_chains c ON c.guild_id = known.guild_id
 WHERE (c.verified_at IS NULL OR c.verified_at < $1)
   AND EXISTS (SELECT FROM case_events e WHERE e.guild_id = known.guild_id)
 ORDER BY c.verified_at NULLS FIRST, known.guild_id LIMIT $2"""
_KEEP = """
UPDATE case_chains c SET verified_at = $2, findings = $3::jsonb FROM case_chains before
 WHERE c.guild_id = $1 AND before.guild_id = $1
RETURNING before.findings IS DISTINCT FROM $3::jsonb AS changed"""
_FINDINGS = "SELECT jsonb_array_length(findings) AS wrong FROM case_chains WHERE guild_id = $1 AND findings IS NOT NULL"


async def spread() -> None:
    """Enqueue a job for each of the servers that have gone longest without a verification."""
    for row in await rows(_DUE, clock.now() - AGAIN, AT_ONCE):
        await jobs.enqueue(JOB, {}, guild_id=row["guild_id"], key=JOB)


async def run(task: Task) -> None:
    """Verify one server's cases."""
    await keep(task.guild_id, await verification.verify(task.guild_id))


async def keep(guild_id: int, result: Verification) -> None:
    """Keep what a verification found, and log it unless it is what the last one found."""
    findings = orjson.dumps([asdict(finding) for finding in result.findings]).decode()
    async with transaction():
        await chain.hold(guild_id)
        (kept,) = await rows(_KEEP, guild_id, clock.now(), findings)
        if kept["changed"] and not result.sound:
            named = {"case": result.findings[0].number}
            await audit.record(guild_id, 0, "moderation.tampered", details=named)


async def probe(guild_id: int) -> Sequence[probes.Finding]:
    """Whether the last verification found anything wrong."""
    for row in await rows(_FINDINGS, guild_id):
        if row["wrong"]:
            said = t("Cases were changed in the database, but not by me.")
            fix = t("Ask whoever runs me who else can write to the database, and compare the cases with a backup.")
            return [probes.Finding("moderation", State.BROKEN, said, fix)]
    return [probes.Finding("moderation", State.WORKS, t("Every case is as it was recorded."))]
