"""Comparing declared commands with what Discord has, and finding what it would refuse."""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import regex  # type: ignore[import-untyped]  # it ships none

from discord_api import command_names
from discord_api.command_sync import check, diff, sync
from playground.rest.spec import load
from tests.discord_api.stand_in import Script, answer, client
from tests.discord_api.virtual_time import in_virtual_time

Json = dict[str, Any]
SPEC = Path(__file__).parents[3] / "shared" / "discord-openapi.json"

SHOP: Json = {
    "name": "shop",
    "name_localizations": {"pt-BR": "loja", "es-ES": "tienda"},
    "description": "Everything about the shop",
    "description_localizations": {"pt-BR": "Tudo sobre a loja"},
    "default_member_permissions": "32",
    "contexts": [0],
    "options": [
        {
            "type": 1,
            "name": "buy",
            "description": "Buy an item",
            "options": [
                {"type": 3, "name": "item", "description": "Which", "required": True, "autocomplete": True},
                {"type": 4, "name": "quantity", "description": "How many", "min_value": 0, "max_value": 10},
                {
                    "type": 3,
                    "name": "size",
                    "description": "How big",
                    "choices": [{"name": "Small", "value": "s"}, {"name": "Large", "value": "l"}],
                },
                {"type": 7, "name": "where", "description": "Channel", "channel_types": [5, 0]},
            ],
        },
        {"type": 1, "name": "list", "description": "List the items"},
    ],
}
PROFILE: Json = {"type": 2, "name": "Show Profile"}
LAUNCH: Json = {"type": 4, "name": "launch", "description": "", "handler": 2, "contexts": [0, 1, 2]}


def registered(*commands: Json) -> list[Json]:
    """The commands as Discord tells them: with ids, with defaults filled in, and with nulls for what is absent."""
    told = []
    for index, command in enumerate(copy.deepcopy(commands)):
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
            **command,
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


def option(name: str = "amount", kind: int = 4, **fields: Any) -> Json:
    """An option that Discord takes, changed in one point."""
    return {"type": kind, "name": name, "description": "An option", **fields}


def command(name: str = "pay", **fields: Any) -> Json:
    """A command that Discord takes, changed in one point."""
    return {"name": name, "description": "A command", **fields}


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


def test_good_declarations_pass() -> None:
    nested = option("admin", 2, options=[option("set", 1, options=[option(kind=3, max_length=6000)])])
    numbers = [
        option("a", min_value=-(2**53) + 1),
        option("b", 10, max_value=2.5, choices=[{"name": "Two", "value": 2}]),
    ]
    assert check([SHOP, PROFILE, LAUNCH, command(options=[nested]), command("sum", options=numbers)]) == []
    assert check([command(f"c{index}") for index in range(100)]) == []


MANY = [option(f"o{index}") for index in range(26)]
CHOICES = [{"name": f"C{index}", "value": index} for index in range(26)]
SIX = [
    option(f"o{index}", 3, choices=[{"name": "n" * 50, "value": f"{n:050}"} for n in range(25)]) for index in range(4)
]


