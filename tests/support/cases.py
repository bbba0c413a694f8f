"""Cases as tests open them."""

from __future__ import annotations

import itertools
from typing import Any

from models.moderation import CaseKind, CaseState
from services.core.actors import Actor
from services.moderation import cases
from services.moderation.case import Case, Order
from tests.support.bot import ALICE, GUILD, MANAGER

STAFF = Actor(MANAGER, "request")

_keys = itertools.count()


async def opened(
    action: CaseKind = CaseKind.WARN,
    *,
    user_id: int | None = ALICE,
    state: CaseState = CaseState.ACTIVE,
    guild_id: int = GUILD,
    by: Actor = STAFF,
    key: str = "",
    **order: Any,
) -> Case:
    """Open a case."""
    wanted = Order(action=action, user_id=user_id, **order)
    return (await cases.open_case(guild_id, by, wanted, key=key or f"test:{next(_keys)}", state=state)).case
