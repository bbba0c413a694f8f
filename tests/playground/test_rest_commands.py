"""REST: registering commands, and what Discord stores, returns and refuses."""

from __future__ import annotations

from typing import Any

import pytest

from playground.world.cast import HARBOUR
from tests.playground.fake_bot import FakeBot

PING = {"name": "ping", "description": "Is it there?"}


def path(bot: FakeBot, guild_id: int | None = None) -> str:
    inside = f"/guilds/{guild_id}" if guild_id else ""
    return f"/applications/{bot.identity.application_id}{inside}/commands"


def option(name: str = "amount", **more: Any) -> dict[str, Any]:
    return {"type": 3, "name": name, "description": "How much", **more}


async def test_a_bulk_overwrite_deletes_what_it_does_not_name(bot: FakeBot) -> None:
    await bot.rest.put(path(bot), json=[PING, {"name": "pay", "description": "Pay"}])
    await bot.rest.put(path(bot), json=[PING])
    assert [command["name"] for command in (await bot.rest.get(path(bot))).json()] == ["ping"]


async def test_a_command_keeps_its_id_and_gets_a_new_version(bot: FakeBot) -> None:
    (first,) = (await bot.rest.put(path(bot), json=[PING])).json()
    (second,) = (await bot.rest.put(path(bot), json=[PING])).json()
    assert first["id"] == second["id"]
    assert int(second["version"]) > int(first["version"])


async def test_translations_are_listed_only_on_request(bot: FakeBot) -> None:
    translated = PING | {
        "name_localizations": {"pt-BR": "toque"},
        "options": [option(name_localizations={"es-ES": "cuánto"})],
    }
    await bot.rest.put(path(bot), json=[translated])
    (short,) = (await bot.rest.get(path(bot))).json()
    (long,) = (await bot.rest.get(path(bot) + "?with_localizations=true")).json()
    assert "name_localizations" not in short
    assert "name_localizations" not in short["options"][0]
    assert long["name_localizations"] == {"pt-BR": "toque"}
    assert long["options"][0]["name_localizations"] == {"es-ES": "cuánto"}


async def test_false_and_default_values_come_back_as_from_discord(bot: FakeBot) -> None:
    body = PING | {"default_member_permissions": "32", "options": [option(required=False, autocomplete=False)]}
    (made,) = (await bot.rest.put(path(bot), json=[body])).json()
    assert made["default_member_permissions"] == "32"
    assert made["contexts"] == [0, 1, 2]
    assert made["integration_types"] == [0]
    assert "required" not in made["options"][0]


async def test_creating_a_name_again_updates_it(bot: FakeBot) -> None:
    created = await bot.rest.post(path(bot), json=PING)
    again = await bot.rest.post(path(bot), json=PING | {"description": "Still there?"})
    assert (created.status_code, again.status_code) == (201, 200)
    assert created.json()["id"] == again.json()["id"]
    assert len((await bot.rest.get(path(bot))).json()) == 1


async def test_one_command_is_read_changed_and_deleted(bot: FakeBot) -> None:
    made = (await bot.rest.post(path(bot, HARBOUR), json=PING)).json()
    address = f"{path(bot, HARBOUR)}/{made['id']}"
    changed = await bot.rest.patch(address, json={"description": "Anybody?"})
    assert changed.json()["description"] == "Anybody?"
    assert (await bot.rest.get(address)).json()["guild_id"] == str(HARBOUR)
    assert (await bot.rest.delete(address)).status_code == 204
    assert (await bot.rest.get(address)).json()["code"] == 10063


async def test_commands_of_a_guild_are_not_global(bot: FakeBot) -> None:
    await bot.rest.put(path(bot, HARBOUR), json=[PING])
    assert (await bot.rest.get(path(bot))).json() == []


async def test_another_applications_commands_cannot_be_reached(bot: FakeBot) -> None:
    answer = await bot.rest.put("/applications/1/commands", json=[PING])
    assert (answer.status_code, answer.json()["code"]) == (403, 20012)


def choices(count: int, pad: str = "") -> list[dict[str, Any]]:
    return [{"name": f"{pad}{n}", "value": f"{pad}{n}"} for n in range(count)]


SUB = {"type": 1, "name": "sub", "description": "Sub"}


