"""Examples of what is counted."""

from __future__ import annotations

from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER
from services import analytics
from services.analytics.usage import Recorder, Use
from services.core.transactions import rows
from tests.support.examples import Examples
from tests.support.uses import days_ago
from tests.support.whole import Whole


async def _fill(whole: Whole) -> None:
    recorder = Recorder(whole.playground)
    for user_id, name in ((ALICE, "alice.moreau"), (BOB, "bobcastell"), (MANAGER, "samir.h")):
        for days in range(12):
            at = days_ago(days).timestamp()
            recorder.add(Use(HARBOUR, user_id, name, None, "daily", 40 + 300 * days, "answered", at))
    await recorder.flush()
    await analytics.count()


async def _write(guild_id: int, user_id: int, text: str) -> None:
    await rows(
        "INSERT INTO command_usage (guild_id, user_id, command_name, milliseconds, outcome, timestamp)"
        " VALUES ($1, $2, $3, 5, 'answered', now())",
        guild_id, user_id, text[:32],
    )  # fmt: skip


EXAMPLES = Examples(
    pages=[
        "/analytics", "/analytics?days=1&compare=1", "/analytics/activity?days=30", "/analytics/economy?compare=1",
    ],
    text_pages=["/analytics"],
    fill=_fill,
    write=_write,
    notes=frozenset(
        {"statistics_cursors", "command_hours", "command_days", "guild_hours", "guild_days", "member_days"}
        | {"economy_days"}
    ),
)  # fmt: skip
