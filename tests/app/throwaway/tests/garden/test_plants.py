"""What a member plants is watered, and seen on the page, in the API, by the doctor and in their copy."""

from __future__ import annotations

from playground.world.cast import ALICE, HARBOUR, MANAGER
from services.core.transactions import rows
from tests.support.browser import browser
from tests.support.callers import Ask, by_token, desk_of, known
from tests.support.waiting import until
from tests.support.whole import Whole


async def test_a_plant_is_watered_and_seen_at_every_door(whole: Whole) -> None:
    assert (await whole.play.slash("plant", as_=ALICE, what="Rose")).content == "Planted: Rose"
    await until(lambda: rows("SELECT FROM garden_plants WHERE watered_at IS NOT NULL"))
    assert "The garden grows." in (await whole.play.slash("doctor", as_=MANAGER, module="garden")).content
    await known(whole, ALICE, HARBOUR)
    async with browser(whole) as window:
        await window.sign_in(MANAGER)
        for page in ("garden", f"members/{ALICE}"):
            assert "Rose" in (await window.get(f"/servers/{HARBOUR}/{page}")).text, page
    (row,) = await rows("SELECT id FROM garden_plants")
    async with desk_of(whole) as desk:
        values = {"guild_id": str(HARBOUR), "plant_id": str(row["id"])}
        ask = Ask("/guilds/{guild_id:id}/garden/{plant_id:id}", "GET", values)
        assert (await desk.send(await by_token("manager", MANAGER, {}), ask)).json()["name"] == "Rose"
