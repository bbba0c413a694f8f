"""Areas are turned on and off for one server at a time, and take those with them that can't be without them."""

from __future__ import annotations

import pytest

from services import settings
from services.core.actors import Actor
from services.core.errors import Conflict, NotFound
from services.health import doctor
from services.settings import Source, switches
from services.settings.switches import AreaOff
from tests.support.bot import GUILD, MANAGER, OTHER_GUILD

pytestmark = pytest.mark.usefixtures("database")

MANAGING = Actor(MANAGER, "req-areas")


async def _turn(name: str, on: bool) -> settings.ChangeSet | None:
    return await switches.turn(GUILD, MANAGING, name, on, source=Source.COMMAND)


async def _off(guild_id: int = GUILD) -> set[str]:
    return {state.area.name for state in await switches.states(guild_id) if not state.on}


async def test_everything_is_on_until_it_is_turned_off_in_that_server_alone() -> None:
    assert await _off() == set()
    await _turn("games", False)
    assert await _off() == {"games"}
    assert await _off(OTHER_GUILD) == set()
    assert not await switches.is_on(GUILD, "games")
    assert await switches.is_on(GUILD, "privacy")
    await _turn("games", True)
    assert await _off() == set()


async def test_without_the_economy_there_is_no_shop_and_no_game() -> None:
    await _turn("shop", False)
    await _turn("economy", False)
    assert await _off() == {"economy", "shop", "games"}
    by_name = {state.area.name: state for state in await switches.states(GUILD)}
    assert by_name["games"].switch
    assert [needed.name for needed in by_name["games"].missing] == ["economy"]
    with pytest.raises(AreaOff, match=r"because \{needed\} is"):
        await switches.require(GUILD, by_name["games"].area)
    await _turn("economy", True)
    assert await _off() == {"shop"}  # which somebody turned off by itself


async def test_a_switch_is_a_setting_that_can_be_taken_back() -> None:
    change = await _turn("games", False)
    assert change is not None
    assert await _turn("games", False) is None
    assert await settings.revert(GUILD, MANAGER, change.number) is not None
    assert await switches.is_on(GUILD, "games")


@pytest.mark.parametrize("name", ["core", "settings", "identity", "permissions", "privacy", "health"])
async def test_what_a_server_can_not_do_without_stays_on(name: str) -> None:
    with pytest.raises(Conflict, match="can't be turned off"):
        await _turn(name, False)
    assert await switches.is_on(GUILD, name)


async def test_doctor_tells_what_is_off() -> None:
    assert str((await doctor.examine(GUILD, "areas"))[0].text) == "Every area is on."
    await _turn("economy", False)
    (finding,) = await doctor.examine(GUILD, "areas")
    assert str(finding.text) == "Turned off in this server: Economy, Shop, Games."


async def test_an_area_that_does_not_exist_can_not_be_turned_on() -> None:
    with pytest.raises(NotFound):
        await _turn("karaoke", True)
    assert not await switches.is_on(GUILD, "karaoke")
