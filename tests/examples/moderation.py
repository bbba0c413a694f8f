"""Examples of cases."""

from __future__ import annotations

from hashlib import sha256

from models.moderation import CaseKind, CaseState
from playground.world.cast import BOB, HARBOUR, MANAGER
from services.core.actors import Actor
from services.moderation import cases, evidence, notes
from services.moderation.case import Case, Order
from services.moderation.evidence import Copy
from tests.support.cases import opened
from tests.support.examples import Examples, Whose
from tests.support.whole import Whole

_FILE = Copy("deck.png", "image/png", 5, sha256(b"paint").digest())


async def _case(whose: Whose) -> int:
    """A case that its own moderator may change."""
    actor = Actor(whose.user_id, "r")
    return (await opened(user_id=BOB, guild_id=whose.guild_id, by=actor)).number


async def _voided(whose: Whose) -> int:
    number = await _case(whose)
    await cases.void(whose.guild_id, Actor(whose.user_id, "r"), number, "")
    return number


async def _live(_whole: Whole) -> None:
    await _warn(HARBOUR, BOB, "Painted the harbour wall")


async def _write(guild_id: int, user_id: int, text: str) -> None:
    """Every text of a case that a member or a moderator types."""
    case = await _warn(guild_id, user_id, text[:4000])
    await notes.add(guild_id, Actor(MANAGER, "r"), case.number, text)


async def _warn(guild_id: int, user_id: int, reason: str) -> Case:
    actor, order = Actor(MANAGER, "r"), Order(action=CaseKind.WARN, user_id=user_id, reason=reason)
    case = (await cases.open_case(guild_id, actor, order, key=f"warn:{user_id}", state=CaseState.ACTIVE)).case
    await notes.add(guild_id, actor, case.number, "Was asked to repaint it")
    await evidence.attach(guild_id, actor, case.number, [_FILE])
    return case


EXAMPLES = Examples(
    in_paths={"case": _case},
    of_one={"moderation_logs.reopen.case": _voided},
    audited={
        "moderation_logs.change": ["moderation.edited"],
        "moderation_logs.add_note": ["moderation.noted"],
        "moderation_logs.void": ["moderation.voided"],
        "moderation_logs.reopen": ["moderation.reopened"],
    },
    live=_live,
    write=_write,
)
