"""/config set offers what a value may be, by the names that people know, and takes these names when they are typed."""

from __future__ import annotations

import pytest

from discord_api.permissions import Overwrite, Permissions
from playground.client.acting import Play
from playground.world.cast import HARBOUR, KEEPER, MANAGER, OWNER, WATCH, WATCH_ROOM
from services import settings
from services.settings import General, time_zones
from services.settings.kinds import Switch
from services.settings.modules import SETTINGS
from tests.support.browser import browser
from tests.support.whole import Whole


async def offered(play: Play, key: str, typed: str, module: str = "general") -> dict[str, str]:
    """The values by the names under which they are suggested."""
    found = await play.autocomplete("config set", "value", typed, as_=MANAGER, module=module, key=key)
    return {choice["name"]: choice["value"] for choice in found.choices}


async def put(play: Play, key: str, value: str) -> str:
    said = await play.slash("config set", as_=MANAGER, module="general", key=key, value=value)
    return said.content


async def general() -> General:
    settings.cache.forget()
    return await settings.of(HARBOUR, General)


async def test_a_log_channel_is_chosen_by_its_name(play: Play) -> None:
    room = play.world.channel(WATCH_ROOM).name
    everything = await offered(play, "log_channel_id", "")
    assert everything["none"] == "none"
    assert everything[f"#{room}"] == str(WATCH_ROOM)
    assert await offered(play, "log_channel_id", room[:4].upper()) == {f"#{room}": str(WATCH_ROOM)}
    assert "Saved" in await put(play, "log_channel_id", f"#{room}")
    assert (await general()).log_channel_id == WATCH_ROOM
    keys = await play.autocomplete("config set", "key", "log", as_=MANAGER, module="general")
    assert [choice["name"] for choice in keys.choices] == [f"Log channel: #{room}"]


async def test_staff_roles_are_chosen_one_after_the_other(play: Play) -> None:
    roles = play.world.guilds[HARBOUR].roles
    first, second = roles[WATCH].name, roles[KEEPER].name
    assert (await offered(play, "staff_role_ids", first.lower()))[f"@{first}"] == str(WATCH)
    both = await offered(play, "staff_role_ids", f"@{first}, {second[:3]}")
    assert both[f"@{first}, @{second}"] == f"{WATCH} {KEEPER}"
    assert f"@{first}, @{second}" in await offered(play, "staff_role_ids", str(WATCH)), "after the first was chosen"
    assert "Saved" in await put(play, "staff_role_ids", f"{first}, @{second}")
    assert set((await general()).staff_role_ids) == {WATCH, KEEPER}
    assert "Saved" in await put(play, "staff_role_ids", f"<@&{WATCH}>")
    assert (await general()).staff_role_ids == (WATCH,)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Lisboa", "Europe/Lisbon"),
        ("lisbon", "Europe/Lisbon"),
        ("são paulo", "America/Sao_Paulo"),
        ("Sao Paulo", "America/Sao_Paulo"),
        ("Nueva York", "America/New_York"),
        ("Nova York", "America/New_York"),
        ("londres", "Europe/London"),
        ("Barcelona", "Europe/Madrid"),
        ("Rio de Janeiro", "America/Sao_Paulo"),
        ("europe/lisbon", "Europe/Lisbon"),
    ],
)
async def test_a_time_zone_is_found_by_its_city_in_three_languages(play: Play, typed: str, zone: str) -> None:
    assert zone in (await offered(play, "time_zone", typed)).values()
    assert "Saved" in await put(play, "time_zone", typed)
    assert (await general()).time_zone == zone


async def test_cities_are_called_as_the_reader_calls_them(play: Play) -> None:
    found = await play.autocomplete("config set", "value", "lond", as_=OWNER, module="general", key="time_zone")
    assert found.choices[0]["name"] == "London (Europe/London)"
    assert (await time_zones.find("lond", "es-ES", 25))[0].label == "Londres (Europe/London)"


async def test_setup_takes_a_city_too(play: Play) -> None:
    card = await play.press(await play.slash("setup", as_=MANAGER), "Skip", as_=MANAGER)
    form = await play.press(card, "Other…", as_=MANAGER)
    assert "Europe/Lisbon" in (await play.submit(form, {"zone": "Lisboa"}, as_=MANAGER)).content


async def test_no_suggestion_shows_signs_of_formatting(play: Play) -> None:
    for key, setting in SETTINGS.items():
        found = await offered(play, setting.name, "zzz 9", module=key.partition(".")[0])
        assert isinstance(setting.kind, Switch) or found is not None
        assert [name for name in found if "**" in name or "`" in name] == [], key


async def test_the_page_takes_cities_and_lets_roles_be_ticked(whole: Whole) -> None:
    async with browser(whole) as admin:
        await admin.sign_in(MANAGER)
        page = await admin.get(f"/servers/{HARBOUR}/settings/general")
        assert f'<input type="checkbox" name="staff_role_ids" value="{WATCH}">' in page.text
        assert "multiple" not in page.text
        sent = {"version": "0", "then": "save", "time_zone": "Lisboa", "staff_role_ids": [str(WATCH), str(KEEPER)]}
        await admin.post(f"/servers/{HARBOUR}/settings/general", data=sent)
        assert ((await general()).time_zone, (await general()).staff_role_ids) == ("Europe/Lisbon", (WATCH, KEEPER))


async def test_a_channel_that_is_hidden_from_the_bot_is_not_called_deleted(whole: Whole) -> None:
    world = whole.play.world
    assert "Saved" in await put(whole.play, "log_channel_id", str(WATCH_ROOM))
    world.channels[WATCH_ROOM].overwrites.append(Overwrite(world.bot.id, Permissions(0), Permissions.VIEW_CHANNEL))
    doctor = await whole.play.slash("doctor", as_=MANAGER)
    await whole.play.settle()
    assert "it is hidden from me or has been deleted" in doctor.content
    card = await whole.play.slash("setup", as_=MANAGER)
    for _ in range(3):
        card = await whole.play.press(card, "Skip", as_=MANAGER)
    assert "The list shows the channels that I can see" in card.content
    async with browser(whole) as admin:
        await admin.sign_in(MANAGER)
        page = await admin.get(f"/servers/{HARBOUR}/settings/general")
        assert f"{WATCH_ROOM} (hidden from me or deleted)" in page.text, "what is chosen stays chosen"
        assert f'value="{WATCH_ROOM}" selected' in page.text
        health = await admin.get(f"/servers/{HARBOUR}/health")
        assert f'href="/servers/{HARBOUR}/settings/general#log_channel_id"' in health.text
        assert "/config set" not in health.text
