"""A burst of payments, and whether what people were told is what happened."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import asyncpg

from tests.support.bot import GUILD, Answer, Bot
from tests.support.edits import Edits
from tests.support.line import Line

MEMBERS = [1100000000000001000 + number for number in range(100)]
SPREAD = 0.6  # seconds over which a burst is sent
PAID, NOTHING, UNKNOWN, UNREAD = " paid **", "Nothing was changed", "I don't know yet", "I can't tell whether"
_TRANSFERS = """
SELECT substr(key, 13) AS click, count(*) AS times FROM transfers
 WHERE guild_id = $1 AND key LIKE 'interaction:%' GROUP BY key"""
Direct: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@dataclass
class Place:
    """A bot whose answers are kept: what each click was told first, and what its message came to say later."""

    bot: Bot
    edits: Edits
    records: Line
    direct: Direct
    first: dict[str, Answer] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def burst(self, clicks: int) -> None:
        """So many payments, no two alike, within a moment; until each has its first answer."""
        await asyncio.gather(*(self._click(number * SPREAD / clicks) for number in range(clicks)))

    async def _click(self, after: float) -> None:
        await asyncio.sleep(after)
        number = next(self._numbers)
        payer, payee = MEMBERS[number % 100], MEMBERS[(number + 37) % 100]
        await self.send(self.bot.command("pay", by=payer, member=payee, amount=str(number)))

    async def send(self, payload: dict[str, Any]) -> Answer:
        """Deliver a click whose message is followed from now on."""
        self.first[payload["id"]] = answer = await self.bot.send(payload | {"token": payload["id"]})
        return answer

    async def pay(self) -> Answer:
        """The same payment each time."""
        return await self.send(self.bot.command("pay", by=MEMBERS[0], member=MEMBERS[1], amount="5"))

    def told(self) -> dict[str, str]:
        """What each click was told by now; nothing while it shows "thinking…"."""
        shown = {click: self.edits.shown.get(click, answer) for click, answer in self.first.items()}
        return {click: answer.content for click, answer in shown.items()}

    def settled(self) -> bool:
        """Whether each knows what became of it."""
        return all(PAID in text or NOTHING in text for text in self.told().values())

    async def check(self) -> None:
        """Whatever was said, first or later, is what the ledger says."""
        times = {row["click"]: row["times"] for row in await self.direct.fetch(_TRANSFERS, GUILD)}
        wrong = {
            click: text for click, text in self.told().items() if times.get(click, 0) != (1 if PAID in text else 0)
        }
        assert not wrong
        assert set(times) <= set(self.first)
        said = [*((click, answer.content) for click, answer in self.first.items()), *self.edits.log]
        assert not [(click, text) for click, text in said if PAID in text and click not in times]
        assert not [(click, text) for click, text in said if NOTHING in text and click in times]