@pytest.mark.parametrize(
    ("where", "command"),
    [
        ("0.name", PING | {"name": "Ping"}),
        ("0.name", PING | {"name": "two words"}),
        ("0.name", PING | {"name": "x" * 33}),
        ("0.name_localizations.pt-BR", PING | {"name_localizations": {"pt-BR": "Toque"}}),
        ("0.description", {"name": "ping"}),
        ("0.description", PING | {"description": "x" * 101}),
        ("0.description", {"name": "Profile", "type": 2, "description": "not allowed"}),
        ("0.options", {"name": "Profile", "type": 2, "options": [option()]}),
        ("0.options", PING | {"options": [option(f"o{n}") for n in range(26)]}),
        ("0.options.1", PING | {"options": [option("a"), option("b", required=True)]}),
        ("0.options.1.name", PING | {"options": [option("a"), option("a")]}),
        ("0.options.1.name", PING | {"options": [option("a"), option("b", name_localizations={"fr": "a"})]}),
        ("0.options", PING | {"options": [SUB, option()]}),
        ("0.options.0.options.0", PING | {"options": [SUB | {"options": [SUB | {"type": 2}]}]}),
        ("0.options.0.autocomplete", PING | {"options": [option(autocomplete=True, choices=choices(1))]}),
        ("0.options.0.choices", PING | {"options": [option(choices=choices(26))]}),
        ("0.options.0.choices.0.value", PING | {"options": [option(choices=[{"name": "a", "value": 1}])]}),
        ("0.name", {"description": "nameless"}),
        ("0.name", {"name": "x" * 33, "type": 2}),
        ("0.name_localizations.xx", PING | {"name_localizations": {"xx": "ping"}}),
        ("0.options.0.options", PING | {"options": [option(options=[option()])]}),
        ("0.options.0", PING | {"options": [option(type=5, choices=choices(1))]}),
        ("0.options.0.choices.0.name", PING | {"options": [option(choices=[{"name": "", "value": "a"}])]}),
        ("0.options.0.max_length", PING | {"options": [option(max_length=0)]}),
        ("0.options.0.min_length", PING | {"options": [option(min_length=5, max_length=4)]}),
        ("0", PING | {"options": [option(f"o{n}", choices=choices(20, "x" * 40)) for n in range(10)]}),
    ],
)  # fmt: skip
async def test_faults_are_reported_where_discord_reports_them(
    either: FakeBot, where: str, command: dict[str, Any]
) -> None:
    answer = await either.rest.put(path(either), json=[command])
    assert (answer.status_code, answer.json()["code"]) == (400, 50035)
    here = answer.json()["errors"]
    for step in where.split("."):
        assert step in here, answer.text
        here = here[step]
    assert "message" in str(here)


async def test_two_commands_of_one_name_are_refused(bot: FakeBot) -> None:
    answer = await bot.rest.put(path(bot), json=[PING, PING])
    assert answer.json()["errors"]["1"]["_errors"][0]["code"] == "APPLICATION_COMMANDS_DUPLICATE_NAME"


async def test_a_refused_overwrite_leaves_the_old_commands(bot: FakeBot) -> None:
    await bot.rest.put(path(bot), json=[PING])
    await bot.rest.put(path(bot), json=[PING | {"name": "BAD"}])
    assert [command["name"] for command in (await bot.rest.get(path(bot))).json()] == ["ping"]


async def test_the_two_hundred_and_first_new_command_of_a_day_is_refused(bot: FakeBot) -> None:
    for batch in range(4):
        commands = [{"name": f"c{batch}-{n}", "description": "New"} for n in range(50)]
        assert (await bot.rest.put(path(bot), json=commands)).status_code == 200
    answer = await bot.rest.put(path(bot), json=[PING])
    assert answer.json()["code"] == 30034


async def test_a_misspelt_key_is_refused_although_discord_ignores_it(bot: FakeBot, spec: object) -> None:
    answer = await bot.rest.put(path(bot), json=[PING | {"descripton_localizations": {}}])
    assert answer.json()["errors"]["0"]["descripton_localizations"]["_errors"][0]["code"] == "PLAYGROUND_UNKNOWN_FIELD"


async def test_a_field_that_only_the_documentation_has_is_accepted(bot: FakeBot) -> None:
    (made,) = (await bot.rest.put(path(bot), json=[PING | {"nsfw": True}])).json()
    assert made["nsfw"] is True