@pytest.mark.parametrize(
    ("declared", "word"),
    [
        ([command(f"c{index}") for index in range(101)], "101 slash commands"),
        ([{"type": 2, "name": f"U{index}"} for index in range(16)], "16 user menu commands"),
        ([{"type": 3, "name": f"M{index}"} for index in range(16)], "16 message menu commands"),
        ([command(), command()], "stands 2 times"),
        ([command("Pay")], "lower case"),
        ([command("pay me")], "' '"),
        ([command("p" * 33)], "33 characters"),
        ([command(name_localizations={"es-ES": "Pagar"})], "lower case"),
        ([command(name_localizations={"es": "pagar"})], "no language es"),
        ([command(description="")], "description has 0"),
        ([command(description="d" * 101)], "description has 101"),
        ([command(description_localizations={"de": "d" * 101})], "description has 101"),
        ([{"type": 2, "name": "User", "description": "no"}], "neither description nor options"),
        ([{"type": 2, "name": "u" * 33}], "name has 33"),
        ([command(type=9)], "type 9"),
        ([command(default_member_permissions="many")], "no number"),
        ([command(options=MANY)], "26 options"),
        ([command(options=[option("a"), option("b", required=True)])], "required option after"),
        ([command(options=[option("a"), option("a", 3)])], "'a' stands 2 times"),
        (
            [command(options=[option("a", name_localizations={"de": "b"}), option("b")])],
            "'b' stands 2 times in de",
        ),
        ([command(options=[option("sub", 1), option("a")])], "mixes"),
        ([command(options=[option("g", 2, options=[option("h", 2, options=[option("s", 1)])])])], "nested"),
        ([command(options=[option("s", 1, options=[option("t", 1)])])], "nested"),
        ([command(options=[option("g", 2)])], "one at least"),
        ([command(options=[option("a", options=[option("b")])])], "options of its own"),
        ([command(options=[option(choices=CHOICES)])], "26 choices"),
        ([command(options=[option(choices=CHOICES[:2], autocomplete=True)])], "both choices and autocompletion"),
        ([command(options=[option(kind=6, autocomplete=True)])], "cannot have choices or autocompletion"),
        ([command(options=[option(choices=[{"name": "A", "value": "a"}])])], "wrong type"),
        ([command(options=[option(choices=[{"name": "A", "value": True}])])], "wrong type"),
        ([command(options=[option(choices=[{"name": "A", "value": 2**53}])])], "too large"),
        ([command(options=[option(kind=3, choices=[{"name": "A", "value": "a" * 101}])])], "101 characters"),
        ([command(options=[option(kind=3, choices=[{"name": "", "value": "a"}])])], "name has 0"),
        ([command(options=[option(min_value=-(2**53))])], "min_value"),
        ([command(options=[option(min_value=5, max_value=4)])], "minimum above"),
        ([command(options=[option(min_length=1)])], "cannot have a min_length"),
        ([command(options=[option(kind=3, max_length=6001)])], "max_length of 6001"),
        ([command(options=[option(kind=3, min_value=1)])], "cannot have a min_value"),
        ([command(options=[option(kind=6, channel_types=[0])])], "takes no channel"),
        ([command(options=SIX)], "characters in all"),
    ],
)
def test_what_discord_would_refuse_is_told_before(declared: list[Json], word: str) -> None:
    problems = check(declared)
    assert [problem for problem in problems if word in problem]
    assert len(problems) <= 2, "one fault is not told as many"


def test_of_each_text_the_longest_translation_counts_towards_8000() -> None:
    texts = {"de": "d" * 100}
    # 3 + 100 for the command, 100 characters for each choice, 10 + 1 for each option's own texts.
    options = [
        option(f"o{index}", 3, choices=[{"name": "n", "name_localizations": texts, "value": "v" * 60}] * 12)
        for index in range(4)
    ]
    fitting = command(description_localizations=texts, options=options)
    used = 3 + 100 + 4 * (2 + 9 + 12 * 160)
    assert used < 8000
    assert check([fitting]) == []
    options.append(option("rest", 3, choices=[{"name": "n", "value": "v" * 80}]))
    options.append(option("last", description="x" * (8000 - used - 4 - 9 - 81 - 4)))
    assert check([fitting]) == []
    options[-1]["name"] = "last1"
    assert check([fitting]) == ["/pay has 8001 characters in all; Discord takes 8000."]


def test_names_are_judged_as_by_discords_own_pattern() -> None:
    pattern = regex.compile(r"^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$")
    assigned = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) != "Cn"]
    assert [char for char in assigned if bool(pattern.match(char)) != command_names.allowed(char)] == []


@pytest.mark.parametrize("name", ["a", "pagar-já", "บัญชี", "खाता", "口座", "o'clock", "a_1", "x" * 32])
def test_names_of_many_scripts_are_taken(name: str) -> None:
    assert command_names.fault(name) == ""
