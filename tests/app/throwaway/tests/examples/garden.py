"""Examples of plants."""

from __future__ import annotations

from playground.world.cast import ALICE, HARBOUR
from services.garden import plants
from tests.support.examples import Examples, Whose
from tests.support.whole import Whole


async def _plant(whose: Whose) -> int:
    return (await plants.plant(whose.guild_id, whose.user_id, "Rose")).id


async def _fill(_whole: Whole) -> None:
    await plants.plant(HARBOUR, ALICE, "Rose")


async def _write(guild_id: int, user_id: int, text: str) -> None:
    await plants.plant(guild_id, user_id, text[: plants.LONGEST])


async def _live(whole: Whole) -> None:
    await whole.play.slash("plant", as_=ALICE, what="Rose")


EXAMPLES = Examples(
    in_paths={"plant_id": _plant}, pages=["/garden"], text_pages=["/garden"], fill=_fill, write=_write, live=_live
)
