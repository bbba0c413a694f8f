"""What /doctor says about punishments."""

from __future__ import annotations

import httpx
import pytest

from services import settings
from services.core.probes import State
from services.health import doctor
from services.settings import Source
from tests.services.moderation import crew
from tests.services.moderation.crew_at_discord import GATEWAY, World, asked
from tests.support.bot import GUILD

pytestmark = pytest.mark.usefixtures("database")


async def found() -> list[tuple[State, str]]:
    return [(one.state, f"{one.text} → {one.fix}") for one in await doctor.examine(GUILD, "punishments")]


async def test_a_bot_on_top_with_its_permissions_can_carry_out_everything(world: World) -> None:
    assert await found() == [(State.WORKS, "I can carry out every punishment here. → None")]


async def test_missing_permissions_come_with_the_commands_they_break_and_the_link_that_mends_them(world: World) -> None:
    world.bot_may = crew.STAFF & ~crew.P.BAN_MEMBERS & ~crew.P.MANAGE_NICKNAMES
    ((state, text),) = await found()
    assert state is State.LIMITED
    assert "These commands don't work here: `/kick`, `/ban`, `/unban`, `/nick`" in text
    assert "I'm missing these permissions: Ban Members, Manage Nicknames." in text
    assert text.endswith(f"/servers/{GUILD}/invite")


async def test_members_above_the_bot_are_out_of_its_reach_unless_they_are_staff(world: World) -> None:
    world.bot, world.staff = "middle", crew.P.MODERATE_MEMBERS
    ((state, text),) = await found()
    assert (state, "roles, because they are above mine: figurehead →" in text) == (State.LIMITED, True)


async def test_a_timeout_of_the_bot_breaks_everything(world: World) -> None:
    world.bot = "silenced"
    ((state, text),) = await found()
    assert (state, "I'm in timeout" in text) == (State.BROKEN, True)


async def test_where_moderation_is_off_nothing_is_missing(world: World) -> None:
    world.bot = "powerless"
    await settings.save(GUILD, 0, {"areas.moderation": False}, source=Source.COMMAND)
    ((state, text),) = await found()
    assert (state, "Moderation is turned off" in text) == (State.WORKS, True)


@pytest.mark.parametrize("said", [GATEWAY, httpx.Response(404, json={"code": 10004, "message": "No"})])
async def test_a_silent_discord_is_reported_as_that(world: World, said: httpx.Response) -> None:
    world.instead[str(GUILD)] = said
    async with asked(world, patience=0.1):
        ((state, text),) = await found()
    assert (state, "couldn't be checked" in text) == (State.LIMITED, True)
