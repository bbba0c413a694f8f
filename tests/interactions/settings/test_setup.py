"""/setup and /doctor: from an empty server to a green report, and every fault with its fix."""

from __future__ import annotations

import pytest

from models import Effect
from playground.client.acting import Play
from playground.world.cast import HARBOUR, KEEPER, MANAGER, OWNER, WATCH, WATCH_ROOM
from playground.world.entities import Guild
from services import settings
from services.core.actors import Actor
from services.core.probes import State
from services.core.transactions import rows
from services.economy.settings import EconomySettings
from services.health import doctor
from services.settings import General, Source, setup
from services.settings.setup import Step
from services.shop import items
from tests.support.wares import typed_item


async def test_an_empty_server_is_set_up_and_well_in_a_minute(play: Play) -> None:
    card = await play.slash("setup", as_=MANAGER)
    assert (card.ephemeral, "step 1 of 6" in card.content) == (True, True)
    card = await play.choose(card, "Choose", ["pt-BR"], as_=MANAGER)
    card = await play.choose(card, "Choose", ["Europe/Lisbon"], as_=MANAGER)
    card = await play.choose(card, "Choose", [str(WATCH)], as_=MANAGER)
    card = await play.choose(card, "Choose", [str(WATCH_ROOM)], as_=MANAGER)
    card = await play.choose(card, "Choose", ["lively"], as_=MANAGER)
    assert "Nothing is saved until you press Save" in card.content
    shown = [line.partition(":")[0] for line in card.content.splitlines() if ": **" in line]
    assert shown[:3] == ["Language", "Time zone", "Staff roles"], "as the settings stand everywhere else"
    assert (await settings.of(HARBOUR, General)).language == "auto"
    saved = await play.press(card, "Save", as_=MANAGER)
    assert "Your choices are saved" in saved.content
    general, economy = await settings.of(HARBOUR, General), await settings.of(HARBOUR, EconomySettings)
    assert (general.language, general.time_zone, economy.zone) == ("pt-BR", "Europe/Lisbon", "Europe/Lisbon")
    assert (general.staff_role_ids, general.log_channel_id, economy.daily) == ((WATCH,), WATCH_ROOM, 500)
    (change,) = await rows("SELECT source, actor_id FROM change_sets WHERE guild_id = $1", HARBOUR)
    assert (change["source"], change["actor_id"]) == (Source.SETUP, MANAGER)
    found = await doctor.examine(HARBOUR)
    assert [one for one in found if one.state is not State.WORKS and one.module not in ("door", "sign-in")] == []


async def test_a_second_admin_goes_on_where_the_first_stopped(play: Play) -> None:
    card = await play.slash("setup", as_=MANAGER)
    await play.choose(card, "Choose", ["es-ES"], as_=MANAGER)
    other = await play.slash("setup", as_=OWNER)
    assert "step 2 of 6" in other.content
    assert f"<@{MANAGER}> started this" in other.content
    assert "Español" in other.content
    back = await play.press(other, "Back", as_=OWNER)
    assert "step 1 of 6" in back.content


async def test_steps_can_be_skipped_and_nothing_is_changed_by_that(play: Play) -> None:
    card = await play.slash("setup", as_=MANAGER)
    for _ in range(5):
        card = await play.press(card, "Skip", as_=MANAGER)
    await play.press(card, "Save", as_=MANAGER)
    assert await rows("SELECT FROM change_sets") == []
    assert await rows("SELECT FROM setup_drafts") == []


async def test_another_time_zone_is_typed_and_one_that_is_none_is_refused(play: Play) -> None:
    card = await play.press(await play.slash("setup", as_=MANAGER), "Skip", as_=MANAGER)
    form = await play.press(card, "Other…", as_=MANAGER)
    refused = await play.submit(form, {"zone": "Atlantis"}, as_=MANAGER)
    assert "Atlantis" not in (await settings.of(HARBOUR, General)).time_zone
    assert "Time zone" in refused.content
    form = await play.press(card, "Other…", as_=MANAGER)
    assert "Azores" in (await play.submit(form, {"zone": "Atlantic/Azores"}, as_=MANAGER)).content


async def test_two_who_save_at_once_save_once(play: Play) -> None:
    await setup.choose(HARBOUR, MANAGER, Step.PAY, setup.PAY["calm"])
    first = await setup.finish(HARBOUR, MANAGER)
    assert first is not None
    assert await setup.finish(HARBOUR, OWNER) is None


async def test_the_doctor_answers_in_discord_with_the_worst_first(play: Play) -> None:
    said = await play.slash("doctor", as_=MANAGER)
    await play.settle()
    assert said.failed is None
    assert "There is no log channel" in said.content


@pytest.mark.parametrize("fault", ["role above", "role gone", "no permission", "channel hidden", "work behind", "left"])
async def test_each_fault_is_found_and_its_fix_is_told(play: Play, fault: str) -> None:
    world = play.world
    guild = world.guilds[HARBOUR]
    bot_id = world.bot.id
    await settings.save(HARBOUR, MANAGER, {"general.log_channel_id": str(WATCH_ROOM)}, source=Source.COMMAND)
    await items.create(HARBOUR, _admin(), typed_item("Lamp", "", "5", ""), Effect.ROLE, KEEPER)
    assert await _broken() == {}
    match fault:
        case "role above":
            guild.roles[KEEPER].position = 50
            expected = ("shop", "Drag my role above it")
        case "role gone":
            del guild.roles[KEEPER]
            expected = ("shop", "no longer exists")
        case "no permission":
            own = next(role for role in guild.roles.values() if role.bot_id == bot_id)
            own.permissions = type(own.permissions)(0)
            expected = ("discord", "turn on Manage Roles")
        case "channel hidden":
            world.channels[WATCH_ROOM].overwrites = [
                overwrite
                for overwrite in world.channels[WATCH_ROOM].overwrites
                if overwrite.target_id != _bot_role(guild, bot_id)
            ]
            expected = ("logs", "hidden from me")
        case "work behind":
            await rows("INSERT INTO jobs (kind, due_at) VALUES ('of nobody', now() - interval '1 hour')")
            expected = ("jobs", "start the worker")
        case "left":
            del guild.members[bot_id]
            expected = ("discord", "Add me again")
    module, words = expected
    found = await _broken()
    assert words in found[module]


async def _broken() -> dict[str, str]:
    found = await doctor.examine(HARBOUR)
    bad = [one for one in found if one.state is not State.WORKS and one.module not in ("door", "sign-in", "redis")]
    return {one.module: f"{one.text} {one.fix}" for one in bad}


def _bot_role(guild: Guild, bot_id: int) -> int:
    return next(role.id for role in guild.roles.values() if role.bot_id == bot_id)


def _admin() -> Actor:
    return Actor(MANAGER, "request")
