"""What Alice has done with Tatiana before she asks for a copy or for her erasure."""

from __future__ import annotations

from datetime import UTC, datetime

from services import settings
from services.analytics.usage import Recorder, Use
from services.core.actors import Actor
from services.core.amounts import Amount
from services.core.transactions import rows
from services.economy import corrections, earnings, offers
from services.economy.scopes import ECONOMY_READ
from services.identity import api_keys, sessions
from services.moderation import evidence, notes
from services.moderation.evidence import Copy
from services.settings import Source
from tests.support.bot import ALICE, BOB, CAROL, GUILD, MANAGER, OTHER_GUILD
from tests.support.cases import opened
from tests.support.coins import give, person

CANARY = "a word that only Alice wrote"
ELSES = "bob's own words"
NOTE = "what only moderators know of her"


async def live() -> None:
    """A life with Tatiana, as far as rows can tell of one."""
    recorder = Recorder()
    for user, name in ((ALICE, "alice"), (BOB, "bob")):
        recorder.add(Use(GUILD, user, name, None, "ping", 5, "answered", datetime.now(UTC).timestamp()))
    await recorder.flush()
    await give(ALICE, 500)
    await earnings.daily(OTHER_GUILD, ALICE, key="elsewhere")
    await corrections.grant(GUILD, admin(MANAGER), person(BOB), 20, ELSES, key="to bob")
    await corrections.take(GUILD, admin(ALICE), ALICE, Amount(20), CANARY, key="from alice")
    await offers.offer(GUILD, person(ALICE), person(CAROL), Amount(100), CANARY, key="offer")
    await sessions.start(ALICE, device="Firefox on Linux")
    await _begin_refresh_family()
    await api_keys.create(GUILD, ALICE, "shop", [ECONOMY_READ])
    await settings.save(GUILD, ALICE, {"economy.daily": 250}, source=Source.COMMAND)
    await _moderate()


def admin(user_id: int) -> Actor:
    return Actor(user_id, "request")


async def _begin_refresh_family() -> None:
    await rows(
        "INSERT INTO refresh_families (user_id, device, expires_at) VALUES ($1, 'x', now() + interval '1 day')", ALICE
    )


async def _moderate() -> None:
    """She was warned, and she warned Bob."""
    warning = await opened(reason=CANARY)
    await notes.add(GUILD, admin(MANAGER), warning.number, NOTE)
    await evidence.attach(GUILD, admin(MANAGER), warning.number, [Copy(CANARY, "image/png", 5, b"digest")])
    await opened(user_id=BOB, by=admin(ALICE), reason="Quarrelled")
    await opened(user_id=BOB, reason=ELSES)
