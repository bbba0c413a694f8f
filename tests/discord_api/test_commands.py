"""Comparing declared commands with those that Discord has."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from discord_api.command_sync import diff, sync
from playground.rest.spec import load
from tests.discord_api.declared import SHOP, Json, command
from tests.discord_api.stand_in import Script, answer, client
from tests.discord_api.virtual_time import in_virtual_time

SPEC = Path(__file__).parents[3] / "shared" / "discord-openapi.json"

PROFILE: Json = {"type": 2, "name": "Show Profile"}
LAUNCH: Json = {"type": 4, "name": "launch", "description": "", "handler": 2, "contexts": [0, 1, 2]}


def registered(*commands: Json) -> list[Json]:
    """The commands as Discord tells them: with ids, with defaults filled in, and with nulls for what is absent."""
    told = []
    for index, declared in enumerate(copy.deepcopy(commands)):
        filled: Json = {
            "id": str(900 + index),
            "application_id": "6",
            "version": "12345",
            "type": 1,
            "description": "",
            "name_localizations": None,
            "description_localizations": None,
            "default_member_permissions": None,
            "dm_permission": True,
            "contexts": None,
            "integration_types": [0],
            "nsfw": False,
            **declared,
        }
        for option in filled.get("options", []):
            option |= {"name_localizations": None, "description_localizations": None}
            for inner in option.get("options", []):
                inner.setdefault("required", False)
                inner.setdefault("autocomplete", False)
                inner.setdefault("name_localizations", {})
                inner["channel_types"] = sorted(inner.get("channel_types", []))
        told.append(filled)
    return told


def test_what_discord_fills_in_is_no_difference() -> None:
    assert diff([PROFILE, SHOP], registered(SHOP, PROFILE, LAUNCH)) == []


def _change(path: str, value: Any) -> Callable[[Json], None]:
    def change(target: Json) -> None:
        *way, last = path.split(".")
        node: Any = target
        for step in way:
            node = node[int(step)] if step.isdecimal() else node[step]
        node[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        ("description", "New", "~ /shop description: 'Everything about the shop' -> 'New'"),
        ("name_localizations.pt-BR", "lojinha", "~ /shop name_localizations pt-BR: 'loja' -> 'lojinha'"),
        ("description_localizations", None, "~ /shop description_localizations pt-BR: 'Tudo sobre a loja' -> nothing"),
        ("default_member_permissions", None, "~ /shop default_member_permissions: '32' -> nothing"),
        ("default_member_permissions", 0, "~ /shop default_member_permissions: '32' -> '0'"),
        ("contexts", None, "~ /shop contexts: [0] -> [0, 1, 2]"),
        ("nsfw", True, "~ /shop nsfw: nothing -> True"),
        ("options.0.options.1.min_value", 1, "~ /shop buy quantity min_value: 0 -> 1"),
        ("options.0.options.1.min_value", None, "~ /shop buy quantity min_value: 0 -> nothing"),
        ("options.0.options.1.required", True, "~ /shop buy quantity required: nothing -> True"),
        ("options.0.options.0.autocomplete", False, "~ /shop buy item autocomplete: True -> nothing"),
        ("options.0.options.2.choices.0.value", "xs", "~ /shop buy size Small value: 's' -> 'xs'"),
        ("options.0.options.3.channel_types", [0], "~ /shop buy where channel_types: [0, 5] -> [0]"),
        ("options.0.name", "purchase", "~ /shop buy: removed\n~ /shop purchase: added"),
    ],
)
def test_every_difference_is_told_in_a_line(path: str, value: Any, line: str) -> None:
    changed = copy.deepcopy(SHOP)
    _change(path, value)(changed)
    assert "\n".join(diff([changed], registered(SHOP))) == line


def test_another_order_of_options_is_a_difference_and_of_commands_is_none() -> None:
    changed = copy.deepcopy(SHOP)
    changed["options"].reverse()
    assert diff([changed], registered(SHOP)) == ["~ /shop order: list, buy"]


def test_new_and_dropped_commands_are_named() -> None:
    assert diff([PROFILE, command("ping")], registered(command("pong"), {"type": 3, "name": "Show Profile"})) == [
        "+ /ping",
        "- /pong",
        "+ Show Profile (user menu)",
        "- Show Profile (message menu)",
    ]


def test_a_command_that_is_registered_twice_is_a_difference() -> None:
    second, first = registered(SHOP, SHOP)
    second["id"] = "999"
    assert diff([SHOP], [second, first]) == ["- /shop, registered twice (id 999)"]
    second["description"] = "An older text"
    assert diff([SHOP], [second, first]) == ["- /shop, registered twice (id 999)"], "the older one is compared"


@in_virtual_time
async def test_sync_keeps_the_older_of_two_commands_with_one_name() -> None:
    second, first = registered(SHOP, SHOP)
    second["id"] = "999"
    discord = Script(answer(200, [second, first]), answer(200, []))
    assert await sync(client(discord), 6, [SHOP]) == ["- /shop, registered twice (id 999)"]
    assert [item["id"] for item in discord.bodies[1]] == [first["id"]]


@in_virtual_time
async def test_sync_writes_nothing_when_nothing_differs() -> None:
    discord = Script(answer(200, registered(SHOP, PROFILE, LAUNCH)))
    assert await sync(client(discord), 6, [SHOP, PROFILE]) == []
    assert [request.method for request in discord.requests] == ["GET"]


@in_virtual_time
async def test_sync_keeps_ids_and_the_launcher() -> None:
    discord = Script(answer(200, registered(SHOP, command("old"), LAUNCH)), answer(200, []))
    changes = await sync(client(discord), 6, [command("ping"), SHOP])
    assert changes == ["- /old", "+ /ping"]
    assert [request.method for request in discord.requests] == ["GET", "PUT"]
    sent = discord.bodies[1]
    assert [(item["name"], item.get("id")) for item in sent] == [("ping", None), ("shop", "900"), ("launch", "902")]
    assert sent[1] == {**SHOP, "id": "900"}
    assert sent[2] == {
        "id": "902", "type": 4, "name": "launch", "handler": 2, "contexts": [0, 1, 2], "integration_types": [0]
    }  # fmt: skip


@pytest.mark.skipif(not SPEC.is_file(), reason="the OpenAPI file is not there")
@in_virtual_time
async def test_what_sync_sends_fits_the_openapi_file() -> None:
    discord = Script(answer(200, registered(SHOP, command("old"), LAUNCH)), answer(200, []))
    declared = [PROFILE, {**SHOP, "default_member_permissions": 32}]
    await sync(client(discord), 6, declared)
    wanted = load(SPEC, strict=True)
    assert wanted.request_faults("PUT", "/applications/{application_id}/commands", discord.bodies[1]) == []


@in_virtual_time
async def test_sync_asks_nothing_of_discord_while_a_declaration_is_wrong() -> None:
    discord = Script(answer(200, []))
    with pytest.raises(ValueError, match="/Pay"):
        await sync(client(discord), 6, [command("Pay")])
    assert discord.requests == []
