"""Examples of coins and what moves them."""

from __future__ import annotations

from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER
from services.core.actors import Actor
from services.economy import corrections, earnings, reversals
from tests.support.coins import give, person
from tests.support.examples import TEXTS_FROM, Examples, Whose
from tests.support.whole import Whole


async def _transfer(whose: Whose) -> int:
    return await give(whose.user_id, 5, whose.guild_id)


async def _number(whose: Whose) -> str:
    return str(await _transfer(whose))


async def _plan(whose: Whose) -> str:
    number = await give(ALICE, 5, whose.guild_id)
    return str((await reversals.plan(whose.guild_id, Actor(whose.user_id, ""), number, "")).id)


async def _fill(_whole: Whole) -> None:
    long = "A long reason that goes on and on so that it wraps"
    await corrections.grant(HARBOUR, Actor(MANAGER, "r"), person(BOB), 900, long, key="g")
    await earnings.daily(HARBOUR, ALICE, key="d")


EXAMPLES = Examples(
    in_paths={"transfer": _transfer},
    in_bodies={"number": _number, "plan_id": _plan},
    audited={
        "economy_accounts.freeze": ["economy.freeze"],
        "economy_accounts.unfreeze": ["economy.unfreeze"],  # of what was frozen just before
        "economy_corrections.grant": ["economy.grant"],
        "economy_corrections.take": ["economy.take"],
        "economy_corrections.reverse": ["economy.reverse"],
    },
    pages=[f"/members/{BOB}/ledger", "/transfers", "/transfers/1", "/leaderboard", "/analytics/proofs"],
    text_pages=[f"/members/{TEXTS_FROM}/ledger", "/transfers", "/leaderboard"],
    fill=_fill,
)
